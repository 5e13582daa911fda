"""Conferences as each process keeps them, for what asks about the same one again and again.

A conference is by far the widest row of the portal, and every step of every nomination reads its dates. What is kept
is asked about each time, in one small question: a deadline that staff move counts from the next request on.
"""

from copy import copy

from django.db import connection

from conferences.models import Conference
from hoinghi.sharing import Parts

# Where the rows stand and which transactions wrote them (the place alone is used again, a transaction alone may have
# written the row twice): the same text means the same rows.
_MARK = """
SELECT conference.ctid || '.' || conference.xmin || ' ' || kind.ctid || '.' || kind.xmin
FROM conferences_conference conference JOIN conferences_conferencekind kind ON kind.code = conference.kind_id
WHERE conference.id = %s
"""
_kept: Parts[Conference] = Parts(most=100)


def conference_with_kind(pk: int) -> Conference:
    """The conference as it stands in the database now, with its kind; each caller has an object of its own.

    Arguments:
        pk: of a conference that is there: a row points at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [pk])
        (mark,) = cursor.fetchone()
    return copy(_kept.get(pk, mark, lambda: Conference.objects.select_related("kind").get(pk=pk)))

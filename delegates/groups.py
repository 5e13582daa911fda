"""The groups of a conference that somebody nominates, with their quotas and questions.

Every form of every province needs them, and they hardly ever change: each process keeps those that it has read, and
asks each time whether one of their rows was written since. A quota that staff change counts from the next request on.
"""

from collections.abc import Iterable
from copy import copy

from django.db import connection
from django.db.models import Model

from conferences.models import Conference, InvitedGroup, Question
from hoinghi.sharing import Parts
from hoinghi.together import bring, place

_ROWS = ("groups__provinces", "groups__organisations", "groups__asked_roles", "questions__groups")
# Where each row stands and which transaction wrote it (the place alone is used again, the transaction alone may have
# written the row twice), and which rows there are: the same text means the same groups. Names of provinces and
# organisations are the register's, which may be some seconds old here as in the pickers.
_MARK = """
WITH own AS (SELECT id, ctid, xmin FROM conferences_invitedgroup WHERE conference_id = %(conference)s)
SELECT ROW(
    (SELECT array_agg(ctid || '.' || xmin) FROM own),
    (SELECT array_agg(ctid || '.' || xmin) FROM conferences_grouprole WHERE group_id IN (SELECT id FROM own)),
    (SELECT array_agg(ctid || '.' || xmin) FROM conferences_question WHERE conference_id = %(conference)s),
    (SELECT array_agg(id) FROM conferences_invitedgroup_provinces WHERE invitedgroup_id IN (SELECT id FROM own)),
    (SELECT array_agg(id) FROM conferences_invitedgroup_organisations WHERE invitedgroup_id IN (SELECT id FROM own)),
    (SELECT array_agg(id) FROM conferences_question_groups WHERE invitedgroup_id IN (SELECT id FROM own)))::text
"""
_kept: Parts[tuple[list[InvitedGroup], list[Question]]] = Parts(most=100)


def groups_to_nominate(conference: Conference) -> list[InvitedGroup]:
    """The groups of the conference that somebody nominates, in printed order; asked for once per conference object."""
    if "groups" not in getattr(conference, "_prefetched_objects_cache", {}):
        groups, asked = _kept.get(conference.pk, _mark_of(conference), lambda: _read(conference))
        place(conference, "groups", [_twin(group) for group in groups])
        place(conference, "questions", [_twin(question) for question in asked])
    else:
        bring(conference, *_ROWS)
    return nominated(conference.groups.all())


def nominated(groups: Iterable[InvitedGroup]) -> list[InvitedGroup]:
    return [group for group in groups if group.nominator != InvitedGroup.Nominator.NOBODY]


def _twin(row: Model) -> Model:
    """A row for one request: what it is given there, the kept one must not have."""
    twin = copy(row)
    twin._prefetched_objects_cache = dict(row._prefetched_objects_cache)
    return twin


def _mark_of(conference: Conference) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"conference": conference.pk})
        return cursor.fetchone()[0]


def _read(conference: Conference) -> tuple[list[InvitedGroup], list[Question]]:
    bearer = Conference(pk=conference.pk)
    bring(bearer, *_ROWS)
    return list(bearer.groups.all()), list(bearer.questions.all())

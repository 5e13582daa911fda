"""How many letters there are and what they are about, at a price that millions of letters do not raise."""

from collections import Counter

from django.db import connection
from django.db.models import QuerySet

from correspondence.models import Message
from hoinghi.pages import MOST, count_up_to_most, estimated

State = Message.State

# From one pair to the next through the index: a "loose index scan", which PostgreSQL does not do by itself.
_PAIRS = """
WITH RECURSIVE pair AS (
    (SELECT topic, kind FROM correspondence_message ORDER BY topic, kind LIMIT 1)
    UNION ALL
    SELECT following.topic, following.kind FROM pair, LATERAL (
        SELECT topic, kind FROM correspondence_message
        WHERE (topic, kind) > (pair.topic, pair.kind) ORDER BY topic, kind LIMIT 1
    ) following
)
SELECT topic, kind FROM pair
"""


def by_state(messages: QuerySet[Message]) -> dict[str, int]:
    """State → how many of the letters, without those of which there are none; ``MOST + 1`` stands for more.

    All at once while they are few. Otherwise state by state: most letters are sent, which is soon counted, and each
    other state has an index of its own.
    """
    counts = Counter(messages.order_by().values_list("state", flat=True)[: MOST + 1])
    if counts.total() <= MOST:
        return counts
    counts = {state: count_up_to_most(messages.filter(state=state)) for state in State.values}
    return {state: number for state, number in counts.items() if number}


def all_by_state() -> dict[str, int]:
    """State → how many letters there are at all, every state named; of those sent an estimate once they are many."""
    counts = dict.fromkeys(State.values, 0) | by_state(Message.objects.all())
    if counts[State.SENT] > MOST:
        others = sum(number for state, number in counts.items() if state != State.SENT)
        counts[State.SENT] = max(counts[State.SENT], estimated(Message._meta.db_table) - others)
    return counts


def topics_and_kinds() -> tuple[list[str], list[str]]:
    """What there are letters about, and of which kinds."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        pairs = cursor.fetchall()
    return list(dict.fromkeys(topic for topic, _ in pairs)), sorted({kind for _, kind in pairs})

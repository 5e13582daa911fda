"""Matters that have a team of their own: nobody else of the staff touches their letters and documents.

This app knows no conference. The apps above say which topics are closed to whom, and what topic a document is of.
"""

from collections.abc import Callable, Iterable

from directory.models import User

CLOSED = "Việc này của hội nghị có tổ công tác riêng; chỉ người trong tổ và quản trị viên làm được."

_closers: list[Callable[[User], Iterable[str]]] = []
_topics: list[Callable[[int], str]] = []


def register_teams(closed_to: Callable[[User], Iterable[str]]) -> None:
    """
    Arguments:
        closed_to: account → the topics that have a team without it, in one query.
    """
    _closers.append(closed_to)


def register_documents(topic_of: Callable[[int], str]) -> None:
    """
    Arguments:
        topic_of: id of a document → the topic it was drafted for, "" when another app knows it.
    """
    _topics.append(topic_of)


def is_open_to(user: User, topic: str) -> bool:
    """Whether the account may act upon what belongs to the topic. Asked once per request, like Django's rights."""
    closed = getattr(user, "_closed_topics", None)
    if closed is None:
        closed = user._closed_topics = frozenset(topic for closer in _closers for topic in closer(user))
    return topic not in closed


def topic_of_document(pk: int) -> str:
    """What the document was drafted for; "" for one that belongs to nothing."""
    return next(filter(None, (topic_of(pk) for topic_of in _topics)), "")

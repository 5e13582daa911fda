"""What the letters' topics and kinds are called. The apps that write them say so from ``AppConfig.ready``."""

from collections.abc import Callable, Iterable

_kinds: dict[str, str] = {}
_reminders: set[str] = set()
_topics: dict[str, Callable[[list[str]], dict[str, str]]] = {}
_desks: dict[str, Callable[[str], str]] = {}


def register_kinds(*, reminders: Iterable[str] = (), **labels: str) -> None:
    """Name kinds of letters: ``register_kinds(invitation="Thư mời")``.

    Arguments:
        reminders: kinds that nobody asked for and that come several times: they say how to get no more.
    """
    _kinds.update(labels)
    _reminders.update(reminders)


def register_topic(
    prefix: str, titles: Callable[[list[str]], dict[str, str]], *, desk: Callable[[str], str] | None = None
) -> None:
    """Name topics such as ``conference:3``.

    Arguments:
        prefix: what stands before the colon.
        titles: given topics with that prefix, answers topic → title, in one query.
        desk: given one of them, answers the address of the page where staff look after its documents.
    """
    _topics[prefix] = titles
    if desk:
        _desks[prefix] = desk


def kind_label(kind: str) -> str:
    return _kinds.get(kind, kind)


def is_reminder(kind: str) -> bool:
    return kind in _reminders


def topic_desk(topic: str) -> str:
    """Where staff look after the documents of the topic; "" for one without such a page."""
    desk = _desks.get(topic.partition(":")[0])
    return desk(topic) if desk else ""


def topic_titles(topics: Iterable[str]) -> dict[str, str]:
    """Topic → title; one that nobody can name is called by its code."""
    found = {topic: topic for topic in topics}
    for prefix, titles in _topics.items():
        if mine := [topic for topic in found if topic.partition(":")[0] == prefix]:
            found |= titles(mine)
    return found

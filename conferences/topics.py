"""What letters belong to: the outbox knows no conference, only a text such as ``conference:3``."""

from conferences.models import Conference, ConferenceDocument
from directory.models import User

PREFIX = "conference:"


def topic_of(conference: Conference) -> str:
    """The outbox topic of everything that concerns one conference."""
    return f"{PREFIX}{conference.pk}"


def titles_of(topics: list[str]) -> dict[str, str]:
    """What the outbox calls those topics."""
    numbers = [topic.partition(":")[2] for topic in topics]
    return {topic_of(each): each.title for each in Conference.objects.filter(pk__in=numbers).only("title")}


def conference_in(topic: str) -> int | None:
    """The id of the conference that a topic names; None for another matter's."""
    number = topic.removeprefix(PREFIX)
    return int(number) if topic.startswith(PREFIX) and number.isdecimal() else None


def topics_closed_to(user: User) -> set[str]:
    """The topics of conferences that have a team without this account."""
    return {f"{PREFIX}{pk}" for pk in Conference.objects.closed_to(user).values_list("pk", flat=True)}


def topic_of_document(pk: int) -> str:
    found = ConferenceDocument.objects.filter(document=pk).values_list("conference", flat=True).first()
    return f"{PREFIX}{found}" if found else ""

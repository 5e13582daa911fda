"""What letters belong to: the outbox knows no conference, only a text such as ``conference:3``."""

from conferences.models import Conference


def topic_of(conference: Conference) -> str:
    """The outbox topic of everything that concerns one conference."""
    return f"conference:{conference.pk}"


def titles_of(topics: list[str]) -> dict[str, str]:
    """What the outbox calls those topics."""
    numbers = [topic.partition(":")[2] for topic in topics]
    return {topic_of(each): each.title for each in Conference.objects.filter(pk__in=numbers).only("title")}

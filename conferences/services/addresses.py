"""The web address of a conference."""

from itertools import chain, count

from conferences.models import Conference
from hoinghi.text import slugify


def free_slug(title: str, *, taken_by_others: Conference) -> str:
    """An address for a conference of this title that no other one has."""
    slug = slugify(title)[:110].strip("-") or "hoi-nghi"
    others = set(
        Conference.objects.filter(slug__startswith=slug)
        .exclude(pk=taken_by_others.pk)
        .values_list("slug", flat=True)
    )
    candidates = chain([slug], (f"{slug}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in others)

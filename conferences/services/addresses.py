"""Web addresses of conferences and articles."""

from itertools import chain, count

from django.db.models import Model

from hoinghi.text import slugify


def free_slug(title: str, *, taken_by_others: Model, otherwise: str = "hoi-nghi") -> str:
    """An address for an object of this title that no other one of its model has.

    Arguments:
        otherwise: the address of a title without letters.
    """
    slug = slugify(title)[:110].strip("-") or otherwise
    others = set(
        type(taken_by_others)
        ._default_manager.filter(slug__startswith=slug)
        .exclude(pk=taken_by_others.pk)
        .values_list("slug", flat=True)
    )
    candidates = chain([slug], (f"{slug}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in others)

"""What every page's frame prints: whose portal this is. The names are data of the present letterhead."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from directory.models import Organisation


@dataclass(frozen=True)
class Site:
    name: str
    organisation: str
    unit: str
    address: str
    phone: str


def site(request):
    """``portal`` on every page; not ``site``, which allauth's views put their own object under."""
    return {"portal": SimpleLazyObject(lambda: current_site(timezone.localdate())), "demo": settings.DEMO}


def current_site(date: dt.date) -> Site:
    """The organiser's present unit, cached for a minute: it is on every page and changes once in years."""
    cache = caches["process"]
    if (cached := cache.get("directory.site")) is not None:
        return cached
    unit = Organisation.objects.as_of(date).filter(uid=settings.SITE_UNIT).select_related("parent").first()
    parent = unit.parent if unit else None
    found = Site(
        name="Cổng hội nghị",
        organisation=parent.name if parent else "",
        unit=unit.name if unit else "",
        address=(unit.address if unit else "") or (parent.address if parent else ""),
        phone=unit.phone if unit else "",
    )
    cache.set("directory.site", found, 60)
    return found

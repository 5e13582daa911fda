"""Conferences in lists: what a row shows, and by what they are chosen."""

import datetime as dt

from django.db.models import Max, Min, Prefetch, Q, QuerySet, Value
from django.utils import timezone

from conferences.models import Conference, Place
from directory.models import AdministrativeUnit, Organisation


def listed(conferences: QuerySet[Conference]) -> QuerySet[Conference]:
    """With what a row of a list shows, in a fixed number of queries."""
    return conferences.select_related("kind").prefetch_related("abbreviations", central_places("places"))


def central_places(lookup: str) -> Prefetch:
    """The places at the ministry's end, as ``central_places`` of the conference whose places ``lookup`` names."""
    return Prefetch(lookup, Place.objects.filter(role=Place.Role.CENTRAL), to_attr="central_places")


def line_of(unit: AdministrativeUnit | Organisation) -> list[int]:
    """The ids of a unit or body and of all whose place it holds: a list for Cà Mau has what Bạc Liêu had."""
    found, newest = [], [unit.pk]
    while newest:
        found += newest
        newest = list(
            type(unit).objects.filter(successor__in=newest).exclude(pk__in=found).values_list("pk", flat=True)
        )
    return found


def in_year(conferences: QuerySet[Conference], year: int) -> QuerySet[Conference]:
    """Those that begin in a year, as it is in Hanoi."""
    zone = timezone.get_current_timezone()
    return conferences.filter(
        start_at__gte=dt.datetime(year, 1, 1, tzinfo=zone),
        start_at__lt=dt.datetime(year + 1, 1, 1, tzinfo=zone),
    )


def years_of(conferences: QuerySet[Conference]) -> list[int]:
    """Those with a conference, the latest first: a look into the index for each year, however many conferences."""
    ends = conferences.aggregate(first=Min("start_at"), last=Max("start_at"))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(at).year for at in ends.values())
    looks = [
        in_year(conferences, year).order_by().values_list(Value(year))[:1] for year in range(first, last + 1)
    ]
    found = looks[0].union(*looks[1:], all=True)
    return sorted((year for (year,) in found), reverse=True)


def in_province(conferences: QuerySet[Conference], units: list[int]) -> QuerySet[Conference]:
    """Those that met there, travelled there, or were for some provinces only and this one among them."""
    own = Conference.objects.filter(
        Q(provinces__in=units) | Q(legs__province__in=units) | Q(groups__provinces__in=units)
    )
    return conferences.filter(pk__in=own.values("pk"))


def of_organisation(conferences: QuerySet[Conference], bodies: list[int]) -> QuerySet[Conference]:
    """Those that it called, prepared, received, or was invited to by name."""
    own = Conference.objects.filter(
        Q(organiser__in=bodies)
        | Q(issuing_unit__in=bodies)
        | Q(groups__organisations__in=bodies)
        | Q(legs__host__in=bodies)
        | Q(places__host__in=bodies)
    )
    return conferences.filter(pk__in=own.values("pk"))

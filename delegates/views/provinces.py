"""One province across all conferences: what it was asked, what it sent, who acts for it."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from delegates.models import Nomination
from directory.models import AdministrativeUnit, Mandate
from hoinghi.access import access, staff
from venues.models import Booking


@access(staff)
@require_GET
def province(request, pk: int):
    """Its lists and those of the provinces that it continues, the newest conference first, each with its state, its
    people and its room.
    """
    unit = AdministrativeUnit.objects.provinces().filter(pk=pk).select_related("successor").first()
    if unit is None:
        raise Http404("No such province")
    at = timezone.now()
    line = [unit, *unit.continues()]
    lists = (
        Nomination.objects.filter(unit__in=line)
        .select_related("conference", "organisation")
        .with_people()
        .order_by("-conference__start_at", "organisation__sort_key")
    )
    live = Booking.objects.live().filter(unit__in=line)
    rooms = {(booking.conference_id, booking.unit_id): booking for booking in live}
    acting = (
        Mandate.objects.as_of(timezone.localdate(at))
        .filter(organisation__unit=unit, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("organisation__sort_key", "role", "user__sort_key")
    )
    rows = [(each, each.shown_state(at), rooms.get((each.conference_id, each.unit_id))) for each in lists]
    context = {
        "unit": unit,
        "predecessors": line[1:],
        "rows": rows,
        "organisations": list(dict.fromkeys(each.organisation for each, _, _ in rows)),
        "acting": acting,
        "at": at,
    }
    return render(request, "delegates/province.html", context)

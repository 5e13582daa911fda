"""One province across all conferences: what it was asked, what it sent, who acts for it."""

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from delegates.models import Delegate, Nomination
from directory.models import AdministrativeUnit, Mandate
from hoinghi.access import access, staff
from venues.models import Booking


@access(staff)
@require_GET
def province(request, pk: int):
    """Its lists, the newest conference first, each with its state, its people and its room."""
    unit = AdministrativeUnit.objects.provinces().filter(pk=pk).select_related("successor").first()
    if unit is None:
        raise Http404("No such province")
    at = timezone.now()
    sent = Q(seats__is_live=True, seats__is_reserve=False, seats__delegates__state=Delegate.State.PROPOSED)
    confirmed = sent & Q(seats__delegates__answer=Delegate.Answer.CONFIRMED)
    lists = (
        Nomination.objects.filter(unit=unit)
        .select_related("conference", "organisation")
        .annotate(
            people=Count("seats__delegates", filter=sent),
            confirmed=Count("seats__delegates", filter=confirmed),
        )
        .order_by("-conference__start_at", "organisation__sort_key")
    )
    rooms = {booking.conference_id: booking for booking in Booking.objects.live().filter(unit=unit)}
    acting = (
        Mandate.objects.as_of(timezone.localdate(at))
        .filter(organisation__unit=unit, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("organisation__sort_key", "role", "user__sort_key")
    )
    rows = [(each, each.shown_state(at), rooms.get(each.conference_id)) for each in lists]
    context = {
        "unit": unit,
        "rows": rows,
        "organisations": list(dict.fromkeys(each.organisation for each, _, _ in rows)),
        "acting": acting,
        "at": at,
    }
    return render(request, "delegates/province.html", context)

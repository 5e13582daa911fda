from django.db import models, transaction

from directory.audit import record
from venues import watching
from venues.models import Booking
from venues.people import Actor, signature


def lock(booking: Booking) -> Booking:
    """The booking as it is now, held until the end of the transaction: one step after the other.

    Two people who press at once would otherwise call a room ready that has just lost a point.
    """
    rows = Booking.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("conference__kind", "room__host__successor", "unit", "parent__unit").get(
        pk=booking.pk
    )


def write_down(
    booking: Booking,
    *,
    actor: Actor,
    action: str,
    changes: dict | None = None,
    target: models.Model | None = None,
) -> None:
    """Write down what was done about a room, and let open boards draw themselves anew.

    Arguments:
        target: what was done it to; default the booking itself.
    """
    record(actor=signature(actor), action=action, target=target or booking, changes=changes)
    watching.changed(booking.conference_id)


@transaction.atomic
def fall_back(booking: Booking, *, actor: Actor, why: str) -> bool:
    """A room that was ready is being prepared again; answers False when it was not ready.

    A room that is connected stays so: the day has begun.

    Arguments:
        booking: locked by the caller.
    """
    if booking.state != Booking.State.READY:
        return False
    booking.state = Booking.State.PREPARING
    booking.save(update_fields=["state"])
    write_down(
        booking,
        actor=actor,
        action="booking.not_ready",
        changes={"state": [Booking.State.READY, Booking.State.PREPARING], "why": ["", why]},
    )
    return True

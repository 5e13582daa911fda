"""Saying that a room is ready, and taking it back."""

import datetime as dt

from django.db import transaction

from venues.errors import StepRefused
from venues.models import Booking
from venues.people import Actor
from venues.policies import preparing_obstacle
from venues.readiness import readiness
from venues.services.locking import fall_back, lock, write_down


@transaction.atomic
def declare_ready(*, booking: Booking, actor: Actor, at: dt.datetime) -> Booking:
    """Somebody answers for it that the room is ready; nothing becomes ready by itself.

    Raises:
        StepRefused: something is missing (``readiness``), or the conference is over.
    """
    booking = lock(booking)
    if message := preparing_obstacle(booking, at):
        raise StepRefused(message)
    if booking.state != Booking.State.PREPARING:
        return booking
    if missing := readiness(booking, at).missing:
        raise StepRefused(f"Chưa báo sẵn sàng được: {'; '.join(missing)}.")
    booking.state = Booking.State.READY
    booking.save(update_fields=["state"])
    write_down(
        booking,
        actor=actor,
        action="booking.ready",
        changes={"state": [Booking.State.PREPARING, Booking.State.READY]},
    )
    return booking


@transaction.atomic
def take_back_ready(*, booking: Booking, actor: Actor, at: dt.datetime) -> Booking:
    """The room is not ready after all.

    Raises:
        StepRefused: the conference is over.
    """
    booking = lock(booking)
    if message := preparing_obstacle(booking, at):
        raise StepRefused(message)
    fall_back(booking, actor=actor, why="báo chưa sẵn sàng")
    return booking

"""What officers and staff say about a room on the day: connected, lost, what is wrong and what became of it.

The room's state and the incidents that cut it off (``CUTTING_OFF``) go together: while one is open the room is
lost, and a room that is connected again has none. So one tap tells both, and the report knows how long it was.
Every verb locks the booking first.
"""

import datetime as dt

from django.db import transaction

from directory.audit import record
from directory.models import User
from venues import watching
from venues.models import CUTTING_OFF, Booking, Incident
from venues.policies import day_obstacle

State = Booking.State
NOTE_LENGTH = Incident._meta.get_field("note").max_length


class NotNow(Exception):
    """It is not the day of the conference; the text is for the person who tried."""


@transaction.atomic
def set_connected(*, booking: Booking, actor: User | str, at: dt.datetime) -> Booking:
    """The room is connected; what had cut it off is over. Saying it twice changes nothing.

    Raises:
        NotNow: another day.
    """
    locked = _lock(booking)
    _refuse_another_day(locked, at)
    for incident in locked.incidents.open().filter(kind__in=CUTTING_OFF):
        _close(incident, actor, at)
    _move(locked, State.CONNECTED, actor)
    return locked


@transaction.atomic
def report(*, booking: Booking, kind: str, actor: User | str, at: dt.datetime, note: str = "") -> Incident:
    """Say what is wrong; answers the open incident of that kind when it was reported before.

    Arguments:
        kind: of ``Incident.Kind``; one that cuts the room off makes it lost.
    Raises:
        NotNow: another day.
    """
    locked = _lock(booking)
    _refuse_another_day(locked, at)
    incident = locked.incidents.open().filter(kind=kind).first()
    if incident is None:
        incident = Incident.objects.create(
            booking=locked, kind=kind, note=note, reported_at=at, reported_by=str(actor)
        )
        record(actor=actor, action="incident.report", target=incident, changes={"kind": ["", kind]})
        watching.changed(locked.conference_id)
    elif note and note not in incident.note:
        before, incident.note = incident.note, "; ".join(filter(None, [incident.note, note]))[:NOTE_LENGTH]
        incident.save(update_fields=["note"])
        record(actor=actor, action="incident.describe", target=incident, changes={"note": [before, note]})
        watching.changed(locked.conference_id)
    if incident.cuts_off:
        _move(locked, State.LOST, actor)
    return incident


@transaction.atomic
def answer(*, incident: Incident, text: str, actor: User, at: dt.datetime) -> Incident:
    """Say what is done about it; the room's officer reads it at once."""
    locked = _lock_incident(incident)
    before, locked.answer = locked.answer, text
    locked.answered_at, locked.answered_by = at, str(actor)
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    record(actor=actor, action="incident.answer", target=locked, changes={"answer": [before, text]})
    watching.changed(locked.booking.conference_id)
    return locked


@transaction.atomic
def resolve(*, incident: Incident, actor: User | str, at: dt.datetime) -> Incident:
    """It works again, also said after the day; a room that nothing cuts off any more is connected."""
    locked = _lock_incident(incident)
    if locked.resolved_at is not None:
        return locked
    _close(locked, actor, at)
    booking = locked.booking
    cut_off = booking.incidents.open().filter(kind__in=CUTTING_OFF).exists()
    if locked.cuts_off and not cut_off and booking.state == State.LOST:
        _move(booking, State.CONNECTED, actor)
    return locked


def _lock(booking: Booking) -> Booking:
    """The live booking as it stands in the database, locked until the transaction ends."""
    return (
        Booking.objects.live()
        .select_for_update(of=("self",), no_key=True)
        .select_related("conference", "unit")
        .get(pk=booking.pk)
    )


def _lock_incident(incident: Incident) -> Incident:
    booking = (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit")
        .get(pk=incident.booking_id)
    )
    locked = Incident.objects.get(pk=incident.pk)
    locked.booking = booking
    return locked


def _refuse_another_day(booking: Booking, at: dt.datetime) -> None:
    if message := day_obstacle(booking.conference, at):
        raise NotNow(message)


def _close(incident: Incident, actor: User | str, at: dt.datetime) -> None:
    incident.resolved_at, incident.resolved_by = max(at, incident.reported_at), str(actor)
    incident.save(update_fields=["resolved_at", "resolved_by"])
    record(actor=actor, action="incident.resolve", target=incident)
    watching.changed(incident.booking.conference_id)


def _move(booking: Booking, state: str, actor: User | str) -> None:
    if booking.state == state:
        return
    before, booking.state = booking.state, state
    booking.save(update_fields=["state"])
    record(actor=actor, action="booking.set_state", target=booking, changes={"state": [before, state]})
    watching.changed(booking.conference_id)

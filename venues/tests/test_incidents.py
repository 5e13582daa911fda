"""The day of a room: connected, lost, incidents; the state and what cuts the room off always agree."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conferences.models import Conference
from directory.models import AuditEntry
from venues.models import CUTTING_OFF, BoardVersion, Booking, Incident
from venues.services import NotNow, answer, prepare_rooms, report, resolve, set_connected

pytestmark = pytest.mark.django_db
Kind = Incident.Kind


@pytest.fixture
def booking(conference, an, world):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    return conference.bookings.live().get(unit=world.dak_lak.unit)


@pytest.fixture
def start(conference):
    return conference.start_at


def minutes(start, number: int) -> dt.datetime:
    return start + dt.timedelta(minutes=number)


def agree(booking) -> bool:
    booking.refresh_from_db()
    cut_off = booking.incidents.open().filter(kind__in=CUTTING_OFF).exists()
    return cut_off == (booking.state == Booking.State.LOST)


def test_one_tap_connects_and_a_second_changes_nothing(booking, dung, start):
    set_connected(booking=booking, actor=dung, at=start)
    set_connected(booking=booking, actor=dung, at=minutes(start, 1))
    booking.refresh_from_db()
    assert booking.state == Booking.State.CONNECTED
    assert AuditEntry.objects.filter(action="booking.set_state").count() == 1


@pytest.mark.parametrize("kind", CUTTING_OFF)
def test_what_cuts_off_makes_the_room_lost_until_it_is_over(booking, dung, an, start, kind):
    set_connected(booking=booking, actor=dung, at=start)
    incident = report(booking=booking, kind=kind, actor=dung, at=minutes(start, 5))
    assert agree(booking)
    assert booking.state == Booking.State.LOST
    answer(incident=incident, text="Chuyển sang 4G", actor=an, at=minutes(start, 6))
    resolved = resolve(incident=incident, actor=dung, at=minutes(start, 9))
    assert agree(booking)
    assert booking.state == Booking.State.CONNECTED
    assert (resolved.answer, resolved.answered_by, resolved.resolved_by) == (
        "Chuyển sang 4G",
        "Lê Văn An",
        "Hoàng Văn Dũng",
    )
    assert resolved.resolved_at - resolved.reported_at == dt.timedelta(minutes=4)


def test_connected_again_ends_what_cut_the_room_off_and_nothing_else(booking, dung, start):
    line = report(booking=booking, kind=Kind.LINE_LOST, actor=dung, at=start)
    sound = report(booking=booking, kind=Kind.NO_SOUND, actor=dung, at=start)
    set_connected(booking=booking, actor=dung, at=minutes(start, 3))
    line.refresh_from_db()
    sound.refresh_from_db()
    assert agree(booking)
    assert (line.resolved_at, sound.resolved_at) == (minutes(start, 3), None)


def test_a_room_with_two_reasons_is_lost_until_both_are_over(booking, dung, start):
    power = report(booking=booking, kind=Kind.POWER, actor=dung, at=start)
    line = report(booking=booking, kind=Kind.LINE_LOST, actor=dung, at=start)
    resolve(incident=power, actor=dung, at=minutes(start, 1))
    assert agree(booking)
    assert booking.state == Booking.State.LOST
    resolve(incident=line, actor=dung, at=minutes(start, 2))
    assert agree(booking)
    assert booking.state == Booking.State.CONNECTED


def test_no_sound_leaves_the_room_connected(booking, dung, start):
    set_connected(booking=booking, actor=dung, at=start)
    report(booking=booking, kind=Kind.NO_SOUND, actor=dung, at=start)
    booking.refresh_from_db()
    assert booking.state == Booking.State.CONNECTED


def test_reported_twice_it_is_one_incident_that_says_more(booking, dung, an, start):
    first = report(booking=booking, kind=Kind.OTHER, note="Loa rè", actor=dung, at=start)
    again = report(booking=booking, kind=Kind.OTHER, note="Máy chiếu tắt", actor=an, at=minutes(start, 1))
    third = report(booking=booking, kind=Kind.OTHER, note="Loa rè", actor=an, at=minutes(start, 2))
    assert first.pk == again.pk == third.pk
    assert third.note == "Loa rè; Máy chiếu tắt"
    assert (third.reported_at, third.reported_by) == (start, "Hoàng Văn Dũng")


def test_after_it_was_resolved_the_same_may_happen_again(booking, dung, start):
    first = report(booking=booking, kind=Kind.NO_PICTURE, actor=dung, at=start)
    resolve(incident=first, actor=dung, at=minutes(start, 1))
    resolve(incident=first, actor=dung, at=minutes(start, 2))  # changes nothing
    first.refresh_from_db()
    assert first.resolved_at == minutes(start, 1)
    again = report(booking=booking, kind=Kind.NO_PICTURE, actor=dung, at=minutes(start, 3))
    assert again.pk != first.pk


def test_only_on_the_day(booking, dung, start, conference):
    midnight = start.replace(hour=0)
    for at in (midnight - dt.timedelta(seconds=1), midnight + dt.timedelta(days=1)):
        with pytest.raises(NotNow):
            set_connected(booking=booking, actor=dung, at=at)
        with pytest.raises(NotNow):
            report(booking=booking, kind=Kind.POWER, actor=dung, at=at)
    set_connected(booking=booking, actor=dung, at=midnight)
    Conference.objects.update(state=Conference.State.POSTPONED)
    with pytest.raises(NotNow, match="Hoãn"):
        report(booking=booking, kind=Kind.POWER, actor=dung, at=start)


def test_resolved_after_the_day_all_the_same(booking, dung, start):
    incident = report(booking=booking, kind=Kind.POWER, actor=dung, at=start)
    assert resolve(incident=incident, actor=dung, at=start + dt.timedelta(days=3)).resolved_at


def test_the_database_refuses_two_open_ones_of_a_kind(booking, start):
    values = {"booking": booking, "kind": Kind.POWER, "reported_at": start, "reported_by": "X"}
    Incident.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(**values | {"resolved_at": start - dt.timedelta(seconds=1)})
    Incident.objects.create(**values | {"resolved_at": start})


def test_every_change_raises_the_boards_number_once_it_is_committed(
    booking, dung, start, django_capture_on_commit_callbacks
):
    def number() -> int:
        return getattr(BoardVersion.objects.filter(pk=booking.conference_id).first(), "number", 0)

    seen = [number()]
    for step in (
        lambda: set_connected(booking=booking, actor=dung, at=start),
        lambda: report(booking=booking, kind=Kind.POWER, actor=dung, at=start),
        lambda: resolve(incident=booking.incidents.get(), actor=dung, at=start),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            step()
            assert number() == seen[-1], "not before the commit"
        seen.append(number())
    assert seen == sorted(set(seen))
    with django_capture_on_commit_callbacks(execute=True):
        set_connected(booking=booking, actor=dung, at=start)
    assert number() == seen[-1], "nothing changed"

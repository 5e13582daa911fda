"""Two conferences want the same rooms in the same moment."""

import threading

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from hoinghi.tests.cast import make_conference
from venues.models import Booking
from venues.services import RoomTaken, prepare_rooms
from venues.services import rooms as services

pytestmark = pytest.mark.django_db(transaction=True)


def together(conferences, actor) -> list:
    """Book for all at once; answers what each got: its bookings, or the error."""
    answers: list = [None] * len(conferences)

    def book(number: int, conference) -> None:
        try:
            answers[number] = prepare_rooms(conference=conference, actor=actor, at=timezone.now())
        except (RoomTaken, DatabaseError) as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=pair) for pair in enumerate(conferences)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def rivals(world, an):
    """Two conferences at the same hours, in the same rooms; the rooms are known already."""
    first, second = make_conference(world, slug="mot"), make_conference(world, slug="hai")
    prepare_rooms(conference=first, actor=an, at=timezone.now())
    Booking.objects.all().delete()
    return first, second


def meet_before_checking(monkeypatch, *, locked: bool) -> None:
    """Both arrive at the check before either goes on; without the lock both find the rooms free."""
    barrier = threading.Barrier(2)
    check = services.check_free

    def check_free(**arguments):
        barrier.wait(timeout=30)
        if locked:
            return check(**arguments)
        wanted = {room.pk for room in arguments["rooms"] if room}
        held = Booking.objects.live().filter(room__in=wanted, during__overlap=arguments["during"])
        if held:
            raise RoomTaken(list(held))
        barrier.wait(timeout=30)  # nobody writes before both have looked
        return None

    monkeypatch.setattr(services, "check_free", check_free)


def test_one_gets_the_rooms_and_the_other_is_told_by_whom(rivals, an, monkeypatch):
    meet_before_checking(monkeypatch, locked=True)
    answers = together(rivals, an)
    (refused,) = [answer for answer in answers if isinstance(answer, RoomTaken)]
    (booked,) = [answer for answer in answers if isinstance(answer, list)]
    assert len(booked) == 3
    assert set(Booking.objects.values_list("conference", flat=True)) == {booked[0].conference_id}
    assert {booking.conference_id for booking in refused.held} == {booked[0].conference_id}


def test_control_without_the_lock_the_constraint_still_holds_but_explains_nothing(rivals, an, monkeypatch):
    meet_before_checking(monkeypatch, locked=False)
    answers = together(rivals, an)
    (refused,) = [answer for answer in answers if not isinstance(answer, list)]
    assert isinstance(refused, DatabaseError)
    assert Booking.objects.values("conference").distinct().count() == 1


def test_control_without_lock_and_constraint_both_get_the_rooms(rivals, an, monkeypatch):
    meet_before_checking(monkeypatch, locked=False)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE venues_booking DROP CONSTRAINT booking_no_overlap")
    try:
        answers = together(rivals, an)
        assert all(isinstance(answer, list) for answer in answers)
        assert Booking.objects.values("conference").distinct().count() == 2
    finally:
        Booking.objects.all().delete()
        constraint = next(c for c in Booking._meta.constraints if c.name == "booking_no_overlap")
        with connection.schema_editor() as editor:
            editor.add_constraint(Booking, constraint)


def test_pressing_twice_at_once_books_once(world, an):
    conference = make_conference(world)
    answers = together([conference, conference], an)
    assert all(isinstance(answer, list) for answer in answers)
    assert Booking.objects.count() == 3


def test_two_conferences_that_make_the_same_rooms_at_once(world, an):
    """The rooms are new to both: neither may fail because the other was quicker to name them."""
    first = make_conference(world, slug="mot")
    later = first.end_at
    second = make_conference(world, slug="hai", start_at=later, end_at=later.replace(hour=17))
    answers = together([first, second], an)
    assert [len(answer) for answer in answers] == [3, 3]

"""The link into the meeting: https only, one in force, forgotten when replaced, counted without persons."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from conferences.models import Conference
from directory.models import AuditEntry
from venues.models import JoinCount, JoinLink
from venues.policies import join_obstacle
from venues.services import count_opening, enter_link, links_of, prepare_rooms, withdraw_link

pytestmark = pytest.mark.django_db
FIRST, SECOND = "https://hop.example/j/111?pwd=bi-mat", "https://hop.example/j/222"


@pytest.fixture
def rooms(conference, an):
    return prepare_rooms(conference=conference, actor=an, at=timezone.now())


def enter(conference, an, address=FIRST, **more):
    return enter_link(conference=conference, address=address, actor=an, at=timezone.now(), **more)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hop.example/j/1",
        "http://hop.example/j/1",
        "javascript:alert(1)",
        "https://",
        "https://bit.ly/405Nl0o",
        "https://www.TinyURL.com/x",
        "https://an:mat-khau@hop.example/",
        "https://[broken",
        "https://hop.example/" + "x" * 1000,
    ],
)
def test_addresses_that_are_refused(conference, an, address):
    with pytest.raises(ValidationError) as refused:
        enter(conference, an, address)
    assert list(refused.value.message_dict) == ["address"]
    assert not JoinLink.objects.exists()


def test_a_replaced_link_is_wiped_and_the_trail_never_had_it(conference, an):
    first = enter(conference, an, passcode="123456")
    second = enter(conference, an, SECOND, reason="Bị lộ trên mạng")
    first.refresh_from_db()
    assert (first.address, first.passcode, first.reason) == ("", "", "Bị lộ trên mạng")
    assert first.superseded_at is not None
    assert list(JoinLink.objects.live()) == [second]
    trail = str(list(AuditEntry.objects.values()))
    assert "join.replace" in trail
    assert "hop.example" not in trail
    assert "123456" not in trail


def test_entering_the_present_one_again_changes_nothing(conference, an):
    first = enter(conference, an)
    assert enter(conference, an, f" {FIRST} ").pk == first.pk
    assert JoinLink.objects.count() == 1


def test_a_room_of_its_own_and_back(conference, an, rooms):
    shared = enter(conference, an)
    own = enter(conference, an, SECOND, booking=rooms[1])
    assert {pk: link.pk for pk, link in links_of(rooms).items()} == {
        rooms[0].pk: shared.pk,
        rooms[1].pk: own.pk,
        rooms[2].pk: shared.pk,
    }
    withdraw_link(link=own, reason="Dùng chung", actor=an, at=timezone.now())
    withdraw_link(link=own, reason="Bấm hai lần", actor=an, at=timezone.now())
    assert links_of(rooms)[rooms[1].pk] == shared
    assert AuditEntry.objects.filter(action="join.withdraw").count() == 1


def test_a_room_of_another_conference_is_refused(conference, an, rooms, world):
    from hoinghi.tests.cast import make_conference

    other = make_conference(world, slug="khac")
    with pytest.raises(ValidationError, match="hội nghị khác"):
        enter(other, an, booking=rooms[0])


def test_the_database_keeps_one_in_force_and_forgets_the_others(conference, an):
    values = {"conference": conference, "entered_by": "An", "entered_at": timezone.now()}
    JoinLink.objects.create(address=FIRST, **values)
    for wrong in (
        {"address": SECOND},
        {"address": "http://hop.example", "superseded_at": None},
        {"address": SECOND, "superseded_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            JoinLink.objects.create(**values | wrong)


def test_openings_are_counted_for_the_room(rooms):
    for _ in range(3):
        count_opening(rooms[1])
    assert list(JoinCount.objects.values_list("booking", "opened")) == [(rooms[1].pk, 3)]


def test_it_opens_before_the_start_and_closes_with_the_day(conference):
    conference.join_before = 45
    opens = conference.start_at - dt.timedelta(minutes=45)
    assert "7h15" in join_obstacle(conference, opens - dt.timedelta(seconds=1))
    assert join_obstacle(conference, opens) == ""
    assert join_obstacle(conference, conference.end_at + dt.timedelta(hours=1)) == ""
    assert join_obstacle(conference, conference.end_at + dt.timedelta(days=1)) == "Hội nghị đã kết thúc."
    conference.state = Conference.State.CANCELLED
    assert "Hủy" in join_obstacle(conference, opens)

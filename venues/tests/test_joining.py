"""The link into the meeting: https only, one in force, forgotten when replaced, counted without persons."""

import datetime as dt
from io import StringIO

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from conferences.models import Conference
from directory.models import AuditEntry
from hoinghi import sealing
from venues.models import JoinCount, JoinLink
from venues.models.joining import SEALED_FOR
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
    for wrong in ({"address": SECOND}, {"address": SECOND, "superseded_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            JoinLink.objects.create(**values | wrong)


class TestAtRest:
    @pytest.fixture
    def link(self, conference, an):
        return enter(conference, an, passcode="123456")

    def stored(self) -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT address, passcode FROM venues_joinlink")
            return cursor.fetchone()

    def write(self, column: str, value: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE venues_joinlink SET {column} = %s", [value])

    def test_neither_address_nor_passcode_can_be_read_in_the_database(self, link):
        for sealed, text in zip(self.stored(), (FIRST, "123456"), strict=True):
            assert sealed.startswith(sealing.MARK)
            assert sealing.unseal(sealed, SEALED_FOR) == text
        fresh = JoinLink.objects.get()
        assert (fresh.address, fresh.passcode) == (FIRST, "123456")

    @pytest.mark.parametrize(("column", "value"), [("address", SECOND), ("address", ""), ("passcode", "1")])
    def test_the_database_takes_no_clear_text(self, link, column, value):
        with pytest.raises(IntegrityError), transaction.atomic():
            self.write(column, value)

    def test_nobody_asks_the_database_for_an_address(self, link):
        for lookup in ("address", "address__startswith", "passcode__in"):
            with pytest.raises(FieldError):
                JoinLink.objects.filter(**{lookup: FIRST})

    def test_a_former_key_still_opens_it_until_it_is_sealed_anew(self, link, conference, an, settings):
        former, settings.SECRET_KEY = (
            settings.SECRET_KEY,
            "another-key-of-at-least-fifty-characters-for-a-test",
        )
        settings.SECRET_KEY_FALLBACKS = [former]
        assert JoinLink.objects.get().address == FIRST
        assert enter(conference, an, passcode="123456").pk == link.pk  # still the same one
        call_command("reseal", stdout=StringIO())
        settings.SECRET_KEY_FALLBACKS = []
        assert JoinLink.objects.get().address == FIRST

    def test_a_lost_key_asks_for_the_address_again(self, link, rooms, conference, an, settings, capsys):
        settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-for-a-test"
        assert links_of(rooms) == {}
        before = self.stored()
        call_command("reseal")
        assert "2 mục không khóa nào mở được" in capsys.readouterr().err
        assert self.stored() == before
        second = enter(conference, an, SECOND)
        assert links_of(rooms)[rooms[0].pk] == second


@pytest.mark.django_db(transaction=True)
def test_the_migration_seals_what_stands_there_and_gives_it_back(conference, an):
    enter(conference, an, passcode="123456")
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    columns = "SELECT address, passcode FROM venues_joinlink"
    try:
        MigrationExecutor(connection).migrate([("venues", "0006_own_findings")])
        with connection.cursor() as cursor:
            cursor.execute(columns)
            assert cursor.fetchone() == (FIRST, "123456")
    finally:
        MigrationExecutor(connection).migrate(newest)
    assert JoinLink.objects.get().address == FIRST
    with connection.cursor() as cursor:
        cursor.execute(columns)
        assert all(value.startswith(sealing.MARK) for value in cursor.fetchone())


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

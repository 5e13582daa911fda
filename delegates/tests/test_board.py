"""The board: states in words, what is unchanged costs one short query, and only those concerned may watch."""

import datetime as dt
import gzip
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from delegates.board import live
from delegates.board.figures import board_of
from delegates.models import Delegate
from delegates.services.attendance import Mark, mark
from delegates.services.speaking import allow_speech, ask_to_speak, start_speech
from directory.models import AuditEntry
from hoinghi.tests.cast import make_delegate, make_nomination, make_user
from venues import watching
from venues.models import Booking, Incident
from venues.services import report, set_connected

pytestmark = pytest.mark.django_db


def board_url(conference) -> str:
    return reverse("board", args=[conference.slug])


def live_url(conference) -> str:
    return reverse("board-live", args=[conference.slug])


def state_of(conference, room, at) -> str:
    return next(each for each in board_of(conference, at).rooms if each.booking.pk == room.pk).state


class TestStates:
    def test_each_state_in_its_turn(self, conference, rooms, dung):
        room, at = rooms["Đắk Lắk"], conference.start_at
        assert state_of(conference, room, at) in ("preparing", "missing")
        Booking.objects.filter(pk=room.pk).update(state="ready")
        assert state_of(conference, room, at) == "ready"
        set_connected(booking=room, actor=dung, at=at)
        assert state_of(conference, room, at) == "connected"
        report(booking=room, kind=Incident.Kind.NO_SOUND, actor=dung, at=at)
        assert state_of(conference, room, at) == "incident"
        report(booking=room, kind=Incident.Kind.POWER, actor=dung, at=at)
        assert state_of(conference, room, at) == "lost"

    def test_the_list_of_the_day_before_and_of_the_day(self, conference, rooms, dung):
        Booking.objects.filter(pk=rooms["Cà Mau"].pk).update(state="ready")
        before = board_of(conference, conference.start_at - dt.timedelta(days=1))
        assert rooms["Cà Mau"] not in [room.booking for room in before.urgent]
        assert rooms["Đắk Lắk"] in [room.booking for room in before.urgent]
        assert before.unconnected == []
        set_connected(booking=rooms["central"], actor=dung, at=conference.joins_at)
        now = board_of(conference, conference.joins_at)
        assert [room.booking for room in now.unconnected] == [rooms["Cà Mau"]]
        report(booking=rooms["Đắk Lắk"], kind=Incident.Kind.LINE_LOST, actor=dung, at=conference.start_at)
        worst = board_of(conference, conference.start_at).urgent[0]
        assert (worst.booking, worst.words, worst.since) == (
            rooms["Đắk Lắk"],
            "Mất kết nối",
            conference.start_at,
        )

    def test_the_figures_of_the_day_count_every_room_once(self, conference, rooms, dung):
        at = conference.start_at
        set_connected(booking=rooms["Đắk Lắk"], actor=dung, at=at)
        # One that is connected all the same, one that has not been yet, one that is cut off.
        report(booking=rooms["Đắk Lắk"], kind=Incident.Kind.NO_SOUND, actor=dung, at=at)
        report(booking=rooms["Cà Mau"], kind=Incident.Kind.NO_PICTURE, actor=dung, at=at)
        report(booking=rooms["central"], kind=Incident.Kind.LINE_LOST, actor=dung, at=at)
        board = board_of(conference, at)
        assert [(stat.label, stat.number) for stat in board.stats[:4]] == [
            ("Đã kết nối", 1),
            ("Chưa kết nối", 1),
            ("Mất kết nối", 1),
            ("Sự cố đang mở", 3),
        ]

    def test_points_to_do_are_named_before_the_day_and_counted_on_it(self, conference, rooms):
        def told(at) -> str:
            room = next(each for each in board_of(conference, at).rooms if each.name == "Cà Mau")
            return " ".join(room.told_missing)

        at, words = conference.start_at, "mục kiểm tra bắt buộc"
        assert f"{words} (" in told(at - dt.timedelta(days=1))
        assert told(at).endswith(words)

    def test_every_room_stands_on_it_once(self, conference, rooms):
        board = board_of(conference, conference.start_at)
        assert sorted(room.booking.pk for room in board.rooms) == sorted(each.pk for each in rooms.values())

    def test_as_many_queries_for_three_rooms_as_for_one_with_everything(
        self, conference, rooms, people, nomination, dung, an, binh
    ):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                board = board_of(conference, conference.start_at)
                assert [room.words for room in board.rooms]
            return len(captured)

        calm, at = queries(), conference.start_at
        for room in rooms.values():
            report(booking=room, kind=Incident.Kind.NO_SOUND, actor=dung, at=at)
        for topic in ("Một", "Hai", "Ba"):
            speech = ask_to_speak(
                nomination=nomination, delegate=people[0], topic=topic, minutes=5, actor=binh, at=at
            )
            allow_speech(speech=speech, actor=an)
        start_speech(speech=speech, actor=an, at=at)
        assert queries() == calm


class TestThePage:
    def test_what_staff_read_and_what_others_do(self, client, today, rooms, an, dung, people):
        report(
            booking=rooms["Đắk Lắk"],
            kind=Incident.Kind.NO_PICTURE,
            note="Camera",
            actor=dung,
            at=timezone.now(),
        )
        client.force_login(an)
        page = client.get(board_url(today)).content.decode()
        assert "Đắk Lắk: mất hình" in page
        assert reverse("room-day", args=[rooms["Đắk Lắk"].pk]) in page
        assert f'value="connected:{rooms["Đắk Lắk"].pk}"' in page
        set_connected(booking=rooms["Đắk Lắk"], actor=dung, at=timezone.now())
        page = client.get(board_url(today)).content.decode()
        assert f'value="connected:{rooms["Đắk Lắk"].pk}"' not in page, "connected, though without a picture"
        client.force_login(dung)
        page = client.get(board_url(today)).content.decode()
        assert "Đắk Lắk: mất hình" in page
        assert 'form="thao-tac"' not in page
        assert "tel:" not in page

    def test_only_those_concerned(self, client, today, rooms, binh, cuc, dung, nomination):
        for user, status in ((binh, 200), (dung, 200), (cuc, 404), (make_user("x@y.example", "Lạ"), 404)):
            client.force_login(user)
            assert client.get(board_url(today)).status_code == status, user
            assert client.get(live_url(today)).status_code == status, user
            assert client.post(board_url(today), {"do": f"connected:{rooms['Cà Mau'].pk}"}).status_code == 404
        client.logout()
        assert client.get(live_url(today)).headers["Location"].startswith("/tai-khoan/login/")

    def test_a_draft_has_no_board_but_for_staff(self, client, today, rooms, an, dung):
        Conference.objects.update(state=Conference.State.DRAFT)
        client.force_login(dung)
        assert client.get(board_url(today)).status_code == 404
        client.force_login(an)
        assert client.get(board_url(today)).status_code == 200

    def test_one_tap_of_staff(self, client, today, rooms, an, dung):
        client.force_login(an)
        room = rooms["Cà Mau"]
        assert client.post(board_url(today), {"do": f"lost:{room.pk}"}).status_code == 302
        room.refresh_from_db()
        assert room.state == Booking.State.LOST
        client.post(board_url(today) + "?lon", {"do": f"connected:{room.pk}"})
        room.refresh_from_db()
        assert room.state == Booking.State.CONNECTED
        sound = report(booking=room, kind=Incident.Kind.NO_SOUND, actor=dung, at=timezone.now())
        client.post(board_url(today), {"do": f"resolve:{sound.pk}"})
        assert not Incident.objects.open().exists()
        for nonsense in ("connected:0", "xyz:1", "", "lost:", "resolve:999999", f"connected:{room.pk}a"):
            assert client.post(board_url(today), {"do": nonsense}).status_code == 404

    def test_another_day_is_refused_with_the_reason(self, client, conference, rooms, an):
        client.force_login(an)
        answer = client.post(board_url(conference), {"do": f"connected:{rooms['Cà Mau'].pk}"})
        assert answer.status_code == 409
        assert "Chưa đến ngày họp" in answer.content.decode()
        assert not AuditEntry.objects.filter(action="booking.set_state").exists()


class TestPolls:
    def poll(self, client, conference, etag: str = "", **headers):
        known = {"HTTP_IF_NONE_MATCH": etag} if etag else {}
        return client.get(live_url(conference), **known, **headers)

    def settled(self, client, conference):
        """A first answer; asked again when the minute turns meanwhile."""
        first = self.poll(client, conference)
        again = self.poll(client, conference, first["ETag"])
        return (first, again) if again.status_code == 304 else self.settled(client, conference)

    def test_unchanged_costs_two_queries_and_nothing_to_read(self, client, today, rooms, an):
        client.force_login(an)
        first, again = self.settled(client, today)
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again["ETag"] == first["ETag"]
        with CaptureQueriesContext(connection) as queries:
            answer = self.poll(client, today, first["ETag"])
        if answer.status_code == 304:  # not at the turn of a minute
            # The session (does staff look as an organisation?) and the number of the board.
            assert len(queries) == 2
            assert not answer.cookies

    def test_every_kind_of_change_is_new(
        self, client, today, rooms, an, dung, binh, people, nomination, django_capture_on_commit_callbacks
    ):
        client.force_login(an)
        now = timezone.now()
        seen = self.poll(client, today)["ETag"]
        speech = {}
        for change in (
            lambda: set_connected(booking=rooms["Đắk Lắk"], actor=dung, at=now),
            lambda: report(booking=rooms["Đắk Lắk"], kind="no_sound", actor=dung, at=now),
            lambda: mark(
                conference=today,
                marks=[Mark(people[0].pk, Delegate.Attendance.IN_PERSON)],
                booking=rooms["Đắk Lắk"],
                actor=dung,
                at=now,
            ),
            lambda: speech.update(
                one=ask_to_speak(
                    nomination=nomination, delegate=people[0], topic="X", minutes=None, actor=binh, at=now
                )
            ),
            lambda: allow_speech(speech=speech["one"], actor=an),
        ):
            with django_capture_on_commit_callbacks(execute=True):
                change()
            answer = self.poll(client, today, seen)
            assert (answer.status_code, answer["ETag"] != seen) == (200, True)
            seen = answer["ETag"]

    def test_an_etag_opens_nothing_for_others(self, client, today, rooms, an, dung, cuc):
        client.force_login(an)
        etag = self.poll(client, today)["ETag"]
        client.force_login(cuc)
        assert self.poll(client, today, '"guessed"').status_code == 404
        client.force_login(dung)
        assert self.poll(client, today)["ETag"] != etag, "what staff read is another part"

    def test_compressed_for_whoever_can_read_it(self, client, today, rooms, an):
        client.force_login(an)
        plain = self.poll(client, today)
        packed = self.poll(client, today, HTTP_ACCEPT_ENCODING="gzip, br")
        assert packed["Content-Encoding"] == "gzip"
        if packed["ETag"] == plain["ETag"]:
            assert gzip.decompress(packed.content) == plain.content

    def test_the_minute_brings_a_new_one(self, conference):
        at = conference.start_at.replace(second=59, microsecond=0)
        one, two = (live.etag_of(1, 5, "x", each) for each in (at, at + dt.timedelta(seconds=1)))
        assert one != two
        assert live.etag_of(1, 5, "x", at.replace(second=0)) == one
        assert (
            len({live.etag_of(1, 5, "x", at), live.etag_of(1, 6, "x", at), live.etag_of(1, 5, "y", at)}) == 3
        )

    def test_of_a_conference_that_does_not_exist(self, client, an):
        client.force_login(an)
        assert client.get(reverse("board-live", args=["khong-co"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_moment_are_all_counted(conference):
    def change():
        try:
            watching.changed(conference.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=change) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert conference.board.number == 9


def test_a_list_more_costs_no_more_queries(client, today, rooms, an, world, nomination):
    client.force_login(an)
    make_delegate(nomination)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(board_url(today))
        return len(captured)

    client.get(board_url(today))
    few = queries()
    make_delegate(make_nomination(today, world.ca_mau))
    assert queries() == few


class TestDrawnAtMostOnceASecond:
    """What is drawn, and for whom a part of a moment ago will do."""

    @pytest.fixture
    def ask(self, rf):
        live._drawn.clear()
        drawn = []

        def ask(number: int, known: str = "") -> tuple[str, bytes]:
            request = rf.get("/", headers={"If-None-Match": known} if known else {})
            etag = live.etag_of(1, number, "x", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
            answer = live.drawn(
                request, 1, "x", number, etag, lambda: drawn.append(number) or f"part {number}"
            )
            return answer["ETag"], answer.content

        ask.drawn = drawn
        yield ask
        live._drawn.clear()

    def test_drawn_once_for_all(self, ask):
        assert ask(1) == ask(1)
        assert ask.drawn == [1]

    def test_whoever_has_an_older_one_gets_that_of_a_moment_ago(self, ask, monkeypatch):
        old, _ = ask(1)
        monkeypatch.setattr(live, "NEW_ENOUGH", 0)
        ask(2)
        monkeypatch.setattr(live, "NEW_ENOUGH", 60)
        etag, content = ask(3, old)
        assert content == b"part 2"
        assert etag.startswith('"2.'), "so the screen asks on until it has the third"

    def test_nobody_is_given_what_is_older_than_the_own(self, ask, monkeypatch):
        monkeypatch.setattr(live, "NEW_ENOUGH", 60)
        ask(2)
        for known, number in (('"2.x"', 3), ('"3.x"', 4)):
            assert ask(number, known)[1] == f"part {number}".encode()

    def test_after_the_moment_it_is_drawn_anew(self, ask, monkeypatch):
        monkeypatch.setattr(live, "NEW_ENOUGH", 0)
        ask(1)
        assert ask(2, '"0.x"')[1] == b"part 2"

    @pytest.mark.parametrize("known", ["*", '"', "W/", '"x.y"', '"' + "9" * 40 + '."', '"²."'])
    def test_what_a_screen_says_may_be_nonsense(self, ask, known):
        assert ask(1, known)[1] == b"part 1"

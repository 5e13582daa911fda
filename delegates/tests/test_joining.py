"""The way into the meeting: for whom, from when, replaced with a letter that holds no link."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from correspondence.models import Message
from delegates import joining
from delegates.models import Delegate, Nomination
from directory.models import Contact
from venues.models import JoinCount, JoinLink

pytestmark = pytest.mark.django_db
FIRST, SECOND = "https://hop.example/j/111?pwd=bi-mat", "https://hop.example/j/222"


def enter(conference, an, address=FIRST, *, booking=None, at=None, reason=""):
    return joining.enter(
        conference=conference,
        booking=booking,
        address=address,
        passcode="123456",
        reason=reason,
        actor=an,
        at=at or timezone.now(),
    )


@pytest.fixture
def link(today, an):
    enter(today, an)
    return today


class TestWhoAndWhen:
    def test_accounts_from_their_own_rooms(self, client, link, rooms, an, binh, cuc, dung, nomination):
        page = reverse("join", args=[link.slug])
        for user, labels in (
            (binh, ["Đắk Lắk"]),
            (dung, ["Đắk Lắk"]),
            (cuc, ["Cà Mau"]),
            (an, ["trung tâm", "Cà Mau", "Đắk Lắk"]),
        ):
            client.force_login(user)
            text = client.get(page).content.decode().replace("tỉnh ", "")
            seen = [name for name in ("trung tâm", "Cà Mau", "Đắk Lắk") if f"Điểm cầu {name}</h2>" in text]
            assert seen == labels, user
            assert FIRST in text

    def test_a_focal_point_finds_the_way_and_the_board(self, client, link, rooms, binh, nomination):
        client.force_login(binh)
        ways = [reverse(name, args=[link.slug]) for name in ("join", "board")]
        for page in ("nomination", "nomination-speeches"):
            text = client.get(reverse(page, args=[nomination.pk])).content.decode()
            assert [way for way in ways if f'href="{way}"' in text] == ways
        assert [client.get(way).status_code for way in ways] == [200, 200]
        link.bookings.update(released_at=timezone.now())
        text = client.get(reverse("nomination", args=[nomination.pk])).content.decode()
        assert not [way for way in ways if way in text], "where nobody meets online they lead nowhere"

    def test_opened_it_is_counted_for_the_room_and_leads_on(self, client, link, rooms, binh, nomination):
        client.force_login(binh)
        own = reverse("join-open", args=[link.slug, rooms["Đắk Lắk"].pk])
        answer = client.get(own)
        assert (answer.status_code, answer["Location"]) == (302, FIRST)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        client.get(own)
        assert list(JoinCount.objects.values_list("booking", "opened")) == [(rooms["Đắk Lắk"].pk, 2)]
        other = reverse("join-open", args=[link.slug, rooms["Cà Mau"].pk])
        assert client.get(other).status_code == 404

    def test_nobody_sees_it_before_the_time(self, client, link, rooms, an, binh, dung, em, nomination):
        Conference.objects.update(
            start_at=timezone.now() + dt.timedelta(hours=3), end_at=timezone.now() + dt.timedelta(hours=5)
        )
        for user in (an, binh, dung):
            client.force_login(user)
            for name, arguments in (
                ("join", [link.slug]),
                ("join-open", [link.slug, rooms["Đắk Lắk"].pk]),
            ):
                answer = client.get(reverse(name, args=arguments))
                assert "hop.example" not in answer.content.decode() + answer.get("Location", ""), user
        client.force_login(dung)
        page = client.get(reverse("room-day", args=[rooms["Đắk Lắk"].pk])).content.decode()
        assert "hop.example" not in page
        assert "Đường dẫn vào phòng họp mở lúc" in page
        client.logout()
        page = client.get(reverse("delegate-page", args=[em.token])).content.decode()
        assert "hop.example" not in page
        assert "123456" not in page
        assert client.get(reverse("delegate-join", args=[em.token]))["Location"].startswith("/dai-bieu/")
        assert not JoinCount.objects.exists()

    def test_a_delegate_by_the_own_link(self, client, link, rooms, em):
        page = client.get(reverse("delegate-page", args=[em.token]))
        assert "Vào phòng họp trực tuyến" in page.content.decode()
        assert "hop.example" not in page.content.decode(), "behind the portal's own address"
        answer = client.get(reverse("delegate-join", args=[em.token]))
        assert answer["Location"] == FIRST
        assert JoinCount.objects.get().booking == rooms["Đắk Lắk"]

    @pytest.mark.parametrize(
        "changes", [{"state": Delegate.State.WITHDRAWN}, {"answer": Delegate.Answer.DECLINED}]
    )
    def test_who_does_not_come_does_not_get_in(self, client, link, rooms, em, changes):
        Delegate.objects.filter(pk=em.delegate.pk).update(**changes)
        assert client.get(reverse("delegate-join", args=[em.token]))["Location"].startswith("/dai-bieu/")
        assert "Vào phòng họp" not in client.get(reverse("delegate-page", args=[em.token])).content.decode()

    def test_never_on_public_pages_nor_in_letters(self, client, link, rooms, em):
        for name in ("home", "conference"):
            arguments = [link.slug] if name == "conference" else []
            assert "hop.example" not in client.get(reverse(name, args=arguments)).content.decode()
        assert "hop.example" not in str(list(Message.objects.values("text", "html", "parts")))


class TestReplacing:
    @pytest.fixture
    def reached(self, nomination, other_nomination, world, em, dung):
        Nomination.objects.update(invited_at=timezone.now())
        Contact.objects.update(is_active=True)
        return nomination

    def addresses(self) -> set[str]:
        return set(Message.objects.filter(kind="join_replaced").values_list("address", flat=True))

    def test_everybody_who_could_see_it_is_told_without_the_link(self, link, rooms, an, reached):
        told = enter(link, an, SECOND, reason="đường dẫn bị lộ")
        assert self.addresses() == {
            "sct-dak-lak@gov.example",
            "sct-ca-mau@gov.example",
            "em@daklak.example",
            "dung@daklak.example",
        }
        assert told == 4
        for message in Message.objects.filter(kind="join_replaced"):
            whole = f"{message.subject}{message.text}{message.html}{message.parts}"
            assert "hop.example" not in whole
            assert "123456" not in whole
            assert "đường dẫn bị lộ" in message.text

    def test_only_those_of_the_room_that_has_its_own(self, link, rooms, an, reached):
        enter(link, an, SECOND, booking=rooms["Cà Mau"])
        assert self.addresses() == {"sct-ca-mau@gov.example"}
        # That of all others does not concern Cà Mau any more.
        Message.objects.all().delete()
        enter(link, an, "https://hop.example/j/333")
        assert "sct-ca-mau@gov.example" not in self.addresses()

    def test_nobody_is_told_what_nobody_has_seen(self, conference, rooms, an, reached):
        assert enter(conference, an) == 0
        assert enter(conference, an, SECOND) == 0
        assert not Message.objects.filter(kind="join_replaced").exists()

    def test_the_first_one_and_the_same_again_tell_nobody(self, link, rooms, an, reached):
        assert enter(link, an) == 0
        assert not self.addresses()


class TestTheStaffsPage:
    def page(self, conference) -> str:
        return reverse("join-links", args=[conference.slug])

    def test_entered_replaced_and_never_shown_again(self, client, today, rooms, an):
        client.force_login(an)
        sent = {"do": "enter", "address": FIRST, "passcode": "123456"}
        assert client.post(self.page(today), sent).status_code == 302
        client.post(self.page(today), sent | {"address": SECOND, "reason": "lộ"})
        text = client.get(self.page(today)).content.decode()
        assert "hop.example" not in text
        assert JoinLink.objects.live().get().address == SECOND
        assert FIRST not in [link.address for link in JoinLink.objects.all()]

    def test_a_lost_key_is_told_and_nobody_is_led_astray(self, client, link, rooms, an, em, settings):
        settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-for-this-test-alone"
        client.force_login(an)
        assert "Có đường dẫn không đọc được nữa" in client.get(self.page(link)).content.decode()
        answer = client.get(reverse("join-open", args=[link.slug, rooms["Cà Mau"].pk]))
        assert answer["Location"] == reverse("join", args=[link.slug])

    def test_bad_addresses_are_explained_and_kept(self, client, today, rooms, an):
        client.force_login(an)
        for address, words in (
            ("", "Dán đường dẫn"),
            ("http://hop.example", "https://"),
            ("https://bit.ly/1", "rút gọn"),
        ):
            answer = client.post(self.page(today), {"do": "enter", "address": address, "passcode": "12"})
            text = answer.content.decode()
            assert answer.status_code == 200
            assert words in text
            assert f'value="{address}"' in text or not address
        assert not JoinLink.objects.exists()

    def test_a_room_of_its_own_and_back(self, client, link, rooms, an):
        client.force_login(an)
        room = rooms["Cà Mau"]
        client.post(self.page(link), {"do": "enter", "address": SECOND, "phong": room.pk})
        assert JoinLink.objects.live().get(booking=room).address == SECOND
        client.post(self.page(link), {"do": "withdraw", "phong": room.pk})
        assert not JoinLink.objects.live().filter(booking=room).exists()
        assert client.get(self.page(link) + "?phong=999999").status_code == 404
        client.post(self.page(link), {"do": "withdraw"})
        assert not JoinLink.objects.live().exists()

    def test_as_many_queries_for_one_link_as_for_three(self, client, link, rooms, an):
        from delegates.tests.counting import queries_of

        client.force_login(an)
        few = queries_of(client, self.page(link))
        for room in rooms.values():
            enter(link, an, f"https://hop.example/{room.pk}", booking=room)
        assert queries_of(client, self.page(link)) == few

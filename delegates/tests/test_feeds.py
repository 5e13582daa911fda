"""Calendars to subscribe to: what each shows, whom it shows it to, and what becomes of an old address."""

import datetime as dt

import pytest
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from conferences.changes import remember
from conferences.followers import follow
from conferences.models import Conference, ConferenceFact
from delegates import feeds
from delegates.models import Delegate
from directory.models import AuditEntry, PersonalLink
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination
from venues.services import prepare_rooms

pytestmark = pytest.mark.django_db

PUBLIC = "/lich.ics"
RENEW = {"do": "renew"}


@pytest.fixture
def conference(conference, an):
    conference.frame.invitation = []
    conference.frame.save()
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    ConferenceFact.objects.create(
        conference=conference, code="hop", type="link", value="https://hop.example/"
    )
    return conference


def events_in(answer) -> dict[str, dict]:
    """UID → event; both parsers must read the same."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    calendar = Calendar.from_ical(answer.content)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    read = vobject.readOne(answer.content.decode())
    assert [event.uid.value for event in getattr(read, "vevent_list", [])] == list(events)
    return events


def own_feed(holder, purpose: str) -> str:
    feeds.renew_address(purpose=purpose, holder=holder, actor="kiểm thử", at=timezone.now())
    found = feeds.address_of(purpose=purpose, holder=holder, at=timezone.now())
    assert found.webcal == found.https.replace("http:", "webcal:").replace("https:", "webcal:")
    return "/" + found.https.split("/", 3)[3]


class TestPublic:
    def test_what_is_published_and_not_over_for_a_year(self, client, world, conference):
        now = timezone.now()
        for slug, days, state in (
            ("vua-qua", -300, "concluded"),
            ("lau-roi", -400, "concluded"),
            ("nhap", 20, "draft"),
            ("du-kien", 30, "planned"),
            ("huy", 40, "cancelled"),
        ):
            start = now + dt.timedelta(days=days)
            make_conference(
                world,
                slug=slug,
                title=slug,
                state=state,
                start_at=start,
                end_at=start + dt.timedelta(hours=4),
                nomination_deadline=None,
            )
        events = events_in(client.get(PUBLIC))
        assert {str(event["SUMMARY"]): str(event["STATUS"]) for event in events.values()} == {
            "vua-qua": "CONFIRMED",
            conference.title: "CONFIRMED",
            "du-kien": "TENTATIVE",
            "HỦY: huy": "CANCELLED",
        }

    def test_nothing_of_anybody_stands_in_it(self, client, em, conference):
        content = client.get(PUBLIC).content.decode()
        assert "ATTENDEE" not in content
        assert "hop.example" not in content
        for word in (em.delegate.full_name, em.delegate.email, "sct-"):
            assert word not in content

    def test_nothing_new_is_answered_in_short(self, client, conference):
        first = client.get(PUBLIC)
        again = client.get(PUBLIC, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        conference.title = "Hội nghị tổng kết"
        conference.save()
        changed = client.get(PUBLIC, headers={"if-none-match": first["ETag"]})
        assert changed.status_code == 200
        assert "Hội nghị tổng kết" in changed.content.decode()

    def test_it_costs_the_same_for_three_conferences_as_for_one(self, client, world, conference):
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(f"{PUBLIC}?x").status_code == 200
            return len(seen)

        one = queries()
        for slug in ("hai", "ba"):
            make_conference(world, slug=slug)
        assert queries() == one

    def test_the_home_page_leads_there(self, client, settings):
        settings.PUBLIC_URL = "https://hoinghi.example"
        page = client.get("/").content.decode()
        assert 'href="webcal://hoinghi.example/lich.ics"' in page
        assert 'href="https://hoinghi.example/lich.ics"' in page


class TestFocalPoint:
    def test_own_conferences_with_the_own_room(self, client, conference, nomination, binh, world):
        make_conference(world, slug="khac")
        (event,) = events_in(client.get(own_feed(binh, feeds.FOCAL))).values()
        assert event["SUMMARY"] == conference.title
        assert event["LOCATION"] == "Phòng họp trực tuyến của Chi cục Quản lý thị trường tỉnh Đắk Lắk"
        assert "https://hop.example/" in event["DESCRIPTION"]

    def test_the_same_entry_as_everywhere(self, client, nomination, binh):
        assert set(events_in(client.get(own_feed(binh, feeds.FOCAL)))) == set(events_in(client.get(PUBLIC)))

    @pytest.mark.parametrize("state", ["draft", "planned"])
    def test_what_is_not_announced_is_not_there(self, client, conference, nomination, binh, state):
        Conference.objects.update(state=state)
        assert events_in(client.get(own_feed(binh, feeds.FOCAL))) == {}

    def test_called_off_it_stays_as_called_off(self, client, conference, nomination, binh, an):
        remember(conference=conference, actor=an, at=timezone.now())
        path = own_feed(binh, feeds.FOCAL)
        for state, status in (("postponed", "TENTATIVE"), ("cancelled", "CANCELLED")):
            conference.state = state
            conference.save()
            follow(conference=conference, actor=an, at=timezone.now())
            (event,) = events_in(client.get(path)).values()
            assert event["STATUS"] == status

    def test_a_mandate_that_has_ended_leaves_an_empty_calendar(self, client, nomination, binh):
        path = own_feed(binh, feeds.FOCAL)
        binh.mandates.update(valid_to=timezone.localdate() - dt.timedelta(days=1))
        assert events_in(client.get(path)) == {}

    def test_a_closed_account_has_none(self, client, nomination, binh):
        path = own_feed(binh, feeds.FOCAL)
        binh.is_active = False
        binh.save()
        assert client.get(path).status_code == 410

    def test_it_costs_the_same_for_three_conferences_as_for_one(self, client, world, nomination, binh, an):
        path = own_feed(binh, feeds.FOCAL)

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            return len(seen)

        one = queries()
        for number, slug in enumerate(("hai", "ba"), start=1):
            start = nomination.conference.start_at + dt.timedelta(days=number)
            other = make_conference(world, slug=slug, start_at=start, end_at=start + dt.timedelta(hours=4))
            prepare_rooms(conference=other, actor=an, at=timezone.now())
            make_nomination(other, world.dak_lak)
        assert len(events_in(client.get(path))) == 3
        assert queries() == one

    def test_the_page_gives_the_address_and_another_one(self, client, nomination, binh):
        client.force_login(binh)
        page = client.get(reverse("invitations")).content.decode()
        assert "Lấy địa chỉ lịch" in page
        answer = client.post(reverse("focal-feed-renew"), RENEW, follow=True)
        first = answer.context["subscription"]
        assert first.https in answer.content.decode()
        assert first.webcal in answer.content.decode()
        second = client.post(reverse("focal-feed-renew"), RENEW, follow=True).context["subscription"]
        assert second != first
        assert AuditEntry.objects.filter(action="feed.renew").count() == 2

    def test_an_old_address_says_that_it_is_gone_in_words_of_calendars(self, client, nomination, binh):
        old, new = own_feed(binh, feeds.FOCAL), own_feed(binh, feeds.FOCAL)
        answer = client.get(old)
        assert answer.status_code == 410
        assert answer["Content-Type"].startswith("text/calendar")
        assert Calendar.from_ical(answer.content).walk("VEVENT") == []
        assert len(events_in(client.get(new))) == 1


class TestDelegate:
    def test_the_conference_with_the_room(self, client, conference, em):
        (event,) = events_in(client.get(own_feed(em.delegate, feeds.DELEGATE))).values()
        assert event["LOCATION"].endswith("tỉnh Đắk Lắk")
        assert "ATTENDEE" not in event

    def test_of_others_there_is_nothing(self, client, em, nomination):
        make_delegate(nomination, full_name="Lê Văn Khác", email="khac@daklak.example")
        content = client.get(own_feed(em.delegate, feeds.DELEGATE)).content.decode()
        assert "Khác" not in content
        assert "khac@" not in content

    @pytest.mark.parametrize(
        "change", [{"state": Delegate.State.REPLACED}, {"state": Delegate.State.WITHDRAWN}]
    )
    def test_who_is_not_sent_any_more_has_none(self, client, em, change):
        path = own_feed(em.delegate, feeds.DELEGATE)
        Delegate.objects.update(**change)
        assert client.get(path).status_code == 410

    def test_the_page_gives_the_address_and_another_one_and_stays_open(self, client, em):
        page = reverse("delegate-page", args=[em.token])
        assert "Lấy địa chỉ lịch" in client.get(page).content.decode()
        renew = reverse("delegate-feed-renew", args=[em.token])
        first = client.post(renew, RENEW, follow=True).context["subscription"]
        second = client.post(renew, RENEW, follow=True).context["subscription"]
        assert second != first
        assert client.get(page).status_code == 200  # the letter's own link is another one


class TestAddresses:
    @pytest.mark.parametrize("name", ["focal-feed", "delegate-feed"])
    @pytest.mark.parametrize("token", ["1-" + "0" * 40, "x", "999-" + "a" * 40])
    def test_a_made_up_one_is_unknown(self, client, nomination, binh, name, token):
        own_feed(binh, feeds.FOCAL)
        assert client.get(reverse(name, args=[token])).status_code == 404

    def test_one_kind_does_not_open_another(self, client, em, binh):
        token = own_feed(binh, feeds.FOCAL).split("/")[2]
        assert client.get(reverse("delegate-feed", args=[token])).status_code == 404
        assert client.get(reverse("delegate-page", args=[token])).status_code == 404
        assert client.get(reverse("focal-feed", args=[em.token])).status_code == 404

    def test_an_expired_one_is_gone(self, client, em):
        path = own_feed(em.delegate, feeds.DELEGATE)
        PersonalLink.objects.update(expires_at=timezone.now())
        assert client.get(path).status_code == 410

    def test_programs_ask_again_and_nobody_in_between_keeps_it(self, client, em):
        path = own_feed(em.delegate, feeds.DELEGATE)
        first = client.get(path)
        assert {"private", "no-cache"} <= set(first["Cache-Control"].split(", "))
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304

    def test_nothing_usable_is_stored(self, em):
        token = own_feed(em.delegate, feeds.DELEGATE).split("/")[2]
        link = PersonalLink.objects.get(purpose=feeds.DELEGATE)
        assert token.partition("-")[2] not in str(link.__dict__)

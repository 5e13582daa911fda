"""A login ends by itself, and a form that is sent too late is not lost."""

import datetime as dt

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory import session_limits
from directory.tasks import forget_expired_sessions
from hoinghi.tests.cast import PASSWORD

MORNING = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)
REASON = "Trùng kỳ họp\nHội đồng nhân dân"
HOME = "/loi-moi/"
DESK = "/quan-tri/"


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


@pytest.fixture
def clock(settings):
    settings.SESSION_IDLE_SECONDS, settings.SESSION_SECONDS = 30 * 60, 8 * 3600
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def log_in(client, user, **data):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD} | data)


@pytest.mark.parametrize(
    ("since", "seen", "expected"),
    [
        (0, 0, ""),
        (0, minutes(29.9), ""),
        (0, minutes(30), "idle"),
        (minutes(479.9), 0, ""),
        (minutes(480), 0, "old"),
        (minutes(481), minutes(31), "old"),
    ],
)
def test_the_limits(clock, since, seen, expected):
    started, last = MORNING - (since or minutes(0)), MORNING - (seen or minutes(0))
    kept = {"since": min(started, last).timestamp(), "seen": last.timestamp()}
    assert session_limits.over(kept, MORNING) == expected


def test_work_keeps_the_login_alive_and_a_pause_ends_it(client, clock, binh):
    log_in(client, binh)
    for _ in range(3):
        clock.shift(minutes(29))
        assert client.get(HOME).status_code == 200
    clock.shift(minutes(31))
    answer = client.get(HOME, follow=True)
    assert answer.redirect_chain[0][0].startswith("/tai-khoan/login/")
    assert "Phiên làm việc đã kết thúc vì 30 phút không có thao tác" in answer.content.decode()
    assert client.get(HOME).status_code == 302


def test_nobody_works_longer_than_the_absolute_limit(client, clock, binh):
    log_in(client, binh)
    for _ in range(23):
        clock.shift(minutes(20))
        assert client.get(HOME).status_code == 200
    clock.shift(minutes(20))
    assert "vì đã dài quá 8 giờ" in client.get(HOME, follow=True).content.decode()


def test_the_session_of_the_ended_login_is_gone_from_the_table(client, clock, binh):
    log_in(client, binh)
    old = client.session.session_key
    clock.shift(minutes(31))
    client.get(HOME)
    assert not Session.objects.filter(pk=old).exists()


def test_a_form_that_nobody_came_back_for_does_not_stay(client, clock, binh, an, settings):
    """It lies in the session, out of reach of retention: names, telephones, reasons."""
    log_in(client, binh)
    clock.shift(minutes(31))
    client.get(HOME)
    other = Client()
    log_in(other, an)
    Session.objects.exclude(pk=other.session.session_key).update(expire_date=MORNING)
    assert (Session.objects.count(), UserSession.objects.count()) == (2, 2)
    forget_expired_sessions()
    assert Session.objects.get().pk == other.session.session_key
    assert UserSession.objects.count() == 2  # its own day is not over
    clock.shift(minutes(24 * 60))
    forget_expired_sessions()
    assert [row.user for row in UserSession.objects.all()] == [an]
    assert "directory.tasks.forget_expired_sessions" in settings.CELERY_BEAT_SCHEDULE


def test_reading_writes_the_clock_once_a_minute(client, clock, binh):
    def writes_of_a_visit() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        return sum("UPDATE" in query["sql"] for query in queries)

    log_in(client, binh)
    visits = []
    for pause in (0, 0.5, 0.4, 0.2, 0.1, 1):
        clock.shift(minutes(pause))
        visits.append(writes_of_a_visit())
    assert visits == [0, 0, 0, 1, 0, 1]


def test_a_page_that_asks_by_itself_is_nobody_unless_it_hangs_on_a_wall(client, clock, an, conference):
    def alive_after_asking(name: str) -> bool:
        log_in(client, an)
        for _ in range(4):
            clock.shift(minutes(10))
            client.get(reverse(name, args=[conference.slug]), headers={"HX-Request": "true"})
        return client.get(DESK).status_code == 200

    assert not alive_after_asking("cockpit")
    assert alive_after_asking("board-live")


def test_a_login_from_before_the_clock_begins_to_count_now(client, clock, binh):
    log_in(client, binh)
    session = client.session
    del session[session_limits.CLOCK]
    session.save()
    assert client.get(HOME).status_code == 200
    clock.shift(minutes(31))
    assert client.get(HOME).status_code == 302


def test_a_session_ended_elsewhere_at_this_very_moment_is_no_error(client, clock, binh, monkeypatch):
    log_in(client, binh)
    clock.shift(minutes(2))
    really = session_limits.SessionLimitsMiddleware._note_somebody_there

    def signed_out_first(self, request, at):
        request.session.get(session_limits.CLOCK)
        Session.objects.all().delete()
        return really(self, request, at)

    monkeypatch.setattr(session_limits.SessionLimitsMiddleware, "_note_somebody_there", signed_out_first)
    assert client.get(HOME).headers["Location"].startswith("/tai-khoan/login/")


class TestFormsSentTooLate:
    """binh declines to send anybody: a reason is typed, the login ends, the button is pressed."""

    @pytest.fixture
    def page(self, nomination):
        return reverse("nomination-decline", args=[nomination.pk])

    @pytest.fixture
    def late(self, client, clock, binh, page):
        log_in(client, binh)
        clock.shift(minutes(45))
        return client.post(page, {"version": 0, "decline-reason": REASON, "old_password": "x"})

    def test_it_is_offered_after_the_login_and_then_done(self, client, late, binh, page, nomination):
        way = f"/tai-khoan/login/?next={reverse('unsent')}"
        assert (late.status_code, late.headers["Location"]) == (302, way)
        login = client.get(way).content.decode()
        assert "đã được giữ lại" in login
        assert log_in(client, binh, next=reverse("unsent")).headers["Location"] == reverse("unsent")
        offered = client.get(reverse("unsent"))
        (form,) = offered.context["forms"]
        assert form["fields"] == [["version", "0"], ["decline-reason", REASON]]
        assert "Trùng kỳ họp" in offered.content.decode()
        again = client.post(reverse("send-again", args=[form["key"]]), dict(form["fields"]), follow=True)
        assert again.redirect_chain[0] == (page, 307)
        nomination.refresh_from_db()
        assert nomination.state == "declined"
        assert "Không còn biểu mẫu nào" in client.get(reverse("unsent")).content.decode()

    def test_nothing_was_done_before(self, late, nomination):
        nomination.refresh_from_db()
        assert nomination.state == "open"

    def test_nobody_else_at_this_browser_sees_it(self, client, late, cuc):
        log_in(client, cuc)
        assert not client.get(reverse("unsent")).context["forms"]

    def test_it_can_be_thrown_away(self, client, late, binh):
        log_in(client, binh)
        (form,) = client.get(reverse("unsent")).context["forms"]
        client.post(reverse("unsent"), {"key": form["key"]})
        assert not client.get(reverse("unsent")).context["forms"]

    def test_a_click_elsewhere_or_a_second_tab_first_changes_nothing(self, client, clock, binh, page):
        log_in(client, binh)
        clock.shift(minutes(45))
        client.get(HOME)
        client.post(page, {"reason": "Một"})
        client.post(page, {"reason": "Hai"})
        log_in(client, binh)
        forms = client.get(reverse("unsent")).context["forms"]
        assert [form["fields"] for form in forms] == [[["reason", "Một"]], [["reason", "Hai"]]]

    def test_they_outlive_a_second_end(self, client, clock, late, binh):
        log_in(client, binh)
        clock.shift(minutes(45))
        client.get(HOME)
        log_in(client, binh)
        assert len(client.get(reverse("unsent")).context["forms"]) == 1

    def test_a_page_that_counts_by_itself_keeps_what_is_typed_where_it_is(self, client, clock, binh, page):
        log_in(client, binh)
        clock.shift(minutes(45))
        assert client.post(page, {"reason": "x"}, headers={"HX-Request": "true"}).status_code == 204
        log_in(client, binh)
        assert not client.get(reverse("unsent")).context["forms"]

    def test_strangers_and_the_login_pages_leave_nothing(self, clock, binh, page):
        browser = Client()
        assert browser.post(page, {"reason": "x"}).headers["Location"].endswith(f"next={page}")
        log_in(browser, binh)
        browser.post(reverse("account_logout"))
        browser.post(page, {"reason": "x"})  # left by a press of the button: somebody else sits here now
        log_in(browser, binh)
        clock.shift(minutes(45))
        browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD})
        log_in(browser, binh)
        assert not browser.get(reverse("unsent")).context["forms"]

    def test_a_forged_one_is_refused_as_ever(self, clock, binh, page):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(binh)
        clock.shift(minutes(45))
        assert browser.post(page, {"reason": "x"}).status_code == 403

"""Three dates: by when a list is sent, changed, and closed for good; and more time, asked for and answered."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates import policies, services
from delegates.dates import in_hanoi
from delegates.errors import NominationClosed
from delegates.models import ExtensionRequest, Nomination
from delegates.tests.lists import full_list, just_before
from hoinghi.text import format_moment

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def dated(nomination):
    """Sent until the deadline, changed until a day later, closed an hour before the start."""
    conference = nomination.conference
    conference.change_until = conference.nomination_deadline + dt.timedelta(days=1)
    conference.hard_close = conference.start_at - HOUR
    conference.save()
    return nomination


def submit(nomination, actor, at):
    nomination.refresh_from_db()
    return services.submit(
        nomination=nomination, rows=full_list(), version=nomination.version, actor=actor, at=at
    )


def ask(nomination, actor, at, until=None):
    nomination.refresh_from_db()
    return services.ask_extension(
        nomination=nomination,
        until=until or at + 2 * HOUR,
        reason="Chờ ý kiến lãnh đạo",
        rows=full_list(),
        version=nomination.version,
        actor=actor,
        at=at,
    )


def test_a_submitted_list_is_changed_until_the_change_date_a_first_one_is_not(
    dated, other_nomination, binh, cuc
):
    deadline, change = dated.conference.nomination_deadline, dated.conference.change_until
    submit(dated, binh, just_before(deadline))
    submit(dated, binh, just_before(change))
    with pytest.raises(NominationClosed, match="Đã hết hạn thay đổi danh sách"):
        submit(dated, binh, change)
    with pytest.raises(NominationClosed, match=r"Đã hết hạn gửi lúc 0h00 .* \(giờ Hà Nội\)"):
        submit(other_nomination, cuc, deadline)


def test_a_returned_list_is_late_only_after_the_change_date(dated, binh, an):
    deadline, change = dated.conference.nomination_deadline, dated.conference.change_until
    submit(dated, binh, just_before(deadline))
    services.return_to_focal_point(nomination=dated, reason="Thiếu", actor=an, at=deadline)
    dated.refresh_from_db()
    assert dated.shown_state(just_before(change)) == "returned"
    assert dated.shown_state(change) == "late"


def test_an_extension_moves_both_dates_and_ends_with_the_hard_close(dated, binh, an):
    conference = dated.conference
    until = conference.change_until + HOUR
    submit(dated, binh, just_before(conference.nomination_deadline))
    services.extend(nomination=dated, until=until, reason="Mất điện", actor=an, at=conference.change_until)
    submit(dated, binh, just_before(until))
    with pytest.raises(NominationClosed, match="khóa danh sách"):
        services.extend(nomination=dated, until=conference.hard_close + HOUR, reason="x", actor=an, at=until)


def test_after_the_hard_close_nothing_is_kept_for_anybody(dated, binh, an):
    closed = dated.conference.hard_close
    kept = {"nomination": dated, "rows": full_list()[:1], "actor": binh}
    services.save_draft(**kept, version=0, at=just_before(closed))
    with pytest.raises(NominationClosed, match="Danh sách đã khóa lúc"):
        services.save_draft(**kept, version=1, at=closed)
    with pytest.raises(NominationClosed, match="Danh sách đã khóa lúc"):
        ask(dated, binh, closed)


def test_asking_keeps_what_was_typed_and_tells_the_contact(dated, binh):
    deadline = dated.conference.nomination_deadline
    with pytest.raises(NominationClosed, match="Chưa hết hạn"):
        ask(dated, binh, just_before(deadline))
    ask(dated, binh, deadline)
    dated.refresh_from_db()
    assert (dated.state, len(dated.draft)) == (Nomination.State.DRAFT, 4)
    letter = Message.objects.get(kind="extension_asked")
    assert letter.address == "lien@moit.example"
    assert "Chờ ý kiến lãnh đạo" in letter.text
    with pytest.raises(NominationClosed, match="đang chờ"):
        ask(dated, binh, deadline + HOUR)


def test_granting_may_give_another_time_and_settles_the_request_once(dated, binh, an):
    deadline = dated.conference.nomination_deadline
    request = ask(dated, binh, deadline)
    granted = {"request": request, "until": deadline + 6 * HOUR, "answer": "", "actor": an, "at": deadline}
    services.grant_extension(**granted)
    request.refresh_from_db()
    dated.refresh_from_db()
    assert request.state == ExtensionRequest.State.GRANTED
    assert (dated.extended_until, dated.extension_reason) == (deadline + 6 * HOUR, "Chờ ý kiến lãnh đạo")
    assert Message.objects.filter(kind="nomination_extended").count() == 2
    with pytest.raises(NominationClosed, match="đã được trả lời"):
        services.grant_extension(**granted)
    submit(dated, binh, deadline + 5 * HOUR)


def test_refusing_says_why_and_another_request_may_follow(dated, binh, an):
    deadline = dated.conference.nomination_deadline
    request = ask(dated, binh, deadline)
    services.refuse_extension(request=request, answer="Danh sách đã in", actor=an, at=deadline)
    assert all(
        "Danh sách đã in" in letter.text for letter in Message.objects.filter(kind="extension_refused")
    )
    assert Message.objects.filter(kind="extension_refused").count() == 2
    ask(dated, binh, deadline + HOUR)


def test_extending_unasked_answers_a_request_that_waits(dated, binh, an):
    deadline = dated.conference.nomination_deadline
    request = ask(dated, binh, deadline)
    services.extend(nomination=dated, until=deadline + 3 * HOUR, reason="Cả vùng", actor=an, at=deadline)
    request.refresh_from_db()
    assert (request.state, request.answer) == (ExtensionRequest.State.GRANTED, "Cả vùng")


def test_people_are_moved_by_the_focal_point_until_the_change_date_by_staff_until_the_end(dated, binh, an):
    conference = dated.conference
    submit(dated, binh, just_before(conference.nomination_deadline))
    dated.refresh_from_db()
    assert policies.people_obstacle(binh, dated, just_before(conference.change_until)) == ""
    assert "Đã hết hạn thay đổi" in policies.people_obstacle(binh, dated, conference.change_until)
    assert policies.people_obstacle(an, dated, just_before(conference.hard_close)) == ""
    assert "đã khóa" in policies.people_obstacle(an, dated, conference.hard_close)


# ── on the staff's page ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def asked(nomination, binh):
    """A list that is late, with a request for more time."""
    nomination.conference.nomination_deadline = timezone.now() - HOUR
    nomination.conference.save()
    return ask(nomination, binh, timezone.now()).nomination


def test_decisions_stay_readable_for_both_sides(client, an, binh, asked):
    request = asked.waiting_request()
    services.grant_extension(
        request=request, until=request.wanted_until, answer="Đồng ý", actor=an, at=timezone.now()
    )
    client.force_login(binh)
    page = client.get(reverse("nomination-history", args=[asked.pk])).content.decode()
    assert "<b>Gia hạn</b>: “Đồng ý”" in page
    assert page.index("<b>Gia hạn</b>") < page.index("<b>Xin gia hạn</b>: “Chờ ý kiến lãnh đạo”")
    assert an.full_name not in page
    client.force_login(an)
    address = reverse("nomination-review", args=[asked.conference.slug, asked.pk])
    page = client.get(address).content.decode()
    assert '<b>Gia hạn</b>: “Đồng ý”</p><p class="small muted">' in page
    assert f", {an.full_name}</p>" in page


def test_staff_see_the_request_and_answer_it(client, an, asked):
    client.force_login(an)
    cockpit = client.get(reverse("cockpit", args=[asked.conference.slug])).content.decode()
    wanted = in_hanoi(asked.waiting_request().wanted_until)
    assert f"Tỉnh Đắk Lắk xin gia hạn đến {wanted}" in cockpit
    address = reverse("nomination-review", args=[asked.conference.slug, asked.pk])
    page = client.get(address).content.decode()
    assert "Chờ ý kiến lãnh đạo" in page
    assert f'value="{format_moment(asked.waiting_request().wanted_until)}"' in page
    assert "Nhập lý do" in client.post(address, {"do": "refuse", "refuse-reason": ""}).content.decode()
    until = format_moment(timezone.now() + 5 * HOUR)
    answer = client.post(address, {"do": "grant", "grant-until": until, "grant-answer": "Đồng ý"})
    assert answer.status_code == 302
    assert "Đồng ý" in client.get(address).content.decode()
    again = client.post(address, {"do": "refuse", "refuse-reason": "Không"})
    assert again.status_code == 409
    assert "đã được trả lời" in again.content.decode()
    assert "Không</textarea>" in again.content.decode()

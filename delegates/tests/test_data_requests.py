"""What people ask about their data: taken in with the law's clocks, answered with a letter, written down."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates.models import DataRequest, Delegate, Nomination
from delegates.privacy import clocks
from delegates.services import data_requests, withdraw_delegate
from delegates.services.data_requests import RequestRefused
from delegates.tests.lists import full_list, submit_and_follow
from directory import links
from directory.audit import record
from directory.models import NOBODY, AuditEntry
from venues import services as venues
from venues.models import Officer
from venues.tests.rooms import local, person, token_of

pytestmark = pytest.mark.django_db
HANOI = timezone.get_fixed_timezone(7 * 60)
# A Friday.
ASKED = dt.datetime(2026, 8, 28, 16, tzinfo=HANOI)


def ask(holder, kind="delete", at=ASKED):
    return data_requests.ask(holder=holder, kind=kind, text="Xóa số điện thoại", at=at)


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "days", "more"), [("see", 10, 10), ("correct", 10, 10), ("limit", 15, 15), ("delete", 20, 20)]
)
def test_clocks_are_those_of_the_decree(kind, days, more):
    due = clocks.due_on(kind, ASKED)
    assert due == dt.date(2026, 8, 28) + dt.timedelta(days=days)
    assert clocks.longest(kind, due) == due + dt.timedelta(days=more)


def test_two_working_days_leave_out_weekends_and_holidays():
    # Saturday, Sunday; Monday 1; Tuesday 2; Wednesday 02/9 is a holiday.
    assert clocks.reply_by(ASKED) == dt.date(2026, 9, 1)
    assert clocks.reply_by(ASKED + dt.timedelta(days=3)) == dt.date(2026, 9, 3)


def test_the_day_is_that_of_hanoi():
    late_evening_in_utc = dt.datetime(2026, 8, 28, 18, tzinfo=dt.UTC)  # 01:00 of the 29th
    assert clocks.due_on("see", late_evening_in_utc) == dt.date(2026, 9, 8)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


def test_asking_starts_the_clocks_and_answers_at_once(em, conference):
    found = ask(em.delegate)
    assert (found.reply_by, found.due_on, found.replied_at) == (
        dt.date(2026, 9, 1),
        dt.date(2026, 9, 17),
        ASKED,
    )
    taken = Message.objects.get(kind="data_request_taken")
    assert taken.address == "em@daklak.example"
    assert taken.link.holder == f"delegate:{em.delegate.pk}"
    assert "17/9/2026" in taken.text
    told = Message.objects.get(kind="data_request_staff")
    assert told.address == conference.contacts.first().email
    assert told.link_path == found.get_absolute_url()
    entry = AuditEntry.objects.get(action="data_request.ask")
    assert (entry.object_id, entry.actor_id) == (str(found.pk), None)


def test_the_same_is_not_asked_twice_while_it_waits(em):
    found = ask(em.delegate)
    with pytest.raises(RequestRefused, match="đang chờ"):
        ask(em.delegate)
    ask(em.delegate, kind="see")
    assert DataRequest.objects.count() == 2
    data_requests.answer(request=found, is_done=False, text="Chưa kết thúc", actor=None, at=ASKED)
    ask(em.delegate)


def test_the_database_refuses_it_too(em):
    found = ask(em.delegate)
    found.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


def test_somebody_without_an_address_is_confirmed_by_hand(em, an):
    em.delegate.email = ""
    em.delegate.save()
    found = ask(em.delegate)
    assert found.replied_at is None
    assert not Message.objects.filter(kind="data_request_taken").exists()
    data_requests.confirm(request=found, actor=an, at=ASKED)
    found.refresh_from_db()
    assert found.replied_at == ASKED


# ── answering ───────────────────────────────────────────────────────────────────────────────────────


def test_answer_goes_to_the_person_with_the_reason(em, an):
    found = ask(em.delegate)
    later = ASKED + dt.timedelta(days=3)
    data_requests.answer(request=found, is_done=False, text="Hội nghị chưa kết thúc.", actor=an, at=later)
    found.refresh_from_db()
    assert (found.state, found.answered_by, found.answered_at) == ("refused", an, later)
    letter = Message.objects.get(kind="data_request_answered")
    assert "không thực hiện" in letter.text
    assert "Hội nghị chưa kết thúc." in letter.text
    assert AuditEntry.objects.filter(action="data_request.answer", actor_id=an.pk).exists()
    with pytest.raises(RequestRefused, match="đã được trả lời"):
        data_requests.answer(request=found, is_done=True, text="x", actor=an, at=later)


def test_time_is_extended_once_and_within_the_law(em, an):
    found = ask(em.delegate)
    shared = {"request": found, "reason": "Đối chiếu hồ sơ giấy", "actor": an, "at": ASKED}
    for wrong in (dt.date(2026, 9, 17), dt.date(2026, 10, 8)):
        with pytest.raises(RequestRefused, match="07/10/2026"):
            data_requests.extend(until=wrong, **shared)
    data_requests.extend(until=dt.date(2026, 10, 7), **shared)
    found.refresh_from_db()
    assert found.due_on == dt.date(2026, 10, 7)
    assert "Đối chiếu hồ sơ giấy" in Message.objects.get(kind="data_request_extended").text
    with pytest.raises(RequestRefused, match="một lần"):
        data_requests.extend(until=dt.date(2026, 10, 9), **shared)


def test_what_is_late_is_not_extended(em, an):
    found = ask(em.delegate)
    late = ASKED + dt.timedelta(days=21)
    assert found.is_late(late)
    assert not found.is_late(late - dt.timedelta(days=1))
    with pytest.raises(RequestRefused, match="quá hạn"):
        data_requests.extend(request=found, until=dt.date(2026, 10, 1), reason="x", actor=an, at=late)


def test_deletion_that_is_said_to_be_done_is_done(nomination, binh, an):
    at = nomination.conference.nomination_deadline - dt.timedelta(days=1)
    submit_and_follow(nomination=nomination, rows=full_list(), version=nomination.version, actor=binh, at=at)
    person = Delegate.objects.get(full_name="Trần Thị Bốn")
    record(actor=an, action="delegate.correct", target=person, changes={"phone": ["0912345678", "x"]})
    found = ask(person, at=at)
    Message.objects.update(state=Message.State.SENT, sent_at=at)
    with pytest.raises(RequestRefused, match="còn trong danh sách"):
        data_requests.answer(request=found, is_done=True, text="Đã xóa.", actor=an, at=at)
    after = nomination.conference.end_at
    data_requests.answer(request=found, is_done=True, text="Đã xóa.", actor=an, at=after)
    nomination.refresh_from_db()
    rest = str([*nomination.versions.values_list("rows", flat=True), nomination.draft])
    assert "Trần Thị Bốn" not in rest
    assert "Lê Văn Một" in rest
    answered = Message.objects.get(kind="data_request_answered")
    assert (answered.address, answered.link, answered.link_path) == (
        "bon@daklak.example",
        None,
        "/du-lieu-ca-nhan/",
    )
    others = Message.objects.exclude(pk=answered.pk)
    assert not others.filter(text__contains="Trần Thị Bốn").exists()
    assert others.filter(text__contains="Lê Văn Một").exists()
    entries = AuditEntry.objects.filter(object_type="delegates.delegate", object_id=str(person.pk))
    assert not entries.filter(changes__isnull=False).exists()
    assert entries.filter(action="delegate.erase").exists()
    person.refresh_from_db()
    assert (person.phone, person.email, person.job_title) == ("", "", "")
    assert Delegate.objects.get(full_name="Lê Văn Một").phone


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_delegate_sees_everything_and_asks(client, em, nomination):
    page = reverse("delegate-data", args=[em.token])
    shown = client.get(page).content.decode()
    for value in ("Trần Thị Em", "0912 345 678", "em@daklak.example", "Sở Công Thương"):
        assert value in shown
    assert client.post(page, {"kind": "delete", "text": "Xóa số của tôi"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Xóa số của tôi" in shown
    assert "Chờ xử lý" in shown
    again = client.post(page, {"kind": "delete", "text": "Xóa lần nữa"})
    assert again.status_code == 409
    assert "Xóa lần nữa" in again.content.decode()


def test_a_request_without_words_is_explained(client, em):
    answer = client.post(reverse("delegate-data", args=[em.token]), {"kind": "delete", "text": " "})
    assert answer.status_code == 200
    assert "Nêu rõ dữ liệu nào và vì sao." in answer.content.decode()
    assert not DataRequest.objects.exists()
    client.post(reverse("delegate-data", args=[em.token]), {"kind": "see"})
    assert DataRequest.objects.get().kind == "see"


def test_an_account_sees_its_own_and_asks(client, binh, cuc):
    client.force_login(binh)
    page = reverse("my-data")
    shown = client.get(page).content.decode()
    assert "binh@daklak.example" in shown
    assert "Sở Công Thương tỉnh Đắk Lắk" in shown
    client.post(page, {"kind": "correct", "text": "Đổi chức vụ"})
    found = DataRequest.objects.get()
    assert (found.user, found.delegate) == (binh, None)
    assert Message.objects.get(kind="data_request_taken").link_path == page
    client.force_login(cuc)
    assert "Đổi chức vụ" not in client.get(page).content.decode()


def test_staff_answer_on_the_page(client, an, em):
    found = ask(em.delegate, kind="correct", at=timezone.now())
    client.force_login(an)
    assert f"Số {found.pk}" in client.get(reverse("data-requests")).content.decode()
    page = found.get_absolute_url()
    empty = client.post(page, {"do": "answer", "result": "done"})
    assert "phải được biết lý do" in empty.content.decode()
    assert client.post(page, {"do": "answer", "result": "done", "text": "Đã xóa."}).status_code == 302
    late = client.post(page, {"do": "answer", "result": "refused", "text": "Gõ muộn"})
    assert late.status_code == 409
    found.refresh_from_db()
    assert (found.state, found.answer) == ("done", "Đã xóa.")


def test_staff_extend_on_the_page(client, an, em):
    found = ask(em.delegate, at=timezone.now())
    client.force_login(an)
    too_far = f"{clocks.longest('delete', found.due_on) + dt.timedelta(days=1):%d/%m/%Y}"
    refused = client.post(found.get_absolute_url(), {"do": "extend", "until": too_far, "reason": "Lý do gõ"})
    assert refused.status_code == 409
    assert "Lý do gõ" in refused.content.decode()
    until = clocks.longest("delete", found.due_on)
    client.post(found.get_absolute_url(), {"do": "extend", "until": f"{until:%d/%m/%Y}", "reason": "x"})
    found.refresh_from_db()
    assert found.due_on == until


def test_the_list_asks_as_often_for_three_as_for_one(client, an, em, binh, cuc):
    client.force_login(an)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("data-requests"))
        return len(captured)

    ask(em.delegate)
    queries()
    once = queries()
    ask(binh)
    ask(cuc)
    assert queries() == once


# ── technical officers by link ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def giang(conference, an, world):
    """The officer of Đắk Lắk's room, by personal link; ``token`` opens the page."""
    at = timezone.now()
    venues.prepare_rooms(conference=conference, actor=an, at=at)
    officer = venues.name_officer(booking=local(conference, world.dak_lak), person=person(), actor=an, at=at)
    return SimpleNamespace(officer=officer, token=token_of(officer))


def test_an_officer_sees_what_is_held_and_asks_by_link(client, giang, conference):
    room = client.get(reverse("officer-page", args=[giang.token])).content.decode()
    page = reverse("officer-data", args=[giang.token])
    assert f'href="{page}"' in room
    shown = client.get(page).content.decode()
    for value in ("Đỗ Văn Giang", "0905", "giang@daklak.example", conference.title):
        assert value in shown
    assert reverse("officer-officer-change", args=[giang.token, giang.officer.pk]) in shown
    assert client.post(page, {"kind": "delete", "text": ""}).status_code == 200
    assert client.post(page, {"kind": "delete", "text": "Xóa số điện thoại"}).status_code == 302
    assert client.post(page, {"kind": "delete", "text": "Xóa số điện thoại"}).status_code == 409
    request = DataRequest.objects.get()
    assert (request.officer, request.person_name) == (giang.officer, "Đỗ Văn Giang")
    taken = Message.objects.get(kind="data_request_taken")
    assert (taken.address, taken.link.holder) == ("giang@daklak.example", f"officer:{giang.officer.pk}")
    assert Message.objects.get(kind="data_request_staff").address == conference.contacts.first().email
    assert "Xóa số điện thoại" in client.get(page).content.decode()


def test_an_officer_who_still_serves_is_relieved_before_being_deleted(client, giang, an):
    found = ask(giang.officer, at=timezone.now())
    with pytest.raises(RequestRefused, match="thôi cử hoặc bàn giao trước"):
        data_requests.answer(request=found, is_done=True, text="Xóa", actor=an, at=timezone.now())
    venues.relieve(officer=giang.officer, actor=an, at=timezone.now())
    found = DataRequest.objects.get()
    client.force_login(an)
    answer = client.post(found.get_absolute_url(), {"do": "answer", "result": "done", "text": "Đã xóa"})
    assert answer.status_code == 302
    officer = Officer.objects.get()
    assert (officer.full_name, officer.phone, officer.email) == (NOBODY, "", "")
    letter = Message.objects.get(kind="data_request_answered")
    assert (letter.address, letter.link) == ("giang@daklak.example", None)
    assert AuditEntry.objects.filter(action="officer.erase", object_id=str(officer.pk)).exists()
    assert client.get(reverse("officer-data", args=[giang.token])).status_code == 410


class TestWhoHasLeft:
    """The place is somebody else's; the data are still the own, and so is the right to ask about them."""

    def sent_link(self, kind: str):
        letter = Message.objects.get(kind=kind)
        return letter, links.path_of(letter.link)

    def test_the_letter_that_relieves_an_officer_leads_to_the_own_data(self, client, giang, an):
        venues.relieve(officer=giang.officer, actor=an, at=timezone.now())
        letter, page = self.sent_link("officer_relieved")
        assert letter.address == "giang@daklak.example"
        shown = client.get(page)
        assert "Đỗ Văn Giang" in shown.content.decode()
        assert (shown.context["back"], shown.context["correct"]) == ("", "")
        assert client.post(page, {"kind": "delete", "text": "Xóa tôi"}).status_code == 302
        found = DataRequest.objects.get()
        taken, again = self.sent_link("data_request_taken")
        assert "Xóa tôi" in client.get(again).content.decode()
        data_requests.answer(request=found, is_done=True, text="Đã xóa", actor=an, at=timezone.now())
        assert client.get(page).status_code == client.get(again).status_code == 410

    def test_it_opens_nothing_else(self, client, giang, an):
        venues.relieve(officer=giang.officer, actor=an, at=timezone.now())
        token = links.token_of(Message.objects.get(kind="officer_relieved").link)
        for name in ("officer-page", "officer-day", "officer-sheet"):
            assert client.get(reverse(name, args=[token])).status_code == 404, name

    def test_an_officer_with_an_account_asks_there(self, giang, an, binh):
        Officer.objects.filter(pk=giang.officer.pk).update(user=binh)
        venues.relieve(officer=giang.officer, actor=an, at=timezone.now())
        letter = Message.objects.get(kind="officer_relieved")
        assert (letter.link, letter.link_path) == (None, reverse("my-data"))

    def test_an_old_link_offers_one_to_the_own_data_once(self, client, giang, an):
        venues.relieve(officer=giang.officer, actor=an, at=timezone.now())
        page = reverse("officer-data", args=[giang.token])
        room = client.get(reverse("officer-page", args=[giang.token]))
        assert (room.status_code, f'href="{page}"' in room.content.decode()) == (410, True)
        offer = client.get(page)
        assert (offer.status_code, 'value="link"' in offer.content.decode()) == (410, True)
        assert "Giang" not in offer.content.decode()
        for _ in range(2):
            assert "Đã nhận yêu cầu" in client.post(page, {"do": "link"}).content.decode()
        letter, own = self.sent_link("data_link")
        assert letter.address == "giang@daklak.example"
        assert "Đỗ Văn Giang" in client.get(own).content.decode()

    def test_nothing_goes_to_an_address_that_was_corrected(self, client, giang, an):
        venues.relieve(officer=giang.officer, actor=an, at=timezone.now())
        Officer.objects.update(email="dung@daklak.example")
        answer = client.post(reverse("officer-data", args=[giang.token]), {"do": "link"})
        assert "Đã nhận yêu cầu" in answer.content.decode()
        assert not Message.objects.filter(kind="data_link").exists()

    def test_a_withdrawn_delegate_asks_and_reads_the_answer(self, client, em, an):
        Nomination.objects.update(state="submitted", submitted_at=timezone.now())
        at = timezone.now()
        withdraw_delegate(delegate=em.delegate, reason="Ốm", actor=an, at=at)
        old = reverse("delegate-data", args=[em.token])
        gone = client.get(reverse("delegate-page", args=[em.token]))
        assert (gone.status_code, f'href="{old}"' in gone.content.decode()) == (410, True)
        client.post(old, {"do": "link"})
        letter, page = self.sent_link("data_link")
        assert "Trần Thị Em" in client.get(page).content.decode()
        client.post(page, {"kind": "see"})
        taken, again = self.sent_link("data_request_taken")
        assert client.get(again).status_code == 200
        token = links.token_of(taken.link)
        assert client.get(reverse("delegate-page", args=[token])).status_code == 404


def test_staff_see_an_officers_request_with_its_room(client, an, giang):
    found = ask(giang.officer, at=timezone.now())
    client.force_login(an)
    page = client.get(found.get_absolute_url()).content.decode()
    assert giang.officer.booking.label in page
    assert "hồ sơ điểm cầu" in page


def test_the_officers_page_asks_as_often_for_three_ticks_as_for_one(client, giang):
    page = reverse("officer-data", args=[giang.token])
    booking = giang.officer.booking

    def queries(number: int) -> int:
        item = booking.conference.checklist.create(section="Thiết bị", text=f"Micro {number}")
        venues.tick(booking=booking, item=item, actor=giang.officer, at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            assert f"Micro {number}" in client.get(page).content.decode()
        return len(asked)

    queries(0)
    assert queries(1) == queries(2) == queries(3)

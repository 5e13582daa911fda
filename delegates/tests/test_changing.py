"""What becomes of a published conference: who is told what, once, with which file; who is asked again."""

import datetime as dt
import re

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences import changes
from conferences.changes import NotTold, last_told, mark_of, remember
from conferences.documents import draft_invitation
from conferences.models import Conference, ConferenceFact
from correspondence import documents, mailings
from correspondence.models import Mailing, Message, OfficialDocument
from delegates import answers, changing, invitations, services, telling
from delegates.errors import NominationClosed
from delegates.models import Delegate, Nomination
from delegates.recipients import Role, audience_of
from delegates.tests.inviting import invite
from directory import links
from directory.models import AuditEntry, Contact, Mandate
from hoinghi.tests.cast import give_mandate, make_delegate, make_nomination, make_province, make_user
from venues.models import Room
from venues.services import change_room, prepare_rooms

pytestmark = pytest.mark.django_db

REASON = "Trùng lịch họp của Chính phủ"


@pytest.fixture
def conference(conference, an):
    """Published with rooms and everything told."""
    conference.frame.invitation = []
    conference.frame.save()
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    remember(conference=conference, actor=an, at=timezone.now())
    return conference


@pytest.fixture
def nomination(nomination):
    nomination.invited_at = timezone.now()
    nomination.save()
    return nomination


@pytest.fixture
def other_nomination(other_nomination):
    other_nomination.invited_at = timezone.now()
    other_nomination.save()
    return other_nomination


@pytest.fixture
def circle(nomination, other_nomination, em, dung):
    """Two focal points, a delegate and an officer."""
    return {"sct-dak-lak@gov.example", "sct-ca-mau@gov.example", em.delegate.email, dung.email}


def moved(conference: Conference, **delta) -> Conference:
    for name in ("start_at", "end_at", "nomination_deadline"):
        setattr(conference, name, getattr(conference, name) + dt.timedelta(**delta))
    conference.save()
    return conference


def told(conference, an, *, reason: str = "", held: bool = False) -> list[Message]:
    """Tell what is different, as the page does, and let a worker write the letters."""
    conference = Conference.objects.get(pk=conference.pk)
    mark = mark_of(conference, changes.differences(conference))
    changing.tell_changes(
        conference=conference,
        mark=mark,
        reason=reason,
        expected=0,
        held=held,
        actor=an,
        at=timezone.now(),
    )
    return written()


def written() -> list[Message]:
    mailings.carry_out_waiting()
    failed = Mailing.objects.exclude(error="").values_list("error", flat=True)
    assert list(failed) == []
    return list(Message.objects.order_by("pk"))


def by_address(letters: list[Message]) -> dict[str, Message]:
    return {letter.address: letter for letter in letters}


def event_in(letter: Message):
    (file,) = [each for each in letter.attachments.all() if each.name.endswith(".ics")]
    calendar = icalendar.Calendar.from_ical(bytes(file.content))
    (event,) = calendar.walk("VEVENT")
    assert file.content_type == f"text/calendar; charset=utf-8; method={calendar['METHOD']}"
    return calendar["METHOD"], event


class TestTelling:
    def test_everybody_gets_one_letter_with_the_differences_and_the_new_entry(self, conference, an, circle):
        before = telling.told_time(conference)
        letters = by_address(told(moved(conference, days=7), an, reason=REASON))
        assert set(letters) == circle
        for address, letter in letters.items():
            assert (letter.kind, letter.topic) == ("changed", f"conference:{conference.pk}")
            assert letter.key.startswith(f"change:{conference.pk}:1:")
            assert before in letter.text
            assert telling.told_time(conference) in letter.text
            assert f"Lý do: {REASON}" in letter.text
            method, event = event_in(letter)
            assert method == "REQUEST"
            assert event["ATTENDEE"] == f"mailto:{address}"
            assert event.decoded("DTSTART") == Conference.objects.get().start_at

    def test_the_deadline_of_the_lists_is_for_focal_points(self, conference, an, circle, em):
        conference.nomination_deadline -= dt.timedelta(days=1)
        conference.save()
        letters = told(conference, an)
        assert {letter.address for letter in letters} == {"sct-dak-lak@gov.example", "sct-ca-mau@gov.example"}

    def test_another_room_is_for_the_people_of_its_province(self, conference, an, circle, em, dung, world):
        booking = conference.bookings.live().get(unit=world.dak_lak.unit)
        hall = Room.objects.create(name="Hội trường", host=world.dak_lak.chi_cuc_qltt, address="số 1 Lê Duẩn")
        change_room(booking=booking, room=hall, actor=an, at=timezone.now())
        letters = by_address(told(conference, an))
        assert set(letters) == {"sct-dak-lak@gov.example", em.delegate.email, dung.email}
        for letter in letters.values():
            assert (
                "Điểm cầu tỉnh Đắk Lắk: Hội trường, số 1 Lê Duẩn (trước đây: Phòng họp trực tuyến"
                in letter.text
            )
            assert event_in(letter)[1]["LOCATION"] == "Hội trường, số 1 Lê Duẩn"

    def test_with_a_common_change_each_hears_of_the_own_room_only(self, conference, an, circle, em, world):
        booking = conference.bookings.live().get(unit=world.dak_lak.unit)
        change_room(booking=booking, room=Room.objects.create(name="Hội trường"), actor=an, at=timezone.now())
        conference.chair_title = "Thứ trưởng Bộ Công Thương"
        conference.save()
        letters = by_address(told(conference, an))
        assert "Hội trường" in letters[em.delegate.email].text
        assert "Thứ trưởng" in letters["sct-ca-mau@gov.example"].text
        assert "Hội trường" not in letters["sct-ca-mau@gov.example"].text

    def test_who_was_never_invited_is_not_told(self, conference, an, circle, other_nomination):
        Nomination.objects.filter(pk=other_nomination.pk).update(invited_at=None)
        letters = told(moved(conference, hours=1), an)
        assert "sct-ca-mau@gov.example" not in {letter.address for letter in letters}

    def test_whose_invitation_is_still_a_draft_is_not_told(
        self, conference, an, nomination, other_nomination
    ):
        invite(conference=conference, actor=an, at=timezone.now(), held=True)
        assert audience_of(conference, timezone.now()).by_role()[Role.FOCAL_POINT] == []
        Message.objects.filter(address="sct-ca-mau@gov.example").update(state=Message.State.QUEUED)
        reached = audience_of(conference, timezone.now()).by_role()[Role.FOCAL_POINT]
        assert [each.address for each in reached] == ["sct-ca-mau@gov.example"]

    def test_who_cannot_be_reached_is_named(self, conference, circle, em, nomination, world):
        make_delegate(nomination, full_name="Lê Không Thư", email="")
        Contact.objects.filter(organisation=world.ca_mau.so).update(is_active=False)
        audience = audience_of(conference, timezone.now())
        assert audience.unreached == ["Sở Công Thương tỉnh Cà Mau", "Lê Không Thư, Sở Công Thương 2"]
        assert [len(people) for people in audience.by_role().values()] == [1, 1, 1]

    def test_replaced_and_reserve_delegates_are_not_told(self, conference, circle, em, nomination):
        gone = make_delegate(nomination, full_name="Lê Đã Thay", email="thay@daklak.example")
        Delegate.objects.filter(pk=gone.pk).update(state=Delegate.State.REPLACED)
        roles = audience_of(conference, timezone.now()).by_role()
        assert [each.delegate for each in roles[Role.DELEGATE]] == [em.delegate]

    def test_an_order_carried_out_twice_writes_nothing_twice(self, conference, an, circle):
        first = told(moved(conference, hours=1), an)
        Mailing.objects.update(finished_at=None)
        assert len(written()) == len(first)

    def test_the_next_change_is_another_letter(self, conference, an, circle):
        told(moved(conference, hours=1), an)
        letters = told(moved(Conference.objects.get(), hours=1), an)
        assert len(letters) == 2 * len(circle)

    def test_held_letters_wait_for_staff(self, conference, an, circle):
        letters = told(moved(conference, hours=1), an, held=True)
        assert {letter.state for letter in letters} == {Message.State.DRAFT}

    def test_nothing_different_orders_nothing(self, conference, an, circle):
        with pytest.raises(NotTold):
            told(conference, an)
        assert not Mailing.objects.exists()

    def test_letters_that_came_too_late_are_not_written(self, conference, an, circle):
        conference = moved(conference, hours=1)
        mark = mark_of(conference, changes.differences(conference))
        step = {"expected": 4, "actor": an, "at": timezone.now(), "conference": conference}
        order = changing.tell_changes(mark=mark, reason="", **step)
        changing.cancel(reason=REASON, **step)
        mailings.carry_out_waiting()
        order.refresh_from_db()
        assert "không còn đúng" in order.error
        assert {letter.kind for letter in Message.objects.all()} == {"cancelled"}

    def test_it_costs_the_same_for_three_provinces_as_for_one(self, conference, world, nomination, em):
        def queries() -> int:
            found = Conference.objects.printable().get(pk=conference.pk)
            with CaptureQueriesContext(connection) as seen:
                for recipient in audience_of(found, timezone.now()).reached:
                    news = telling.News(telling.CHANGED, found, number=1, told="8h00")
                    telling._filling(recipient, news)
            return len(seen)

        one = queries()
        for uid, name in (("01-ha-noi", "Hà Nội"), ("02-hue", "Huế")):
            province = make_province(uid, name, world.kinds, world.levels)
            other = make_nomination(conference, province, invited_at=timezone.now())
            make_delegate(other, full_name=f"Người {name}", email=f"{uid}@gov.example")
        assert queries() == one


class TestAskingAgain:
    @pytest.fixture
    def confirmed(self, em, conference):
        answers.answer(delegate=em.delegate, coming=True, reason="", at=timezone.now())
        return em

    def test_another_day_asks_again(self, conference, an, confirmed, nomination):
        letters = told(moved(conference, days=1), an, reason=REASON)
        delegate = Delegate.objects.get()
        notice = last_told(conference)
        assert (delegate.answer, delegate.answered_at) == (Delegate.Answer.NONE, None)
        assert delegate.asked_again_at == notice.told_at
        entry = AuditEntry.objects.get(action="delegate.ask_again")
        assert entry.changes["answer"] == ["confirmed", "none"]
        letter = by_address(letters)[delegate.email]
        assert "xin xác nhận tham dự lại" in letter.text
        assert "xác nhận tham dự lại" not in by_address(letters)["sct-dak-lak@gov.example"].text

    def test_who_declined_for_the_old_day_is_asked_as_well(self, conference, an, em):
        answers.answer(delegate=em.delegate, coming=False, reason="Đi công tác", at=timezone.now())
        told(moved(conference, days=1), an)
        entry = AuditEntry.objects.get(action="delegate.ask_again")
        assert entry.changes["answer_reason"] == ["Đi công tác", ""]

    def test_another_hour_of_the_same_day_does_not(self, conference, an, confirmed):
        told(moved(conference, hours=2), an)
        assert Delegate.objects.get().answer == Delegate.Answer.CONFIRMED

    def test_before_the_notice_nobody_is_asked(self, conference, confirmed):
        moved(conference, days=1)
        assert Delegate.objects.get().answer == Delegate.Answer.CONFIRMED

    def test_the_page_says_why_until_it_is_answered(self, client, conference, an, confirmed):
        told(moved(conference, days=1), an, reason=REASON)
        page = reverse("delegate-page", args=[confirmed.token])
        shown = client.get(page).content.decode()
        assert "Ngày họp đã đổi" in shown
        assert REASON in shown
        client.post(page, {"do": "yes"})
        assert "Ngày họp đã đổi" not in client.get(page).content.decode()

    def test_the_cockpit_counts_them_as_not_answered(self, client, conference, an, confirmed):
        client.force_login(an)
        Nomination.objects.update(state=Nomination.State.SUBMITTED, submitted_at=timezone.now())
        told(moved(conference, days=1), an)
        (row,) = client.get(reverse("cockpit", args=[conference.slug])).context["cockpit"].provinces
        assert (row.confirmed, row.answers[Delegate.Answer.NONE]) == (0, 1)


class TestGiayMoi:
    def issued(self, conference, an, number: int) -> OfficialDocument:
        conference.frame.invitation = ["Trân trọng kính mời./."]
        conference.frame.save()
        document = draft_invitation(conference=conference, actor=an)
        return documents.issue(
            document=document, number=number, issued_on=timezone.localdate(), actor=an, at=timezone.now()
        )

    def test_one_that_says_the_old_facts_is_pointed_out_and_does_not_go_along(
        self, client, conference, an, circle
    ):
        old = self.issued(conference, an, 1)
        assert telling.outdated_invitation(conference) is None
        moved(conference, days=1)
        client.force_login(an)
        page = client.get(reverse("changes", args=[conference.slug])).content.decode()
        assert reverse("document", args=[old.pk]) in page
        assert "ghi nội dung cũ" in page
        letters = told(conference, an)
        assert not any(each.copy for letter in letters for each in letter.attachments.all())

    def test_a_new_one_goes_along_to_focal_points_once(self, client, conference, an, circle):
        moved(conference, days=1)
        new = self.issued(conference, an, 2)
        client.force_login(an)
        page = client.get(reverse("changes", args=[conference.slug])).content.decode()
        assert "Kèm theo thư tới đầu mối" in page
        letters = told(conference, an)
        carrying = {
            letter.address: each.copy.recipient
            for letter in letters
            for each in letter.attachments.all()
            if each.copy and each.copy.document == new
        }
        assert carrying == {
            "sct-dak-lak@gov.example": "Sở Công Thương tỉnh Đắk Lắk",
            "sct-ca-mau@gov.example": "Sở Công Thương tỉnh Cà Mau",
        }
        assert telling.new_invitation(conference) is None
        # Who has it by this letter need not be invited with it once more.
        plan = invitations.plan(Conference.objects.get(), timezone.now())
        assert (len(plan.letters), len(plan.already_invited)) == (0, 2)


class TestCallingOff:
    def step(self, verb, conference, an, **extra) -> list[Message]:
        before = set(Message.objects.values_list("pk", flat=True))
        verb(conference=conference, reason=REASON, expected=4, actor=an, at=timezone.now(), **extra)
        return [letter for letter in written() if letter.pk not in before]

    def test_postponing_tells_everybody_and_keeps_the_entry_without_taking_time(self, conference, an, circle):
        letters = self.step(changing.postpone, conference, an)
        assert {letter.address for letter in letters} == circle
        for letter in letters:
            assert letter.subject.startswith("Hoãn: ")
            assert REASON in letter.text
            assert "Thời gian mới sẽ được thông báo sau" in letter.text
            method, event = event_in(letter)
            assert (method, event["STATUS"], event["TRANSP"]) == ("REQUEST", "TENTATIVE", "TRANSPARENT")

    def test_cancelling_tells_everybody_and_takes_the_entry_away(self, conference, an, circle):
        letters = self.step(changing.cancel, conference, an)
        assert {letter.address for letter in letters} == circle
        assert not conference.bookings.live().exists()
        for letter in letters:
            assert letter.subject.startswith("Hủy: ")
            method, event = event_in(letter)
            assert (method, event["STATUS"]) == ("CANCEL", "CANCELLED")
            assert event["ATTENDEE"] == f"mailto:{letter.address}"

    def test_the_new_time_has_its_own_letter_and_asks_again(self, conference, an, circle, em):
        answers.answer(delegate=em.delegate, coming=True, reason="", at=timezone.now())
        self.step(changing.postpone, conference, an)
        conference = moved(Conference.objects.get(), days=7)
        mark = mark_of(conference, changes.differences(conference))
        letters = by_address(self.step(changing.reschedule, conference, an, mark=mark))
        assert set(letters) == circle
        for letter in letters.values():
            assert letter.subject.startswith("Thời gian mới: ")
            assert event_in(letter)[1]["STATUS"] == "CONFIRMED"
        assert "xác nhận tham dự lại" in letters[em.delegate.email].text
        assert Delegate.objects.get().answer == Delegate.Answer.NONE

    def test_a_second_postponement_is_told_again(self, conference, an, circle):
        for _ in range(2):
            letters = self.step(changing.postpone, conference, an)
            assert len(letters) == len(circle)
            conference = moved(Conference.objects.get(), days=7)
            mark = mark_of(conference, changes.differences(conference))
            self.step(changing.reschedule, conference, an, mark=mark)
            conference = Conference.objects.get()

    def test_no_letter_before_the_list_of_the_new_time_was_read(self, conference, an):
        self.step(changing.postpone, conference, an)
        moved(conference, days=7)
        with pytest.raises(NotTold, match="đã được sửa sau khi"):
            self.step(changing.reschedule, conference, an, mark="")
        assert Conference.objects.get().state == Conference.State.POSTPONED

    @pytest.mark.parametrize("verb", ["postpone", "cancel"])
    def test_lists_are_closed_with_what_was_typed(self, client, conference, nomination, an, binh, verb):
        self.step(getattr(changing, verb), conference, an)
        client.force_login(binh)
        typed = {"version": nomination.version, "do": "submit", "row": "0", "r0-group": "so"}
        typed |= {"r0-full_name": "Nguyễn Đang Gõ", "r0-honorific": "ông", "r0-organisation": "Sở"}
        answer = client.post(reverse("nomination", args=[nomination.pk]), typed)
        assert answer.status_code == 409
        assert "Nguyễn Đang Gõ" in answer.content.decode()
        assert REASON in answer.content.decode()

    def test_staff_do_not_reopen_lists_of_a_cancelled_conference(self, conference, nomination, an):
        Nomination.objects.update(state=Nomination.State.SUBMITTED, submitted_at=timezone.now())
        self.step(changing.cancel, conference, an)
        shared = {"nomination": nomination, "reason": "x", "actor": an, "at": timezone.now()}
        with pytest.raises(NominationClosed, match="đã hủy"):
            services.return_to_focal_point(**shared)
        with pytest.raises(NominationClosed, match="đã hủy"):
            services.extend(until=conference.start_at, **shared)

    def test_a_delegate_is_not_asked_for_what_does_not_take_place(self, client, conference, an, em):
        self.step(changing.cancel, conference, an)
        page = client.post(reverse("delegate-page", args=[em.token]), {"do": "yes"})
        assert page.status_code == 409
        assert REASON in page.content.decode()


STEPS = ["changes", "postpone", "cancel"]


class TestPages:
    @pytest.fixture
    def desk(self, client, an):
        client.force_login(an)
        return client

    def confirmed(self, answer, **changes) -> dict:
        form = answer.context["form"]
        shown = {name: form[name].value() for name in ("letters", "mark")}
        return shown | {"read": "on", "reason": REASON, "do": "send"} | changes

    @pytest.mark.parametrize("name", STEPS)
    def test_what_is_read_is_what_is_sent(self, desk, conference, circle, name):
        moved(conference, hours=1)
        page = reverse(name, args=[conference.slug])
        answer = desk.get(page)
        text = answer.content.decode()
        assert "4 thư" in text
        for address in circle:
            assert address in text
        sent = desk.post(page, self.confirmed(answer))
        mailing = Mailing.objects.get()
        assert (sent.status_code, sent["Location"]) == (302, mailing.get_absolute_url())
        assert mailing.expected == 4
        assert len(written()) == 4

    def test_the_new_time_is_published_on_its_own_page(self, desk, conference, an, circle):
        changing.postpone(conference=conference, reason=REASON, expected=0, actor=an, at=timezone.now())
        page = reverse("reschedule", args=[conference.slug])
        moved(Conference.objects.get(), days=-30)
        assert "Chưa công bố lại được" in desk.get(page).content.decode()
        moved(Conference.objects.get(), days=40)
        answer = desk.get(page)
        assert desk.post(page, self.confirmed(answer, reason="")).status_code == 302
        assert Conference.objects.get().state == Conference.State.ANNOUNCED

    @pytest.mark.parametrize("name", ["postpone", "cancel"])
    def test_without_a_reason_the_page_asks_for_it(self, desk, conference, name):
        page = reverse(name, args=[conference.slug])
        answer = desk.post(page, self.confirmed(desk.get(page), reason=" "))
        assert answer.status_code == 200
        assert "Nhập lý do" in answer.content.decode()
        assert Conference.objects.get().state == Conference.State.ANNOUNCED

    @pytest.mark.parametrize("name", STEPS)
    def test_unread_nothing_is_done_and_what_was_typed_stays(self, desk, conference, circle, name):
        moved(conference, hours=1)
        page = reverse(name, args=[conference.slug])
        typed = self.confirmed(desk.get(page))
        del typed["read"]
        answer = desk.post(page, typed)
        assert REASON in answer.content.decode()
        assert not Mailing.objects.exists()

    @pytest.mark.parametrize("name", STEPS)
    def test_other_recipients_than_were_read_are_refused(self, desk, conference, circle, name):
        moved(conference, hours=1)
        page = reverse(name, args=[conference.slug])
        answer = desk.post(page, self.confirmed(desk.get(page), letters=3))
        assert answer.status_code == 409
        assert REASON in answer.content.decode()
        assert not Mailing.objects.exists()
        # What is confirmed next is what the refusing page shows.
        assert desk.post(page, self.confirmed(answer)).status_code == 302

    def test_edited_after_it_was_read_is_refused(self, desk, conference, circle):
        moved(conference, hours=1)
        page = reverse("changes", args=[conference.slug])
        typed = self.confirmed(desk.get(page))
        moved(conference, hours=1)
        assert desk.post(page, typed).status_code == 409
        assert not Mailing.objects.exists()

    def test_nothing_different_says_so(self, desk, conference, circle):
        answer = desk.get(reverse("changes", args=[conference.slug]))
        assert "Không có thay đổi nào chưa báo" in answer.content.decode()
        refused = desk.post(reverse("changes", args=[conference.slug]), self.confirmed(answer))
        assert refused.status_code == 409
        assert not Mailing.objects.exists()

    def test_the_letter_is_shown_with_the_reason_before_anything_is_done(self, desk, conference, circle):
        page = reverse("postpone", args=[conference.slug])
        answer = desk.post(page, {"reason": REASON, "do": "preview"})
        assert answer.status_code == 200
        assert f"Lý do: {REASON}" in answer.content.decode()
        assert "Nhập" not in [str(each) for each in answer.context["form"].errors.values()]
        assert not Mailing.objects.exists()

    def test_what_opens_a_page_is_not_shown(self, desk, conference, circle, em):
        shown = desk.get(reverse("cancel", args=[conference.slug])).content.decode()
        assert "{link}" not in shown
        assert not re.search(r"/dai-bieu/\d+-", shown)  # a delegate's token

    @pytest.mark.parametrize(
        ("state", "name"),
        [("cancelled", "cancel"), ("cancelled", "postpone"), ("postponed", "changes"), ("draft", "cancel")],
    )
    def test_steps_that_are_not_possible_say_why(self, desk, conference, state, name):
        page = reverse(name, args=[conference.slug])
        typed = self.confirmed(desk.get(page))
        Conference.objects.update(state=state)
        assert "Không làm được lúc này" in desk.get(page).content.decode()
        assert desk.post(page, typed).status_code == 409
        assert Conference.objects.get().state == state

    def test_staff_see_that_something_is_untold(self, desk, conference):
        cockpit = reverse("cockpit", args=[conference.slug])
        admin = reverse("admin:conferences_conference_change", args=[conference.pk])
        assert "chưa báo" not in desk.get(cockpit).content.decode()
        moved(conference, hours=1)
        for page in (cockpit, admin):
            shown = desk.get(page).content.decode()
            assert "Có 2 thay đổi chưa báo" in shown
            assert reverse("changes", args=[conference.slug]) in shown

    @pytest.mark.parametrize("name", [*STEPS, "reschedule"])
    def test_pages_cost_the_same_for_three_provinces_as_for_one(
        self, desk, conference, world, nomination, em, name
    ):
        state = "postponed" if name == "reschedule" else "announced"
        Conference.objects.update(state=state)
        moved(Conference.objects.get(), hours=1)
        page = reverse(name, args=[conference.slug])

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert desk.get(page).status_code == 200
            return len(seen)

        queries()  # what every page's frame prints is cached from now on
        one = queries()
        for uid, title in (("01-ha-noi", "Hà Nội"), ("02-hue", "Huế")):
            province = make_province(uid, title, world.kinds, world.levels)
            other = make_nomination(conference, province, invited_at=timezone.now())
            make_delegate(other, full_name=f"Người {title}", email=f"{uid}@gov.example")
        assert queries() == one


class TestPublicPages:
    def page(self, client, conference) -> str:
        return client.get(conference.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("verb", "heading"), [("postpone", "Hội nghị hoãn"), ("cancel", "Hội nghị đã hủy")]
    )
    def test_pages_say_what_has_become_of_it_and_why(self, client, conference, an, verb, heading):
        getattr(changing, verb)(conference=conference, reason=REASON, expected=0, actor=an, at=timezone.now())
        assert heading in self.page(client, conference)
        assert REASON in self.page(client, conference)
        assert REASON in client.get("/").content.decode()

    def test_the_day_that_staff_try_out_is_on_no_public_page(
        self, client, conference, an, binh, em, nomination
    ):
        changing.postpone(conference=conference, reason=REASON, expected=0, actor=an, at=timezone.now())
        conference = moved(Conference.objects.get(), days=33)
        ConferenceFact.objects.filter(conference=conference).delete()
        day = f"{timezone.localtime(conference.start_at):%d}"
        secret = [
            timezone.localtime(conference.start_at).strftime("%Y%m%d"),
            f"{int(day):02}/{timezone.localtime(conference.start_at).month}",
        ]
        pages = [
            conference.get_absolute_url(),
            "/",
            "/lich.ics",
            reverse("conference-calendar", args=[conference.slug]),
            reverse("delegate-page", args=[em.token]),
            reverse("delegate-calendar", args=[em.token]),
        ]
        for page in pages:
            content = client.get(page).content.decode()
            assert not any(each in content for each in secret), page
        client.force_login(binh)
        for page in (reverse("invitations"), reverse("nomination", args=[nomination.pk])):
            content = client.get(page).content.decode()
            assert not any(each in content for each in secret), page


def test_the_words_have_a_preview_on_real_data(conference, circle):
    for kind in telling.KINDS:
        values, frame = telling.sample(kind)
        assert values["name"] == conference.title
        assert frame["heading"] == conference.title


def test_officers_are_those_who_act_for_the_host_today(conference, dung, world):
    stranger = make_user("la@daklak.example", "Người Lạ")
    give_mandate(stranger, world.dak_lak.so, Mandate.Role.TECHNICAL_OFFICER)
    officers = audience_of(conference, timezone.now()).by_role()[Role.OFFICER]
    assert [each.user for each in officers] == [dung]


def test_a_letter_opens_the_delegates_own_page(client, conference, an, nomination, em):
    letter = by_address(told(moved(conference, hours=1), an))[em.delegate.email]
    assert client.get(links.path_of(letter.link)).status_code == 200

"""Reminders over the real outbox: who gets which letter when, and what happens when dates move or beat is away."""

import datetime as dt

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from conferences import reminders
from conferences.audiences import audiences
from conferences.followers import follow
from conferences.models import Conference, Reminder, ReminderStep
from correspondence import sending
from correspondence.labels import is_reminder
from correspondence.models import Message
from delegates import services
from delegates.models import Delegate, Nomination
from directory.links import path_of
from directory.models import AuditEntry, Contact, Mandate, PersonalLink
from hoinghi.tests.cast import give_mandate, make_conference, make_delegate, make_nomination, make_user
from hoinghi.text import VIETNAM
from hoinghi.working_hours import WorkingHours
from venues.models import Booking
from venues.services import prepare_rooms

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def on(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of November 2026; the 2nd, 9th and 16th are Mondays."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


PLANNED_AT = on(2, 9)
START, DEADLINE = on(19, 8), on(18, 0)


@pytest.fixture(autouse=True)
def office_hours(settings):
    settings.REMINDER_HOURS = WorkingHours.read("07:00-18:00")


@pytest.fixture
def conference(world):
    """On a Thursday at 8h00; lists have to come by the end of the Tuesday before."""
    return make_conference(
        world, start_at=START, end_at=START + 4 * HOUR, nomination_deadline=DEADLINE, announced_at=PLANNED_AT
    )


def step(conference, audience="focal_points", before=1, at=(9, 0)) -> ReminderStep:
    found = ReminderStep.objects.create(
        conference=conference, audience=audience, days_before=before, at_time=dt.time(*at)
    )
    reminders.schedule(conference=conference, at=PLANNED_AT)
    return found


def addresses() -> list[str]:
    return sorted(Message.objects.values_list("address", flat=True))


def states() -> list[tuple[str, dt.datetime]]:
    return list(Reminder.objects.order_by("due_at").values_list("state", "due_at"))


def test_what_beat_sends_every_minute_reminds(world):
    """The task by the name in the schedule, at the present moment, whatever the hour is."""
    current_app.loader.import_default_modules()
    assert set(settings.CELERY_BEAT_SCHEDULE) <= set(current_app.tasks)
    conference = make_conference(world)
    make_nomination(conference, world.dak_lak)
    now = timezone.now()
    Reminder.objects.create(
        conference=conference,
        audience="focal_points",
        date=conference.nomination_deadline,
        due_at=now,
        not_after=now + HOUR,
    )
    current_app.tasks["conferences.tasks.remind"]()
    assert addresses() == ["sct-dak-lak@gov.example"]


# ── focal points ────────────────────────────────────────────────────────────────────────────────────


def test_addresses_and_focal_points_of_a_missing_list_are_reminded_once(conference, nomination, binh):
    step(conference)
    assert reminders.run_due(on(16, 8, 59)) == 0
    assert reminders.run_due(on(16, 9)) == 2
    assert addresses() == ["binh@daklak.example", "sct-dak-lak@gov.example"]
    for minute in range(1, 5):
        assert reminders.run_due(on(16, 9, minute)) == 0
    assert Message.objects.count() == 2
    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.written, reminder.done_at) == ("done", 2, on(16, 9))
    entry = AuditEntry.objects.get(action="reminder.run")
    assert (entry.actor_label, entry.changes) == ("hệ thống", {"letters": [0, 2]})


@pytest.mark.parametrize("state", ["submitted", "accepted", "declined"])
def test_who_has_answered_is_not_reminded(conference, nomination, other_nomination, state):
    Nomination.objects.filter(pk=nomination.pk).update(state=state)
    step(conference)
    assert reminders.run_due(on(16, 9)) == 1
    assert addresses() == ["sct-ca-mau@gov.example"]


@pytest.mark.parametrize("state", ["open", "draft", "returned"])
def test_who_still_owes_a_list_is_reminded(conference, nomination, state):
    Nomination.objects.filter(pk=nomination.pk).update(state=state, reason="Thiếu số điện thoại.")
    step(conference)
    assert reminders.run_due(on(16, 9)) == 1
    letter = Message.objects.get()
    assert letter.subject == "Đề nghị gửi danh sách đại biểu trước ngày 18/11/2026"
    assert nomination.get_absolute_url() == letter.link_path
    assert letter.reply_to == "lien@moit.example"
    # Why it was given back is told to those whose list was given back.
    assert ("Thiếu số điện thoại." in letter.text) == (state == "returned")


def test_an_address_that_is_a_focal_points_account_too_gets_one_letter(conference, nomination, world, binh):
    Contact.objects.create(organisation=world.dak_lak.so, email="Binh@DakLak.example")
    step(conference)
    assert reminders.run_due(on(16, 9)) == 2


def test_an_ended_mandate_and_a_closed_account_get_nothing(conference, nomination, binh, cuc, world):
    give_mandate(cuc, world.dak_lak.so)
    Mandate.objects.filter(user=binh).update(valid_to=on(15, 0).date())
    cuc.is_active = False
    cuc.save()
    step(conference)
    reminders.run_due(on(16, 9))
    assert addresses() == ["sct-dak-lak@gov.example"]


def test_backup_addresses_are_an_audience_of_their_own(conference, nomination, other_nomination, world):
    """Only where there is another address: one without gets the ordinary reminder there."""
    Contact.objects.create(organisation=world.dak_lak.so, email="pho@daklak.example", is_backup=True)
    Contact.objects.filter(organisation=world.ca_mau.so).update(is_backup=True)
    step(conference, before=1)
    step(conference, "focal_points_backup", before=0)
    reminders.run_due(on(16, 9))
    assert addresses() == ["sct-ca-mau@gov.example", "sct-dak-lak@gov.example"]
    assert reminders.run_due(on(17, 9)) == 1
    letter = Message.objects.get(kind="reminder_focal_points_backup")
    assert letter.address == "pho@daklak.example"


def test_letters_go_to_the_successor_of_an_organisation_that_has_ended(conference, nomination, world):
    old = world.dak_lak.so
    old.valid_to, old.successor = on(10, 0).date(), world.ca_mau.so
    old.save()
    step(conference)
    reminders.run_due(on(16, 9))
    assert addresses() == ["sct-ca-mau@gov.example"]


def test_who_has_no_address_is_seen_by_staff_and_gets_nothing(conference, nomination, world):
    Contact.objects.all().delete()
    step(conference)
    assert reminders.run_due(on(16, 9)) == 0
    member = audiences()["focal_points"].waiting(conference, on(16, 9))[0]
    assert (member.name, member.address) == (world.dak_lak.so.name, "")
    assert Reminder.objects.get().state == "done"


def test_a_province_with_more_time_is_reminded_of_its_own_deadline(
    conference, nomination, other_nomination, an
):
    step(conference, before=0)
    services.extend(nomination=nomination, until=on(19, 0), reason="Bão số 9", actor=an, at=on(16, 10))
    Message.objects.all().delete()  # the letter about the extension
    assert states() == [("waiting", on(17, 9)), ("waiting", on(18, 9))]
    assert reminders.run_due(on(17, 9)) == 1
    assert addresses() == ["sct-ca-mau@gov.example"]
    # At its own time, when the common deadline is over; the other province is out of time.
    assert reminders.run_due(on(18, 9)) == 1
    letter = Message.objects.get(address="sct-dak-lak@gov.example")
    assert letter.subject == "Đề nghị gửi danh sách đại biểu trước 0h00 ngày 19/11/2026"


def test_more_time_given_after_the_last_step_reminds_again(conference, nomination, an):
    step(conference, before=0)
    reminders.run_due(on(17, 9))
    services.extend(nomination=nomination, until=on(19, 0), reason="Bão số 9", actor=an, at=on(17, 16))
    assert states() == [("done", on(17, 9)), ("waiting", on(18, 9))]
    reminders.run_due(on(18, 9))
    assert Message.objects.filter(kind="reminder_focal_points").count() == 2


# ── delegates ───────────────────────────────────────────────────────────────────────────────────────


def test_delegates_get_room_time_link_and_calendar(conference, nomination, an, smtp_server):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    delegate = make_delegate(nomination)
    step(conference, "delegates", before=1, at=(14, 0))
    assert reminders.run_due(on(18, 14)) == 1
    letter = Message.objects.get()
    assert letter.subject.startswith("Mời dự họp lúc 8h00 ngày 19/11/2026: ")
    assert "Phòng họp trực tuyến của Chi cục Quản lý thị trường tỉnh Đắk Lắk" in letter.text
    assert is_reminder(letter.kind)
    assert letter.link.holder == f"delegate:{delegate.pk}"
    # The outbox goes by the real clock.
    Message.objects.update(due_at=timezone.now(), not_after=None)
    sending.send_due()
    mail = smtp_server.mails[0]
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert path_of(letter.link) in parts["text/plain"].get_content()
    assert b"DTSTART" in parts["text/calendar"].get_payload(decode=True)


def test_who_stays_away_waits_in_reserve_or_has_no_address_gets_nothing(conference, nomination):
    make_delegate(nomination, full_name="A", email="a@x.example", answer=Delegate.Answer.DECLINED)
    make_delegate(nomination, full_name="B", email="b@x.example", state=Delegate.State.REPLACED)
    reserve = make_delegate(nomination, full_name="C", email="c@x.example")
    reserve.seat.is_reserve, reserve.seat.position = True, None
    reserve.seat.save()
    make_delegate(nomination, full_name="D", email="")
    make_delegate(nomination, full_name="E", email="e@x.example")
    step(conference, "delegates")
    assert reminders.run_due(on(18, 9)) == 1
    assert addresses() == ["e@x.example"]
    assert PersonalLink.objects.count() == 1


# ── rooms ───────────────────────────────────────────────────────────────────────────────────────────


def test_officers_of_rooms_that_are_not_ready(conference, nomination, dung, an, world):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    other = make_user("ky-thuat@camau.example", "Lý Văn Kha")
    give_mandate(other, world.ca_mau.chi_cuc_qltt, Mandate.Role.TECHNICAL_OFFICER)
    Booking.objects.filter(unit=world.ca_mau.unit).update(state=Booking.State.READY)
    step(conference, "room_officers")
    assert reminders.run_due(on(18, 9)) == 1
    letter = Message.objects.get()
    assert letter.address == dung.email
    assert letter.subject == "Đề nghị chuẩn bị xong điểm cầu tỉnh Đắk Lắk trước 8h00 ngày 19/11/2026"
    # The central room has no officer: staff see that nobody can be reminded.
    members = audiences()["room_officers"].waiting(conference, on(18, 9))
    assert [(member.name, bool(member.address)) for member in members] == [
        ("Điểm cầu trung tâm", False),
        ("Hoàng Văn Dũng, Điểm cầu tỉnh Đắk Lắk", True),
    ]


# ── beat is away ────────────────────────────────────────────────────────────────────────────────────


def test_a_late_run_still_reminds_within_the_day(conference, nomination):
    step(conference)
    assert reminders.run_due(on(16, 15)) == 1
    # The letter itself must not arrive later, either.
    assert Message.objects.get().not_after == on(17, 9)


def test_a_late_run_waits_for_working_hours(conference, nomination):
    step(conference)
    assert reminders.run_due(on(16, 20)) == 0
    assert states() == [("waiting", on(16, 9))]
    assert reminders.run_due(on(17, 7)) == 1


def test_a_run_that_is_a_little_late_at_the_end_of_the_day_reminds(conference, nomination):
    step(conference, at=(18, 0))
    assert reminders.run_due(on(16, 18, 1)) == 1


def test_a_run_after_the_next_step_is_missed_and_only_the_next_step_reminds(conference, nomination):
    step(conference, before=1, at=(9, 0))
    step(conference, before=1, at=(15, 0))
    assert reminders.run_due(on(16, 15, 30)) == 1
    assert states() == [("missed", on(16, 9)), ("done", on(16, 15))]
    assert AuditEntry.objects.filter(action="reminder.miss").count() == 1
    missed = Reminder.objects.get(state="missed")
    assert [each for each in Reminder.objects.all() if each.is_missed(on(17, 0))] == [missed]
    assert not missed.is_missed(DEADLINE)


def test_a_run_after_the_date_reminds_nobody(conference, nomination):
    step(conference, before=0)
    assert reminders.run_due(DEADLINE) == 0
    assert states() == [("missed", on(17, 9))]
    assert Message.objects.count() == 0


def test_the_trouble_of_one_conference_does_not_cost_the_others_their_letters(
    conference, nomination, world, caplog
):
    other = make_conference(
        world, slug="khac", start_at=START, end_at=START + HOUR, nomination_deadline=DEADLINE
    )
    make_nomination(other, world.ca_mau)
    step(conference)
    step(other)
    # An audience that no app knows any more.
    Reminder.objects.filter(conference=conference).update(audience="doi-cu")
    assert reminders.run_due(on(16, 9)) == 1
    assert "could not be carried out" in caplog.text
    assert sorted(Reminder.objects.values_list("state", flat=True)) == ["done", "waiting"]


# ── the conference moves ────────────────────────────────────────────────────────────────────────────


def move(conference, days: int, at: dt.datetime) -> None:
    conference.start_at += days * DAY
    conference.end_at += days * DAY
    conference.nomination_deadline += days * DAY
    conference.save()
    reminders.schedule(conference=conference, at=at)


def test_steps_move_with_the_conference_and_done_ones_wait_anew(conference, nomination):
    step(conference, before=1)
    step(conference, before=0)
    reminders.run_due(on(16, 9))
    move(conference, 7, on(16, 12))
    assert states() == [("done", on(16, 9)), ("waiting", on(23, 9)), ("waiting", on(24, 9))]
    # Nothing at the old time; at the new one the same people are reminded once more.
    assert reminders.run_due(on(17, 9)) == 0
    assert reminders.run_due(on(23, 9)) == 1
    assert Message.objects.count() == 2


def test_moved_to_an_earlier_date_what_is_over_never_comes(conference, nomination):
    step(conference, before=5)
    step(conference, before=0)
    move(conference, -7, on(9, 12))
    # Five days before the new deadline was last Thursday.
    assert states() == [("waiting", on(10, 9))]


def test_a_step_that_is_moved_waits_at_its_new_time(conference, nomination, an):
    moved = step(conference, before=1)
    reminders.run_due(on(16, 9))
    moved.days_before = 0
    reminders.change_ladder(conference=conference, steps=[moved], actor=an, at=on(16, 10))
    assert states() == [("waiting", on(17, 9))]
    assert reminders.run_due(on(17, 9)) == 1
    assert AuditEntry.objects.get(action="reminders.change").actor_id == an.pk


def test_a_step_that_is_switched_off_never_comes(conference, nomination, an):
    off = step(conference)
    off.is_on = False
    reminders.change_ladder(conference=conference, steps=[off], actor=an, at=on(10, 9))
    assert states() == []
    assert reminders.run_due(on(16, 9)) == 0


@pytest.mark.parametrize("state", ["postponed", "cancelled", "concluded", "planned"])
def test_a_conference_that_is_called_off_reminds_nobody(conference, nomination, state):
    step(conference)
    Conference.objects.filter(pk=conference.pk).update(state=state)
    # Whether anybody has told the reminders or not.
    assert reminders.run_due(on(16, 9)) == 0
    conference.refresh_from_db()
    reminders.schedule(conference=conference, at=on(16, 10))
    assert states() == [("stopped", on(16, 9))]
    assert Message.objects.count() == 0


def test_a_conference_that_is_taken_up_again_reminds_of_what_lies_ahead(conference, nomination):
    step(conference, before=1)
    step(conference, before=0)
    assert reminders.stop(conference=conference) == 2
    reminders.schedule(conference=conference, at=on(16, 12))
    assert states() == [("stopped", on(16, 9)), ("waiting", on(17, 9))]


def test_the_reminders_follow_whoever_saves_the_conference(world, an):
    """The desk, the loader: in the same transaction, from the present moment on."""
    conference = make_conference(world)
    follow(conference=conference, actor=an, at=timezone.now())
    waiting = Reminder.objects.filter(audience="delegates").latest("due_at")
    assert timezone.now() < waiting.due_at < conference.start_at
    conference.start_at += 7 * DAY
    conference.end_at += 7 * DAY
    conference.save()
    follow(conference=conference, actor=an, at=timezone.now())
    assert Reminder.objects.filter(audience="delegates").latest("due_at").due_at > waiting.due_at


# ── the ladder of a new conference ──────────────────────────────────────────────────────────────────


def rungs(conference) -> set[tuple]:
    return set(conference.reminder_steps.values_list("audience", "days_before", "at_time", "is_on"))


def test_a_first_conference_starts_with_the_standard_ladder(conference):
    reminders.prefill(conference)
    assert {audience for audience, *_ in rungs(conference)} == set(audiences())
    assert ("delegates", 1, dt.time(14), True) in rungs(conference)


def test_a_next_one_starts_with_that_of_the_last_of_its_kind(conference, world):
    for month, days in ((1, 9), (3, 4)):
        earlier = make_conference(
            world,
            slug=f"t{month}",
            start_at=START - 30 * month * DAY,
            end_at=START - 29 * month * DAY,
            nomination_deadline=None,
        )
        ReminderStep.objects.create(
            conference=earlier, audience="delegates", days_before=days, at_time=dt.time(10), is_on=False
        )
    reminders.prefill(conference)
    assert rungs(conference) == {("delegates", 9, dt.time(10), False)}


def test_steps_that_are_there_stay(conference):
    step(conference)
    reminders.prefill(conference)
    assert len(rungs(conference)) == 1


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────


def remind_now(conference, an, number=0, at=None):
    return reminders.remind_now(
        conference=conference,
        audience=audiences()["focal_points"],
        number=number,
        actor=an,
        at=at or on(10, 20),
    )


def test_reminding_by_hand_counts_as_a_step_of_its_own(conference, nomination, an):
    """At any hour: a person has decided it. The ladder goes on as planned."""
    step(conference)
    reminder = remind_now(conference, an)
    assert (reminder.state, reminder.written, reminder.actor, reminder.step) == ("done", 1, an, None)
    assert Message.objects.get().not_after == DEADLINE
    with pytest.raises(reminders.CannotRemind, match="Đã gửi nhắc lúc 20h00 ngày 10/11/2026"):
        remind_now(conference, an)
    assert Message.objects.count() == 1
    remind_now(conference, an, number=1, at=on(11, 9))
    reminders.run_due(on(16, 9))
    assert Message.objects.count() == 3
    # A moved conference does not take it along.
    move(conference, 7, on(16, 12))
    assert conference.reminders.filter(step=None).count() == 2


def test_nobody_is_reminded_by_hand_when_it_is_over_or_nobody_is_left(conference, nomination, an):
    with pytest.raises(reminders.CannotRemind, match="Không còn ai"):
        remind_now(conference, an, at=DEADLINE)
    with pytest.raises(reminders.CannotRemind, match="đã bắt đầu"):
        remind_now(conference, an, at=START)
    Conference.objects.update(state=Conference.State.CANCELLED)
    with pytest.raises(reminders.CannotRemind, match="“Hủy”"):
        remind_now(conference, an)
    assert (Message.objects.count(), Reminder.objects.count()) == (0, 0)

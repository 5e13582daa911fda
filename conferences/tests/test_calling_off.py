"""Postponing, publishing a new time, cancelling: which step from which state, and what it leaves behind."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from conferences import services
from conferences.calendar import event_of
from conferences.changes import differences, last_told, remember
from conferences.models import Conference
from conferences.services import NotReady, WrongState
from directory.models import AuditEntry

pytestmark = pytest.mark.django_db

State = Conference.State
REASON = "Trùng lịch họp của Chính phủ"
BEFORE, AFTER = dt.timedelta(days=-3), dt.timedelta(hours=1)


@pytest.fixture
def conference(conference, an):
    conference.frame.invitation = []
    conference.frame.save()
    remember(conference=conference, actor=an, at=timezone.now())
    return conference


def in_state(conference: Conference, state: str) -> Conference:
    Conference.objects.filter(pk=conference.pk).update(state=state)
    return Conference.objects.get(pk=conference.pk)


VERBS = {"postpone": services.postpone, "cancel": services.cancel, "reschedule": services.reschedule}
# Verb → from which states → to which one.
LEGAL = {
    "postpone": ({State.ANNOUNCED}, State.POSTPONED),
    "cancel": ({State.PLANNED, State.ANNOUNCED, State.POSTPONED}, State.CANCELLED),
    "reschedule": ({State.POSTPONED}, State.ANNOUNCED),
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", VERBS)
def test_which_step_from_which_state(conference, an, verb, state):
    conference = in_state(conference, state)
    step = {"conference": conference, "reason": REASON, "actor": an, "at": conference.start_at + BEFORE}
    states, result = LEGAL[verb]
    if state in states:
        VERBS[verb](**step)
    else:
        with pytest.raises(WrongState):
            VERBS[verb](**step)
        result = state
        assert not AuditEntry.objects.filter(action=f"conference.{verb}").exists()
    assert Conference.objects.get(pk=conference.pk).state == result


@pytest.mark.parametrize("verb", ["postpone", "cancel"])
def test_what_has_begun_is_not_called_off(conference, an, verb):
    with pytest.raises(WrongState, match="đã bắt đầu"):
        VERBS[verb](conference=conference, reason=REASON, actor=an, at=conference.start_at)


def test_a_postponed_conference_is_cancelled_even_when_its_old_day_has_passed(conference, an):
    conference = in_state(conference, State.POSTPONED)
    services.cancel(conference=conference, reason=REASON, actor=an, at=conference.end_at + AFTER)
    assert conference.state == State.CANCELLED


@pytest.mark.parametrize("verb", ["postpone", "cancel"])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_happens(conference, an, verb, reason):
    with pytest.raises(ValidationError, match="Ghi lý do"):
        VERBS[verb](conference=conference, reason=reason, actor=an, at=timezone.now())
    assert Conference.objects.get(pk=conference.pk).state == State.ANNOUNCED


def test_reason_and_states_stand_in_the_trail(conference, an):
    services.postpone(conference=conference, reason=REASON, actor=an, at=timezone.now())
    entry = AuditEntry.objects.get(action="conference.postpone")
    assert entry.changes == {"state": ["announced", "postponed"], "reason": ["", REASON]}
    assert Conference.objects.get(pk=conference.pk).state_reason == REASON


class TestNewTime:
    @pytest.fixture
    def postponed(self, conference, an):
        services.postpone(conference=conference, reason=REASON, actor=an, at=timezone.now())
        return Conference.objects.get(pk=conference.pk)

    def moved(self, conference, **delta) -> Conference:
        for name in ("start_at", "end_at", "nomination_deadline"):
            setattr(conference, name, getattr(conference, name) + dt.timedelta(**delta))
        conference.save()
        return conference

    def test_it_counts_as_told_with_its_differences(self, postponed, an):
        conference, at = self.moved(postponed, days=7), timezone.now()
        notice = services.reschedule(conference=conference, reason="Đã xếp lại lịch", actor=an, at=at)
        assert (notice.number, notice.reason, notice.told_at) == (1, "Đã xếp lại lịch", at)
        assert [row["code"] for row in notice.differences] == ["time", "deadline"]
        conference.refresh_from_db()
        assert (conference.state, conference.state_reason) == (State.ANNOUNCED, "")
        assert differences(conference) == []
        assert last_told(conference) == notice

    def test_a_day_that_has_passed_is_refused(self, postponed, an):
        conference = self.moved(postponed, days=-30)
        with pytest.raises(NotReady, match="Thời gian họp ở phía trước"):
            services.reschedule(conference=conference, reason="", actor=an, at=timezone.now())
        assert Conference.objects.get(pk=conference.pk).state == State.POSTPONED

    def test_the_day_that_staff_try_out_stays_theirs_until_it_is_published(self, postponed, an):
        told = event_of(postponed)
        conference = self.moved(postponed, days=7)
        while_postponed = event_of(conference)
        assert (while_postponed.start, while_postponed.end) == (told.start, told.end)
        services.reschedule(conference=conference, reason="", actor=an, at=timezone.now())
        published = event_of(conference)
        assert published.start == told.start + dt.timedelta(days=7)
        assert published.sequence > told.sequence
        assert (published.uid, published.status) == (told.uid, "CONFIRMED")

    def test_it_is_among_what_is_to_come_however_long_it_takes(self, postponed):
        later = postponed.end_at + dt.timedelta(days=100)
        assert postponed in Conference.objects.upcoming(later)
        assert postponed not in Conference.objects.past(later)


def test_the_same_calendar_entry_through_all_of_it(conference, an):
    """Invited, postponed, published anew, cancelled: one UID, and each word higher than the one before."""
    at, said = timezone.now(), []
    for step in (services.postpone, services.reschedule, services.cancel):
        said.append(event_of(conference))
        step(conference=conference, reason=REASON, actor=an, at=at)
    said.append(event_of(conference))
    assert len({event.uid for event in said}) == 1
    numbers = [event.sequence for event in said]
    assert numbers == sorted(set(numbers))
    assert [event.status for event in said] == ["CONFIRMED", "TENTATIVE", "CONFIRMED", "CANCELLED"]

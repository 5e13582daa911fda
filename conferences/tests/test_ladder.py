"""When the steps of a ladder come, from steps, date and hours alone."""

import datetime as dt

import pytest
import yaml
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from conferences import ladder
from conferences.models import ReminderStep
from hoinghi.text import VIETNAM, format_moment
from hoinghi.working_hours import WorkingHours

HOURS = WorkingHours.read("07:00-18:00")


def rungs(*steps: tuple[int, str]) -> list[ReminderStep]:
    return [
        ReminderStep(pk=pk, audience="x", days_before=days, at_time=dt.datetime.strptime(at, "%H:%M").time())
        for pk, (days, at) in enumerate(steps, start=1)
    ]


def moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def planned(steps, date: str) -> list[tuple[int, str, str]]:
    return [
        (each.step.pk, format_moment(each.due_at), format_moment(each.not_after))
        for each in ladder.plan(steps, moment(date), HOURS)
    ]


def test_days_count_back_from_the_last_day():
    """A deadline at 0h00 of Thursday belongs to Wednesday; a conference at 8h00 to its own day."""
    steps = rungs((0, "08:30"), (1, "14:00"))
    assert planned(steps, "05/11/2026 00:00") == [
        (2, "14h00 ngày 03/11/2026", "8h30 ngày 04/11/2026"),
        (1, "8h30 ngày 04/11/2026", "0h00 ngày 05/11/2026"),
    ]
    assert planned(rungs((0, "07:00"), (1, "14:00")), "05/11/2026 08:00") == [
        (2, "14h00 ngày 04/11/2026", "7h00 ngày 05/11/2026"),
        (1, "7h00 ngày 05/11/2026", "8h00 ngày 05/11/2026"),
    ]


def test_a_step_is_too_late_after_a_day():
    # From a Saturday it moves to Monday morning.
    assert planned(rungs((5, "08:30")), "20/11/2026 00:00") == [
        (1, "7h00 ngày 16/11/2026", "7h00 ngày 17/11/2026")
    ]


def test_steps_that_fall_together_remind_once():
    """Saturday and Sunday both move to Monday morning: only the nearer one comes."""
    assert planned(rungs((4, "09:00"), (3, "09:00"), (1, "09:00")), "12/11/2026 00:00") == [
        (2, "7h00 ngày 09/11/2026", "7h00 ngày 10/11/2026"),
        (3, "9h00 ngày 10/11/2026", "9h00 ngày 11/11/2026"),
    ]


steps_of_a_ladder = st.lists(
    st.tuples(st.integers(0, 30), st.times().map(lambda at: f"{at:%H:%M}")), max_size=6, unique=True
)
dates = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)).map(
    lambda value: value.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)


@settings(max_examples=60, deadline=None)
@given(steps_of_a_ladder, dates)
def test_never_outside_the_hours_nor_at_the_date_and_in_order(steps, date):
    steps = rungs(*steps)
    found = ladder.plan(steps, date, HOURS)
    assert bool(found) == bool(steps)
    for each in found:
        assert HOURS.include(each.due_at)
        assert each.due_at < each.not_after <= date
        assert each.not_after - each.due_at <= ladder.LATEST
    # One after the other, and in the order of the ladder: the nearer to the date, the later.
    for earlier, later in zip(found, found[1:], strict=False):
        assert earlier.not_after <= later.due_at
        assert (-earlier.step.days_before, earlier.step.at_time) < (
            -later.step.days_before,
            later.step.at_time,
        )
    # The last step is never the one that is left out.
    if steps:
        nearest = max(steps, key=lambda step: (-step.days_before, step.at_time))
        assert found[-1].step == nearest


def test_the_standard_ladders_can_be_read():
    kinds = yaml.safe_load((ladder.DATA.parent / "kinds.yaml").read_text(encoding="utf-8"))
    written = yaml.safe_load(ladder.DATA.read_text(encoding="utf-8"))
    assert written.keys() <= {"default"} | {kind["code"] for kind in kinds}
    for code in (*written, "hoi-thao"):
        steps = ladder.standard_ladder(code)
        assert steps
        assert len({(step.audience, step.days_before, step.at_time) for step in steps}) == len(steps)
        assert all(
            django_settings.REMINDER_HOURS.opens <= step.at_time <= django_settings.REMINDER_HOURS.closes
            for step in steps
        )


@pytest.mark.parametrize(
    ("date", "day"), [("05/11/2026 00:00", 4), ("05/11/2026 00:01", 5), ("05/11/2026 23:59", 5)]
)
def test_the_last_day(date, day):
    assert ladder.last_day(moment(date)).day == day

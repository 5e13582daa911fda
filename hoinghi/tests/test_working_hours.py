"""Reminders keep office hours: the nearest moment inside them, and always before the date they are about."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoinghi.text import VIETNAM
from hoinghi.working_hours import WorkingHours

HOURS = WorkingHours.read("07:00-18:00", ["02/9", "01/01", "16/02/2026", "17/02/2026"])


def moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("wanted", "before", "answer"),
    [
        ("03/11/2026 08:30", "05/11/2026 00:00", "03/11/2026 08:30"),
        # Both ends belong to the hours.
        ("03/11/2026 07:00", "05/11/2026 00:00", "03/11/2026 07:00"),
        ("03/11/2026 18:00", "05/11/2026 00:00", "03/11/2026 18:00"),
        # Early and late in the day.
        ("03/11/2026 05:00", "05/11/2026 00:00", "03/11/2026 07:00"),
        ("03/11/2026 18:01", "05/11/2026 00:00", "04/11/2026 07:00"),
        # A weekend: Monday where that is early enough, else Friday.
        ("07/11/2026 09:00", "10/11/2026 00:00", "09/11/2026 07:00"),
        ("08/11/2026 09:00", "09/11/2026 00:00", "06/11/2026 18:00"),
        # The National Day, and two days of Tết after a weekend.
        ("02/09/2027 09:00", "10/09/2027 00:00", "03/09/2027 07:00"),
        ("14/02/2026 09:00", "20/02/2026 08:00", "18/02/2026 07:00"),
        ("14/02/2026 09:00", "18/02/2026 07:00", "13/02/2026 18:00"),
        # Never at the date itself.
        ("03/11/2026 08:00", "03/11/2026 08:00", "03/11/2026 07:59"),
        ("03/11/2026 07:00", "03/11/2026 07:00", "02/11/2026 18:00"),
    ],
)
def test_the_nearest_moment_inside_the_hours(wanted, before, answer):
    assert HOURS.fit(moment(wanted), before=moment(before)) == moment(answer)


@pytest.mark.parametrize(
    ("hours", "holidays", "said"),
    [
        ("7-18", [], "'7-18' are no hours"),
        ("25:00-26:00", [], "no hours"),
        ("18:00-07:00", [], "end before they begin"),
        ("07:00-18:00", ["31/02"], "không có trong lịch"),
        ("07:00-18:00", ["Tết"], "không phải là ngày"),
    ],
)
def test_odd_settings_are_named(hours, holidays, said):
    with pytest.raises(ValueError, match=said):
        WorkingHours.read(hours, holidays)


minutes = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)).map(
    lambda value: value.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
days = st.builds(lambda number: dt.date(2025, 12, 1) + dt.timedelta(number), st.integers(0, 800))
working_hours = st.builds(
    lambda opens, closes, holidays: WorkingHours(opens, closes, holidays=frozenset(holidays)),
    st.times(dt.time(0), dt.time(11, 59)).map(lambda value: value.replace(second=0, microsecond=0)),
    st.times(dt.time(12), dt.time(23, 59)).map(lambda value: value.replace(second=0, microsecond=0)),
    st.lists(days, max_size=30),
)


@settings(max_examples=60, deadline=None)
@given(working_hours, minutes, minutes, st.integers(1, 20 * 24 * 60))
def test_always_inside_the_hours_before_the_date_and_in_order(hours, first, second, until):
    date = max(first, second) + dt.timedelta(minutes=until)
    one, other = (hours.fit(wanted, before=date) for wanted in sorted((first, second)))
    for answer in (one, other):
        assert hours.include(answer)
        assert answer < date
    assert one <= other
    # What lies inside the hours stays where it is.
    assert hours.fit(one, before=date) == one

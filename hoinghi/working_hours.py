"""When letters that nobody waits for may go: inside working hours, on working days."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from hoinghi.text import VIETNAM, parse_date

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_YEARLY = re.compile(r"\d{1,2}/\d{1,2}")
_DAY = dt.timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class WorkingHours:
    """Hours from Monday to Friday, both ends included, in Vietnamese time.

    Attributes:
        yearly: (day, month) of holidays that come every year.
        holidays: those that don't, such as the days of Tết.
    """

    opens: dt.time
    closes: dt.time
    yearly: frozenset[tuple[int, int]] = frozenset()
    holidays: frozenset[dt.date] = frozenset()

    @classmethod
    def read(cls, hours: str, holidays: Iterable[str] = ()) -> "WorkingHours":
        """From settings: ``07:00-18:00`` and days such as ``02/9`` (every year) or ``17/02/2026``.

        Raises:
            ValueError: one of them cannot be read, or the hours end before they begin.
        """
        found = _HOURS.fullmatch(hours.strip())
        if not found:
            raise ValueError(f"{hours!r} are no hours; write them as 07:00-18:00.")
        numbers = [int(number) for number in found.groups()]
        opens, closes = dt.time(*numbers[:2]), dt.time(*numbers[2:])
        if opens >= closes:
            raise ValueError(f"{hours!r} end before they begin.")
        days = [day.strip() for day in holidays if day.strip()]
        # Of no special year: one that has every day there is.
        yearly = {day: parse_date(f"{day}/2000") for day in days if _YEARLY.fullmatch(day)}
        return cls(
            opens,
            closes,
            frozenset((day.day, day.month) for day in yearly.values()),
            frozenset(parse_date(day) for day in days if day not in yearly),
        )

    def is_working_day(self, day: dt.date) -> bool:
        return (
            day.weekday() < SATURDAY and (day.day, day.month) not in self.yearly and day not in self.holidays
        )

    def include(self, moment: dt.datetime) -> bool:
        local = moment.astimezone(VIETNAM)
        return self.is_working_day(local.date()) and self.opens <= local.time() <= self.closes

    def fit(self, wanted: dt.datetime, *, before: dt.datetime) -> dt.datetime:
        """``wanted``, or the next moment inside the hours; where that would come too late, the last one before.

        Arguments:
            before: the answer is earlier than this.
        """
        following = self._from(wanted)
        return following if following < before else self._until(before)

    def _from(self, moment: dt.datetime) -> dt.datetime:
        local = moment.astimezone(VIETNAM)
        if self.include(local):
            return local
        day = local.date() if local.time() < self.opens else local.date() + _DAY
        while not self.is_working_day(day):
            day += _DAY
        return dt.datetime.combine(day, self.opens, tzinfo=VIETNAM)

    def _until(self, moment: dt.datetime) -> dt.datetime:
        """The last whole minute inside the hours before ``moment``."""
        local = moment.astimezone(VIETNAM) - dt.timedelta(microseconds=1)
        local = local.replace(second=0, microsecond=0)
        day = local.date()
        if self.is_working_day(day) and local.time() >= self.opens:
            return min(local, dt.datetime.combine(day, self.closes, tzinfo=VIETNAM))
        day -= _DAY
        while not self.is_working_day(day):
            day -= _DAY
        return dt.datetime.combine(day, self.closes, tzinfo=VIETNAM)

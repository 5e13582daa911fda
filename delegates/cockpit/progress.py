"""The curve of answers up to the deadline: a drawing in numbers, which the template writes down as SVG.

Coordinates are texts with a decimal point: under the locale of the pages a number would get a comma.
"""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass

from django.utils import timezone

from hoinghi.text import format_date, format_moment_short

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 600, 56, 262
DAY = dt.timedelta(days=1)
DATE_LABELS, NUMBER_LABELS = 6, 4


@dataclass(frozen=True)
class Label:
    """A text of the drawing, or with ``number`` a level of its vertical axis."""

    x: str
    y: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Day:
    date: dt.date
    answered: int


@dataclass(frozen=True)
class Curve:
    """Everything that the drawing and the table beside it show.

    Attributes:
        levels: labels of the horizontal lines; the first is the base line.
        line, area, trend: paths; ``trend`` runs from now to everybody at the deadline, "" when it is over.
        goal: x of the deadline.
        point: where the line ends, with how many have answered by then (``now`` stands beside it).
        days: how many had answered at the end of each day, for the table.
    """

    total: int
    answered: int
    levels: list[Label]
    dates: list[Label]
    line: str
    area: str
    trend: str
    goal: str
    goal_label: Label
    point: Label
    now: Label
    days: list[Day]

    width, height, left, right, bottom, top = WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP


def curve(
    answers: list[dt.datetime],
    *,
    total: int,
    start: dt.datetime,
    deadline: dt.datetime,
    end: dt.datetime,
    deadline_label: str,
    at: dt.datetime,
) -> Curve | None:
    """Draw how many of ``total`` had answered, from ``start`` until ``at``.

    Arguments:
        answers: when each one answered, in order.
        end: how far the axis goes once the deadline has passed (the start of the conference).
        deadline_label: the printed deadline.
    Returns:
        None while there is nothing to draw: nobody is asked, or the time has not begun.
    """
    first = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
    last = deadline if at <= deadline else max(deadline, min(at, end))
    now = min(at, last)
    if not total or last <= first or now <= first:
        return None

    def x(moment: dt.datetime) -> float:
        return LEFT + (moment - first) / (last - first) * (RIGHT - LEFT)

    def y(number: int) -> float:
        return BOTTOM - number / total * (BOTTOM - TOP)

    mornings = [first + DAY * number for number in range((last - first) // DAY + 1)]
    moments = [moment for moment in mornings if moment < now] + [now]
    points = [_point(x(moment), y(bisect_right(answers, moment))) for moment in moments]
    answered = bisect_right(answers, now)
    line = "M" + " L".join(points)
    days = [
        Day(moment.date(), bisect_right(answers, min(moment + DAY - dt.timedelta(microseconds=1), now)))
        for moment in mornings
        if moment < now
    ]
    return Curve(
        total=total,
        answered=answered,
        levels=[Label(str(LEFT - 8), f"{y(number):.1f}", str(number), "end") for number in _levels(total)],
        dates=_dates(mornings, x),
        line=line,
        area=f"{line} L{x(now):.1f} {BOTTOM} L{LEFT} {BOTTOM} Z",
        trend=f"M{points[-1]} L{_point(x(deadline), TOP)}" if now < deadline and answered < total else "",
        goal=f"{x(deadline):.1f}",
        goal_label=_beside(x(deadline), 20, deadline_label, over=36),
        point=Label(f"{x(now):.1f}", f"{y(answered):.1f}", str(answered)),
        now=_beside(x(now), y(answered) - 12, _now_text(answered, total, now, deadline), over=-8),
        days=days,
    )


def _now_text(answered: int, total: int, now: dt.datetime, deadline: dt.datetime) -> str:
    """Before the deadline the moment counts, afterwards only how many there were."""
    if now < deadline:
        return f"{answered} danh sách, {format_moment_short(now)}"
    return f"{answered}/{total} danh sách"


def _point(x: float, y: float) -> str:
    return f"{x:.1f} {y:.1f}"


def _beside(x: float, y: float, text: str, *, over: int) -> Label:
    """A label that ends near ``x``, or starts there when it would leave the drawing on the left."""
    if x < WIDTH / 2:
        return Label(f"{x + 8:.1f}", f"{y:.1f}", text, "start")
    return Label(f"{x + over:.1f}", f"{y:.1f}", text, "end")


def _levels(total: int) -> list[int]:
    """0, some round numbers, and the total; none so near the total that they would print over each other."""
    steps = (base * 10**power for power in range(6) for base in (1, 2, 5))
    step = next(step for step in steps if total / step <= NUMBER_LABELS)
    return [number for number in range(0, total, step) if total - number > step * 0.5] + [total]


def _dates(mornings: list[dt.datetime], x) -> list[Label]:
    step = max(1, -(-(len(mornings) - 1) // DATE_LABELS))
    return [
        Label(f"{x(moment):.1f}", str(BOTTOM + 20), format_date(moment).rpartition("/")[0])
        for moment in mornings[::step]
    ]

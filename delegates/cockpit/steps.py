"""The steps on the way to a list: each has a column in the cockpit and says who has made it, who has not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delegates.cockpit.figures import Province

# What a filter may ask for beside the single states: every list that has never been sent.
UNSENT = "unsent"


@dataclass(frozen=True)
class Step:
    """A step on the way to a list, with a column and two filters of its own: who has made it, who has not.

    Attributes:
        code: of the filter; ``not_`` before it asks for the others.
        label: heading of the column.
        done, missing: the filters in words.
        is_made: whether a line has made the step.
        is_asked: whether it has to make it at all; the others count for neither filter.
    """

    code: str
    label: str
    done: str
    missing: str
    is_made: Callable[[Province], bool]
    is_asked: Callable[[Province], bool] = lambda row: True


STEPS = (
    Step(
        "invited",
        "Mời",
        "Đã gửi thư mời",
        "Chưa gửi thư mời",
        lambda row: row.nomination.invited_at is not None,
    ),
    Step(
        "seen",
        "Mở",
        "Đã mở ít nhất một lần",
        "Chưa mở lần nào",
        lambda row: row.nomination.opened_at is not None,
    ),
    Step(
        "paper",
        "Công văn",
        "Đã nộp công văn cử",
        "Chưa nộp công văn cử",
        lambda row: row.nomination.paper_count > 0,
    ),
    Step(
        "receipt",
        "Phiếu",
        "Đã có phiếu tiếp nhận",
        "Chưa có phiếu tiếp nhận",
        lambda row: bool(row.nomination.receipt),
    ),
    Step(
        "material",
        "Tài liệu",
        "Đã gửi đủ tài liệu",
        "Còn thiếu tài liệu",
        lambda row: 0 < len(row.materials) == row.sent_materials,
        lambda row: bool(row.materials),
    ),
)


def _missing(step: Step) -> Callable[[Province], bool]:
    return lambda row: step.is_asked(row) and not step.is_made(row)


# What a filter may ask for beside the single states → whether a line is in it.
TESTS: dict[str, Callable[[Province], bool]] = {
    UNSENT: lambda row: row.is_unsent,
    **{step.code: step.is_made for step in STEPS},
    **{f"not_{step.code}": _missing(step) for step in STEPS},
}

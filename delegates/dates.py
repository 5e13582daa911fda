"""The dates of a list, each with its hour: by when it is sent, changed, and closed for good."""

from delegates.models import Nomination
from hoinghi.text import format_moment


def dates_of(nomination: Nomination) -> list[tuple[str, str]]:
    """(label, moment) of the dates that are set, in their order. A date that says nothing new is left out."""
    closes, deadline, change = (
        nomination.conference.closes_at,
        nomination.deadline,
        nomination.change_deadline,
    )
    rows = []
    if deadline:
        rows.append(("Nhận danh sách đến trước", in_hanoi(deadline)))
    if change and change != deadline:
        rows.append(("Danh sách đã gửi được thay đổi đến trước", in_hanoi(change)))
    if closes not in (deadline, change):
        rows.append(("Khóa danh sách lúc", in_hanoi(closes)))
    return rows


def in_hanoi(moment) -> str:
    return f"{format_moment(moment)} (giờ Hà Nội)"

"""The delegates of a conference as a spreadsheet, in the columns of an official list."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from conferences.models import Conference, Question
from delegates.models import Delegate, Nomination
from delegates.questions import answers_of
from directory.audit import record
from directory.models import User
from hoinghi.files import clean_name
from hoinghi.sheets import CONTENT_TYPE, Sheet, write_book
from hoinghi.text import capfirst, format_date, format_quota

__all__ = ["CONTENT_TYPE", "export_delegates", "file_name"]

COLUMNS = [
    "STT",
    "Họ và tên",
    "Chức vụ",
    "Đơn vị công tác",
    "Điện thoại",
    "Email",
    "Ghi chú",
    "Tỉnh, thành phố",
    "Nhóm",
    "Trả lời",
]
TOTALS = [
    "Nhóm",
    "Chỉ tiêu mỗi tỉnh",
    "Số tỉnh, thành phố",
    "Số đơn vị",
    "Số đại biểu",
    "Xác nhận",
    "Báo vắng",
    "Chưa trả lời",
]

ANSWERS = dict(Delegate.Answer.choices)


def export_delegates(*, conference: Conference, actor: User) -> bytes:
    """Everybody who is sent, and the totals by group, as an .xlsx file.

    The list stands by province, in protocol order, then by given name; persons in reserve come last in their
    group and count for no total; each question of the conference has a column. That somebody took the list is audited.
    """
    delegates = _listed(conference)
    labels = {group.pk: capfirst(group.label) for group in conference.groups.all()}
    asked = list(conference.questions.all())
    given = answers_of(conference) if asked else {}
    book = write_book(
        [
            Sheet(
                "Đại biểu",
                [*COLUMNS, *(question.text for question in asked)],
                _rows(delegates, labels, asked, given),
            ),
            Sheet("Tổng hợp theo nhóm", TOTALS, _totals(conference, delegates, labels)),
        ]
    )
    record(
        actor=actor, action="delegates.export", target=conference, changes={"delegates": [0, len(delegates)]}
    )
    return book


def file_name(conference: Conference) -> str:
    name = conference.short_title or conference.title
    day = format_date(conference.start_at).replace("/", "-")
    return clean_name(f"Danh sách đại biểu – {name[:100]} – {day}.xlsx")


class _Listed(NamedTuple):
    """One delegate as the sheet prints it; the fields come from the database in this order."""

    pk: int
    full_name: str
    job_title: str
    organisation: str
    phone: str
    email: str
    role: str
    answer: str
    answer_reason: str
    is_reserve: bool
    seat: int
    group: int
    nomination: int
    state: str
    unit_name: str
    organisation_name: str

    @property
    def note(self) -> str:
        notes = [capfirst(self.role)] if self.role else []
        if self.is_reserve:
            notes.append("Dự phòng")
        if self.state == Nomination.State.RETURNED:
            notes.append("Danh sách đang trả lại để sửa")
        if self.answer_reason:
            notes.append(f"Lý do báo vắng: {self.answer_reason}")
        return "; ".join(notes)


_FIELDS = (
    *("pk", "full_name", "job_title", "seat__name", "phone", "email", "role", "answer", "answer_reason"),
    *("seat__is_reserve", "seat_id", "seat__group_id", "seat__nomination_id", "seat__nomination__state"),
    *("seat__nomination__unit_name", "seat__nomination__organisation_name"),
)


def _listed(conference: Conference) -> list[_Listed]:
    found = Delegate.objects.filter(
        seat__nomination__conference=conference, state=Delegate.State.PROPOSED, seat__is_live=True
    ).order_by(
        "seat__nomination__unit__sort_key",
        "seat__nomination__organisation__sort_key",
        "seat__group__position",
        "seat__is_reserve",
        "sort_key",
        "id",
    )
    return [_Listed(*values) for values in found.values_list(*_FIELDS)]


def _rows(
    delegates: list[_Listed],
    labels: dict[int, str],
    asked: list[Question],
    given: dict[tuple[int, int], str],
) -> Iterator[list]:
    for number, delegate in enumerate(delegates, start=1):
        yield [
            number,
            delegate.full_name,
            delegate.job_title,
            delegate.organisation,
            delegate.phone,
            delegate.email,
            delegate.note,
            delegate.unit_name or delegate.organisation_name,
            labels[delegate.group],
            ANSWERS[delegate.answer],
            *(given.get((delegate.pk, question.pk), "") for question in asked),
        ]


def _totals(conference: Conference, delegates: list[_Listed], labels: dict[int, str]) -> list[list]:
    by_group: dict[int, list[_Listed]] = defaultdict(list)
    for delegate in delegates:
        if not delegate.is_reserve:
            by_group[delegate.group].append(delegate)
    lines = [
        [
            labels[group.pk],
            format_quota(group.min_organisations, group.max_organisations),
            *_numbers(by_group[group.pk]),
        ]
        for group in conference.groups.all()
        if group.pk in by_group
    ]
    return [*lines, ["Cộng", "", *_numbers([one for group in by_group.values() for one in group])]]


def _numbers(delegates: list[_Listed]) -> list[int]:
    answers = Counter(delegate.answer for delegate in delegates)
    return [
        len({delegate.nomination for delegate in delegates}),
        len({delegate.seat for delegate in delegates}),
        len(delegates),
        answers[Delegate.Answer.CONFIRMED],
        answers[Delegate.Answer.DECLINED],
        answers[Delegate.Answer.NONE],
    ]

"""The delegates of a conference as a spreadsheet, in the columns of an official list."""

from collections import Counter, defaultdict
from collections.abc import Iterator

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


def export_delegates(*, conference: Conference, actor: User) -> bytes:
    """Everybody who is sent, and the totals by group, as an .xlsx file.

    The list stands by province, in protocol order, then by given name; persons in reserve come last in their
    group and count for no total; each question of the conference has a column. That somebody took the list is audited.
    """
    delegates = list(_listed(conference))
    labels = {group.pk: capfirst(group.label) for group in conference.groups.all()}
    asked = list(conference.questions.all())
    book = write_book(
        [
            Sheet(
                "Đại biểu",
                [*COLUMNS, *(question.text for question in asked)],
                list(_rows(delegates, labels, asked, answers_of(conference))),
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


def _listed(conference: Conference):
    return (
        Delegate.objects.filter(
            seat__nomination__conference=conference, state=Delegate.State.PROPOSED, seat__is_live=True
        )
        .select_related("seat__nomination")
        .order_by(
            "seat__nomination__unit__sort_key",
            "seat__nomination__organisation__sort_key",
            "seat__group__position",
            "seat__is_reserve",
            "sort_key",
            "id",
        )
    )


def _rows(
    delegates: list[Delegate],
    labels: dict[int, str],
    asked: list[Question],
    given: dict[tuple[int, int], str],
) -> Iterator[list]:
    for number, delegate in enumerate(delegates, start=1):
        seat = delegate.seat
        yield [
            number,
            delegate.full_name,
            delegate.job_title,
            seat.name,
            delegate.phone,
            delegate.email,
            _note(delegate),
            seat.nomination.sender_name,
            labels[seat.group_id],
            delegate.get_answer_display(),
            *(given.get((delegate.pk, question.pk), "") for question in asked),
        ]


def _note(delegate: Delegate) -> str:
    notes = []
    if delegate.role:
        notes.append(capfirst(delegate.role))
    if delegate.seat.is_reserve:
        notes.append("Dự phòng")
    if delegate.seat.nomination.state == Nomination.State.RETURNED:
        notes.append("Danh sách đang trả lại để sửa")
    if delegate.answer_reason:
        notes.append(f"Lý do báo vắng: {delegate.answer_reason}")
    return "; ".join(notes)


def _totals(conference: Conference, delegates: list[Delegate], labels: dict[int, str]) -> list[list]:
    by_group: dict[int, list[Delegate]] = defaultdict(list)
    for delegate in delegates:
        if not delegate.seat.is_reserve:
            by_group[delegate.seat.group_id].append(delegate)
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


def _numbers(delegates: list[Delegate]) -> list[int]:
    answers = Counter(delegate.answer for delegate in delegates)
    return [
        len({delegate.seat.nomination_id for delegate in delegates}),
        len({delegate.seat_id for delegate in delegates}),
        len(delegates),
        answers[Delegate.Answer.CONFIRMED],
        answers[Delegate.Answer.DECLINED],
        answers[Delegate.Answer.NONE],
    ]

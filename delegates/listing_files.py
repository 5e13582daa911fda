"""The list of delegates as a file: CSV for other programs, PDF to be signed, sheets of badges and place cards."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.db.models import QuerySet
from django.template.loader import render_to_string

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence import pdf
from delegates.listing import Line, Wanted, groups_of, lines_of, listed, totals_of
from delegates.models import Delegate
from directory.audit import record
from directory.models import User
from hoinghi.text import capfirst, format_date, format_phones

HEADERS = [
    "STT",
    "Danh xưng",
    "Họ và tên",
    "Chức vụ",
    "Đơn vị công tác",
    "Điện thoại",
    "Email",
    "Nhóm",
    "Tỉnh, thành phố",
    "Trả lời",
    "Ghi chú",
]
ANSWERS = dict(Delegate.Answer.choices)
# What spreadsheet programs take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# File → (template, whether those in reserve are printed as well).
PRINTED = {
    "list": ("pdf/delegates.html", True),
    "badges": ("pdf/badges.html", False),
    "cards": ("pdf/place_cards.html", False),
}


def csv_of(*, conference: Conference, wanted: Wanted, actor: User) -> bytes:
    """The list as CSV in UTF-8 with the mark that spreadsheet programs look for; audited."""
    groups = {group.pk: capfirst(group.label) for group in groups_of(conference)}
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    number = 0
    for number, line in enumerate(lines_of(listed(conference, wanted)), start=1):
        writer.writerow([number, *map(_safe, _cells(line, groups))])
    _record(conference, actor, "csv", number)
    return out.getvalue().encode("utf-8-sig")


def _cells(line: Line, groups: dict[int, str]) -> Iterator[str]:
    yield from (line.honorific, line.full_name, line.job_title, line.organisation)
    yield from (format_phones(line.phone), line.email)
    yield from (groups[line.group], line.sender, ANSWERS[line.answer], line.note)


def _safe(text: str) -> str:
    """A cell that no program runs as a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def printed(conference: Conference, wanted: Wanted, what: str) -> QuerySet[Delegate]:
    """Who stands in one of ``PRINTED``: of those who said that they will not come only whom ``wanted`` asks for."""
    _, with_reserves = PRINTED[what]
    people = listed(conference, wanted)
    if not wanted.prints_declined:
        people = people.exclude(answer=Delegate.Answer.DECLINED)
    return people if with_reserves else people.filter(seat__is_reserve=False)


def pdf_of(*, conference: Conference, wanted: Wanted, what: str, actor: User) -> bytes:
    """One of ``PRINTED`` as PDF; audited."""
    template, _ = PRINTED[what]
    people = printed(conference, wanted, what)
    groups = groups_of(conference)
    labels = {group.pk: capfirst(group.label) for group in groups}
    lines = list(lines_of(people))
    absent = listed(conference, wanted).filter(answer=Delegate.Answer.DECLINED)
    facts = facts_of(conference)
    context = {
        "conference": conference,
        "facts": facts,
        "issuer": facts["issuing_unit"],
        "day": format_date(conference.start_at),
        "lines": [(number, line, labels[line.group]) for number, line in enumerate(lines, start=1)],
        "totals": totals_of(people, groups),
        "people": sum(not line.is_reserve for line in lines),
        "reserve": sum(line.is_reserve for line in lines),
        "declined": sum(line.is_declined for line in lines),
        "left_out": 0 if wanted.prints_declined else absent.count(),
    }
    content = pdf.render(render_to_string(template, context))
    _record(conference, actor, what, len(lines))
    return content


def _record(conference: Conference, actor: User, what: str, people: int) -> None:
    record(
        actor=actor,
        action="delegates.export",
        target=conference,
        changes={"file": ["", what], "delegates": [0, people]},
    )

"""The nomination form: a block per group, a row per person. Rules are checked by the services, not here."""

import re
from functools import cached_property
from typing import ClassVar

from django import forms
from django.urls import reverse

from conferences.models import InvitedGroup, Question
from delegates import questions
from delegates.errors import InvalidRows
from delegates.models import Nomination
from delegates.models.nomination import count_people
from delegates.row_forms import GroupBlock, RowForm, plain_row
from delegates.rows import MAX_ROWS, Row, asked_of
from delegates.seating import people_of
from hoinghi.forms import MomentField
from hoinghi.text import capfirst

ROW_MARK = "row"
# The id of the form that holds the list, for what belongs to it and stands elsewhere on the page.
LIST_ID = "danh-sach"


class NominationForm:
    """All rows of one list. Build it from the stored draft or from a POST; the template walks ``blocks``."""

    def __init__(self, nomination: Nomination, *, rows: list[dict] | None = None, data=None):
        """
        Arguments:
            rows: stored rows; a group without any gets blank ones to start with.
            data: ``request.POST``; takes precedence over ``rows``.
        """
        self.nomination = nomination
        self.asked = asked_of(nomination)
        # The id of the element that a person goes on with, after a row has come or gone.
        self.focus = ""
        # What is wrong with the papers that came along.
        self.paper_error = ""
        self._stored, self._data = rows or [], data

    @cached_property
    def blocks(self) -> list[GroupBlock]:
        sent = people_of(self.nomination)
        return [
            GroupBlock(
                self,
                group,
                self.asked.offered[group.code],
                reverse("nomination-choices", args=[self.nomination.pk, group.code]),
                sent=sent,
            )
            for group in self.asked.groups
        ]

    @cached_property
    def _by_code(self) -> dict[str, GroupBlock]:
        return {block.group.code: block for block in self.blocks}

    @cached_property
    def forms(self) -> list[RowForm]:
        """The rows in the order of their coming. Made only when they are shown, changed or wrong: most of the work."""
        if self._data is not None:
            return [
                RowForm(self._data, prefix=prefix, block=self._by_code[group.code])
                for prefix, group in self._marks
            ]
        rows = [(block, row) for row in self._stored if (block := self._by_code.get(row["group"]))]
        for block in self.blocks:
            if all(filled is not block for filled, _ in rows):
                rows += [(block, block.blank(role)) for role in block.first_roles]
        return [
            RowForm(initial=row, prefix=f"r{number}", block=block) for number, (block, row) in enumerate(rows)
        ]

    @cached_property
    def _marks(self) -> list[tuple[str, InvitedGroup]]:
        """The prefix and the group of each row of a POST."""
        groups = {group.code: group for group in self.asked.groups}
        return [
            (f"r{mark}", group)
            for mark in self._data.getlist(ROW_MARK)
            if re.fullmatch(r"\d{1,4}", mark) and (group := groups.get(self._data.get(f"r{mark}-group", "")))
        ]

    @cached_property
    def _plain_rows(self) -> list[dict] | None:
        """A POST in which no form would find anything wrong, read without forms; None for any other."""
        if self._data is None:
            return None
        rows = [plain_row(self._data, prefix, group) for prefix, group in self._marks]
        return None if None in rows else rows

    @property
    def _is_plain(self) -> bool:
        return "forms" not in self.__dict__ and self._plain_rows is not None

    def _next_prefix(self) -> str:
        return f"r{max((int(form.prefix[1:]) for form in self.forms), default=-1) + 1}"

    def add(self, code: str, role: str = "") -> RowForm | None:
        """Append a blank row to a group; None for a group that is not on the page."""
        block = self._by_code.get(code)
        if block is None or len(self.forms) >= MAX_ROWS:
            return None
        form = RowForm(initial=block.blank(role), prefix=self._next_prefix(), block=block)
        self.forms.append(form)
        return form

    def put(self, row: dict, *, instead: RowForm | None = None) -> RowForm:
        """A row with values from elsewhere, in the place of another or at the end of its group."""
        block = self._by_code[row["group"]]
        prefix = instead.prefix if instead else self._next_prefix()
        form = RowForm(initial=dict(row), prefix=prefix, block=block)
        if instead is None:
            self.forms.append(form)
        else:
            self.forms[self.forms.index(instead)] = form
        return form

    def remove(self, prefix: str) -> None:
        self.forms = [form for form in self.forms if form.prefix != prefix]

    def block_of(self, prefix: str) -> GroupBlock | None:
        """The group that a row stands in."""
        return next(
            (block for block in self.blocks if any(form.prefix == prefix for form in block.forms)), None
        )

    def rows(self) -> list[dict]:
        return list(self._plain_rows) if self._is_plain else [form.row() for form in self.forms]

    def is_valid(self) -> bool:
        """Lengths and characters only; what a list must hold is the services' business."""
        if self._is_plain:
            return True
        found = [form.errors for form in self.forms if form.is_bound]
        return not any(found)

    def show(self, problems: InvalidRows) -> None:
        """Put the services' findings at their rows and groups.

        Row numbers of ``problems`` count the rows that are not blank, as ``rows.clean`` leaves them.
        """
        filled = [form for form in self.forms if not Row(**form.row()).is_blank()]
        for error in problems.rows:
            filled[error.row].add_error(error.field, error.message)
        for code, message in problems.groups.items():
            self._by_code[code].error = message
        self.paper_error = problems.paper or self.paper_error

    def summary(self) -> list[tuple[str, str]]:
        """(anchor, text) of everything to mend, for the box above the form."""
        entries = []
        for form in self.in_order():
            wrong = form.errors if form.is_bound else {}
            for name in filter(wrong.__contains__, form.fields):  # as they stand on the page
                messages, label = wrong[name], (form.fields[name].label or "nhóm").lower()
                entries.append((form[name].auto_id, f"Đại biểu {form.number}, {label}: {messages[0]}"))
        entries += [
            (f"nhom-{block.group.code}", f"{capfirst(block.group.label)}: {block.error}")
            for block in self.blocks
            if block.error
        ]
        if self.paper_error:
            entries.append(("cong-van", f"Công văn cử đại biểu: {self.paper_error}"))
        return entries

    def in_order(self) -> list[RowForm]:
        """The rows as the page shows them, numbered from 1."""
        ordered = [form for block in self.blocks for form in block.forms]
        for number, form in enumerate(ordered, start=1):
            form.number = number
        return ordered

    def people(self) -> int:
        return len(self._filled())

    def counted(self) -> str:
        """How many people have been typed, those in reserve apart."""
        return count_people(row.reserve for row in self._filled())

    def _filled(self) -> list[Row]:
        rows = [Row(**row) for row in self.rows()]
        return [row for row in rows if not row.is_blank()]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Lý do",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Nhập lý do để bên nhận biết cần làm gì."},
    )


class DeclineForm(ReasonForm):
    """Why nobody is sent. It stands beside the list and goes with it: a refusal loses nothing that is typed there."""

    prefix = "decline"

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].widget.attrs["form"] = LIST_ID


class AskForm(ReasonForm):
    """A request for more time."""

    until = MomentField(
        label="Xin gia hạn đến",
        help_text="Giờ và ngày, ví dụ 16h30 ngày 28/6/2021 (giờ Hà Nội).",
        error_messages={"required": "Nhập giờ và ngày xin gia hạn đến."},
    )
    field_order: ClassVar = ["until", "reason"]


class QuestionsForm(forms.Form):
    """The conference's questions, for one delegate."""

    def __init__(self, asked: list[tuple[Question, str]], data=None):
        super().__init__(data, use_required_attribute=False)
        self.asked = {questions.field_name(question): question for question, _ in asked}
        for question, value in asked:
            name = questions.field_name(question)
            self.fields[name] = questions.form_field(question)
            self.initial[name] = value

    def clean(self):
        for name, message in questions.problems(self.answers(), list(self.asked.values())):
            if name not in self.errors:
                self.add_error(name, message)
        return self.cleaned_data

    def answers(self) -> dict[str, str]:
        """Question key → answer."""
        return {str(question.pk): self.cleaned_data.get(name, "") for name, question in self.asked.items()}

"""The nomination form: a block per group, a row per person. Rules are checked by the services, not here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from django import forms
from django.urls import reverse

from conferences.models import InvitedGroup, Question
from delegates import identity, questions
from delegates.errors import InvalidRows
from delegates.models import Delegate, Nomination
from delegates.models.nomination import count_people
from delegates.pickers import Choice
from delegates.rows import MAX_ROWS, Row, asked_of, organisations_of
from delegates.seating import people_of
from hoinghi.forms import MomentField
from hoinghi.text import capfirst, format_quota

HONORIFICS = ("đồng chí", "ông", "bà")
ROW_MARK = "row"
# An empty group starts with no more blank rows than this.
ROWS_TO_START = 20


# The id of the form that holds the list, for what belongs to it and stands elsewhere on the page.
LIST_ID = "danh-sach"
# How many letters each field of a row takes.
LENGTHS = {"organisation": 250, "email": 254} | {
    name: Delegate._meta.get_field(name).max_length for name in ("full_name", "job_title", "role", "phone")
}


class RowForm(forms.Form):
    """One person as typed. Nothing is required: a draft may be incomplete, and ``rows.check`` explains gaps."""

    group = forms.CharField(widget=forms.HiddenInput, max_length=50)
    # A number that the page wrote itself; a broken one means a new person (``row``).
    delegate_id = forms.CharField(widget=forms.HiddenInput, required=False)
    organisation = forms.CharField(
        label="Cơ quan, đơn vị", required=False, max_length=LENGTHS["organisation"]
    )
    honorific = forms.ChoiceField(
        label="Danh xưng",
        required=False,
        choices=[(word, word[:1].upper() + word[1:]) for word in HONORIFICS],
    )
    full_name = forms.CharField(label="Họ và tên", required=False, max_length=LENGTHS["full_name"])
    job_title = forms.CharField(label="Chức vụ", required=False, max_length=LENGTHS["job_title"])
    phone = forms.CharField(
        label="Điện thoại",
        required=False,
        max_length=LENGTHS["phone"],
        widget=forms.TextInput({"type": "tel"}),
    )
    # A plain text field: the words about a bad address are those of ``rows.check``.
    email = forms.CharField(
        label="Email", required=False, max_length=LENGTHS["email"], widget=forms.TextInput({"type": "email"})
    )
    role = forms.CharField(label="Vai trò", required=False, max_length=LENGTHS["role"])
    reserve = forms.BooleanField(label="Dự phòng", required=False)
    # Asked for only where another name stands over somebody whom the list sends already.
    who = forms.CharField(label="Đây là ai?", required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, *args, block: "GroupBlock", **options):
        super().__init__(*args, use_required_attribute=False, **options)
        self._ask(block.group)
        self.sent = block.sent.get(self._delegate_id)
        typed = {name: self[name].value() or "" for name in ("full_name", "phone", "email")}
        self.is_asked_who = bool(self.sent) and identity.is_in_question(Row("", **typed), self.sent)
        if self.is_asked_who:
            self.fields["who"].help_text = f"Bản đã gửi ghi {self.sent.full_name}."
            self.fields["who"].widget = forms.Select(choices=identity.choices(self.sent))
        for bound in self.fields.values():
            style = "form-select" if isinstance(bound.widget, forms.Select) else "form-control"
            bound.widget.attrs |= {"class": style, "autocomplete": "off"}
        self.fields["reserve"].widget.attrs["class"] = "form-check-input"
        if block.group.own_organisation:
            self.fields["organisation"].widget.attrs["readonly"] = True
        elif block.offered:
            # A native list of suggestions, picked or typed; js/combobox.js searches it without diacritics.
            self.fields["organisation"].widget.attrs |= {
                "list": f"chon-{block.group.code}",
                "data-choices": block.choices_url,
            }

    def _ask(self, group: InvitedGroup) -> None:
        """Fields for the role, where the group asks for roles, and for the conference's questions."""
        if roles := group.asked_roles.all():
            names = [(role.name, role.name) for role in roles]
            self.fields["role"].widget = forms.Select(choices=[("", "Chọn vai trò"), *names])
        else:
            self.fields["role"].widget = forms.HiddenInput()
        self._answers = {}
        for question in group.asked_questions:
            name = questions.field_name(question)
            self._answers[name] = str(question.pk)
            self.fields[name] = questions.form_field(question)
            self.initial[name] = self.initial.get("answers", {}).get(str(question.pk), "")

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that only some groups have: role and questions."""
        role = [] if self["role"].is_hidden else [self["role"]]
        return role + [self[name] for name in self._answers]

    @property
    def mark(self) -> str:
        """The row's number in the names of its fields."""
        return self.prefix.removeprefix("r")

    @property
    def remove_id(self) -> str:
        """The id of the button that takes the row away."""
        return f"bo-{self.prefix}"

    @property
    def first_empty(self) -> forms.BoundField:
        """Where a person goes on typing in a new row."""
        return next(
            (self[name] for name in ("organisation", "full_name") if not self[name].value()), self["phone"]
        )

    def row(self) -> dict:
        """What was typed, whether or not it is right: a refused form loses nothing."""
        return dict(self._row)

    @cached_property
    def _row(self) -> dict:
        values = {name: self[name].value() or "" for name in self.fields if name not in self._answers}
        values["reserve"] = bool(self["reserve"].value())
        values["delegate_id"] = self._delegate_id
        row = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        typed = {key: (self[name].value() or "").strip() for name, key in self._answers.items()}
        return row | {"answers": {key: value for key, value in typed.items() if value}}

    @property
    def _delegate_id(self) -> int | None:
        number = str(self["delegate_id"].value())
        return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


@dataclass
class GroupBlock:
    """A group on the page: its people, how much of the quota they use, and what is wrong with it."""

    group: InvitedGroup
    offered: tuple[Choice, ...]
    choices_url: str
    forms: list[RowForm] = field(default_factory=list)
    error: str = ""
    # People of earlier lists who may be sent again.
    earlier: list[Delegate] = field(default_factory=list)
    # Whom the list sends already, by their keys.
    sent: Mapping[int, Delegate] = field(default_factory=dict)

    @property
    def chosen(self) -> int:
        """What counts against the quota: organisations, or persons where only these are limited."""
        people = [Row(**form.row()) for form in self.forms]
        people = [row for row in people if not row.is_blank() and not row.reserve]
        return len(people) if self._counts_people else len(organisations_of(people))

    @property
    def minimum(self) -> int | None:
        return self.group.min_persons if self._counts_people else self.group.min_organisations

    @property
    def maximum(self) -> int | None:
        own = self.group.own_organisation
        return (
            (self.group.max_persons if own else None) if self._counts_people else self.group.max_organisations
        )

    @property
    def _counts_people(self) -> bool:
        return bool(self.group.own_organisation) or self.group.max_organisations is None

    @property
    def asked_of_each(self) -> str:
        """Whom each organisation is asked to send: "1 lãnh đạo Sở, 1 chuyên viên", or how many."""
        roles = ", ".join(str(role) for role in self.group.asked_roles.all())
        return roles or format_quota(self.group.min_persons, self.group.max_persons)

    @property
    def first_roles(self) -> list[str]:
        """The rows that an empty group starts with: as many as it asks for at least, with their roles."""
        roles = [role.name for role in self.group.asked_roles.all() for _ in range(role.min_persons)]
        of_each = roles or [""] * (self.group.min_persons or 1)
        organisations = 1 if self.group.own_organisation else self.group.min_organisations or 1
        return (of_each * organisations)[:ROWS_TO_START]

    @property
    def add_id(self) -> str:
        """The id of the button that adds a row."""
        return f"them-{self.group.code}"

    @property
    def first_organisation(self) -> str:
        """What a new row starts with: a group of one known organisation needs no choosing."""
        return self.offered[0].name if len(self.offered) == 1 else ""


class NominationForm:
    """All rows of one list. Build it from the stored draft or from a POST; the template walks ``blocks``."""

    def __init__(self, nomination: Nomination, *, rows: list[dict] | None = None, data=None):
        """
        Arguments:
            rows: stored rows; a group without any gets blank ones to start with.
            data: ``request.POST``; takes precedence over ``rows``.
        """
        self.nomination = nomination
        sent = people_of(nomination)
        self.asked = asked_of(nomination)
        self.blocks = [
            GroupBlock(
                group,
                self.asked.offered[group.code],
                reverse("nomination-choices", args=[nomination.pk, group.code]),
                sent=sent,
            )
            for group in self.asked.groups
        ]
        self._by_code = {block.group.code: block for block in self.blocks}
        self.forms: list[RowForm] = []
        # The id of the element that a person goes on with, after a row has come or gone.
        self.focus = ""
        # What is wrong with the papers that came along.
        self.paper_error = ""
        if data is not None:
            self._read(data)
        else:
            self._fill(rows or [])

    def _read(self, data) -> None:
        for mark in data.getlist(ROW_MARK):
            block = self._by_code.get(data.get(f"r{mark}-group", ""))
            if block is not None and re.fullmatch(r"\d{1,4}", mark):
                self._append(RowForm(data, prefix=f"r{mark}", block=block), block)

    def _fill(self, rows: list[dict]) -> None:
        for row in rows:
            if block := self._by_code.get(row["group"]):
                self._append(RowForm(initial=row, prefix=self._next_prefix(), block=block), block)
        for block in self.blocks:
            if not block.forms:
                for role in block.first_roles:
                    self.add(block.group.code, role)

    def _append(self, form: RowForm, block: GroupBlock) -> None:
        self.forms.append(form)
        block.forms.append(form)

    def _next_prefix(self) -> str:
        return f"r{max((int(form.prefix[1:]) for form in self.forms), default=-1) + 1}"

    def add(self, code: str, role: str = "") -> RowForm | None:
        """Append a blank row to a group; None for a group that is not on the page."""
        block = self._by_code.get(code)
        if block is None or len(self.forms) >= MAX_ROWS:
            return None
        initial = {
            "group": code,
            "organisation": block.first_organisation,
            "honorific": HONORIFICS[0],
            "role": role,
        }
        form = RowForm(initial=initial, prefix=self._next_prefix(), block=block)
        self._append(form, block)
        return form

    def put(self, row: dict, *, instead: RowForm | None = None) -> RowForm:
        """A row with values from elsewhere, in the place of another or at the end of its group."""
        block = self._by_code[row["group"]]
        form = RowForm(
            initial=dict(row), prefix=instead.prefix if instead else self._next_prefix(), block=block
        )
        if instead is None:
            self._append(form, block)
        else:
            for forms_ in (self.forms, block.forms):
                forms_[forms_.index(instead)] = form
        return form

    def remove(self, prefix: str) -> None:
        self.forms = [form for form in self.forms if form.prefix != prefix]
        for block in self.blocks:
            block.forms = [form for form in block.forms if form.prefix != prefix]

    def block_of(self, prefix: str) -> GroupBlock | None:
        """The group that a row stands in."""
        return next(
            (block for block in self.blocks if any(form.prefix == prefix for form in block.forms)), None
        )

    def rows(self) -> list[dict]:
        return [form.row() for form in self.forms]

    def is_valid(self) -> bool:
        """Lengths and characters only; what a list must hold is the services' business."""
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
            for name, messages in form.errors.items() if form.is_bound else ():
                label = (form.fields[name].label or "nhóm").lower()
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
        rows = [Row(**form.row()) for form in self.forms]
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
        for name, question in self.asked.items():
            try:
                questions.clean_answer(question, self.cleaned_data.get(name, ""))
            except ValueError as error:
                self.add_error(name, str(error))
        return self.cleaned_data

    def answers(self) -> dict[str, str]:
        """Question key → answer."""
        return {str(question.pk): self.cleaned_data[name] for name, question in self.asked.items()}

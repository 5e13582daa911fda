"""One person of a list as typed, and the group it stands in. What they must hold is ``rows.check``'s business."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict

from conferences.models import InvitedGroup
from delegates import identity, questions
from delegates.models import Delegate
from delegates.pickers import Choice
from delegates.rows import Row, organisations_of
from hoinghi.text import format_quota

if TYPE_CHECKING:
    from delegates.forms import NominationForm

HONORIFICS = ("đồng chí", "ông", "bà")
# An empty group starts with no more blank rows than this.
ROWS_TO_START = 20
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
        self.block = block
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
        return _number(self["delegate_id"].value())


def _number(typed: object) -> int | None:
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def plain_row(data: QueryDict, prefix: str, group: InvitedGroup) -> dict | None:
    """What a ``RowForm`` would read, without making one: a list of 200 people is 200 forms of a dozen fields.

    Answers None as soon as the form might find something wrong: only the form says what.
    """
    most = LENGTHS | {questions.field_name(each): questions.LONGEST_TEXT for each in group.asked_questions}
    typed = {
        name: data.get(f"{prefix}-{name}", "").strip() for name in (*most, "honorific", "who", "delegate_id")
    }
    if typed["honorific"] not in ("", *HONORIFICS) or typed["who"] not in ("", identity.SAME, identity.OTHER):
        return None
    if any(len(typed[name]) > most[name] for name in most) or any("\0" in text for text in typed.values()):
        return None
    answers = {str(each.pk): typed.pop(questions.field_name(each)) for each in group.asked_questions}
    return typed | {
        "group": group.code,
        "reserve": bool(forms.CheckboxInput().value_from_datadict(data, {}, f"{prefix}-reserve")),
        "delegate_id": _number(typed["delegate_id"]),
        "answers": {key: answer for key, answer in answers.items() if answer},
    }


@dataclass
class GroupBlock:
    """A group on the page: its people, how much of the quota they use, and what is wrong with it."""

    nomination_form: "NominationForm"
    group: InvitedGroup
    offered: tuple[Choice, ...]
    choices_url: str
    error: str = ""
    # People of earlier lists who may be sent again.
    earlier: list[Delegate] = field(default_factory=list)
    # Whom the list sends already, by their keys.
    sent: Mapping[int, Delegate] = field(default_factory=dict)

    @property
    def forms(self) -> list[RowForm]:
        """The group's rows, in the order of their coming."""
        return [form for form in self.nomination_form.forms if form.block is self]

    @property
    def chosen(self) -> int:
        """What counts against the quota: organisations, or persons where only these are limited."""
        people = [Row(**form.row()) for form in self.forms]
        people = [row for row in people if not row.is_blank() and not row.reserve]
        return len(people) if self._counts_people else len(organisations_of(people))

    @property
    def minimum(self) -> int | None:
        """Below this something is missing. Persons are asked of each organisation: only a single one has a sum."""
        if self._counts_people:
            return self.group.min_persons if self.group.own_organisation else None
        return self.group.min_organisations

    @property
    def maximum(self) -> int | None:
        if self._counts_people:
            return self.group.max_persons if self.group.own_organisation else None
        return self.group.max_organisations

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

    def blank(self, role: str = "") -> dict:
        """What a new row starts with; a group of one known organisation needs no choosing."""
        organisation = self.offered[0].name if len(self.offered) == 1 else ""
        return {
            "group": self.group.code,
            "organisation": organisation,
            "honorific": HONORIFICS[0],
            "role": role,
        }

    @property
    def add_id(self) -> str:
        """The id of the button that adds a row."""
        return f"them-{self.group.code}"

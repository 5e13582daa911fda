"""Forms about one person of a list: who is sent instead, who is proposed, what a delegate puts right."""

from django import forms

from conferences.models import InvitedGroup
from delegates import questions
from delegates.errors import InvalidRows
from delegates.models import Delegate
from delegates.row_forms import HONORIFICS
from hoinghi.forms import CharField, EmailField, PhoneField
from hoinghi.text import capfirst

PERSON = ("honorific", "full_name", "job_title", "phone", "email")


def _length(name: str) -> int:
    return Delegate._meta.get_field(name).max_length


class PersonForm(forms.Form):
    """Who a person is and how to reach the person."""

    honorific = forms.ChoiceField(label="Danh xưng", choices=[(word, capfirst(word)) for word in HONORIFICS])
    full_name = CharField(
        label="Họ và tên",
        max_length=_length("full_name"),
        error_messages={"required": "Nhập họ và tên."},
    )
    job_title = CharField(
        label="Chức vụ", max_length=_length("job_title"), error_messages={"required": "Nhập chức vụ."}
    )
    phone = PhoneField(
        label="Điện thoại",
        max_length=_length("phone"),
        error_messages={"required": "Nhập số điện thoại, ví dụ 0912345678."},
    )
    email = EmailField(label="Email", required=False, max_length=_length("email"))

    def __init__(self, *args, **options):
        super().__init__(*args, use_required_attribute=False, label_suffix="", **options)

    def person(self) -> dict[str, str]:
        """The values of ``delegates.rows.Row``."""
        return {name: self.cleaned_data[name] for name in PERSON}

    def show(self, problems: InvalidRows) -> None:
        """Put the services' findings at their fields."""
        for error in problems.rows:
            self.add_error(error.field if error.field in self.fields else None, error.message)


class OwnDataForm(PersonForm):
    """What a delegate puts right; the address by which the portal reaches the delegate stays filled in."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["email"].required = True
        self.fields["email"].error_messages["required"] = "Nhập email để tiếp tục nhận thư về hội nghị."


class SubstituteForm(PersonForm):
    """Whom a delegate proposes."""

    reason = CharField(
        label="Lý do không dự được",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Nhập lý do để đầu mối quyết định."},
    )


class ReplaceForm(PersonForm):
    """Somebody else in a delegate's place: the person, what the group is asked, and why."""

    reason = CharField(
        label="Lý do cử người dự thay",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Nhập lý do cử người dự thay, ví dụ: bận công tác đột xuất."},
    )

    def __init__(self, *args, group: InvitedGroup, role: str, **options):
        """
        Arguments:
            group: one of ``rows.nominated_groups``.
            role: the role of the delegate who is replaced.
        """
        super().__init__(*args, **options)
        self._answers = {}
        if roles := [each.name for each in group.asked_roles.all()]:
            self.fields["role"] = forms.ChoiceField(
                label="Vai trò", choices=[(name, name) for name in roles], initial=role
            )
        for question in group.asked_questions:
            name = questions.field_name(question)
            self._answers[name] = str(question.pk)
            self.fields[name] = questions.form_field(question)
        self.order_fields([*PERSON, "role", *self._answers, "reason"])

    def person(self) -> dict:
        answers = {key: self.cleaned_data[name] for name, key in self._answers.items()}
        return super().person() | {"role": self.cleaned_data.get("role", ""), "answers": answers}

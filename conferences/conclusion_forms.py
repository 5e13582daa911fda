"""The staff's forms about a conclusion and its tasks, and the form in which a task is reported done."""

from django import forms
from django.db.models import F
from django.forms import BaseFormSet, formset_factory

from conferences.models import Conclusion, ConclusionItem
from conferences.models.tasks import MAX_NOTE
from conferences.services.conclusions import ItemRow
from conferences.services.tasks import MAX_FILE_MB
from directory.models import Organisation
from hoinghi.forms import CharField, DateField
from hoinghi.secrecy import DeclaresFile

TOO_LONG = "Dài quá %(limit_value)d chữ."
PLAIN = {"use_required_attribute": False, "label_suffix": ""}
MOST_ITEMS = 100


class ConclusionForm(forms.Form):
    opening = CharField(
        label="Mở đầu",
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Dẫn được dữ kiện của hội nghị, ví dụ {date}, {chair}. Thông báo kết luận đã có sẵn câu mở đầu.",
        error_messages={"max_length": TOO_LONG},
    )
    closing = CharField(
        label="Kết thúc",
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, data=None, *, conclusion: Conclusion):
        initial = {"opening": conclusion.opening, "closing": conclusion.closing}
        super().__init__(data, initial=initial, **PLAIN)


class ItemForm(forms.Form):
    """One item. An empty text means that there is none; what is left out goes."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Loại", choices=ConclusionItem.Kind.choices)
    position = forms.IntegerField(
        label="Thứ tự",
        required=False,
        min_value=1,
        max_value=999,
        error_messages={"invalid": "Nhập một số, ví dụ 2.", "min_value": "Nhập số từ 1."},
    )
    text = CharField(
        label="Nội dung",
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )
    addressee_name = CharField(
        label="Cơ quan thực hiện",
        required=False,
        max_length=300,
        help_text="Tên như in. Với kết quả, tồn tại: cơ quan được nói tới.",
        widget=forms.TextInput({"list": "co-quan"}),
        error_messages={"max_length": TOO_LONG},
    )
    due_on = DateField(label="Thời hạn", required=False, help_text="Ví dụ: 31/12/2026")

    def row(self) -> ItemRow | None:
        """What was typed, for ``services.conclusions``; None for a row without a text."""
        values = self.cleaned_data
        if not values.get("text"):
            return None
        name = values["addressee_name"]
        return ItemRow(values["pk"], values["kind"], values["text"], named(name), name, values["due_on"])


class Items(BaseFormSet):
    """The items in the order of their numbers; one without a number comes where it stands on the page."""

    def typed(self) -> list[ItemForm]:
        """The rows that have a text, in the order of print."""
        numbered = [
            (form.cleaned_data.get("position") or index, index, form)
            for index, form in enumerate(self, start=1)
        ]
        return [form for *_, form in sorted(numbered, key=lambda each: each[:2]) if form.row()]

    def rows(self) -> list[ItemRow]:
        return [form.row() for form in self.typed()]

    def show(self, problems: dict[str, list[str]]) -> None:
        """Put what a service refused at the row where it was typed ("row-0" is the first one)."""
        for number, form in enumerate(self.typed()):
            for message in problems.get(f"row-{number}", []):
                form.add_error("text", message)


def named(name: str) -> Organisation | None:
    """The organisation of the register that bears this very name; of several the one that there is the longest."""
    if not name:
        return None
    found = Organisation.objects.filter(name=name)
    return found.order_by(F("valid_to").desc(nulls_first=True), "pk").first()


def items_of(conclusion: Conclusion, data=None, *, extra: int = 1) -> Items:
    """The formset of a conclusion's items, with blank rows for new ones."""
    rows = list(conclusion.items.all()) if conclusion.pk else []
    initial = [
        {
            "pk": item.pk,
            "kind": item.kind,
            "position": number,
            "text": item.text,
            "addressee_name": item.addressee_name,
            "due_on": item.due_on,
        }
        for number, item in enumerate(rows, start=1)
    ]
    form_class = formset_factory(
        ItemForm, formset=Items, extra=extra if len(rows) + extra <= MOST_ITEMS else 0, max_num=MOST_ITEMS
    )
    return form_class(data, initial=initial, prefix="muc", form_kwargs=PLAIN)


class GiveForm(forms.Form):
    due_on = DateField(
        label="Thời hạn",
        help_text="Hết ngày này, ví dụ: 31/12/2026",
        error_messages={"required": "Nhập thời hạn, ví dụ 31/12/2026."},
    )
    names = CharField(
        label="Nơi khác, không có trong danh bạ",
        required=False,
        max_length=3000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Mỗi dòng một nơi. Nơi đó không nhận thư; cán bộ tổ chức tự theo dõi và ghi kết quả.",
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **{**PLAIN, **options})

    def clean_names(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["names"].split("\n") if name.strip()]
        if long := next((name for name in names if len(name) > 300), None):
            raise forms.ValidationError(f"“{long[:40]}…” dài quá 300 chữ. Mỗi dòng ghi một nơi.")
        return names


class ReportForm(DeclaresFile):
    note = CharField(
        label="Kết quả thực hiện",
        max_length=MAX_NOTE,
        widget=forms.Textarea({"rows": 5}),
        error_messages={
            "required": "Ghi kết quả thực hiện.",
            "max_length": "Dài quá %(limit_value)d chữ. Gửi phần dài bằng tệp đính kèm.",
        },
    )
    upload = forms.FileField(
        label="Tệp kèm theo", required=False, help_text=f"Không bắt buộc, nhiều nhất {MAX_FILE_MB} MB."
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **{**PLAIN, **options})


class ReasonForm(forms.Form):
    reason = CharField(
        label="Lý do",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Ghi lý do: cơ quan được báo lý do này.", "max_length": TOO_LONG},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **{**PLAIN, **options})


class DueForm(forms.Form):
    due_on = DateField(label="Thời hạn mới", error_messages={"required": "Nhập thời hạn, ví dụ 31/12/2026."})

    def __init__(self, *args, **options):
        super().__init__(*args, **{**PLAIN, **options})

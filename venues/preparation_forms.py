"""Forms about the preparation of rooms: the checklist, ticking, rounds of line tests, their results."""

import datetime as dt

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory

from conferences.models import Conference
from hoinghi.forms import CharField, DateField, TimeField
from hoinghi.text import VIETNAM
from venues.models import Booking, ChecklistItem, ChecklistTick, LineTestResult, OwnFinding
from venues.room_forms import PhotoField, PlainForm, length_of
from venues.services import Found, Seen

MOST_DAYS = 60
BLANK_ROWS = 3


# ── the checklist ───────────────────────────────────────────────────────────────────────────────────


class ItemForm(forms.ModelForm):
    """One point; a row that is left empty adds nothing."""

    days_before = forms.IntegerField(
        label="Trước ngày họp (số ngày)",
        initial=1,
        min_value=0,
        max_value=MOST_DAYS,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages={
            "required": "Nhập số ngày; 0 là chính ngày họp.",
            "invalid": "Nhập một số, ví dụ 2.",
            "min_value": "Nhập số từ 0 trở lên; 0 là chính ngày họp.",
            "max_value": f"Nhập số không quá {MOST_DAYS}.",
        },
    )
    at_time = TimeField(
        label="Xong trước giờ",
        initial=dt.time(17),
        error_messages={"required": "Nhập giờ, ví dụ 17h00."},
    )

    class Meta:
        model = ChecklistItem
        fields = [
            "section",
            "text",
            "scope",
            "days_before",
            "at_time",
            "is_required",
            "needs_photo",
            "position",
        ]
        error_messages = {
            "section": {"required": "Nhập phần, ví dụ: Thiết bị."},
            "text": {"required": "Nhập việc phải xong, hoặc đánh dấu Bỏ."},
        }
        widgets = {"position": forms.HiddenInput}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["position"].required = False
        # Said once above the list.
        self.fields["section"].help_text = ""

    def has_changed(self):
        """A new row counts once it says something, whatever stands in its other boxes."""
        if self.instance.pk:
            return super().has_changed()
        return bool({"section", "text"} & set(self.changed_data))

    def clean_position(self):
        return self.cleaned_data["position"] or self.fields["position"].initial or 1


class Checklist(BaseInlineFormSet):
    """All points of a conference, and rows for new ones."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Bỏ mục này"

    def clean(self):
        """The same point twice for the same rooms is told at the later one."""
        super().clean()
        seen = set()
        for form in self.forms:
            values = getattr(form, "cleaned_data", {})
            if not values.get("text") or values.get("DELETE"):
                continue
            key = (values["text"].casefold(), values.get("scope"))
            if key in seen:
                form.add_error("text", "Danh mục đã có mục này.")
            seen.add(key)


def checklist_form(data=None, *, conference: Conference) -> Checklist:
    items = conference.checklist.in_force()
    last = items.last()
    form_class = inlineformset_factory(
        Conference,
        ChecklistItem,
        form=ItemForm,
        formset=Checklist,
        extra=BLANK_ROWS,
        can_delete=True,
        max_num=200,
    )
    position = last.position if last else 0
    return form_class(
        data,
        instance=conference,
        queryset=items,
        prefix="muc",
        initial=[{"position": position + number + 1} for number in range(BLANK_ROWS)],
        form_kwargs={"auto_id": "id_%s", "label_suffix": ""},
    )


class TickForm(PlainForm):
    """A point is done: a photo as proof where it is asked for, a remark."""

    photo = PhotoField(label="Ảnh")
    note = CharField(label="Ghi chú", required=False, max_length=length_of("note", ChecklistTick))

    def __init__(self, *args, item: ChecklistItem, **options):
        super().__init__(*args, prefix=f"viec-{item.pk}", **options)


# ── line tests ──────────────────────────────────────────────────────────────────────────────────────


class RoundForm(PlainForm):
    """When a round is, and which rooms are in it."""

    day = DateField(label="Ngày", error_messages={"required": "Nhập ngày thử, ví dụ 30/6/2021."})
    starts = TimeField(label="Từ", error_messages={"required": "Nhập giờ bắt đầu, ví dụ 8h00."})
    ends = TimeField(label="Đến", error_messages={"required": "Nhập giờ kết thúc, ví dụ 10h00."})
    note = CharField(
        label="Hướng dẫn kết nối",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="In trong thư mời và tệp lịch của cán bộ kỹ thuật; người ngoài không thấy.",
    )
    bookings = forms.ModelMultipleChoiceField(
        Booking.objects.none(),
        label="Điểm cầu được mời thử",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, conference: Conference, **options):
        super().__init__(*args, **options)
        # Rows that the page shows by itself: a queryset would ask for each label again.
        self.fields["bookings"].queryset = conference.bookings.live()

    def clean(self):
        """Date and hours become moments in Vietnamese time."""
        cleaned = super().clean()
        if not {"day", "starts", "ends"} & set(self.errors):
            for name in ("starts", "ends"):
                cleaned[f"{name}_at"] = dt.datetime.combine(cleaned["day"], cleaned[name], tzinfo=VIETNAM)
        return cleaned

    def values(self) -> dict:
        names = ("starts_at", "ends_at", "note", "bookings")
        return {name: self.cleaned_data[name] for name in names}


class YesNo(forms.NullBooleanField):
    """Good, not good, or nobody looked."""

    widget = forms.RadioSelect(choices=[("true", "Tốt"), ("false", "Chưa tốt"), ("", "Chưa xem")])

    def prepare_value(self, value):
        return {True: "true", False: "false", None: ""}.get(value, value)


class SpeedField(forms.DecimalField):
    """Megabits a second; ``94,5`` and ``94.5`` alike."""

    def __init__(self, label: str):
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_digits=7,
            decimal_places=1,
            widget=forms.TextInput({"inputmode": "decimal"}),
            error_messages={
                "invalid": "Nhập một số, ví dụ 94,5.",
                "min_value": "Nhập số từ 0 trở lên.",
                "max_decimal_places": "Nhập nhiều nhất một chữ số sau dấu phẩy, ví dụ 94,5.",
                "max_digits": "Số này quá lớn.",
                "max_whole_digits": "Số này quá lớn.",
            },
        )

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else str(value).replace(".", ",")


class SeenForm(PlainForm):
    """What was seen and heard in one room."""

    picture = YesNo(label="Hình ảnh", required=False)
    sound = YesNo(label="Âm thanh", required=False)
    line = YesNo(label="Đường truyền", required=False)
    speed_down = SpeedField("Tốc độ tải xuống đo được (Mbps)")
    speed_up = SpeedField("Tốc độ tải lên đo được (Mbps)")
    note = CharField(label="Ghi chú", required=False, max_length=1000, widget=forms.Textarea({"rows": 3}))


class OwnForm(SeenForm):
    """What the room's officer measured and saw; what is said already stands in it."""

    field_order = ("speed_down", "speed_up", "picture", "sound", "line", "note")

    def __init__(self, *args, own: OwnFinding | None, **options):
        initial = {name: getattr(own, name) for name in self.base_fields} if own else {}
        super().__init__(*args, initial=initial, **options)

    def seen(self) -> Seen:
        return Seen(**self.cleaned_data)


class ResultForm(SeenForm):
    """The staff's result; a room of which nothing is recorded yet starts with what it said itself."""

    outcome = forms.ChoiceField(
        label="Kết quả", choices=LineTestResult.Outcome.choices, widget=forms.RadioSelect
    )
    field_order = ("outcome",)

    def __init__(self, *args, result: LineTestResult, **options):
        initial = {name: getattr(result, name) for name in self.base_fields}
        own = getattr(result, "own", None)
        if own and result.outcome == LineTestResult.Outcome.WAITING:
            initial |= {"speed_down": own.speed_down, "speed_up": own.speed_up}
        super().__init__(*args, initial=initial, **options)

    def found(self) -> Found:
        return Found(**self.cleaned_data)

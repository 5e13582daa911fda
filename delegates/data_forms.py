"""Forms about personal data: requests and answers, how long data are kept, breaches."""

from typing import ClassVar

from django import forms
from django.utils import timezone

from delegates.models import REPORT_WITHIN, DataBreach, DataRequest
from hoinghi.forms import CharField, DateField, MomentField


def _several_lines(label: str, **options) -> CharField:
    return CharField(label=label, max_length=2000, widget=forms.Textarea({"rows": 4}), **options)


class DataRequestForm(forms.Form):
    kind = forms.ChoiceField(
        label="Đề nghị",
        choices=DataRequest.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một việc."},
    )
    text = _several_lines(
        "Nội dung",
        required=False,
        help_text="Nêu dữ liệu nào cần sửa, xóa hoặc hạn chế, và vì sao. Cung cấp bản sao thì có thể để trống.",
    )

    def clean(self):
        values = super().clean()
        if values.get("kind") != DataRequest.Kind.SEE and "kind" in values and not values.get("text"):
            self.add_error("text", "Nêu rõ dữ liệu nào và vì sao.")
        return values


class ExtendRequestForm(forms.Form):
    until = DateField(label="Thời hạn mới", error_messages={"required": "Nhập ngày, ví dụ 15/12/2026."})
    reason = _several_lines(
        "Lý do cần thêm thời gian",
        error_messages={"required": "Nhập lý do: lý do được báo cho người đề nghị."},
    )


class RetentionForm(forms.Form):
    days = forms.IntegerField(
        label="Số ngày giữ sau khi kết thúc",
        required=False,
        min_value=30,
        max_value=3650,
        error_messages={
            "min_value": "Giữ ít nhất 30 ngày: đại biểu còn đọc tài liệu sau hội nghị.",
            "max_value": "Giữ nhiều nhất 3650 ngày. Cần lâu hơn thì dùng Giữ lại, kèm lý do.",
            "invalid": "Nhập số ngày, chỉ gồm chữ số.",
        },
    )


class HoldForm(forms.Form):
    reason = _several_lines("Lý do giữ lại", error_messages={"required": "Nhập lý do giữ lại."})


class AnswerRequestForm(forms.Form):
    result = forms.ChoiceField(
        label="Kết quả",
        choices=[
            (DataRequest.State.DONE, "Đã thực hiện"),
            (DataRequest.State.REFUSED, "Không thực hiện"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn kết quả."},
    )
    text = _several_lines(
        "Trả lời người đề nghị",
        help_text="Đã làm gì, hoặc vì sao không làm. Được gửi bằng thư.",
        error_messages={"required": "Nhập nội dung trả lời: người đề nghị phải được biết lý do."},
    )


# Field → how a refusal begins. That what was reported came after the finding is also a constraint.
MOMENTS = {
    "found_at": "Lúc phát hiện",
    "reported_at": "Lúc báo cáo",
    "people_told_at": "Lúc báo cho người bị ảnh hưởng",
    "closed_at": "Lúc kết thúc xử lý",
}
AFTER_FINDING = ("people_told_at", "closed_at")


class BreachForm(forms.ModelForm):
    """What a report must say (Nghị định 356/2025/NĐ-CP, Điều 28)."""

    found_at = MomentField(
        label="Phát hiện lúc",
        help_text="Giờ và ngày, ví dụ 8h00 ngày 02/12/2026. Thời hạn 72 giờ tính từ lúc này.",
        error_messages={"required": "Nhập giờ và ngày phát hiện."},
    )
    happened_at = MomentField(label="Xảy ra lúc (nếu biết)", required=False)
    reported_at = MomentField(label="Đã báo cáo cơ quan chuyên trách lúc", required=False)
    people_told_at = MomentField(label="Đã báo cho người bị ảnh hưởng lúc", required=False)
    closed_at = MomentField(label="Kết thúc xử lý lúc", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = DataBreach
        fields = (
            "title",
            "found_at",
            "happened_at",
            "description",
            "data",
            "people",
            "consequences",
            "measures",
            "contact",
            "reported_at",
            "reported_to",
            "delay_reason",
            "people_told_at",
            "closed_at",
        )
        widgets: ClassVar = {
            name: forms.Textarea({"rows": 4})
            for name in ("description", "data", "consequences", "measures", "delay_reason")
        }
        help_texts: ClassVar = {"description": "Nêu cả nơi xảy ra."}

    def clean(self):
        values = super().clean()
        found, reported = values.get("found_at"), values.get("reported_at")
        if found and reported and reported - found > REPORT_WITHIN and not values.get("delay_reason"):
            self.add_error("delay_reason", "Báo cáo sau 72 giờ thì phải ghi lý do.")
        # What is only intended must not stop the clock.
        for name, subject in MOMENTS.items():
            if values.get(name) and values[name] > timezone.now():
                self.add_error(name, f"{subject} không thể ở tương lai.")
            elif name in AFTER_FINDING and found and values.get(name) and values[name] < found:
                self.add_error(name, f"{subject} không được trước lúc phát hiện.")
        return values

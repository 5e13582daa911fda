"""Forms about personal data: a person's request, and what staff answer."""

from django import forms

from delegates.models import DataRequest
from hoinghi.forms import CharField, DateField


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

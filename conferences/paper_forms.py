"""The forms in which staff ask for papers and decide about them, and in which organisations send them."""

from django import forms

from conferences.models import Conference, Material
from hoinghi.forms import CharField, MomentField
from hoinghi.secrecy import DeclaresFile

PLAIN = {"use_required_attribute": False, "label_suffix": ""}
TOO_LONG = "Dài quá %(limit_value)d chữ."
DUE = {
    "help_text": "Giờ và ngày, ví dụ 16h30 ngày 28/6/2027. Nhận trước thời điểm này.",
    "error_messages": {"required": "Nhập giờ và ngày, ví dụ 16h30 ngày 28/6/2027."},
}


class PlainForm(forms.Form):
    def __init__(self, *args, **options):
        super().__init__(*args, **{**PLAIN, **options})


class AskForm(PlainForm):
    title = CharField(
        label="Tên tài liệu",
        max_length=250,
        help_text="Ví dụ: Tham luận về thu hút đầu tư hạ tầng cụm công nghiệp.",
        error_messages={"required": "Nhập tên tài liệu cần gửi.", "max_length": TOO_LONG},
    )
    guidance = CharField(
        label="Yêu cầu",
        required=False,
        max_length=3000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Nội dung cần có, số trang, thời gian trình bày. Được in trong thư.",
        error_messages={"max_length": TOO_LONG},
    )
    due_at = MomentField(label="Hạn gửi", **DUE)
    agenda_item = forms.ModelChoiceField(
        label="Cho nội dung chương trình", queryset=None, required=False, empty_label="Cả hội nghị"
    )
    visibility = forms.ChoiceField(
        label="Duyệt xong, ai được xem",
        choices=Material.Visibility.choices,
        initial=Material.Visibility.INVITED,
    )

    def __init__(self, *args, conference: Conference, **options):
        super().__init__(*args, **options)
        self.fields["agenda_item"].queryset = conference.agenda.filter(is_break=False).select_related(
            "conference__kind"
        )


class SendForm(DeclaresFile, PlainForm):
    upload = forms.FileField(
        label="Tệp",
        help_text="PDF, Word, Excel, PowerPoint hoặc OpenDocument, không có macro.",
        error_messages={"required": "Chọn tệp cần gửi.", "empty": "Tệp rỗng. Chọn lại tệp."},
    )
    note = CharField(
        label="Lời nhắn",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )


class DecideForm(PlainForm):
    """``number``: of the file that the page has shown."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)


class ReturnForm(DecideForm):
    reason = CharField(
        label="Lý do",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Ghi lý do trả lại: cần sửa gì.", "max_length": TOO_LONG},
    )


class DueForm(PlainForm):
    due_at = MomentField(label="Hạn gửi mới", **DUE)

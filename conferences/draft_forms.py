"""The staff's forms about drafts: what a draft is, its wording, whom to ask, how opinions are answered."""

from django import forms

from conferences.drafts.docx import MAX_MB
from conferences.models import DraftDocument, DraftVersion, Opinion
from conferences.models.drafts import MAX_TEXT
from conferences.models.opinions import MAX_OPINION
from hoinghi.forms import CharField, MomentField
from hoinghi.secrecy import DeclaresFile

TITLE_NEEDED = "Ghi tên dự thảo, ví dụ “Dự thảo Nghị định về quản lý, phát triển cụm công nghiệp”."


class DraftForm(forms.ModelForm):
    title = CharField(
        label="Tên dự thảo",
        max_length=500,
        error_messages={
            "required": TITLE_NEEDED,
            "max_length": "Tên dài quá %(limit_value)d chữ. Rút gọn tên.",
        },
    )
    focus = CharField(
        label="Nội dung đề nghị tập trung góp ý",
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text="In trong thư đề nghị và trên phiếu góp ý. Có thể để trống.",
        error_messages={"max_length": "Dài quá %(limit_value)d chữ."},
    )
    deadline = MomentField(
        label="Hạn góp ý",
        required=False,
        help_text="Ví dụ: 17h00 ngày 15/12/2026. Trước, trong hoặc sau hội nghị đều được.",
    )

    class Meta:
        model = DraftDocument
        fields = ("title", "focus", "deadline", "readers", "delegates_may", "for_series")
        widgets = {"readers": forms.RadioSelect}  # noqa: RUF012 (as Django's forms declare it)

    def __init__(self, *args, **options):
        super().__init__(*args, **{"use_required_attribute": False, "label_suffix": "", **options})
        if self.instance.conference.series_id is None:
            del self.fields["for_series"]


class WordingForm(DeclaresFile):
    """A new version: a Word file, or the text."""

    field_order = ("file", "classification")

    file = forms.FileField(
        label="Tệp Word (.docx)",
        required=False,
        help_text=f"Nhiều nhất {MAX_MB} MB. Tệp được giữ để người góp ý tải về.",
        widget=forms.FileInput({"accept": ".docx"}),
    )
    text = CharField(
        label="Hoặc dán nội dung",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea({"rows": 12}),
        help_text="Có tệp thì không cần dán.",
        error_messages={"max_length": "Dài quá %(limit_value)d chữ."},
    )
    note = CharField(
        label="Khác bản trước ở đâu",
        required=False,
        max_length=500,
        help_text="Báo cho cơ quan được hỏi khi phát hành. Bản đầu tiên: để trống.",
        error_messages={"max_length": "Dài quá %(limit_value)d chữ. Rút gọn."},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **{"use_required_attribute": False, "label_suffix": "", **options})

    def clean(self):
        values = super().clean()
        if not values.get("file") and not values.get("text") and not self.errors:
            self.add_error("file", "Chọn tệp .docx, hoặc dán nội dung dự thảo vào ô bên dưới.")
        return values


class OutlineForm(forms.Form):
    """The text with its marks, to be put right before it is issued."""

    text = CharField(
        label="Nội dung, có dấu chia điều, khoản",
        max_length=MAX_TEXT,
        widget=forms.Textarea({"rows": 24, "spellcheck": "false"}),
        error_messages={
            "required": "Nội dung không được để trống.",
            "max_length": "Dài quá %(limit_value)d chữ.",
        },
    )
    note = CharField(label="Khác bản trước ở đâu", required=False, max_length=500)

    def __init__(self, data=None, *, version: DraftVersion):
        initial = {"text": version.text, "note": version.note}
        super().__init__(data, initial=initial, use_required_attribute=False, label_suffix="")


class AnswerForm(forms.Form):
    """One answer, for whatever is ticked."""

    disposition = forms.ChoiceField(
        label="Xử lý",
        required=False,
        widget=forms.RadioSelect,
        choices=[*Opinion.Disposition.choices, ("", "Chưa quyết định (giữ nội dung trả lời làm nháp)")],
    )
    reply = CharField(
        label="Nội dung tiếp thu, giải trình",
        required=False,
        max_length=MAX_OPINION,
        widget=forms.Textarea({"rows": 5}),
        help_text="Bắt buộc khi giải trình hoặc tiếp thu một phần. Không ghi tên cá nhân.",
        error_messages={"max_length": "Dài quá %(limit_value)d chữ."},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **{"use_required_attribute": False, "label_suffix": "", **options})


class PublishForm(forms.Form):
    readers = forms.ChoiceField(
        label="Ai xem được kết quả",
        widget=forms.RadioSelect,
        choices=DraftDocument.Readers.choices,
        error_messages={"required": "Chọn ai xem được kết quả."},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **{"use_required_attribute": False, "label_suffix": "", **options})

"""The field that takes the signed letter by which a province nominates."""

from django import forms

from conferences.signed_papers import MAX_MB
from hoinghi.forms import FilesInput
from hoinghi.secrecy import ClassificationField


class PaperForm(forms.Form):
    """Stands inside the nomination's form as well, so that it never asks to be filled in."""

    paper = forms.FileField(
        label="Công văn cử đại biểu đã ký",
        required=False,
        help_text=f"Tệp PDF hoặc ảnh quét JPG, PNG, mỗi tệp nhiều nhất {MAX_MB} MB. Chọn được nhiều tệp.",
        widget=FilesInput({"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"}),
    )
    classification = ClassificationField()

    def __init__(self, *, error: str = ""):
        super().__init__({} if error else None, use_required_attribute=False, label_suffix="")
        if error:
            self.full_clean()
            self.add_error("paper", error)

"""The fields of the page's "Nhập nhanh": a pasted table and a workbook."""

import hashlib

from django import forms

from delegates.forms import NominationForm

LONGEST_PASTE = 200_000


class QuickForm(forms.Form):
    """Stands inside the nomination's form, so that using it loses nothing that is typed there."""

    pasted = forms.CharField(
        label="Các dòng chép từ Excel",
        required=False,
        strip=False,
        help_text="Chọn các ô trong Excel, sao chép (Ctrl+C), bấm vào ô dưới đây rồi dán (Ctrl+V).",
        widget=forms.Textarea({"rows": 5, "wrap": "off", "spellcheck": "false"}),
    )
    pasted_group = forms.ChoiceField(label="Nhóm của các dòng không ghi nhóm", required=False)
    # What of the last paste was left to mend: left alone it does not stand in the way of saving.
    pasted_left = forms.CharField(required=False, widget=forms.HiddenInput)
    workbook = forms.FileField(
        label="Tệp danh sách đã điền (.xlsx)",
        required=False,
        widget=forms.FileInput(
            {"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
    )

    def __init__(self, nomination_form: NominationForm, *, request=None, left: str | None = None, **options):
        """
        Arguments:
            request: a POST whose fields are shown again; without it the fields are empty.
            left: what is left of the pasted text.
        """
        if request is not None:
            data = request.POST.copy()
            if left is not None:
                data["pasted"], data["pasted_left"] = left, mark(left)
            options |= {"data": data}
        super().__init__(**options)
        named = [(block.group.code, block.group.label) for block in nomination_form.blocks]
        self.fields["pasted_group"].choices = named if len(named) == 1 else [("", "Ghi ở cột đầu"), *named]


def mark(text: str) -> str:
    """Short for a text, to know it again; "" for none."""
    stripped = "\n".join(text.split())
    return hashlib.sha256(stripped.encode()).hexdigest()[:16] if stripped else ""


def unread(request) -> str:
    """What of a press on save or send comes first, because people have given it and not had it read: a verb or ""."""
    if request.FILES.get("workbook"):
        return "upload"
    text = request.POST.get("pasted", "")
    return "paste" if mark(text) != "" and mark(text) != request.POST.get("pasted_left", "") else ""

"""Putting a draft right: what is printed, who signs, and the texts that its kind lets staff write."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from correspondence import documents, drafting, policies
from correspondence.models import OfficialDocument
from correspondence.nd30 import FORMS, LISTS
from correspondence.views.documents import conflict, get_document
from hoinghi.access import access, works
from hoinghi.forms import CharField

# Fields of the document → label, rows.
FIELDS = {
    "subject": ("Trích yếu", 2),
    "drafting_unit": ("Ký hiệu đơn vị soạn thảo", 1),
    "signer_title": ("Quyền hạn, chức vụ người ký (mỗi dòng một cấp)", 4),
    "signer_name": ("Họ tên người ký", 1),
    "recipients": ("Nơi nhận (mỗi dòng một nơi)", 5),
}
# Rows of the boxes for lists.
ROWS = {"paragraphs": 16, "addressees": 4, "present": 4}


class DraftEditForm(forms.Form):
    """A box for each text of the draft that staff may write; what must not be empty says so."""

    def __init__(self, data=None, *, document: OfficialDocument):
        super().__init__(data, label_suffix="")
        form = FORMS[document.kind]
        for name, (label, rows) in FIELDS.items():
            if name in form.fields or (name == "signer_name" and "signer_title" in form.fields):
                self._add(name, label, getattr(document, name), rows, required=name in form.fields)
        for name, label in form.editable.items():
            value = drafting.typed(document.content.get(name, ""))
            self._add(name, label, value, ROWS.get(name, 1), required=name in form.required)

    def _add(self, name: str, label: str, value: str, rows: int, *, required: bool) -> None:
        boxed = rows > 1 or name in LISTS
        widget = forms.Textarea({"rows": rows}) if boxed else forms.TextInput()
        self.fields[name] = CharField(
            label=label,
            initial=value,
            max_length=OfficialDocument._meta.get_field(name).max_length if name in FIELDS else None,
            required=required,
            widget=widget,
            error_messages={"required": "Không được để trống."},
        )


@access(works, changes=works)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft's texts; ``do=restore`` takes back what was written by hand."""
    document = get_document(request, pk)
    if not policies.can_edit_document(request.user, document):
        return _too_late(request, document)
    restore = request.POST.get("do") == "restore"
    form = DraftEditForm(None if restore else request.POST or None, document=document)
    if request.method == "POST" and (restore or form.is_valid()):
        try:
            if restore:
                documents.restore_draft(document=document, actor=request.user)
            else:
                documents.edit_draft(document=document, values=form.cleaned_data, actor=request.user)
        except documents.NotADraft:
            return _too_late(request, document)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Đã lấy lại câu chữ theo dữ liệu." if restore else "Đã lưu bản thảo.")
            return redirect(document)
    context = {
        "document": document,
        "form": form,
        "outdated": drafting.outdated(document),
        "by_hand": drafting.BY_HAND in document.content,
    }
    return render(request, "correspondence/document_edit.html", context)


def _too_late(request: HttpRequest, document: OfficialDocument) -> HttpResponse:
    return conflict(request, document, "Văn bản đã được ban hành", f"{document} không sửa được nữa.")

"""What staff do with an issued document: add what was signed, replace it, recall it. Each asks first."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from correspondence import lifecycle, policies
from correspondence.models import OfficialDocument, SignedCopy
from correspondence.views.documents import conflict, get_document
from hoinghi.access import access, fresh_login, issues_documents, staff
from hoinghi.files import deliver
from hoinghi.forms import CharField
from hoinghi.secrecy import DeclaresFile


class SignedCopyForm(DeclaresFile):
    field_order = ("upload", "classification")

    upload = forms.FileField(
        label="Bản đã ký",
        help_text="Tệp PDF: bản ký số, hoặc bản giấy đã ký, đóng dấu được quét lại.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": "Chọn tệp PDF đã ký.", "empty": "Tệp rỗng. Chọn lại tệp."},
        validators=[
            FileExtensionValidator(["pdf"], "Tệp này không phải PDF. Lưu bản quét hoặc bản ký số thành PDF.")
        ],
    )


class RecallForm(forms.Form):
    reason = CharField(
        label="Lý do thu hồi",
        help_text="Ghi trong thư báo thu hồi và ở sổ văn bản đi. Ví dụ: Ghi sai ngày tổ chức hội nghị.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Nhập lý do thu hồi."},
    )
    tell = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args, holders: int, **options):
        super().__init__(*args, **options)
        if holders:
            self.fields["tell"].label = f"Gửi thư báo thu hồi tới {holders} địa chỉ đã nhận văn bản"
        else:
            del self.fields["tell"]


@access(issues_documents, changes=issues_documents)
def sign_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_document(request, pk)
    if not policies.can_retire_document(request.user, document):
        return _not_in_force(request, document)
    form = SignedCopyForm(_posted(request), request.FILES or None)
    if form.is_valid():
        try:
            lifecycle.add_signed_copy(document=document, actor=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error("upload", refused)
        except lifecycle.NotInForce:
            return _not_in_force(request, document)
        else:
            messages.success(request, "Đã lưu bản đã ký. Từ bây giờ, thư gửi đi kèm bản này.")
            return redirect(document)
    return render(request, "correspondence/document_sign.html", {"document": document, "form": form})


@access(staff)
@require_safe
def signed_file(request: HttpRequest, pk: int) -> HttpResponse:
    visible = OfficialDocument.objects.visible_to(request.user)
    signed = get_object_or_404(SignedCopy, pk=pk, document__in=visible)
    return deliver(request, signed.file, name=signed.file_name, content_type="application/pdf")


@access(issues_documents, changes=issues_documents)
@fresh_login
def replace_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_document(request, pk)
    if not policies.can_retire_document(request.user, document):
        return _not_in_force(request, document)
    if draft := document.replaced_by.first():
        return _already_replaced(request, draft)
    error = ""
    if request.method == "POST":
        try:
            new = lifecycle.replace(document=document, actor=request.user)
        except lifecycle.AlreadyReplaced as refused:
            return _already_replaced(request, refused.draft)
        except lifecycle.NotInForce:
            return _not_in_force(request, document)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            messages.success(request, "Đã soạn dự thảo thay thế. Sửa, xem lại rồi ban hành.")
            return redirect(new)
    context = {"document": document, "error": error, "waiting": lifecycle.waiting_letters(document).count()}
    return render(request, "correspondence/document_replace.html", context)


@access(issues_documents, changes=issues_documents)
@fresh_login
def recall_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_document(request, pk)
    if not policies.can_retire_document(request.user, document):
        return _not_in_force(request, document)
    holders = lifecycle.holders(document)
    form = RecallForm(_posted(request), holders=len(holders))
    if form.is_valid():
        try:
            lifecycle.recall(document=document, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except lifecycle.NotInForce:
            return _not_in_force(request, document)
        messages.success(request, f"Đã thu hồi {document}.")
        return redirect(document)
    context = {
        "document": document,
        "form": form,
        "holders": holders,
        "waiting": lifecycle.waiting_letters(document).count(),
    }
    return render(request, "correspondence/document_recall.html", context)


def _posted(request: HttpRequest):
    """What was sent; an empty form that was sent is refused, one that was only opened is not."""
    return request.POST if request.method == "POST" else None


def _not_in_force(request: HttpRequest, document: OfficialDocument) -> HttpResponse:
    title = "Văn bản chưa ban hành" if document.is_draft else "Văn bản không còn hiệu lực"
    message = f"{document} đang ở trạng thái “{document.get_state_display()}” nên không làm được việc này."
    return conflict(request, document, title, message)


def _already_replaced(request: HttpRequest, draft: OfficialDocument) -> HttpResponse:
    message = (
        f"{draft.replaces} đã có dự thảo thay thế. Sửa và ban hành dự thảo đó, hoặc xóa đi rồi soạn lại."
    )
    return conflict(request, draft, "Đã có dự thảo thay thế", message)

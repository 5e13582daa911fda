"""Official documents at the staff's desk: read, preview, issue, download a recipient's copy."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from correspondence import copies, documents, labels, policies, teams
from correspondence.models import DocumentCopy, OfficialDocument
from hoinghi.access import access, fresh_login, issues_documents, staff
from hoinghi.files import content_disposition, deliver
from hoinghi.forms import DateField
from hoinghi.text import format_date


class IssueForm(forms.Form):
    number = forms.IntegerField(
        label="Số",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Nhập số văn bản.",
            "invalid": "Chỉ nhập phần số, ví dụ 05; phần ký hiệu được in tự động.",
        },
    )
    issued_on = DateField(
        label="Ngày ban hành",
        help_text="Ngày ký, theo ngày/tháng/năm. Ví dụ: 05/01/2026.",
        error_messages={"required": "Nhập ngày ban hành."},
    )

    def __init__(self, *args, document: OfficialDocument, today, **options):
        super().__init__(*args, **options)
        self.document = document
        suggested = documents.suggest_number(
            issuer=document.issuer, register=document.register, year=today.year
        )
        self.fields[
            "number"
        ].help_text = f"Số tiếp theo của sổ {document.register} năm {today.year} là {suggested:02d}."
        self.initial = {"number": f"{suggested:02d}", "issued_on": today} | self.initial


def get_document(request: HttpRequest, pk: int) -> OfficialDocument:
    """The document, if the request's user may see it; else 404."""
    documents_of_user = OfficialDocument.objects.visible_to(request.user)
    return get_object_or_404(documents_of_user.select_related("issuer", "letterhead", "replaces"), pk=pk)


@access(staff)
@require_safe
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_document(request, pk)
    topic = teams.topic_of_document(pk)
    return render(
        request,
        "correspondence/document.html",
        {
            "document": document,
            "desk": labels.topic_desk(topic),
            "copies": document.copies.select_related("signed").order_by("recipient", "pk"),
            "signed_copies": document.signed_copies.select_related("uploaded_by"),
            "successor": document.replaced_by.first(),
            "can_issue": policies.can_issue_document(request.user, document),
            "can_edit": policies.can_edit_document(request.user, document),
            "can_retire": policies.can_retire_document(request.user, document),
        },
    )


@access(staff)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as PDF in the browser: a draft as it would be printed, an issued one as it is kept."""
    document = get_document(request, pk)
    try:
        content = _pdf_of(document)
    except ValidationError as refused:
        return conflict(request, document, "Chưa in được văn bản", " ".join(refused.messages))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(documents.file_name(document), inline=True)
    response["Cache-Control"] = "private, no-store"
    return response


def _pdf_of(document: OfficialDocument) -> bytes:
    copy = None if document.is_draft else copies.kept_copy(document)
    if copy is None:
        return documents.render_pdf(document)
    with copy.file.open("rb") as file:
        return file.read()


@access(issues_documents, changes=issues_documents)
@fresh_login
def issue_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_document(request, pk)
    now = timezone.now()
    if not policies.can_issue_document(request.user, document):
        return _already_issued(request, document)
    form = IssueForm(request.POST or None, document=document, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            documents.issue(document=document, actor=request.user, at=now, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        except documents.NotADraft:
            return _already_issued(request, document)
        else:
            messages.success(request, f"Đã ban hành {document} ngày {format_date(document.issued_on)}.")
            return redirect(document)
    return render(request, "correspondence/document_issue.html", {"document": document, "form": form})


@access(staff)
@require_safe
def copy_file(request: HttpRequest, pk: int) -> HttpResponse:
    visible = OfficialDocument.objects.visible_to(request.user)
    made = DocumentCopy.objects.exclude(sha256="")
    copy = get_object_or_404(made, pk=pk, document__in=visible)
    return deliver(request, copy.file, name=copy.file_name, content_type="application/pdf")


def _already_issued(request: HttpRequest, document: OfficialDocument) -> HttpResponse:
    return conflict(
        request,
        document,
        "Văn bản đã được ban hành",
        f"{document} đã ban hành ngày {format_date(document.issued_on)}; số và ngày không đổi được nữa.",
    )


def conflict(request: HttpRequest, document: OfficialDocument, title: str, message: str) -> HttpResponse:
    """409 with a way to the document."""
    context = {
        "title": title,
        "message": message,
        "next_url": document.get_absolute_url(),
        "next_label": "Xem văn bản",
    }
    return render(request, "409.html", context, status=409)

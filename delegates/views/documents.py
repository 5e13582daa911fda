"""The official documents of one conference: the staff's page, drafting each kind, and the receipts' PDF."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from conferences.documents.drafting import documents_of
from conferences.models import Conference
from correspondence.copies import NotIssued, copy_for
from correspondence.models import DocumentCopy, OfficialDocument
from delegates.document_forms import KINDS, DraftForm
from delegates.documents import latest_receipt
from delegates.models import Receipt
from delegates.views.focal import get_nomination_or_404
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, organises, staff, takes_own_data
from hoinghi.files import deliver


@access(staff)
@require_GET
def conference_documents(request, slug: str):
    """Every official document of the conference, and what can be drafted."""
    conference = get_conference_or_404(request.user, slug)
    documents = documents_of(conference).exclude(kind=OfficialDocument.Kind.RECEIPT).order_by("-pk")
    receipts = Receipt.objects.in_force().filter(version__nomination__conference=conference)
    context = {
        "conference": conference,
        "documents": list(documents),
        "receipts": list(receipts.select_related("version__nomination").order_by("-document__number")),
        "kinds": KINDS,
        "now": timezone.now(),
    }
    return render(request, "delegates/documents.html", context)


@access(organises)
@require_http_methods(["GET", "POST"])
def draft(request, slug: str, kind: str):
    """Choose letterhead and words of one kind, and draft it."""
    conference = get_conference_or_404(request.user, slug)
    if kind not in KINDS:
        raise Http404("No such kind")
    form = DraftForm(request.POST or None, kind=KINDS[kind], conference=conference)
    if request.method == "POST" and form.is_valid():
        try:
            document = form.draft(actor=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(
                request, f"Đã soạn {document.get_kind_display()}. Đọc lại, sửa nếu cần, trước khi ban hành."
            )
            return redirect(document)
    return _draft_page(request, conference, form)


def _draft_page(request, conference: Conference, form: DraftForm):
    context = {"conference": conference, "form": form, "kind": form.kind}
    return render(request, "delegates/document_draft.html", context)


@access(takes_own_data)
@require_safe
def receipt_pdf(request, pk: int, number: int):
    """The receipt of one version of a list, a file of persons: for its focal point, and staff who take such files."""
    nomination = get_nomination_or_404(request.user, pk)
    receipts = Receipt.objects.filter(version__nomination=nomination, version__number=number)
    receipt = receipts.select_related("document__issuer").first()
    if receipt is None:
        raise Http404("No such receipt")
    try:
        copy = _copy_of(receipt)
    except NotIssued:
        latest = latest_receipt(nomination)
        context = {
            "title": "Phiếu này đã được thay thế",
            "message": f"Danh sách đã được gửi lại; phiếu còn hiệu lực là {latest}." if latest else "",
            "next_url": nomination.get_absolute_url() + "phieu/",
            "next_label": "Xem phiếu mới nhất",
        }
        return render(request, "409.html", context, status=409)
    return deliver(request, copy.file, name=copy.file_name, content_type="application/pdf")


def _copy_of(receipt: Receipt) -> DocumentCopy:
    """The receipt's PDF, made the first time that somebody asks; what was made before stays there."""
    made = receipt.document.copies.exclude(sha256="").order_by("-pk").first()
    return made or copy_for(document=receipt.document, recipient="")

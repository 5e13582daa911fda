"""The staff's page of a conference's checklist, and the checklist on paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.models import Conference
from hoinghi.access import access, staff
from hoinghi.files import content_disposition
from venues import services
from venues.preparation_forms import Checklist, checklist_form
from venues.printing import checklist_pdf
from venues.views.pages import get_conference_or_404
from venues.views.ways import CLOSED, Way


@access(staff)
@require_http_methods(["GET", "POST"])
def edit(request, slug: str):
    """Every point with the time by which it must be done; add, change, take off."""
    conference = get_conference_or_404(request.user, slug)
    if request.method == "GET":
        return _page(request, conference, checklist_form(conference=conference))
    if request.POST.get("do") == "prefill":
        services.prefill_checklist(conference=conference)
        return redirect("checklist", slug=slug)
    forms = checklist_form(request.POST, conference=conference)
    if not forms.management_form.is_valid():
        refusal = "Trang này không gửi đủ thông tin. Sửa lại các mục dưới đây rồi lưu."
        return _page(request, conference, checklist_form(conference=conference), refusal)
    if not forms.is_valid():
        return _page(request, conference, forms)
    items = forms.save(commit=False)
    unready = 0
    if items or forms.deleted_objects:
        unready = services.change_checklist(
            conference=conference,
            items=items,
            removed=forms.deleted_objects,
            actor=request.user,
            at=timezone.now(),
        )
    back = f" {unready} điểm cầu đã sẵn sàng trở lại “đang chuẩn bị” vì có việc mới." if unready else ""
    messages.success(request, f"Đã lưu danh mục kiểm tra.{back}")
    return redirect("checklist", slug=slug)


def _page(request, conference: Conference, forms: Checklist, refusal: str = ""):
    context = {
        "conference": conference,
        "forms": forms,
        "errors": _errors(forms),
        "refusal": refusal,
        "has_items": bool(forms.initial_forms),
    }
    return render(request, "venues/checklist.html", context, status=CLOSED if refusal else 200)


def _errors(forms: Checklist) -> list[tuple[str, str]]:
    """(anchor, text) of what has to be mended."""
    if not forms.is_bound:
        return []
    found = [("", text) for text in forms.non_form_errors()]
    for form in forms:
        found += [(form["text"].id_for_label, text) for text in form.non_field_errors()]
        found += [(field.id_for_label, f"{field.label}: {text}") for field in form for text in field.errors]
    return found


@access(staff)
@require_GET
def printed(request, slug: str):
    """A blank form for any room of the conference."""
    conference = get_conference_or_404(request.user, slug)
    return _pdf(checklist_pdf(conference), f"Danh mục kiểm tra – {conference.slug}.pdf")


@require_GET
def printed_for_room(request, way: Way):
    """The form of one room, for whoever looks after it."""
    name = f"Danh mục kiểm tra – {way.booking.label}.pdf"
    return _pdf(checklist_pdf(way.conference, way.booking), name)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(name)
    return response

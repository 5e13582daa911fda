"""All incidents of a conference: answered while it lasts, reported on afterwards."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates import day_report
from delegates.day_forms import AnswerForm
from delegates.views.handing_over import file_answer, name_of
from delegates.views.staff import get_conference_or_404
from hoinghi import sheets
from hoinghi.access import access, staff, takes_data
from venues import services
from venues.models import Incident


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request, slug: str):
    """The open ones with a line to answer each, then the resolved."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    refused: tuple[int, AnswerForm] | None = None
    if request.method == "POST":
        verb, _, key = request.POST.get("do", "").partition(":")
        is_key = key.isascii() and key.isdigit() and len(key) < 19
        found = Incident.objects.filter(booking__conference=conference, pk=key).first() if is_key else None
        if found is None or verb not in ("answer", "resolve"):
            raise Http404("No such button")
        form = AnswerForm(request.POST, prefix=str(found.pk))
        if verb == "resolve":
            services.resolve(incident=found, actor=request.user, at=at)
            messages.success(request, f"Đã ghi: hết {found.get_kind_display().lower()}.")
            return redirect("incidents", slug=slug)
        if form.is_valid():
            services.answer(incident=found, text=form.cleaned_data["text"], actor=request.user, at=at)
            messages.success(request, "Đã gửi hướng xử lý; cán bộ tại điểm cầu thấy ngay.")
            return redirect("incidents", slug=slug)
        refused = found.pk, form
    lines = day_report.lines_of(conference, at)
    forms = {
        line.incident.pk: AnswerForm(prefix=str(line.incident.pk), initial={"text": line.incident.answer})
        for line in lines
        if line.is_open
    }
    forms |= dict([refused]) if refused else {}
    context = {
        "conference": conference,
        "open": [(line, forms[line.incident.pk]) for line in lines if line.is_open],
        "resolved": [line for line in lines if not line.is_open],
        "refused": refused[1] if refused else None,
        "at": at,
    }
    return render(request, "delegates/incidents.html", context)


@access(takes_data)
@require_GET
def report(request, slug: str, kind: str):
    """What happened that day, as PDF or as a spreadsheet."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    if kind == "pdf":
        return file_answer(day_report.print_report(conference, at), name_of(conference, "Báo cáo sự cố"))
    if kind != "xlsx":
        raise Http404("No such file")
    content = day_report.sheet_of(conference, at)
    return file_answer(content, name_of(conference, "Sự cố", "xlsx"), sheets.CONTENT_TYPE)

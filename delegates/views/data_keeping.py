"""The register of processing, and breaches with their 72 hours."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from correspondence import word
from delegates.data_forms import BreachForm
from delegates.models import DataBreach
from delegates.privacy import register
from delegates.services import breaches as services
from delegates.views.handing_over import file_answer
from hoinghi.access import access, organises, staff, takes_data
from hoinghi.sheets import CONTENT_TYPE, write_sheet

REFUSED = 409
HEADERS = [
    *(
        "Số",
        "Tóm tắt",
        "Phát hiện lúc",
        "Hạn báo cáo",
        "Báo cáo lúc",
        "Báo cáo tới",
        "Lý do muộn",
        "Xảy ra lúc",
    ),
    *("Diễn biến, nguyên nhân", "Dữ liệu", "Số người", "Hậu quả", "Biện pháp", "Người phụ trách"),
    *("Báo người bị ảnh hưởng lúc", "Kết thúc lúc"),
]


@access(staff)
@require_GET
def register_page(request):
    """Which data are processed for what, on which basis, and how many are held today."""
    return render(request, "delegates/processing.html", register.context_of(timezone.now()))


@access(staff)
@require_GET
def register_file(request):
    return file_answer(register.register_pdf(timezone.now()), "Sổ xử lý dữ liệu cá nhân.pdf")


@access(staff)
@require_GET
def register_word(request):
    """The same as a Word file, to be completed by hand."""
    return file_answer(
        register.register_docx(timezone.now()), "Sổ xử lý dữ liệu cá nhân.docx", word.CONTENT_TYPE
    )


@access(staff)
@require_GET
def breaches(request):
    """All that was written down, the newest first, with the clock of each."""
    at = timezone.now()
    rows = [(each, each.state(at), each.report_by - at) for each in DataBreach.objects.all()]
    return render(request, "delegates/breaches.html", {"rows": rows, "at": at})


@access(takes_data)
@require_GET
def breaches_file(request):
    """The same as a spreadsheet, every field."""
    rows = (
        (
            *(each.pk, each.title, each.found_at, each.report_by, each.reported_at, each.reported_to),
            *(each.delay_reason, each.happened_at, each.description, each.data, each.people),
            *(each.consequences, each.measures, each.contact, each.people_told_at, each.closed_at),
        )
        for each in DataBreach.objects.all()
    )
    return file_answer(
        write_sheet("Sự cố dữ liệu", HEADERS, rows), "Sự cố dữ liệu cá nhân.xlsx", CONTENT_TYPE
    )


@access(organises)
@require_http_methods(["GET", "HEAD", "POST"])
def new_breach(request):
    form = BreachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        breach = services.write(breach=form.save(commit=False), actor=request.user, at=timezone.now())
        messages.success(request, "Đã ghi. Thời hạn báo cáo hiện ở đầu trang.")
        return redirect(breach)
    return render(request, "delegates/breach.html", {"form": form, "at": timezone.now()})


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
def breach(request, pk: int):
    """One breach: its clock, and everything that is known, to be completed bit by bit."""
    found, at, refusal = get_object_or_404(DataBreach, pk=pk), timezone.now(), ""
    shown = get_object_or_404(DataBreach, pk=pk)  # the form writes into the other one
    form = BreachForm(request.POST or None, instance=found, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        fields = [name for name in form.changed_data if name != "version"]
        version = form.cleaned_data["version"]
        try:
            services.change(breach=found, fields=fields, version=version, actor=request.user)
        except services.ChangedMeanwhile as refused:
            refusal = str(refused)
        else:
            messages.success(request, "Đã lưu.")
            return redirect(found)
    context = {
        "form": form,
        "breach": shown,
        "parts": register.breach_parts(shown),
        "state": shown.state(at),
        "left": shown.report_by - at,
        "refusal": refusal,
        "at": at,
    }
    return render(request, "delegates/breach.html", context, status=REFUSED if refusal else 200)


@access(takes_data)
@require_GET
def breach_file(request, pk: int):
    """One breach as a paper with the facts that a report must have."""
    found = get_object_or_404(DataBreach, pk=pk)
    return file_answer(register.breach_pdf(found, timezone.now()), f"{found}.pdf")


@access(takes_data)
@require_GET
def breach_word(request, pk: int):
    """The same as a Word file."""
    found = get_object_or_404(DataBreach, pk=pk)
    return file_answer(register.breach_docx(found, timezone.now()), f"{found}.docx", word.CONTENT_TYPE)

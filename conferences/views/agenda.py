"""The agenda: its PDF for everybody, and the page on which staff publish what they have worked on."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from conferences import agenda, policies
from conferences.agenda_pdf import agenda_pdf, file_name
from conferences.clashes import warnings_of
from conferences.followers import CannotFollow
from conferences.models import Conference
from conferences.services import NotPublished, obstacle_to_publish_agenda, publish_agenda
from hoinghi.access import access, anyone, staff
from hoinghi.files import content_disposition
from hoinghi.forms import CharField

REFUSED = 409


class PublishAgendaForm(forms.Form):
    note = CharField(
        label="Lý do thay đổi (không bắt buộc)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In cùng các thay đổi, ví dụ: bổ sung tham luận của tỉnh Đắk Lắk.",
    )


@require_safe
@access(anyone)
def published_pdf(request, slug: str):
    """The published agenda as PDF."""
    found = get_object_or_404(Conference.objects.visible_to(request.user).printable(), slug=slug)
    if not (policies.can_see_day(request.user, found) and agenda.shown_items(found)):
        raise Http404("No agenda")
    return _pdf(found, agenda_pdf(found))


@require_safe
@access(staff)
def draft_pdf(request, slug: str):
    """The draft as PDF, marked as such."""
    found = get_object_or_404(Conference.objects.visible_to(request.user).printable(), slug=slug)
    return _pdf(found, agenda_pdf(found, draft=True))


def _pdf(conference: Conference, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(file_name(conference), inline=True)
    return response


@require_http_methods(["GET", "POST"])
@access(staff)
def draft(request, slug: str):
    """What staff work on, what would change for readers, and the button that publishes it."""
    found = get_object_or_404(Conference.objects.visible_to(request.user).printable(), slug=slug)
    form = PublishAgendaForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _draft_page(request, found, form)
    try:
        version = publish_agenda(
            conference=found,
            mark=request.POST.get("mark", ""),
            note=form.cleaned_data["note"],
            actor=request.user,
            at=timezone.now(),
        )
    except (NotPublished, CannotFollow) as refusal:
        return _draft_page(request, found, form, refusal=str(refusal))
    messages.success(request, f"Đã công bố bản {version.number} của chương trình.")
    return redirect("agenda-draft", slug=slug)


def _draft_page(request, conference: Conference, form, *, refusal: str = ""):
    version = agenda.newest_version(conference)
    context = {
        "conference": conference,
        "version": version,
        "versions": list(conference.agenda_versions.select_related("published_by")),
        "next_number": version.number + 1 if version else 1,
        "items": agenda.draft_items(conference),
        "differences": agenda.unpublished(conference),
        "warnings": warnings_of(conference),
        "obstacle": obstacle_to_publish_agenda(conference),
        "mark": agenda.mark_of(conference),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "conferences/agenda_draft.html", context, status=REFUSED if refusal else 200)

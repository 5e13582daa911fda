"""Photo report of an event: a page for everybody, and the same as PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences import photo_report
from conferences.models import Conference
from conferences.photo_report import Chapter
from hoinghi.access import access, anyone
from hoinghi.files import content_disposition
from hoinghi.sharing import shared_by_visitors

# So often the page that waits for the PDF looks again.
REFRESH_SECONDS = 3


@require_safe
@access(anyone)
@shared_by_visitors
def report(request, slug: str):
    """Every published photo with its caption, article by article."""
    found, chapters = _report_or_404(request, slug)
    context = {
        "conference": found,
        "chapters": chapters,
        "count": sum(len(chapter.photos) for chapter in chapters),
        "updated_at": max(chapter.article.updated_at for chapter in chapters),
    }
    return render(request, "conferences/photo_report.html", context)


@require_safe
@access(anyone)
def report_pdf(request, slug: str):
    """The PDF, or a page that waits for it."""
    found, chapters = _report_or_404(request, slug)
    printed = photo_report.printed(found, chapters)
    if printed.content is not None:
        response = HttpResponse(printed.content, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition(photo_report.file_name(found), inline=True)
        return response
    context = {"conference": found, "failed": printed.failed}
    response = render(
        request, "conferences/photo_report_wait.html", context, status=503 if printed.failed else 202
    )
    response["Cache-Control"] = "no-store"
    if not printed.failed:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _report_or_404(request, slug: str) -> tuple[Conference, list[Chapter]]:
    found = get_object_or_404(Conference.objects.visible_to(request.user).printable(), slug=slug)
    chapters = photo_report.chapters_of(found, timezone.now())
    if not chapters:
        raise Http404("No photos")
    return found, chapters

"""Reading a draft: its text, its file, and the published table of opinions and answers."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences import opinion_policies, policies
from conferences.drafts import sheets
from conferences.drafts.table import Table
from conferences.models import DraftDocument, DraftResult
from hoinghi.access import access, anyone
from hoinghi.files import content_disposition, deliver

FILES = {
    "pdf": (sheets.pdf_of, "application/pdf"),
    "docx": (sheets.docx_of, sheets.DOCX_TYPE),
}


def _draft(pk: int) -> DraftDocument | None:
    return DraftDocument.objects.select_related("conference__kind").filter(pk=pk).first()


def _refuse(request):
    """Without right: login for a visitor, 404 for an account, existing or not."""
    if request.user.is_authenticated:
        raise Http404("No right")
    return redirect_to_login(request.get_full_path())


@require_safe
@access(anyone)
def draft(request, pk: int):
    """The text of the newest version, and the way to say something on it."""
    found = _draft(pk)
    if found is None or not opinion_policies.can_read_draft(request.user, found):
        return _refuse(request)
    at = timezone.now()
    version = found.current_version()
    user = request.user
    context = {
        "draft": found,
        "conference": found.conference,
        "version": version,
        "clauses": list(version.clauses.all()) if version else [],
        "versions": list(found.versions.issued()),
        "state": found.shown_state(at),
        "now": at,
        "sheets": list(found.sheets.held_by(user)) if user.is_authenticated else [],
        "obstacle": opinion_policies.opinion_obstacle(found, at),
        "has_result": found.state == DraftDocument.State.ANSWERED
        and opinion_policies.can_see_result(user, found),
        "is_staff": policies.is_organiser(user),
    }
    return render(request, "conferences/draft.html", context)


@require_safe
@access(anyone)
def file(request, pk: int, number: int):
    """The Word file that a version came from."""
    found = _draft(pk)
    if found is None or not opinion_policies.can_read_draft(request.user, found):
        return _refuse(request)
    versions = found.versions if policies.is_organiser(request.user) else found.versions.issued()
    version = versions.exclude(file="").filter(number=number).first()
    if version is None:
        raise Http404("No such file")
    return deliver(
        request,
        version.file,
        name=version.file_name,
        content_type=version.content_type,
        etag=f'"{version.sha256}"',
    )


@require_safe
@access(anyone)
def result(request, pk: int):
    """The table of opinions and answers as it was published."""
    found, published = _published(request, pk)
    if published is None:
        return _refuse(request)
    context = {
        "draft": found,
        "conference": found.conference,
        "result": published,
        "table": Table.from_json(published.table),
    }
    return render(request, "conferences/draft_result.html", context)


@require_safe
@access(anyone)
def result_file(request, pk: int, kind: str):
    """The published table as PDF or DOCX."""
    if kind not in FILES:
        raise Http404("No such kind")
    found, published = _published(request, pk)
    if published is None:
        return _refuse(request)
    return table_file(found, Table.from_json(published.table), kind, published.published_at)


def _published(request, pk: int) -> tuple[DraftDocument | None, DraftResult | None]:
    found = _draft(pk)
    if (
        found is None
        or found.state != DraftDocument.State.ANSWERED
        or not opinion_policies.can_see_result(request.user, found)
    ):
        return None, None
    return found, found.results.first()


def table_file(draft: DraftDocument, table: Table, kind: str, at) -> HttpResponse:
    """A table as a file of one of ``FILES``."""
    make, content_type = FILES[kind]
    response = HttpResponse(make(draft, table, at), content_type=content_type)
    response["Content-Disposition"] = content_disposition(sheets.file_name(draft, kind))
    response["Cache-Control"] = "private, no-store"
    return response

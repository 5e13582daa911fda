"""Giving an opinion: the list of an account's sheets, and the sheet itself, clause by clause."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences import opinion_policies
from conferences.models import Clause, DraftDocument, OpinionPaper, OpinionSheet
from conferences.opinion_forms import OpinionForm
from conferences.policies import acts_for
from conferences.services import opinions
from conferences.services.opinions import Author, OpinionsClosed, StaleSheet
from directory.looking import is_looking
from hoinghi.access import access, looks_only, signed_in
from hoinghi.files import deliver

CLOSED = 409


@access(signed_in)
@require_GET
def sheets(request):
    """The drafts on which the account's organisations are asked, those that wait for an answer first."""
    at = timezone.now()
    held = (
        OpinionSheet.objects.held_by(request.user)
        .exclude(draft__state=DraftDocument.State.PREPARING)
        .select_related("draft__conference")
        .order_by(F("draft__deadline").desc(), "organisation_name")
    )
    entries = [
        {
            "sheet": sheet,
            "state": sheet.shown_state(at),
            "closed": opinion_policies.opinion_obstacle(sheet.draft, at),
        }
        for sheet in held
    ]
    context = {
        "waiting": [
            entry
            for entry in entries
            if not entry["closed"] and entry["sheet"].state != OpinionSheet.State.SUBMITTED
        ],
        "others": [
            entry
            for entry in entries
            if entry["closed"] or entry["sheet"].state == OpinionSheet.State.SUBMITTED
        ],
        "now": at,
    }
    return render(request, "conferences/opinion_sheets.html", context)


def get_sheet_or_404(user, pk: int) -> OpinionSheet:
    """The sheet of an organisation, if it is the user's business; for everybody else it does not exist."""
    sheet = (
        OpinionSheet.objects.visible_to(user)
        .asked()
        .select_related("draft__conference__kind", "organisation")
        .filter(pk=pk)
        .first()
    )
    if sheet is None:
        raise Http404("No such sheet")
    return sheet


@access(signed_in)
@require_http_methods(["GET", "POST"])
def sheet(request, pk: int):
    """Read the draft, type opinions below its clauses, save, send."""
    found = get_sheet_or_404(request.user, pk)
    at = timezone.now()
    if request.method == "GET" and not is_looking(request) and acts_for(request.user, found, at):
        opinions.mark_opened(sheet=found, at=at)
    return answer(request, Desk(found, Author(request.user, str(request.user)), found.get_absolute_url()))


@access(signed_in)
@require_GET
def paper(request, pk: int, paper: int):
    """A signed letter that came with a sheet, for its organisation and for staff."""
    found = get_sheet_or_404(request.user, pk)
    kept = found.papers.filter(pk=paper).first()
    if kept is None:
        raise Http404("No such paper")
    return deliver_paper(request, kept)


def deliver_paper(request, kept: OpinionPaper):
    return deliver(
        request, kept.file, name=kept.file_name, content_type=kept.content_type, etag=f'"{kept.sha256}"'
    )


# ── the page, for accounts and for holders of personal links ────────────────────────────────────────


@dataclass(frozen=True)
class Desk:
    """Where somebody writes.

    Attributes:
        sheet: not saved yet as long as a delegate has not written anything.
        here: the page's own address.
        back: where "back" leads; default the list of sheets.
    """

    sheet: OpinionSheet
    author: Author
    here: str
    back: str = ""
    template: str = "conferences/opinion_sheet.html"

    def obstacle(self, at) -> str:
        """Why nothing can be written now."""
        if self.sheet.holder:
            return opinion_policies.holder_obstacle(self.author.viewer, self.sheet.draft, at)
        return opinion_policies.writing_obstacle(self.author.viewer, self.sheet, at)


def answer(request, desk: Desk):
    """GET shows the sheet; POST presses one of its buttons, ``do`` says which."""
    clauses = clauses_of(desk.sheet)
    if request.method == "GET":
        return _page(request, desk, OpinionForm(sheet=desk.sheet, clauses=clauses), clauses)
    verb, _, argument = request.POST.get("do", "save").partition(":")
    opened = int(argument) if verb == "open" and argument.isascii() and argument.isdecimal() else None
    form = OpinionForm(request.POST, sheet=desk.sheet, clauses=clauses, opened=opened)
    if message := desk.obstacle(timezone.now()):
        return _page(request, desk, form, clauses, refusal=message)
    _take_papers(request, desk, form)
    if verb == "remove":
        return _remove(request, desk, form, clauses, argument)
    if verb == "open" or not form.is_valid():
        return _page(request, desk, form, clauses)
    if verb == "papers":
        # What is typed stays; a page that is sent once more would send the files again.
        verb = "save"
    return _write(request, desk, form, clauses, verb)


def _write(request, desk: Desk, form: OpinionForm, clauses: list[Clause], verb: str):
    write = opinions.submit if verb == "submit" else opinions.save_typed
    try:
        write(
            sheet=desk.sheet,
            rows=form.rows(),
            agrees=form.cleaned_data["agrees"],
            version=_version(request),
            author=desk.author,
            at=timezone.now(),
        )
    except ValidationError as refused:
        form.show(refused)
        return _page(request, desk, form, clauses)
    except (OpinionsClosed, StaleSheet) as refusal:
        return _page(
            request, desk, form, clauses, refusal=str(refusal), stale=isinstance(refusal, StaleSheet)
        )
    if verb == "submit":
        messages.success(request, "Đã gửi góp ý. Sửa và gửi lại được đến khi hết hạn.")
    else:
        messages.success(request, "Đã lưu nháp. Góp ý chưa được gửi.")
    return redirect(desk.here)


def _take_papers(request, desk: Desk, form: OpinionForm) -> None:
    """Keep every file that came along; what is wrong with the others is said at the field."""
    if "classification" in form.errors:
        return  # a secret by its own word: nothing of it is taken
    problems, kept = [], 0
    for upload in request.FILES.getlist("paper"):
        try:
            opinions.add_paper(sheet=desk.sheet, upload=upload, author=desk.author, at=timezone.now())
            kept += 1
        except ValidationError as refused:
            problems += refused.messages
        except OpinionsClosed as refused:
            problems.append(str(refused))
            break
    if kept:
        messages.success(request, f"Đã nhận {kept} tệp công văn góp ý.")
    if problems:
        form.full_clean()
        form.add_error("paper", " ".join(problems))


def _remove(request, desk: Desk, form: OpinionForm, clauses: list[Clause], argument: str):
    kept = desk.sheet.papers.filter(pk=argument).first() if argument.isdecimal() else None
    if kept is None:
        raise Http404("No such paper")
    try:
        opinions.remove_paper(paper=kept, author=desk.author, at=timezone.now())
    except OpinionsClosed as refusal:
        return _page(request, desk, form, clauses, refusal=str(refusal))
    messages.success(request, f"Đã bỏ tệp “{kept.file_name}”.")
    return _page(request, desk, form, clauses)


def _version(request) -> int:
    """The version that the form was opened with; a missing or broken one counts as stale."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


def clauses_of(sheet: OpinionSheet) -> list[Clause]:
    """The clauses of the current version, then those of older ones that the sheet speaks of."""
    version = sheet.draft.current_version()
    current = list(version.clauses.all()) if version else []
    for clause in current:
        clause.version = version
    here = {clause.pk for clause in current}
    named = {row["clause"] for row in sheet.typed.get("rows", [])} - here - {None}
    older = Clause.objects.filter(pk__in=named, version__draft=sheet.draft).select_related("version")
    return [*current, *older] if named else current


def _page(
    request, desk: Desk, form: OpinionForm, clauses: list[Clause], *, refusal: str = "", stale: bool = False
):
    at = timezone.now()
    sheet, draft = desk.sheet, desk.sheet.draft
    if sheet.pk and refusal:
        sheet.refresh_from_db(fields=["state", "version", "typed", "submitted_at", "saved_at"])
    obstacle = desk.obstacle(at)
    editable = not obstacle and not looks_only(request.user)
    current = draft.current_version()
    is_kept = sheet.pk is not None
    context = {
        "desk": desk,
        "sheet": sheet,
        "draft": draft,
        "conference": draft.conference,
        "version": current,
        "form": form,
        "clauses": [clause for clause in clauses if clause.version == current],
        "parts": [(clause, form.box_of(clause)) for clause in clauses if clause.version == current],
        "older": [(clause, form.box_of(clause)) for clause in clauses if clause.version != current],
        "state": sheet.shown_state(at),
        "now": at,
        "editable": editable,
        "obstacle": obstacle,
        "refusal": refusal,
        "saved_rows": sheet.typed.get("rows", []) if stale else [],
        "papers": list(sheet.papers.all()) if is_kept else [],
        "versions": list(sheet.versions.all()) if is_kept else [],
        "contact": draft.conference.contacts.first(),
        "on_behalf": not sheet.holder and not acts_for(desk.author.user, sheet, at),
    }
    return render(request, desk.template, context, status=CLOSED if refusal else 200)

"""The staff's desk of drafts: what is asked about, in which wording, whom, until when."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.draft_forms import DraftForm, OutlineForm, WordingForm
from conferences.drafts import outline
from conferences.models import Conference, DraftDocument, DraftVersion, OpinionSheet
from conferences.services import WrongState, drafts
from conferences.views.picking import is_picking, picker, ticked_organisations
from hoinghi.access import access, organises, require_fresh_login, staff

REFUSED = 409
ANSWERED = Q(sheets__organisation__isnull=False, sheets__state=OpinionSheet.State.SUBMITTED)


def get_conference_or_404(user, slug: str) -> Conference:
    return get_object_or_404(Conference.objects.visible_to(user).select_related("kind"), slug=slug)


def get_draft_or_404(user, slug: str, pk: int) -> DraftDocument:
    """A draft of a conference that the user sees; the views let staff in only."""
    conference = get_conference_or_404(user, slug)
    found = conference.draft_documents.filter(pk=pk).first()
    if found is None:
        raise Http404("No such draft")
    found.conference = conference
    return found


@access(staff)
@require_GET
def overview(request, slug: str):
    """The drafts of a conference, each with how many have answered."""
    conference = get_conference_or_404(request.user, slug)
    found = conference.draft_documents.annotate(
        asked=Count("sheets", filter=Q(sheets__organisation__isnull=False), distinct=True),
        answered=Count("sheets", filter=ANSWERED, distinct=True),
    )
    at = timezone.now()
    context = {
        "conference": conference,
        "entries": [{"draft": each, "state": each.shown_state(at)} for each in found],
        "updated_at": max((each.updated_at for each in found), default=None),
    }
    return render(request, "conferences/drafts.html", context)


@access(organises)
@require_http_methods(["GET", "POST"])
def edit(request, slug: str, pk: int | None = None):
    """What a draft is called, who reads it, until when opinions are taken; without ``pk`` a new one."""
    conference = get_conference_or_404(request.user, slug)
    found = get_draft_or_404(request.user, slug, pk) if pk else DraftDocument(conference=conference)
    form = DraftForm(request.POST or None, instance=found)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        if found.is_asking and "deadline" in form.changed_data:
            require_fresh_login(request)  # everybody who is asked gets a letter
        try:
            saved = drafts.save_draft(draft=form.save(commit=False), actor=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except WrongState as refused:
            refusal = str(refused)
        else:
            messages.success(request, "Đã lưu dự thảo.")
            return redirect("draft-desk" if pk else "draft-version", slug=slug, pk=saved.pk)
    context = {"conference": conference, "draft": found if pk else None, "form": form, "refusal": refusal}
    return render(request, "conferences/draft_edit.html", context, status=REFUSED if refusal else 200)


# ── one draft ───────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_http_methods(["GET", "POST"])
def desk(request, slug: str, pk: int):
    """Where the draft stands: its wordings, who is asked, who has answered; asking begins here."""
    found = get_draft_or_404(request.user, slug, pk)
    if request.method == "GET":
        return _desk_page(request, found)
    verb, _, argument = request.POST.get("do", "").partition(":")
    try:
        if verb == "open":
            require_fresh_login(request)
            written = drafts.open_draft(draft=found, actor=request.user, at=timezone.now())
            messages.success(request, f"Đã gửi lấy ý kiến: {written} thư vào hàng gửi.")
        elif verb == "stop":
            sheet = found.sheets.asked().filter(pk=argument).first() if argument.isdecimal() else None
            if sheet is None:
                raise Http404("No such sheet")
            drafts.stop_asking_one(sheet=sheet, actor=request.user)
            messages.success(request, f"Đã bỏ {sheet.organisation_name} khỏi danh sách.")
        elif verb == "remove":
            drafts.remove_draft(draft=found, actor=request.user)
            messages.success(request, f"Đã bỏ “{found.title}”.")
            return redirect("drafts", slug=slug)
        else:
            raise Http404("No such verb")
    except WrongState as refusal:
        found.refresh_from_db()
        return _desk_page(request, found, refusal=str(refusal))
    return redirect("draft-desk", slug=slug, pk=pk)


def _desk_page(request, found: DraftDocument, *, refusal: str = ""):
    at = timezone.now()
    sheets = list(
        found.sheets.annotate(number=Count("opinions")).order_by(
            "organisation__sort_key", "organisation_name", "pk"
        )
    )
    for sheet in sheets:
        sheet.draft = found
    asked_ones = [(sheet, sheet.shown_state(at)) for sheet in sheets if sheet.organisation_id]
    states = [state for _, state in asked_ones]
    context = {
        "conference": found.conference,
        "draft": found,
        "state": found.shown_state(at),
        "versions": list(found.versions.all()),
        "asked": asked_ones,
        "delegates": [sheet for sheet in sheets if sheet.holder and sheet.submitted_at],
        "counts": {
            "asked": len(states),
            "agreed": states.count("agreed"),
            "submitted": states.count("submitted"),
            "silent": sum(state not in ("agreed", "submitted") for state in states),
        },
        "opinions": sum(sheet.number for sheet in sheets),
        "obstacles": drafts.opening_obstacles(found, at),
        "results": list(found.results.select_related("published_by")),
        "refusal": refusal,
        "now": at,
    }
    return render(request, "conferences/draft_desk.html", context, status=REFUSED if refusal else 200)


# ── wording ─────────────────────────────────────────────────────────────────────────────────────────


@access(organises)
@require_http_methods(["GET", "POST"])
def version(request, slug: str, pk: int):
    """A new version: first its text, then its division, then it is issued."""
    found = get_draft_or_404(request.user, slug, pk)
    in_work = found.versions.filter(issued_at__isnull=True).first()
    if request.method == "GET":
        if in_work is None or "moi" in request.GET:
            return _wording_page(request, found, WordingForm(), in_work)
        return _outline_page(request, found, in_work, OutlineForm(version=in_work))
    verb, _, argument = request.POST.get("do", "start").partition(":")
    if verb == "issue":
        require_fresh_login(request)
    try:
        if verb == "start":
            return _start(request, found, in_work)
        if in_work is None:
            raise WrongState("Bản này đã được đồng nghiệp phát hành hoặc bỏ. Nhập bản mới nếu cần.")
        return _divide(request, found, in_work, verb, argument)
    except WrongState as refusal:
        return _wording_page(request, found, WordingForm(), in_work, refusal=str(refusal))


def _start(request, found: DraftDocument, in_work: DraftVersion | None):
    form = WordingForm(request.POST, request.FILES)
    if form.is_valid():
        values = form.cleaned_data
        try:
            drafts.start_version(
                draft=found,
                text=values["text"],
                upload=values["file"],
                note=values["note"],
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error("file" if values["file"] else "text", refused.messages)
        else:
            messages.success(request, "Đã nhận nội dung. Kiểm tra cách chia điều, khoản rồi phát hành.")
            return redirect("draft-version", slug=found.conference.slug, pk=found.pk)
    return _wording_page(request, found, form, in_work)


def _divide(request, found: DraftDocument, in_work: DraftVersion, verb: str, argument: str):
    form = OutlineForm(request.POST, version=in_work)
    if not form.is_valid():
        return _outline_page(request, found, in_work, form)
    text = form.cleaned_data["text"]
    if verb == "join" and argument.isdecimal() and len(argument) < 10:
        text = outline.join(text, int(argument))
    elif verb == "mark":
        text = outline.mark(text)
    kept = drafts.change_outline(
        version=in_work, text=text, note=form.cleaned_data["note"], actor=request.user
    )
    if verb != "issue":
        return _outline_page(request, found, kept, OutlineForm(version=kept))
    try:
        drafts.issue_version(version=kept, actor=request.user, at=timezone.now())
    except ValidationError as refused:
        form.add_error("text", refused)
        return _outline_page(request, found, kept, form)
    messages.success(request, f"Đã phát hành bản {kept.number}.")
    return redirect("draft-desk", slug=found.conference.slug, pk=found.pk)


def _wording_page(
    request, found: DraftDocument, form: WordingForm, in_work: DraftVersion | None, *, refusal: str = ""
):
    context = {
        "conference": found.conference,
        "draft": found,
        "form": form,
        "in_work": in_work,
        "next_number": in_work.number if in_work else found.versions.count() + 1,
        "refusal": refusal,
    }
    return render(request, "conferences/draft_wording.html", context, status=REFUSED if refusal else 200)


def _outline_page(request, found: DraftDocument, in_work: DraftVersion, form: OutlineForm):
    try:
        pieces, problem = outline.divide(form["text"].value() or ""), ""
    except outline.NotDivided as refused:
        pieces, problem = [], str(refused)
    levels = [piece.level for piece in pieces]
    context = {
        "conference": found.conference,
        "draft": found,
        "version": in_work,
        "form": form,
        "pieces": pieces,
        "problem": problem,
        "counts": [(level.label, levels.count(level)) for level in dict.fromkeys(levels)],
        "marks": outline.MARKS.values(),
        "telling": found.sheets.asked().count() if found.is_asking else 0,
    }
    return render(request, "conferences/draft_outline.html", context)


# ── whom to ask ─────────────────────────────────────────────────────────────────────────────────────


@access(organises)
@require_http_methods(["GET", "POST"])
def ask(request, slug: str, pk: int):
    """Tick organisations of the conference, or search the register, and add them to those that are asked."""
    found = get_draft_or_404(request.user, slug, pk)
    refusal, problem = "", ""
    if request.method == "POST" and not is_picking(request):
        require_fresh_login(request)
        chosen = list(ticked_organisations(request))
        if not chosen:
            problem = "Đánh dấu ít nhất một cơ quan."
        else:
            try:
                new = drafts.ask(draft=found, organisations=chosen, actor=request.user, at=timezone.now())
            except WrongState as refused:
                refusal = str(refused)
            else:
                told = " và gửi thư đề nghị góp ý" if found.is_asking and new else ""
                messages.success(request, f"Đã thêm {len(new)} cơ quan{told}.")
                return redirect("draft-desk", slug=slug, pk=pk)
    there = set(found.sheets.asked().values_list("organisation", flat=True))
    context = {
        "conference": found.conference,
        "draft": found,
        "picker": picker(request, found.conference, without=there),
        "there": len(there),
        "refusal": refusal,
        "problem": problem,
    }
    return render(request, "conferences/draft_ask.html", context, status=REFUSED if refusal else 200)

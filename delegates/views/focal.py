"""What a focal point meets: the invitations, the list of delegates, the receipt."""

import datetime as dt

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.facts import facts_of
from conferences.kept import conference_with_kind
from correspondence import verification
from delegates import feeds, policies, proposals, services, standing_in
from delegates.dates import dates_of
from delegates.decisions import decisions_of
from delegates.documents import latest_receipt
from delegates.entry.forms import unread
from delegates.entry.verbs import VERBS
from delegates.errors import InvalidRows, NominationClosed, StaleVersion
from delegates.forms import LIST_ID, AskForm, DeclineForm, NominationForm, ReasonForm
from delegates.models import Delegate, Nomination, Seat
from delegates.places import booking_of
from delegates.seating import reserves_of, seats_with_people
from delegates.services import confirming
from delegates.versions import history_of
from delegates.views import fragments
from delegates.views.paper_parts import papers_of, take
from directory.looking import is_looking
from directory.models import Mandate
from hoinghi.access import access, looks_only, signed_in

CLOSED = 409
# So long the page of a receipt asks for its number by itself; it usually comes within seconds.
ASKS_FOR = dt.timedelta(minutes=5)


def get_nomination_or_404(user, pk: int) -> Nomination:
    """The list, if it is the user's business; for everybody else it does not exist."""
    found = get_object_or_404(Nomination.objects.visible_to(user), pk=pk)
    found.conference = conference_with_kind(found.conference_id)
    return found


@access(signed_in)
@require_GET
def invitations(request):
    """The conferences to which the user's organisations are invited, the nearest deadline first."""
    nominations = (
        Nomination.objects.held_by(request.user)
        .exclude(conference__state__in=feeds.HIDDEN)
        .select_related("conference", "organisation", "unit")
        .order_by("-conference__start_at", "unit__sort_key", "organisation__sort_key")
    )
    at = timezone.now()
    entries = [{"nomination": found, "state": found.shown_state(at)} for found in nominations]
    context = {
        "entries": entries,
        "mandates": Mandate.objects.as_of(timezone.localdate(at))
        .filter(user=request.user, role=Mandate.Role.FOCAL_POINT)
        .select_related("organisation"),
        "now": at,
        "subscription": feeds.address_of(purpose=feeds.FOCAL, holder=request.user, at=at),
    }
    return render(request, "delegates/invitations.html", context)


@access(signed_in)
@require_http_methods(["GET", "POST"])
def nomination(request, pk: int):
    """The list of one province: typing, saving, submitting."""
    found = get_nomination_or_404(request.user, pk)
    at = timezone.now()
    stands_in = standing_in.stands_in(request, found)
    # Whoever is no staff has found the list because he acts for its organisation (``visible_to``).
    holds_pen = not request.user.is_staff or policies.acts_for(request.user, found, at, stands_in=stands_in)
    if not holds_pen and request.method == "POST":
        raise Http404
    if request.method == "POST":
        return _change(request, found, at)
    if holds_pen and not stands_in and not is_looking(request):
        services.mark_opened(nomination=found, at=at)
    form = NominationForm(found, rows=found.draft)
    return _page(request, found, form, at, editable=_can_type(request, found, at))


def _can_type(request, found: Nomination, at) -> bool:
    return policies.can_type(request.user, found, at, stands_in=standing_in.stands_in(request, found))


def _change(request, found: Nomination, at):
    """One press of a button of the form; ``do`` says which."""
    form = NominationForm(found, data=request.POST)
    verb, _, argument = request.POST.get("do", "draft").partition(":")
    if verb in ("draft", "submit"):
        verb = unread(request) or verb
    form.paper_error = take(request, found)
    if verb in VERBS:
        if not _can_type(request, found, at):
            return _refused(request, found, form, at, NominationClosed(policies.typing_obstacle(found, at)))
        change = VERBS[verb](form, argument, request)
        if request.htmx:
            return fragments.changes(request, found, form, change)
        return _page(request, found, form, at, change=change)
    if verb == "papers" or form.paper_error or not form.is_valid():
        return _page(request, found, form, at)
    if verb == "ask":
        return _ask(request, found, form, at)
    typed = {"nomination": found, "rows": form.rows(), "version": _version(request), "actor": request.user}
    try:
        if verb == "submit":
            services.submit(**typed, asked=form.asked, at=at)
        else:
            services.save_draft(**typed, at=at)
    except InvalidRows as problems:
        form.show(problems)
        return _page(request, found, form, at)
    except (NominationClosed, StaleVersion) as refusal:
        return _refused(request, found, form, at, refusal)
    if verb == "submit":
        return redirect("nomination-receipt", pk=found.pk)
    messages.success(request, "Đã lưu nháp. Danh sách chưa được gửi.")
    return redirect("nomination", pk=found.pk)


def _ask(request, found: Nomination, form: NominationForm, at):
    """Ask for more time; what is typed goes into the draft with it."""
    wanted = AskForm(request.POST, prefix="ask")
    if not wanted.is_valid():
        return _page(request, found, form, at, ask_form=wanted)
    try:
        services.ask_extension(
            nomination=found,
            **wanted.cleaned_data,
            rows=form.rows(),
            version=_version(request),
            actor=request.user,
            at=at,
        )
    except (NominationClosed, StaleVersion) as refusal:
        return _refused(request, found, form, at, refusal, ask_form=wanted)
    messages.success(
        request, "Đã gửi đề nghị gia hạn tới đơn vị tổ chức. Danh sách vừa nhập được giữ ở bản nháp."
    )
    return redirect("nomination", pk=found.pk)


def _version(request) -> int:
    """The version that the form was opened with; a missing or broken one counts as stale."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


def _refused(request, found: Nomination, form: NominationForm, at, refusal: Exception, **extra):
    """409 with everything that was typed; after a colleague's change also what the colleague saved.

    As long as lists are not closed for good, a late one can still be kept as a draft, and more time asked for.
    """
    found.refresh_from_db()
    stale = isinstance(refusal, StaleVersion)
    return _page(
        request,
        found,
        form,
        at,
        status=CLOSED,
        refusal=str(refusal),
        saved_rows=found.draft if stale else None,
        editable=_can_type(request, found, at),
        **extra,
    )


def _page(
    request, found: Nomination, form: NominationForm, at, *, status: int = 200, editable: bool = True, **extra
):
    stands_in = standing_in.stands_in(request, found)
    form.in_order()
    summary = [*form.summary(), *_faults(extra.get("ask_form")), *_faults(extra.get("decline_form"))]
    seats = seats_with_people(found) if found.submitted_at else []
    context = {
        "nomination": found,
        "conference": found.conference,
        "contact": found.conference.contacts.first(),
        "shown_state": found.shown_state(at),
        "deadline_title": _deadline_title(found),
        "dates": dates_of(found),
        "form": form,
        "summary": summary,
        "summary_title": f"Chưa gửi được: có {len(summary)} chỗ cần sửa",
        "now": at,
        "editable": editable,
        "obstacle": policies.obstacle(found, at),
        "can_submit": policies.can_edit_nomination(request.user, found, at, stands_in=stands_in),
        "can_ask": policies.can_ask_extension(request.user, found, at, stands_in=stands_in),
        "waiting_request": found.waiting_request(),
        "reserves": reserves_of(seats),
        "people": _people(seats),
        "proposals": proposals.waiting_of(found) if seats else [],
        "can_move": not looks_only(request.user) and not policies.people_obstacle(request.user, found, at),
        "versions": found.versions.all(),
        **papers_of(found, form.paper_error),
        "decline_form": DeclineForm(),
        "list_id": LIST_ID,
        "ask_form": AskForm(prefix="ask"),
    }
    # Staff read the list; the page of its papers is for those who send them.
    context["can_add_papers"] = context["can_add_papers"] and policies.acts_for(
        request.user, found, at, stands_in=stands_in
    )
    if editable:
        context |= fragments.quick_entry(request, found, form, extra.get("change"))
    return render(request, "delegates/nomination.html", context | extra, status=status)


def _faults(form: ReasonForm | None) -> list[tuple[str, str]]:
    """(anchor, text) of what is wrong in one of the small forms beside the list."""
    if form is None or not form.is_bound:
        return []
    return [(form[name].auto_id, f"{form[name].label}: {errors[0]}") for name, errors in form.errors.items()]


def _people(seats: list[Seat]) -> list[Delegate]:
    """Who is sent, those first who do not come."""
    sent = [person for seat in seats if not seat.is_reserve for person in seat.delegates.all()]
    return sorted(sent, key=lambda person: person.answer != Delegate.Answer.DECLINED)


def _deadline_title(found: Nomination) -> str:
    """The deadline as the notice prints it, as long as it is the one that counts."""
    if found.open_until == found.conference.nomination_deadline:
        return f"Hạn gửi: {facts_of(found.conference)['deadline']}"
    return "Hạn thay đổi danh sách đã gửi" if found.submitted_at else "Hạn gửi, đã gia hạn"


@access(signed_in)
@require_http_methods(["POST"])
def decline(request, pk: int):
    """The province sends nobody, with a reason."""
    found = get_nomination_or_404(request.user, pk)
    at = timezone.now()
    if not policies.acts_for(request.user, found, at, stands_in=standing_in.stands_in(request, found)):
        raise Http404
    reason = DeclineForm(request.POST)
    form = NominationForm(found, data=request.POST)
    if not reason.is_valid():
        return _page(request, found, form, at, decline_form=reason)
    try:
        services.decline(
            nomination=found,
            reason=reason.cleaned_data["reason"],
            version=_version(request),
            actor=request.user,
            at=at,
        )
    except (NominationClosed, StaleVersion) as refusal:
        return _page(
            request,
            found,
            form,
            at,
            status=CLOSED,
            refusal=str(refusal),
            decline_form=reason,
            editable=_can_type(request, found, at),
        )
    messages.success(request, f"Đã ghi nhận: {found.sender_in_text} không cử đại biểu dự hội nghị này.")
    return redirect("nomination", pk=found.pk)


@access(signed_in)
@require_GET
def receipt(request, pk: int):
    """What the portal took in: the last submitted version, to read, print or send on."""
    found = get_nomination_or_404(request.user, pk)
    version = found.versions.first()
    if version is None:
        raise Http404
    is_waiting = confirming.is_waiting(version)
    paper = None if is_waiting else latest_receipt(found)
    copy = paper.document.copies.first() if paper else None
    context = {
        "nomination": found,
        "conference": found.conference,
        "version": version,
        "seats": seats_with_people(found),
        "booking": booking_of(found),
        "receipt": paper,
        "is_waiting": is_waiting,
        "is_late": timezone.now() - version.submitted_at > ASKS_FOR,
        "has_failed": not paper and confirming.has_failed(version),
        "qr": verification.qr_of(copy.code) if copy else "",
        "verify_path": verification.path_of(copy.code) if copy else "",
    }
    return render(request, "delegates/receipt.html", context)


@access(signed_in)
@require_GET
def history(request, pk: int):
    """Every version that was ever kept: who, when, and what it changed."""
    found = get_nomination_or_404(request.user, pk)
    context = {
        "nomination": found,
        "conference": found.conference,
        "steps": history_of(found),
        "decisions": decisions_of(found),
        "by_staff": request.user.is_staff,
    }
    return render(request, "delegates/history.html", context)

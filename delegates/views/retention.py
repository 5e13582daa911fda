"""How long personal data are kept: the overview, the page of a conference, of an unused account or address."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.models import Conference
from delegates.data_forms import HoldForm, RetentionForm
from delegates.models import Retention, UnusedRetention
from delegates.privacy import anonymising, retention, unused
from delegates.privacy.kept import KEPT
from delegates.services import retention as services
from delegates.services import unused as unused_services
from delegates.services import waiting
from delegates.views.staff import get_conference_or_404
from directory.models import Contact, User
from hoinghi.access import access, fresh_login, staff
from venues.models import RoomContact

REFUSED = 409
SAID = {
    "days": "Đã ghi thời hạn giữ.",
    "announce": "Đã báo; thời gian chờ bắt đầu từ bây giờ.",
    "hold": "Đã giữ lại dữ liệu của hội nghị này.",
    "release": "Thôi giữ lại; khi đến hạn sẽ báo lại từ đầu.",
}
SAID_OF_UNUSED = SAID | {"hold": "Đã giữ lại dữ liệu này."}


@access(staff)
@require_GET
def overview(request):
    """What is over or unused, with what becomes of its persons and when."""
    at = timezone.now()
    rows = [
        {"retention": each, "state": _state(each, at), "until": retention.keeps_until(each)}
        for each in retention.conferences_with_people(at)
    ]
    return render(
        request,
        "delegates/retentions.html",
        {
            "rows": rows,
            "unused": _unused(at),
            "unused_days": retention.unused_time().days,
            "gone": UnusedRetention.objects.filter(finished_at__isnull=False).count(),
            "at": at,
        },
    )


def _state(found: Retention, at) -> str:
    return retention.state_of(found, at, due=retention.is_due(found, at))


def _unused(at) -> list[dict]:
    """Accounts, addresses and contacts of rooms that are due, or held although they would be."""
    found = []
    for name, holders in (
        ("account", unused.accounts(at)),
        ("contact", unused.contacts(at)),
        ("room-contact", unused.room_contacts(at)),
    ):
        for holder in holders:
            row = unused.of(holder)
            state = retention.state_of(row, at, due=True)
            url = reverse(f"retention-{name}", args=[holder.pk])
            found.append({"holder": holder, "name": name, "retention": row, "state": state, "url": url})
    return found


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def of_conference(request, slug: str):
    """The rule of one conference, what would be changed, and the buttons: time, announce, hold, release."""
    conference = get_conference_or_404(request.user, slug)
    at, actor = timezone.now(), request.user
    found = retention.of(conference)
    days = RetentionForm(_data(request, "days"), initial={"days": found.days})
    hold = HoldForm(_data(request, "hold"))
    buttons = {
        "days": lambda form: services.set_days(conference=conference, **form.cleaned_data, actor=actor),
        "announce": lambda _: services.announce(conference=conference, actor=actor, at=at),
        **_hold_and_release(conference, actor, at),
    }
    refusal = ""
    if request.method == "POST":
        pressed, refusal = _press(request, buttons, {"days": days, "hold": hold})
        if pressed:
            messages.success(request, SAID[pressed])
            return redirect("retention", slug=slug)
    context = {
        "conference": conference,
        "retention": found,
        "state": _state(found, at),
        "until": retention.keeps_until(found),
        "usual": retention.usual_days(conference),
        "is_due": retention.is_due(found, at),
        "waiting_days": retention.waiting_time().days,
        "requests": retention.open_requests(conference),
        "preview": [] if found.finished_at else anonymising.preview(conference, at),
        "kept": KEPT,
        "days_form": days,
        "hold_form": hold,
        "refusal": refusal,
        "at": at,
    }
    return render(request, "delegates/retention.html", context, status=REFUSED if refusal else 200)


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def of_account(request, pk: int):
    """An account that is switched off."""
    return _of_unused(request, get_object_or_404(User.objects.select_related("retention"), pk=pk), "account")


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def of_contact(request, pk: int):
    """An organisation's address that is not in use."""
    found = get_object_or_404(Contact.objects.select_related("organisation", "retention"), pk=pk)
    return _of_unused(request, found, "contact")


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def of_room_contact(request, pk: int):
    """Whom to call about a room, once it is hidden."""
    found = get_object_or_404(RoomContact.objects.select_related("room", "retention"), pk=pk)
    return _of_unused(request, found, "room-contact")


def _of_unused(request, holder: unused.Holder, name: str):
    at, actor = timezone.now(), request.user
    found, is_due = unused.of(holder), unused.is_due(holder, at)
    hold = HoldForm(_data(request, "hold"))
    page = reverse(f"retention-{name}", args=[holder.pk])
    buttons = {
        "announce": lambda _: unused_services.announce(holder=holder, actor=actor, at=at),
        **_hold_and_release(holder, actor, at),
    }
    refusal = ""
    if request.method == "POST":
        pressed, refusal = _press(request, buttons, {"hold": hold})
        if pressed:
            messages.success(request, SAID_OF_UNUSED[pressed])
            return redirect(page)
    context = {
        "holder": holder,
        "name": name,
        "page": page,
        "retention": found,
        "state": retention.state_of(found, at, due=is_due),
        "waiting_days": retention.waiting_time().days,
        "unused_days": retention.unused_time().days,
        "preview": [] if found.finished_at else unused.preview(holder),
        "hold_form": hold,
        "refusal": refusal,
        "at": at,
    }
    return render(request, "delegates/retention_unused.html", context, status=REFUSED if refusal else 200)


# ── the buttons of such a page ──────────────────────────────────────────────────────────────────────


def _data(request, verb: str):
    """What was sent to the form of that button; None when another one was pressed."""
    return request.POST if request.POST.get("do") == verb else None


def _hold_and_release(subject: Conference | unused.Holder, actor, at) -> dict:
    return {
        "hold": lambda form: waiting.hold(subject=subject, **form.cleaned_data, actor=actor, at=at),
        "release": lambda _: waiting.release(subject=subject, actor=actor),
    }


def _press(request, buttons: dict, forms: dict) -> tuple[str, str]:
    """(the button that did its work, or nothing; why it was refused, or nothing).

    Raises:
        Http404: the page has no such button.
    """
    verb = request.POST.get("do", "")
    if verb not in buttons:
        raise Http404("No such button")
    form = forms.get(verb)
    if form is not None and not form.is_valid():
        return "", ""
    try:
        buttons[verb](form)
    except waiting.RetentionRefused as refused:
        return "", str(refused)
    return verb, ""

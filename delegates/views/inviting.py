"""The way of a conference to its provinces: publish it, draft the Giấy mời, send the invitations."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conferences.documents import issued_invitation
from conferences.models import Conference
from conferences.services import NotReady, WrongState, checklist
from correspondence.documents import file_name
from correspondence.models import OfficialDocument
from correspondence.views.outbox import LETTER_CSP
from delegates import invitations, letters, publishing
from delegates.cockpit.tasks import outbox_url
from delegates.models import Nomination
from delegates.staff_forms import ConfirmForm
from delegates.views.staff import REFUSED, get_conference_or_404
from directory.models import Contact
from hoinghi.access import access, fresh_login, staff
from venues.services import RoomTaken

RECIPIENTS_PER_PAGE = 50

# ── publishing ──────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@fresh_login
@require_http_methods(["GET", "POST"])
def publish(request, slug: str):
    """The check list; publishing; and afterwards what comes next."""
    conference = get_conference_or_404(request.user, slug)
    if request.method == "GET":
        return _publish_page(request, conference)
    try:
        publishing.publish(conference=conference, actor=request.user, at=timezone.now())
    except (NotReady, WrongState, RoomTaken) as refusal:
        conference.refresh_from_db()
        return _publish_page(request, conference, refusal=str(refusal))
    messages.success(
        request,
        f"Đã công bố. Thông báo đã có trên cổng, {conference.nominations.count()} đầu mối đã được mở danh sách.",
    )
    return redirect("publish", slug=slug)


def _publish_page(request, conference: Conference, *, refusal: str = ""):
    at = timezone.now()
    is_open = conference.state in (Conference.State.DRAFT, Conference.State.PLANNED)
    checks = checklist(conference, at) if is_open else []
    context = {
        "conference": conference,
        "state": conference.state_at(at),
        "is_open": is_open,
        "checks": checks,
        "missing": [check for check in checks if check.blocking and not check.done],
        "document": issued_invitation(conference) or publishing.waiting_draft(conference),
        "nominations": conference.nominations.count(),
        "rooms": conference.bookings.live().count(),
        "refusal": refusal,
    }
    return render(request, "delegates/publish.html", context, status=REFUSED if refusal else 200)


@access(staff)
@require_POST
def draft_document(request, slug: str):
    """Draft the Giấy mời and open it; a draft that already waits is opened instead of written again."""
    conference = get_conference_or_404(request.user, slug)
    try:
        document = publishing.invitation_draft(conference=conference, actor=request.user)
    except ValidationError as refusal:
        return _publish_page(request, conference, refusal=" ".join(refusal.messages))
    return redirect("document-issue", pk=document.pk)


# ── the letters ─────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@fresh_login
@require_http_methods(["GET", "POST"])
def invite(request, slug: str):
    """Read what would be sent to whom, then order it; the next page shows the letters on their way."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    plan = invitations.plan(conference, at)
    if request.method == "GET":
        return _invite_page(request, conference, plan, ConfirmForm(initial={"letters": len(plan.letters)}))
    if not plan.letters:
        # Pressed twice, or a colleague was quicker: nothing is left to send, and nothing is sent.
        messages.info(request, "Không còn thư nào phải gửi: các đầu mối có địa chỉ đều đã được mời.")
        return redirect(outbox_url(conference))
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _invite_page(request, conference, plan, form)
    if form.cleaned_data["letters"] != len(plan.letters):
        refusal = "Danh sách người nhận đã thay đổi sau khi trang được mở. Đọc lại rồi xác nhận."
        return _invite_page(request, conference, plan, form, refusal=refusal)
    try:
        mailing = invitations.order(
            conference=conference,
            letters_read=form.cleaned_data["letters"],
            held=form.cleaned_data["held"],
            actor=request.user,
            at=at,
        )
    except invitations.NotInvitable as refusal:
        return _invite_page(request, conference, plan, form, refusal=str(refusal))
    return redirect(mailing)


def _invite_page(
    request, conference: Conference, plan: invitations.InvitationPlan, form: ConfirmForm, *, refusal: str = ""
):
    document = issued_invitation(conference)
    if form.is_bound:  # what is confirmed next is what this page shows
        form.data = form.data.copy() | {"letters": len(plan.letters)}
    page = Paginator(plan.letters, RECIPIENTS_PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "conference": conference,
        "plan": plan,
        "page": page,
        "without_address": plan.without_address[:RECIPIENTS_PER_PAGE],
        "recipients": len({nomination.pk for nomination, _ in plan.letters}),
        "document": document,
        "draft": None if document else publishing.waiting_draft(conference),
        "obstacle": invitations.obstacle(conference, timezone.now()),
        "minutes": -(-len(plan.letters) // settings.OUTBOX_PER_MINUTE) if settings.OUTBOX_PER_MINUTE else 0,
        "contact": conference.contacts.first(),
        "form": form,
        "refusal": refusal,
        **_sample(list(page) or plan.already_invited[:1], document, asked=request.GET.get("mau", "")),
    }
    return render(request, "delegates/invite.html", context, status=REFUSED if refusal else 200)


def _sample(
    letters_shown: list[tuple[Nomination, Contact]], document: OfficialDocument | None, *, asked: str
) -> dict:
    """A real letter of one of the lists that are shown: the one that was asked for, or the first."""
    provinces = list(dict.fromkeys(nomination for nomination, _ in letters_shown))
    if not provinces:
        return {}
    nomination = next((found for found in provinces if str(found.pk) == asked), provinces[0])
    names = [letters.calendar_name(nomination.conference)]
    if document is not None:
        names.insert(0, file_name(document, nomination.organisation_name))
    letter = letters.invitation_letter(nomination, with_document=document is not None)
    return {
        "sample": nomination,
        "samples": provinces,
        "letter": letter,
        "letter_text": letter.text.replace("{link}", _address(nomination)),
        "attachments": names,
    }


def _address(nomination: Nomination) -> str:
    """What stands for ``{link}`` in the mail; the page asks for login, so the address is no secret."""
    return settings.PUBLIC_URL + nomination.get_absolute_url()


@access(staff)
@require_GET
def invitation_html(request, slug: str, pk: int):
    """The sample letter as mail programs show it, for the frame of ``invite``."""
    conference = get_conference_or_404(request.user, slug)
    nomination = conference.nominations.select_related("unit", "organisation").filter(pk=pk).first()
    if nomination is None:
        raise Http404("No such list")
    letter = letters.invitation_letter(nomination, with_document=issued_invitation(conference) is not None)
    response = HttpResponse(letter.html.replace("{link}", escape(_address(nomination))))
    response["Content-Security-Policy"] = LETTER_CSP
    response["X-Content-Type-Options"] = "nosniff"
    return response

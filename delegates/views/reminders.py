"""The staff's pages of a conference's reminders: its ladder, and reminding an audience at once."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_GET, require_http_methods

from conferences import reminders
from conferences.audiences import Audience, Member, audiences
from conferences.models import Conference
from conferences.reminder_page import sections_of
from correspondence.views.outbox import LETTER_CSP
from delegates.cockpit.tasks import outbox_url
from delegates.reminder_forms import RemindForm, ladder_form
from delegates.views.staff import REFUSED, get_conference_or_404
from hoinghi.access import access, fresh_login, staff

MEMBERS_PER_PAGE = 50

# ── the ladder ──────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_http_methods(["GET", "POST"])
def ladder(request, slug: str):
    """Every step with its times, and whom it would reach now; add, change, switch on and off."""
    conference = get_conference_or_404(request.user, slug)
    if request.method == "GET":
        return _ladder_page(request, conference, ladder_form(conference=conference))
    at = timezone.now()
    if request.POST.get("do") == "prefill":
        reminders.prefill(conference)
        reminders.schedule(conference=conference, at=at)
        return redirect("reminders", slug=slug)
    forms = ladder_form(request.POST, conference=conference)
    if not forms.management_form.is_valid():
        refusal = "Trang này không gửi đủ thông tin. Sửa lại các nấc dưới đây rồi lưu."
        return _ladder_page(request, conference, ladder_form(conference=conference), refusal=refusal)
    if not forms.is_valid():
        return _ladder_page(request, conference, forms)
    steps = forms.save(commit=False)
    try:
        reminders.change_ladder(conference=conference, steps=steps, actor=request.user, at=at)
    except ValidationError as refusal:
        return _ladder_page(request, conference, forms, refusal=" ".join(refusal.messages))
    messages.success(request, "Đã lưu lịch nhắc." if steps else "Lịch nhắc không có gì thay đổi.")
    return redirect("reminders", slug=slug)


def _ladder_page(request, conference: Conference, forms, *, refusal: str = ""):
    at = timezone.now()
    by_step = {form.instance.pk: form for form in forms.initial_forms}
    new = {form["audience"].value(): form for form in forms.extra_forms}
    sections = [
        {
            "section": section,
            "rows": [(rung, by_step.get(rung.step.pk)) for rung in section.rungs],
            "new": new.get(section.audience.code),
        }
        for section in sections_of(conference, at)
    ]
    context = {
        "conference": conference,
        "at": at,
        "sections": sections,
        "has_steps": any(each["rows"] for each in sections),
        "forms": forms,
        "errors": _errors(forms),
        "obstacle": reminders.obstacle(conference, at),
        "hours": settings.REMINDER_HOURS,
        "refusal": refusal,
    }
    return render(request, "delegates/reminders.html", context, status=REFUSED if refusal else 200)


def _errors(forms) -> list[tuple[str, str]]:
    """(anchor, text) of what has to be mended."""
    if not forms.is_bound:
        return []
    found = [("", text) for text in forms.non_form_errors()]
    for form in forms:
        found += [(form["days_before"].id_for_label, text) for text in form.non_field_errors()]
        found += [(field.id_for_label, f"{field.label}: {text}") for field in form for text in field.errors]
    return found


# ── reminding at once ───────────────────────────────────────────────────────────────────────────────


@access(staff)
@fresh_login
@require_http_methods(["GET", "POST"])
def remind_now(request, slug: str, audience: str):
    """Read what an audience would get and who is in it; remind them all at once."""
    conference = get_conference_or_404(request.user, slug)
    found = _audience_or_404(audience)
    at = timezone.now()
    members = [member for member in found.waiting(conference, at) if member.address]
    if request.method == "GET":
        return _remind_page(
            request, conference, found, RemindForm(initial=_promise(conference, found, members))
        )
    form = RemindForm(request.POST)
    if not form.is_valid():
        return _remind_page(request, conference, found, form)
    if form.cleaned_data["letters"] != len(members):
        refusal = "Danh sách người nhận đã thay đổi sau khi trang được mở. Đọc lại rồi xác nhận."
        return _remind_page(request, conference, found, form, refusal=refusal)
    try:
        sent = reminders.remind_now(
            conference=conference,
            audience=found,
            number=form.cleaned_data["number"],
            actor=request.user,
            at=at,
        )
    except reminders.CannotRemind as refusal:
        return _remind_page(request, conference, found, form, refusal=str(refusal))
    messages.success(request, f"Đã đưa {sent.written} thư nhắc vào hàng gửi.")
    return redirect(outbox_url(conference, kind=f"reminder_{found.code}"))


def _promise(conference: Conference, audience: Audience, members: list[Member]) -> dict[str, int]:
    """What the page promises, and the form brings back."""
    return {"letters": len(members), "number": reminders.sent_by_hand(conference, audience)}


def _remind_page(request, conference: Conference, audience: Audience, form: RemindForm, *, refusal: str = ""):
    at = timezone.now()
    waiting = audience.waiting(conference, at)
    members = [member for member in waiting if member.address]
    if form.is_bound:  # what is confirmed next is what this page shows
        form.data = form.data.copy() | _promise(conference, audience, members)
    chosen, sample = _sample(members, request.GET.get("mau", ""))
    letter = audience.preview(sample) if sample else None
    context = {
        "conference": conference,
        "audience": audience,
        "code": f"reminder_{audience.code}",
        "members": members,
        "page": Paginator(members, MEMBERS_PER_PAGE).get_page(request.GET.get("trang")),
        "out_of_reach": [member for member in waiting if not member.address],
        "by_hand": conference.reminders.filter(audience=audience.code, step=None).select_related("actor"),
        "sample": sample,
        "chosen": chosen,
        "letter": letter,
        "letter_text": letter.text.replace("{link}", _shown_link()) if letter else "",
        "obstacle": reminders.obstacle(conference, at, audience),
        "in_hours": settings.REMINDER_HOURS.include(at),
        "form": form,
        "refusal": refusal,
        "at": at,
    }
    return render(request, "delegates/remind.html", context, status=REFUSED if refusal else 200)


@access(staff)
@require_GET
def reminder_html(request, slug: str, audience: str):
    """The sample letter as mail programs show it, for the frame of ``remind_now``."""
    conference = get_conference_or_404(request.user, slug)
    found = _audience_or_404(audience)
    members = [member for member in found.waiting(conference, timezone.now()) if member.address]
    _, sample = _sample(members, request.GET.get("mau", ""))
    if sample is None:
        raise Http404("Nobody to remind")
    response = HttpResponse(found.preview(sample).html.replace("{link}", escape(_shown_link())))
    response["Content-Security-Policy"] = LETTER_CSP
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _audience_or_404(code: str) -> Audience:
    if code not in audiences():
        raise Http404("No such audience")
    return audiences()[code]


def _sample(members: list[Member], asked: str) -> tuple[int, Member | None]:
    """Whose letter was asked for, by place in the list, or the first one's."""
    number = int(asked) if asked.isdecimal() and int(asked) < len(members) else 0
    return number, members[number] if members else None


def _shown_link() -> str:
    """What stands for the link: a personal one opens somebody else's page, so none is ever shown."""
    return f"{settings.PUBLIC_URL}/•••"

"""A delegate's own page, opened by the personal link of the letter; no account, no login."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conferences.agenda import shown_items
from conferences.calendar import conference_event
from conferences.facts import facts_of
from conferences.materials import deliver_version, package_of, readable_versions
from conferences.models import MaterialVersion
from conferences.policies import can_see_day
from delegates import answers, checking, feeds, joining, letters, opinions, policies, questions
from delegates.forms import ReasonForm
from delegates.models import Delegate
from delegates.places import booking_of, place_of
from directory.links import DeadLink, keep_secret, open_link
from hoinghi.access import access, anyone
from hoinghi.files import content_disposition
from hoinghi.text import capfirst, format_moment, weekday_words
from venues.policies import join_obstacle


def by_link(view):
    """Open the page for the delegate who holds the token; a dead link answers 410 and offers a new one."""

    @access(anyone)
    def opened(request, token: str, **kwargs):
        try:
            link = open_link(token, purpose=letters.PURPOSE, at=timezone.now())
        except DeadLink as dead:
            context = {"token": token, "delegate": answers.delegate_of(dead.link)}
            response = render(request, "delegates/dead_link.html", context, status=410)
        else:
            delegate = answers.delegate_of(link) if link else None
            if delegate is None:
                raise Http404("No such link")
            response = view(request, delegate, token, **kwargs)
        return keep_secret(response)

    return opened


@require_http_methods(["GET", "POST"])
@by_link
def page(request, delegate: Delegate, token: str):
    """Time, room, agenda, papers; confirm or decline."""
    at = timezone.now()
    form = ReasonForm(request.POST if request.POST.get("do") == "no" else None)
    status = 200
    if request.method == "POST":
        coming = request.POST.get("do") == "yes"
        if coming or form.is_valid():
            try:
                reason = "" if coming else form.cleaned_data["reason"]
                answers.answer(delegate=delegate, coming=coming, reason=reason, at=at)
            except answers.AnswerClosed as refusal:
                messages.error(request, str(refusal))
                status = 409
            else:
                said = "Đã xác nhận tham dự. Cảm ơn đồng chí." if coming else "Đã ghi nhận báo vắng."
                messages.success(request, said)
                return redirect("delegate-page", token=token)
    return _page(request, delegate, token, form, at, status)


def _page(request, delegate: Delegate, token: str, form: ReasonForm, at, status: int):
    nomination = delegate.seat.nomination
    conference = nomination.conference
    facts = facts_of(conference)
    shows_day = can_see_day(delegate, conference)
    context = {
        "facts": facts,
        "ticket_over": capfirst(weekday_words(conference.start_at)) if shows_day else "Hoãn",
        "ticket_main": format_moment(conference.start_at) if shows_day else "Chưa có thời gian mới",
        "ticket_under": facts["duration"] if shows_day else "",
        "asked_again": answers.why_asked_again(delegate),
        "delegate": delegate,
        "seat": delegate.seat,
        "nomination": nomination,
        "conference": conference,
        "booking": booking_of(nomination),
        "agenda": shown_items(conference) if shows_day else [],
        "versions": readable_versions(delegate, conference, at),
        "contact": conference.contacts.first(),
        "can_answer": policies.can_answer(delegate, at),
        "asked": questions.asked_of(delegate),
        **_day(delegate, at),
        "drafts": opinions.open_drafts(delegate, at),
        "proposal": delegate.substitute_proposals.first(),
        "can_propose": not policies.proposing_obstacle(delegate, at),
        "form": form,
        "token": token,
        "subscription": feeds.address_of(purpose=feeds.DELEGATE, holder=delegate, at=at),
    }
    return render(request, "delegates/delegate.html", context, status=status)


def _day(delegate: Delegate, at) -> dict:
    """The way into the meeting, and the code to be marked by at the door, for whoever is still sent."""
    conference = delegate.seat.nomination.conference
    if delegate.seat.is_reserve or not policies.holds_place(delegate) or conference.is_called_off:
        return {}
    booking = booking_of(delegate.seat.nomination)
    if booking is not None:
        booking.conference = conference
    may_join = joining.may_join(delegate)
    return {
        "code": checking.code_of(delegate),
        "may_join": may_join,
        # Before the day the answer comes first, on the day the way in.
        "day_first": not join_obstacle(conference, at),
        "join_link": joining.shown_link(booking, at) if may_join else None,
        "join_obstacle": join_obstacle(conference, at),
    }


@require_GET
@by_link
def calendar(request, delegate: Delegate, token: str):
    """The conference with this delegate's room as a calendar file."""
    nomination = delegate.seat.nomination
    file = conference_event(
        nomination.conference,
        location=place_of(booking_of(nomination)),
        attendee=(delegate.full_name, delegate.email) if delegate.email else None,
        at=timezone.now(),
    )
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition(f"{nomination.conference.slug}.ics")
    return response


@require_GET
@by_link
def material(request, delegate: Delegate, token: str, pk: int):
    """A paper of the conference, if delegates may read it now."""
    return deliver_version(request, _readable_or_404(delegate, pk))


@require_GET
@by_link
def preview(request, delegate: Delegate, token: str, pk: int):
    """A paper inside a page, shown by the browser's own viewer."""
    version = _readable_or_404(delegate, pk)
    if not version.is_shown_inline:
        return redirect("delegate-material", token=token, pk=pk)
    context = {
        "version": version,
        "conference": delegate.seat.nomination.conference,
        "file_url": reverse("delegate-inline", args=[token, pk]),
        "download_url": reverse("delegate-material", args=[token, pk]),
        "back_url": reverse("delegate-page", args=[token]),
        "back_label": "Trang của tôi",
    }
    return render(request, "conferences/material.html", context)


@require_GET
@by_link
def inline(request, delegate: Delegate, token: str, pk: int):
    """The file of ``preview``."""
    return deliver_version(request, _readable_or_404(delegate, pk), inline=True)


@require_GET
@by_link
def package(request, delegate: Delegate, token: str):
    """Every paper that delegates may read now, as one ZIP."""
    conference, at = delegate.seat.nomination.conference, timezone.now()
    versions = readable_versions(delegate, conference, at)
    if not versions:
        raise Http404("Nothing to read")
    items = shown_items(conference) if can_see_day(delegate, conference) else []
    return package_of(request, conference, versions, items=items, at=at)


def _readable_or_404(delegate: Delegate, pk: int) -> MaterialVersion:
    readable = readable_versions(delegate, delegate.seat.nomination.conference, timezone.now())
    version = next((version for version in readable if version.pk == pk), None)
    if version is None:
        raise Http404("No such paper")
    return version


@require_POST
@access(anyone)
def new_link(request, token: str):
    """Mail a fresh link to the address of a dead one. The answer is the same whether or not one was sent."""
    try:
        link = open_link(token, purpose=letters.PURPOSE, at=timezone.now())
    except DeadLink as dead:
        answers.renew_link(link=dead.link, at=timezone.now())
        return render(request, "delegates/link_sent.html")
    if link is None:
        raise Http404("No such link")
    return redirect("delegate-page", token=token)

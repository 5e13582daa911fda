"""What becomes of a published conference: staff read what would be told to whom, and press once.

Four pages of one kind: telling changes, postponing, publishing the new time, cancelling.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from conferences import changes, services
from conferences.changes import NotTold
from conferences.followers import CannotFollow
from conferences.models import Conference
from conferences.services import NotReady, WrongState
from correspondence.models import Mailing
from delegates import changing, telling
from delegates.recipients import Audience, Recipient, Role
from delegates.staff_forms import TellForm
from delegates.telling import News
from delegates.views.staff import REFUSED, get_conference_or_404
from hoinghi.access import Policy, access, organises, require_fresh_login, staff


@dataclass(frozen=True)
class Step:
    """One of the pages.

    Attributes:
        kind: the letter that it sends.
        obstacle: (conference, at) → why the step cannot be taken, "" when it can.
        carry_out: the verb.
        is_marked: the differences that were read are handed to the verb.
        heading, button: words of the page; ``button`` is followed by the number of letters.
        policy: who opens the page.
    """

    name: str
    kind: str
    obstacle: Callable[[Conference, dt.datetime], str]
    carry_out: Callable[..., Mailing]
    heading: str
    button: str
    icon: str
    is_marked: bool = False
    needs_reason: bool = True
    policy: Policy = organises


CHANGES = Step(
    name="changes",
    kind=telling.CHANGED,
    obstacle=lambda conference, at: changes.obstacle(conference),
    carry_out=changing.tell_changes,
    heading="Thay đổi chưa báo",
    button="Báo thay đổi",
    icon="send",
    is_marked=True,
    needs_reason=False,
    policy=staff,
)
POSTPONE = Step(
    name="postpone",
    kind=telling.POSTPONED,
    obstacle=services.obstacle_to_postpone,
    carry_out=changing.postpone,
    heading="Hoãn hội nghị",
    button="Hoãn hội nghị",
    icon="clock-history",
)
RESCHEDULE = Step(
    name="reschedule",
    kind=telling.RESCHEDULED,
    obstacle=services.obstacle_to_reschedule,
    carry_out=changing.reschedule,
    heading="Công bố lại với thời gian mới",
    button="Công bố lại",
    icon="send",
    is_marked=True,
    needs_reason=False,
)
CANCEL = Step(
    name="cancel",
    kind=telling.CANCELLED,
    obstacle=services.obstacle_to_cancel,
    carry_out=changing.cancel,
    heading="Hủy hội nghị",
    button="Hủy hội nghị",
    icon="x-circle-fill",
)


def _page_of(step: Step):
    """The view of a step."""

    @access(step.policy)
    @require_http_methods(["GET", "POST"])
    def view(request, slug: str):
        conference, at = get_conference_or_404(request.user, slug), timezone.now()
        if request.method == "GET":
            return _show(request, step, conference, at)
        form = TellForm(request.POST, needs_reason=step.needs_reason)
        if request.POST.get("do") == "preview":
            return _show(request, step, conference, at, form=form, reason=form["reason"].value() or "")
        require_fresh_login(request)
        return _take(request, step, conference, at, form)

    view.__name__, view.__doc__ = step.name, f"Show the page “{step.heading}”, and take the step."
    return view


tell_changes, postpone, reschedule, cancel = map(_page_of, (CHANGES, POSTPONE, RESCHEDULE, CANCEL))


def _take(request, step: Step, conference: Conference, at: dt.datetime, form: TellForm):
    if message := step.obstacle(conference, at):
        return _show(request, step, conference, at, form=form, refusal=message)
    if not form.is_valid():
        return _show(request, step, conference, at, form=form, reason=form["reason"].value() or "")
    values = form.cleaned_data
    news, audience = _ahead(step, conference, values["reason"], at)
    if values["letters"] != len(audience.reached):
        refusal = "Danh sách người nhận đã thay đổi sau khi trang được mở. Đọc lại rồi xác nhận."
        return _show(request, step, conference, at, form=form, refusal=refusal)
    marked = {"mark": values["mark"]} if step.is_marked else {}
    try:
        mailing = step.carry_out(
            conference=conference,
            reason=values["reason"],
            expected=values["letters"],
            held=values["held"],
            actor=request.user,
            at=at,
            **marked,
        )
    except (NotTold, WrongState, NotReady, CannotFollow) as refusal:
        conference.refresh_from_db()
        return _show(request, step, conference, at, form=form, refusal=str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return _show(request, step, conference, at, form=form)
    return redirect(mailing)


def _ahead(step: Step, conference: Conference, reason: str, at: dt.datetime) -> tuple[News, Audience]:
    """What would be told to whom."""
    news = changing.news_of(step.kind, conference, reason=reason)
    return news, changing.audience_for(news, at)


def _show(
    request,
    step: Step,
    conference: Conference,
    at: dt.datetime,
    *,
    form: TellForm | None = None,
    reason: str = "",
    refusal: str = "",
):
    reason = reason or (form["reason"].value() or "" if form else "")
    news, audience = _ahead(step, conference, reason.strip(), at)
    shown = {"letters": len(audience.reached), "mark": changes.mark_of(conference, news.differences)}
    form = form or TellForm(initial=shown, needs_reason=step.needs_reason)
    if form.is_bound:  # what is confirmed next is what this page shows
        form.data = form.data.copy() | shown
    obstacle = step.obstacle(conference, at)
    roles = audience.by_role()
    context = {
        "step": step,
        "conference": conference,
        "state": conference.state_at(at),
        "news": news,
        "audience": audience,
        "roles": [(role.label, people) for role, people in roles.items() if people],
        "samples": [_sample(role, people[0], news) for role, people in roles.items() if people],
        "is_idle": step == CHANGES and not news.differences,
        "obstacle": obstacle,
        "missing": _missing(step, conference, at) if not obstacle else [],
        "outdated": telling.outdated_invitation(conference) if news.differences else None,
        "answered": changing.answered(conference) if news.asks_again else 0,
        "rooms": conference.bookings.live().count(),
        "form": form,
        "refusal": refusal,
        "history": conference.change_notices.exclude(number=0).select_related("actor"),
    }
    return render(request, "delegates/changing.html", context, status=REFUSED if refusal else 200)


def _sample(role: Role, recipient: Recipient, news: News) -> dict:
    """The real letter of one recipient; whatever opens a page stays a secret."""
    letter = telling.letter_to(recipient, news)
    text = letter.text.replace("{link}", "(đường dẫn của người nhận)")
    return {"role": role.label, "recipient": recipient, "subject": letter.subject, "text": text}


def _missing(step: Step, conference: Conference, at: dt.datetime) -> list[services.Check]:
    """What a new time still lacks before it can be published."""
    if step != RESCHEDULE:
        return []
    return [check for check in services.checklist(conference, at) if check.blocking and not check.done]

"""The staff's outbox: every letter, where it is, and what the mail server said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from correspondence import copies, counting, handling, labels, policies
from correspondence.backlog import oldest_unprepared_age, oldest_unsent_age
from correspondence.models import Attachment, Attempt, Mailing, Message
from correspondence.progress import progress_of_many, running
from correspondence.views.outbox_actions import actions_for
from directory.audit import name_of, record_read
from directory.models import AuditEntry
from hoinghi.access import access
from hoinghi.files import content_disposition, deliver
from hoinghi.pages import Pages
from hoinghi.text import fold

State = Message.State
PER_PAGE = 50
# Some 20 kB a letter, of which no list shows anything.
UNSHOWN = ("text", "html", "parts", "search")
# State of the boxes and of the filter → what is stored. A letter is claimed for a moment only.
SHOWN_STATES = {
    State.SENT: [State.SENT],
    State.SENDING: [State.CLAIMED, State.SENDING],
    State.QUEUED: [State.QUEUED],
    State.UNKNOWN: [State.UNKNOWN],
    State.FAILED: [State.FAILED],
    State.DRAFT: [State.DRAFT],
    State.CANCELLED: [State.CANCELLED],
}
BOXES = {
    State.SENT: ("c-ok", "máy chủ đã nhận"),
    State.SENDING: ("c-draft", ""),
    State.QUEUED: ("c-none", ""),
    State.UNKNOWN: ("c-draft", "cần xem trước khi gửi lại"),
    State.FAILED: ("c-bad", "bị từ chối, bị trả lại hoặc hết lượt thử"),
    State.DRAFT: ("c-none", "đang giữ lại"),
    State.CANCELLED: ("c-none", ""),
}
ALWAYS_SHOWN = {State.SENT, State.SENDING, State.QUEUED, State.UNKNOWN, State.FAILED}
# Layout of letters lives in style attributes. Nothing runs or loads here, and the frame has no origin.
LETTER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)


@dataclass(frozen=True)
class Box:
    """A number on top of the page that leads to its letters."""

    state: str
    count: int
    css: str
    note: str


@dataclass(frozen=True)
class Event:
    """One line of a letter's story."""

    at: datetime
    title: str
    text: str = ""
    by: str = ""
    is_bad: bool = False


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def filtered(query: QueryDict) -> QuerySet[Message]:
    """The letters that the page's filters mean, whatever their state."""
    messages = Message.objects.all()
    for name in ("topic", "kind"):
        if value := query.get(name):
            messages = messages.filter(**{name: value})
    dot = query.get("dot", "")
    if dot.isascii() and dot.isdigit() and len(dot) < 19:
        messages = messages.filter(mailing=int(dot))
    for word in fold(query.get("q", "")).split():
        messages = messages.filter(search__contains=word)
    return messages


@access(policies.can_see_outbox)
@require_safe
def outbox_list(request: HttpRequest) -> HttpResponse:
    """Who was written to, by name and address: that somebody looked is written down."""
    now = timezone.now()
    record_read(actor=request.user, action="message.read", target=request.user, at=now)
    messages = filtered(request.GET)
    counts = counting.by_state(messages)
    state = request.GET.get("state", "")
    if state not in SHOWN_STATES:
        state = ""
    if state:
        messages = messages.filter(state__in=SHOWN_STATES[state])
    number = sum(counts.get(each, 0) for each in SHOWN_STATES.get(state, counts))
    letters = messages.defer(*UNSHOWN).prefetch_related("bounces")
    page = Pages(letters, PER_PAGE, number=number).get_page(request.GET.get("trang"))
    for message in page:
        message.kind_label = labels.kind_label(message.kind)
        message.remark = _remark(message)
    topics, kinds = counting.topics_and_kinds()
    titles = labels.topic_titles(topics)
    context = {
        "page": page,
        "boxes": boxes_of(counts),
        "failed": counts.get(State.FAILED, 0),
        "held": counts.get(State.DRAFT, 0),
        "unknown": counts.get(State.UNKNOWN, 0),
        "states": list(SHOWN_STATES),
        "state": state,
        "topics": titles,
        "topic": request.GET.get("topic", ""),
        "topic_title": titles.get(request.GET.get("topic", "")),
        "kind": request.GET.get("kind", ""),
        "kinds": {kind: labels.kind_label(kind) for kind in kinds},
        "query": request.GET.get("q", ""),
        "is_filtered": state or any(request.GET.get(name) for name in ("q", "topic", "kind", "dot")),
        "actions": actions_for(request.user, page),
        "mailings": progress_of_many(_named(running())),
        "failed_mailings": _named(Mailing.objects.failed()),
        "dot": request.GET.get("dot", ""),
        "oldest_unsent": oldest_unsent_age(now),
        "oldest_unprepared": oldest_unprepared_age(now),
        "updated_at": now,
    }
    return render(request, "correspondence/outbox.html", context)


def boxes_of(counts: dict[str, int]) -> list[Box]:
    numbers = {shown: sum(counts.get(state, 0) for state in stored) for shown, stored in SHOWN_STATES.items()}
    return [
        Box(state, number, *BOXES[state])
        for state, number in numbers.items()
        if number or state in ALWAYS_SHOWN
    ]


def _named(orders: Iterable[Mailing]) -> list[Mailing]:
    """Orders with what staff call them."""
    mailings = list(orders)
    titles = labels.topic_titles(mailing.topic for mailing in mailings)
    for mailing in mailings:
        mailing.title = f"{labels.kind_label(mailing.kind)}, {titles[mailing.topic]}"
    return mailings


def _remark(message: Message) -> str:
    """What another server has reported of a letter that ours had handed over."""
    is_final = [bounce.is_final for bounce in message.bounces.all()]
    if any(is_final) and message.state == State.FAILED:
        return "bị trả lại"
    return "đến chậm" if is_final and message.state == State.SENT and not any(is_final) else ""


# ── one letter ──────────────────────────────────────────────────────────────────────────────────────


@access(policies.can_see_outbox)
@require_safe
def message_page(request: HttpRequest, pk: int) -> HttpResponse:
    messages = Message.objects.select_related("contact", "user", "again_of", "mailing").prefetch_related(
        "attachments__copy", "attempt_log", "bounces", "sent_again"
    )
    message = get_object_or_404(messages, pk=pk)
    context = {
        "message": message,
        "text": message.text.replace("{link}", _shown_link(message)),
        "kind_label": labels.kind_label(message.kind),
        "topic_title": labels.topic_titles([message.topic])[message.topic],
        "attachments": [(each, _size(each)) for each in message.attachments.all()],
        "events": _events(message),
        "actions": actions_for(request.user, [message]),
        "can_edit": policies.can_edit_draft(request.user, message),
        "next_number": handling.next_number(message),
        "updated_at": timezone.now(),
    }
    return render(request, "correspondence/outbox_message.html", context)


def _shown_link(message: Message) -> str:
    """What staff see in place of ``{link}``: a personal link opens somebody else's page, so never itself."""
    return f"{settings.PUBLIC_URL}/•••" if message.link_id else f"{settings.PUBLIC_URL}{message.link_path}"


def _size(attachment: Attachment) -> int:
    """In bytes; 0 as long as no worker has made it."""
    return attachment.copy.size if attachment.copy else len(attachment.content)


# The report itself is told at the time at which it was written.
_TOLD_OTHERWISE = {"message.bounce"}
_BAD = {Attempt.Outcome.PERMANENT, Attempt.Outcome.UNKNOWN}


def _events(message: Message) -> list[Event]:
    """The letter's story from the tries, the reports of other servers and the audit trail, newest first."""
    tries = [
        Event(
            each.at, f"{each.get_outcome_display()}, lần thử {number}", each.answer, "", each.outcome in _BAD
        )
        for number, each in enumerate(message.attempt_log.all(), start=1)
    ]
    reports = [
        Event(
            each.received_at,
            ", ".join(
                filter(None, ["Thư bị trả lại" if each.is_final else "Máy chủ báo thư đến chậm", each.status])
            ),
            each.words,
            "",
            each.is_final,
        )
        for each in message.bounces.all()
    ]
    audit = AuditEntry.objects.filter(object_type="correspondence.message", object_id=str(message.pk))
    decisions = [
        Event(each.at, name_of(each.action), "", each.actor_label)
        for each in audit.exclude(action__in=_TOLD_OTHERWISE)
    ]
    written = Event(
        message.created_at, "Vào hàng chờ" if tries or message.state != State.DRAFT else "Được viết"
    )
    return sorted([*tries, *reports, *decisions, written], key=lambda event: event.at, reverse=True)


@access(policies.can_see_outbox)
@require_safe
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part alone, for the sandboxed frame of the letter's page."""
    message = get_object_or_404(Message, pk=pk)
    if not message.html:
        raise Http404("No HTML part")
    response = HttpResponse(message.html.replace("{link}", escape(_shown_link(message))))
    response["Content-Security-Policy"] = LETTER_CSP
    response["X-Content-Type-Options"] = "nosniff"
    return response


@access(policies.can_see_outbox)
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a letter, as it was or will be sent: what no worker has made yet is made now."""
    found = get_object_or_404(Attachment.objects.select_related("copy"), pk=pk)
    if found.copy:
        try:
            copy = copies.made(found.copy)
        except (copies.NotIssued, ValidationError) as refused:
            return _no_file(request, found, refused)
        return deliver(request, copy.file, name=found.name, content_type=found.content_type)
    return HttpResponse(
        bytes(found.content),
        content_type=found.content_type,
        headers={
            "Content-Disposition": content_disposition(found.name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _no_file(request: HttpRequest, attachment: Attachment, refused: Exception) -> HttpResponse:
    context = {
        "title": "Tệp kèm thư chưa tạo được",
        "message": " ".join(getattr(refused, "messages", [str(refused)])),
        "next_url": attachment.message.get_absolute_url(),
        "next_label": "Về thư này",
    }
    return render(request, "409.html", context, status=409)

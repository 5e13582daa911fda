"""The letters about what becomes of a published conference: changed, postponed, at a new time, cancelled."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from conferences import changes
from conferences.calendar import conference_event
from conferences.changes import Difference
from conferences.documents import invitation_content, issued_invitation
from conferences.models import Conference
from correspondence.letters import Letter, write_letter
from correspondence.models import Attachment, DocumentCopy, OfficialDocument
from correspondence.outbox import CopyAttachment, FileAttachment, OutgoingLetter
from correspondence.printing import clean
from delegates import fillings, letters
from delegates.places import place_of
from delegates.recipients import Recipient, Role, audience_of
from venues.letters import way_in

CHANGED, POSTPONED, RESCHEDULED, CANCELLED = "changed", "postponed", "rescheduled", "cancelled"
# Kind of letter → the verb at the head of its key.
KINDS = {CHANGED: "change", POSTPONED: "postpone", RESCHEDULED: "reschedule", CANCELLED: "cancel"}
AGAIN = (
    "Do ngày họp thay đổi, câu trả lời trước không còn tính: xin xác nhận tham dự lại ở trang riêng dưới đây."
)


@dataclass(frozen=True)
class News:
    """What is told.

    Attributes:
        kind: the letter, one of ``KINDS``.
        number: of the ``ChangeNotice`` that it goes with; a second postponement is another letter.
        told: the time as everybody knew it before.
        asks_again: the day is another one, so delegates are asked once more.
        document: the Giấy mời that nobody has yet and that goes along.
    """

    kind: str
    conference: Conference
    number: int
    told: str
    reason: str = ""
    differences: list[Difference] = field(default_factory=list)
    asks_again: bool = False
    document: OfficialDocument | None = None

    def about(self, recipient: Recipient) -> list[Difference]:
        """The differences that concern this one: the rooms of others, and the deadline of the lists, do not."""
        return [
            each
            for each in self.differences
            if each.unit in (None, recipient.unit)
            and (each.code != "deadline" or recipient.role == Role.FOCAL_POINT)
        ]

    def concerns(self, recipient: Recipient) -> bool:
        return self.kind != CHANGED or bool(self.about(recipient))


def told_time(conference: Conference) -> str:
    """The time that people were last told, printed."""
    told = changes.last_told(conference)
    return told.facts["time"]["printed"] if told else changes.told_facts(conference)["time"]["printed"]


# ── the Giấy mời ────────────────────────────────────────────────────────────────────────────────────


def outdated_invitation(conference: Conference) -> OfficialDocument | None:
    """The issued Giấy mời, when it does not say what the conference says now."""
    document = issued_invitation(conference)
    if document is None:
        return None
    now = clean(invitation_content(conference, with_notes="appendix" in document.content))
    return document if now != document.content else None


def new_invitation(conference: Conference) -> OfficialDocument | None:
    """The issued Giấy mời, when it says what the conference says now and no letter has carried it yet."""
    document = issued_invitation(conference)
    if document is None or outdated_invitation(conference):
        return None
    topic = letters.topic_of(conference)
    sent = Attachment.objects.filter(message__topic=topic, copy__document=document)
    return None if sent.exists() else document


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────


def letter_to(recipient: Recipient, news: News) -> Letter:
    """The letter as this one gets it; writes nothing."""
    return write_letter(news.kind, *_filling(recipient, news))


def _filling(recipient: Recipient, news: News) -> fillings.Filling:
    carries = news.document if recipient.role == Role.FOCAL_POINT else None
    values, frame = fillings.around(
        news.conference,
        recipient.booking,
        attachments="Giấy mời (PDF) và lịch (.ics)" if carries else "lịch (.ics)",
    )
    if news.kind in (POSTPONED, CANCELLED):
        # No row may look like an appointment.
        state = Conference.State.POSTPONED if news.kind == POSTPONED else Conference.State.CANCELLED
        frame["facts"] = [("Tình trạng", state.label), ("Thời gian đã báo", news.told)]
    asked_again = news.asks_again and recipient.role == Role.DELEGATE
    return values | {
        "recipient": recipient.greeted,
        "told": news.told,
        "reason": news.reason,
        "changes": "\n".join(f"- {each}." for each in news.about(recipient)),
        "again": AGAIN if asked_again else "",
    }, frame


def outgoing(
    recipient: Recipient, news: News, *, copy: DocumentCopy | None, at: dt.datetime
) -> OutgoingLetter:
    """The letter with everything that goes along; makes the personal link of a delegate."""
    conference, letter = news.conference, letter_to(recipient, news)
    file = conference_event(
        conference,
        location=place_of(recipient.booking),
        attendee=(recipient.name, recipient.address),
        at=at,
    )
    attachments = [FileAttachment(letters.calendar_name(conference), file.content_type, file.content)]
    if copy is not None:
        attachments.insert(0, CopyAttachment(copy))
    contact = next(iter(conference.contacts.all()), None)
    return OutgoingLetter(
        key=f"{KINDS[news.kind]}:{conference.pk}:{news.number}:{recipient.key}",
        topic=letters.topic_of(conference),
        kind=news.kind,
        address=recipient.address,
        recipient_name=recipient.name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        parts=letter.parts,
        reply_to=contact.email if contact else "",
        contact=recipient.contact,
        user=recipient.user,
        attachments=tuple(attachments),
        **where_to(recipient, conference, at),
    )


def where_to(recipient: Recipient, conference: Conference, at: dt.datetime) -> dict:
    """Where the letter's link leads: a focal point to the list, a delegate to the own page, an officer to the room."""
    if recipient.delegate:
        return {"link": letters.delegate_link(recipient.delegate, at)}
    if recipient.nomination:
        return {"link_path": recipient.nomination.get_absolute_url()}
    if recipient.officer:
        return way_in(recipient.officer, at)
    return {"link_path": conference.get_absolute_url()}


# ── previews ────────────────────────────────────────────────────────────────────────────────────────


def sample(code: str) -> fillings.Filling | None:
    """What the preview of a text is filled with: the latest conference and somebody who counts on it."""
    at = timezone.now()
    for conference in Conference.objects.filter(nominations__invited_at__isnull=False).order_by("-start_at")[
        :1
    ]:
        recipients = audience_of(conference, at).reached
        if recipients:
            recipient = next((each for each in recipients if each.delegate), recipients[0])
            told = told_time(conference)
            moved = Difference("time", changes.LABELS["time"], told, told)
            news = News(
                code,
                conference,
                number=1,
                told=told,
                reason="trùng lịch công tác của người chủ trì",
                differences=[moved],
                asks_again=True,
            )
            return _filling(recipient, news)
    return None

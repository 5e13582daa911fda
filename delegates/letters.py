"""The letters of nomination: who gets which words with which values. The outbox carries them."""

import datetime as dt

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from conferences.calendar import conference_event
from conferences.facts import facts_of
from conferences.models import Conference
from correspondence.calendars import CALENDAR_TYPE
from correspondence.letters import Letter, render_letter
from correspondence.models import DocumentCopy, Message
from correspondence.outbox import CopyAttachment, FileAttachment, enqueue
from delegates.models import Delegate, Nomination, NominationVersion, Seat
from delegates.rows import nominated_groups
from directory import links
from directory.models import Contact, Mandate, PersonalLink, User
from hoinghi.text import capfirst, format_moment, lowerfirst, slugify, upper
from venues.models import Booking

# A delegate still reads agenda and materials for a while after the conference.
LINK_DAYS_AFTER = 30
HANOI_TIME = "giờ Hà Nội"


def topic_of(conference: Conference) -> str:
    """The outbox topic of everything that concerns one conference."""
    return f"conference:{conference.pk}"


def titles_of(topics: list[str]) -> dict[str, str]:
    """What the outbox calls those topics."""
    numbers = [topic.partition(":")[2] for topic in topics]
    return {topic_of(each): each.title for each in Conference.objects.filter(pk__in=numbers).only("title")}


# What the outbox calls the letters of this module.
KINDS = {
    "invitation": "Thư mời đầu mối",
    "receipt": "Phiếu tiếp nhận danh sách",
    "delegate": "Thư mời đại biểu",
    "nomination_returned": "Đề nghị sửa danh sách",
    "nomination_extended": "Gia hạn gửi danh sách",
    "delegate_declined": "Đại biểu báo vắng",
}


# ── to the focal organisation ───────────────────────────────────────────────────────────────────────


def invitation_key(nomination: Nomination, contact: Contact) -> str:
    return f"invite:{nomination.conference_id}:{nomination.organisation_id}:{contact.pk}:1"


def invitation_letter(nomination: Nomination, *, with_document: bool) -> Letter:
    """The words of the invitation; ``with_document`` says whether the Giấy mời goes along."""
    facts = facts_of(nomination.conference)
    asked = [
        f"{facts[f'quota:{group.code}']} {facts[f'group:{group.code}']}"
        for group in nominated_groups(nomination.conference, nomination.unit)
        if facts.get(f"quota:{group.code}")
    ]
    paragraphs = [
        f"{capfirst(facts['organiser'])} trân trọng kính mời Quý cơ quan tới dự {facts['name']}.",
        "Đề nghị Quý cơ quan là đơn vị đầu mối: "
        + (f"lựa chọn và mời {', '.join(asked)} trên địa bàn; " if asked else "")
        + "tổng hợp, gửi danh sách đại biểu trên Cổng hội nghị.",
    ]
    if not with_document:
        paragraphs.append("Thông báo mời họp đăng trên Cổng hội nghị.")
    return _letter(
        nomination,
        subject=f"Mời dự {facts['name']}, {format_moment(nomination.conference.start_at)}",
        greeting=f"Kính gửi: {nomination.organisation_name},",
        paragraphs=paragraphs,
        extra_facts=[("Hạn gửi danh sách", capfirst(facts["deadline"]))] if facts["deadline"] else [],
        link_label="Gửi danh sách đại biểu",
        link_note="Trang này cần đăng nhập bằng tài khoản của đầu mối.",
        attachments="Giấy mời (PDF) và lịch (.ics)" if with_document else "lịch (.ics)",
    )


def invite_focal_point(
    *, nomination: Nomination, contact: Contact, copy: DocumentCopy | None, at: dt.datetime
) -> Message:
    """Invite one contact of the focal organisation; ``copy`` is the province's issued Giấy mời, or None."""
    attachments = [calendar_attachment(nomination, at)]
    if copy is not None:
        attachments.insert(0, CopyAttachment(copy))
    return _enqueue(
        nomination,
        invitation_letter(nomination, with_document=copy is not None),
        key=invitation_key(nomination, contact),
        kind="invitation",
        contact=contact,
        address=contact.email,
        recipient_name=nomination.organisation_name,
        link_path=nomination.get_absolute_url(),
        attachments=attachments,
        at=at,
    )


def send_receipt(*, nomination: Nomination, version: NominationVersion, actor: User, at: dt.datetime) -> None:
    """Confirm a submitted list to whoever sent it and to the organisation's own addresses."""
    people = [
        f"- {delegate.honorific} {delegate.full_name}, {delegate.job_title}, {seat.name}"
        + (" (dự phòng)" if seat.is_reserve else "")
        for seat in seats_with_people(nomination)
        for delegate in seat.delegates.all()
    ]
    letter = _letter(
        nomination,
        subject=f"Đã nhận danh sách đại biểu {lowerfirst(nomination.unit_name)}, bản {version.number}",
        greeting=f"Kính gửi: {nomination.organisation_name},",
        paragraphs=[
            f"Cổng hội nghị đã nhận bản {version.number} của danh sách, gửi lúc "
            f"{format_moment(version.submitted_at)} ({HANOI_TIME}), người gửi: {version.submitted_by_name}.",
            *people,
        ],
        link_label="Xem phiếu tiếp nhận",
    )
    for address, name, contact in _addresses(nomination, actor):
        _enqueue(
            nomination,
            letter,
            key=f"receipt:{nomination.pk}:{version.number}:{address}",
            kind="receipt",
            contact=contact,
            address=address,
            recipient_name=name,
            link_path=reverse("nomination-receipt", args=[nomination.pk]),
            at=at,
        )


def tell_returned(*, nomination: Nomination, at: dt.datetime) -> None:
    """Say that staff gave the list back, and why."""
    letter = _letter(
        nomination,
        subject=f"Đề nghị sửa danh sách đại biểu {lowerfirst(nomination.unit_name)}",
        greeting=f"Kính gửi: {nomination.organisation_name},",
        paragraphs=[
            "Danh sách đại biểu được trả lại để sửa, với lý do:",
            nomination.reason,
            "Đề nghị Quý cơ quan sửa và gửi lại trước hạn.",
        ],
        link_label="Sửa danh sách",
    )
    _tell(nomination, letter, "nomination_returned", at)


def tell_extended(*, nomination: Nomination, at: dt.datetime) -> None:
    """Say until when the province may still send its list, and why."""
    letter = _letter(
        nomination,
        subject=f"Gia hạn gửi danh sách đại biểu {lowerfirst(nomination.unit_name)}",
        greeting=f"Kính gửi: {nomination.organisation_name},",
        paragraphs=[
            f"Hạn gửi danh sách được kéo dài đến trước {format_moment(nomination.extended_until)} ({HANOI_TIME}).",
            f"Lý do: {nomination.extension_reason}",
        ],
        link_label="Gửi danh sách đại biểu",
    )
    _tell(nomination, letter, "nomination_extended", at)


def tell_declined(*, delegate: Delegate, at: dt.datetime) -> None:
    """Tell the focal point that a delegate can't come, so that somebody else can be sent in time."""
    nomination = delegate.seat.nomination
    letter = _letter(
        nomination,
        subject=f"Đại biểu báo vắng: {delegate.full_name}",
        greeting=f"Kính gửi: {nomination.organisation_name},",
        paragraphs=[
            f"{capfirst(delegate.honorific)} {delegate.full_name}, {delegate.job_title}, {delegate.seat.name}, "
            f"báo vắng lúc {format_moment(at)}.",
            f"Lý do: {delegate.answer_reason}",
        ],
        link_label="Mở danh sách đại biểu",
    )
    _tell(nomination, letter, "delegate_declined", at, suffix=f":{delegate.pk}:{at:%Y%m%d%H%M%S}")


# ── to a delegate ───────────────────────────────────────────────────────────────────────────────────


def invite_delegates(*, nomination: Nomination, delegates: list[Delegate], at: dt.datetime) -> None:
    """Write to every delegate with an e-mail address who has no letter at that address yet.

    Reserve delegates are told when they move up, not before.
    """
    for delegate in delegates:
        if delegate.email and not delegate.seat.is_reserve:
            # The address is part of the key: a corrected one gets the letter, an unchanged one not again.
            _write_to_delegate(delegate, key=f"delegate:{delegate.pk}:{delegate.email.lower()}", at=at)


def send_new_link(*, delegate: Delegate, dead: PersonalLink, at: dt.datetime) -> None:
    """Answer a click on a dead link; clicking again writes no second letter."""
    _write_to_delegate(delegate, key=f"delegate-link:{dead.pk}", at=at)


def _write_to_delegate(delegate: Delegate, *, key: str, at: dt.datetime) -> None:
    if Message.objects.filter(key=key).exists():
        return  # before a personal link is made that nobody would ever get
    nomination = delegate.seat.nomination
    facts = facts_of(nomination.conference)
    letter = _letter(
        nomination,
        subject=f"Lời mời dự {facts['name']}, {format_moment(nomination.conference.start_at)}",
        greeting=f"Kính gửi {delegate.honorific} {delegate.full_name}, {delegate.job_title},",
        paragraphs=[
            f"{delegate.seat.name} đã được cử dự {facts['name']}. "
            "Chương trình, tài liệu và phần xác nhận tham dự ở trang riêng dưới đây.",
        ],
        link_label="Xem lời mời và xác nhận",
        link_note="Đường dẫn này dành riêng cho người nhận thư, xin không chuyển tiếp.",
        attachments="lịch (.ics)",
    )
    _enqueue(
        nomination,
        letter,
        key=key,
        kind="delegate",
        address=delegate.email,
        recipient_name=delegate.full_name,
        link=delegate_link(delegate, at),
        attachments=[calendar_attachment(nomination, at)],
        at=at,
    )


def delegate_link(delegate: Delegate, at: dt.datetime) -> PersonalLink:
    """A new personal link for the delegate; older ones go on working until they are revoked or expire."""
    conference = delegate.seat.nomination.conference
    return links.issue(
        purpose="delegate",
        holder=f"delegate:{delegate.pk}",
        scope=topic_of(conference),
        address=delegate.email,
        label=delegate.full_name,
        expires_at=max(conference.end_at, at) + dt.timedelta(days=LINK_DAYS_AFTER),
    )


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def calendar_attachment(nomination: Nomination, at: dt.datetime) -> FileAttachment:
    """The conference with this province's room as a calendar file."""
    booking = booking_of(nomination)
    conference = nomination.conference
    content = conference_event(conference, location=booking.printed if booking else "", at=at)
    return FileAttachment(f"{slugify(conference.title)[:60]}.ics", CALENDAR_TYPE, content)


def booking_of(nomination: Nomination) -> Booking | None:
    """The room in which the province sits, or the central one when it has none of its own."""
    bookings = Booking.objects.live().filter(conference=nomination.conference).select_related("room", "unit")
    own = bookings.filter(unit=nomination.unit).first()
    return own or bookings.filter(role=Booking.Role.CENTRAL).first()


def seats_with_people(nomination: Nomination) -> list[Seat]:
    """Live seats in printed order, each with the delegates who are sent."""
    people = Delegate.objects.filter(state=Delegate.State.PROPOSED).order_by("position", "id")
    seats = list(
        Seat.objects.live()
        .filter(nomination=nomination)
        .select_related("group")
        .prefetch_related(Prefetch("delegates", people))
    )
    for seat in seats:
        # One conference for all: a group's printed name cites its facts.
        seat.group.conference = nomination.conference
    return seats


def _letter(
    nomination: Nomination,
    *,
    subject: str,
    greeting: str,
    paragraphs: list[str],
    link_label: str,
    link_note: str = "",
    extra_facts: list[tuple[str, str]] = (),
    attachments: str = "",
) -> Letter:
    """Words in the house's frame: the facts of the conference, the link, who signs, whom to call."""
    conference = nomination.conference
    facts = facts_of(conference)
    booking = booking_of(nomination)
    rows = [("Thời gian", facts["time"]), ("Chủ trì", facts["chair"])]
    if booking:
        rows.insert(1, (booking.label, booking.printed))
    return render_letter(
        "letter",
        {
            "subject": subject,
            "organisation": facts["organiser"],
            "greeting": greeting,
            "heading": facts["name"],
            "facts": rows + list(extra_facts),
            "paragraphs": paragraphs,
            "link": "{link}",
            "link_label": link_label,
            "link_note": link_note,
            "attachments": attachments,
            "signature": upper(facts["issuing_unit"]),
            "contact": ", điện thoại ".join(filter(None, [facts["contact"], facts["contact_phones"]])),
            "footer": f"Thông tin đại biểu chỉ dùng để tổ chức {conference.kind.name.lower()}.",
        },
    )


def _enqueue(nomination: Nomination, letter: Letter, **envelope) -> Message:
    contact = nomination.conference.contacts.first()
    return enqueue(
        topic=topic_of(nomination.conference),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        reply_to=contact.email if contact else "",
        **envelope,
    )


def _tell(nomination: Nomination, letter: Letter, kind: str, at: dt.datetime, suffix: str = "") -> None:
    for address, name, contact in _addresses(nomination):
        _enqueue(
            nomination,
            letter,
            key=f"{kind}:{nomination.pk}:{nomination.version}{suffix}:{address}",
            kind=kind,
            contact=contact,
            address=address,
            recipient_name=name,
            link_path=nomination.get_absolute_url(),
            at=at,
        )


def _addresses(nomination: Nomination, sender: User | None = None) -> list[tuple[str, str, Contact | None]]:
    """(address, name, contact) of the organisation's contacts, its focal points and the sender, each once."""
    found: dict[str, tuple[str, str, Contact | None]] = {}
    for contact in nomination.organisation.letter_contacts():
        found[contact.email.lower()] = (contact.email, nomination.organisation_name, contact)
    today = Mandate.objects.as_of(timezone.localdate()).filter(
        organisation=nomination.organisation, role=Mandate.Role.FOCAL_POINT
    )
    people = User.objects.filter(is_active=True, mandates__in=today).distinct()
    for user in [*people, *([sender] if sender else [])]:
        found.setdefault(user.email.lower(), (user.email, user.full_name, None))
    return list(found.values())

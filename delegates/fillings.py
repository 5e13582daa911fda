"""What fills the letters of nomination: values for the placeholders of data/letters.yaml, facts around them.

``Filling`` is (values of the placeholders, context of the letter around the words), as ``write_letter`` takes both.
"""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from conferences.facts import facts_of
from conferences.models import InvitedGroup
from delegates.dates import dates_of, in_hanoi
from delegates.models import (
    Delegate,
    ExtensionRequest,
    Nomination,
    NominationVersion,
    Receipt,
    Seat,
    SubstituteProposal,
)
from delegates.places import booking_of
from delegates.rows import Row, in_printed_order, nominated_groups
from hoinghi.text import capfirst, format_moment, lowerfirst
from venues.fillings import Filling, around
from venues.models import Booking

# Whoever comes is told (Luật 91/2025/QH15, Điều 32.2).
RECORDED = ("Ghi âm, ghi hình", "có thể có, để lưu trữ và đưa tin")


def invitation(nomination: Nomination, *, with_document: bool) -> Filling:
    conference = nomination.conference
    facts = facts_of(conference)
    groups = nominated_groups(nomination)
    asked = [
        f"{facts[f'quota:{group.code}']} {facts[f'group:{group.code}']}"
        for group in groups
        if facts.get(f"quota:{group.code}") and not group.own_organisation
    ]
    own = [_asked_of_itself(group, facts) for group in groups if group.own_organisation]
    return fill(
        nomination,
        asked=", ".join(asked),
        own="; ".join(own),
        notice="" if with_document else settings.PUBLIC_URL + conference.get_absolute_url(),
        extra_facts=[*deadlines(nomination, facts), RECORDED],
        attachments="Giấy mời (PDF) và lịch (.ics)" if with_document else "lịch (.ics)",
    )


def _asked_of_itself(group: InvitedGroup, facts: dict[str, str]) -> str:
    """Whom an organisation sends of its own: by roles, by number, or as the group is called."""
    persons = facts[f"persons:{group.code}"]
    return facts[f"roles:{group.code}"] or (f"{persons} người" if persons else facts[f"group:{group.code}"])


def deadlines(nomination: Nomination, facts: dict[str, str]) -> list[tuple[str, str]]:
    """(label, value) of the deadline as the notice prints it, and of the instants that are meant."""
    if nomination.deadline is None:
        return []
    return [("Hạn gửi danh sách", capfirst(facts["deadline"])), *dates_of(nomination)]


def receipt(version: NominationVersion, *, attachments: str = "") -> Filling:
    """What the version holds, however the list has changed since."""
    nomination = version.nomination
    people = [
        f"- {row.honorific} {_named(row)}, {row.organisation}" + (" (dự phòng)" if row.reserve else "")
        for _, row in in_printed_order(version.rows, nomination.conference.groups.all())
    ]
    return fill(
        nomination,
        number=str(version.number),
        moment=in_hanoi(version.submitted_at),
        sender=version.submitted_by_name,
        people="\n".join(people),
        paper=_paper_of(version),
        attachments=attachments,
    )


def _paper_of(version: NominationVersion) -> str:
    """Where the numbered receipt of the version is downloaded; empty when it has none."""
    if version.pk is None or not Receipt.objects.filter(version=version).exists():
        return ""
    return settings.PUBLIC_URL + reverse("receipt-pdf", args=[version.nomination_id, version.number])


def returned(nomination: Nomination) -> Filling:
    return fill(nomination, reason=nomination.reason)


def extended(nomination: Nomination) -> Filling:
    until = in_hanoi(nomination.extended_until)
    return fill(nomination, until=until, reason=nomination.extension_reason)


def asked_for_more_time(request: ExtensionRequest) -> Filling:
    nomination = request.nomination
    return fill(
        nomination,
        contact=str(nomination.conference.contacts.first() or nomination.conference.issuing_unit_name),
        sender=nomination.sender_name,
        until=in_hanoi(request.wanted_until),
        reason=request.reason,
    )


def no_more_time(request: ExtensionRequest) -> Filling:
    return fill(request.nomination, reason=request.answer)


def declined(delegate: Delegate, at: dt.datetime) -> Filling:
    return fill(
        delegate.seat.nomination,
        full_name=delegate.full_name,
        delegate=f"{capfirst(delegate.honorific)} {_named(delegate)}, {delegate.seat.name}",
        moment=format_moment(at),
        reason=delegate.answer_reason,
    )


def replaced(old: Delegate) -> Filling:
    """Somebody who was sent and is not any more."""
    return fill(old.seat.nomination, delegate=named(old), seat=old.seat.name, attachments="lịch (.ics)")


def replacement(old: Delegate, new: Delegate) -> Filling:
    return fill(
        old.seat.nomination,
        old=named(old),
        new=named(new),
        seat=old.seat.name,
        reason=new.replace_reason,
    )


def corrected(delegate: Delegate, called: str, changes: list[tuple[str, str, str]]) -> Filling:
    lines = [f"- {capfirst(label)}: {before} → {after}" for label, before, after in changes]
    nomination, seat = delegate.seat.nomination, delegate.seat.name
    return fill(nomination, delegate=capfirst(called), seat=seat, changes="\n".join(lines))


def proposed(proposal: SubstituteProposal) -> Filling:
    delegate = proposal.delegate
    return fill(
        delegate.seat.nomination,
        delegate=capfirst(named(delegate)),
        seat=delegate.seat.name,
        substitute=named(proposal),
        reach=", ".join(filter(None, [proposal.phone, proposal.email])),
        reason=proposal.reason,
    )


def substitute_refused(proposal: SubstituteProposal, reason: str) -> Filling:
    delegate = proposal.delegate
    return fill(delegate.seat.nomination, delegate=named(delegate), substitute=named(proposal), reason=reason)


def to_delegate(delegate: Delegate) -> Filling:
    return fill(
        delegate.seat.nomination,
        delegate=f"{delegate.honorific} {_named(delegate)}",
        seat=delegate.seat.name,
        extra_facts=[RECORDED],
        attachments="lịch (.ics)",
    )


def reminder_to_focal_point(nomination: Nomination) -> Filling:
    """The list is still missing, or was given back; one with more time has a deadline of its own."""
    conference = nomination.conference
    if nomination.open_until == conference.nomination_deadline:
        deadline = facts_of(conference)["deadline"]
        dates = deadlines(nomination, facts_of(conference))
    else:
        deadline = f"trước {format_moment(nomination.open_until)}"
        dates = dates_of(nomination)
    returned = nomination.state == Nomination.State.RETURNED
    return fill(
        nomination,
        deadline=deadline,
        reason=nomination.reason if returned else "",
        extra_facts=dates,
    )


def reminder_to_delegate(delegate: Delegate) -> Filling:
    booking = booking_of(delegate.seat.nomination)
    return fill(
        delegate.seat.nomination,
        delegate=f"{delegate.honorific} {_named(delegate)}",
        room=", ".join(filter(None, [booking.printed, booking.address])) if booking else "",
        attachments="lịch (.ics)",
    )


def reminder_of_room(booking: Booking, officer: str, missing: list[str] = ()) -> Filling:
    """The room that ``officer`` looks after is not ready: it lacks what ``missing`` says."""
    values, frame = around(booking.conference, booking)
    about = {
        "officer": officer,
        "room": lowerfirst(booking.label),
        "printed": booking.printed,
        "address": booking.address,
        "state": lowerfirst(booking.get_state_display()),
        "missing": "\n".join(f"- {capfirst(each)}." for each in missing),
    }
    return values | about, frame


def fill(
    nomination: Nomination,
    *,
    extra_facts: list[tuple[str, str]] = (),
    attachments: str = "",
    **values: str,
) -> Filling:
    """What every letter about a province's list has: the facts of the conference with the province's room,
    the link, who signs and whom to call.

    Arguments:
        extra_facts: (label, value) rows below time, room and chair.
        attachments: what the letter says of its files.
        values: placeholders besides those of every letter here: organisation, unit, organiser, name, start.
    """
    about, frame = around(
        nomination.conference, booking_of(nomination), extra_facts=extra_facts, attachments=attachments
    )
    about |= {"organisation": nomination.organisation_name, "unit": nomination.sender_in_text}
    return about | values, frame


def named(person: Delegate | SubstituteProposal) -> str:
    """ "đồng chí Trần Thị Em, Giám đốc" """
    return f"{person.honorific} {_named(person)}"


def _named(delegate: Delegate | SubstituteProposal | Row) -> str:
    return f"{delegate.full_name}, {delegate.job_title}"


# ── previews ────────────────────────────────────────────────────────────────────────────────────────


def sample(code: str) -> Filling | None:
    """What the preview of a text is filled with: the latest list; what it lacks is said in plain words."""
    nominations = Nomination.objects.select_related("conference", "unit", "organisation")
    nomination = nominations.order_by("-conference__start_at", "-version", "pk").first()
    if nomination is None:
        return None
    now = timezone.now()
    nomination.reason = nomination.reason or "thiếu số điện thoại của đại biểu"
    nomination.extended_until = nomination.extended_until or now
    nomination.extension_reason = nomination.extension_reason or "địa phương đề nghị"
    delegate = _delegate_of(nomination)
    return {
        "invitation": lambda: invitation(nomination, with_document=False),
        "receipt": lambda: receipt(_version_of(nomination, now)),
        "nomination_returned": lambda: returned(nomination),
        "nomination_extended": lambda: extended(nomination),
        "extension_asked": lambda: asked_for_more_time(_request_of(nomination, now)),
        "extension_refused": lambda: no_more_time(_request_of(nomination, now)),
        "delegate_declined": lambda: declined(delegate, now),
        "delegate": lambda: to_delegate(delegate),
        "delegate_replaced": lambda: replaced(delegate),
        "delegate_withdrawn": lambda: replaced(delegate),
        "delegate_corrected": lambda: corrected(
            delegate, named(delegate), [("điện thoại", "0912345678", "0987654321")]
        ),
        "substitute_proposed": lambda: proposed(_proposal_of(delegate)),
        "substitute_refused": lambda: substitute_refused(_proposal_of(delegate), "đã cử đại biểu khác"),
        "replaced_by_staff": lambda: replacement(delegate, _substitute_for(delegate)),
        "reminder_focal_points": lambda: reminder_to_focal_point(nomination),
        "reminder_focal_points_backup": lambda: reminder_to_focal_point(nomination),
        "reminder_delegates": lambda: reminder_to_delegate(delegate),
        "reminder_room_officers": lambda: reminder_of_room(
            _booking_for(nomination), "Nguyễn Văn A", ["chưa thử đường truyền"]
        ),
    }[code]()


def _delegate_of(nomination: Nomination) -> Delegate:
    """Somebody of the list, or a made-up person when nobody is on it yet."""
    found = Delegate.objects.filter(seat__nomination=nomination).select_related("seat__group").first()
    if found is None:
        seat = Seat(nomination=nomination, name=nomination.organisation_name)
        found = Delegate(seat=seat, honorific="đồng chí", full_name="Nguyễn Văn A", job_title="Giám đốc")
    found.seat.nomination = nomination
    found.answer_reason = found.answer_reason or "trùng lịch công tác"
    return found


def _substitute_for(delegate: Delegate) -> Delegate:
    return Delegate(
        seat=delegate.seat,
        honorific="đồng chí",
        full_name="Nguyễn Văn B",
        job_title="Phó Giám đốc",
        replace_reason="trùng lịch công tác",
    )


def _proposal_of(delegate: Delegate) -> SubstituteProposal:
    return SubstituteProposal(
        delegate=delegate,
        honorific="đồng chí",
        full_name="Nguyễn Văn B",
        job_title="Phó Giám đốc",
        phone="0912345678",
        reason="trùng lịch công tác",
    )


def _booking_for(nomination: Nomination) -> Booking:
    """The province's room, or a made-up one as long as none is booked."""
    conference = nomination.conference
    made_up = Booking(conference=conference, role=Booking.Role.CENTRAL, printed="Phòng họp")
    return booking_of(nomination) or made_up


def _version_of(nomination: Nomination, at: dt.datetime) -> NominationVersion:
    """The last one, or what is being typed as if it were sent now."""
    latest = nomination.versions.first() or NominationVersion(
        number=1, rows=nomination.draft, submitted_at=at, submitted_by_name="Nguyễn Văn A"
    )
    latest.nomination = nomination
    return latest


def _request_of(nomination: Nomination, at: dt.datetime) -> ExtensionRequest:
    return ExtensionRequest(
        nomination=nomination,
        wanted_until=nomination.conference.closes_at,
        reason="chờ ý kiến lãnh đạo",
        asked_at=at,
        answer="danh sách đã chuyển in",
    )

"""Letters to the technical officers: named, relieved, invited to line tests. The outbox carries them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from conferences.calendar import event_of
from conferences.facts import facts_of
from conferences.models import Conference
from conferences.models.conference import PRINTED_ROWS
from conferences.topics import topic_of
from correspondence.calendars import CalendarEvent, event_file
from correspondence.letters import write_letters
from correspondence.mime import sender_address
from correspondence.models import Message
from correspondence.outbox import FileAttachment, OutgoingLetter, enqueue_many
from directory import links
from directory.models import PersonalLink
from hoinghi.text import format_date, format_time, lowerfirst, slugify, weekday_words
from hoinghi.together import bring
from venues.fillings import Filling, around
from venues.models import Booking, LineTestRound, Officer
from venues.people import RoomOfficer

PURPOSE = "room_officer"
# Opens the page of the own data and nothing else: for an officer who has left.
DATA_PURPOSE = "officer_data"
# An officer still writes down what went wrong for a while after the conference.
LINK_DAYS_AFTER = 7

NAMED, RELIEVED = "officer_named", "officer_relieved"
INVITED, MOVED, CALLED_OFF = "line_test", "line_test_moved", "line_test_cancelled"


# ── who gets in, and where ──────────────────────────────────────────────────────────────────────────


def holder_of(officer: Officer) -> str:
    """The officer as the holder of personal links."""
    return f"officer:{officer.pk}"


def officer_link(officer: Officer, at: dt.datetime) -> PersonalLink:
    """A new personal link; older ones go on working until the officer is relieved or they expire.

    Whoever has been relieved only reaches the own data by it.
    """
    conference = officer.booking.conference
    return links.issue(
        purpose=PURPOSE if officer.is_live else DATA_PURPOSE,
        holder=holder_of(officer),
        scope=topic_of(conference),
        address=officer.email,
        label=officer.full_name,
        expires_at=max(conference.end_at, at) + dt.timedelta(days=LINK_DAYS_AFTER),
    )


def way_in(officer: RoomOfficer, at: dt.datetime) -> dict:
    """Where a letter's link leads: with an account to the room's page, otherwise to the officer's own."""
    if officer.officer and officer.user is None:
        return {"link": officer_link(officer.officer, at)}
    return {"link_path": officer.booking.get_absolute_url()}


# ── named, relieved ─────────────────────────────────────────────────────────────────────────────────


def tell_named(*, officer: Officer, at: dt.datetime, again: str = "", predecessor: str = "") -> None:
    """Tell somebody which room to look after, with the conference as a calendar entry.

    Arguments:
        again: tells a letter that was asked for once more from the first one.
        predecessor: who hands the room over.
    """
    booking = officer.booking
    values = {"predecessor": predecessor, "shift": officer.shift}
    event = _conference_event(booking)
    _tell_officer(officer, NAMED, values, at=at, key=f"{NAMED}:{officer.pk}{again}", events=[event])


def tell_relieved(*, officer: Officer, rounds: Iterable[LineTestRound], at: dt.datetime) -> None:
    """Thank somebody who has nothing to do with the room any more; calendars forget it and its ``rounds``.

    The letter leads to what is still held of the person, to be corrected or deleted.
    """
    booking = officer.booking
    own_data = {"link_path": reverse("my-data")} if officer.user else {"link": officer_link(officer, at)}
    events = [_conference_event(booking), *(round_event(round, booking, at) for round in rounds)]
    values = {"successor": officer.successor.full_name if officer.successor else ""}
    _tell_officer(
        officer,
        RELIEVED,
        values,
        at=at,
        key=f"{RELIEVED}:{officer.pk}",
        events=[replace(event, status="CANCELLED") for event in events],
        **own_data,
    )


def stop_letters_to(officer: Officer, why: str) -> None:
    """Stop what is still on its way: its link leads nowhere."""
    own = Message.objects.filter(link__holder=holder_of(officer))
    own.filter(state__in=[Message.State.DRAFT, Message.State.QUEUED]).update(
        state=Message.State.CANCELLED, answer=why
    )


def _conference_event(booking: Booking) -> CalendarEvent:
    return event_of(booking.conference, location=booking.place, invited=True)


def _tell_officer(
    officer: Officer, kind: str, values: dict, *, at: dt.datetime, key: str, events: list, **envelope
) -> None:
    if not officer.email:
        return
    found = RoomOfficer(officer.booking, officer, officer.user)
    _enqueue([_Planned(key, kind, found, values, events, envelope)], at)


# ── line tests ──────────────────────────────────────────────────────────────────────────────────────


def tell_round(*, kind: str, round: LineTestRound, officers: Iterable[RoomOfficer], at: dt.datetime) -> int:
    """Write to officers about a round in its present version; answers how many letters are new.

    Arguments:
        kind: ``INVITED``, ``MOVED`` or ``CALLED_OFF``; whoever had the same letter gets none.
    """
    status = "CANCELLED" if kind == CALLED_OFF else "CONFIRMED"
    planned = []
    for officer in officers:
        if officer.email:
            event = replace(round_event(round, officer.booking, at), status=status)
            key = f"{kind}:{round.pk}:{round.sequence}:{officer.booking.pk}:{officer.key}"
            values = {"round": lowerfirst(str(round)), "when": when(round), "note": round.note}
            planned.append(_Planned(key, kind, officer, values, [event], {}))
    return _enqueue(planned, at)


def when(round: LineTestRound) -> str:
    """``từ 8h00 đến 9h30 thứ Năm ngày 10/12/2026``"""
    start, end = round.starts_at, round.ends_at
    day = f"{weekday_words(start)} ngày {format_date(start)}"
    return f"từ {format_time(start)} đến {format_time(end)} {day}"


def round_event(round: LineTestRound, booking: Booking, at: dt.datetime) -> CalendarEvent:
    """A round as it stands in the calendar of an officer of the room."""
    facts = facts_of(round.conference)
    host = urlsplit(settings.PUBLIC_URL).hostname
    return CalendarEvent(
        uid=f"thu-duong-truyen-{round.pk}@{host}",
        sequence=round.sequence,
        summary=f"Thử đường truyền {lowerfirst(str(round))}, {lowerfirst(booking.label)}",
        start=round.starts_at,
        end=round.ends_at,
        location=booking.place,
        description="\n".join(filter(None, [facts["name"], round.note])),
        url=f"{settings.PUBLIC_URL}{booking.get_absolute_url()}",
        organiser_name=facts["organiser"],
        organiser_email=facts["contact_email"] or sender_address(),
        status="CANCELLED" if round.cancelled_at else "CONFIRMED",
        changed_at=at,
    )


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Planned:
    """A letter before it is written."""

    key: str
    kind: str
    officer: RoomOfficer
    values: dict[str, str]
    events: list[CalendarEvent]
    envelope: dict


def _enqueue(planned: list[_Planned], at: dt.datetime) -> int:
    """Write what nobody has written yet; personal links are made for those only."""
    conferences = {id(each.officer.booking.conference): each.officer.booking.conference for each in planned}
    for conference in conferences.values():
        bring(conference, *PRINTED_ROWS)
    known = set(Message.objects.filter(key__in=[each.key for each in planned]).values_list("key", flat=True))
    by_kind: dict[str, list[_Planned]] = {}
    for each in planned:
        if each.key not in known:
            by_kind.setdefault(each.kind, []).append(each)
    return sum(enqueue_many(_outgoing(kind, new, at), at=at) for kind, new in by_kind.items())


def _outgoing(kind: str, planned: list[_Planned], at: dt.datetime) -> list[OutgoingLetter]:
    letters = write_letters(kind, [filling(each.officer, **each.values) for each in planned])
    return [
        OutgoingLetter(
            key=each.key,
            topic=topic_of(each.officer.booking.conference),
            kind=kind,
            address=each.officer.email,
            recipient_name=each.officer.full_name,
            user=each.officer.user,
            reply_to=facts_of(each.officer.booking.conference)["contact_email"],
            attachments=tuple(_calendar_files(each, at)),
            **vars(letter),
            **each.envelope or way_in(each.officer, at),
        )
        for each, letter in zip(planned, letters, strict=True)
    ]


def _calendar_files(planned: _Planned, at: dt.datetime) -> Iterable[FileAttachment]:
    attendee = (planned.officer.full_name, planned.officer.email)
    for event in planned.events:
        file = event_file(event, attendee=attendee, at=at)
        yield FileAttachment(f"{slugify(event.summary)[:60]}.ics", file.content_type, file.content)


def filling(officer: RoomOfficer, **values: str) -> Filling:
    """What fills a letter to an officer of a room."""
    booking = officer.booking
    about, frame = around(booking.conference, booking, attachments="lịch (.ics)")
    own = {
        "officer": officer.full_name,
        "room": lowerfirst(booking.label),
        "printed": booking.printed,
        "address": booking.address,
    }
    return {**about, **own, **values}, frame


def sample(code: str) -> Filling | None:
    """What the preview of a text is filled with: the latest conference, and a made-up room while it has none."""
    conferences = Conference.objects.exclude(state=Conference.State.DRAFT).select_related("kind")
    conference = conferences.order_by("-start_at").first()
    if conference is None:
        return None
    booking = conference.bookings.live().select_related("unit", "room").order_by("role").first()
    booking = booking or Booking(role=Booking.Role.CENTRAL, printed="Phòng họp")
    booking.conference = conference
    start = conference.start_at - dt.timedelta(days=2)
    round = LineTestRound(
        conference=conference,
        number=1,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        note="Gọi vào phòng họp ảo của Bộ trước giờ thử 10 phút.",
    )
    values = {
        NAMED: {"predecessor": "Trần Văn B", "shift": ""},
        RELIEVED: {"successor": "Trần Văn B"},
    }.get(code, {"round": "đợt 1", "when": when(round), "note": round.note})
    officer = Officer(booking=booking, full_name="Nguyễn Văn A", phone="0912345678")
    return filling(RoomOfficer(booking, officer), **values)

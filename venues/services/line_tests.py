"""Rounds of line tests: planned, invited, moved, called off, and what was seen and heard in them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from conferences.calendar import next_sequence
from conferences.models import Conference
from directory.audit import record
from directory.models import User
from hoinghi.text import format_moment
from venues import letters
from venues.errors import StepRefused
from venues.models import Booking, LineTestResult, LineTestRound, OwnFinding
from venues.people import Actor, RoomOfficer, officers_of
from venues.policies import (
    closing_obstacle,
    own_finding_obstacle,
    planning_obstacle,
    preparing_obstacle,
    recording_obstacle,
    round_obstacle,
)
from venues.services.locking import fall_back, lock, write_down

Outcome = LineTestResult.Outcome


def rooms_to_test(conference: Conference) -> list[Booking]:
    """The rooms whose latest result is not a pass, central one first: whom the next round proposes."""
    passed = _passed(conference)
    bookings = conference.bookings.filter(room__isnull=False).in_families()
    bookings = bookings.select_related("room__host__successor")
    return [booking for booking in bookings if booking.pk not in passed]


def _passed(conference: Conference) -> set[int]:
    results = LineTestResult.objects.filter(round__conference=conference).standing()
    held = results.exclude(outcome=Outcome.WAITING).order_by("round__number")
    latest = dict(held.values_list("booking", "outcome"))
    return {booking for booking, outcome in latest.items() if outcome == Outcome.PASSED}


@transaction.atomic
def plan_round(
    *,
    conference: Conference,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    bookings: Iterable[Booking],
    note: str = "",
    actor: User,
    at: dt.datetime,
) -> LineTestRound:
    """Plan the next round for some rooms of a conference; nobody is told yet (``invite``).

    Raises:
        StepRefused: the hours do not fit, no room was chosen, or the conference is over.
    """
    conference = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if message := planning_obstacle(conference, at):
        raise StepRefused(message)
    _check_hours(conference, starts_at, ends_at, at)
    chosen = list(bookings)
    if not chosen:
        raise StepRefused("Chọn ít nhất một điểm cầu.", "bookings")
    last = conference.line_test_rounds.aggregate(last=Max("number"))["last"] or 0
    round = LineTestRound.objects.create(
        conference=conference, number=last + 1, starts_at=starts_at, ends_at=ends_at, note=note
    )
    LineTestResult.objects.bulk_create(LineTestResult(round=round, booking=booking) for booking in chosen)
    record(
        actor=actor,
        action="line_test.plan",
        target=round,
        changes={"starts_at": [None, starts_at.isoformat()], "rooms": [0, len(chosen)]},
    )
    return round


@transaction.atomic
def invite(*, round: LineTestRound, actor: User, at: dt.datetime) -> int:
    """Write to the officers of the round's rooms who have not been invited; answers how many letters are new.

    From now on whoever is named for one of the rooms is invited too, and hears of changes.

    Raises:
        StepRefused: the round is over or called off.
    """
    round = _lock(round)
    if message := round_obstacle(round, at):
        raise StepRefused(message)
    if round.invited_at is None:
        round.invited_at = at
        round.sequence = next_sequence(round.sequence, at)
        round.save(update_fields=["invited_at", "sequence"])
    written = letters.tell_round(
        kind=letters.INVITED, round=round, officers=_officers(round, _rooms(round), at), at=at
    )
    if written:
        record(actor=actor, action="line_test.invite", target=round, changes={"letters": [0, written]})
    return written


@transaction.atomic
def change_round(
    *,
    round: LineTestRound,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    bookings: Iterable[Booking],
    note: str = "",
    actor: User,
    at: dt.datetime,
) -> int:
    """Move a round, change its words or its rooms; answers how many letters were written.

    Who was invited hears of a new hour; rooms that come in are invited, rooms that go out are told so. A room
    with a result stays.

    Raises:
        StepRefused: as ``plan_round``, or the round is over.
    """
    round = _lock(round)
    if message := round_obstacle(round, at):
        raise StepRefused(message)
    if starts_at != round.starts_at or ends_at != round.ends_at:
        # One that is just being held may last longer.
        _check_hours(round.conference, starts_at, ends_at, min(at, round.starts_at))
    chosen = {booking.pk: booking for booking in bookings}
    present = {result.booking_id: result for result in round.results.all()}
    tested = {key for key, result in present.items() if result.outcome != Outcome.WAITING}
    if not chosen and not tested:
        raise StepRefused("Chọn ít nhất một điểm cầu. Không thử nữa thì hủy đợt.", "bookings")
    gone = [key for key in present if key not in chosen and key not in tested]
    new = [booking for key, booking in chosen.items() if key not in present]
    stayed = [key for key in present if key not in gone]
    before = (round.starts_at, round.ends_at, round.note)
    round.starts_at, round.ends_at, round.note = starts_at, ends_at, note
    moved = before != (starts_at, ends_at, note)
    if not (moved or gone or new):
        return 0
    round.sequence = next_sequence(round.sequence, at)
    round.save(update_fields=["starts_at", "ends_at", "note", "sequence"])
    written = 0
    if round.invited_at:
        written += _tell(letters.CALLED_OFF, round, gone, at)
        written += _tell(letters.MOVED, round, stayed, at) if moved else 0
    round.results.filter(booking__in=gone).delete()
    LineTestResult.objects.bulk_create(LineTestResult(round=round, booking=booking) for booking in new)
    if round.invited_at:
        written += _tell(letters.INVITED, round, [booking.pk for booking in new], at)
    changes = {"rooms": [len(present), len(stayed) + len(new)]}
    if moved:
        changes["starts_at"] = [before[0].isoformat(), starts_at.isoformat()]
    record(actor=actor, action="line_test.change", target=round, changes=changes)
    return written


@transaction.atomic
def call_off_round(*, round: LineTestRound, actor: User | str, at: dt.datetime) -> int:
    """Call a round off; who was invited is told, and calendars forget it. Answers how many letters were written.

    Raises:
        StepRefused: the round is over or called off already.
    """
    round = _lock(round)
    if round.cancelled_at is not None or round.ends_at <= at:
        raise StepRefused(round_obstacle(round, at))
    return _call_off(round, actor, at)


def _call_off(round: LineTestRound, actor: User | str, at: dt.datetime) -> int:
    round.cancelled_at = at
    round.sequence = next_sequence(round.sequence, at)
    round.save(update_fields=["cancelled_at", "sequence"])
    record(
        actor=actor,
        action="line_test.call_off",
        target=round,
        changes={"cancelled_at": [None, at.isoformat()]},
    )
    waiting = round.results.filter(outcome=Outcome.WAITING).values_list("booking", flat=True)
    return _tell(letters.CALLED_OFF, round, list(waiting), at) if round.invited_at else 0


@transaction.atomic
def follow_with_rounds(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Call off what is still to come of a cancelled conference; any other keeps its rounds."""
    if conference.state != Conference.State.CANCELLED:
        return
    for round in conference.line_test_rounds.to_come(at).select_for_update():
        round.conference = conference
        _call_off(round, actor, at)


# ── results ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen and heard: None where nobody looked. Speeds in Mbit/s, measured in the room."""

    picture: bool | None = None
    sound: bool | None = None
    line: bool | None = None
    speed_down: Decimal | None = None
    speed_up: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Found(Seen):
    """What staff find, and what they conclude from it."""

    outcome: str


@transaction.atomic
def record_result(*, result: LineTestResult, found: Found, actor: Actor, at: dt.datetime) -> LineTestResult:
    """Write down how a room's test went; again, to correct it. A ready room that did not pass is not ready.

    Raises:
        StepRefused: a pass with something that was not good, no room, or the round was called off.
    """
    booking = lock(result.booking)
    result = LineTestResult.objects.select_related("round__conference").get(pk=result.pk)
    result.booking = booking
    if message := closing_obstacle(booking, at) or recording_obstacle(result.round):
        raise StepRefused(message)
    if booking.room is None:
        raise StepRefused("Điểm cầu chưa có phòng họp, chưa ghi kết quả được.")
    if found.outcome == Outcome.PASSED and not (found.picture and found.sound and found.line):
        raise StepRefused("Chỉ ghi “Đạt” khi hình ảnh, âm thanh và đường truyền đều tốt.", "outcome")
    before = result.outcome
    for name in ("outcome", "picture", "sound", "line", "speed_down", "speed_up", "note"):
        setattr(result, name, getattr(found, name))
    waiting = found.outcome == Outcome.WAITING
    result.room = None if waiting else booking.room
    result.recorded_at, result.recorded_by = (None, "") if waiting else (at, actor.full_name)
    result.save()
    write_down(
        booking,
        actor=actor,
        action="line_test.record",
        changes={"round": [None, result.round.number], "outcome": [before, result.outcome]},
    )
    if found.outcome in (Outcome.FAILED, Outcome.ABSENT):
        fall_back(booking, actor=actor, why=f"thử đường truyền: {result.get_outcome_display()}")
    return result


@transaction.atomic
def say_own(*, result: LineTestResult, seen: Seen, actor: Actor, at: dt.datetime) -> OwnFinding:
    """Write down what a room itself measured and saw in its test; again, to correct it. The result stays as it is.

    Raises:
        StepRefused: nothing was said, the round has not begun or was called off, or there is no room.
    """
    booking = lock(result.booking)
    result = LineTestResult.objects.select_related("round__conference").get(pk=result.pk)
    if message := preparing_obstacle(booking, at) or own_finding_obstacle(result.round, at):
        raise StepRefused(message)
    if seen == Seen():
        raise StepRefused(
            "Ghi ít nhất một điều: tốc độ đo được, hình ảnh, âm thanh hoặc ghi chú.", "speed_down"
        )
    values = {"room": booking.room, "said_at": at, "said_by": actor.full_name, **vars(seen)}
    own, _ = OwnFinding.objects.update_or_create(result=result, defaults=values)
    speeds = {
        name: [None, str(speed)] for name in ("speed_down", "speed_up") if (speed := getattr(seen, name))
    }
    changes = {"round": [None, result.round.number], **speeds}
    write_down(booking, actor=actor, action="line_test.say_own", changes=changes)
    return own


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────


def _lock(round: LineTestRound) -> LineTestRound:
    rows = LineTestRound.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("conference__kind").get(pk=round.pk)


def _check_hours(
    conference: Conference, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime
) -> None:
    if ends_at <= starts_at:
        raise StepRefused("Giờ kết thúc phải sau giờ bắt đầu.", "ends_at")
    if starts_at < at:
        raise StepRefused("Giờ bắt đầu đã qua. Chọn giờ từ nay trở đi.", "starts_at")
    is_open = conference.state == Conference.State.POSTPONED
    if ends_at > conference.start_at and not is_open:
        raise StepRefused(f"Phải thử xong trước giờ họp ({format_moment(conference.start_at)}).", "ends_at")


def _rooms(round: LineTestRound) -> list[int]:
    return list(round.results.values_list("booking", flat=True))


def _officers(round: LineTestRound, rooms: list[int], at: dt.datetime) -> list[RoomOfficer]:
    officers = officers_of(Booking.objects.filter(pk__in=rooms), at)
    for officer in officers:
        officer.booking.conference = round.conference
    return officers


def _tell(kind: str, round: LineTestRound, rooms: list[int], at: dt.datetime) -> int:
    return (
        letters.tell_round(kind=kind, round=round, officers=_officers(round, rooms, at), at=at)
        if rooms
        else 0
    )

"""Who is there: marked by hand, a whole room at once, or by the code of a badge.

Everything here may be said twice and changes nothing the second time. What a person marks by hand counts over what
stood there; a scan proves that somebody is present, so it counts over "absent" and "unmarked", and never over a
presence. After the conference has ended every change needs a reason, which goes into the audit trail.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from conferences.models import Conference
from delegates import checking
from delegates.models import AttendanceMark, Delegate
from delegates.places import booking_of
from delegates.policies import attendance_obstacle, is_over
from directory.audit import record
from directory.models import User
from hoinghi.text import format_time, lowerfirst
from venues import watching
from venues.models import Booking

Attendance, Way = Delegate.Attendance, AttendanceMark.Way
PRESENT = (Attendance.IN_PERSON, Attendance.ONLINE)


class AttendanceRefused(Exception):
    """Nothing was marked; the text is for the person who tried.

    Attributes:
        field: what has to be mended: "reason" of an absence, "late_reason", or "" when it is not the time.
        delegate: whose mark it is, when it is about one.
    """

    def __init__(self, message: str, *, field: str = "", delegate: int | None = None):
        super().__init__(message)
        self.field, self.delegate = field, delegate


@dataclass(frozen=True)
class Mark:
    """What one delegate is marked as; ``reason`` says why somebody is absent."""

    delegate: int
    attendance: str
    reason: str = ""


@transaction.atomic
def mark(
    *,
    conference: Conference,
    marks: Iterable[Mark],
    booking: Booking | None,
    actor: User | str,
    at: dt.datetime,
    way: str = Way.HAND,
    late_reason: str = "",
) -> int:
    """Mark delegates of one conference, all or none of them; answers how many changed.

    Arguments:
        marks: delegates who are not sent any more are passed over.
        booking: the room where they are marked.
        late_reason: why attendance is changed after the conference has ended.
    Raises:
        AttendanceRefused: it is not the day, an absence has no reason, or the change is late and has none.
    """
    if message := attendance_obstacle(conference, at):
        raise AttendanceRefused(message)
    wanted = {each.delegate: each for each in marks}
    changed = []
    for delegate in _lock(wanted, conference):
        each = wanted[delegate.pk]
        reason = each.reason.strip() if each.attendance == Attendance.ABSENT else ""
        if (delegate.attendance, delegate.attendance_reason) == (each.attendance, reason):
            continue
        if each.attendance == Attendance.ABSENT and not reason:
            message = f"Ghi lý do vắng mặt của {delegate.honorific} {delegate.full_name}."
            raise AttendanceRefused(message, field="reason", delegate=delegate.pk)
        changed.append((delegate, each.attendance, reason))
    if changed and is_over(conference, at) and not late_reason.strip():
        raise AttendanceRefused(
            "Hội nghị đã kết thúc: ghi lý do sửa điểm danh, lý do được lưu vào nhật ký.", field="late_reason"
        )
    for delegate, attendance, reason in changed:
        _write(
            delegate,
            AttendanceMark(
                booking=booking,
                attendance=attendance,
                reason=reason,
                way=way,
                noted_at=at,
                late_reason=late_reason.strip() if is_over(conference, at) else "",
            ),
            actor,
            at,
        )
    if changed:
        watching.changed(conference.pk)
    return len(changed)


def mark_rest_present(
    *,
    conference: Conference,
    people: Iterable[Delegate],
    booking: Booking | None,
    actor: User | str,
    at: dt.datetime,
    late_reason: str = "",
) -> int:
    """ "All present": whoever is unmarked and has not said to stay away; answers how many.

    Raises:
        AttendanceRefused: as ``mark``.
    """
    marks = [
        Mark(each.pk, Attendance.IN_PERSON)
        for each in people
        if each.attendance == Attendance.UNMARKED and each.answer != Delegate.Answer.DECLINED
    ]
    shared = {"booking": booking, "actor": actor, "at": at, "late_reason": late_reason}
    return mark(conference=conference, marks=marks, way=Way.BULK, **shared)


def mark_declined_absent(
    *,
    conference: Conference,
    people: Iterable[Delegate],
    booking: Booking | None,
    actor: User | str,
    at: dt.datetime,
    late_reason: str = "",
) -> int:
    """Whoever is unmarked and has said to stay away is absent, for the reason given then; answers how many.

    Raises:
        AttendanceRefused: as ``mark``.
    """
    marks = [
        Mark(each.pk, Attendance.ABSENT, each.answer_reason or "Đã báo vắng")
        for each in people
        if each.attendance == Attendance.UNMARKED and each.answer == Delegate.Answer.DECLINED
    ]
    shared = {"booking": booking, "actor": actor, "at": at, "late_reason": late_reason}
    return mark(conference=conference, marks=marks, way=Way.BULK, **shared)


# ── codes of badges ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Scan:
    """A code that was scanned or typed.

    Attributes:
        client_id: made by the page; the same scan sent again has the same one.
        code: what the QR holds (the badge's address), or the code alone.
        at: when the device says that it happened.
        anyway: whoever scans has read that the delegate belongs to another room, and lets the person in.
    """

    client_id: uuid.UUID
    code: str
    at: dt.datetime
    typed: bool = False
    anyway: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a scan.

    Attributes:
        status: "present", "already", or why not: "unknown", "elsewhere" (another conference), "replaced",
            "withdrawn", "reserve", "wrong_room", "closed", "changed" (by hand, since).
        text: for the person at the door: who it is, or what to do.
        delegate: whom the badge names; None when there is no such badge.
    """

    client_id: uuid.UUID
    status: str
    text: str
    delegate: Delegate | None = None

    @property
    def is_present(self) -> bool:
        return self.status in ("present", "already")


def check_in(
    *, scans: Iterable[Scan], booking: Booking, actor: User | str, at: dt.datetime, may_override: bool
) -> list[Outcome]:
    """Mark whoever is scanned at a room as present there, each in a transaction of its own.

    Arguments:
        scans: in the order in which they happened; those of some time ago come late, not twice.
        booking: the room at whose door the badges are scanned.
        may_override: whether ``Scan.anyway`` counts (staff).
    """
    return [_check_in(scan, booking, actor, at, may_override) for scan in scans]


@transaction.atomic
def _check_in(
    scan: Scan, booking: Booking, actor: User | str, at: dt.datetime, may_override: bool
) -> Outcome:
    found = checking.delegate_by(checking.code_in(scan.code))
    if found is None:
        return Outcome(scan.client_id, "unknown", "Mã không đúng. Quét lại, hoặc gõ mã in dưới hình vuông.")
    # Locked before anything is decided: the same scan may arrive twice at the same moment.
    delegate = (
        Delegate.objects.select_for_update(of=("self",))
        .select_related("seat__nomination__conference", "seat__nomination__unit", "seat__group")
        .get(pk=found.pk)
    )
    # A clock that goes ahead, or that of another day, is not believed.
    conference = booking.conference
    noted_at = scan.at if scan.at <= at and not attendance_obstacle(conference, scan.at) else at
    if refusal := _refusal(delegate, scan, booking, noted_at, may_override):
        return Outcome(scan.client_id, *refusal, delegate)
    answer = partial(Outcome, scan.client_id, delegate=delegate)
    if AttendanceMark.objects.filter(client_id=scan.client_id).exists():
        # The first answer was lost on its way.
        if delegate.attendance in PRESENT:
            return answer("present", _called(delegate))
        now = delegate.get_attendance_display()
        return answer("changed", f"{_called(delegate)}: sau lần quét này đã được ghi “{now}”.")
    if delegate.attendance in PRESENT:
        return answer("already", f"{_called(delegate)}: đã điểm danh lúc {_hour(delegate.attended_at)}.")
    delegate.attended_in = booking if booking_of(delegate.seat.nomination) != booking else None
    entry = AttendanceMark(
        booking=booking,
        attendance=Attendance.IN_PERSON,
        way=Way.TYPED if scan.typed else Way.SCAN,
        client_id=scan.client_id,
        noted_at=noted_at,
    )
    _write(delegate, entry, actor, at)
    watching.changed(conference.pk)
    return answer("present", _called(delegate))


def _refusal(
    delegate: Delegate, scan: Scan, booking: Booking, noted_at: dt.datetime, may_override: bool
) -> tuple[str, str] | None:
    """(status, what the person at the door is told) when the badge does not open this door."""
    nomination, called = delegate.seat.nomination, _called(delegate)
    if nomination.conference_id != booking.conference_id:
        return "elsewhere", f"{called}: thẻ của hội nghị khác, “{nomination.conference}”."
    standing = checking.standing_of(delegate)
    if standing == "replaced":
        substitute = Delegate.objects.select_related("seat").filter(replaces=delegate).first()
        by = f" bằng {_called(substitute)}. Đề nghị người dự thay đưa mã của mình" if substitute else ""
        return "replaced", f"{called} đã được thay{by}."
    if standing == "withdrawn":
        return "withdrawn", f"{called} đã rút khỏi danh sách {nomination.sender_in_text}."
    if standing == "reserve":
        return "reserve", f"{called} là dự phòng, chưa được đưa lên chính thức. Báo đơn vị tổ chức."
    own = booking_of(nomination)
    if (
        own is not None
        and own.pk not in (booking.pk, booking.parent_id)
        and not (scan.anyway and may_override)
    ):
        return "wrong_room", f"{called} thuộc {lowerfirst(own.label)}: {own.printed}."
    if message := attendance_obstacle(booking.conference, noted_at):
        return "closed", message
    if is_over(booking.conference, noted_at) and delegate.attendance not in PRESENT:
        return "closed", f"{called}: hội nghị đã kết thúc. Ghi trên trang điểm danh, kèm lý do."
    return None


def _hour(moment: dt.datetime | None) -> str:
    return format_time(timezone.localtime(moment)) if moment else "trước đó"


def _called(delegate: Delegate) -> str:
    return f"{delegate.honorific} {delegate.full_name}, {delegate.job_title}, {delegate.seat.name}"


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _lock(wanted: Iterable[int], conference: Conference) -> list[Delegate]:
    """Those of the conference who are still sent, locked in the same order by everybody."""
    people = Delegate.objects.attending().filter(pk__in=wanted, seat__nomination__conference=conference)
    return list(people.select_for_update(of=("self",)).select_related("seat").order_by("pk"))


def _write(delegate: Delegate, entry: AttendanceMark, actor: User | str, at: dt.datetime) -> None:
    """Keep one mark, make it the one that counts, and write both down."""
    before = [delegate.attendance, delegate.attendance_reason]
    delegate.attendance, delegate.attendance_reason = entry.attendance, entry.reason
    delegate.attended_at = None if entry.attendance == Attendance.UNMARKED else entry.noted_at
    if entry.attendance != Attendance.IN_PERSON:
        delegate.attended_in = None
    delegate.save(update_fields=["attendance", "attendance_reason", "attended_at", "attended_in"])
    entry.delegate, entry.marked_at = delegate, at
    entry.marked_by = actor if isinstance(actor, User) else None
    entry.marked_by_name = str(actor)
    entry.save()
    changes = {"attendance": [before[0], entry.attendance]}
    if before[1] != entry.reason:
        changes["attendance_reason"] = [before[1], entry.reason]
    if entry.late_reason:
        changes["late_reason"] = ["", entry.late_reason]
    record(actor=actor, action="delegate.mark_attendance", target=delegate, changes=changes)

"""What has to agree with what, whatever happened on the day; each check answers what is wrong, in words."""

from collections import Counter
from collections.abc import Iterator

from conferences.models import Conference
from correspondence.models import Message
from delegates import day_report
from delegates.attendance_figures import figures_of
from delegates.board.figures import board_of
from delegates.models import AttendanceMark, Delegate, Speech
from delegates.places import people_by_room
from directory.models import AuditEntry
from venues.models import CUTTING_OFF, Booking, Incident, JoinLink


def inconsistencies(conference: Conference, at, *, secrets: list[str] = ()) -> list[str]:
    """Everything that does not agree; empty when all does.

    Arguments:
        secrets: addresses that must stand nowhere but in the link in force.
    """
    return [
        *_rooms(conference, at),
        *_incidents(conference, at),
        *_attendance(conference),
        *_speakers(conference),
        *_links(conference, secrets),
    ]


def _rooms(conference: Conference, at) -> Iterator[str]:
    shown = Counter(room.booking.pk for room in board_of(conference, at).rooms)
    live = set(conference.bookings.live().values_list("pk", flat=True))
    if set(shown) != live or any(number != 1 for number in shown.values()):
        yield f"Bảng có {shown.total()} điểm cầu, hội nghị có {len(live)}."


def _incidents(conference: Conference, at) -> Iterator[str]:
    open_ones = Incident.objects.open().filter(booking__conference=conference, kind__in=CUTTING_OFF)
    cut_off = set(open_ones.values_list("booking", flat=True))
    for booking in conference.bookings.live().select_related("unit"):
        if (booking.state == Booking.State.LOST) != (booking.pk in cut_off):
            yield f"{booking.label}: trạng thái “{booking.get_state_display()}” không khớp sự cố đang mở."
    reported = Incident.objects.filter(booking__conference=conference).count()
    if (listed := len(day_report.lines_of(conference, at))) != reported:
        yield f"Báo cáo có {listed} sự cố, đã báo {reported}."


def _attendance(conference: Conference) -> Iterator[str]:
    figures = figures_of(conference)
    expected = Delegate.objects.attending().filter(seat__nomination__conference=conference).count()
    by_room = sum(counted.expected for counted in figures.rooms.values())
    on_sheets = sum(len(people) for people in people_by_room(conference).values())
    if not expected == figures.total.expected == by_room == on_sheets:
        yield (
            f"Đại biểu: {expected}; cộng theo nhóm {figures.total.expected}, theo điểm cầu {by_room}, "
            f"trên phiếu {on_sheets}."
        )
    marks = AttendanceMark.objects.filter(delegate__seat__nomination__conference=conference)
    last = {mark.delegate_id: mark for mark in marks.order_by("pk")}
    for delegate in Delegate.objects.filter(seat__nomination__conference=conference):
        mark = last.get(delegate.pk)
        if (mark.attendance if mark else Delegate.Attendance.UNMARKED) != delegate.attendance:
            yield f"{delegate}: “{delegate.get_attendance_display()}” không khớp lần điểm danh cuối."


def _speakers(conference: Conference) -> Iterator[str]:
    if conference.speeches.filter(state=Speech.State.SPEAKING).count() > 1:
        yield "Hai người cùng phát biểu."
    places = [speech.position for speech in conference.speeches.in_line()]
    if places != list(range(1, len(places) + 1)):
        yield f"Thứ tự phát biểu có chỗ trống hoặc trùng: {places}."


def _links(conference: Conference, secrets: list[str]) -> Iterator[str]:
    rooms = [link.booking_id for link in JoinLink.objects.live().filter(conference=conference)]
    if len(rooms) != len(set(rooms)):
        yield "Hai đường dẫn cùng có hiệu lực."
    for secret in secrets:
        letters = Message.objects.filter(text__contains=secret) | Message.objects.filter(
            html__contains=secret
        )
        if letters.exists():
            yield "Đường dẫn vào họp có trong thư."
        if AuditEntry.objects.filter(changes__icontains=secret).exists():
            yield "Đường dẫn vào họp có trong nhật ký."

"""The day, step by step, as people would live it. Runs inside a transaction that its caller throws away."""

import datetime as dt
import uuid
from collections.abc import Callable
from itertools import cycle

from django.db import transaction

from conferences.models import Conference
from correspondence.models import Message
from delegates import attendance_sheets, checking, day_report, joining, services
from delegates.attendance_figures import figures_of
from delegates.board.figures import board_of
from delegates.models import AttendanceMark, Delegate, Nomination
from delegates.places import people_by_room
from delegates.publishing import publish
from delegates.rehearsal.checks import inconsistencies
from delegates.rehearsal.filling import rows_for
from delegates.rehearsal.preparing import Preparing
from delegates.services import attendance, confirming, speaking
from delegates.services.attendance import Mark, Scan
from directory.models import User
from hoinghi.text import format_moment, format_time
from venues.models import Booking, Incident
from venues.services import answer, prepare_rooms, report, resolve, set_connected

OFFICER = "cán bộ kỹ thuật (tổng duyệt)"
FIRST, SECOND = "https://tong-duyet.invalid/1", "https://tong-duyet.invalid/2"
KINDS = tuple(Incident.Kind)
# What came of a scan, as the rehearsal tells it.
SCANNED = {"present": "có mặt", "already": "đã có mặt", "wrong_room": "của điểm cầu khác"}
Attendance = Delegate.Attendance
State = Conference.State


class CannotRehearse(Exception):
    """The conference has no day to rehearse; the text says why."""


def rehearse(conference: Conference, actor: User, say: Callable[[str], object]) -> list[str]:
    """Walk through the whole day and undo all of it; answers what did not agree at the end.

    Arguments:
        say: told what each role would see, line by line.
    Raises:
        CannotRehearse: the conference is called off, or over and done with.
    """
    with transaction.atomic():
        rehearsal = Rehearsal(conference, actor, say)
        try:
            return rehearsal.run()
        finally:
            transaction.set_rollback(True)
            rehearsal.clean_up()


class Rehearsal:
    def __init__(self, conference: Conference, actor: User, say: Callable[[str], object]):
        self.conference, self.actor, self._say = conference, actor, say
        self.start = conference.start_at
        self.rooms: list[Booking] = []
        self.preparing: Preparing | None = None

    def run(self) -> list[str]:
        """Every step in its order; answers what did not agree."""
        self.announce()
        self.fill_lists()
        self.prepare()
        self.day_before()
        self.connect()
        self.open_doors()
        self.trouble()
        self.leaked_link()
        self.speakers()
        self.late_change()
        return self.end()

    # ── before the day ──────────────────────────────────────────────────────────────────────────────

    def announce(self) -> None:
        """A conference that is not announced yet is, for the time of the rehearsal."""
        if self.conference.is_called_off or self.conference.state == State.CONCLUDED:
            raise CannotRehearse(
                f"Hội nghị đang ở trạng thái “{self.conference.get_state_display()}”, không có ngày họp để tổng duyệt."
            )
        if self.conference.state != State.ANNOUNCED:
            publish(conference=self.conference, actor=self.actor, at=self.before(days=14))
            self.conference.refresh_from_db()
        prepare_rooms(conference=self.conference, actor=self.actor, at=self.before(days=14))
        self.rooms = list(self.conference.bookings.for_board())
        for room in self.rooms:
            room.conference = self.conference
        self.at(self.before(days=2), "Đơn vị tổ chức", f"có {len(self.rooms)} điểm cầu")

    def fill_lists(self) -> None:
        """Provinces without delegates send the shortest list that is allowed, in time."""
        at = (self.conference.nomination_deadline or self.start) - dt.timedelta(hours=1)
        filled = 0
        empty = self.conference.nominations.exclude(seats__is_live=True).select_related(
            "unit", "organisation"
        )
        for nomination in empty:
            rows = rows_for(nomination)
            if rows and nomination.state != Nomination.State.DECLINED:
                sent = services.submit(
                    nomination=nomination, rows=rows, version=nomination.version, actor=self.actor, at=at
                )
                confirming.carry_out(sent, at=at)
                filled += 1
        if filled:
            self.at(at, "Đầu mối", f"{filled} nơi chưa gửi danh sách được điền tạm để tổng duyệt")

    def prepare(self) -> None:
        """Officers, checklists, two rounds of line tests, rooms that are declared ready."""
        self.preparing = steps = Preparing(self.conference, self.rooms, self.actor)
        if found := steps.find_rooms(self.before(days=6)):
            self.at(self.before(days=6), "Đầu mối", f"{found} nơi chưa có phòng hoặc địa chỉ chọn phòng tạm")
        named, at = steps.name_officers(self.before(days=6)), self.before(days=5)
        self.at(at, "Đơn vị tổ chức", f"cử {named} cán bộ kỹ thuật")
        ticked, photos = steps.tick(at)
        self.at(at, "Cán bộ kỹ thuật", f"xong {ticked} mục kiểm tra, {photos} mục kèm ảnh")
        for number, (rooms, passed) in enumerate(steps.try_lines(self.before(days=4)), start=1):
            at = self.before(days=5 - number)
            self.at(at, "Đơn vị tổ chức", f"thử đường truyền lần {number}: {passed}/{rooms} điểm cầu đạt")
        ready, why = steps.declare_ready(self.before(days=2))
        self.at(self.before(days=2), "Cán bộ kỹ thuật", f"{ready}/{len(self.rooms)} điểm cầu báo sẵn sàng")
        if why:
            self.line(why)

    def clean_up(self) -> None:
        """What lies outside the database."""
        if self.preparing:
            self.preparing.clean_up()

    def day_before(self) -> None:
        at = self.before(days=1)
        board = board_of(self.conference, at)
        self.at(
            at, "Đơn vị tổ chức", f"bảng T-1: {len(board.urgent)}/{len(self.rooms)} điểm cầu chưa sẵn sàng"
        )
        for room in board.urgent[:3]:
            self.line(f"{room.name}: {room.words.lower()}{self.why(room)}")
        joining.enter(
            conference=self.conference,
            booking=None,
            address=FIRST,
            passcode="",
            reason="tổng duyệt",
            actor=self.actor,
            at=at,
        )
        shown = sum(joining.shown_link(room, at) is not None for room in self.rooms)
        self.at(at, "Cán bộ kỹ thuật", f"thấy đường dẫn họp tại {shown} điểm cầu (chưa đến giờ mở)")

    @staticmethod
    def why(room) -> str:
        return f" ({', '.join(room.missing)})" if room.missing else ""

    # ── the day ─────────────────────────────────────────────────────────────────────────────────────

    def connect(self) -> None:
        """Rooms connect one after the other; the last one is late."""
        opens = self.conference.joins_at
        shown = sum(joining.shown_link(room, opens) is not None for room in self.rooms)
        self.at(opens, "Cán bộ kỹ thuật", f"thấy đường dẫn họp tại {shown}/{len(self.rooms)} điểm cầu")
        people = list(
            Delegate.objects.filter(seat__nomination__conference=self.conference).select_related("seat")
        )
        may = sum(joining.may_join(each) for each in people)
        self.at(opens, "Đại biểu", f"{may}/{len(people)} người vào họp được từ trang riêng")
        for number, room in enumerate(self.rooms[:-1]):
            set_connected(booking=room, actor=OFFICER, at=opens + dt.timedelta(seconds=20 * number))
        at = max(opens + dt.timedelta(seconds=20 * len(self.rooms)), self.before(minutes=10))
        board = board_of(self.conference, at)
        self.at(at, "Đơn vị tổ chức", f"{board.counts['connected']}/{len(self.rooms)} điểm cầu đã kết nối")
        waiting = [room.name for room in [*board.urgent, *board.unconnected]]
        self.line(f"chưa kết nối: {', '.join(waiting)}")
        set_connected(booking=self.rooms[-1], actor=OFFICER, at=self.start)

    def open_doors(self) -> None:
        """Every other room scans badges, some twice and some at the wrong door; the others mark by hand."""
        at, outcomes = self.before(minutes=5), {}
        everybody = people_by_room(self.conference)
        for number, room in enumerate(self.rooms):
            people = everybody.get(room.pk, [])
            if number % 2:
                scans = [
                    Scan(uuid.uuid4(), checking.address_of(each), at - dt.timedelta(minutes=number % 9))
                    for each in people
                ]
                for outcome in self.scan(room, [*scans, *scans[:2]], at):
                    outcomes[outcome.status] = outcomes.get(outcome.status, 0) + 1
                other = everybody.get(self.rooms[number - 1].pk, [])
                for outcome in self.scan(room, [self.one(other[0], at)] if other else [], at):
                    outcomes[outcome.status] = outcomes.get(outcome.status, 0) + 1
            else:
                self.mark_by_hand(room, people, at)
        said = ", ".join(f"{number} {SCANNED.get(each, each)}" for each, number in sorted(outcomes.items()))
        self.at(at, "Cán bộ tại cửa", f"quét mã: {said or 'không có ai'}")
        total = figures_of(self.conference).total
        self.at(
            self.start,
            "Đơn vị tổ chức",
            f"{total.present}/{total.expected} đại biểu có mặt, {total.absent} vắng",
        )

    def scan(self, room: Booking, scans: list[Scan], at) -> list[attendance.Outcome]:
        return attendance.check_in(scans=scans, booking=room, actor=OFFICER, at=at, may_override=False)

    @staticmethod
    def one(delegate: Delegate, at) -> Scan:
        return Scan(uuid.uuid4(), checking.code_of(delegate), at, typed=True)

    def mark_by_hand(self, room: Booking, people: list[Delegate], at) -> None:
        shared = {"conference": self.conference, "booking": room, "actor": OFFICER, "at": at}
        if people:
            absent = [Mark(people[-1].pk, Attendance.ABSENT, "Đi công tác đột xuất")]
            attendance.mark(marks=absent, **shared)
        still = list(Delegate.objects.filter(pk__in=[each.pk for each in people]))
        attendance.mark_declined_absent(people=still, **shared)
        still = list(Delegate.objects.filter(pk__in=[each.pk for each in people]))
        attendance.mark_rest_present(people=still, **shared)

    def trouble(self) -> None:
        """Every seventh room has an incident of the next kind; staff answer, the officers resolve all but one."""
        reported = []
        for room, kind, number in zip(self.rooms[::7], cycle(KINDS), range(len(self.rooms)), strict=False):
            at = self.after(minutes=10 + number)
            reported.append(report(booking=room, kind=kind, actor=OFFICER, at=at))
        board = board_of(self.conference, self.after(minutes=30))
        self.at(self.after(minutes=30), "Đơn vị tổ chức", f"{board.incidents} sự cố đang mở")
        for room in board.urgent[:3]:
            self.line(
                f"{room.name}: {room.words.lower()} từ {format_time(room.since)}" if room.since else room.name
            )
        for incident in reported:
            answer(
                incident=incident,
                text="Chuyển sang phương án dự phòng",
                actor=self.actor,
                at=self.after(minutes=31),
            )
        for incident in reported[:-1]:
            resolve(incident=incident, actor=OFFICER, at=self.after(minutes=36))
        if reported:
            last = reported[-1]
            if last.cuts_off:
                set_connected(booking=last.booking, actor=OFFICER, at=self.after(minutes=40))
            resolve(incident=last, actor=OFFICER, at=self.after(minutes=40))

    def leaked_link(self) -> None:
        at = self.after(minutes=45)
        told = joining.enter(
            conference=self.conference,
            booking=None,
            address=SECOND,
            passcode="",
            reason="tổng duyệt: đường dẫn bị lộ",
            actor=self.actor,
            at=at,
        )
        links = {joining.shown_link(room, at).address for room in self.rooms}
        self.at(
            at, "Đơn vị tổ chức", f"thay đường dẫn bị lộ, {told} thư báo, {len(links)} đường dẫn có hiệu lực"
        )

    def speakers(self) -> None:
        """Seven provinces ask; all but one are allowed, moved about, and speak in turn."""
        asked, step = [], max(1, self.conference.nominations.count() // 7)
        for nomination in self.conference.nominations.order_by("unit__sort_key", "pk")[::step]:
            speaker = Delegate.objects.attending().filter(seat__nomination=nomination).first()
            if speaker:
                asked.append(
                    speaking.ask_to_speak(
                        nomination=nomination,
                        delegate=speaker,
                        topic="Tham luận (tổng duyệt)",
                        minutes=10,
                        actor=self.actor,
                        at=self.after(minutes=5),
                    )
                )
        line = [speaking.allow_speech(speech=speech, actor=self.actor) for speech in asked[:-1] or asked]
        if line:
            speaking.move_speech(speech=line[-1], places=-len(line), actor=self.actor)
        turn = list(self.conference.speeches.in_line())
        for number, speech in enumerate(turn[:-1] or turn):
            at = self.after(minutes=50 + 10 * number)
            speaking.start_speech(speech=speech, actor=self.actor, at=at)
            if number == 0:
                board = board_of(self.conference, at)
                self.at(
                    at,
                    "Mọi điểm cầu",
                    f"đang phát biểu: {board.speaking.sender}; còn {board.waiting_speakers} người",
                )
        for speech in self.conference.speeches.filter(state="speaking"):
            speaking.finish_speech(speech=speech, actor=self.actor, at=self.conference.end_at)
        for speech in self.conference.speeches.in_line():
            speaking.skip_speech(speech=speech, reason="Hết thời gian", actor=self.actor)
        done = self.conference.speeches.filter(state="done").count()
        self.at(self.conference.end_at, "Đầu mối", f"{len(asked)} đăng ký phát biểu, {done} đã phát biểu")

    def late_change(self) -> None:
        at = self.conference.end_at + dt.timedelta(minutes=20)
        absent = (
            Delegate.objects.attending()
            .filter(seat__nomination__conference=self.conference, attendance=Attendance.ABSENT)
            .first()
        )
        if absent is None:
            return
        shared = {
            "conference": self.conference,
            "marks": [Mark(absent.pk, Attendance.ONLINE)],
            "booking": None,
            "actor": self.actor,
            "at": at,
        }
        try:
            attendance.mark(**shared)
        except attendance.AttendanceRefused as refusal:
            self.at(at, "Đơn vị tổ chức", f"sửa sau giờ họp không ghi lý do: {refusal}")
        attendance.mark(**shared, late_reason="Tổng duyệt: đến muộn, dự trực tuyến")

    # ── after it ────────────────────────────────────────────────────────────────────────────────────

    def end(self) -> list[str]:
        at = self.conference.end_at + dt.timedelta(hours=1)
        sheets = attendance_sheets.sheet_of(
            conference=self.conference, bookings=self.rooms, with_rest=True, actor=self.actor, at=at
        )
        printed = day_report.print_report(self.conference, at)
        book = day_report.sheet_of(self.conference, at)
        total = figures_of(self.conference).total
        marks = AttendanceMark.objects.filter(delegate__seat__nomination__conference=self.conference).count()
        letters = Message.objects.filter(kind=joining.KIND).count()
        sizes = (len(each) // 1000 for each in (sheets, printed, book))
        said = zip(("phiếu điểm danh", "báo cáo sự cố", "bảng sự cố"), sizes, strict=True)
        self.at(at, "Đơn vị tổ chức", ", ".join(f"{name} {size} kB" for name, size in said))
        self.line(
            f"có mặt {total.present}, vắng {total.absent}, chưa điểm danh {total.unmarked}; điểm danh {marks} lần"
        )
        self.line(f"{len(day_report.lines_of(self.conference, at))} sự cố, {letters} thư báo đổi đường dẫn")
        return inconsistencies(self.conference, at, secrets=[FIRST, SECOND])

    def before(self, **units) -> dt.datetime:
        return self.start - dt.timedelta(**units)

    def after(self, **units) -> dt.datetime:
        return self.start + dt.timedelta(**units)

    def at(self, moment: dt.datetime, who: str, what: str) -> None:
        self._say(f"{format_moment(moment)} · {who}: {what}")

    def line(self, what: str) -> None:
        self._say(f"    {what}")

"""The day of a conference of the past: who was there, what went wrong, who spoke."""

import datetime as dt
from itertools import cycle

from conferences.models import Conference
from delegates.models import Delegate, Nomination
from delegates.places import people_by_room
from delegates.services import attendance, speaking
from delegates.services.attendance import Mark
from directory.models import User
from venues.models import Booking, Incident
from venues.services import answer, report, resolve, set_connected

Attendance, Kind = Delegate.Attendance, Incident.Kind
OFFICER = "cán bộ kỹ thuật (dữ liệu mẫu)"
# Number of the room among the provinces → what, note, minutes after the start, minutes until it was over, answer.
INCIDENTS = {
    3: (Kind.NO_SOUND, "Micro chủ tọa không lên tiếng", -12, 9, "Đổi sang micro dự phòng"),
    11: (Kind.LINE_LOST, "", 18, 6, "Chuyển sang đường truyền dự phòng"),
    26: (Kind.NO_PICTURE, "Camera mất hình, vẫn nghe rõ", 41, 13, "Khởi động lại codec"),
    40: (Kind.POWER, "Mất điện khu vực", 75, 11, "Chạy máy phát"),
}
TOPICS = (
    "Kinh nghiệm thu hút đầu tư hạ tầng cụm công nghiệp",
    "Vướng mắc trong xử lý môi trường tại cụm công nghiệp",
    "Đề xuất phân cấp thành lập, mở rộng cụm công nghiệp",
    "Giải phóng mặt bằng và quỹ đất cho cụm công nghiệp",
    "Hỗ trợ doanh nghiệp nhỏ di dời vào cụm công nghiệp",
)


def hold_the_day(conference: Conference, staff: User) -> None:
    """Everything that people told the portal on the day, at the hours of that day."""
    rooms = list(conference.bookings.for_board())
    start = conference.start_at
    for number, room in enumerate(rooms):
        set_connected(booking=room, actor=OFFICER, at=start - dt.timedelta(minutes=40 - number % 25))
    local = [room for room in rooms if room.role == Booking.Role.LOCAL]
    for number, incident in INCIDENTS.items():
        if number < len(local):
            _go_wrong(local[number], start, staff, *incident)
    _mark(conference, start, staff)
    _speak(conference, start, staff)


def _go_wrong(room, start, staff, kind, note, began, lasted, said) -> None:
    at = start + dt.timedelta(minutes=began)
    incident = report(booking=room, kind=kind, note=note, actor=OFFICER, at=at)
    answer(incident=incident, text=said, actor=staff, at=at + dt.timedelta(minutes=2))
    resolve(incident=incident, actor=OFFICER, at=at + dt.timedelta(minutes=lasted))


def _mark(conference: Conference, start: dt.datetime, staff: User) -> None:
    """Whoever had said to stay away is absent, one in eleven online, one in seventeen away without a word."""
    for people in people_by_room(conference).values():
        marks = []
        for each in people:
            if each.answer == Delegate.Answer.DECLINED:
                marks.append(Mark(each.pk, Attendance.ABSENT, each.answer_reason))
            elif each.pk % 17 == 0:
                marks.append(Mark(each.pk, Attendance.ABSENT, "Không đến, không báo trước"))
            else:
                online = each.pk % 11 == 0
                marks.append(Mark(each.pk, Attendance.ONLINE if online else Attendance.IN_PERSON))
        at = start - dt.timedelta(minutes=5)
        attendance.mark(conference=conference, marks=marks, booking=None, actor=OFFICER, at=at)


def _speak(conference: Conference, start: dt.datetime, staff: User) -> None:
    """Seven provinces ask; five speak, one is skipped for want of time, one is still unanswered at the end."""
    lists = conference.nominations.filter(state=Nomination.State.ACCEPTED).order_by("unit__sort_key")
    asked = []
    for number, (nomination, topic) in enumerate(zip(lists[:7], cycle(TOPICS))):  # noqa: B905 (endless)
        speaker = Delegate.objects.attending().filter(seat__nomination=nomination).in_protocol_order().first()
        asked.append(
            speaking.ask_to_speak(
                nomination=nomination,
                delegate=speaker,
                topic=topic,
                minutes=10,
                actor=staff,
                at=start - dt.timedelta(hours=20 - number),
            )
        )
    for speech in asked[:6]:
        speaking.allow_speech(speech=speech, actor=staff)
    for number, speech in enumerate(asked[:5]):
        at = start + dt.timedelta(minutes=60 + 12 * number)
        speaking.start_speech(speech=speech, actor=staff, at=at)
        speaking.finish_speech(speech=speech, actor=staff, at=at + dt.timedelta(minutes=11))
    for speech in asked[5:6]:
        speaking.skip_speech(speech=speech, reason="Hết thời gian, đề nghị gửi bằng văn bản", actor=staff)

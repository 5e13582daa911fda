"""How the rooms of a conference are prepared: officers, ticked points, two rounds of line tests."""

import datetime as dt
import io
from itertools import cycle

from django.core.files.base import ContentFile
from django.utils import timezone

from conferences.models import Conference
from conferences.topics import topic_of
from correspondence.models import Message
from delegates.demo.accounts import ACCOUNTS
from delegates.demo.people import people
from directory.models import Mandate, User
from hoinghi.text import lowerfirst, slugify
from venues import services
from venues.models import Booking, ChecklistTick, LineTestResult
from venues.readiness import readiness_of

# How far the rooms are, one letter each, over and over: R ready, T all done but the test to come,
# F the test failed, A nobody came to it, H half of the points done, N nobody named.
COURSE = "RRFRTHRRARNRHRRT"
NOTES = {"failed": "Âm thanh vọng, cần chỉnh lại micro", "absent": "Không gọi được phòng họp"}
PROVIDERS = ("VNPT", "Viettel", "FPT Telecom")
EQUIPMENT = (
    "Bộ mã hóa hội nghị truyền hình\nCamera quay quét\n2 màn hình 65 inch\n4 micro cổ ngỗng, loa treo tường"
)


def prepare_as_it_goes(conference: Conference, staff: User, at: dt.datetime) -> None:
    """Everything that was done about the rooms by ``at``; a conference of the past has all of them ready.

    Officers have no address in the past and an invented one today; their letters count as sent.
    """
    is_past = conference.end_at < timezone.now()
    bookings = services.prepare_rooms(conference=conference, actor=staff, at=at - dt.timedelta(days=5))
    for booking in bookings:
        booking.conference = conference
    _describe(bookings)
    course = dict(zip((booking.pk for booking in bookings), cycle("R" if is_past else COURSE), strict=False))
    _name(bookings, course, staff, at - dt.timedelta(days=4), with_address=not is_past)
    _tick(bookings, course, at - dt.timedelta(hours=20))
    _test(conference, bookings, course, staff, at - dt.timedelta(days=1))
    found = readiness_of(bookings, at)
    ready = [booking.pk for booking in bookings if not found[booking.pk].missing]
    Booking.objects.filter(pk__in=ready).update(state=Booking.State.READY)
    letters = Message.objects.filter(topic=topic_of(conference), state=Message.State.QUEUED)
    letters.update(state=Message.State.SENT, sent_at=at, handed_over_at=at, answer="250 2.0.0 Ok")


def _describe(bookings: list[Booking]) -> None:
    """What rooms are like; four of five are known."""
    rooms = []
    for number, booking in enumerate(bookings):
        room = booking.room
        if room is None:
            continue
        if not room.address:
            room.address = f"số {number * 7 % 90 + 1} đường Lê Duẩn, {lowerfirst(booking.unit.name)}"
            booking.address = room.address
        if number % 5:
            room.capacity, room.equipment = 20 + number * 7 % 50, EQUIPMENT
            room.line_provider = PROVIDERS[number % 3]
            room.line_down = room.line_up = (100, 200, 300)[number % 3]
        rooms.append(room)
    # Derived columns are not computed by bulk_update: each room is saved.
    for room in rooms:
        room.save()
    Booking.objects.bulk_update(bookings, ["address"])


def _name(
    bookings: list[Booking], course: dict[int, str], staff: User, at: dt.datetime, *, with_address: bool
) -> None:
    own = {
        account.organisation: account
        for account in ACCOUNTS
        if account.mandate == Mandate.Role.TECHNICAL_OFFICER
    }
    provinces = {organisation.split(" tỉnh ")[-1]: account for organisation, account in own.items()}
    crowd = people()
    for booking in bookings:
        someone = next(crowd)
        account = provinces.get(booking.unit.short_name) if booking.unit else None
        if course[booking.pk] == "N" and account is None:
            continue
        place = slugify(booking.unit.short_name) if booking.unit else "trung-tam"
        person = services.Particulars(
            full_name=account.full_name if account else someone["full_name"],
            phone=someone["phone"],
            job_title=account.job_title if account else "Kiểm soát viên",
            email=account.email if account else f"ky-thuat-{place}@gov.example" if with_address else "",
        )
        services.name_officer(booking=booking, person=person, actor=staff, at=at)


def _tick(bookings: list[Booking], course: dict[int, str], at: dt.datetime) -> None:
    found = readiness_of(bookings, at)
    ticks = []
    for number, booking in enumerate(bookings):
        points, officers = found[booking.pk].points, found[booking.pk].officers
        if booking.room is None or not officers:
            continue
        done = points[: len(points) // 2] if course[booking.pk] in "HN" else points
        ticks += [
            ChecklistTick(
                booking=booking,
                room=booking.room,
                item=point.item,
                done_at=at + dt.timedelta(minutes=number * 13 % 600 + place),
                done_by=officers[0].full_name,
                officer=officers[0].officer,
                user=officers[0].user,
            )
            for place, point in enumerate(done)
        ]
    for tick in ticks:
        if tick.item.needs_photo:
            tick.photo.save("anh.jpg", ContentFile(_photo()), save=False)
    ChecklistTick.objects.bulk_create(ticks)


def _photo() -> bytes:
    """A room as a child would draw it: a wall, a screen, a table."""
    from PIL import Image, ImageDraw

    picture, out = Image.new("RGB", (640, 480), "#dfe6ee"), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((180, 80, 460, 240), fill="#16324f", outline="#8895a5", width=8)
    draw.polygon(((120, 330), (520, 330), (600, 430), (40, 430)), fill="#8a5a33")
    picture.save(out, "JPEG")
    return out.getvalue()


def _test(
    conference: Conference, bookings: list[Booking], course: dict[int, str], staff: User, at: dt.datetime
) -> None:
    """A first round that has been held, and a second one for those that did not pass."""
    start = timezone.localtime(at).replace(hour=8, minute=0, second=0, microsecond=0)
    first = services.plan_round(
        conference=conference,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=3),
        bookings=[booking for booking in bookings if course[booking.pk] not in "TN"],
        note="Gọi vào phòng họp trực tuyến của Bộ trước giờ thử 10 phút.",
        actor=staff,
        at=start - dt.timedelta(days=2),
    )
    services.invite(round=first, actor=staff, at=start - dt.timedelta(days=2))
    rooms = {booking.pk: booking.room for booking in bookings}
    results = list(first.results.all())
    for number, result in enumerate(results):
        outcome = {"F": "failed", "A": "absent"}.get(course[result.booking_id], "passed")
        result.outcome, result.room = outcome, rooms[result.booking_id]
        if outcome != "absent":
            result.picture, result.sound, result.line = True, outcome == "passed", True
            result.speed_down, result.speed_up = 80 + number * 3 % 40, 70 + number * 7 % 40
        result.note = NOTES.get(outcome, "")
        result.recorded_at = start + dt.timedelta(minutes=2 * number + 5)
        result.recorded_by = staff.full_name
    LineTestResult.objects.bulk_update(
        results,
        [
            "outcome",
            "room",
            "picture",
            "sound",
            "line",
            "speed_down",
            "speed_up",
            "note",
            "recorded_at",
            "recorded_by",
        ],
    )
    if left := services.rooms_to_test(conference):
        again = timezone.localtime(conference.start_at).replace(hour=14, minute=0) - dt.timedelta(days=2)
        again -= dt.timedelta(days=max(0, again.isoweekday() - 5))
        second = services.plan_round(
            conference=conference,
            starts_at=again,
            ends_at=again + dt.timedelta(hours=2),
            bookings=left,
            note=first.note,
            actor=staff,
            at=at,
        )
        services.invite(round=second, actor=staff, at=at)

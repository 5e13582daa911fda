"""The days before: officers are named, points ticked with photos, lines tried twice, rooms declared ready."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from conferences.models import Conference
from directory.models import User
from venues import services
from venues.errors import StepRefused
from venues.models import Booking, ChecklistTick, LineTestResult, Officer
from venues.readiness import readiness
from venues.services import Found, Particulars, PlaceTyped, Seen

# Every so many rooms something goes wrong in the first round, and is mended for the second.
FAILS_EVERY = 9
PASSED = Found(outcome=LineTestResult.Outcome.PASSED, picture=True, sound=True, line=True)
FAILED = Found(outcome=LineTestResult.Outcome.FAILED, picture=True, sound=False, line=True, note="Tiếng vọng")


class Preparing:
    """What officers and staff do with the rooms; ``photos`` are in the storage, which no rollback empties."""

    def __init__(self, conference: Conference, rooms: list[Booking], staff: User):
        self.conference, self.staff = conference, staff
        self.rooms = rooms
        self.officers: dict[int, Officer] = {}
        self.photos: list[ChecklistTick] = []

    def find_rooms(self, at: dt.datetime) -> int:
        """Places without a room, or whose room has no address, name one; answers how many."""
        lacking = [room for room in self.rooms if not (room.room and room.address)]
        for room in lacking:
            place = PlaceTyped(name="Phòng họp (tổng duyệt)", host_name=room.label, address="Tổng duyệt")
            services.choose_room(booking=room, room=place, actor=self.staff, at=at)
            room.refresh_from_db()
        return len(lacking)

    def name_officers(self, at: dt.datetime) -> int:
        """One for each room; answers how many."""
        for number, room in enumerate(self.rooms, start=1):
            person = Particulars(full_name=f"Cán bộ Tổng Duyệt {number}", phone=f"09000{number:05}")
            self.officers[room.pk] = services.name_officer(
                booking=room, person=person, actor=self.staff, at=at
            )
        return len(self.officers)

    def tick(self, at: dt.datetime) -> tuple[int, int]:
        """Every point in every room, but one in the last room; answers how many, and how many with a photo."""
        done = 0
        for room in self.rooms:
            points = readiness(room, at).open_points
            for point in points[:-1] if room is self.rooms[-1] else points:
                tick = services.tick(
                    booking=room,
                    item=point.item,
                    photo=_photo() if point.item.needs_photo else None,
                    actor=self.officers[room.pk],
                    at=at,
                )
                self.photos += [tick] if tick.photo else []
                done += 1
        return done, len(self.photos)

    def try_lines(self, at: dt.datetime) -> list[tuple[int, int]]:
        """Two rounds; answers (rooms, passed) of each."""
        return [self._round(at + dt.timedelta(days=number), fails=number == 0) for number in range(2)]

    def _round(self, starts_at: dt.datetime, *, fails: bool) -> tuple[int, int]:
        left = services.rooms_to_test(self.conference)
        rooms = [room for room in left if room.pk in self.officers]
        if not rooms:
            return 0, 0
        shared = {"actor": self.staff, "at": starts_at - dt.timedelta(hours=12)}
        round = services.plan_round(
            conference=self.conference,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=2),
            bookings=rooms,
            **shared,
        )
        services.invite(round=round, **shared)
        results = list(round.results.select_related("booking").order_by("pk"))
        for number, result in enumerate(results):
            officer, at = self.officers[result.booking_id], starts_at + dt.timedelta(minutes=number)
            services.say_own(result=result, seen=Seen(speed_down=50, speed_up=20), actor=officer, at=at)
            found = FAILED if fails and number % FAILS_EVERY == 0 else PASSED
            services.record_result(result=result, found=found, actor=self.staff, at=at)
        return len(results), round.results.filter(outcome=LineTestResult.Outcome.PASSED).count()

    def declare_ready(self, at: dt.datetime) -> tuple[int, str]:
        """Whoever may say that the room is ready says so; answers how many, and why the first of the others may not."""
        ready, why = 0, ""
        for room in self.rooms:
            try:
                services.declare_ready(booking=room, actor=self.officers[room.pk], at=at)
            except StepRefused as refusal:
                why = why or f"{room.label}: {refusal}"
            else:
                ready += 1
        return ready, why

    def clean_up(self) -> None:
        """Take the photos out of the storage again."""
        for tick in self.photos:
            tick.photo.delete(save=False)


def _photo() -> SimpleUploadedFile:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (320, 240), "steelblue").save(out, "JPEG")
    return SimpleUploadedFile("tong-duyet.jpg", out.getvalue(), content_type="image/jpeg")

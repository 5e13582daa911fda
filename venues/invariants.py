"""What must be true of rooms."""

from django.db.models import Exists, F, OuterRef

from directory.soundness import invariant
from venues.models import Booking


@invariant("Không hai hội nghị nào giữ một phòng cùng lúc")
def no_room_is_held_twice():
    live = Booking.objects.live().filter(room__isnull=False)
    others = live.filter(room=OuterRef("room"), during__overlap=OuterRef("during"), pk__lt=OuterRef("pk"))
    for booking in live.filter(Exists(others)).only("pk", "room_id"):
        yield f"điểm cầu số {booking.pk}, phòng số {booking.room_id}"


@invariant("Điểm cầu trực thuộc cùng hội nghị với điểm cầu trên nó")
def rooms_below_are_of_the_same_conference():
    strayed = Booking.objects.filter(parent__isnull=False).exclude(conference=F("parent__conference"))
    for booking in strayed.only("pk"):
        yield f"điểm cầu số {booking.pk}"

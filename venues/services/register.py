"""Rooms that last: described by whoever looks after them, moved to another address, hidden once they are gone."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from conferences.calendar import follow_with_sequence
from directory.audit import record
from directory.models import User
from hoinghi.files import dropped_on_failure
from hoinghi.images import photo as read_photo
from hoinghi.text import format_date
from venues.errors import StepRefused
from venues.models import Booking, FormerAddress, Room
from venues.people import Actor, signature

# What whoever prepares a room may say about it; name, host and address belong to the list that staff keep.
DESCRIBED = ("building", "capacity", "equipment", "line_provider", "line_down", "line_up")


def describe_room(*, room: Room, values: dict, photo=None, actor: Actor) -> Room:
    """Keep what a room is like.

    Arguments:
        values: some of ``DESCRIBED``.
        photo: an uploaded picture that takes the place of the present one; None: it stays.
    Raises:
        ValidationError: the photo is no picture that can be read, or could not be stored.
    """
    picture = read_photo(photo) if photo else None
    made = ""
    try:
        with dropped_on_failure(), transaction.atomic():
            room = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
            changes = {
                name: [getattr(room, name), values[name]]
                for name in DESCRIBED
                if name in values and getattr(room, name) != values[name]
            }
            for name, (_, after) in changes.items():
                setattr(room, name, after)
            storage, old = room.photo.storage, room.photo.name
            if picture:
                room.photo.save(picture.name, picture, save=False)
                made = room.photo.name
                changes["photo"] = [bool(old), True]
                if old:
                    transaction.on_commit(lambda: storage.delete(old))
            if changes:
                room.save()
                record(actor=signature(actor), action="room.describe", target=room, changes=changes)
    except BaseException:
        if made:
            storage.delete(made)
        raise
    return room


@transaction.atomic
def move_room(*, room: Room, address: str, since: dt.date, actor: User, at: dt.datetime) -> list[Booking]:
    """The room is at another address from a day on; conferences before that day keep the old one.

    Bookings from that day on that print the old address print the new one; staff tell the people concerned as
    of every change of a published conference.

    Returns:
        The bookings that print another address now.
    Raises:
        StepRefused: a later move is on record.
    """
    room = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    if message := moving_obstacle(room, since):
        raise StepRefused(message, "since")
    old = room.address
    if old:
        FormerAddress.objects.create(room=room, address=old, until=since - dt.timedelta(days=1))
    room.address = address
    room.save()
    start_of_day = timezone.make_aware(dt.datetime.combine(since, dt.time()))
    moved = list(
        room.bookings.live()
        .filter(address=old, during__startswith__gte=start_of_day)
        .select_related("conference")
    )
    Booking.objects.filter(pk__in=[booking.pk for booking in moved]).update(address=address)
    record(
        actor=actor,
        action="room.move",
        target=room,
        changes={"address": [old, address], "since": ["", since.isoformat()]},
    )
    for conference in {booking.conference for booking in moved}:
        follow_with_sequence(conference=conference, actor=actor, at=at)
    return moved


def moving_obstacle(room: Room, since: dt.date) -> str:
    """Why the room can't move on a day; "" when it can: after every move that is on record."""
    later = room.former_addresses.filter(until__gte=since - dt.timedelta(days=1)).first()
    if later is None:
        return ""
    return f"Phòng đã chuyển địa chỉ từ ngày {format_date(later.until + dt.timedelta(days=1))}. Nhập ngày sau đó."


@transaction.atomic
def hide_room(*, room: Room, hidden: bool, actor: User) -> Room:
    """Take a room off the lists to choose from, or put it back; nothing that was booked changes."""
    changed = Room.objects.filter(pk=room.pk, is_hidden=not hidden).update(is_hidden=hidden)
    if changed:
        record(actor=actor, action="room.hide", target=room, changes={"is_hidden": [not hidden, hidden]})
    room.is_hidden = hidden
    return room

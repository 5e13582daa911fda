"""The checklist of a conference, and its points as they are ticked in the rooms."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast

from conferences.models import Conference
from directory.audit import record
from directory.models import User
from hoinghi.files import dropped_on_failure
from hoinghi.images import photo as read_photo
from hoinghi.text import parse_time
from venues import watching
from venues.errors import StepRefused
from venues.models import Booking, ChecklistItem, ChecklistTick, Officer
from venues.people import Actor
from venues.policies import preparing_obstacle
from venues.services.locking import fall_back, lock, write_down

DATA = Path(__file__).parent.parent / "data" / "checklist.yaml"
COPIED = ("position", "section", "text", "scope", "is_required", "needs_photo", "days_before", "at_time")


# ── the checklist ───────────────────────────────────────────────────────────────────────────────────


def prefill_checklist(*, conference: Conference) -> bool:
    """Give a conference without a checklist that of the one it was filled from, else of the last of its kind.

    Where there is neither, it starts with the standard one.

    Returns:
        False: it has one.
    """
    if conference.checklist.exists():
        return False
    known = ChecklistItem.objects.in_force()
    of_kind = known.filter(conference__kind=conference.kind_id)
    last = of_kind.order_by("-conference__start_at", "-conference").values("conference")[:1]
    items = (
        list(known.filter(conference=conference.copied_from_id))
        or list(of_kind.filter(conference=last))
        or standard_checklist()
    )
    copies = [
        ChecklistItem(conference=conference, **{name: getattr(item, name) for name in COPIED})
        for item in items
    ]
    # Somebody else may be doing the same in this moment.
    ChecklistItem.objects.bulk_create(copies, ignore_conflicts=True)
    return True


@cache
def standard_checklist() -> list[ChecklistItem]:
    """The points of data/checklist.yaml, not saved."""
    sections = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    rows = [(section["section"], row) for section in sections for row in section["items"]]
    return [
        ChecklistItem(
            position=position,
            section=section,
            text=row["text"],
            scope=row.get("scope", ChecklistItem.Scope.ALL),
            is_required=row.get("required", True),
            needs_photo=row.get("photo", False),
            days_before=row.get("before", 1),
            at_time=parse_time(row.get("at", "17h00")),
        )
        for position, (section, row) in enumerate(rows, start=1)
    ]


@transaction.atomic
def change_checklist(
    *,
    conference: Conference,
    items: Iterable[ChecklistItem],
    removed: Iterable[ChecklistItem] = (),
    actor: User,
    at: dt.datetime,
) -> int:
    """Save points that are new or were changed and take others off; answers how many rooms are not ready now.

    A point that somebody has ticked stays in the records. A room that was ready and has not done what is asked
    now is being prepared again.
    """
    bookings = list(conference.bookings.live().select_for_update(of=("self",), no_key=True).order_by("pk"))
    items, removed = list(items), list(removed)
    for item in removed:
        if item.ticks.exists():
            item.removed_at = at
            item.save(update_fields=["removed_at"])
        else:
            item.delete()
    # Two points may swap their words: none may meet the other's old ones on the way.
    known = ChecklistItem.objects.filter(pk__in=[item.pk for item in items if item.pk])
    known.update(text=Cast("pk", CharField()))
    for item in items:
        item.conference = conference
        item.save()
    changes = {"kept": [0, len(items)], "removed": [len(removed), 0]}
    record(actor=actor, action="checklist.change", target=conference, changes=changes)
    watching.changed(conference.pk)
    return _unready(bookings, actor)


def _unready(bookings: list[Booking], actor: User) -> int:
    """Send ready rooms back that have a required point to do; answers how many."""
    ready = [booking for booking in bookings if booking.state == Booking.State.READY]
    if not ready:
        return 0
    required = list(
        ChecklistItem.objects.in_force().filter(conference=ready[0].conference_id, is_required=True)
    )
    done = set(
        ChecklistTick.objects.filter(booking__in=ready).values_list("booking_id", "room_id", "item_id")
    )
    lacking = [
        booking
        for booking in ready
        if any(
            item.concerns(booking) and (booking.pk, booking.room_id, item.pk) not in done for item in required
        )
    ]
    return sum(fall_back(booking, actor=actor, why="danh mục kiểm tra thay đổi") for booking in lacking)


# ── ticking ─────────────────────────────────────────────────────────────────────────────────────────


def tick(
    *, booking: Booking, item: ChecklistItem, note: str = "", photo=None, actor: Actor, at: dt.datetime
) -> ChecklistTick:
    """Write down that a point is done in the booking's room; done already, it stays as it was.

    Arguments:
        photo: an uploaded picture as proof, or None.
    Raises:
        StepRefused: the conference is over, there is no room, or the point needs a photo and has none.
        ValidationError: the photo is no picture that can be read.
    """
    picture = read_photo(photo) if photo else None
    made = ChecklistTick(item=item, done_at=at, note=note, done_by=actor.full_name)
    if isinstance(actor, Officer):
        made.officer = actor
    else:
        made.user = actor
    with dropped_on_failure(made.photo), transaction.atomic():
        booking = lock(booking)
        if message := _obstacle(booking, item, at):
            raise StepRefused(message)
        known = booking.ticks.filter(room=booking.room, item=item).first()
        if known:
            return known
        if item.needs_photo and picture is None:
            raise StepRefused("Mục này cần ảnh. Chụp hoặc chọn một ảnh JPG, PNG.", "photo")
        made.booking, made.room = booking, booking.room
        if picture:
            made.photo.save(picture.name, picture, save=False)
        made.save()
        write_down(
            booking,
            actor=actor,
            action="checklist.tick",
            changes={"item": ["", item.text], "photo": [False, bool(picture)]},
        )
    return made


@transaction.atomic
def untick(*, booking: Booking, item: ChecklistItem, actor: Actor, at: dt.datetime) -> bool:
    """A point is to be done again; a room that was ready is not any more. False when it was not done.

    Raises:
        StepRefused: the conference is over, or there is no room.
    """
    booking = lock(booking)
    if message := _obstacle(booking, item, at):
        raise StepRefused(message)
    done = booking.ticks.filter(room=booking.room, item=item).first()
    if done is None:
        return False
    if done.photo:
        storage, name = done.photo.storage, done.photo.name
        transaction.on_commit(lambda: storage.delete(name))
    write_down(
        booking,
        actor=actor,
        action="checklist.untick",
        changes={"item": [item.text, ""], "done_by": [done.done_by, ""]},
    )
    done.delete()
    if item.is_required:
        fall_back(booking, actor=actor, why=f"làm lại: {item.text}")
    return True


def _obstacle(booking: Booking, item: ChecklistItem, at: dt.datetime) -> str:
    if message := preparing_obstacle(booking, at):
        return message
    if item.removed_at is not None:
        return "Mục này đã được bỏ khỏi danh mục. Tải lại trang."
    return ""

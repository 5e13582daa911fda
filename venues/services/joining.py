"""The link into the online meeting: entered by staff, replaced when it leaked, opened from rooms.

The address is a secret of the conference. It is sealed in the database, never put into the audit trail, a log or a
letter, and a replaced one is wiped in the transaction that replaces it.
"""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from conferences.models import Conference
from directory.audit import record
from directory.models import User
from venues import watching
from venues.models import Booking, JoinCount, JoinLink

# Whoever keeps such a service can send everybody elsewhere.
SHORTENERS = ("bit.ly", "tinyurl.com", "goo.gl", "t.co", "is.gd", "cutt.ly", "rb.gy", "short.gy", "by.com.vn")


@transaction.atomic
def enter_link(
    *,
    conference: Conference,
    address: str,
    actor: User,
    at: dt.datetime,
    booking: Booking | None = None,
    passcode: str = "",
    reason: str = "",
) -> JoinLink:
    """Say where the conference meets online, or one of its rooms; the link in force so far is forgotten.

    Entering the present one again changes nothing.

    Arguments:
        booking: the room that has a link of its own; None for all others.
        reason: why the former one is replaced.
    Raises:
        ValidationError: by field, when the address can't be used.
    """
    _lock(conference)
    link = JoinLink(
        conference=conference,
        booking=booking,
        address=address.strip(),
        passcode=passcode,
        entered_by=str(actor),
        entered_at=at,
    )
    former = _live(conference, booking)
    if former and (former.address, former.passcode) == (link.address, link.passcode):
        return former
    _refuse_what_leads_elsewhere(link.address)
    link.clean_fields()
    link.clean()
    if former:
        _forget(former, reason, actor, at)
    link.save()
    # The reason may stand in the trail, the address may not.
    changes = {"reason": ["", reason]} if former else None
    record(actor=actor, action="join.replace" if former else "join.enter", target=link, changes=changes)
    watching.changed(conference.pk)
    return link


@transaction.atomic
def withdraw_link(*, link: JoinLink, reason: str, actor: User, at: dt.datetime) -> None:
    """Take a link back without another in its place; a room falls back to the conference's link."""
    _lock(link.conference)
    locked = JoinLink.objects.live().select_related("booking__unit", "conference").filter(pk=link.pk).first()
    if locked:
        _forget(locked, reason, actor, at)
        record(actor=actor, action="join.withdraw", target=locked, changes={"reason": ["", reason]})
        watching.changed(locked.conference_id)


def count_opening(booking: Booking) -> None:
    """Count that the link was opened from a room."""
    count = JoinCount.objects.filter(pk=booking.pk)
    if not count.update(opened=F("opened") + 1):
        try:
            with transaction.atomic():
                JoinCount.objects.create(booking=booking, opened=1)
        except IntegrityError:  # somebody else was the first
            count.update(opened=F("opened") + 1)


def links_of(bookings: Iterable[Booking]) -> dict[int, JoinLink]:
    """Booking's key → the link in force there, in one query; rooms without one are missing.

    So are those whose link no key opens any more (``SealedTextField``): staff enter it again.
    """
    bookings = list(bookings)
    live = JoinLink.objects.live().filter(conference__in={booking.conference_id for booking in bookings})
    own, shared = {}, {}
    for link in live:
        if link.booking_id:
            own[link.booking_id] = link
        else:
            shared[link.conference_id] = link
    found = {booking.pk: own.get(booking.pk) or shared.get(booking.conference_id) for booking in bookings}
    return {pk: link for pk, link in found.items() if link and link.address}


def _lock(conference: Conference) -> None:
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)


def _live(conference: Conference, booking: Booking | None) -> JoinLink | None:
    return JoinLink.objects.live().filter(conference=conference, booking=booking).first()


def _forget(link: JoinLink, reason: str, actor: User, at: dt.datetime) -> None:
    link.address = link.passcode = ""
    link.superseded_at, link.superseded_by, link.reason = at, str(actor), reason
    link.save(update_fields=["address", "passcode", "superseded_at", "superseded_by", "reason"])


def _refuse_what_leads_elsewhere(address: str) -> None:
    if not address:
        raise ValidationError({"address": "Dán đường dẫn của phòng họp trực tuyến."})
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # the field's own validator says what is wrong
        return
    if host in SHORTENERS:
        raise ValidationError(
            {
                "address": f"“{host}” là đường dẫn rút gọn, ai giữ nó có thể đổi nơi đến. "
                "Dán đường dẫn gốc của phòng họp."
            }
        )
    if parts.username or parts.password:
        raise ValidationError(
            {"address": "Đường dẫn không được chứa tên và mật khẩu. Ghi mật khẩu vào ô riêng."}
        )

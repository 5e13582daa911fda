"""New papers are told to the invited by themselves: an hour after the first one, all of them in one letter.

What waits, when it goes and to whom stands on a page, where staff send it at once or let it be. A worker looks
every minute (``follow_up``); what is told is written down with the versions, in the transaction of the letters.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from conferences.letters import outgoing
from conferences.models import Conference, MaterialNotice, MaterialVersion
from conferences.services import WrongState
from correspondence.letters import Letter, write_letter
from correspondence.outbox import OutgoingLetter, enqueue_many
from delegates import fillings
from delegates.recipients import Audience, Recipient, audience_of
from delegates.telling import where_to
from directory.audit import record
from directory.models import User
from hoinghi.templatetags.look import file_facts
from venues.fillings import Filling, around
from venues.models import Booking

log = logging.getLogger(__name__)

State = MaterialNotice.State
KIND = "materials"
SYSTEM = "hệ thống"
DELAY = dt.timedelta(hours=1)
# Where the conference begins within that hour, people need the papers now; staff still see it coming.
URGENT = dt.timedelta(minutes=5)


def due_from(conference: Conference, at: dt.datetime) -> dt.datetime:
    """When a notice goes whose first paper has come at ``at``: in working hours, and before the conference begins
    where that is still ahead."""
    wanted = at + DELAY
    if not at < conference.start_at:
        return settings.REMINDER_HOURS.fit(wanted, before=dt.datetime.max.replace(tzinfo=dt.UTC))
    if wanted >= conference.start_at:
        return at + URGENT
    return max(settings.REMINDER_HOURS.fit(wanted, before=conference.start_at), at + URGENT)


def planned(conference: Conference, at: dt.datetime) -> dt.datetime:
    """When what is untold at ``at`` goes by itself; the worker may not have planned it yet."""
    waiting = conference.material_notices.waiting().first()
    return waiting.due_at if waiting else due_from(conference, at)


# ── looking ahead ───────────────────────────────────────────────────────────────────────────────────


def untold(conference: Conference, at: dt.datetime) -> list[MaterialVersion]:
    versions = MaterialVersion.objects.untold(at).filter(material__conference=conference)
    return list(versions.select_related("material__agenda_item__conference__kind"))


def audience(conference: Conference, at: dt.datetime) -> Audience:
    """Who is entitled to read papers for the invited: focal points and delegates."""
    return audience_of(conference, at, bookings=Booking.objects.none())


def lines_of(versions: Iterable[MaterialVersion]) -> list[str]:
    """The papers as a letter names them."""
    return [_line(version) for version in versions]


def _line(version: MaterialVersion) -> str:
    material = version.material
    item = material.agenda_item
    parts = [
        f"{material.title} ({file_facts(version.file_name, version.size)})",
        f"bản {version.number} thay bản trước" if version.number > 1 else "",
        f"cho nội dung “{item.printed_title}”" if item else "",
    ]
    return ", ".join(filter(None, parts))


def mark_of(versions: Iterable[MaterialVersion]) -> str:
    """What a page has shown, so that nobody confirms anything else."""
    return hashlib.sha256(repr([version.pk for version in versions]).encode()).hexdigest()[:32]


# ── going by itself ─────────────────────────────────────────────────────────────────────────────────


def follow_up(at: dt.datetime) -> int:
    """Plan a notice wherever something is untold, and send those whose time has come; answers how many letters."""
    untold_in = MaterialVersion.objects.untold(at).values_list("material__conference", flat=True)
    waiting_in = MaterialNotice.objects.waiting().values_list("conference", flat=True)
    written = 0
    for pk in sorted({*untold_in, *waiting_in}):
        try:
            written += _follow(pk, at)
        except Exception:
            # The trouble of one conference must not cost the others their letters. It is tried again in a minute.
            log.exception("New papers of conference %s could not be told", pk)
    return written


@transaction.atomic
def _follow(pk: int, at: dt.datetime) -> int:
    # Whoever holds the lock is telling it: two workers, or staff at this very moment.
    locked = Conference.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pk).first()
    if locked is None:
        return 0
    notice, versions = locked.material_notices.waiting().first(), untold(locked, at)
    if not versions:  # made internal, or told otherwise
        locked.material_notices.waiting().delete()
    elif notice is None:
        _plan(locked, due_from(locked, at))
    elif at >= notice.due_at:
        return _send(notice, versions, actor=None, at=at)
    return 0


def _plan(conference: Conference, due_at: dt.datetime) -> MaterialNotice:
    last = conference.material_notices.first()
    return MaterialNotice.objects.create(
        conference=conference, number=last.number + 1 if last else 1, due_at=due_at
    )


# ── what staff do ───────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def send_now(
    *, conference: Conference, mark: str, expected: int, actor: User, at: dt.datetime
) -> MaterialNotice:
    """Send what waits without waiting longer.

    Arguments:
        mark: ``mark_of`` what the person has read.
        expected: how many letters the person has read of.
    Raises:
        WrongState: nothing waits (any more), or something else than was read.
    """
    notice, versions = _read_over(conference, mark, at)
    reached = len(audience(notice.conference, at).reached)
    if reached != expected:
        raise WrongState("Danh sách người nhận đã thay đổi sau khi trang được mở. Đọc lại rồi gửi.")
    _send(notice, versions, actor=actor, at=at)
    return notice


@transaction.atomic
def skip(*, conference: Conference, mark: str, actor: User, at: dt.datetime) -> MaterialNotice:
    """Tell nobody of what waits, neither now nor later; arguments and refusals as ``send_now``."""
    notice, versions = _read_over(conference, mark, at)
    _settle(notice, versions, State.SKIPPED, 0, actor, at)
    return notice


def _read_over(
    conference: Conference, mark: str, at: dt.datetime
) -> tuple[MaterialNotice, list[MaterialVersion]]:
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    versions = untold(locked, at)
    if not versions:
        raise WrongState("Không còn tài liệu nào chưa báo: thư đã gửi, hoặc đã được bỏ qua.")
    if mark != mark_of(versions):
        raise WrongState("Tài liệu đã thay đổi sau khi trang được mở. Đọc lại rồi quyết định.")
    return locked.material_notices.waiting().first() or _plan(locked, at), versions


# ── telling ─────────────────────────────────────────────────────────────────────────────────────────


def _send(
    notice: MaterialNotice, versions: list[MaterialVersion], *, actor: User | None, at: dt.datetime
) -> int:
    conference = Conference.objects.printable().get(pk=notice.conference_id)
    written = enqueue_many(_letters(conference, notice, versions, at), at=at)
    _settle(notice, versions, State.TOLD, written, actor, at)
    return written


def _letters(
    conference: Conference, notice: MaterialNotice, versions: list[MaterialVersion], at: dt.datetime
) -> Iterator[OutgoingLetter]:
    for recipient in audience(conference, at).reached:
        yield outgoing(
            conference,
            letter_to(recipient, conference, versions),
            key=f"{KIND}:{conference.pk}:{notice.number}:{recipient.key}",
            kind=KIND,
            address=recipient.address,
            recipient_name=recipient.name,
            contact=recipient.contact,
            user=recipient.user,
            **_where_to(recipient, conference, at),
        )


def _where_to(recipient: Recipient, conference: Conference, at: dt.datetime) -> dict:
    """A delegate reads on the own page, a focal point on the page of the papers."""
    if recipient.delegate:
        return where_to(recipient, conference, at)
    return {"link_path": reverse("materials", args=[conference.slug])}


def _settle(
    notice: MaterialNotice,
    versions: list[MaterialVersion],
    state: str,
    written: int,
    actor: User | None,
    at: dt.datetime,
) -> None:
    MaterialVersion.objects.filter(pk__in=[version.pk for version in versions]).update(notice=notice)
    notice.state, notice.lines, notice.written = state, lines_of(versions), written
    notice.told_at, notice.actor = at, actor
    notice.save(update_fields=["state", "lines", "written", "told_at", "actor"])
    record(
        actor=actor or SYSTEM,
        action="materials.tell" if state == State.TOLD else "materials.skip",
        target=notice.conference,
        changes={"materials": [None, notice.lines], "letters": [0, written]},
    )


def letter_to(recipient: Recipient, conference: Conference, versions: list[MaterialVersion]) -> Letter:
    """The letter as this one gets it; writes nothing."""
    return write_letter(KIND, *_filling(recipient, conference, lines_of(versions)))


def _filling(recipient: Recipient, conference: Conference, lines: list[str]) -> Filling:
    values, frame = around(conference, recipient.booking)
    return values | {
        "recipient": recipient.greeted,
        "materials": "\n".join(f"- {line}." for line in lines),
    }, frame


def sample(code: str) -> fillings.Filling | None:
    """What the preview of the text is filled with: the latest conference with somebody who is invited."""
    invited = Conference.objects.filter(nominations__invited_at__isnull=False)
    conference = invited.order_by("-start_at").first()
    reached = audience(conference, timezone.now()).reached if conference else []
    if not reached:
        return None
    return _filling(reached[0], conference, ["Báo cáo trung tâm (PDF, 1,2 MB), bản 2 thay bản trước"])

"""What staff decide about keeping personal data, and the job that takes persons out when the time is over."""

import datetime as dt
from collections import Counter

import structlog
from django.db import transaction

from conferences.models import Conference
from delegates.models import Delegate, Nomination, Retention
from delegates.privacy import anonymising, letters, retention
from directory.audit import record
from directory.models import User
from hoinghi.text import format_date

log = structlog.get_logger("retention")


class RetentionRefused(Exception):
    """Nothing was written; the text is for the person who tried."""


def _lock(conference: Conference) -> Retention:
    """The conference's row, made when it is missing, locked until the transaction ends.

    Raises:
        RetentionRefused: the persons are gone already.
    """
    Retention.objects.get_or_create(conference=conference)
    locked = Retention.objects.select_for_update(of=("self",)).get(conference=conference)
    locked.conference = conference
    if locked.finished_at is not None:
        raise RetentionRefused("Dữ liệu của hội nghị này đã được ẩn danh.")
    return locked


@transaction.atomic
def set_days(*, conference: Conference, days: int | None, actor: User) -> None:
    """Give the conference a time of its own; None: that of its kind. A running wait begins anew when it is due.

    Raises:
        RetentionRefused: it is done.
    """
    locked = _lock(conference)
    before, locked.days = locked.days, days
    locked.announced_at = locked.runs_at = None
    locked.save()
    record(actor=actor, action="retention.set", target=locked, changes={"days": [before, days]})


@transaction.atomic
def announce(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Begin the waiting time: the conference's contact is told, its pages say so.

    Raises:
        RetentionRefused: it is not due, held, announced or done.
    """
    locked = _lock(conference)
    if locked.held_at is not None:
        raise RetentionRefused(f"Đang giữ lại: {locked.held_reason}")
    if locked.announced_at is not None:
        raise RetentionRefused("Đã báo rồi.")
    if not retention.is_due(locked, at):
        until = format_date(retention.keeps_until(locked))
        raise RetentionRefused(f"Chưa hết thời hạn giữ: đến hết ngày {until}.")
    locked.announced_at, locked.runs_at = at, at + retention.waiting_time()
    locked.save()
    letters.tell_retention(locked, at)
    record(actor=actor, action="retention.announce", target=locked)


@transaction.atomic
def hold(*, conference: Conference, reason: str, actor: User, at: dt.datetime) -> None:
    """Keep the data for now (a complaint, an inspection, a lawsuit); stops a job that is under way, too.

    Raises:
        RetentionRefused: it is done or held.
    """
    locked = _lock(conference)
    if locked.held_at is not None:
        raise RetentionRefused("Đang giữ lại rồi.")
    locked.held_at, locked.held_reason, locked.held_by = at, reason, actor
    locked.announced_at = locked.runs_at = None
    locked.save()
    record(actor=actor, action="retention.hold", target=locked, changes={"held_reason": ["", reason]})


@transaction.atomic
def release(*, conference: Conference, actor: User) -> None:
    """Let the rule count again; what is due is announced anew, with the whole waiting time.

    Raises:
        RetentionRefused: it is done or not held.
    """
    locked = _lock(conference)
    if locked.held_at is None:
        raise RetentionRefused("Không có gì đang giữ lại.")
    before = locked.held_reason
    locked.held_at, locked.held_reason, locked.held_by = None, "", None
    locked.save()
    record(actor=actor, action="retention.release", target=locked, changes={"held_reason": [before, ""]})


# ── the job ─────────────────────────────────────────────────────────────────────────────────────────


def keep(at: dt.datetime) -> None:
    """What beat does every night: announce what is due, carry out what has waited long enough."""
    for each in retention.conferences_with_people(at):
        if each.finished_at is not None or each.held_at is not None:
            continue
        if each.announced_at is None:
            if retention.is_due(each, at):
                announce(conference=each.conference, actor=anonymising.SYSTEM, at=at)
        elif at >= each.runs_at:
            carry_out(conference=each.conference, at=at)


def carry_out(*, conference: Conference, at: dt.datetime) -> bool:
    """Take the persons out of one conference whose waiting time is over; may be called again at any time.

    Returns:
        whether it is finished: not while it is held, a delegate waits for an answer, or a letter is on its way.
    """
    for pk in Nomination.objects.filter(conference=conference).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = Retention.objects.select_for_update().filter(conference=conference).first()
            if not _may_run(locked, conference, at):
                return False
            nomination = Nomination.objects.select_for_update(of=("self",)).get(pk=pk)
            people = Delegate.objects.filter(seat__nomination=nomination).count()
            if anonymising.anonymise_list(nomination, at):
                locked.counts = Counter(locked.counts) + Counter(lists=1, people=people)
                locked.save(update_fields=["counts"])
                record(actor=anonymising.SYSTEM, action="nomination.anonymise", target=nomination)
    letters_done = anonymising.scrub_letters(anonymising.letters_of(conference))
    packages = anonymising.remove_packages(conference)
    with transaction.atomic():
        locked = Retention.objects.select_for_update().filter(conference=conference).first()
        if not _may_run(locked, conference, at):
            return False
        entries = anonymising.scrub_audit(conference)
        done = Counter(letters=letters_done, packages=packages, entries=entries)
        locked.counts = Counter(locked.counts) + done
        if not anonymising.letters_of(conference).exists():
            locked.finished_at = at
            counts = {name: [0, number] for name, number in locked.counts.items()}
            record(actor=anonymising.SYSTEM, action="retention.finish", target=locked, changes=counts)
        locked.save(update_fields=["counts", "finished_at"])
    return locked.finished_at is not None


def _may_run(locked: Retention | None, conference: Conference, at: dt.datetime) -> bool:
    if (
        locked is None
        or locked.finished_at
        or locked.held_at
        or locked.runs_at is None
        or at < locked.runs_at
    ):
        return False
    if retention.open_requests(conference):
        log.info("retention.waits_for_requests", conference=conference.pk)
        return False
    return True

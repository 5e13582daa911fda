"""What staff decide about keeping personal data, and the job that takes persons out when the time is over."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import transaction

from conferences.models import Conference
from delegates.models import Delegate, Nomination, Retention
from delegates.privacy import anonymising, letters, retention, scrubbing
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
    locked.announce(at, retention.waiting_time())
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
    locked.hold(reason=reason, actor=actor, at=at)
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
    locked.release()
    locked.save()
    record(actor=actor, action="retention.release", target=locked, changes={"held_reason": [before, ""]})


# ── the job ─────────────────────────────────────────────────────────────────────────────────────────


def keep(at: dt.datetime) -> None:
    """What beat does every night: announce what is due, carry out what has waited long enough."""
    for each in retention.conferences_with_people(at):
        if each.finished_at is not None:
            _clear_later_letters(each, at)
        elif each.held_at is not None:
            continue
        elif each.announced_at is None:
            if retention.is_due(each, at):
                announce(conference=each.conference, actor=anonymising.SYSTEM, at=at)
        elif at >= each.runs_at:
            carry_out(conference=each.conference, at=at)


def carry_out(*, conference: Conference, at: dt.datetime) -> bool:
    """Take the persons out of one conference whose waiting time is over; may be called again at any time.

    Each step asks anew whether it may: a hold stops the job at the next list, the next letters.

    Returns:
        whether it is finished: not while it is held, somebody waits for an answer, or a letter is on its way.
    """
    for pk in Nomination.objects.filter(conference=conference).order_by("pk").values_list("pk", flat=True):
        with _step(conference, at) as locked:
            if locked is None:
                return False
            nomination = Nomination.objects.select_for_update(of=("self",)).get(pk=pk)
            people = Delegate.objects.filter(seat__nomination=nomination).count()
            if anonymising.anonymise_list(nomination, at):
                _count(locked, lists=1, people=people)
                record(actor=anonymising.SYSTEM, action="nomination.anonymise", target=nomination)
    with _step(conference, at) as locked:
        if locked is None:
            return False
        _count(locked, officers=anonymising.anonymise_officers(conference, at))
    emptied = True
    while emptied:
        with _step(conference, at) as locked:
            if locked is None:
                return False
            letters = scrubbing.letters_of(conference, before=locked.announced_at)
            emptied = scrubbing.scrub_letters(letters)
            _count(locked, letters=emptied)
    with _step(conference, at) as locked:
        if locked is None:
            return False
        packages = scrubbing.remove_packages(conference, actor=anonymising.SYSTEM)
        _count(locked, packages=packages, entries=scrubbing.scrub_audit(conference))
        if not scrubbing.letters_of(conference, before=locked.announced_at).exists():
            locked.finished_at = at
            locked.save(update_fields=["finished_at"])
            counts = {name: [0, number] for name, number in locked.counts.items()}
            record(actor=anonymising.SYSTEM, action="retention.finish", target=locked, changes=counts)
    return locked.finished_at is not None


@contextmanager
def _step(conference: Conference, at: dt.datetime) -> Iterator[Retention | None]:
    """One transaction of the job, with the conference's row locked; None when it may not go on.

    Two jobs at once take turns: what one has done the other finds done.
    """
    with transaction.atomic():
        locked = Retention.objects.select_for_update().filter(conference=conference).first()
        yield locked if _may_run(locked, conference, at) else None


def _count(locked: Retention, **done: int) -> None:
    locked.counts = Counter(locked.counts) + Counter(done)
    locked.save(update_fields=["counts"])


def _clear_later_letters(done: Retention, at: dt.datetime) -> None:
    """Letters about tasks, opinions, papers go on after the persons are gone; each has the conference's time, too."""
    days = dt.timedelta(days=retention.days_of(done))
    while scrubbing.scrub_letters(scrubbing.letters_of(done.conference, before=at - days)):
        pass


def _may_run(locked: Retention | None, conference: Conference, at: dt.datetime) -> bool:
    if locked is None or not locked.may_run(at):
        return False
    if retention.open_requests(conference):
        log.info("retention.waits_for_requests", conference=conference.pk)
        return False
    return True

"""What staff decide about keeping a conference's personal data, and the job that takes persons out at the end."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import transaction

from conferences.models import Conference
from delegates.models import Delegate, Nomination, Retention
from delegates.privacy import anonymising, letters, retention, scrubbing
from delegates.services import waiting
from directory.audit import record
from directory.models import User
from hoinghi.text import format_date

log = structlog.get_logger("retention")


@transaction.atomic
def set_days(*, conference: Conference, days: int | None, actor: User) -> None:
    """Give the conference a time of its own; None: that of its kind. A running wait begins anew when it is due.

    Raises:
        RetentionRefused: it is done.
    """
    locked = waiting.lock(conference)
    before, locked.days = locked.days, days
    locked.stop_waiting()
    locked.save()
    record(actor=actor, action="retention.set", target=locked, changes={"days": [before, days]})


@transaction.atomic
def announce(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Begin the waiting time: the conference's contact is told, its pages say so.

    Raises:
        RetentionRefused: it is not due, held, announced or done.
    """
    locked = waiting.lock(conference)
    too_early = ""
    if not retention.is_due(locked, at):
        until = format_date(retention.keeps_until(locked))
        too_early = f"Chưa hết thời hạn giữ: đến hết ngày {until}."
    waiting.announce(locked=locked, too_early=too_early, actor=actor, at=at)
    letters.tell_retention(locked, at)


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

"""Technical officers of a room: named, changed, relieved, replaced by a colleague who takes over."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from directory import links
from directory.models import User
from venues import letters
from venues.errors import StepRefused
from venues.models import Booking, LineTestRound, Officer
from venues.people import Actor, RoomOfficer
from venues.policies import closing_obstacle
from venues.services.locking import fall_back, lock, write_down

# Shifts of a long day have this many; more would be a list that was pasted by mistake.
MOST = 8
AUDITED = ("full_name", "job_title", "phone", "email", "on_from", "on_until")


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """Who an officer is; both ends of a shift, or neither for the whole conference."""

    full_name: str
    phone: str
    email: str = ""
    job_title: str = ""
    on_from: dt.datetime | None = None
    on_until: dt.datetime | None = None


@transaction.atomic
def name_officer(*, booking: Booking, person: Particulars, actor: Actor, at: dt.datetime) -> Officer:
    """Name somebody who looks after a room; a letter says so and opens the room's page.

    An address that has an account goes by that account, any other by a personal link. The officer is invited
    to the line tests to which the room is invited.

    Raises:
        StepRefused: the conference is over, the address is an officer's already, or there are enough.
    """
    booking = _open(booking, at)
    officer = _add(booking, person, at)
    write_down(officer.booking, actor=actor, action="officer.name", target=officer, changes=_changes(officer))
    letters.tell_named(officer=officer, at=at)
    _invite(officer, at)
    return officer


@transaction.atomic
def change_officer(*, officer: Officer, person: Particulars, actor: Actor, at: dt.datetime) -> Officer:
    """Correct an officer's particulars or shift; a new address gets a letter, the links of the old one stop.

    Raises:
        StepRefused: as ``name_officer``, or the officer has been relieved.
    """
    booking = _open(officer.booking, at)
    officer = _live(officer, booking)
    before = {name: getattr(officer, name) for name in AUDITED}
    _refuse_twin(booking, person, apart_from=officer)
    _fill(officer, person)
    changed = {name: value for name, value in before.items() if value != getattr(officer, name)}
    if not changed:
        return officer
    officer.save(update_fields=[*AUDITED, "user", "sort_key"])
    changes = {name: [_plain(value), _plain(getattr(officer, name))] for name, value in changed.items()}
    write_down(officer.booking, actor=actor, action="officer.change", target=officer, changes=changes)
    if "email" in changed:
        _stop(officer, at, "Không gửi: cán bộ kỹ thuật đã đổi địa chỉ.")
        letters.tell_named(officer=officer, at=at, again=f":{officer.email}")
        _invite(officer, at)
    return officer


@transaction.atomic
def relieve(*, officer: Officer, actor: Actor, at: dt.datetime) -> None:
    """Take an officer off a room; links stop, calendars forget it. A ready room without anybody is not ready.

    Raises:
        StepRefused: the conference is over, or the officer has been relieved.
    """
    booking = _open(officer.booking, at)
    officer = _live(officer, booking)
    _end(officer, actor, at)
    if not booking.officers.live().exists():
        fall_back(booking, actor=actor, why="không còn cán bộ kỹ thuật")


@transaction.atomic
def hand_over(*, officer: Officer, person: Particulars, actor: Actor, at: dt.datetime) -> Officer:
    """Put a colleague in an officer's place and shift; the old link stops, the colleague gets one.

    Raises:
        StepRefused: as ``name_officer``, or the officer has been relieved.
    """
    booking = _open(officer.booking, at)
    officer = _live(officer, booking)
    # Ended first: the colleague may share a mailbox with the officer.
    officer.ended_at = at
    officer.save(update_fields=["ended_at"])
    colleague = _add(booking, person, at)
    officer.successor = colleague
    _end(officer, actor, at)
    letters.tell_named(officer=colleague, at=at, predecessor=officer.full_name)
    _invite(colleague, at)
    return colleague


@transaction.atomic
def send_link_again(*, officer: Officer, actor: Actor, at: dt.datetime) -> None:
    """Mail the letter of naming once more, with a fresh link.

    Raises:
        StepRefused: there is no address, the conference is over, or the officer has been relieved.
    """
    booking = _open(officer.booking, at)
    officer = _live(officer, booking)
    if not officer.email:
        raise StepRefused(f"{officer.full_name} chưa có email. Nhập email trước, thư được gửi ngay.", "email")
    letters.tell_named(officer=officer, at=at, again=f":again{at:%Y%m%d%H%M%S}")
    write_down(officer.booking, actor=actor, action="officer.send_link", target=officer)


def renew_link(*, officer: Officer, dead, at: dt.datetime) -> bool:
    """Answer a click on a dead link with a new one to the same address; clicking again writes no second letter.

    Arguments:
        dead: the ``PersonalLink`` that was opened.
    Returns:
        False: whoever holds it has been relieved, has another address now, or the conference is over.
    """
    if not officer.is_live or closing_obstacle(officer.booking, at):
        return False
    if dead.address.lower() != officer.email.lower():
        return False
    letters.tell_named(officer=officer, at=at, again=f":link{dead.pk}")
    return True


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────


def _open(booking: Booking, at: dt.datetime) -> Booking:
    booking = lock(booking)
    if message := closing_obstacle(booking, at):
        raise StepRefused(message)
    return booking


def _live(officer: Officer, booking: Booking) -> Officer:
    """The officer as he or she is now, on the locked booking."""
    officer = Officer.objects.select_related("user").get(pk=officer.pk)
    officer.booking = booking
    if not officer.is_live:
        raise StepRefused(f"{officer.full_name} không còn là cán bộ kỹ thuật của điểm cầu này.")
    return officer


def _add(booking: Booking, person: Particulars, at: dt.datetime) -> Officer:
    if booking.officers.live().count() >= MOST:
        raise StepRefused(f"Điểm cầu đã có {MOST} cán bộ kỹ thuật. Bớt người không trực trước khi thêm.")
    _refuse_twin(booking, person)
    officer = Officer(booking=booking, named_at=at)
    _fill(officer, person)
    officer.save()
    return officer


def _fill(officer: Officer, person: Particulars) -> None:
    for name in AUDITED:
        setattr(officer, name, getattr(person, name))
    officer.user = User.objects.filter(email__iexact=person.email, is_active=True).first()


def _refuse_twin(booking: Booking, person: Particulars, apart_from: Officer | None = None) -> None:
    if not person.email:
        return
    twins = booking.officers.live().filter(email__iexact=person.email)
    if twin := twins.exclude(pk=apart_from.pk if apart_from else None).first():
        raise StepRefused(
            f"{twin.full_name} dùng địa chỉ này và đã là cán bộ kỹ thuật của điểm cầu.", "email"
        )


def _end(officer: Officer, actor: Actor, at: dt.datetime) -> None:
    officer.ended_at = at
    officer.save(update_fields=["ended_at", "successor"])
    changes = {"ended_at": [None, at.isoformat()]}
    if officer.successor:
        changes["successor"] = ["", officer.successor.full_name]
    write_down(officer.booking, actor=actor, action="officer.relieve", target=officer, changes=changes)
    _stop(officer, at, "Không gửi: không còn là cán bộ kỹ thuật của điểm cầu.")
    letters.tell_relieved(officer=officer, rounds=_rounds(officer, at), at=at)


def _stop(officer: Officer, at: dt.datetime, why: str) -> None:
    links.revoke(holder=letters.holder_of(officer), at=at)
    letters.stop_letters_to(officer, why)


def _invite(officer: Officer, at: dt.datetime) -> None:
    found = RoomOfficer(officer.booking, officer, officer.user)
    for round in _rounds(officer, at):
        letters.tell_round(kind=letters.INVITED, round=round, officers=[found], at=at)


def _rounds(officer: Officer, at: dt.datetime) -> list[LineTestRound]:
    """The rounds to come to which the officer's room has been invited."""
    booking = officer.booking
    rounds = list(
        booking.conference.line_test_rounds.to_come(at).filter(
            results__booking=booking, invited_at__isnull=False
        )
    )
    for round in rounds:
        round.conference = booking.conference
    return rounds


def _changes(officer: Officer) -> dict:
    return {name: ["", _plain(getattr(officer, name))] for name in AUDITED if getattr(officer, name)}


def _plain(value) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else value or ""

"""The rules of nomination: one verb a function, the actor passed in, one transaction each.

Lock the list, look, write – in this order, as late as possible, once. A check before the lock is a courtesy to
the person; only the one behind the lock counts, and behind that stand the constraints of ``Seat``.
"""

import datetime as dt

from django.db import transaction

from conferences.models import Conference
from delegates import letters, policies, seating
from delegates import rows as rows_module
from delegates.errors import NominationClosed, StaleVersion
from delegates.models import Nomination, NominationVersion
from directory.audit import record
from directory.models import AdministrativeUnit, Organisation, User
from hoinghi.text import lowerfirst

State = Nomination.State


@transaction.atomic
def open_nominations(*, conference: Conference, actor: User, at: dt.datetime) -> list[Nomination]:
    """Create the list of every province that has none yet; answers the new ones.

    Provinces and their focal organisations are those of the conference's reference date.
    """
    if conference.focal_kind_id is None:
        return []
    date = conference.reference_date
    provinces = AdministrativeUnit.objects.as_of(date).provinces()
    focal = (
        Organisation.objects.as_of(date)
        .filter(kind=conference.focal_kind, unit__in=provinces)
        .exclude(nominations__conference=conference)
        .select_related("unit")
        .order_by("unit__sort_key")
    )
    wanted = [
        Nomination(
            conference=conference,
            organisation=organisation,
            unit=organisation.unit,
            organisation_name=organisation.name,
            unit_name=organisation.unit.name,
        )
        for organisation in focal
        if rows_module.nominated_groups(conference, organisation.unit)
    ]
    # A second press at the same moment loses against the unique constraint and creates nothing.
    Nomination.objects.bulk_create(wanted, ignore_conflicts=True)
    if wanted:
        record(actor=actor, action="nominations.open", target=conference, changes={"count": [0, len(wanted)]})
    return wanted


def mark_opened(*, nomination: Nomination, at: dt.datetime) -> None:
    """Remember when a focal point first looked at the invitation."""
    if Nomination.objects.filter(pk=nomination.pk, opened_at__isnull=True).update(opened_at=at):
        nomination.opened_at = at


@transaction.atomic
def save_draft(
    *, nomination: Nomination, rows: list[dict], version: int, actor: User, at: dt.datetime
) -> Nomination:
    """Keep what was typed, complete or not.

    Arguments:
        rows: see ``delegates.rows.Row``.
        version: the list's version that the form was opened with.
    Raises:
        NominationClosed, StaleVersion: nothing was saved.
    """
    locked = _lock(nomination, version=version, at=at)
    locked.draft = rows_module.to_json(rows_module.clean(rows))
    if locked.state == State.OPEN:
        locked.state = State.DRAFT
    _save(locked, at, "draft", "state")
    record(
        actor=actor,
        action="nomination.save_draft",
        target=locked,
        changes={"rows": [None, len(locked.draft)]},
        acted_for=locked.organisation_name,
    )
    return locked


@transaction.atomic
def submit(
    *, nomination: Nomination, rows: list[dict], version: int, actor: User, at: dt.datetime
) -> NominationVersion:
    """Submit the list: seats within the quota, a kept version, receipts and the delegates' letters.

    Raises:
        NominationClosed, StaleVersion: as ``save_draft``.
        InvalidRows: what must be mended, at its row or group.
    """
    locked = _lock(nomination, version=version, at=at)
    cleaned = rows_module.clean(rows)
    groups = rows_module.nominated_groups(locked.conference, locked.unit)
    rows_module.check(cleaned, groups)
    delegates = seating.seat(locked, groups, cleaned, at=at)
    number = locked.versions.count() + 1
    before = locked.state
    locked.state = State.SUBMITTED
    locked.submitted_at = at
    locked.reason = ""
    locked.draft = rows_module.to_json(cleaned)
    _save(locked, at, "draft", "state", "submitted_at", "reason")
    kept = NominationVersion.objects.create(
        nomination=locked,
        number=number,
        rows=locked.draft,
        submitted_by=actor,
        submitted_by_name=actor.full_name,
        submitted_at=at,
    )
    letters.send_receipt(nomination=locked, version=kept, actor=actor, at=at)
    letters.invite_delegates(nomination=locked, delegates=delegates, at=at)
    record(
        actor=actor,
        action="nomination.submit",
        target=locked,
        changes={"state": [before, locked.state], "version": [number - 1, number]},
        acted_for=locked.organisation_name,
    )
    return kept


@transaction.atomic
def return_to_focal_point(*, nomination: Nomination, reason: str, actor: User, at: dt.datetime) -> Nomination:
    """Give a submitted or accepted list back with a reason; the focal point is told by mail.

    The deadline stands: after it, extend as well.

    Raises:
        NominationClosed: there is nothing submitted to give back.
    """
    locked = _staff_lock(
        nomination, {State.SUBMITTED, State.ACCEPTED}, "chưa được gửi, không có gì để trả lại"
    )
    before, locked.state, locked.reason = locked.state, State.RETURNED, reason
    _save(locked, at, "state", "reason")
    letters.tell_returned(nomination=locked, at=at)
    record(
        actor=actor,
        action="nomination.return",
        target=locked,
        changes={"state": [before, locked.state], "reason": ["", reason]},
    )
    return locked


@transaction.atomic
def accept(*, nomination: Nomination, actor: User, at: dt.datetime) -> Nomination:
    """Take the submitted list over; from now on only staff open it again.

    Raises:
        NominationClosed: the list is not submitted.
    """
    locked = _staff_lock(nomination, {State.SUBMITTED}, "chưa được gửi, chưa thể tiếp nhận")
    locked.state = State.ACCEPTED
    _save(locked, at, "state")
    record(
        actor=actor,
        action="nomination.accept",
        target=locked,
        changes={"state": [State.SUBMITTED, State.ACCEPTED]},
    )
    return locked


@transaction.atomic
def extend(
    *, nomination: Nomination, until: dt.datetime, reason: str, actor: User, at: dt.datetime
) -> Nomination:
    """Give one province more time; the focal point is told by mail.

    Raises:
        NominationClosed: ``until`` lies in the past or after the start of the conference.
    """
    locked = (
        Nomination.objects.select_for_update(of=("self",)).select_related("conference").get(pk=nomination.pk)
    )
    if not at < until <= locked.conference.start_at:
        raise NominationClosed("Hạn mới phải sau thời điểm này và không sau giờ bắt đầu hội nghị.")
    before = locked.extended_until
    locked.extended_until, locked.extension_reason = until, reason
    _save(locked, at, "extended_until", "extension_reason")
    letters.tell_extended(nomination=locked, at=at)
    record(
        actor=actor,
        action="nomination.extend",
        target=locked,
        changes={
            "extended_until": [before and before.isoformat(), until.isoformat()],
            "reason": ["", reason],
        },
    )
    return locked


@transaction.atomic
def decline(*, nomination: Nomination, reason: str, version: int, actor: User, at: dt.datetime) -> Nomination:
    """The province sends nobody, with a reason.

    Raises:
        NominationClosed, StaleVersion: as ``save_draft``.
    """
    locked = _lock(nomination, version=version, at=at)
    before, locked.state, locked.reason = locked.state, State.DECLINED, reason
    seating.clear(locked, at=at)
    _save(locked, at, "state", "reason")
    record(
        actor=actor,
        action="nomination.decline",
        target=locked,
        changes={"state": [before, locked.state], "reason": ["", reason]},
        acted_for=locked.organisation_name,
    )
    return locked


def _lock(nomination: Nomination, *, version: int, at: dt.datetime) -> Nomination:
    locked = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("conference", "unit", "organisation")
        .get(pk=nomination.pk)
    )
    if message := policies.obstacle(locked, at):
        raise NominationClosed(message)
    if locked.version != version:
        raise StaleVersion(
            "Đồng nghiệp đã lưu danh sách này sau khi trang được mở. Đối chiếu với bản đã lưu rồi lưu lại."
        )
    return locked


def _staff_lock(nomination: Nomination, states: set[str], refusal: str) -> Nomination:
    locked = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("conference", "unit", "organisation")
        .get(pk=nomination.pk)
    )
    if locked.state not in states:
        raise NominationClosed(f"Danh sách của {lowerfirst(locked.unit_name)} {refusal}.")
    return locked


def _save(nomination: Nomination, at: dt.datetime, *fields: str) -> None:
    """Save what changed; the version counts every change, so that a form opened before it is stale."""
    nomination.version += 1
    nomination.saved_at = at
    nomination.save(update_fields=[*fields, "version", "saved_at"])

"""What a focal point does with the list: open, save, submit, or send nobody."""

import datetime as dt

from django.db import transaction

from conferences.models import Conference, InvitedGroup
from delegates import identity, letters, policies, seating
from delegates import rows as rows_module
from delegates.entry import picking
from delegates.groups import nominated
from delegates.models import Nomination, NominationVersion
from delegates.services import confirming
from delegates.services.locking import keep_version, lock_to_change, save
from delegates.services.papers import missing_paper
from directory.audit import record
from directory.models import AdministrativeUnit, Organisation, User

State = Nomination.State


@transaction.atomic
def open_nominations(*, conference: Conference, actor: User, at: dt.datetime) -> list[Nomination]:
    """Create the list of every province and of every organisation that nominates its own people; answers the
    new ones.

    Provinces and their focal organisations are those of the conference's reference date.
    """
    there = set(conference.nominations.values_list("organisation", flat=True))
    # A list that passed to a successor keeps its printed name.
    printed = set(conference.nominations.values_list("unit", "organisation_name"))
    groups = nominated(conference.groups.prefetch_related("provinces", "organisations"))
    wanted = [
        nomination
        for nomination in [*_of_provinces(conference), *_of_organisations(conference, groups)]
        if nomination.organisation_id not in there
        and (nomination.unit_id, nomination.organisation_name) not in printed
        and any(rows_module.is_asked(nomination, group) for group in groups)
    ]
    # A second press at the same moment loses against the unique constraint and creates nothing.
    Nomination.objects.bulk_create(wanted, ignore_conflicts=True)
    if wanted:
        record(actor=actor, action="nominations.open", target=conference, changes={"count": [0, len(wanted)]})
    return wanted


def _of_provinces(conference: Conference) -> list[Nomination]:
    if conference.focal_kind_id is None:
        return []
    date = conference.reference_date
    focal = (
        Organisation.objects.as_of(date)
        .filter(kind=conference.focal_kind, unit__in=AdministrativeUnit.objects.as_of(date).provinces())
        .select_related("unit")
        .order_by("unit__sort_key")
    )
    return [
        Nomination(
            conference=conference,
            organisation=organisation,
            unit=organisation.unit,
            organisation_name=organisation.name,
            unit_name=organisation.unit.name,
        )
        for organisation in focal
    ]


def _of_organisations(conference: Conference, groups: list[InvitedGroup]) -> list[Nomination]:
    """One list for each organisation that is invited by name to nominate its own people, however many groups
    name it; a province's focal organisation has its province's list."""
    named = {
        organisation.pk: organisation
        for group in groups
        if group.nominator == InvitedGroup.Nominator.ITSELF
        for organisation in group.organisations.all()
        if organisation.kind_id != conference.focal_kind_id or organisation.unit_id is None
    }
    return [
        Nomination(conference=conference, organisation=organisation, organisation_name=organisation.name)
        for organisation in named.values()
    ]


def mark_opened(*, nomination: Nomination, at: dt.datetime) -> None:
    """Remember when a focal point first looked at the invitation."""
    if Nomination.objects.filter(pk=nomination.pk, opened_at__isnull=True).update(opened_at=at):
        nomination.opened_at = at


@transaction.atomic
def save_draft(
    *, nomination: Nomination, rows: list[dict], version: int, actor: User, at: dt.datetime
) -> Nomination:
    """Keep what was typed, complete or not; also after the deadline, until the list is closed for good.

    Arguments:
        rows: see ``delegates.rows.Row``.
        version: the list's version that the form was opened with.
    Raises:
        NominationClosed, StaleVersion: nothing was saved.
    """
    locked = lock_to_change(nomination, version=version, at=at, obstacle=policies.typing_obstacle)
    keep_draft(locked, rows, actor=actor, at=at)
    return locked


def keep_draft(locked: Nomination, rows: list[dict], *, actor: User, at: dt.datetime) -> None:
    locked.draft = rows_module.to_json(rows_module.clean(rows))
    if locked.state == State.OPEN:
        locked.state = State.DRAFT
    save(locked, at, "draft", "state")
    record(
        actor=actor,
        action="nomination.save_draft",
        target=locked,
        changes={"rows": [None, len(locked.draft)]},
        acted_for=locked.organisation_name,
    )


@transaction.atomic
def submit(
    *,
    nomination: Nomination,
    rows: list[dict],
    version: int,
    actor: User,
    at: dt.datetime,
    asked: rows_module.Asked | None = None,
) -> NominationVersion:
    """Submit the list: seats within the quota, a kept version, and the order for all that follows (``confirming``).

    Arguments:
        asked: what the list is asked for, when the caller has read it a moment ago.
    Raises:
        NominationClosed, StaleVersion: as ``save_draft``.
        InvalidRows: what must be mended, at its row or group, or the paper that the conference asks for; also a
            row that may be somebody else than before, as long as it does not say so (``delegates.identity``).
    """
    locked = lock_to_change(nomination, version=version, at=at)
    cleaned = rows_module.clean(rows)
    asked = asked or rows_module.asked_of(locked)
    rows_module.settle(cleaned, asked.groups)
    known = seating.people_of(locked)
    unclear = [*picking.resolve(cleaned, asked.offered), *identity.settle(cleaned, known)]
    rows_module.check(cleaned, asked.groups, unclear, missing_paper(locked))
    seated = seating.seat(locked, asked, cleaned, known, at=at)
    stood_in = actor.is_staff and not policies.acts_for(actor, locked, at)
    locked.draft = rows_module.to_json(cleaned)
    kept = keep_version(locked, locked.draft, actor=actor, at=at, stood_in=stood_in)
    before = locked.state
    locked.state = State.SUBMITTED
    locked.submitted_at = at
    locked.reason = ""
    save(locked, at, "draft", "state", "submitted_at", "reason")
    _tell_people(locked, seated, at)
    confirming.order(version=kept, sender=None if stood_in else actor)
    record(
        actor=actor,
        action="nomination.submit",
        target=locked,
        changes={"state": [before, locked.state], "version": [kept.number - 1, kept.number]},
        acted_for=locked.organisation_name,
    )
    return kept


def _tell_people(locked: Nomination, seated: seating.Seated, at: dt.datetime) -> None:
    """Write to whoever is not sent any more; whoever is new, or reached elsewhere, is invited a moment later."""
    for old, new in seated.replaced:
        letters.tell_replaced(old=old, new=new, by_staff=False, at=at)
    letters.tell_withdrawn(nomination=locked, delegates=seated.withdrawn, at=at)
    letters.stop_letters_to(seated.moved, "Không gửi: địa chỉ đã đổi.")


@transaction.atomic
def decline(*, nomination: Nomination, reason: str, version: int, actor: User, at: dt.datetime) -> Nomination:
    """The province sends nobody, with a reason.

    Raises:
        NominationClosed, StaleVersion: as ``save_draft``.
    """
    locked = lock_to_change(nomination, version=version, at=at)
    before, locked.state, locked.reason = locked.state, State.DECLINED, reason
    gone = seating.clear(locked, at=at)
    letters.tell_withdrawn(nomination=locked, delegates=gone, at=at)
    save(locked, at, "state", "reason")
    record(
        actor=actor,
        action="nomination.decline",
        target=locked,
        changes={"state": [before, locked.state], "reason": ["", reason]},
        acted_for=locked.organisation_name,
    )
    return locked

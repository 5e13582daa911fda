"""What an ended organisation has left passes to its successor (``delegates.succession`` says what)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from delegates import policies
from delegates.errors import NominationClosed
from delegates.models import Nomination
from delegates.services.locking import lock, save
from delegates.succession import Succession, succession_of
from directory.audit import record
from directory.models import Contact, Mandate, Organisation, User


@transaction.atomic
def pass_to_successor(*, organisation: Organisation, count: int, actor: User, at: dt.datetime) -> Succession:
    """Pass everything on; answers what was passed.

    Arguments:
        count: ``Succession.count`` of what the person has read.
    Raises:
        NominationClosed: there is no successor, nothing is left, it is not what was read, or a list is of a
            conference with a team without the actor; nothing has changed.
    """
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    found = succession_of(locked, at)
    if found is None or not found.count:
        raise NominationClosed("Không còn gì để chuyển cho cơ quan kế thừa.")
    if found.count != count:
        raise NominationClosed("Những gì sẽ chuyển đã thay đổi. Đọc lại rồi xác nhận.")
    if message := policies.passing_obstacle(actor, found):
        raise NominationClosed(message)
    for mandate in found.mandates:
        _pass_mandate(mandate, found.successor, timezone.localdate(at))
    for contact in found.contacts:
        _pass_contact(contact, found.successor)
    for nomination in found.moving:
        _pass_list(nomination, found.successor, actor, at)
    for nomination in found.closing:
        _close_list(nomination, found.successor, actor, at)
    record(
        actor=actor,
        action="organisation.pass_on",
        target=locked,
        changes={
            "successor": ["", found.successor.name],
            "mandates": [0, len(found.mandates)],
            "contacts": [0, len(found.contacts)],
            "nominations": [0, found.list_count],
        },
    )
    return found


def _pass_mandate(mandate: Mandate, heir: Organisation, today: dt.date) -> None:
    """The old mandate ends with today, one for the successor begins unless there is one."""
    ends, mandate.valid_to = mandate.valid_to, today
    mandate.save(update_fields=["valid_to"])
    held = Mandate.objects.as_of(today).filter(user=mandate.user, organisation=heir, role=mandate.role)
    if not held.exists():
        Mandate.objects.create(
            user=mandate.user,
            organisation=heir,
            role=mandate.role,
            is_backup=mandate.is_backup,
            valid_from=today,
            valid_to=ends,
        )


def _pass_contact(contact: Contact, heir: Organisation) -> None:
    """The address is the successor's from now on; the row that old letters name stays, unused."""
    contact.is_active = False
    contact.save(update_fields=["is_active"])
    if not heir.contacts.filter(email__iexact=contact.email).exists():
        Contact.objects.create(
            organisation=heir,
            full_name=contact.full_name,
            email=contact.email,
            phone=contact.phone,
            is_backup=contact.is_backup,
            refused_at=contact.refused_at,
            refusal=contact.refusal,
        )


def _pass_list(nomination: Nomination, heir: Organisation, actor: User, at: dt.datetime) -> None:
    locked = lock(nomination)
    before, locked.organisation = locked.organisation.name, heir
    save(locked, at, "organisation")
    record(
        actor=actor,
        action="nomination.pass_on",
        target=locked,
        changes={"organisation": [before, heir.name]},
    )


def _close_list(nomination: Nomination, heir: Organisation, actor: User, at: dt.datetime) -> None:
    locked = lock(nomination)
    before, locked.state = locked.state, Nomination.State.DECLINED
    locked.reason = f"Đã chuyển cho {heir.name}, cơ quan kế thừa; đề cử trong danh sách của cơ quan đó."
    save(locked, at, "state", "reason")
    record(
        actor=actor,
        action="nomination.pass_on",
        target=locked,
        changes={"state": [before, locked.state], "reason": ["", locked.reason]},
    )

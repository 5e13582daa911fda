"""Whom the organisation sent before, offered to be sent again. Nobody sees another organisation's people.

What an organisation that was merged away sent is its successor's to know (Luật 91/2025/QH15, Điều 17.1.c).
"""

from collections import defaultdict

from conferences.models import InvitedGroup
from delegates.models import Delegate, Nomination
from directory.models import NOBODY
from hoinghi.text import fold, name_key

OFFERED = 30  # per group; the newest first
LOOKED_AT = 500
KEPT = (Nomination.State.SUBMITTED, Nomination.State.ACCEPTED)


def earlier_people(nomination: Nomination, groups: list[InvitedGroup]) -> dict[str, list[Delegate]]:
    """Group code → people of the organisation's earlier lists, each once with the newest values, newest first.

    A group is known again by its code, or else by its name.
    """
    earlier = (
        Delegate.objects.filter(
            seat__nomination__organisation__in=[
                nomination.organisation,
                *nomination.organisation.continues(),
            ],
            seat__nomination__state__in=KEPT,
            seat__nomination__conference__start_at__lt=nomination.conference.start_at,
            seat__is_live=True,
            state=Delegate.State.PROPOSED,
        )
        .exclude(seat__nomination=nomination.pk)
        .exclude(full_name=NOBODY)
        .select_related(
            "seat__group", "seat__nomination__conference__kind", "seat__organisation__successor__successor"
        )
        .order_by(
            "-seat__nomination__conference__start_at", "seat__group__position", "seat__position", "position"
        )
    )
    by_code = {group.code: group for group in groups}
    by_name = {fold(group.name): group for group in groups}
    newest: dict[tuple[str, str], int] = {}
    found: dict[str, list[Delegate]] = defaultdict(list)
    for delegate in earlier[:LOOKED_AT]:
        old = delegate.seat.group
        group = by_code.get(old.code) or by_name.get(fold(old.name))
        if group is None or len(found[group.code]) == OFFERED:
            continue
        # Two of one name in the same list are two people; in an older list it is the same person again.
        person = group.code, name_key(delegate.full_name)
        if newest.setdefault(person, delegate.seat.nomination_id) == delegate.seat.nomination_id:
            found[group.code].append(delegate)
    return dict(found)


def row_of(delegate: Delegate, group: InvitedGroup) -> dict:
    """A row of the new list; the person is a new delegate of it and answers its questions anew.

    An organisation of the register that has ended is named by whoever holds its place at the time of the conference.
    """
    roles = [role.name for role in group.asked_roles.all()]
    known = delegate.seat.organisation
    holder = known and known.holder_on(group.conference.reference_date)
    return {
        "group": group.code,
        "organisation": holder.name if holder and holder != known else delegate.seat.name,
        "honorific": delegate.honorific,
        "full_name": delegate.full_name,
        "job_title": delegate.job_title,
        "role": delegate.role if delegate.role in roles else "",
        "phone": delegate.phone,
        "email": delegate.email,
    }

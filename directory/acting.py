"""Who acts for whom on a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from directory.models import Mandate, Organisation, User


def users_acting(
    organisations: Iterable[Organisation], role: str, date: dt.date, *, backups: bool = False
) -> dict[int, list[User]]:
    """The active accounts that letters to those who act go to, in one query.

    A backup may do everything that the others may; letters reach backups only where there is nobody else.

    Arguments:
        role: of ``Mandate.Role``.
        backups: answer those who got no letter instead: the backups of organisations that have others.
    Returns:
        organisation's key → accounts, by name; missing keys answer an empty list.
    """
    mandates = (
        Mandate.objects.as_of(date)
        .filter(role=role, organisation__in=organisations, user__is_active=True)
        .select_related("user")
        .order_by("user__sort_key", "user", "is_backup")
    )
    usual: dict[int, dict[int, User]] = defaultdict(dict)
    spare: dict[int, dict[int, User]] = defaultdict(dict)
    for mandate in mandates:
        if not (mandate.is_backup and mandate.user_id in usual[mandate.organisation_id]):
            side = spare if mandate.is_backup else usual
            side[mandate.organisation_id][mandate.user_id] = mandate.user
    found: dict[int, list[User]] = defaultdict(list)
    for key in {*usual, *spare}:
        first, second = list(usual[key].values()), list(spare[key].values())
        found[key] = (second if first else []) if backups else (first or second)
    return found

"""Delegates for the provinces that have not sent any yet, so that every room has somebody to mark."""

from delegates.models import Nomination
from delegates.pickers import choices
from delegates.rows import nominated_groups

HONORIFIC = "đồng chí"


def rows_for(nomination: Nomination) -> list[dict]:
    """The shortest list that the conference's quotas and roles let through; people are called by numbers."""
    rows = []
    for group in nominated_groups(nomination):
        offered = [choice.name for choice in choices(group, nomination)]
        wanted = group.min_organisations or 1
        typed = [f"{group.label} {nomination.sender_name} {number}" for number in range(1, wanted + 1)]
        for name in ([group.own_organisation.name] if group.own_organisation else offered or typed)[:wanted]:
            rows += _people(group, name, len(rows))
    return rows


def _people(group, organisation: str, before: int) -> list[dict]:
    roles = [role.name for role in group.asked_roles.all() for _ in range(role.min_persons)]
    number = max(group.min_persons or 1, len(roles), 1)
    roles += [role.name for role in group.asked_roles.all()][:1] * (number - len(roles))
    return [
        {
            "group": group.code,
            "organisation": organisation,
            "honorific": HONORIFIC,
            "full_name": f"Người Tổng Duyệt {before + index + 1}",
            "job_title": "Phó Giám đốc",
            "role": roles[index] if roles else "",
            "phone": "0900000000",
        }
        for index in range(number)
    ]

"""Roles that a group asks for, one a line as people write them: "1 lãnh đạo Sở", "1÷2 chuyên viên"."""

import re

from conferences.models import GroupRole, InvitedGroup
from hoinghi.text import fold, nfc

_LINE = re.compile(
    r"(?:(ít nhất|tối đa)\s+)?(\d{1,3})(?:\s*(?:÷|-|–|đến)\s*(\d{1,3}))?\s+(\D.*)", re.IGNORECASE
)
LONGEST_NAME = 100


def parse_role(line: str) -> dict:
    """The values of a ``GroupRole``.

    Raises:
        ValueError: with a message for the person who typed.
    """
    line = nfc(line)
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"“{line}”: ghi số người rồi vai trò, ví dụ “1 lãnh đạo Sở” hoặc “1÷2 chuyên viên”.")
    bound, first, last, name = found.groups()
    low, high = int(first), int(last or first)
    if bound:
        low, high = (low, None) if bound.lower() == "ít nhất" else (0, high)
    if high is not None and not max(low, 1) <= high:
        raise ValueError(f"“{line}”: số người nhiều nhất phải từ {max(low, 1)} trở lên.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"“{line}”: tên vai trò dài quá {LONGEST_NAME} chữ.")
    return {"name": name, "min_persons": low, "max_persons": high}


def parse_roles(text: str) -> list[dict]:
    """One role a line, in their order.

    Raises:
        ValueError: the first line that is not understood, or a role that stands there twice.
    """
    roles = [parse_role(line) for line in text.splitlines() if line.strip()]
    names = [fold(role["name"]) for role in roles]
    for role, name in zip(roles, names, strict=True):
        if names.count(name) > 1:
            raise ValueError(f"Vai trò “{role['name']}” ghi hai lần.")
    return [role | {"position": number} for number, role in enumerate(roles, start=1)]


def print_roles(group: InvitedGroup) -> str:
    """The lines from which ``parse_roles`` makes the group's roles again."""
    return "\n".join(str(role) for role in group.asked_roles.all())


def save_roles(group: InvitedGroup, roles: list[dict]) -> None:
    """Make the group's roles those of ``parse_roles``."""
    group.asked_roles.exclude(name__in=[role["name"] for role in roles]).delete()
    for role in roles:
        GroupRole.objects.update_or_create(group=group, name=role["name"], defaults=role)

"""Units and people that a group names, one a line as people write them."""

import re

from conferences.models import GroupMember, InvitedGroup, NamedUnit
from hoinghi.text import fold, nfc

HONORIFICS = ("đồng chí", "ông", "bà")
_HONORIFIC = re.compile(rf"({'|'.join(HONORIFICS)})\s+", re.IGNORECASE)


def parse_units(text: str) -> list[str]:
    """One name a line, as it will be printed.

    Raises:
        ValueError: a name that stands there twice, or is too long.
    """
    return _lines(text, NamedUnit._meta.get_field("name").max_length)


def save_units(group: InvitedGroup, names: list[str]) -> None:
    """Make the group's units those names; one that stays keeps its organisation of the register."""
    group.units.exclude(name__in=names).delete()
    for position, name in enumerate(names, start=1):
        NamedUnit.objects.update_or_create(group=group, name=name, defaults={"position": position})


def print_units(group: InvitedGroup) -> str:
    return "\n".join(unit.name for unit in group.units.all())


def parse_members(text: str) -> list[dict]:
    """One person a line: ``đồng chí Phạm Quang Thái, Phó Giám đốc Sở``; the honorific may be left out.

    Raises:
        ValueError: with a message for the person who typed.
    """
    members = []
    for line in _lines(text, 400):
        honorific, rest = HONORIFICS[0], line
        if found := _HONORIFIC.match(line):
            honorific, rest = found[1].lower(), line[found.end() :]
        name, _, post = (part.strip() for part in rest.partition(","))
        if len(name.split()) < 2:
            raise ValueError(f"“{line}”: ghi họ và tên, rồi dấu phẩy và chức vụ.")
        for field, value in (("full_name", name), ("post", post)):
            limit = GroupMember._meta.get_field(field).max_length
            if len(value) > limit:
                raise ValueError(f"“{value[:40]}…” dài {len(value)} ký tự, tối đa {limit}.")
        members.append({"honorific": honorific, "full_name": name, "post": post})
    names = [fold(member["full_name"]) for member in members]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"“{members[names.index(twice[0])]['full_name']}” ghi hai lần.")
    return members


def save_members(group: InvitedGroup, members: list[dict]) -> None:
    """Make the people named in the group those of ``parse_members``."""
    group.members.exclude(full_name__in=[member["full_name"] for member in members]).delete()
    for position, member in enumerate(members, start=1):
        GroupMember.objects.update_or_create(
            group=group, full_name=member["full_name"], defaults=member | {"position": position}
        )


def print_members(group: InvitedGroup) -> str:
    """The lines from which ``parse_members`` makes the group's people again."""
    return "\n".join(", ".join(filter(None, [str(member), member.post])) for member in group.members.all())


def _lines(text: str, limit: int) -> list[str]:
    lines = [nfc(line) for line in text.splitlines() if line.strip()]
    for line in lines:
        if len(line) > limit:
            raise ValueError(f"“{line[:40]}…” dài {len(line)} ký tự, tối đa {limit}.")
        if lines.count(line) > 1:
            raise ValueError(f"“{line}” ghi hai lần.")
    return lines

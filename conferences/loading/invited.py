"""Whom a conference file invites, and what they are asked."""

from conferences.asking import parse_roles
from conferences.loading.parts import Row
from conferences.loading.reading import Section
from conferences.loading.texts import TextReader
from conferences.models import GroupMember, InvitedGroup, NamedUnit, Question
from directory.models import AdministrativeUnit, Organisation, OrganisationKind, UnitLevel
from hoinghi.text import nfc


class InvitedReader(TextReader):
    """The keys ``groups`` and ``questions``."""

    def group(self, section: Section, number: int) -> Row:
        nominators = InvitedGroup.Nominator
        values = {
            "position": number,
            "code": section.code(),
            "side": section.choice("side", InvitedGroup.Side, default=InvitedGroup.Side.LOCALITY),
            "name": self.short(section, "name", InvitedGroup, "name"),
            "short_name": self.short(section, "short_name", InvitedGroup, "short_name"),
            "nominator": section.choice("nominated_by", nominators, default=nominators.NOBODY),
            "roles": self.plain(section, "roles", InvitedGroup, "roles"),
        }
        values["min_organisations"], values["max_organisations"] = self.quota(section, "quota")
        values["min_persons"], values["max_persons"] = self.quota(section, "persons")
        picker = section.section("picker")
        values["picker_level"] = picker.one_of("level", UnitLevel.objects, "code")
        values["picker_prefix"] = self.plain(picker, "prefix", InvitedGroup, "picker_prefix")
        values["picker_kind"] = picker.one_of("kind", OrganisationKind.objects, "code")
        if picker.has("level") and picker.has("kind"):
            section.refuse(
                "picker", "chọn từ đơn vị hành chính (level) hoặc từ cơ quan (kind), không cả hai."
            )
        picker.finish()
        units = self.units(section)
        organisations = section.several_of("organisations", Organisation.objects, "uid")
        named = [row.values["organisation"] for row in units if row.values["organisation"]]
        links = {
            "organisations": list(dict.fromkeys(organisations + named)),
            "provinces": section.several_of("provinces", AdministrativeUnit.objects.provinces(), "uid"),
        }
        rows = {"asked_roles": self.asked(section), "units": units, "members": self.members(section)}
        return Row(section.path, values, links, rows=rows)

    def units(self, section: Section) -> list[Row]:
        """The units that are named: a text as printed, or the register's with the name that was printed."""
        rows = []
        for index, item in enumerate(section.items("units")):
            path = f"{section.at('units')}[{index}]"
            unit = Section(self.source, {"name": item} if isinstance(item, str) else item, path)
            organisation = unit.one_of("unit", Organisation.objects, "uid")
            name = self.short(unit, "name", NamedUnit, "name", required=organisation is None)
            unit.finish()
            values = {"position": index + 1, "name": name or (organisation.name if organisation else "")}
            rows.append(Row(path, values | {"organisation": organisation}))
        return rows

    def members(self, section: Section) -> list[Row]:
        rows = []
        for number, member in enumerate(section.sections("members"), start=1):
            values = {
                "position": number,
                "honorific": self.plain(member, "honorific", GroupMember, "honorific", required=False)
                or "đồng chí",
                "full_name": self.plain(member, "name", GroupMember, "full_name"),
                "post": self.short(member, "post", GroupMember, "post"),
            }
            member.finish()
            rows.append(Row(member.path, values))
        return rows

    def asked(self, section: Section) -> list[Row]:
        """The roles of ``asked``, a line each: 1 lãnh đạo Sở."""
        lines = section.items("asked")
        if any(not isinstance(line, str) for line in lines):
            section.refuse("asked", "mỗi mục là một dòng, ví dụ: 1 lãnh đạo Sở.")
            return []
        try:
            roles = parse_roles("\n".join(lines))
        except ValueError as error:
            section.refuse("asked", str(error))
            return []
        return [Row(section.at("asked"), role) for role in roles]

    def question(self, section: Section, number: int) -> Row:
        kinds = Question.Kind
        values = {
            "position": number,
            "text": self.plain(section, "text", Question, "text"),
            "kind": section.choice("kind", kinds, default=kinds.YES_NO),
            "choices": self.choices(section),
            "is_required": section.flag("required"),
        }
        known = {row.values["code"] for row in self.file.rows[InvitedGroup]}
        codes = [code for code in section.items("groups") if isinstance(code, str)]
        if unknown := [code for code in codes if code not in known]:
            section.refuse("groups", f"không có nhóm mã “{unknown[0]}” trong groups.")
        return Row(section.path, values, group_codes=codes)

    def choices(self, section: Section) -> str:
        choices = section.items("choices")
        if any(not isinstance(choice, str) or "\n" in choice for choice in choices):
            section.refuse("choices", "mỗi mục là một lựa chọn, viết trên một dòng.")
            return ""
        return nfc("\n".join(choices), lines=True)

    def quota(self, section: Section, key: str) -> tuple[int | None, int | None]:
        quota = section.section(key)
        low, high = quota.integer("min"), quota.integer("max", minimum=1)
        quota.finish()
        if low is not None and high is not None and high < low:
            quota.refuse("max", f"số nhiều nhất ({high}) nhỏ hơn số ít nhất ({low}).")
        return low, high

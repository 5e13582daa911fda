"""The keys of a working visit: its way, what it sees, what it works on, what it came to."""

from conferences.citing import PLACEHOLDER
from conferences.loading.invited import InvitedReader
from conferences.loading.parts import ConclusionPart, Row, Text
from conferences.loading.reading import Section
from conferences.loading.texts import model_field
from conferences.models import Conclusion, ConclusionItem, Establishment, ItineraryLeg, SiteVisit, Topic
from directory.models import AdministrativeUnit, Organisation


class VisitReader(InvitedReader):
    """The keys ``legs``, ``visits``, ``topics`` and ``conclusion``."""

    def leg(self, section: Section, number: int) -> Row:
        province = section.one_of("province", AdministrativeUnit.objects.provinces(), "uid")
        name = self.plain(section, "name", ItineraryLeg, "name", required=province is None)
        host = section.section("host")
        values = {
            "position": number,
            "code": section.code(),
            "province": province,
            "name": name or (province.short_name if province else ""),
            "first_day": self.day_number(section, "from"),
            "last_day": self.day_number(section, "to"),
            "host": host.one_of("unit", Organisation.objects, "uid"),
            "host_name": self.host_name(host),
        }
        host.finish()
        if values["last_day"] and (values["first_day"] or 0) > values["last_day"]:
            section.refuse("to", "ngày cuối của chặng phải từ ngày đầu trở đi.")
        return Row(section.path, values)

    def host_name(self, host: Section) -> str:
        """A name as printed, in which ``{place}`` stands for the name of the leg."""
        name = host.text("name", model_field(ItineraryLeg, "host_name"), required=host.has("unit"))
        if unknown := [cited for cited in PLACEHOLDER.findall(name) if cited != "place"]:
            host.refuse("name", f"ở đây chỉ dẫn được {{place}}, không dẫn được {{{unknown[0]}}}.")
        return name

    def day_number(self, section: Section, key: str) -> int | None:
        """A day (``T+1``, ``01/11/2023``) counted from the first day of the conference, which is 1."""
        day, start = section.day(key), self.source.start
        if day is None or start is None:
            return None
        if day < start:
            section.refuse(key, "trước ngày đầu của chuyến đi.")
            return None
        return (day - start).days + 1

    def visit(self, section: Section, number: int) -> Row:
        values = {
            "position": number,
            "code": section.code(),
            "purpose": section.choice("purpose", SiteVisit.Purpose, default=SiteVisit.Purpose.INSPECTION),
            "subject": self.short(section, "subject", SiteVisit, "subject"),
            "locality": self.plain(section, "locality", SiteVisit, "locality"),
            "day": self.day_number(section, "day"),
        }
        named = self.plain(section, "establishment", Establishment, "name", required=False)
        if named and section.has("what"):
            section.refuse("what", "ghi tên cơ sở (establishment) hoặc nơi đến không nêu tên (what).")
        section.known.add("what")
        values["name"] = named or self.short(section, "what", SiteVisit, "name")
        leg_code = section.raw("leg")
        legs = {row.values["code"]: row for row in self.file.rows[ItineraryLeg]}
        if leg_code and leg_code not in legs:
            section.refuse("leg", f"không có chặng mã “{leg_code}” trong legs.")
        province = legs[leg_code].values["province"] if leg_code in legs else None

        def late(conference) -> dict:
            return {
                "leg": conference.legs.filter(code=leg_code).first() if leg_code else None,
                "establishment": _establishment(named, values["locality"], province),
            }

        return Row(section.path, values, late=late)

    def topics(self) -> list[Row]:
        section, rows = self.top.section("topics"), []
        for kind in Topic.Kind:
            for number, path, text in self.lines(section, kind.value, Topic, "text"):
                rows.append(Row(path, {"position": number, "kind": kind, "text": text}))
        section.finish()
        return rows

    def lines(self, section: Section, key: str, model, name: str):
        """The lines of a list, each a free text of its own: number, path and text."""
        for index, item in enumerate(section.items(key)):
            path = f"{section.at(key)}[{index}]"
            # Each line is read like a text of its own, so that a problem names it.
            line = Section(self.source, {"": item}, path)
            line.at = lambda _, path=path: path
            if text := self.free(line, "", model, name):
                yield index + 1, path, text

    def conclusion(self) -> ConclusionPart | None:
        if not self.top.has("conclusion"):
            self.top.known.add("conclusion")
            return None
        section = self.top.section("conclusion")
        values = {name: self.record(section, name, Conclusion, name) for name in ("opening", "closing")}
        published = section.moment("published")
        items = []
        for number, item in enumerate(section.sections("items"), start=1):
            addressee = item.section("addressee")
            unit = addressee.one_of("unit", Organisation.objects, "uid")
            items.append(
                Row(
                    item.path,
                    {
                        "position": number,
                        "kind": item.choice(
                            "kind", ConclusionItem.Kind, default=ConclusionItem.Kind.CONCLUSION
                        ),
                        "text": self.record(item, "text", ConclusionItem, "text"),
                        "addressee": unit,
                        "addressee_name": self.plain(addressee, "name", ConclusionItem, "addressee_name")
                        or (unit.name if unit else ""),
                        "due_on": item.day("due"),
                    },
                )
            )
            addressee.finish()
            item.finish()
        section.finish()
        return ConclusionPart(section.path, values, published, items)

    def record(self, section: Section, key: str, model, name: str) -> str:
        """A text that may cite facts and may spell them out: what was said at a meeting is a record."""
        text = section.text(key, model_field(model, name))
        self.file.records.append(Text(section.at(key), text))
        return text


def _establishment(name: str, locality: str, province) -> Establishment | None:
    if not name:
        return None
    found, _ = Establishment.objects.get_or_create(
        name=name, locality=locality, defaults={"province": province}
    )
    return found

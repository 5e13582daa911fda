"""Organisations that a conference file brings along because the register lacks them."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from conferences.loading.reading import Section, Source
from conferences.loading.texts import TextReader, model_field
from directory.models import AdministrativeUnit, Organisation, OrganisationKind, User
from directory.services import register_organisation
from hoinghi.text import format_date

KEY = "organisations"
_MEND = "Sửa danh mục ở trang quản trị, hoặc ghi đúng như danh mục."


def bring_organisations(source: Source, *, actor: User | str) -> None:
    """Put the organisations of the file into the register, before anything in the file names them.

    One that is there already is left as it is; what the file says otherwise about it is a problem.
    """
    _Bringer(source, actor).bring()


class _Bringer(TextReader):
    def __init__(self, source: Source, actor: User | str):
        super().__init__(source)
        self.actor = actor

    def bring(self) -> None:
        if not isinstance(self.source.values, dict):
            return
        seen = set()
        for section in Section(self.source, self.source.values).sections(KEY):
            before = len(self.source.problems)
            uid = section.code("uid")
            values = self.values(section)
            email = section.email("email")
            section.finish()
            if uid in seen:
                section.refuse("uid", f"“{uid}” đã có ở trên.")
            seen.add(uid)
            if len(self.source.problems) == before:
                self.register(section, Organisation(uid=uid, **values), email)
            if len(self.source.problems) > before:
                self.source.refused.add(uid)

    def values(self, section: Section) -> dict:
        return {
            "name": self.plain(section, "name", Organisation, "name"),
            "abbreviation": self.plain(section, "abbreviation", Organisation, "abbreviation"),
            "kind": self.kind(section),
            "unit": section.one_of("province", AdministrativeUnit.objects.provinces(), "uid"),
            "parent": section.one_of("parent", Organisation.objects, "uid"),
            "valid_from": section.day("valid_from"),
            "valid_to": section.day("valid_to"),
            "successor": section.one_of("successor", Organisation.objects, "uid"),
            "address": self.plain(section, "address", Organisation, "address"),
            "phone": section.phones("phone", model_field(Organisation, "phone")),
        }

    def kind(self, section: Section) -> OrganisationKind | None:
        """One of the register's by its code, or with ``code`` and ``name`` a new one."""
        if not isinstance(section.values.get("kind"), dict):
            return section.one_of("kind", OrganisationKind.objects, "code", required=True)
        typed = section.section("kind")
        code, name = typed.code(), self.plain(typed, "name", OrganisationKind, "name")
        typed.finish()
        if not (code and name):
            return None
        kind, _ = OrganisationKind.objects.get_or_create(code=code, defaults={"name": name})
        if kind.name != name:
            typed.refuse("name", f"trong danh mục loại “{code}” là “{kind.name}”. {_MEND}")
        return kind

    def register(self, section: Section, organisation: Organisation, email: str) -> None:
        if known := Organisation.objects.filter(uid=organisation.uid).first():
            self.compare(section, organisation, known)
            return
        self.within_province(section, organisation)
        if namesake := _namesakes(organisation).first():
            section.refuse("name", f"danh mục đã có cơ quan này, mã “{namesake.uid}”: dùng mã đó.")
        elif rival := self.rivals(organisation).first():
            section.refuse(
                "kind",
                f"{organisation.unit} đã có {rival} (mã “{rival.uid}”) trong thời gian này, mà hội nghị cần mỗi tỉnh "
                "một cơ quan loại này.",
            )
        else:
            try:
                register_organisation(organisation=organisation, email=email, actor=self.actor)
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    path = section.path if name == "__all__" else section.at(name)
                    self.source.refuse(path, " ".join(messages))

    def compare(self, section: Section, typed: Organisation, known: Organisation) -> None:
        keys = {"unit": "province"}
        for name in ("name", "abbreviation", "kind", "unit", "parent", "valid_from", "valid_to", "successor"):
            key, stored = keys.get(name, name), getattr(known, name)
            if section.has(key) and getattr(typed, name) != stored:
                shown = format_date(stored) if stored and name.startswith("valid") else stored or "để trống"
                section.refuse(key, f"trong danh mục của “{typed.uid}” là: {shown}. {_MEND}")

    def within_province(self, section: Section, organisation: Organisation) -> None:
        """An organisation of a province lives no longer than it; what is not typed is the province's."""
        if (province := organisation.unit) is None:
            return
        organisation.valid_from = organisation.valid_from or province.valid_from
        organisation.valid_to = organisation.valid_to or province.valid_to
        if province.valid_from and organisation.valid_from < province.valid_from:
            section.refuse("valid_from", f"{province} có từ ngày {format_date(province.valid_from)}.")
        if province.valid_to and organisation.valid_to > province.valid_to:
            section.refuse("valid_to", f"{province} chỉ có đến hết ngày {format_date(province.valid_to)}.")

    def rivals(self, organisation: Organisation):
        """Those with which a province would have two focal points, or two hosts of its room."""
        top = Section(self.source, self.source.values)
        one_each = [
            top.values.get("focal_kind"),
            *(place.values.get("host_kind") for place in top.sections("places")),
        ]
        if organisation.unit is None or organisation.kind.code not in one_each:
            return Organisation.objects.none()
        return _at_the_same_time(organisation).filter(kind=organisation.kind)


def _at_the_same_time(organisation: Organisation):
    """Organisations of the same place whose days overlap its own."""
    found = Organisation.objects.filter(unit=organisation.unit)
    if organisation.valid_from:
        found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=organisation.valid_from))
    if organisation.valid_to:
        found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=organisation.valid_to))
    return found


def _namesakes(organisation: Organisation):
    """A unit of another parent may bear the same name: Văn phòng, Trung tâm Thông tin."""
    return _at_the_same_time(organisation).filter(name__iexact=organisation.name, parent=organisation.parent)

"""What a conference file says (docs/conference-file.md): read, checked, not yet saved."""

import datetime as dt

from conferences import frames
from conferences.facts import TEXT_FIELDS, printed_value
from conferences.loading import organisations
from conferences.loading.news import NewsReader
from conferences.loading.parts import ConferenceFile, MaterialRow, OwnFrame, Row
from conferences.loading.reading import Section, Source
from conferences.loading.texts import model_field
from conferences.models import (
    Abbreviation,
    AgendaItem,
    Conference,
    ConferenceContact,
    ConferenceFact,
    ConferenceKind,
    InvitedGroup,
    ItineraryLeg,
    Material,
    Note,
    NoticeFrame,
    Place,
    Question,
    Sector,
    SiteVisit,
    Topic,
)
from conferences.models.conference import JOIN_BEFORE
from correspondence.models import Letterhead
from directory.models import AdministrativeUnit, Organisation, OrganisationKind
from hoinghi.text import VIETNAM, format_date, nfc, parse_weekday, slugify, weekday_words


def parse(source: Source, *, start: dt.date | None = None) -> ConferenceFile:
    """Read every key of a conference file; problems are collected in ``source``.

    Arguments:
        start: the first day, instead of the file's own.
    """
    return _Parser(source, start).parse()


def _nfc(value):
    """Texts in the spelling that is stored, all the way down."""
    if isinstance(value, dict):
        return {key: _nfc(item) for key, item in value.items()}
    return [_nfc(item) for item in value] if isinstance(value, list) else nfc(value)


class _Parser(NewsReader):
    def __init__(self, source: Source, start: dt.date | None):
        super().__init__(source)
        self.top = Section(source, source.values)
        self.start = start

    def parse(self) -> ConferenceFile:
        top, values = self.top, self.file.values
        top.known.add(organisations.KEY)  # brought before
        values["slug"] = top.code("slug")
        values["kind"] = top.one_of("kind", ConferenceKind.objects, "code", required=True)
        values["title"] = self.plain(top, "title", Conference, "title")
        values["short_title"] = self.plain(top, "short_title", Conference, "short_title")
        values["join_link"] = top.parsed("join_link", lambda typed: printed_value("link", typed)) or ""
        values["format"] = top.choice("format", Conference.Format)
        self.time()  # before everything that counts days from T
        self.frame()
        self.state()
        self.issuers()
        self.deadline()
        self.references()
        values["units_as_of"] = top.day("units_as_of")
        values["paper_rule"] = top.choice(
            "paper", Conference.PaperRule, default=Conference.PaperRule.OPTIONAL
        )
        minutes = top.integer("join_before", maximum=1440)
        values["join_before"] = JOIN_BEFORE if minutes is None else minutes
        values["focal_kind"] = top.one_of("focal_kind", OrganisationKind.objects, "code")
        for name in TEXT_FIELDS:
            values[name] = self.free(top, name, Conference, name)
        rows = self.file.rows
        rows[Abbreviation] = self.each("abbreviations", self.abbreviation, once="code")
        rows[ConferenceContact] = self.each("contacts", self.contact)
        rows[Place] = self.each("places", self.place)
        rows[InvitedGroup] = self.each("groups", self.group, once="code")
        rows[Question] = self.each("questions", self.question, once="text")
        rows[Note] = self.each("notes", self.note)
        rows[ItineraryLeg] = self.each("legs", self.leg, once="code")
        rows[SiteVisit] = self.each("visits", self.visit, once="code")
        rows[Topic] = self.topics()
        rows[AgendaItem] = self.each("agenda", self.agenda_item)
        rows[ConferenceFact] = self.own_facts()
        self.file.materials = self.each("materials", self.material, once="title")
        self.file.conclusion = self.conclusion()
        self.file.series = self.series()
        self.file.articles = self.each("articles", self.article, once="slug")
        top.finish()
        return self.file

    # --- the conference itself ---

    def time(self) -> None:
        section, values = self.top.section("time", required=True), self.file.values
        given = bool(section.values)
        day = section.day("date", required=given and self.start is None)
        day = self.start or day
        self.source.start = day
        last_day = section.day("end_date") or day
        start, end = section.hour("start", required=given), section.hour("end", required=given)
        self.start_hour = start
        values["duration_kind"] = section.choice(
            "duration", Conference.Duration, default=Conference.Duration.HALF_DAY
        )
        values["time_style"] = section.choice(
            "style", Conference.TimeStyle, default=Conference.TimeStyle.DATE_FIRST
        )
        weekday = section.parsed("weekday", parse_weekday)
        if day and weekday and weekday != day.isoweekday():
            section.refuse("weekday", f"ngày {format_date(day)} là {weekday_words(day)}.")
        section.finish()
        if not (day and last_day and start and end):
            return
        values["start_at"] = dt.datetime.combine(day, start, VIETNAM)
        values["end_at"] = dt.datetime.combine(last_day, end, VIETNAM)
        if values["end_at"] <= values["start_at"]:
            section.refuse(
                "end_date" if section.has("end_date") else "end", "giờ kết thúc phải sau giờ bắt đầu."
            )
            del values["end_at"]
        elif last_day != day and values["duration_kind"] == Conference.Duration.HALF_DAY:
            section.refuse("duration", "họp nhiều ngày thì không phải nửa ngày; chọn full_day hoặc hours.")

    def frame(self) -> None:
        if not isinstance(self.top.values.get("frame"), list):
            self.file.values["frame"] = self.top.one_of("frame", NoticeFrame.objects, "code", required=True)
            return
        blocks = self.top.items("frame")
        invitation = self.top.items("invitation")
        problems = [
            *frames.check(blocks, path="frame"),
            *frames.check_invitation(invitation, path="invitation"),
        ]
        for path, reason in problems:
            self.source.refuse(path, reason)
        if not problems:
            self.file.own_frame = OwnFrame(_nfc(blocks), _nfc(invitation))

    def state(self) -> None:
        file, top = self.file, self.top
        known = Conference.State
        file.state = top.choice("state", known, default=known.DRAFT)
        if file.state not in (known.DRAFT, known.PLANNED, known.ANNOUNCED):
            top.refuse("state", "tệp chỉ đặt được trạng thái draft, planned hoặc announced.")
        file.announced_at = top.moment("announced", required=file.state == known.ANNOUNCED)
        start = file.values.get("start_at")
        if file.announced_at and file.state in (known.DRAFT, known.PLANNED):
            top.refuse("announced", "chỉ ghi khi state là announced.")
        if file.announced_at and start and file.announced_at >= start:
            top.refuse("announced", "phải trước giờ bắt đầu.")

    def issuers(self) -> None:
        top, values = self.top, self.file.values
        for key in ("organiser", "issuing_unit"):
            section = top.section(key, required=True)
            values[key] = section.one_of("unit", Organisation.objects, "uid", required=section.has("name"))
            values[f"{key}_name"] = self.plain(
                section, "name", Conference, f"{key}_name", required=section.has("unit")
            )
            section.finish()
        values["letterhead"] = top.one_of("letterhead", Letterhead.objects, "code")
        chair = top.section("chair", required=True)
        values["chair_title"] = (
            self.short(chair, "title", Conference, "chair_title", fact="chair") if top.has("chair") else ""
        )
        values["chair_name"] = self.plain(chair, "name", Conference, "chair_name")
        values["chair_honorific"] = self.plain(chair, "honorific", Conference, "chair_honorific")
        chair.finish()
        values["signature"] = self.plain(top, "signature", Conference, "signature")

    def deadline(self) -> None:
        section, values = self.top.section("deadline"), self.file.values
        styles = Conference.DeadlineStyle
        before, by, until = section.day("before"), section.day("by"), section.moment("until")
        given = [key for key in ("before", "by", "until") if section.has(key)]
        values["change_until"] = section.moment("change_until")
        values["hard_close"] = section.moment("hard_close")
        section.finish()
        if len(given) != 1:
            if self.top.has("deadline"):
                self.top.refuse(
                    "deadline",
                    "ghi đúng một trong: before (trước ngày), by (chậm nhất ngày), until (chậm nhất giờ, ngày).",
                )
            return
        values["deadline_style"] = {
            "before": styles.BEFORE_DAY,
            "by": styles.BY_DAY,
            "until": styles.UNTIL_MOMENT,
        }[given[0]]
        instant = until
        if before or by:
            instant = dt.datetime.combine(before or by + dt.timedelta(days=1), dt.time(), VIETNAM)
        start = values.get("start_at")
        if instant and start and instant > start:
            section.refuse(given[0], "hạn gửi danh sách phải trước giờ bắt đầu hội nghị.")
            instant = None
        values["nomination_deadline"] = instant
        change = values["change_until"]
        if instant and change and change < instant:
            section.refuse("change_until", "hạn thay đổi danh sách không được trước hạn gửi danh sách.")
            values["change_until"] = None

    def references(self) -> None:
        values = self.file.values
        section = self.top.section("approval")
        values["approval_reference"] = self.plain(section, "reference", Conference, "approval_reference")
        values["approved_title"] = self.plain(section, "name", Conference, "approved_title")
        values["approved_by"] = self.short(section, "by", Conference, "approved_by")
        values["approved_on"] = section.day("on")
        section.finish()
        self.file.legal_bases = self.each("legal_bases", self.legal_basis)
        self.file.provinces = self.top.several_of("provinces", AdministrativeUnit.objects.provinces(), "uid")
        self.file.sectors = self.sectors()

    def sectors(self) -> list[str]:
        items = self.top.items("sectors")
        names = [nfc(item) for item in items if isinstance(item, str) and slugify(item) and "\0" not in item]
        limit = model_field(Sector, "name").max_length
        if len(names) != len(items) or any(len(name) > limit for name in names):
            self.top.refuse("sectors", f"mỗi mục là tên một lĩnh vực, tối đa {limit} ký tự.")
            return []
        return names

    # --- its rows ---

    def each(self, key: str, read, *, once: str = "", of: Section | None = None) -> list:
        """The rows of a list; with ``once`` no two of them may have the same value of that key."""
        rows, seen = [], set()
        for section in (of or self.top).sections(key):
            before = len(self.source.problems)
            row = read(section, len(rows) + 1)
            section.finish()
            if once and row.values.get(once) in seen:
                section.refuse(once, f"“{row.values[once]}” đã có ở trên.")
            if len(self.source.problems) == before:
                seen.add(row.values.get(once))
                rows.append(row)
        return rows

    def abbreviation(self, section: Section, number: int) -> Row:
        return Row(
            section.path,
            {
                "code": section.code(),
                "phrase": self.plain(section, "phrase", Abbreviation, "phrase"),
                "short": self.plain(section, "short", Abbreviation, "short"),
            },
        )

    def contact(self, section: Section, number: int) -> Row:
        return Row(
            section.path,
            {
                "position": number,
                "honorific": self.plain(section, "honorific", ConferenceContact, "honorific", required=False)
                or "đồng chí",
                "full_name": self.plain(section, "name", ConferenceContact, "full_name"),
                "phones": section.phones("phones", model_field(ConferenceContact, "phones")),
                "email": section.email("email"),
            },
        )

    def place(self, section: Section, number: int) -> Row:
        values = {
            "position": number,
            "role": section.choice("role", Place.Role),
            "label": self.short(section, "label", Place, "label"),
            "host": section.one_of("host", Organisation.objects, "uid"),
            "host_kind": section.one_of("host_kind", OrganisationKind.objects, "code"),
        }
        for key, name in (
            ("locality", "locality"),
            ("room", "room_name"),
            ("host_name", "host_name"),
            ("host_area", "host_area"),
            ("address", "address"),
            ("alternative", "alternative"),
        ):
            values[name] = self.plain(section, key, Place, name)
        if values["role"] == Place.Role.LOCAL and section.has("host"):
            section.refuse("host", "điểm cầu địa phương chọn theo loại cơ quan: ghi host_kind.")
        if values["role"] == Place.Role.CENTRAL and section.has("host_kind"):
            section.refuse("host_kind", "điểm cầu trung tâm có một cơ quan: ghi host.")
        return Row(section.path, values)

    def note(self, section: Section, number: int) -> Row:
        text = self.free(section, "text", Note, "text")
        items = [line for _, _, line in self.lines(section, "items", Note, "text")]
        return Row(section.path, {"position": number, "text": text, "items": "\n".join(items)})

    def agenda_item(self, section: Section, number: int) -> Row:
        day = section.integer("day", minimum=1, maximum=60) or 1
        starts = section.minutes_after("at", self.start_hour, required=True)
        ends = section.minutes_after("to", self.start_hour)
        if starts is not None and ends is not None and ends <= starts:
            section.refuse("to", "phải sau giờ bắt đầu của mục này.")
        return Row(
            section.path,
            {
                "day": day,
                "starts_after": starts,
                "lasts": ends - starts if starts is not None and ends is not None else None,
                "title": self.short(section, "title", AgendaItem, "title"),
                "part": self.short(section, "part", AgendaItem, "part"),
                "presenter": self.short(section, "presenter", AgendaItem, "presenter"),
                "chair": self.short(section, "chair", AgendaItem, "chair"),
                "place": self.plain(section, "place", AgendaItem, "place"),
                "is_break": section.flag("break"),
            },
        )

    def own_facts(self) -> list[Row]:
        section, rows = self.top.section("facts"), []
        for code in section.values:
            entry = section.section(code)
            types = [kind for kind in ConferenceFact.Type.values if kind in entry.values]
            if len(types) != 1:
                section.refuse(code, f"ghi đúng một trong: {', '.join(ConferenceFact.Type.values)}.")
                continue
            kind = types[0]
            if kind == ConferenceFact.Type.TEXT:
                value = self.free(entry, kind, ConferenceFact, "value")
            else:
                value = entry.parsed(kind, lambda typed, kind=kind: printed_value(kind, typed), required=True)
            entry.finish()
            if value:
                rows.append(Row(entry.path, {"code": code, "type": kind, "value": value}))
        return rows

    def material(self, section: Section, number: int) -> MaterialRow:
        values = {
            "position": number,
            "kind": section.choice("kind", Material.Kind, default=Material.Kind.DOCUMENT),
            "title": self.plain(section, "title", Material, "title"),
            "visibility": section.choice(
                "visibility", Material.Visibility, default=Material.Visibility.INVITED
            ),
            "opens_at": section.moment("opens"),
            "closes_at": section.moment("closes"),
        }
        return MaterialRow(section.path, values, file=self.beside(section))

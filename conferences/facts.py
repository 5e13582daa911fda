"""The facts of a conference in the form in which they are printed, and the placeholders that cite them.

Every artefact (notice, Giấy mời, letters, calendar) prints a fact from here; a text that needs one cites
it: ``sáng {date}``. docs/conference-file.md lists the placeholders. The case of a placeholder is the case
of what it prints: ``{weekday}`` thứ Sáu, ``{Weekday}`` Thứ Sáu, ``{ISSUING_UNIT}`` all in capitals.

No model is imported here: the models print themselves with ``expand``.
"""

import datetime as dt
import re

from django.db.models import prefetch_related_objects
from django.utils import timezone

from conferences import guards
from conferences.citing import INSTANT, UnknownPlaceholder, citing_problems, fill, fill_known, instant_of
from conferences.guards import Found, Guard
from conferences.own_facts import guards_of, printed_value, value_in_calendar
from conferences.visit_facts import add_people_of, add_topics, add_visit
from hoinghi import text as vn
from hoinghi.together import bring

__all__ = [
    "TEXT_FIELDS",
    "Facts",
    "UnknownPlaceholder",
    "expand",
    "facts_of",
    "fill",
    "names_of",
    "print_time",
    "printed_facts_in",
    "printed_value",
    "problems_in",
    "remember_facts",
]


# The rows that facts are printed from.
FACT_ROWS = (
    *("abbreviations", "contacts", "places", "legal_bases", "facts", "legs", "visits", "topics"),
    *("groups__asked_roles", "groups__units", "groups__members"),
)
REMEMBERED = "remembered_facts"


class Facts(dict[str, str]):
    """Placeholder → printed form.

    ``guards`` find the facts that no free text may spell out; ``texts`` are the free texts themselves, which
    only a frame may cite.
    """

    def __init__(self):
        super().__init__()
        self.guards: list[Guard] = []
        self.texts: set[str] = set()

    @property
    def citable(self) -> dict[str, str]:
        """What a free text may cite."""
        return {
            placeholder: printed for placeholder, printed in self.items() if placeholder not in self.texts
        }

    def add(self, placeholder: str, printed: str, *guarded_by: Guard) -> None:
        self[placeholder] = printed
        self.guards += guarded_by

    def add_instant(self, value: dt.date | dt.datetime | None, *placeholders: str) -> None:
        """Let these placeholders print a day or hour in a pattern as well: ``{date:dd.MM.yyyy}``."""
        self.update({f"{placeholder}{INSTANT}": instant_of(value) for placeholder in placeholders})

    def add_words(self, placeholder: str, label: str, printed: str) -> None:
        """A fact that is guarded by its words."""
        self.add(placeholder, printed, *([guards.words(placeholder, label, printed)] if printed else []))


def problems_in(text: str, facts: Facts) -> list[str]:
    """Why ``text`` may not stand in this conference: it cites what is not there, or spells out a fact.

    Returns:
        Messages for the person who wrote it; none when the text is fine.
    """
    return citing_problems(text, facts.citable) + [found.message for found in printed_facts_in(text, facts)]


def printed_facts_in(text: str, facts: Facts) -> list[Found]:
    """The typed facts of the conference that ``text`` spells out instead of citing them."""
    return guards.search(text, facts.guards)


def names_of(conference) -> dict[str, str]:
    """What the short fields (chair, group, place, agenda) may cite; all other facts are built from these."""
    names = {
        "organiser": conference.organiser_name,
        "issuing_unit": conference.issuing_unit_name,
        "kind": conference.kind.name,
        "name": conference.title,
    }
    if conference.pk:
        names |= {f"abbr:{row.code}": row.short for row in conference.abbreviations.all()}
    names["chair"] = _printed_chair(conference, fill_known(conference.chair_title, names))
    return names


def _printed_chair(conference, title: str) -> str:
    """``Thứ trưởng Bộ Công Thương Trần Văn Minh``; with an honorific ``bà Đỗ Thị Minh Trâm, Phó Cục trưởng``."""
    if conference.chair_honorific and conference.chair_name:
        return ", ".join(filter(None, [f"{conference.chair_honorific} {conference.chair_name}", title]))
    return " ".join(filter(None, [title, conference.chair_name]))


def expand(text: str, conference) -> str:
    """A short field of the conference with the names that it cites.

    An unknown placeholder stays as written: the admin shows rows before anybody has checked them.
    """
    return fill_known(text, names_of(conference)) if "{" in text else text


# --- The facts ---------------------------------------------------------------------------------------


def facts_of(conference) -> Facts:
    """Every fact of a saved conference, printed. Empty facts are there with an empty text.

    ``Conference.objects.printable()`` brings the rows along; otherwise each kind of row is asked for. After
    ``remember_facts`` what was printed then.
    """
    if (remembered := conference.__dict__.get(REMEMBERED)) is not None:
        return remembered
    facts = Facts()
    facts.update(names_of(conference))
    _add_names(facts, conference)
    _add_time(facts, conference)
    _add_deadline(facts, conference)
    _add_later_dates(facts, conference)
    _add_contacts(facts, conference)
    _add_places(facts, conference)
    _add_groups(facts, conference)
    _add_references(facts, conference)
    _add_own_facts(facts, conference)
    add_visit(facts, conference)
    _add_texts(facts, conference)
    add_topics(facts, conference)
    return facts


def remember_facts(conference) -> None:
    """Print the facts once for everything that is written from this very object, which nobody changes any more."""
    bring(conference, *FACT_ROWS)
    conference.__dict__[REMEMBERED] = facts_of(conference)


def _add_names(facts: Facts, conference) -> None:
    facts.add_words("name", "tên hội nghị", conference.title)
    facts.add("short_name", conference.short_title)
    if vn.fold(conference.short_title) != vn.fold(conference.kind.name):
        facts.add_words("short_name", "tên gọi tắt của hội nghị", conference.short_title)
    # The organiser is not guarded: a ministry is named in many a text that is not about its conference.
    facts.add_words("issuing_unit", "đơn vị ban hành", conference.issuing_unit_name)
    facts.add("signature", conference.signature or vn.upper(conference.issuing_unit_name))
    facts.add("format", vn.nfc(conference.get_format_display()).lower())
    formats = conference.Format
    ways = {formats.ONLINE: "trực tuyến", formats.IN_PERSON: "trực tiếp"}
    facts.add("formats", ways.get(conference.format, "trực tuyến và trực tiếp"))
    facts.add("chair_label", conference.kind.chair_label)
    facts.add("chair_title", fill_known(conference.chair_title, facts))
    facts.add_words("chair_name", "tên người chủ trì", conference.chair_name)
    facts.add(
        "chair_person",
        " ".join(filter(None, [conference.chair_honorific, conference.chair_name])),
    )
    facts.add_words("chair", "người chủ trì", facts["chair"])


def _add_time(facts: Facts, conference) -> None:
    start, end = timezone.localtime(conference.start_at), timezone.localtime(conference.end_at)
    prints_end = conference.duration_kind == conference.Duration.HOURS
    facts.add("time", print_time(conference))
    facts.add("duration", _duration(conference, start, end))
    facts.add("date", vn.format_date(start), guards.on_date("date", "ngày tổ chức", start.date()))
    facts.add("long_date", vn.format_long_date(start))
    facts.update(start_time_long=vn.format_time_long(start), end_time_long=vn.format_time_long(end))
    facts.add("dates", vn.format_range(start, end))
    facts.add(
        "weekday", vn.weekday_words(start), guards.on_weekday("weekday", "thứ của ngày tổ chức", start.date())
    )
    facts.update(weekday_number=vn.weekday_number(start), weekday_small=vn.weekday_words(start).lower())
    facts.update(end_weekday=vn.weekday_words(end), end_weekday_number=vn.weekday_number(end))
    facts.add_instant(start, "date", "start_time")
    facts.add_instant(end, "end_date", "end_time")
    facts.add("session", "sáng" if start.hour < 12 else "chiều" if start.hour < 18 else "tối")
    facts.add("start_time", vn.format_time(start), guards.at_time("start_time", "giờ bắt đầu", start.time()))
    facts.add("end_time", vn.format_time(end))
    facts.add("end_date", vn.format_date(end))
    facts.add("month", f"{start.month}/{start.year}")
    facts.add("year", str(start.year))
    if prints_end:
        facts.guards.append(guards.at_time("end_time", "giờ kết thúc", end.time()))
    if start.date() != end.date():
        facts.guards.append(guards.on_date("end_date", "ngày kết thúc", end.date()))


def print_time(conference) -> str:
    """``½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6)``: duration, hours and days in the conference's style."""
    start, end = timezone.localtime(conference.start_at), timezone.localtime(conference.end_at)
    one_day = start.date() == end.date()
    if conference.duration_kind == conference.Duration.HOURS:
        if one_day:
            return f"từ {vn.format_time(start)} đến {vn.format_time(end)} {_day(conference, start)}"
        return (
            f"từ {vn.format_time(start)} {_day(conference, start)} "
            f"đến {vn.format_time(end)} {_day(conference, end)}"
        )
    moment = f"{_duration(conference, start, end)}, từ {vn.format_time(start)} {_day(conference, start)}"
    return moment if one_day else f"{moment} đến hết {_day(conference, end)}"


def _day(conference, moment: dt.datetime) -> str:
    if conference.time_style == conference.TimeStyle.WEEKDAY_FIRST:
        return f"{vn.weekday_words(moment)} ngày {vn.format_date(moment)}"
    return f"ngày {vn.format_date(moment)} ({vn.weekday_number(moment)})"


def _duration(conference, start: dt.datetime, end: dt.datetime) -> str:
    if conference.duration_kind == conference.Duration.HOURS:
        return ""
    days = (end.date() - start.date()).days + 1
    return f"{days:02} ngày" if days > 1 else vn.nfc(conference.get_duration_kind_display())


def _add_deadline(facts: Facts, conference) -> None:
    deadline = conference.nomination_deadline
    if deadline is None:
        facts.update(deadline="", deadline_date="", deadline_long_date="", deadline_time="")
        facts.add_instant(None, "deadline_date", "deadline_time")
        return
    style = conference.DeadlineStyle(conference.deadline_style)
    deadline = timezone.localtime(deadline)
    day = deadline - dt.timedelta(days=1) if style == style.BY_DAY else deadline
    printed = vn.format_date(day)
    facts.add_instant(day, "deadline_date")
    facts.add_instant(deadline if style == style.UNTIL_MOMENT else None, "deadline_time")
    facts.add("deadline_date", printed, guards.on_date("deadline", "hạn gửi danh sách", day.date()))
    facts.update(deadline_long_date=vn.format_long_date(day), deadline_time="")
    if style == style.BEFORE_DAY:
        facts.add("deadline", f"trước ngày {printed}")
    elif style == style.BY_DAY:
        facts.add("deadline", f"chậm nhất ngày {printed}")
    else:
        facts.add("deadline", f"chậm nhất {vn.format_moment(deadline)}")
        facts.add(
            "deadline_time",
            vn.format_time(deadline),
            guards.at_time("deadline_time", "giờ của hạn gửi danh sách", deadline.time()),
        )


def _add_later_dates(facts: Facts, conference) -> None:
    """Until when a list that was sent may be changed, and when lists close for good, where that is typed."""
    for name, label, moment in (
        ("change_until", "hạn thay đổi danh sách", conference.change_until),
        ("hard_close", "lúc khóa danh sách", conference.hard_close),
    ):
        facts.add(name, "")
        facts.add_instant(moment, name)
        if moment:
            moment = timezone.localtime(moment)
            facts.add(name, vn.format_moment(moment), guards.on_date(name, label, moment.date()))


def _add_contacts(facts: Facts, conference) -> None:
    facts.update(contact="", contact_name="", contact_phones="", contact_email="")
    for number, contact in enumerate(conference.contacts.all(), start=1):
        suffix = "" if number == 1 else f":{number}"
        facts.add(f"contact{suffix}", str(contact))
        facts.add_words(f"contact_name{suffix}", "tên người liên hệ", contact.full_name)
        facts.add(
            f"contact_phones{suffix}",
            contact.phones,
            guards.telephone(f"contact_phones{suffix}", "điện thoại liên hệ", _numbers(contact.phones)),
        )
        facts.add(f"contact_email{suffix}", contact.email)
        if contact.email:
            facts.guards.append(guards.address(f"contact_email{suffix}", "email liên hệ", contact.email))


def _numbers(phones: str) -> list[str]:
    try:
        return vn.parse_phones(phones)
    except ValueError:
        return []  # refused at its own field; here it only guards nothing


def _add_places(facts: Facts, conference) -> None:
    for role in ("central", "local"):
        facts.update({f"{role}_{part}": "" for part in ("place", "locality", "room", "host", "address")})
    for number, place in enumerate(conference.places.all(), start=1):
        role = place.role if not facts[f"{place.role}_place"] else f"place:{number}"
        label = f"địa điểm ({place.printed_label})"
        facts.add_words(f"{role}_place", label, place.printed)
        facts.add(f"{role}_locality", place.locality)
        facts.add(f"{role}_room", place.room_name)
        facts.add(f"{role}_host", place.host_name)
        facts.add(f"{role}_area", place.host_area)
        facts.add_words(f"{role}_address", f"địa chỉ ({place.printed_label})", place.address)
        street = place.address.partition(",")[0].removeprefix("số ").removeprefix("Số ")
        if any(letter.isdigit() for letter in street) and len(street.split()) > 1:
            facts.guards.append(guards.words(f"{role}_address", f"địa chỉ ({place.printed_label})", street))


def _add_groups(facts: Facts, conference) -> None:
    nominated = []
    groups = list(conference.groups.all())
    prefetch_related_objects(groups, "asked_roles", "units", "members")
    for group in groups:
        name, code = fill_known(group.name, facts), group.code
        facts.add(f"group:{code}", name)
        add_people_of(facts, group)
        facts.add(f"roles:{code}", group.roles or ", ".join(str(role) for role in group.asked_roles.all()))
        for fact, unit, minimum, maximum in (
            ("quota", "số cơ quan", group.min_organisations, group.max_organisations),
            ("persons", "số người", group.min_persons, group.max_persons),
        ):
            printed = vn.format_quota(minimum, maximum)
            bounds = {"min": minimum, "max": maximum}
            forms = {fact: printed} | {f"{fact}_{end}": str(bound or "") for end, bound in bounds.items()}
            for name_of, form in forms.items():
                facts.add(f"{name_of}:{code}", form)
                facts.add(f"{name_of}:{code}:00", re.sub(r"\d+", lambda number: number[0].zfill(2), form))
            if printed:
                label = f"{unit} của nhóm “{name}”"
                facts.guards.append(guards.quota(f"{fact}:{code}", label, minimum, maximum, of=name))
        if group.nominator != group.Nominator.NOBODY and facts[f"quota:{code}"]:
            nominated.append(f"{facts[f'quota:{code}']} {name}")
    facts.add("quotas", _in_a_row(nominated))


def _in_a_row(things: list[str]) -> str:
    """``a``, ``a và b``, ``a, b và c``"""
    *first, last = things or [""]
    return f"{', '.join(first)} và {last}" if first else last


def _add_references(facts: Facts, conference) -> None:
    facts.add("approved_by", fill_known(conference.approved_by, facts))
    facts.add_words("approved_name", "tên khi được phê duyệt", conference.approved_title)
    facts["approved_name"] = conference.approved_title or conference.title
    facts.add_words("join_link", "đường dẫn dự họp", conference.join_link)
    facts.add_words("approval", "số văn bản phê duyệt", conference.approval_reference)
    facts.add("approved_on", "")
    if conference.approved_on:
        facts.add(
            "approved_on",
            vn.format_date(conference.approved_on),
            guards.on_date("approved_on", "ngày phê duyệt", conference.approved_on),
        )
    for document in conference.legal_bases.all():
        add_legal_document(facts, document)


def add_legal_document(facts: Facts, document) -> None:
    """``{legal:NUMBER}`` or ``{legal:CODE}`` in full; ``:dated``, ``:long``, ``:name`` are shorter; ``:abstract``."""
    name = f"{document.kind} số {document.number}"
    dated = f"{name} ngày {vn.format_date(document.issued_on)}"
    for key in filter(None, (document.number, document.code)):
        facts[f"legal:{key}"] = f"{dated} của {document.issuer}"
        facts[f"legal:{key}:dated"] = dated
        facts[f"legal:{key}:long"] = f"{name} {vn.format_long_date(document.issued_on)}"
        facts[f"legal:{key}:name"] = name
        facts[f"legal:{key}:abstract"] = document.abstract
    placeholder = f"legal:{document.code or document.number}"
    facts.guards.append(guards.words(placeholder, "số của căn cứ pháp lý", document.number))


def _add_own_facts(facts: Facts, conference) -> None:
    for fact in conference.facts.all():
        placeholder, label = f"fact:{fact.code}", f"dữ kiện “{fact.code}”"
        if fact.type != fact.Type.TEXT:
            facts.add(placeholder, fact.value, *guards_of(fact, placeholder, label))
        if (value := value_in_calendar(fact)) is not None:
            facts.add_instant(value, placeholder)


TEXT_FIELDS = ("basis", "context", "purpose", "composition", "invitees", "request")


def _add_texts(facts: Facts, conference) -> None:
    """The free texts themselves, filled, for the frame."""
    known = dict(facts)
    texts = {field: getattr(conference, field) for field in TEXT_FIELDS}
    texts["composition"] = texts["composition"] or _composition_of_groups(conference)
    texts |= {
        f"fact:{fact.code}": fact.value for fact in conference.facts.all() if fact.type == fact.Type.TEXT
    }
    for placeholder, text in texts.items():
        facts.add(placeholder, fill_known(text, known))
    facts.texts = set(texts)


def _composition_of_groups(conference) -> str:
    """One line per side: ``Về phía Bộ: Lãnh đạo Bộ; …``; printed where nobody has written a better one."""
    sides = {}
    for group in conference.groups.all():
        sides.setdefault(group.get_side_display(), []).append(f"{{group:{group.code}}}")
    return "\n".join(f"{side}: {'; '.join(names)}." for side, names in sides.items())

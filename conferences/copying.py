"""A new conference starts from an earlier one or from a template: what stays the same is filled in, to be looked over.

``PARTS`` is all that may be taken, field by field and relation by relation; the page that offers it shows it before
anything is copied. Whatever is added to a conference later stays out until somebody writes it down here.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.text import Truncator

from conferences.asking import print_roles
from conferences.citing import fill_known
from conferences.models import Conference
from conferences.naming import print_units
from correspondence.models import Letterhead
from directory.models import AdministrativeUnit, Organisation, User
from hoinghi.text import capfirst


@dataclass(frozen=True)
class Part:
    """What is taken together.

    Arguments:
        fields: columns of the conference.
        rows: relations whose rows are taken.
    """

    code: str
    label: str
    fields: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    note: str = ""


PARTS = (
    Part(
        "names",
        "Loại, khung thông báo, tên",
        ("kind", "frame", "title", "short_title", "format", "duration_kind", "time_style"),
    ),
    Part("series", "Chuỗi, lĩnh vực", ("series", "sectors")),
    Part(
        "bodies",
        "Cơ quan, người chủ trì",
        (
            *("organiser", "organiser_name", "issuing_unit", "issuing_unit_name", "letterhead", "signature"),
            *("chair_title", "chair_name", "chair_honorific"),
        ),
        note="Cơ quan đã sáp nhập hoặc đổi tên được thay bằng cơ quan kế thừa.",
    ),
    Part(
        "places",
        "Nơi họp",
        ("join_before",),
        ("places",),
        note="Mục kiểm tra của các phòng theo hội nghị được chọn; theo mẫu thì theo hội nghị gần nhất.",
    ),
    Part(
        "groups",
        "Thành phần, chỉ tiêu, cách gửi danh sách",
        ("composition", "invitees", "focal_kind", "deadline_style", "paper_rule"),
        ("groups",),
        note="Không kèm tên người trong nhóm. Đơn vị hành chính đã sáp nhập được thay bằng đơn vị kế thừa.",
    ),
    Part("questions", "Câu hỏi cho đại biểu", rows=("questions",)),
    Part(
        "texts",
        "Câu chữ của thông báo",
        ("basis", "legal_bases", "purpose", "request"),
        ("abbreviations", "notes", "facts", "topics"),
        note="Dữ kiện khác (số liệu, địa chỉ trang web) cũng được lấy: xem lại từng dòng.",
    ),
    Part(
        "agenda", "Chương trình", rows=("agenda",), note="Giờ tính từ giờ bắt đầu, nên tự dời theo ngày mới."
    ),
    Part("contacts", "Người liên hệ", rows=("contacts",)),
)
CODES = tuple(part.code for part in PARTS)
NEVER_TAKEN = (
    "Ngày, giờ họp, các hạn và ngày tính đơn vị hành chính",
    "Danh sách đề cử, đại biểu, câu trả lời, điểm danh, phát biểu",
    "Tên người trong đoàn, trong các nhóm thành phần",
    "Thư đã gửi, lịch nhắc, các lần báo thay đổi",
    "Văn bản đã soạn hoặc ban hành, số và ngày của văn bản phê duyệt",
    "Tài liệu, tệp, tài liệu đã yêu cầu",
    "Phòng đã giữ, cán bộ kỹ thuật, kết quả thử, đường dẫn dự họp",
    "Dự thảo, ý kiến, kết luận, nhiệm vụ, tin và ảnh",
    "Lịch trình và nơi kiểm tra của đoàn công tác",
)
# What a row is called where it is only named.
_NAMES = ("name", "title", "text", "phrase", "full_name", "label", "code")
_BROUGHT_ALONG = (
    *{relation for part in PARTS for relation in part.rows},
    *("groups__asked_roles", "groups__units", "groups__organisations", "groups__provinces"),
    "questions__groups",
)

Kept = dict[str, Any]


def last_of_each_kind(user: User) -> list[Conference]:
    """The conferences that the account will most likely want to start from, of those that are its to work on."""
    return list(
        Conference.objects.changeable_by(user)
        .order_by("kind__position", "kind_id", "-start_at")
        .distinct("kind__position", "kind_id")
        .select_related("kind")
    )


def kept_of(source: Conference, parts: Iterable[str] = CODES) -> Kept:
    """The chosen parts of a conference as JSON: ``parts``, ``fields``, ``rows`` (relation → rows).

    Arguments:
        parts: codes of ``PARTS``; others are left out.
    """
    prefetch_related_objects([source], *_BROUGHT_ALONG)
    chosen = [part for part in PARTS if part.code in set(parts)]
    names = [name for part in chosen for name in part.fields]
    return {
        "parts": [part.code for part in chosen],
        "fields": _plain(model_to_dict(source, fields=names)) if names else {},
        "rows": {relation: _rows(source, relation) for part in chosen for relation in part.rows},
    }


def only(kept: Kept, parts: Iterable[str]) -> Kept:
    """Of what was kept the chosen parts."""
    chosen = [part for part in PARTS if part.code in set(parts) & set(kept["parts"])]
    names = {name for part in chosen for name in part.fields}
    relations = {relation for part in chosen for relation in part.rows}
    return {
        "parts": [part.code for part in chosen],
        "fields": {name: value for name, value in kept["fields"].items() if name in names},
        "rows": {name: rows for name, rows in kept["rows"].items() if name in relations},
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Rows of many-to-many relations by their ids."""
    return {
        name: [row.pk for row in value] if isinstance(value, list) else value
        for name, value in values.items()
    }


def _rows(source: Conference, relation: str) -> list[dict[str, Any]]:
    return [
        _plain(model_to_dict(row, exclude=["id", "conference"])) | _typed(relation, row)
        for row in getattr(source, relation).all()
    ]


def _typed(relation: str, row) -> dict[str, Any]:
    """What the forms of rows show besides the columns."""
    if relation == "groups":
        return {"asked": print_roles(row), "units": print_units(row)}
    if relation == "questions":
        # The new conference has groups of its own, known by their codes.
        return {"groups": None, "group_codes": ", ".join(group.code for group in row.groups.all())}
    if relation == "agenda":
        return {"starts": _hour(row.starts_at), "ends": _hour(row.ends_at)}
    return {}


def _hour(moment: dt.datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).time().isoformat()


# --- as the form of a new conference shows it ---


def fields_from(kept: Kept, today: dt.date) -> dict[str, Any]:
    """What the form of a new conference shows at first.

    A body that has ended is followed to its present holder, whose own name is then printed.
    """
    initial = dict(kept["fields"])
    for name in {"organiser", "issuing_unit"} & initial.keys():
        _follow(initial, name, today)
    letterhead = Letterhead.objects.filter(pk=initial.get("letterhead")).first()
    if letterhead is None or not letterhead.is_valid_on(today):
        initial.pop("letterhead", None)
    return initial


def rows_from(kept: Kept, today: dt.date) -> dict[str, list[dict[str, Any]]]:
    """What the rows of a new conference show at first: relation → rows."""
    rows = {relation: [dict(row) for row in found] for relation, found in kept["rows"].items()}
    for row in rows.get("places", []):
        _follow(row, "host", today)
    for row in rows.get("groups", []):
        row["organisations"] = _holders(Organisation, row["organisations"], today)
        row["provinces"] = _holders(AdministrativeUnit, row["provinces"], today)
    for row in rows.get("questions", []):
        del row["groups"]
    for row in rows.get("agenda", []):
        row |= {name: row[name] and dt.time.fromisoformat(row[name]) for name in ("starts", "ends")}
    return rows


def _follow(values: dict[str, Any], name: str, today: dt.date) -> None:
    """Put the present holder of a body in its place."""
    if values[name] is None:
        return
    body = Organisation.objects.filter(pk=values[name]).first()
    holder = body.holder_on(today) if body else None
    if holder is None or holder != body:
        values |= {name: holder and holder.pk, f"{name}_name": holder.name if holder else ""}


def _holders(model, ids: list[int], today: dt.date) -> list[int]:
    found = model.objects.in_bulk(ids)
    holders = [found[pk].holder_on(today) for pk in ids if pk in found]
    return list(dict.fromkeys(holder.pk for holder in holders if holder))


# --- as the page shows it before anything is copied ---


@dataclass(frozen=True)
class Offer:
    """A part that can be taken, and what is in it."""

    part: Part
    contents: list[str]


def offers_of(kept: Kept) -> list[Offer]:
    """The parts in which there is something."""
    offers = [Offer(part, [*_filled(kept, part), *_counted(kept, part)]) for part in PARTS]
    return [offer for offer in offers if offer.contents and offer.part.code in kept["parts"]]


def _filled(kept: Kept, part: Part) -> list[str]:
    """The columns that have something, in one line."""
    labels = [
        capfirst(str(Conference._meta.get_field(name).verbose_name))
        for name in part.fields
        if kept["fields"].get(name) not in (None, "", []) and not name.endswith("_name")
    ]
    title = kept["fields"].get("title") if "title" in part.fields else ""
    return [*([f"“{title}”"] if title else []), *(["; ".join(labels)] if labels else [])]


def _counted(kept: Kept, part: Part) -> list[str]:
    """The rows, by name."""
    found, names = [], _names_in(kept)
    for relation in part.rows:
        rows = kept["rows"].get(relation, [])
        if not rows:
            continue
        label = Conference._meta.get_field(relation).related_model._meta.verbose_name_plural
        called = [next(str(row[key]) for key in _NAMES if row.get(key)) for row in rows]
        shown = "; ".join(Truncator(fill_known(each, names)).chars(70) for each in called[:6])
        found.append(f"{capfirst(str(label))} ({len(rows)}): {shown}{' …' if len(rows) > 6 else ''}")
    return found


def _names_in(kept: Kept) -> dict[str, str]:
    """What short texts of the rows mostly cite."""
    fields = kept["fields"]
    names = {"organiser": fields.get("organiser_name"), "issuing_unit": fields.get("issuing_unit_name")}
    names |= {f"abbr:{row['code']}": row["short"] for row in kept["rows"].get("abbreviations", [])}
    names |= {
        f"group:{row['code']}": row["short_name"] or row["name"] for row in kept["rows"].get("groups", [])
    }
    return {name: value for name, value in names.items() if value}

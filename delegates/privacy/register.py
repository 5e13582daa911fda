"""The register of processing (data), and the figures beside it (rows): a page, a PDF to be signed, a Word file."""

import datetime as dt
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from correspondence import pdf, word
from correspondence.models import Message
from delegates.models import DataBreach, DataRequest, Delegate, Retention, UnusedRetention
from delegates.privacy import clocks
from directory import notices
from directory.context_processors import current_site
from directory.models import NOBODY, User
from hoinghi.text import format_date, format_moment, format_number, upper
from venues.models import Officer

BREACH_TITLE = "Thông báo vi phạm quy định về bảo vệ dữ liệu cá nhân"
BREACH_FORM = "nội dung theo Mẫu số 08, Nghị định 356/2025/NĐ-CP"
BREACH_WIDTHS = (55, 122)
REGISTER_COLUMNS = ("STT", "Mục đích", "Căn cứ", "Của ai", "Dữ liệu", "Ai nhận", "Giữ bao lâu", "Biện pháp")
# In mm; together the width of A4 landscape between its margins.
REGISTER_WIDTHS = (15, 31, 38, 30, 44, 36, 36, 34)
DATA = Path(__file__).parent.parent / "data" / "processing.yaml"


@dataclass(frozen=True)
class Purpose:
    """One row of the register; every field is text for people."""

    purpose: str
    basis: str
    people: str
    data: str
    recipients: str
    kept: str
    measures: str


@cache
def purposes() -> list[Purpose]:
    return [Purpose(**row) for row in yaml.safe_load(DATA.read_text(encoding="utf-8"))]


def figures(at: dt.datetime) -> list[tuple[str, int]]:
    """(what, how many) of the data that are held at ``at``."""
    waiting = DataRequest.objects.waiting()
    return [
        ("Đại biểu đang có tên", Delegate.objects.exclude(full_name=NOBODY).count()),
        ("Đại biểu đã ẩn danh", Delegate.objects.filter(full_name=NOBODY).count()),
        ("Cán bộ kỹ thuật đang có tên", Officer.objects.exclude(full_name=NOBODY).count()),
        ("Tài khoản đang hoạt động", User.objects.filter(is_active=True).count()),
        ("Thư còn nội dung, địa chỉ", Message.objects.exclude(text="", address="").count()),
        ("Tài khoản, địa chỉ đã ẩn danh", UnusedRetention.objects.filter(finished_at__isnull=False).count()),
        ("Hội nghị đã ẩn danh", Retention.objects.filter(finished_at__isnull=False).count()),
        ("Hội nghị đang giữ lại", Retention.objects.filter(held_at__isnull=False).count()),
        ("Đề nghị đang chờ", waiting.count()),
        ("Đề nghị quá hạn", waiting.filter(due_on__lt=timezone.localdate(at)).count()),
        ("Sự cố chưa kết thúc", DataBreach.objects.filter(closed_at__isnull=True).count()),
    ]


def context_of(at: dt.datetime) -> dict:
    return {
        "purposes": purposes(),
        "figures": figures(at),
        "notice": notices.current(at),
        "contact": settings.DATA_PROTECTION_CONTACT,
        "basis": clocks.basis(),
        "at": at,
    }


def register_pdf(at: dt.datetime) -> bytes:
    """The register as it stands, to be signed."""
    return pdf.render(render_to_string("pdf/processing.html", context_of(at) | _head(at)))


def register_docx(at: dt.datetime) -> bytes:
    """The same to be worked on: what the machine cannot know is added by hand."""
    context = context_of(at)
    document = _document("Sổ xử lý dữ liệu cá nhân", at, landscape=True)
    about = ["Hệ thống: Cổng hội nghị."]
    if context["contact"]:
        about.append(f"Phụ trách bảo vệ dữ liệu cá nhân: {context['contact']}.")
    if notice := context["notice"]:
        about.append(f"{notice}, áp dụng từ ngày {format_date(notice.valid_from)}.")
    word.add_paragraph(document, " ".join(about))
    grid = word.add_grid(document, REGISTER_COLUMNS)
    for number, row in enumerate(purposes(), start=1):
        word.add_row(grid, (str(number), *(getattr(row, field.name) for field in fields(row))))
    word.set_widths(grid, REGISTER_WIDTHS)
    word.add_paragraph(document, f"Số liệu lúc {format_moment(at)}:")
    for label, number in context["figures"]:
        word.add_paragraph(document, f"- {label}: {format_number(number)}")
    word.add_signer(document, "NGƯỜI LẬP")
    return word.saved(document)


def breach_docx(breach: DataBreach, at: dt.datetime) -> bytes:
    """The report of a breach to the authority, to be completed and signed; the parts in the order of the law."""
    document = _document(BREACH_TITLE, at)
    word.add_centred(document, f"(Luật 91/2025/QH15, Điều 23; {BREACH_FORM})", size=13)
    word.add_paragraph(document, "Kính gửi: …")
    for part in breach_parts(breach):
        word.add_facts(document, part.title, part.rows, BREACH_WIDTHS)
    word.add_signer(document, "ĐẠI DIỆN CƠ QUAN")
    return word.saved(document)


@dataclass(frozen=True)
class Part:
    """One of the things that a report of a breach has to say."""

    title: str
    rows: list[tuple[str, str]]


def breach_parts(breach: DataBreach) -> list[Part]:
    """What the law asks of a report, with what is known; for page, PDF and Word file alike.

    Nghị định 356/2025/NĐ-CP, Điều 28 and its form 08, for Điều 23 of Luật 91/2025/QH15: time, nature and place of
    the breach, data and persons concerned, whom to turn to, consequences, measures. The wording of the form itself
    is taken over by hand; these are its contents.
    """
    unknown = "chưa rõ"
    people = unknown if breach.people is None else format_number(breach.people)
    return [
        Part(
            "1. Thời gian",
            [
                ("Xảy ra lúc", _moment(breach.happened_at, unknown)),
                ("Phát hiện lúc", _moment(breach.found_at, unknown)),
                ("Hạn báo cáo (72 giờ)", _moment(breach.report_by, unknown)),
            ],
        ),
        Part(
            "2. Tính chất của vi phạm",
            [("Tóm tắt", breach.title), ("Hành vi, diễn biến, nguyên nhân, nơi xảy ra", breach.description)],
        ),
        Part(
            "3. Dữ liệu, chủ thể dữ liệu",
            [("Loại dữ liệu, của ai", breach.data), ("Số người bị ảnh hưởng", people)],
        ),
        Part("4. Hậu quả", [("Đã và có thể xảy ra", breach.consequences or unknown)]),
        Part(
            "5. Biện pháp",
            [
                ("Đã và sẽ thực hiện", breach.measures or "chưa có"),
                ("Báo cho người bị ảnh hưởng lúc", _moment(breach.people_told_at, "chưa")),
                ("Kết thúc xử lý lúc", _moment(breach.closed_at, "chưa")),
            ],
        ),
        Part(
            "6. Liên hệ",
            [
                ("Người phụ trách", breach.contact),
                ("Phụ trách bảo vệ dữ liệu cá nhân", settings.DATA_PROTECTION_CONTACT or "chưa đặt"),
            ],
        ),
        Part(
            "7. Báo cáo",
            [
                ("Đã báo cáo", _reported(breach)),
                *([("Lý do báo cáo muộn", breach.delay_reason)] if breach.delay_reason else []),
            ],
        ),
    ]


def _reported(breach: DataBreach) -> str:
    return f"{format_moment(breach.reported_at)}, {breach.reported_to}" if breach.reported_at else "chưa"


def _moment(at: dt.datetime | None, otherwise: str) -> str:
    return format_moment(at) if at else otherwise


def _document(title: str, at: dt.datetime, *, landscape: bool = False):
    site = current_site(timezone.localdate(at))
    document = word.new_document(title=title, author=site.unit, landscape=landscape)
    word.add_head(document, organiser=site.organisation, unit=site.unit)
    word.add_centred(document, upper(title), bold=True, size=14)
    return document


def breach_pdf(breach: DataBreach, at: dt.datetime) -> bytes:
    """One breach with the facts that a report must have."""
    context = {
        "breach": breach,
        "parts": breach_parts(breach),
        "title": BREACH_TITLE,
        "form": BREACH_FORM,
        "at": at,
    }
    return pdf.render(render_to_string("pdf/breach.html", context | _head(at)))


def _head(at: dt.datetime) -> dict:
    """Whose paper it is, as ``pdf/sheet-head.html`` prints it."""
    site = current_site(timezone.localdate(at))
    return {"facts": {"organiser": site.organisation, "issuing_unit": site.unit}, "issuer": site.unit}

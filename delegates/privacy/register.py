"""The register of processing (data), and the figures beside it (rows); both as page and as PDF."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from correspondence import pdf
from correspondence.models import Message
from delegates.models import DataBreach, DataRequest, Delegate, Retention
from delegates.privacy import clocks
from delegates.privacy.anonymising import NOBODY
from directory import notices
from directory.context_processors import current_site
from directory.models import User

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
        ("Tài khoản đang hoạt động", User.objects.filter(is_active=True).count()),
        ("Thư còn nội dung, địa chỉ", Message.objects.exclude(text="", address="").count()),
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


def breach_pdf(breach: DataBreach, at: dt.datetime) -> bytes:
    """One breach with the facts that a report must have."""
    context = {"breach": breach, "state": breach.state(at), "at": at}
    return pdf.render(render_to_string("pdf/breach.html", context | _head(at)))


def _head(at: dt.datetime) -> dict:
    """Whose paper it is, as ``pdf/sheet-head.html`` prints it."""
    site = current_site(timezone.localdate(at))
    return {"facts": {"organiser": site.organisation, "issuing_unit": site.unit}, "issuer": site.unit}

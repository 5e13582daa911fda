"""Files that are made for one request, handed over under a Vietnamese name and kept by nobody on the way."""

from django.http import HttpResponse

from conferences.models import Conference
from hoinghi.files import clean_name, content_disposition
from hoinghi.text import format_date

PDF = "application/pdf"


def file_answer(content: bytes, name: str, kind: str = PDF) -> HttpResponse:
    """An answer that saves ``content`` under ``name``."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response


def name_of(conference: Conference, what: str, extension: str = "pdf") -> str:
    """What a file about the conference is called: ``Phiếu điểm danh – Hội nghị … – 02-7-2021.pdf``."""
    day = format_date(conference.start_at).replace("/", "-")
    return clean_name(f"{what} – {(conference.short_title or conference.title)[:90]} – {day}.{extension}")

"""The table of opinions on paper: DOCX to be worked on, PDF to be read; landscape, the five customary columns."""

import datetime as dt

from django.template.loader import render_to_string

from conferences.drafts.table import Table
from conferences.facts import facts_of
from conferences.models import Conference, DraftDocument
from correspondence import pdf, word
from correspondence.typesetting import balanced, unprintable
from hoinghi.text import format_date, slugify, upper

TITLE = "BẢNG TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH"
COLUMNS = (
    "STT",
    "Nhóm vấn đề, điều, khoản",
    "Chủ thể góp ý",
    "Nội dung góp ý",
    "Nội dung tiếp thu, giải trình",
)
# In mm; together the width of A4 landscape between its margins.
WIDTHS = (14, 42, 46, 81, 81)
DOCX_TYPE = word.CONTENT_TYPE


def file_name(draft: DraftDocument, extension: str) -> str:
    return f"bang-tong-hop-{slugify(draft.title)[:60].strip('-') or draft.pk}.{extension}"


def head_of(conference: Conference) -> tuple[str, str]:
    """The two lines of the issuing side: ministry and unit, in capitals."""
    facts = facts_of(conference)
    return upper(facts["organiser"]), upper(facts["issuing_unit"])


def pdf_of(draft: DraftDocument, table: Table, at: dt.datetime) -> bytes:
    """The table as tagged PDF."""
    organiser, unit = head_of(draft.conference)
    context = {
        "conference": draft.conference,
        "issuer": unit,
        "organiser": organiser if unit != organiser else "",
        "unit_lines": balanced(unit, **word.ISSUER),
        "title": TITLE,
        "table": table,
        "rows": list(table.rows),
        "columns": COLUMNS,
        "day": format_date(at),
    }
    page = render_to_string("pdf/bang_tong_hop.html", context)
    # What somebody pasted and the font lacks would come from another font, or as an empty box.
    return pdf.render(page.translate(dict.fromkeys(map(ord, unprintable(page)), "?")))


def docx_of(draft: DraftDocument, table: Table, at: dt.datetime) -> bytes:
    """The table as a Word file: real header row that repeats, merged cells, so that a clerk can go on in it."""
    facts = facts_of(draft.conference)
    document = word.new_document(
        title=f"{TITLE.capitalize()}: {table.title}", author=facts["issuing_unit"], landscape=True
    )
    word.add_head(document, organiser=facts["organiser"], unit=facts["issuing_unit"])
    word.add_centred(document, TITLE, bold=True, size=14)
    word.add_centred(document, f"đối với {table.title}", bold=True, size=14)
    word.add_centred(document, f"(Tính đến ngày {format_date(at)})", size=13)
    for sentence in table.summary:
        word.add_paragraph(document, sentence)
    _add_rows(document, table)
    return word.saved(document)


def _add_rows(document, table: Table) -> None:
    grid, first = word.add_grid(document, COLUMNS), None
    for row in table.rows:
        cells = word.add_row(
            grid, (str(row.number), row.label, row.line.subject, row.line.opinion, row.line.answer)
        )
        first = cells[1] if row.label else first
        if row.is_last and first is not cells[1]:
            _merge_down(first, cells[1])
    word.set_widths(grid, WIDTHS)


def _merge_down(first, last) -> None:
    """One cell of the two and of those between; what merging leaves behind are blank lines."""
    merged = first.merge(last)
    for paragraph in merged.paragraphs[1:]:
        if not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)

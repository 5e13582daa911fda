"""The table of opinions on paper: DOCX to be worked on, PDF to be read; landscape, the five customary columns."""

import datetime as dt
from io import BytesIO

from django.template.loader import render_to_string

from conferences.drafts.table import Table
from conferences.facts import facts_of
from conferences.models import Conference, DraftDocument
from correspondence import pdf
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
# The issuing side of the head.
ISSUER = {"size": 13, "width": 105}
FONT = "Times New Roman"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
        "unit_lines": balanced(unit, **ISSUER),
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
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    _set_east_asian(style)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(16.5)
    section.top_margin = section.bottom_margin = Mm(20)
    document.core_properties.title = f"{TITLE.capitalize()}: {table.title}"
    document.core_properties.author = facts_of(draft.conference)["issuing_unit"]
    document.core_properties.language = "vi-VN"
    _head(document, draft.conference)
    _centred(document, TITLE, bold=True, size=14)
    _centred(document, f"đối với {table.title}", bold=True, size=14)
    _centred(document, f"(Tính đến ngày {format_date(at)})", size=13)
    for sentence in table.summary:
        layout = document.add_paragraph(sentence).paragraph_format
        layout.first_line_indent, layout.space_before, layout.space_after = Mm(10), Pt(3), Pt(3)
    _grid(document, table)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_east_asian(style) -> None:
    """Word takes the font of a style for Vietnamese letters only when it is named for all scripts."""
    from docx.oxml.ns import qn

    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = 0


def _centred(where, text: str, *, bold: bool = False, size: int = 12):
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = where.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    return paragraph


def _head(document, conference: Conference) -> None:
    organiser, unit = head_of(conference)
    left = [
        *([(organiser, False)] if unit != organiser else []),
        *((line, True) for line in balanced(unit, **ISSUER)),
    ]
    right = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True)]
    grid = document.add_table(rows=1, cols=2)
    for cell, lines in zip(grid.rows[0].cells, (left, right), strict=True):
        blank = cell.paragraphs[0]._p
        for text, bold in lines:
            _centred(cell, text, bold=bold, size=13)
        if lines is right:
            cell.paragraphs[-1].runs[0].underline = True  # the rule of the tiêu ngữ is as long as it is
        blank.getparent().remove(blank)
    document.add_paragraph()


def _grid(document, table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    grid = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    grid.autofit = False
    header = grid.rows[0]
    for cell, name in zip(header.cells, COLUMNS, strict=True):
        _fill(cell, name, bold=True, centre=True)
    repeats = OxmlElement("w:tblHeader")
    header._tr.get_or_add_trPr().append(repeats)
    first = None
    for row in table.rows:
        cells = grid.add_row().cells
        texts = (str(row.number), row.label, row.line.subject, row.line.opinion, row.line.answer)
        for cell, text in zip(cells, texts, strict=True):
            _fill(cell, text, centre=cell is cells[0])
        first = cells[1] if row.label else first
        if row.is_last and first is not cells[1]:
            _merge_down(first, cells[1])
    for column, width in zip(grid.columns, WIDTHS, strict=True):
        column.width = Mm(width)  # for programs that lay a table out by its columns
        for cell in column.cells:
            cell.width = Mm(width)


def _merge_down(first, last) -> None:
    """One cell of the two and of those between; what merging leaves behind are blank lines."""
    merged = first.merge(last)
    for paragraph in merged.paragraphs[1:]:
        if not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)


def _fill(cell, text: str, *, bold: bool = False, centre: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.bold, run.font.size = bold, Pt(12)

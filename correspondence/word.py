"""Word files that a clerk goes on in: the head of an official sheet, headings, tables whose first row repeats."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from correspondence.typesetting import balanced
from hoinghi.text import upper

FONT = "Times New Roman"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The issuing side of the head.
ISSUER = {"size": 13, "width": 105}
# In mm: the name of the state in one line, at 13 pt.
MOTTO = 104


def new_document(*, title: str, author: str, landscape: bool = False):
    """An A4 document in the font of official papers.

    Arguments:
        title, author: what the file says of itself.
    """
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    # Word takes the font of a style for Vietnamese letters only when it is named for all scripts.
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = 0
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(16.5)
    section.top_margin = section.bottom_margin = Mm(20)
    document.core_properties.title = title
    document.core_properties.author = author
    document.core_properties.language = "vi-VN"
    return document


def saved(document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def add_head(document, *, organiser: str, unit: str) -> None:
    """The two sides above every official paper: who issues it, and the national motto."""
    from docx.shared import Length

    organiser, unit = upper(organiser), upper(unit)
    left = [
        *([(organiser, False)] if unit != organiser else []),
        *((line, True) for line in balanced(unit, **ISSUER)),
    ]
    right = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True)]
    grid = document.add_table(rows=1, cols=2)
    section = document.sections[0]
    whole = int(Length(section.page_width - section.left_margin - section.right_margin).mm)
    motto = max(whole // 2, MOTTO)
    for cell, lines in zip(grid.rows[0].cells, (left, right), strict=True):
        blank = cell.paragraphs[0]._p
        for text, bold in lines:
            add_centred(cell, text, bold=bold, size=13)
        if lines is right:
            cell.paragraphs[-1].runs[0].underline = True  # the rule of the tiêu ngữ is as long as it is
        blank.getparent().remove(blank)
    set_widths(grid, (whole - motto, motto))
    document.add_paragraph()


def add_centred(where, text: str, *, bold: bool = False, size: int = 12):
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = where.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    return paragraph


def add_paragraph(document, text: str) -> None:
    """A paragraph of running text: its first line is indented."""
    from docx.shared import Mm, Pt

    layout = document.add_paragraph(text).paragraph_format
    layout.first_line_indent, layout.space_before, layout.space_after = Mm(10), Pt(3), Pt(3)


def add_signer(document, title: str) -> None:
    """Where somebody signs, at the right below the text."""
    from docx.shared import Mm, Pt

    for text, bold in ((title, True), ("(Ký, ghi rõ họ tên)", False)):
        paragraph = add_centred(document, text, bold=bold, size=13)
        paragraph.paragraph_format.space_before = Pt(12 if bold else 0)
        paragraph.paragraph_format.left_indent = Mm(90)
        paragraph.runs[0].italic = not bold
        paragraph.paragraph_format.keep_with_next = bold


def add_grid(document, columns: Sequence[str]):
    """A table with a header row that repeats on every page; rows are added by ``add_row``."""
    from docx.oxml import OxmlElement

    grid = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    grid.autofit = False
    header = grid.rows[0]
    for cell, name in zip(header.cells, columns, strict=True):
        fill(cell, name, bold=True, centre=True)
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return grid


def add_facts(document, title: str, facts: Iterable[tuple[str, str]], widths: Sequence[int]) -> None:
    """A heading, and under it a table of labels with what is known beside them.

    Arguments:
        widths: of the two columns, in mm.
    """
    from docx.shared import Pt

    heading = document.add_paragraph()
    heading.add_run(title).bold = True
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.space_before = Pt(8)
    grid = document.add_table(rows=0, cols=2, style="Table Grid")
    grid.autofit = False
    for fact in facts:
        for cell, text in zip(grid.add_row().cells, fact, strict=True):
            fill(cell, text)
    set_widths(grid, widths)


def add_row(grid, texts: Iterable[str]):
    """One row, its first cell (the number) centred; answers the cells."""
    cells = grid.add_row().cells
    for cell, text in zip(cells, texts, strict=True):
        fill(cell, text, centre=cell is cells[0])
    return cells


def set_widths(grid, widths: Iterable[int]) -> None:
    """In mm; when all rows are there."""
    from docx.shared import Mm

    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)  # for programs that lay a table out by its columns
        for cell in column.cells:
            cell.width = Mm(width)


def fill(cell, text: str, *, bold: bool = False, centre: bool = False) -> None:
    """Write into a cell, a paragraph a line."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.bold, run.font.size = bold, Pt(12)

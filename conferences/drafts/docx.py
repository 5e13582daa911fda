"""The text of a Word file, paragraph by paragraph, with the numbers that Word counts by itself."""

import logging
import zipfile
from collections import defaultdict
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from hoinghi.files import examine

log = logging.getLogger(__name__)

MAX_MB = 20
# A text of law unpacks to a few MB; a bomb of 20 MB to gigabytes.
MAX_UNPACKED = 80 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_TEXT_XML = 40 * 1024 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(upload) -> str:
    """The text of an uploaded .docx, a paragraph a line; a row of a table is one line.

    What is marked as deleted is left out, what is marked as inserted is there.

    Raises:
        ValidationError: not a .docx, too large, broken, protected by a password, or without text.
    """
    examined = examine(upload, max_mb=MAX_MB)
    if examined.content_type != DOCX:
        raise ValidationError(
            f"“{examined.name}” không phải tệp .docx. Mở bằng Word, chọn Lưu thành (Save as) .docx rồi tải lên, "
            "hoặc dán nội dung vào ô bên dưới."
        )
    _refuse_bomb(upload, examined.name)
    try:
        lines = list(_lines(upload))
    except Exception as error:
        # What the library raises on a damaged file is anybody's guess; none of it is our own fault.
        log.info("docx refused: %r", error)
        raise ValidationError(
            f"Không đọc được “{examined.name}”: tệp hỏng hoặc có mật khẩu. Mở bằng Word, lưu lại rồi tải lên."
        ) from error
    finally:
        upload.seek(0)
    text = "\n".join(line for line in lines if line.strip())
    if not text:
        raise ValidationError(
            f"“{examined.name}” không có chữ nào (có thể là bản quét). Dán nội dung vào ô bên dưới."
        )
    return text


def _refuse_bomb(upload, name: str) -> None:
    upload.seek(0)
    with zipfile.ZipFile(upload) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    body = next((member.file_size for member in members if member.filename == "word/document.xml"), 0)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or body > MAX_TEXT_XML:
        raise ValidationError(
            f"“{name}” mở ra quá lớn nên không được nhận. Bỏ bớt hình ảnh rồi lưu lại, hoặc dán nội dung vào ô."
        )
    upload.seek(0)


def _lines(upload) -> Iterator[str]:
    import docx
    from docx.table import Table

    document = docx.Document(upload)
    numbers = _Numbers(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block._tbl.tr_lst:
                cells = [" ".join(_text(p) for p in cell.iter(f"{_W}p")).strip() for cell in row.tc_lst]
                yield " | ".join(cell for cell in cells if cell)
        else:
            yield from f"{numbers.before(block)}{_text(block._p)}".split("\n")


def _text(element) -> str:
    """What a reader sees of a paragraph. The library's own ``text`` leaves out what is marked as inserted."""
    parts = []
    for node in element.iter():
        if node.tag == f"{_W}t":
            # A fallback has the same words once more, for old programs.
            if not any(parent.tag == _FALLBACK for parent in node.iterancestors()):
                parts.append(node.text or "")
        elif node.tag in (f"{_W}tab", f"{_W}noBreakHyphen"):
            parts.append(" " if node.tag == f"{_W}tab" else "-")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
    return "".join(parts)


class _Numbers:
    """Counts as Word does: the numbers of its lists stand in no paragraph's text."""

    def __init__(self, document):
        self.styles = document.styles.element
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counters: dict[str, dict[int, int]] = defaultdict(dict)
        self.abstract_of: dict[str, str] = {}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for abstract in numbering.findall(f"{_W}abstractNum"):
            self.levels[abstract.get(f"{_W}abstractNumId")] = dict(map(_level, abstract.findall(f"{_W}lvl")))
        for num in numbering.findall(f"{_W}num"):
            self.abstract_of[num.get(f"{_W}numId")] = num.find(f"{_W}abstractNumId").get(f"{_W}val")

    def before(self, paragraph) -> str:
        """ "1. ", "a) " or "" – what Word prints before the paragraph."""
        number, depth = self._number_of(paragraph._p.pPr)
        if number is None and (style := paragraph.style) is not None:
            number, depth = self._number_of(style.element.find(f"{_W}pPr"))
        levels = self.levels.get(self.abstract_of.get(number or "", ""), {})
        if depth not in levels:
            return ""
        counted = self.counters[self.abstract_of[number]]
        for deeper in [each for each in counted if each > depth]:
            del counted[deeper]
        kind, pattern, start = levels[depth]
        counted[depth] = counted.get(depth, start - 1) + 1
        if kind == "bullet":
            return "- "
        for each, (form, _, first) in levels.items():
            pattern = pattern.replace(f"%{each + 1}", _written(form, counted.get(each, first)))
        return f"{pattern} " if pattern.strip() else ""

    @staticmethod
    def _number_of(properties) -> tuple[str | None, int]:
        found = properties.find(f"{_W}numPr") if properties is not None else None
        if found is None or found.find(f"{_W}numId") is None:
            return None, 0
        depth = found.find(f"{_W}ilvl")
        return found.find(f"{_W}numId").get(f"{_W}val"), int(
            depth.get(f"{_W}val")
        ) if depth is not None else 0


def _level(element) -> tuple[int, tuple[str, str, int]]:
    def value(tag: str, default: str) -> str:
        found = element.find(f"{_W}{tag}")
        return found.get(f"{_W}val") if found is not None else default

    described = value("numFmt", "decimal"), value("lvlText", ""), int(value("start", "1"))
    return int(element.get(f"{_W}ilvl")), described


_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def _written(form: str, number: int) -> str:
    if form.endswith("Roman"):
        written = ""
        for value, sign in _ROMAN:
            times, number = divmod(number, value)
            written += sign * times
    elif form.endswith("Letter"):
        written = chr(ord("a") + (number - 1) % 26)
    else:
        return "" if form == "none" else str(number)
    return written.upper() if form.startswith("upper") else written

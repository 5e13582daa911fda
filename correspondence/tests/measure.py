"""Reads a PDF back as it was set: every run of text with its place, size and font, and every ruled line."""

import io
from dataclasses import dataclass

from correspondence.typesetting import text_width

MM = 25.4 / 72


@dataclass(frozen=True)
class Run:
    """Text set at one go; x from the left, y (of the baseline) from the top of the page, both in mm."""

    text: str
    x: float
    y: float
    size: float  # pt
    font: str

    @property
    def bold(self) -> bool:
        return "Bold" in self.font

    @property
    def width(self) -> float:
        return text_width(self.text, size=self.size, bold=self.bold)

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Rule:
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    runs: list[Run]
    rules: list[Rule]

    def run(self, start: str) -> Run:
        """The first run that starts so."""
        return next(run for run in self.runs if run.text.startswith(start))


def reader(pdf: bytes):
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> list[Page]:
    return [_page(page) for page in reader(pdf).pages]


def _page(page) -> Page:
    height = float(page.mediabox.height)
    runs, rules = [], []

    def place(cm, x: float, y: float) -> tuple[float, float]:
        return (cm[0] * x + cm[4]) * MM, (height - (cm[3] * y + cm[5])) * MM

    def see_text(text, cm, tm, font, size):
        if text.strip():
            runs.append(
                Run(text.strip("\n"), *place(cm, tm[4], tm[5]), round(size * cm[0], 1), font["/BaseFont"][8:])
            )

    def see_operator(operator, operands, cm, tm):
        # WeasyPrint draws a border as a rectangle about as thin as the rule.
        if operator == b"re" and 0.5 < float(operands[3]) < 2:
            x, y, width, _ = (float(operand) for operand in operands)
            rules.append(Rule(*place(cm, x, y), width * cm[0] * MM))

    page.extract_text(visitor_text=see_text, visitor_operand_before=see_operator)
    return Page(float(page.mediabox.width) * MM, height * MM, runs, rules)


def alternatives(pdf: bytes) -> list[str]:
    """What a screen reader says in place of the pictures, in reading order."""

    def walk(node):
        node = node.get_object()
        if not hasattr(node, "get"):
            return
        if node.get("/S") == "/Figure":
            yield node.get("/Alt")
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from walk(child)

    return list(walk(reader(pdf).trailer["/Root"]["/StructTreeRoot"]))

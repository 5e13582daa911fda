"""The ministry's texts as they were published."""

from pathlib import Path

from hoinghi.text import nfc

# What differs only because it was mistyped, or typed in two ways. Spaces, no-break spaces and the fraction slash
# are made one by nfc. The names of bodies stand in the register in one spelling; seed 003 writes them in several.
TYPOS = {
    "000": {
        "Ủy ban nhân cấp huyện": "Ủy ban nhân dân cấp huyện",
        "Covid -19": "Covid-19",
        "Tổng cục quản lý thị trường": "Tổng cục Quản lý thị trường",
    },
    "003": {
        "cục công nghiệp địa phương": "Cục Công nghiệp địa phương",
        "Cục Công nghiệp Địa phương": "Cục Công nghiệp địa phương",
        "Sở công thương": "Sở Công Thương",
        "Sở Công thương": "Sở Công Thương",
        "Tác Giả": "Tác giả",
        "Nguồn Tin": "Nguồn tin",
    },
}


def seed(number: str) -> str:
    """A published text in single spaces, its typing errors mended."""
    text = nfc((Path(__file__).parent / f"{number}.txt").read_text())
    for typed, meant in TYPOS.get(number, {}).items():
        assert typed in text
        text = text.replace(typed, meant)
    return text


def seed_000() -> str:
    return seed("000")

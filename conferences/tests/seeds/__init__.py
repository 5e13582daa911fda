"""The ministry's texts as they were published."""

from pathlib import Path

from hoinghi.text import nfc

# Typing errors of the published page; spaces and no-break spaces are made one by nfc.
TYPOS_000 = {
    "Ủy ban nhân cấp huyện": "Ủy ban nhân dân cấp huyện",
    "Covid -19": "Covid-19",
    "Tổng cục quản lý thị trường": "Tổng cục Quản lý thị trường",
}


def seed_000() -> str:
    """The notice of 02/7/2021 in single spaces, its typing errors mended."""
    text = nfc((Path(__file__).parent / "000.txt").read_text())
    for typed, meant in TYPOS_000.items():
        assert text.count(typed) == 1
        text = text.replace(typed, meant)
    return text

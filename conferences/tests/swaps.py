"""The swap test: change one typed fact of seed 000, and see that it changes everywhere.

Every text of conferences/demo/000.yaml has a rule here; a new key without one fails the test. For an artefact
(a letter, a form …) of another app::

    @pytest.mark.parametrize("swap", SWAPS, ids=str)
    def test_letter(swap, tmp_path):
        before = render(load(SEED_000))
        after = render(load(swap.file(tmp_path)))
        swap.check(before, after)

``check`` looks for every way in which the old value may be printed; where the artefact showed it before, the
new value must be there now. Assert how many swaps the artefact shows, so that it cannot show none.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from conferences.loading.reading import read
from conferences.tests.conference_files import SEED_000, changed_copy, leaves


@dataclass(frozen=True)
class Swap:
    """One changed fact: file changes, and its printed forms before and after, form by form."""

    path: str
    changes: dict
    old: tuple[str, ...]
    new: tuple[str, ...]
    of: Path = SEED_000

    def __str__(self):
        return self.path

    def file(self, folder: Path) -> Path:
        """The seed's file with the new value."""
        return changed_copy(folder, self.changes, of=self.of)

    def is_in(self, text: str) -> bool:
        """Whether an artefact of the seed as it is shows the fact."""
        return any(old in _plain(text) for old in self.old)

    def check(self, before: str, after: str) -> bool:
        """Assert that no old form is left in ``after``, and each that ``before`` had has become the new one.

        Returns:
            Whether the artefact shows the fact.
        """
        before, after = _plain(before), _plain(after)
        shown = [(old, new) for old, new in zip(self.old, self.new, strict=True) if old in before]
        for old in self.old:
            assert old not in after, f"{self.path}: “{old}” is still there"
        for old, new in shown:
            assert new in after, f"{self.path}: “{old}” went, but “{new}” is not there"
        return bool(shown)


def _plain(text: str) -> str:
    """HTML entities, line folding of calendars and white space undone."""
    text = re.sub(r"\r?\n[ \t]", "", text).replace("\\,", ",").replace("\\;", ";")
    return " ".join(html.unescape(text).split())


# Paths of the file whose values are printed nowhere: codes, states, what decides about rows in the register.
NOT_PRINTED = re.compile(
    r"slug|frame|state|announced|letterhead|focal_kind|time\.weekday"
    r"|(organiser|issuing_unit)\.unit|abbreviations\[\d+\]\.code"
    r"|places\[\d+\]\.(role|host|host_kind)|materials\[\d+\]\.(kind|visibility|file|title)"
    r"|groups\[\d+\]\.(code|side|nominated_by|organisations\[\d+\]|picker\.\w+)"
)

# path → new value, printed forms before, printed forms after. Other texts become "Câu chữ mới n".
TYPED = {
    "kind": (
        "hoi-thao",
        ("Chủ trì Hội nghị", "tại Hội nghị./."),
        ("Chủ trì Hội thảo", "tại Hội thảo./."),
    ),
    "format": ("hybrid", ("Địa điểm trực tuyến:",), ("Địa điểm trực tuyến kết hợp trực tiếp:",)),
    "time.date": (
        "05/7/2021",
        ("02/7/2021", "2/7", "Thứ 6", "thứ Sáu", "20210702"),
        ("05/7/2021", "5/7", "Thứ 2", "thứ Hai", "20210705"),
    ),
    "time.start": ("9h15", ("8h00", "T080000"), ("9h15", "T091500")),
    "time.end": ("11h45", ("11h30", "T113000"), ("11h45", "T114500")),
    "time.duration": ("full_day", ("½ ngày",), ("01 ngày",)),
    "deadline.before": ("29/6/2021", ("01/7/2021",), ("29/6/2021",)),
    "abbreviations[0].phrase": ("quản lý", ("cụm công nghiệp (CCN)",), ("quản lý (CCN)",)),
    "abbreviations[0].short": ("CmCN", ("CCN",), ("CmCN",)),
    "issuing_unit.name": (
        "Cục Công nghiệp địa phương",
        ("Cục Công Thương địa phương", "CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG"),
        ("Cục Công nghiệp địa phương", "CỤC CÔNG NGHIỆP ĐỊA PHƯƠNG"),
    ),
    "organiser.name": ("Bộ Công nghiệp", ("Bộ Công Thương",), ("Bộ Công nghiệp",)),
    "chair.title": (
        "Thứ trưởng {organiser}",
        ("Bộ trưởng Bộ Công Thương",),
        ("Thứ trưởng Bộ Công Thương",),
    ),
    "places[0].label": ("Tại Hà Nội", ("Tại Bộ Công Thương:",), ("Tại Hà Nội:",)),
    "places[0].room": (
        "Hội trường lớn",
        ("Phòng họp trực tuyến của Tổng cục",),
        ("Hội trường lớn của Tổng cục",),
    ),
    "places[1].room": ("Hội trường nhỏ", ("Phòng họp trực tuyến của Cục",), ("Hội trường nhỏ của Cục",)),
    "places[1].host_area": (
        "toàn quốc",
        ("của Cục Quản lý thị trường các tỉnh, thành phố trực thuộc trung ương",),
        ("của Cục Quản lý thị trường toàn quốc",),
    ),
    "places[1].host_name": (
        "Trung tâm Hội nghị",
        ("của Cục Quản lý thị trường", "với Cục Quản lý thị trường"),
        ("của Trung tâm Hội nghị", "với Trung tâm Hội nghị"),
    ),
    "groups[0].name": ("Các Thứ trưởng", ("Lãnh đạo Bộ;",), ("Các Thứ trưởng;",)),
    "groups[1].name": ("Vụ Kế hoạch", ("; Cục Công Thương địa phương và",), ("; Vụ Kế hoạch và",)),
    "groups[5].quota.min": ("2", ("1÷2 Ủy ban nhân dân cấp huyện",), ("2 Ủy ban nhân dân cấp huyện",)),
    "groups[5].quota.max": ("3", ("1÷2 Ủy ban nhân dân cấp huyện",), ("1÷3 Ủy ban nhân dân cấp huyện",)),
    "groups[6].quota.min": ("2", ("1÷2 chủ đầu tư hạ tầng",), ("2 chủ đầu tư hạ tầng",)),
    "groups[6].quota.max": ("3", ("1÷2 chủ đầu tư hạ tầng",), ("1÷3 chủ đầu tư hạ tầng",)),
    "groups[6].name": (
        "nhà đầu tư {abbr:ccn}",
        ("chủ đầu tư hạ tầng CCN", "Chủ đầu tư hạ tầng CCN"),
        ("nhà đầu tư CCN", "Nhà đầu tư CCN"),
    ),
    "groups[6].short_name": (
        "nhà đầu tư",
        ("chủ đầu tư CCN", "Chủ đầu tư CCN"),
        ("nhà đầu tư", "Nhà đầu tư"),
    ),
    "contacts[0].phones": (
        "024.33334444/0977665544",
        ("024.22218288", "0988310581", "024 2221 8288", "0988 310 581", "+842422218288", "+84988310581"),
        ("024.33334444", "0977665544", "024 3333 4444", "0977 665 544", "+842433334444", "+84977665544"),
    ),
    "contacts[0].email": ("lienhe@moit.gov.vn", ("tuannanh@moit.gov.vn",), ("lienhe@moit.gov.vn",)),
}
# What else the file must say so that the changed value agrees with it.
WITH = {"time.date": {"time.weekday": "Thứ 2"}}


def _swaps() -> list[Swap]:
    texts = leaves(read(SEED_000).values)
    swaps = []
    for number, (path, text) in enumerate(texts.items()):
        if NOT_PRINTED.fullmatch(path):
            continue
        if path in TYPED:
            value, old, new = TYPED[path]
            swaps.append(Swap(path, {path: value} | WITH.get(path, {}), old, new))
        else:
            swaps.append(reworded(path, text, f"Câu chữ mới {number}"))
    return swaps


def reworded(path: str, text: str, value: str, *, of: Path = SEED_000) -> Swap:
    """Other words in place of a text: of the old ones nothing may be left."""
    # What stands between two placeholders or line ends is printed as it is.
    pieces = (" ".join(piece.split()) for piece in re.split(r"\{[^{}]*\}|\[|\]\(\w+\)|\n", text))
    old = tuple(piece for piece in pieces if len(piece) > 20) or (text,)
    return Swap(path, {path: value}, old, (value,) * len(old), of)


SWAPS = _swaps()

"""load_units: again and again without harm, and refused as a whole when a row is bad."""

import shutil
import time
import unicodedata
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from directory.loading.register import DATA
from directory.models import (
    AdministrativeUnit,
    AuditEntry,
    Contact,
    Organisation,
    OrganisationKind,
    RegionTile,
    UnitLevel,
)

pytestmark = pytest.mark.django_db

TABLES = (UnitLevel, OrganisationKind, AdministrativeUnit, Organisation, RegionTile, Contact)


def load(folder=DATA) -> str:
    answer = StringIO()
    call_command("load_units", data=folder, stdout=answer)
    return answer.getvalue()


@pytest.fixture
def copied(tmp_path):
    """The data files, to be spoilt; with few units below the provinces, because most tests need none."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    for file in ("districts_until_2025.csv", "communes_from_2025.csv"):
        lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / file).write_text("".join(lines[:6]), encoding="utf-8")
    return folder


def spoil(folder, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def everything() -> dict:
    return {model: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_second_load_changes_nothing_and_is_quick():
    first = load()
    before = everything()
    started = time.process_time()  # not the clock: the machine may be busy
    second = load()
    assert time.process_time() - started < 3
    assert everything() == before
    assert "đơn vị hành chính: 4365 (thêm 4365, sửa 0)" in first
    assert "đơn vị hành chính: 4365 (thêm 0, sửa 0)" in second


def test_a_change_in_a_file_reaches_its_row_only(copied):
    load(copied)
    before = {row["id"]: row for row in AdministrativeUnit.objects.values()}
    spoil(copied, "communes_from_2025.csv", "Phường Ba Đình", "Phường Ba Đình Mới")
    assert "100 (thêm 0, sửa 1)" in load(copied)
    changed = [row for row in AdministrativeUnit.objects.values() if row != before[row["id"]]]
    assert [(row["name"], row["search"]) for row in changed] == [
        ("Phường Ba Đình Mới", "phuong ba dinh moi ba dinh moi")
    ]
    assert AuditEntry.objects.get(changes__changed=[0, 1]).actor_label == "hệ thống: load_units"


def test_what_staff_filled_in_or_mended_stays(copied):
    load(copied)
    Organisation.objects.filter(uid="moit").update(address="Nhà mới", note="Gọi trước")
    Organisation.objects.filter(uid="moit-dck").update(abbreviation="ĐMST", kept_by_staff=True)
    assert "giữ 1 dòng cán bộ đã sửa" in load(copied)
    ministry, unit = (Organisation.objects.get(uid=uid) for uid in ("moit", "moit-dck"))
    assert (ministry.address, ministry.note, unit.abbreviation) == ("Nhà mới", "Gọi trước", "ĐMST")


def test_address_of_the_file_becomes_a_contact_once(copied):
    row = "sct-01-ha-noi-2008,Sở Công Thương thành phố Hà Nội,SCT,so,01-ha-noi-2008,ubnd-01-ha-noi-2008,2008-08-01,,,"
    spoil(copied, "organisations.csv", row, row + "vanthu@sct-hanoi.example")
    load(copied)
    load(copied)
    assert [c.email for c in Contact.objects.all()] == ["vanthu@sct-hanoi.example"]


def test_text_is_composed_on_the_way_in(copied):
    spoil(copied, "organisations.csv", "Báo Công Thương", unicodedata.normalize("NFD", "Báo  Công Thương"))
    load(copied)
    assert Organisation.objects.get(uid="moit-bct").name == "Báo Công Thương"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "administrative_units.csv",
            "tinh,2008-08-01,2025-06-30",
            "tinh,2008-08-01,30/6/2025",
            "administrative_units.csv, dòng 3: cột valid_to: “30/6/2025” không phải ngày dạng 2025-07-01.",
        ),
        (
            "administrative_units.csv",
            "2025-06-30,08-tuyen-quang-2025",
            "2025-06-30,08-tuyen-quang",
            "administrative_units.csv, dòng 3: “08-tuyen-quang” không có trong các tệp dữ liệu.",
        ),
        (
            "administrative_units.csv",
            "tinh,2008-08-01,2025-06-30,08-tuyen-quang-2025",
            "tinh,2008-08-01,,08-tuyen-quang-2025",
            "dòng 3: có đơn vị kế thừa (Tỉnh Tuyên Quang) thì phải có ngày hết hiệu lực.",
        ),
        (
            "communes_from_2025.csv",
            "00004,Phường Ba Đình",
            "00008,Phường Ba Đình",
            "communes_from_2025.csv, dòng 3: 01-ha-noi-2008.00008.2025-07-01 có 2 lần.",
        ),
        (
            "communes_from_2025.csv",
            "00004,Phường Ba Đình,Phường",
            "00004,Phường Ba Đình,Phường,",
            "communes_from_2025.csv, dòng 2: có 7 ô, tiêu đề có 6 cột.",
        ),
        (
            "districts_until_2025.csv",
            "001,Quận Ba Đình",
            "001,",
            "districts_until_2025.csv, dòng 2: cột name để trống.",
        ),
        (
            "organisations.csv",
            "moit-vp,Văn phòng Bộ,VP,van_phong",
            "moit-vp,Văn phòng Bộ,VP,phong",
            "organisations.csv, dòng 8: cột kind: “phong” không có trong organisation_kinds.csv.",
        ),
        (
            "organisations.csv",
            "moit-vp,Văn phòng Bộ",
            "moit-vp," + "Văn phòng Bộ " * 30,
            "organisations.csv, dòng 8: name: ",
        ),
        (
            "organisations.csv",
            "uid,name,abbrev",
            "uid,name,abbreviation",
            "organisations.csv, dòng 1: thiếu cột abbrev.",
        ),
        (
            "tiles.csv",
            "63,12-lai-chau-2008,Lai Châu,Trung du và miền núi phía Bắc,1,1",
            "63,12-lai-chau-2008,Lai Châu,Trung du và miền núi phía Bắc,1,một",
            "tiles.csv, dòng 2: cột col: “một” không phải số nguyên.",
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(copied, file, old, new, problem):
    spoil(copied, file, old, new)
    with pytest.raises(CommandError, match="chưa nạp gì") as refusal:
        load(copied)
    assert problem in str(refusal.value)
    assert not any(model.objects.exists() for model in TABLES)


def test_all_problems_are_named_at_once(copied):
    spoil(copied, "districts_until_2025.csv", "001,Quận Ba Đình", "001,")
    (copied / "tiles.csv").unlink()
    with pytest.raises(CommandError) as refusal:
        load(copied)
    assert "districts_until_2025.csv, dòng 2" in str(refusal.value)
    assert "tiles.csv: không có tệp này" in str(refusal.value)

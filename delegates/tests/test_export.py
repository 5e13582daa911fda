"""The spreadsheet of delegates, read back as a spreadsheet program reads it."""

import zipfile
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from delegates import services
from delegates.models import Delegate
from delegates.tests.lists import full_list, person
from directory.models import AuditEntry
from hoinghi.tests.cast import make_delegate

HOSTILE = [
    "=1+1",
    "==cmd|' /C calc'!A0",
    "+84 912 345 678",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://x.example","bấm")',
]


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


def address_of(nomination):
    return reverse("cockpit-export", args=[nomination.conference.slug])


def book_of(answer):
    import openpyxl

    return openpyxl.load_workbook(BytesIO(answer.content))


def lines_of(sheet):
    headers, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(headers, row, strict=True)) for row in rows]


def test_the_list_stands_by_province_then_protocol_then_given_name(
    staff, nomination, other_nomination, binh, cuc
):
    services.submit(
        nomination=nomination,
        rows=[
            *full_list(),
            person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Lê Thị Ánh"),
            person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Trần Văn An"),
        ],
        version=0,
        actor=binh,
        at=timezone.now(),
    )
    services.submit(nomination=other_nomination, rows=full_list(), version=0, actor=cuc, at=timezone.now())
    lines = lines_of(book_of(staff.get(address_of(nomination)))["Đại biểu"])
    assert list(lines[0]) == [
        "STT",
        "Họ và tên",
        "Chức vụ",
        "Đơn vị công tác",
        "Điện thoại",
        "Email",
        "Ghi chú",
        "Tỉnh, thành phố",
        "Nhóm",
        "Trả lời",
    ]
    assert [line["STT"] for line in lines] == list(range(1, 11))
    assert [line["Tỉnh, thành phố"] for line in lines] == ["Tỉnh Cà Mau"] * 4 + ["Tỉnh Đắk Lắk"] * 6
    assert [line["Họ và tên"] for line in lines[4:]] == [
        "Trần Văn An",
        "Lê Thị Ánh",
        "Trần Thị Bốn",
        "Hồ Thị Hai",
        "Lê Văn Một",
        "Vũ Văn Ba",
    ]


def test_telephones_are_text_and_keep_their_beginning(staff, nomination):
    make_delegate(nomination, full_name="Một", phone="0912345678")
    make_delegate(nomination, full_name="Hai", phone="+84912345678")
    lines = lines_of(book_of(staff.get(address_of(nomination)))["Đại biểu"])
    assert {line["Điện thoại"] for line in lines} == {"0912345678", "+84912345678"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_live_formula(staff, nomination, text):
    delegate = make_delegate(nomination)
    Delegate.objects.filter(pk=delegate.pk).update(full_name=text, job_title=text, phone=text)
    answer = staff.get(address_of(nomination))
    sheet = book_of(answer)["Đại biểu"]
    for column in ("B", "C", "E"):
        assert sheet[f"{column}2"].value == text
        assert sheet[f"{column}2"].data_type == "s"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        pages = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert len(pages) == 2
    assert not any(b"<f>" in page or b"<f " in page for page in pages)


def test_reserves_and_reasons_are_noted_and_count_for_nothing(staff, nomination, binh):
    rows = [*full_list(), person("chu-dau-tu", "Công ty dự phòng", reserve=True, full_name="Người Dự Phòng")]
    services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=timezone.now())
    Delegate.objects.filter(full_name="Lê Văn Một").update(answer="declined", answer_reason="Đi công tác")
    Delegate.objects.filter(full_name="Hồ Thị Hai").update(answer="confirmed")
    book = book_of(staff.get(address_of(nomination)))
    lines = {line["Họ và tên"]: line for line in lines_of(book["Đại biểu"])}
    assert lines["Người Dự Phòng"]["Ghi chú"] == "Dự phòng"
    assert lines["Lê Văn Một"]["Ghi chú"] == "Lý do báo vắng: Đi công tác"
    assert lines["Lê Văn Một"]["Trả lời"] == "Báo vắng"
    totals = {line.pop("Nhóm"): line for line in lines_of(book["Tổng hợp theo nhóm"])}
    assert list(totals) == ["Sở Công Thương", "Ủy ban nhân dân cấp xã", "Chủ đầu tư hạ tầng CCN", "Cộng"]
    assert totals["Ủy ban nhân dân cấp xã"] == {
        "Chỉ tiêu mỗi tỉnh": "1÷2",
        "Số tỉnh, thành phố": 1,
        "Số đơn vị": 2,
        "Số đại biểu": 2,
        "Xác nhận": 1,
        "Báo vắng": 1,
        "Chưa trả lời": 0,
    }
    assert totals["Cộng"]["Số đại biểu"] == 4


def test_who_withdrew_is_not_in_the_list(staff, nomination):
    make_delegate(nomination, full_name="Đã Rút", state=Delegate.State.WITHDRAWN)
    assert lines_of(book_of(staff.get(address_of(nomination)))["Đại biểu"]) == []


def test_the_file_has_a_vietnamese_name_and_is_not_cached(staff, nomination):
    answer = staff.get(address_of(nomination))
    name = unquote(answer["Content-Disposition"].partition("filename*=UTF-8''")[2])
    assert name.startswith("Danh sách đại biểu – Hội nghị trực tuyến")
    assert name.endswith(".xlsx")
    assert answer["Cache-Control"] == "private, no-store"


def test_taking_the_list_away_is_audited(staff, nomination, em):
    staff.get(address_of(nomination))
    entry = AuditEntry.objects.get(action="delegates.export")
    assert (entry.actor_label, entry.object_id, entry.changes) == (
        "Lê Văn An",
        str(nomination.conference_id),
        {"delegates": [0, 1]},
    )

"""The workbook of a province: what it offers, what comes back from it, and every kind of file that must not."""

import contextlib
import datetime as dt
import re
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from django.urls import reverse

from conferences.models import GroupRole, Question
from delegates.entry import template, upload
from delegates.models import Nomination
from delegates.rows import MAX_ROWS, nominated_groups
from delegates.tests import workbooks
from delegates.tests.workbooks import FIRST, part, put, saved, someone, template_of, with_parts
from hoinghi import workbooks as limits
from hoinghi.tests.cast import make_conference, make_nomination
from hoinghi.workbooks import RefusedWorkbook


def read(nomination, book_or_bytes, name="danh-sach.xlsx"):
    content = book_or_bytes if isinstance(book_or_bytes, bytes) else saved(book_or_bytes)
    return upload.read(
        workbooks.upload(content, name), nomination=nomination, groups=nominated_groups(nomination)
    )


def problems(nomination, book):
    return [(found.line, found.column) for found in read(nomination, book).problems]


@pytest.fixture
def book(nomination):
    return template_of(nomination)


def test_the_template_stars_what_every_group_needs_and_names_what_some_need(conference, nomination):
    groups = list(conference.groups.all())
    asked = [
        Question.objects.create(conference=conference, text=text, kind=Question.Kind.YES_NO, is_required=True)
        for text in ("Ăn trưa", "Nghỉ lại")
    ]
    asked[1].groups.add(groups[0])
    book = template_of(nomination)
    headers = [cell.value for cell in book[template.LIST][template.HEADER_ROW]]
    assert "Ăn trưa *" in headers
    assert "Nghỉ lại" in headers
    assert "Chỉ một số nhóm phải nhập: Nghỉ lại." in book[template.GUIDE]["A3"].value


@pytest.fixture
def filled(book):
    put(book, someone(), someone(**{"Họ và tên": "Trần Thị Chín", "Danh xưng": "bà"}))
    return book


def test_the_template_offers_this_provinces_names_only(book):
    lists = book[template.LISTS]
    texts = {cell.value for row in lists.iter_rows() for cell in row if cell.value}
    assert "Ủy ban nhân dân xã Đắk Lắk 2" in texts
    assert not any("Cà Mau" in text for text in texts)
    assert lists.sheet_state == "hidden"
    page = book[template.LIST]
    headers = [cell.value for cell in page[template.HEADER_ROW]]
    assert headers == [
        "Nhóm *",
        "Cơ quan, đơn vị *",
        "Danh xưng",
        "Họ và tên *",
        "Chức vụ *",
        "Điện thoại *",
        "Email",
        "Dự phòng",
    ]
    assert {page.cell(row, 6).number_format for row in (FIRST, FIRST + MAX_ROWS - 1)} == {"@"}
    pickers = {str(picker.sqref): picker.formula1 for picker in page.data_validations.dataValidation}
    assert pickers[f"A{FIRST}:A{FIRST + MAX_ROWS - 1}"] == "ds_nhom"
    assert "ds_co_quan_" in pickers[f"B{FIRST}:B{FIRST + MAX_ROWS - 1}"]
    assert "ds_co_quan_3" in book.defined_names


def test_nothing_in_the_template_is_a_formula(nomination):
    conference = nomination.conference
    conference.title = "=1+1"
    Question.objects.create(conference=conference, text="=2+2", kind="text")
    nomination.draft = [{"group": "so", "full_name": "=3+3"}]
    types = {
        cell.data_type
        for page in template_of(nomination)
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert types == {"s"}


def test_roles_and_questions_have_their_columns(nomination):
    group = nomination.conference.groups.get(code="so")
    GroupRole.objects.create(group=group, name="lãnh đạo Sở")
    question = Question.objects.create(conference=nomination.conference, text="Ăn trưa", kind="yes_no")
    book = template_of(nomination)
    put(book, someone(**{"Vai trò": "Lãnh đạo sở", "Ăn trưa": "co"}))
    reading = read(nomination, book)
    assert reading.problems == []
    assert (reading.rows[0]["role"], reading.rows[0]["answers"]) == ("lãnh đạo Sở", {str(question.pk): "Có"})
    put(book, someone(**{"Vai trò": "Lái xe", "Ăn trưa": "có lẽ"}))
    assert problems(nomination, book) == [(FIRST, "Vai trò"), (FIRST, "Ăn trưa")]


def test_the_template_comes_quickly(nomination):
    groups = nominated_groups(nomination)
    template.write(nomination, groups)
    began = time.perf_counter()
    template.write(nomination, groups)
    assert time.perf_counter() - began < 2


def test_what_is_filled_in_comes_back(nomination, filled):
    reading = read(nomination, filled)
    assert reading.problems == []
    assert [row["full_name"] for row in reading.rows] == ["Nguyễn Văn Tám", "Trần Thị Chín"]
    assert reading.rows[1] == {
        "group": "so",
        "organisation": "Sở Công Thương tỉnh Đắk Lắk",
        "honorific": "bà",
        "full_name": "Trần Thị Chín",
        "job_title": "Phó Giám đốc",
        "role": "",
        "phone": "0912345678",
        "email": "tam@daklak.example",
        "reserve": False,
        "answers": {},
    }


def test_the_draft_is_in_the_template_and_comes_back_the_same(nomination, filled):
    nomination.draft = [dict(row, delegate_id=None) for row in read(nomination, filled).rows]
    again = read(nomination, template_of(nomination))
    assert [row | {"delegate_id": None} for row in again.rows] == nomination.draft


def test_a_file_that_excel_saved_has_its_texts_elsewhere(nomination, filled):
    """Excel keeps texts in a table of their own; openpyxl writes them into the cells."""
    content, name = saved(filled), "xl/worksheets/sheet1.xml"
    texts = []

    def shared(cell):
        texts.append(cell[2])
        return b'%st="s"><v>%d</v></c>' % (cell[1], len(texts) - 1)

    cell = rb'(<c r="[A-Z]+\d+"[^>]*)t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
    sheet = re.sub(cell, shared, part(content, name))
    table = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>' % b"".join(
        b"<si><r><t>%s</t></r><r><t/></r></si>" % text for text in texts
    )
    assert len(texts) > 20
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = part(content, "[Content_Types].xml").replace(
        b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    )
    as_excel = with_parts(
        content, **{name: sheet, "xl/sharedStrings.xml": table, "[Content_Types].xml": types}
    )
    assert read(nomination, as_excel).rows == read(nomination, content).rows


@pytest.mark.parametrize(
    ("changes", "column", "part_of_message"),
    [
        ({"Họ và tên": None}, "Họ và tên", "Nhập họ và tên"),
        ({"Điện thoại": "0900 00"}, "Điện thoại", "0900 00"),
        ({"Điện thoại": "không có"}, "Điện thoại", "không phải chữ số"),
        ({"Email": "tam@daklak"}, "Email", "tên miền"),
        ({"Nhóm": "Đoàn tàu"}, "Nhóm", "Ghi một trong"),
        ({"Nhóm": None}, "Nhóm", "Chọn một nhóm"),
        ({"Danh xưng": "ngài"}, "Danh xưng", "đồng chí, ông, bà"),
        ({"Dự phòng": "có thể"}, "Dự phòng", "Ghi x"),
        ({"Nhóm": "UBND cấp xã", "Cơ quan, đơn vị": "dak lak"}, "Cơ quan, đơn vị", "3 đơn vị"),
        ({"Họ và tên": '=HYPERLINK("http://xau.example","A")'}, "Họ và tên", "công thức"),
        ({"Họ và tên": dt.datetime(1970, 2, 3)}, "Họ và tên", "ngày tháng"),
        ({"Chức vụ": "A" * 201}, "Chức vụ", "nhiều nhất 200"),
        ({"Họ và tên": "Nguyeãn Vaên Taùm"}, "Họ và tên", "bảng mã cũ"),
    ],
)
def test_each_mistake_is_said_with_line_column_and_remedy(
    nomination, filled, changes, column, part_of_message
):
    put(filled, someone(**changes), first=FIRST + 4)
    found = read(nomination, filled).problems
    assert [(problem.line, problem.column) for problem in found] == [(FIRST + 4, column)]
    assert part_of_message in found[0].message


def test_an_error_of_excel_is_not_a_value(nomination, book):
    put(book, someone())
    cell = book[template.LIST].cell(FIRST, 4)
    cell.value, cell.data_type = "#N/A", "e"
    assert problems(nomination, book) == [(FIRST, "Họ và tên")]


def test_what_programs_spoil_is_mended_and_noted(nomination, book):
    put(
        book,
        someone(
            **{
                "Nhóm": "so cong thuong",
                "Cơ quan, đơn vị": "so cong thuong tinh dak lak",
                "Họ và tên": "Ông  Nguye\u0302\u0303n\u00a0Va\u0306n Ta\u0301m",
                "Danh xưng": None,
                "Điện thoại": 912345678,
                "Dự phòng": True,
            }
        ),
    )
    reading = read(nomination, book)
    assert reading.problems == []
    row = reading.rows[0]
    assert (row["group"], row["organisation"]) == ("so", "Sở Công Thương tỉnh Đắk Lắk")
    assert (row["honorific"], row["full_name"]) == ("ông", "Nguyễn Văn Tám")
    assert (row["phone"], row["reserve"]) == ("0912345678", True)
    assert [note.column for note in reading.notes] == ["Điện thoại", "Họ và tên"]


def test_columns_may_be_moved_and_added_but_not_removed(nomination, filled):
    page = filled[template.LIST]
    page.insert_cols(1)
    page.cell(template.HEADER_ROW, 1).value = "STT"
    page.cell(template.HEADER_ROW, 10).value = "Ngày sinh"
    page.cell(FIRST, 10).value = "03/02/1970"
    reading = read(nomination, filled)
    assert reading.problems == []
    assert [note.column for note in reading.notes] == ["Ngày sinh"]
    page.delete_cols(7)
    with pytest.raises(RefusedWorkbook, match="thiếu cột: Điện thoại"):
        read(nomination, filled)


def test_hidden_rows_and_merged_cells_are_said(nomination, filled):
    page = filled[template.LIST]
    page.row_dimensions[FIRST + 1].hidden = True
    page.row_dimensions[FIRST + 9].hidden = True  # nothing stands in it
    page.merge_cells(start_row=FIRST, end_row=FIRST + 1, start_column=2, end_column=2)
    found = read(nomination, filled).problems
    assert [(problem.line, problem.value) for problem in found if not problem.column] == [
        (FIRST, f"B{FIRST}:B{FIRST + 1}"),
        (FIRST + 1, ""),
    ]


def test_ten_thousand_empty_rows_are_nothing(nomination, filled):
    page = filled[template.LIST]
    for number in range(FIRST + 10, FIRST + 10_010):
        page.cell(number, 1).number_format = "@"
        page.cell(number, 8).number_format = "@"
    reading = read(nomination, filled)
    assert len(reading.rows) == 2
    assert reading.problems == []


def test_somebody_far_below_is_still_read(nomination, filled):
    put(filled, someone(**{"Họ và tên": "Người Ở Xa"}), first=9000)
    assert read(nomination, filled).rows[-1]["full_name"] == "Người Ở Xa"


def refusal(nomination, content, name="danh-sach.xlsx") -> str:
    with pytest.raises(RefusedWorkbook) as refused:
        read(nomination, content, name)
    return str(refused.value)


def test_too_many_people_are_refused(nomination, book):
    put(book, *(someone(**{"Họ và tên": f"Người {n}"}) for n in range(MAX_ROWS + 1)))
    assert f"nhiều nhất {MAX_ROWS}" in refusal(nomination, saved(book))


def test_another_conferences_and_another_provinces_templates_are_refused(
    nomination, other_nomination, world, filled
):
    assert "cơ quan khác" in refusal(other_nomination, saved(filled))
    other = make_nomination(make_conference(world, slug="hoi-nghi-khac"), world.dak_lak)
    assert "hội nghị khác" in refusal(other, saved(filled))
    filled[template.LISTS]["A4"] = "0"
    assert "Mẫu này đã cũ" in refusal(nomination, saved(filled))
    filled[template.LISTS]["A1"] = None
    assert "không phải mẫu" in refusal(nomination, saved(filled))


def test_wrong_sheets_and_empty_lists_are_refused(nomination, book):
    assert "chưa có ai" in refusal(nomination, saved(book))
    book[template.LIST].delete_rows(template.HEADER_ROW)
    assert "dòng tiêu đề" in refusal(nomination, saved(book))
    book[template.LIST].title = "Sheet1"
    assert f"không có bảng “{template.LIST}”" in refusal(nomination, saved(book))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OLE, ".xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"Ho va ten;Chuc vu\nNguyen Van A;Giam doc\n", "văn bản"),
        (b"", "Tệp rỗng"),
        ("Họ và tên;Chức vụ\n".encode(), "văn bản"),
        (b"%PDF-1.7 \x80", "Không đọc được"),
        (b"PK\x03\x04" + b"x" * 500, "Không đọc được"),
        (zipped(**{"mimetype": b"", "content.xml": b"<x/>"}), ".ods"),
        (zipped(**{"xl/workbook.bin": b""}), ".xlsb"),
        (zipped(**{"word/document.xml": b"<x/>"}), "không phải là bảng tính"),
        (zipped(**{"xl/workbook.xml": b"<x/>"}), "Không đọc được"),
    ],
)
def test_files_of_another_kind_are_named_and_refused(nomination, content, words):
    assert words in refusal(nomination, content)


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.xml", "XL/VBAPROJECT.BIN"]
)
def test_macros_are_refused_whatever_the_name_says(nomination, filled, name):
    assert "macro" in refusal(nomination, with_parts(saved(filled), **{name: b"x"}))
    assert "macro" in refusal(nomination, saved(filled), "danh-sach.XLSM")


def test_links_to_other_files_are_refused(nomination, filled):
    linked = with_parts(saved(filled), **{"xl/externalLinks/externalLink1.xml": b"<x/>"})
    assert "liên kết tới tệp khác" in refusal(nomination, linked)


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(nomination, filled):
    bomb = with_parts(
        saved(filled), **{"xl/worksheets/sheet1.xml": b"<x>" + b" " * (limits.MAX_PART_BYTES + 1)}
    )
    assert len(bomb) < 100_000
    assert "quá lớn" in refusal(nomination, bomb)
    many = with_parts(saved(filled), **{f"xl/media/{n}.png": b" " * limits.MAX_PART_BYTES for n in range(5)})
    assert "quá lớn" in refusal(nomination, many)
    crowd = with_parts(saved(filled), **{f"x/{n}": b"" for n in range(limits.MAX_MEMBERS)})
    assert "quá nhiều thành phần" in refusal(nomination, crowd)
    tags = with_parts(saved(filled), **{"xl/styles.xml": b"<x>" + b"<a/>" * limits.MAX_TAGS + b"</x>"})
    assert "quá lớn" in refusal(nomination, tags)
    assert "lớn hơn" in refusal(nomination, b"PK" + b" " * limits.MAX_BYTES)


def test_a_lie_about_the_size_is_found(nomination, filled):
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", b"<x>" + b" " * 5000 + b"</x>")
    small = out.getvalue().replace((5007).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert "Không đọc được" in refusal(nomination, small)


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_nothing_is_expanded_or_fetched(nomination, filled, name):
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        b"<x>&a;&b;</x>"
    )
    assert "Không đọc được" in refusal(nomination, with_parts(saved(filled), **{name: laughs}))
    wide = laughs.decode().encode("utf-16")
    assert "Không đọc được" in refusal(nomination, with_parts(saved(filled), **{name: wide}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="6"', b'r="99999999999"'),
        (b'r="6"', b'r="sau"'),
        (b'r="A6"', b'r="XFD6"'),
        (b't="inlineStr"', b't="s"'),
        (b't="inlineStr"', b't="d"'),
        (b"<t>", b"<t><t>"),
        (b"<sheetData>", b"<sheetData><row/><row/>"),
        (b"</worksheet>", b""),
    ],
)
def test_broken_sheets_are_refused_or_read_but_never_an_error(nomination, filled, old, new):
    name = "xl/worksheets/sheet1.xml"
    content = saved(filled)
    sheet = part(content, name)
    assert old in sheet
    with contextlib.suppress(RefusedWorkbook):
        read(nomination, with_parts(content, **{name: sheet.replace(old, new)}))


def test_every_missing_part_is_survived(nomination, filled):
    content = saved(filled)
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
    for name in names:
        with contextlib.suppress(RefusedWorkbook):
            read(nomination, with_parts(content, drop=(name,)))


# ── over HTTP ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def url(nomination):
    return reverse("nomination", args=[nomination.pk])


def send(client, url, content: bytes, **data):
    return client.post(url, {"version": 0, "do": "upload", "workbook": workbooks.upload(content)} | data)


def test_a_right_file_fills_the_form_and_saves_nothing(client, binh, url, nomination, filled):
    client.force_login(binh)
    text = send(client, url, saved(filled)).content.decode()
    assert 'value="Trần Thị Chín"' in text
    assert "Đã thêm 2 người" in text
    nomination.refresh_from_db()
    assert (nomination.version, nomination.state, nomination.draft) == (0, Nomination.State.OPEN, [])


def test_a_wrong_file_takes_nobody_and_keeps_what_is_typed(client, binh, url, filled):
    client.force_login(binh)
    put(filled, someone(**{"Điện thoại": "0900 00"}), first=FIRST + 2)
    typed = {"row": "7", "r7-group": "so", "r7-full_name": "Đang Gõ Dở"}
    text = send(client, url, saved(filled), **typed).content.decode()
    assert "1 chỗ cần sửa trong tệp" in text
    assert "Trần Thị Chín" not in text
    assert 'value="Đang Gõ Dở"' in text


def test_taking_a_file_twice_changes_nothing(client, binh, url, filled):
    client.force_login(binh)
    first = send(client, url, saved(filled))
    rows = {
        f"r{form.mark}-{name}": value
        for form in first.context["form"].forms
        for name, value in form.row().items()
        if isinstance(value, str)
    }
    marks = [form.mark for form in first.context["form"].forms]
    again = send(client, url, saved(filled), row=marks, **rows)
    assert again.context["form"].people() == 2
    assert "Không có ai mới; 2 người đã có được ghi theo bảng này." in again.content.decode()


def test_pressing_send_with_an_unread_file_reads_it_first(client, binh, url, nomination, filled):
    client.force_login(binh)
    answer = send(client, url, saved(filled), do="submit")
    assert answer.status_code == 200
    assert "Đã thêm 2 người" in answer.content.decode()
    nomination.refresh_from_db()
    assert nomination.state == Nomination.State.OPEN


def test_a_closed_list_takes_no_file_and_keeps_what_is_typed(client, binh, url, nomination, filled):
    nomination.state = Nomination.State.ACCEPTED
    nomination.save()
    client.force_login(binh)
    answer = send(client, url, saved(filled), row="7", **{"r7-group": "so", "r7-full_name": "Đang Gõ Dở"})
    assert answer.status_code == 409
    assert 'value="Đang Gõ Dở"' in answer.content.decode()
    assert "Trần Thị Chín" not in answer.content.decode()


def test_no_file_is_said(client, binh, url):
    client.force_login(binh)
    assert "Chưa chọn tệp" in client.post(url, {"version": 0, "do": "upload"}).content.decode()


def test_a_stranger_uploads_nothing_and_gets_no_template(client, cuc, url, nomination, filled):
    client.force_login(cuc)
    assert send(client, url, saved(filled)).status_code == 404
    assert client.get(reverse("nomination-template", args=[nomination.pk])).status_code == 404


def test_the_template_is_downloaded_under_its_name(client, binh, nomination):
    client.force_login(binh)
    answer = client.get(reverse("nomination-template", args=[nomination.pk]))
    assert "danh-sach-tinh-dak-lak" in answer.headers["Content-Disposition"]
    import openpyxl

    assert template.LIST in openpyxl.load_workbook(BytesIO(answer.content)).sheetnames

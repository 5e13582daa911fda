"""Lines pasted from a spreadsheet: columns by header or by order, mended, or said and kept."""

import pytest
from django.urls import reverse

from delegates.entry import pasting
from delegates.models import Nomination
from delegates.rows import MAX_ROWS, nominated_groups
from hoinghi.tests.cast import make_conference, make_nomination

HEADER = "STT\tHọ tên\tĐơn vị\tChức danh\tSĐT\tNhóm"


def read(nomination, *lines: str, group: str = ""):
    return pasting.read(
        "\r\n".join(lines), nomination=nomination, groups=nominated_groups(nomination), group=group
    )


def test_columns_are_known_by_their_headers(nomination):
    pasted = read(
        nomination,
        HEADER,
        "1\tBà Trần Thị Bốn\tubnd xã đắk lắk 2\tChủ tịch\t912345678\tUBND cấp xã",
        "",
        "2\tLê Văn Năm\tSở Công Thương\tChuyên viên\t0912 345 679\tso cong thuong",
    )
    assert (pasted.problems, pasted.left) == ([], "")
    first, second = pasted.rows
    assert (first["group"], first["organisation"]) == ("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 2")
    assert (first["honorific"], first["full_name"], first["phone"]) == ("bà", "Trần Thị Bốn", "0912345678")
    assert (second["group"], second["organisation"]) == ("so", "Sở Công Thương tỉnh Đắk Lắk")
    assert [(note.line, note.column) for note in pasted.notes] == [(2, "Điện thoại"), (2, "Họ và tên")]


def test_without_a_header_the_templates_order_counts(nomination):
    line = "Công ty CP A\tông\tVũ Văn Ba\tGiám đốc\t0912345678\tba@congty.example\tx"
    chosen = read(nomination, line, group="chu-dau-tu").rows
    named = read(nomination, f"Chủ đầu tư hạ tầng CCN\t{line}").rows
    assert chosen == named
    assert chosen[0] | {"full_name": "Vũ Văn Ba", "reserve": True, "group": "chu-dau-tu"} == chosen[0]


def test_what_is_not_understood_is_said_and_kept_the_rest_is_taken(nomination):
    good = "Sở Công Thương\t\t\tNguyễn Văn Tám\tPhó Giám đốc\t0912345678"
    bad = "Đoàn tàu\t\t\tNguyễn Văn Chín\tPhó Giám đốc\t0912345678"
    long = "Sở Công Thương" + "\t" * 8 + "thừa"
    pasted = read(nomination, good, bad, long)
    assert [row["full_name"] for row in pasted.rows] == ["Nguyễn Văn Tám"]
    assert [problem.line for problem in pasted.problems] == [2, 3]
    assert "Ghi một trong" in pasted.problems[0].message
    assert pasted.left == f"{bad}\n{long}"


def test_the_header_stays_with_the_lines_that_are_left(nomination):
    bad = "1\tTrần Thị Bốn\tSở\tChủ tịch\t0912345678\tĐoàn tàu"
    assert read(nomination, HEADER, bad).left == f"{HEADER}\n{bad}"


def test_a_column_without_a_place_is_said(nomination):
    pasted = read(
        nomination, HEADER + "\tQuê quán", "1\tTrần Thị Bốn\tSở\tChủ tịch\t0912345678\tSở Công Thương\tHuế"
    )
    assert [(note.column, note.line) for note in pasted.notes] == [("Quê quán", 1)]
    assert len(pasted.rows) == 1


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"Trần\nThị Bốn"', "Trần Thị Bốn"),
        ('"Trần ""Tư"" Bốn\n"', 'Trần "Tư" Bốn'),
        ('"Trần" Thị Bốn', '"Trần" Thị Bốn'),
        ('"Trần Thị Bốn', '"Trần Thị Bốn'),
        ("Tr\u00e2\u0300n\u00a0Thị\u200b Bốn", "Trần Thị Bốn"),
    ],
)
def test_quotes_and_odd_letters(nomination, cell, name):
    pasted = read(nomination, f"Sở Công Thương\t\t\t{cell}\tPhó Giám đốc\t0912345678")
    assert [row["full_name"] for row in pasted.rows] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "\t\t\t",
        "\n" * 500,
        '"',
        '"\t"\t"',
        "x" * 150_000,
        "a\tb\0c\n\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_nothing_pasted_is_an_error(nomination, text):
    pasting.read(text, nomination=nomination, groups=nominated_groups(nomination))


@pytest.fixture
def url(nomination):
    return reverse("nomination", args=[nomination.pk])


def paste(client, url, text, **data):
    return client.post(url, {"version": 0, "do": "paste", "pasted": text} | data)


GOOD = "Sở Công Thương\tSở Công Thương\tông\tNguyễn Văn Tám\tPhó Giám đốc\t912345678"
BAD = "Đoàn tàu\tSở Công Thương\tông\tNguyễn Văn Chín\tPhó Giám đốc\t0912345678"


def test_pasted_rows_come_into_the_form_and_are_not_saved(client, binh, url, nomination):
    client.force_login(binh)
    page = paste(client, url, f"{GOOD}\n{BAD}")
    text = page.content.decode()
    assert 'value="Nguyễn Văn Tám"' in text
    assert "Đã thêm số 0 bị mất ở đầu: 0912345678" in text
    assert page.context["quick"]["pasted"].value() == BAD
    assert "Ghi một trong" in text
    nomination.refresh_from_db()
    assert (nomination.version, nomination.state) == (0, Nomination.State.OPEN)


def test_pressing_save_reads_a_paste_first_and_then_lets_the_rest_be(client, binh, url, nomination):
    client.force_login(binh)
    page = paste(client, url, BAD, do="draft")
    assert page.status_code == 200
    left = page.context["quick"]["pasted_left"].value()
    assert paste(client, url, BAD, do="draft", pasted_left=left).status_code == 302


def test_too_many_pasted_rows_leave_the_form_and_the_text_alone(client, binh, url):
    client.force_login(binh)
    text = "\n".join(GOOD.replace("Tám", f"Tám {n}") for n in range(MAX_ROWS + 1))
    page = paste(client, url, text)
    assert f"nhiều nhất {MAX_ROWS} người" in page.content.decode()
    assert page.context["form"].people() == 0
    assert page.context["quick"]["pasted"].value() == text


def test_nothing_pasted_is_said(client, binh, url):
    client.force_login(binh)
    assert "Chưa có gì để đọc" in paste(client, url, " \n").content.decode()
    assert "dài quá" in paste(client, url, "x" * 200_001).content.decode()


def test_a_paste_costs_the_same_for_one_and_three_lists(
    client, binh, url, world, django_assert_max_num_queries
):
    client.force_login(binh)
    client.get(url)  # whatever the first visit writes or caches
    counts = []
    for number in (1, 2, 3):
        with django_assert_max_num_queries(60) as counted:
            paste(client, url, "\n".join(GOOD.replace("Tám", f"Tám {n}") for n in range(number)))
        counts.append(len(counted))
        make_nomination(make_conference(world, slug=f"hoi-nghi-{number}"), world.dak_lak)
    assert counts[0] == counts[1] == counts[2]

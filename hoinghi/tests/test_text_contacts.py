"""Telephone numbers, e-mail addresses and numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoinghi.text import (
    clean_email,
    format_filesize,
    format_number,
    format_phone,
    format_phones,
    format_quota,
    parse_phones,
)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("024.22218288/0988310581", ["+842422218288", "+84988310581"]),
        ("0912345678", ["+84912345678"]),
        ("0912 345 678; 0912.345.678", ["+84912345678"]),
        ("+84 912 345 678", ["+84912345678"]),
        ("84912345678", ["+84912345678"]),
        ("0084 24 22218288", ["+842422218288"]),
        ("(024) 2221-8288", ["+842422218288"]),
        ("0262.3000001", ["+842623000001"]),
        ("024.22218288 (máy lẻ 105)", ["+842422218288"]),
        ("0988310581 - 0912345678", ["+84988310581", "+84912345678"]),
        ("0988310581 hoặc 0912345678", ["+84988310581", "+84912345678"]),
        ("0988310581\n0912345678", ["+84988310581", "+84912345678"]),
        ("912345678", ["+84912345678"]),  # a spreadsheet took the 0
        ("", []),
        (" / ", []),
    ],
)
def test_numbers_of_a_line(typed, numbers):
    assert parse_phones(typed) == numbers


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0900 00", "Số “0900 00” thiếu chữ số. Nhập đủ 10 chữ số, ví dụ 0912345678."),
        ("09123456789", "Số “09123456789” thừa chữ số."),
        ("024.2221828", "Số “024.2221828” thiếu chữ số. Nhập đủ 11 chữ số"),
        ("0988310581/0900", "Số “0900” thiếu chữ số."),
        ("01681234567", "số di động cũ 11 chữ số"),
        ("04.22218288", "không đúng đầu số. Số di động bắt đầu bằng 03, 05, 07, 08, 09"),
        ("hỏi văn thư", "Số “hỏi văn thư” có ký tự không phải chữ số."),
        ("+856 20 1234567", "không phải số Việt Nam"),
        ("0988310581 0912345678", "thừa chữ số"),
        ("٠٩١٢٣٤٥٦٧٨", "có ký tự không phải chữ số"),
    ],
)
def test_a_wrong_number_is_named_with_what_is_wrong(typed, message):
    with pytest.raises(ValueError, match="^.*" + message.replace("+", r"\+").replace(".", r"\.")):
        parse_phones(typed)


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842422218288", "024 2221 8288"),
        ("+842822218288", "028 2221 8288"),
        ("+842623000001", "0262 300 0001"),
        ("024.22218288 (máy lẻ 5)", "024.22218288 (máy lẻ 5)"),
    ],
)
def test_numbers_as_they_are_read_here(number, printed):
    assert format_phone(number) == printed


@given(st.from_regex(r"0(?:[35789][0-9]{8}|2[0-9]{9})", fullmatch=True))
def test_printed_numbers_are_read_again(number):
    [parsed] = parse_phones(number)
    assert parse_phones(format_phone(parsed)) == [parsed]
    assert format_phone(parsed).replace(" ", "") == number


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("tuannanh@moit.gov.vn", "tuannanh@moit.gov.vn"),
        (" TuanNAnh@MOIT.gov.vn\u00a0", "tuannanh@moit.gov.vn"),
        ("Nguyễn Anh Tuấn <tuannanh@moit.gov.vn>", "tuannanh@moit.gov.vn"),
        ("mailto:ten@congty.vn", "ten@congty.vn"),
        ("ten@congty.vn.", "ten@congty.vn"),
        ("ten\u200b@congty.vn", "ten@congty.vn"),
    ],
)
def test_addresses_lose_what_was_pasted_around_them(typed, address):
    assert clean_email(typed) == address


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("vuvang@congty", "“vuvang@congty” chưa đủ tên miền. Ví dụ: ten@congty.vn."),
        ("vuvang", "“vuvang” thiếu dấu @."),
        ("@congty.vn", "thiếu phần trước dấu @"),
        ("a@b.vn; c@d.vn", "Mỗi ô ghi một địa chỉ."),
        ("vu vang@congty.vn", "có khoảng trắng"),
        ("vũvăng@congty.vn", "Địa chỉ email viết không dấu."),
        ("a..b@congty.vn", "không phải là địa chỉ email"),
    ],
)
def test_a_wrong_address_is_named_with_what_is_wrong(typed, message):
    with pytest.raises(ValueError, match=message):
        clean_email(typed)


@pytest.mark.parametrize(
    ("minimum", "maximum", "printed"),
    [
        (1, 2, "1÷2"),
        (2, 2, "2"),
        (None, None, ""),
        (None, 2, "tối đa 2"),
        (0, 2, "tối đa 2"),
        (1, None, "ít nhất 1"),
    ],
)
def test_quotas(minimum, maximum, printed):
    assert format_quota(minimum, maximum) == printed


def test_numbers_have_a_decimal_comma_and_dots_between_thousands():
    assert format_number(3321) == "3.321"
    assert format_number(-11.9) == "-11,9"
    assert format_number(Decimal("1234567.50")) == "1.234.567,50"
    assert format_number(2, 1) == "2,0"


@pytest.mark.parametrize(
    ("size", "printed"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (186_000, "186 kB"),
        (999_600, "1 MB"),
        (1_200_000, "1,2 MB"),
        (50_000_000, "50 MB"),
        (99_960_000, "100 MB"),
        (1_230_000_000, "1,2 GB"),
    ],
)
def test_file_sizes(size, printed):
    assert format_filesize(size) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("0912345678", "0912 345 678"),
        ("0912.345.678", "0912 345 678"),
        ("+84 912 345 678", "0912 345 678"),
        ("02623.812.345", "0262 381 2345"),
        ("024.22218288/0988310581", "024 2221 8288, 0988 310 581"),
        ("máy lẻ 105", "máy lẻ 105"),
        ("0212345678", "0212345678"),
    ],
)
def test_a_line_of_numbers_is_printed_as_it_is_read(typed, printed):
    assert format_phones(typed) == printed

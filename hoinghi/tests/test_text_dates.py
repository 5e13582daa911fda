"""Dates and hours: printed as Decree 30/2020/NĐ-CP wants them, read as people type them."""

import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoinghi.text import (
    VIETNAM,
    format_countdown,
    format_date,
    format_long_date,
    format_moment,
    format_moment_short,
    format_pattern,
    format_range,
    format_time,
    format_time_long,
    parse_date,
    parse_moment,
    parse_time,
    parse_weekday,
    weekday_number,
    weekday_words,
)

FRIDAY = date(2021, 7, 2)


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2021, 7, 2), "02/7/2021"),
        (date(2026, 1, 5), "05/01/2026"),
        (date(2026, 2, 1), "01/02/2026"),
        (date(2023, 4, 18), "18/4/2023"),
        (date(2023, 11, 3), "03/11/2023"),
    ],
)
def test_days_are_padded_and_of_the_months_only_the_first_two(day, printed):
    assert format_date(day) == printed


def test_long_date():
    assert format_long_date(FRIDAY) == "ngày 02 tháng 7 năm 2021"
    assert format_long_date(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"


def test_hours():
    assert format_time(time(8)) == "8h00"
    assert format_time(time(13, 30)) == "13h30"
    assert format_time_long(time(8)) == "8 giờ 00"


@pytest.mark.parametrize(
    ("pattern", "printed"),
    [
        ("HHhmm", "08h05"),
        ("H:mm", "8:05"),
        ("HH giờ mm phút, ngày dd tháng MM năm yyyy", "08 giờ 05 phút, ngày 06 tháng 01 năm 2027"),
        ("dd.MM.yyyy", "06.01.2027"),
        ("d/M", "6/1"),
        ("dd/mm/yyyy HH:mm", "06/01/2027 08:05"),  # as people write it: a month is no minutes
        ("HHgmm ngày d-m-yyyy", "08g05 ngày 6-1-2027"),
    ],
)
def test_a_pattern_prints_any_other_form(pattern, printed):
    assert format_pattern(datetime(2027, 1, 6, 1, 5, tzinfo=UTC), pattern) == printed


@pytest.mark.parametrize(
    ("value", "pattern"), [(FRIDAY, "năm"), (FRIDAY, ""), (FRIDAY, "HH:mm"), (FRIDAY, "dd/mm HH:mm")]
)
def test_a_pattern_without_a_sign_or_with_an_hour_of_a_day_is_refused(value, pattern):
    with pytest.raises(ValueError, match="hour|sign"):
        format_pattern(value, pattern)


def test_moments_are_printed_in_vietnamese_time():
    late = datetime(2021, 6, 30, 17, 30, tzinfo=UTC)
    assert format_moment(late) == "0h30 ngày 01/7/2021"
    assert format_moment_short(late) == "0h30 01/7"
    assert format_date(late) == "01/7/2021"
    assert weekday_words(late) == "thứ Năm"


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="time zone"):
        format_moment(datetime(2021, 6, 30, 17, 30))


def test_weekdays():
    assert (weekday_number(FRIDAY), weekday_words(FRIDAY)) == ("Thứ 6", "thứ Sáu")
    sunday = date(2026, 3, 1)
    assert (weekday_number(sunday), weekday_words(sunday)) == ("Chủ nhật", "Chủ nhật")
    assert weekday_number(date(2026, 3, 2)) == "Thứ 2"


@pytest.mark.parametrize(
    ("first", "last", "printed"),
    [
        (date(2021, 7, 2), date(2021, 7, 2), "ngày 02/7/2021"),
        (date(2015, 10, 1), date(2015, 10, 2), "ngày 01 và 02/10/2015"),
        (date(2023, 10, 31), date(2023, 11, 1), "ngày 31/10 và 01/11/2023"),
        (date(2021, 7, 2), date(2021, 7, 5), "từ ngày 02 đến ngày 05/7/2021"),
        (date(2023, 10, 31), date(2023, 11, 3), "từ ngày 31/10 đến ngày 03/11/2023"),
        (date(2025, 12, 30), date(2026, 1, 2), "từ ngày 30/12/2025 đến ngày 02/01/2026"),
    ],
)
def test_ranges_say_month_and_year_once(first, last, printed):
    assert format_range(first, last) == printed


def test_a_range_does_not_run_backwards():
    with pytest.raises(ValueError, match="sau ngày bắt đầu"):
        format_range(FRIDAY, FRIDAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("delta", "printed"),
    [
        (timedelta(days=2, hours=7, minutes=59), "2 ngày 7 giờ"),
        (timedelta(days=1), "1 ngày"),
        (timedelta(hours=7), "7 giờ"),
        (timedelta(hours=7, minutes=20), "7 giờ 20 phút"),
        (timedelta(minutes=45), "45 phút"),
        (timedelta(seconds=59), "dưới 1 phút"),
        (-timedelta(days=1, hours=9), "1 ngày 9 giờ"),
    ],
)
def test_countdown_never_says_more_than_there_is(delta, printed):
    assert format_countdown(delta) == printed


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("8h00", time(8)),
        ("08h00", time(8)),
        ("8h", time(8)),
        ("8 giờ 00", time(8)),
        (unicodedata.normalize("NFD", "8 giờ 00"), time(8)),
        ("8 gio 30", time(8, 30)),
        ("8 giờ 30 phút", time(8, 30)),
        ("8:00", time(8)),
        ("08:00:00", time(8)),
        ("13h30'", time(13, 30)),
        ("13h30’", time(13, 30)),
        (" 13H30 ", time(13, 30)),
        ("13\u00a0giờ\u00a030", time(13, 30)),
    ],
)
def test_hours_as_people_type_them(typed, hour):
    assert parse_time(typed) == hour


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Ví dụ: 8h00"),
        ("sáng", "“sáng” không phải là giờ. Ví dụ: 8h00 hoặc 13h30."),
        ("8", "không phải là giờ"),
        ("8h5", "không phải là giờ"),
        ("25h00", "“25h00”: giờ từ 0 đến 23, phút từ 00 đến 59."),
        ("8h60", "phút từ 00 đến 59"),
        ("24h00", "0h00 của ngày hôm sau"),
    ],
)
def test_what_is_no_hour_is_refused_with_the_reason(typed, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        parse_time(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "02/7/2021",
        "2/7/2021",
        "02/07/2021",
        "2-7-2021",
        "02.07.2021",
        "2021-07-02",
        "ngày 02/7/2021",
        "ngày 02 tháng 7 năm 2021",
        unicodedata.normalize("NFD", "ngày 02 tháng 7 năm 2021"),
        "02/7/2021 (Thứ 6)",
        "02/7/2021 (thứ Sáu)",
        "Thứ Sáu, ngày 02/7/2021",
        "02⁄7⁄2021",
        "02 / 7 / 2021",
    ],
)
def test_dates_as_people_type_them(typed):
    assert parse_date(typed) == FRIDAY


def test_the_day_comes_first():
    assert parse_date("04/12/2026") == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Viết ngày/tháng/năm, ví dụ 02/7/2021."),
        ("mai", "“mai” không phải là ngày."),
        ("31/02/2026", "“31/02/2026” không có trong lịch."),
        ("12/13/2026", "không có trong lịch"),
        ("2/7/21", "viết đủ bốn chữ số của năm"),
        ("02/7/2021 (Thứ 5)", "02/7/2021 là thứ Sáu. Sửa ngày, hoặc bỏ phần thứ."),
        ("Chủ nhật 02/7/2021", "02/7/2021 là thứ Sáu."),
        ("thứ Tám 02/7/2021", "không phải là thứ trong tuần"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(typed, message):
    with pytest.raises(ValueError, match=message):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Thứ 2", 1),
        ("thứ Hai", 1),
        ("Thứ Ba", 2),
        ("thứ tư", 3),
        ("Thứ Bốn", 3),
        ("THỨ NĂM", 4),
        ("Thứ 6", 5),
        ("thứ Sáu", 5),
        ("T7", 6),
        ("thu bay", 6),
        ("Chủ nhật", 7),
        ("CN", 7),
        ("(Thứ 6)", 5),
    ],
)
def test_weekdays_as_people_type_them(typed, number):
    assert parse_weekday(typed) == number


@pytest.mark.parametrize("typed", ["", "6", "Thứ 8", "thứ Một", "Friday"])
def test_what_is_no_weekday_is_refused_with_the_reason(typed):
    with pytest.raises(ValueError, match="không phải là thứ trong tuần. Ví dụ: Thứ 6"):
        parse_weekday(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "8h00 ngày 02/7/2021",
        "02/7/2021 8h00",
        "02/7/2021 08:00",
        "từ 8h00 ngày 02/7/2021 (Thứ 6)",
        "8h00, thứ Sáu ngày 02/7/2021",
        "8 giờ 00 ngày 02 tháng 7 năm 2021",
        "2021-07-02 08:00:00",
    ],
)
def test_moments_as_people_type_them(typed):
    assert parse_moment(typed) == datetime(2021, 7, 2, 8, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "cần cả giờ và ngày"),
        ("02/7/2021", "“02/7/2021” cần cả giờ và ngày. Ví dụ: 8h00 ngày 02/7/2021."),
        ("8h00", "cần cả giờ và ngày"),
        ("8h00 thứ Năm ngày 02/7/2021", "02/7/2021 là thứ Sáu"),
        ("8h00 ngày 31/02/2021", "không có trong lịch"),
        ("25h00 ngày 02/7/2021", "giờ từ 0 đến 23"),
    ],
)
def test_what_is_no_moment_is_refused_with_the_reason(typed, message):
    with pytest.raises(ValueError, match=message):
        parse_moment(typed)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_printed_dates_are_read_again(day):
    for printed in (
        format_date(day),
        format_long_date(day),
        f"{format_date(day)} ({weekday_number(day)})",
        f"{weekday_words(day)}, {format_long_date(day)}",
    ):
        assert parse_date(printed) == day
    assert parse_weekday(weekday_number(day)) == parse_weekday(weekday_words(day)) == day.isoweekday()


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2199, 1, 1)))
def test_printed_moments_are_read_again(value):
    moment = value.replace(second=0, microsecond=0, tzinfo=VIETNAM)
    assert parse_moment(format_moment(moment)) == moment
    assert parse_time(format_time(moment)) == parse_time(format_time_long(moment)) == moment.time()


@given(st.text(max_size=20))
def test_any_other_text_is_refused_and_nothing_breaks(text):
    for parse in (parse_date, parse_time, parse_weekday, parse_moment):
        with suppress(ValueError):
            parse(text)

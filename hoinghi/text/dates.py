"""Dates and hours as official documents write them, and as people type them.

Decree 30/2020/NĐ-CP, Phụ lục I: a day below 10 and the months 1 and 2 get a leading zero, the other
months none: ``02/7/2021``, ``05/01/2026``, ``18/4/2023``. Aware datetimes are read in Vietnamese time.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .vietnamese import fold, nfc

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_WEEKDAY_WORDS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("A datetime without a time zone cannot be printed.")
    return value.astimezone(VIETNAM)


def _day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _hour(value: time | datetime) -> time:
    return _local(value).time() if isinstance(value, datetime) else value


def _month(value: date) -> str:
    return f"{value.month:02}" if value.month <= 2 else str(value.month)


def format_date(value: date | datetime) -> str:
    """``02/7/2021``"""
    day = _day(value)
    return f"{day.day:02}/{_month(day)}/{day.year}"


def format_long_date(value: date | datetime) -> str:
    """``ngày 02 tháng 7 năm 2021``"""
    day = _day(value)
    return f"ngày {day.day:02} tháng {_month(day)} năm {day.year}"


def format_time(value: time | datetime) -> str:
    """``8h00``, ``13h30``"""
    hour = _hour(value)
    return f"{hour.hour}h{hour.minute:02}"


def format_time_long(value: time | datetime) -> str:
    """``8 giờ 00``"""
    hour = _hour(value)
    return f"{hour.hour} giờ {hour.minute:02}"


def format_moment(value: datetime) -> str:
    """``16h30 ngày 28/6/2021``"""
    return f"{format_time(value)} ngày {format_date(value)}"


def format_moment_short(value: datetime) -> str:
    """``16h30 28/6``, for tables of one conference, where the year is known."""
    day = _day(value)
    return f"{format_time(value)} {day.day:02}/{_month(day)}"


def weekday_number(value: date | datetime) -> str:
    """``Thứ 6``, ``Chủ nhật``"""
    number = _day(value).isoweekday()
    return "Chủ nhật" if number == 7 else f"Thứ {number + 1}"


def weekday_words(value: date | datetime) -> str:
    """``thứ Sáu``, ``Chủ nhật`` (Phụ lục II)"""
    return _WEEKDAY_WORDS[_day(value).weekday()]


def format_range(first: date | datetime, last: date | datetime) -> str:
    """One day, two days in a row, or a span; month and year are said once where they are the same.

    ``ngày 02/7/2021``, ``ngày 01 và 02/10/2015``, ``từ ngày 02 đến ngày 05/7/2021``,
    ``từ ngày 31/10 đến ngày 03/11/2023``
    """
    start, end = _day(first), _day(last)
    if start > end:
        raise ValueError("Ngày kết thúc phải sau ngày bắt đầu.")
    if start == end:
        return f"ngày {format_date(end)}"
    if start.year != end.year:
        head = format_date(start)
    elif start.month != end.month:
        head = f"{start.day:02}/{_month(start)}"
    else:
        head = f"{start.day:02}"
    if end - start == timedelta(days=1):
        return f"ngày {head} và {format_date(end)}"
    return f"từ ngày {head} đến ngày {format_date(end)}"


# A sign of a pattern stands free of other letters: the m of "năm" is none. Between figures "h" and "g" join.
_SIGN = re.compile(r"(?<![^\W\d_hg])(?:HH?|dd?|MM?|mm?|yyyy)(?![^\W\d_hg])")


def format_pattern(value: date | datetime, pattern: str) -> str:
    """A day or hour in any other form: ``HHhmm`` 08h30, ``HH:mm`` 08:30, ``dd.MM.yyyy`` 16.01.2027, ``d/M`` 6/1.

    ``mm`` are the minutes of the hour before it, elsewhere the month, as people write ``dd/mm/yyyy``.

    Raises:
        ValueError: the pattern has no sign, or one for hours while ``value`` is a day.
    """
    moment = _local(value) if isinstance(value, datetime) else value
    awaits_minutes, signs = False, 0

    def fill(found: re.Match) -> str:
        nonlocal awaits_minutes, signs
        sign, signs = found[0], signs + 1
        if sign[0] == "H":
            if not isinstance(moment, datetime):
                raise ValueError("A day has no hour.")
            awaits_minutes = True
            number = moment.hour
        elif sign == "mm" and awaits_minutes:
            awaits_minutes = False
            number = moment.minute
        else:
            number = {"d": moment.day, "m": moment.month, "y": moment.year}[sign[0].lower()]
        return f"{number:0{len(sign)}}"

    printed = _SIGN.sub(fill, pattern)
    if not signs:
        raise ValueError(f"“{pattern}” has no sign of a day or hour.")
    return printed


def format_countdown(delta: timedelta) -> str:
    """The time left or gone, never more than there is: ``2 ngày 7 giờ``, ``7 giờ 20 phút``, ``45 phút``."""
    minutes = int(abs(delta).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "ngày"), (hours, "giờ")] if days else [(hours, "giờ"), (minutes, "phút")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "dưới 1 phút"


# 8h00, 13h30', 8 giờ 00, 8 giờ 30 phút, 8:00, 08:00:00, 8h; people type without diacritics, too.
_TIME = re.compile(
    r"(\d{1,2})(?: ?(?:h|g|gi[ờo])(?: ?(\d{2})(?: ?(?:['’]|ph[úu]t|p))?)?|:(\d{2})(?::00)?)(?![\w:])",
    re.IGNORECASE,
)


def parse_time(text: str) -> time:
    """An hour as people write it: ``8h00``, ``13h30'``, ``8 giờ 00``, ``8:00``, ``8h``.

    Raises:
        ValueError: with a message for the person who typed.
    """
    typed = nfc(text)
    found = _TIME.fullmatch(typed)
    if not found:
        raise ValueError(f"“{typed}” không phải là giờ. Ví dụ: 8h00 hoặc 13h30.")
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    if (hour, minute) == (24, 0):
        raise ValueError(f"Thay “{typed}” bằng 0h00 của ngày hôm sau.")
    if hour > 23 or minute > 59:
        raise ValueError(f"“{typed}”: giờ từ 0 đến 23, phút từ 00 đến 59.")
    return time(hour, minute)


_WEEKDAYS = {"hai": 1, "ba": 2, "tu": 3, "bon": 3, "nam": 4, "sau": 5, "bay": 6}
_WEEKDAYS |= {str(number + 1): number for number in range(1, 7)}


def parse_weekday(text: str) -> int:
    """``Thứ 6``, ``thứ Sáu``, ``T6``, ``CN`` as ISO weekday: Monday is 1, Sunday 7.

    Raises:
        ValueError: with a message for the person who typed.
    """
    folded = fold(text).strip(".,()")
    if folded in ("chu nhat", "cn"):
        return 7
    found = re.fullmatch(r"(?:thu |t(?=\d))(\w+)", folded)
    if not found or found[1] not in _WEEKDAYS:
        raise ValueError(f"“{nfc(text)}” không phải là thứ trong tuần. Ví dụ: Thứ 6, thứ Sáu, Chủ nhật.")
    return _WEEKDAYS[found[1]]


_DATE = re.compile(r"(?:ngay )?(\d{1,2})(?: ?[/.-] ?| thang )(\d{1,2})(?: ?[/.-] ?| nam )(\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WEEKDAY = r"(?:thu \w+|t[2-7]|chu nhat|cn)\b"
_DATE_WITH_WEEKDAY = re.compile(rf"(?:\(?({_WEEKDAY})\)?,? ?)?(.*?)(?:,? ?\(?({_WEEKDAY})\)?)?")


def parse_date(text: str) -> date:
    """A date, day first: ``02/7/2021``, ``2-7-2021``, ``2021-07-02``, ``ngày 02 tháng 7 năm 2021``.

    A weekday may stand before or after it (``02/7/2021 (Thứ 6)``), but has to agree.

    Raises:
        ValueError: with a message for the person who typed.
    """
    typed = nfc(text)
    before, folded, after = _DATE_WITH_WEEKDAY.fullmatch(fold(typed)).groups()
    if iso := _ISO_DATE.fullmatch(folded):
        year, month, day = iso.groups()
    elif found := _DATE.fullmatch(folded):
        day, month, year = found.groups()
    else:
        raise ValueError(f"“{typed}” không phải là ngày. Viết ngày/tháng/năm, ví dụ 02/7/2021.")
    if len(year) != 4:
        raise ValueError(f"“{typed}”: viết đủ bốn chữ số của năm, ví dụ 02/7/2021.")
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"“{typed}” không có trong lịch. Viết ngày/tháng/năm, ví dụ 02/7/2021.") from None
    for weekday in filter(None, (before, after)):
        if parse_weekday(weekday) != value.isoweekday():
            raise ValueError(f"{format_date(value)} là {weekday_words(value)}. Sửa ngày, hoặc bỏ phần thứ.")
    return value


_LEAD_IN = re.compile(r"\b(?:từ|lúc|vào)\s*$", re.IGNORECASE)


def parse_moment(text: str) -> datetime:
    """An hour and a date in either order, in Vietnamese time: ``8h00 ngày 02/7/2021``, ``02/7/2021 8:00``.

    Raises:
        ValueError: with a message for the person who typed.
    """
    typed = nfc(text)
    hour = _TIME.search(typed)
    before, after = (typed[: hour.start()], typed[hour.end() :]) if hour else ("", "")
    day = nfc(f"{_LEAD_IN.sub('', before)} {after}").strip(" ,")
    if not hour or not day:
        raise ValueError(f"“{typed}” cần cả giờ và ngày. Ví dụ: 8h00 ngày 02/7/2021.")
    return datetime.combine(parse_date(day), parse_time(hour[0]), tzinfo=VIETNAM)

"""Telephone numbers and e-mail addresses: what people type, made one form, or refused with the reason."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .vietnamese import fold, nfc

_BETWEEN_PHONES = re.compile(r"[/;,|\n]|\s[-–]\s|\s(?:và|hoặc)\s")
_EXTENSION = re.compile(r"\(?\s*(?:máy lẻ|số lẻ|nhánh|ext\.?)\s*:?\s*\d{1,5}\s*\)?$", re.IGNORECASE)
_MOBILE = "Nhập đủ 10 chữ số, ví dụ 0912345678."
_LANDLINE = "Nhập đủ 11 chữ số cả mã vùng, ví dụ 024 2221 8288."


def _parse_phone(typed: str) -> str:
    digits = re.sub(r"[\s.()\-–]", "", _EXTENSION.sub("", typed))
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise ValueError(f"Số “{typed}” có ký tự không phải chữ số. Ví dụ: 0912345678.")
    if digits.startswith("+") and not digits.startswith("+84"):
        raise ValueError(f"Số “{typed}” không phải số Việt Nam. Nhập số bắt đầu bằng 0 hoặc +84.")
    # With the country code the 0 is left out; a spreadsheet that took it for a number has lost it as well.
    national = "0" + re.sub(r"^(?:\+84|0084|84(?=\d{9,10}$))", "", digits).removeprefix("0")
    if re.match(r"01[2689]", national) and len(national) == 11:
        raise ValueError(f"Số “{typed}” là số di động cũ 11 chữ số. Nhập số mới 10 chữ số.")
    if not re.match(r"0[235789]", national):
        raise ValueError(
            f"Số “{typed}” không đúng đầu số. Số di động bắt đầu bằng 03, 05, 07, 08, 09; số cố định bằng 02."
        )
    # Since 2017 every fixed line has 11 digits: 024 and 028 with eight, the other areas (02xx) with seven.
    length, mend = (11, _LANDLINE) if national.startswith("02") else (10, _MOBILE)
    if len(national) != length:
        fault = "thiếu" if len(national) < length else "thừa"
        raise ValueError(f"Số “{typed}” {fault} chữ số. {mend}")
    return "+84" + national[1:]


def parse_phones(text: str) -> list[str]:
    """The numbers of a line as E.164: ``024.22218288/0988310581`` has two.

    Numbers are set apart by ``/``, ``;``, a comma, a dash between spaces or a line end. An extension
    ("máy lẻ 105") is legal and stays in the raw text only.

    Raises:
        ValueError: naming the number, what is wrong with it, and how to mend it.
    """
    parts = (part.strip() for part in _BETWEEN_PHONES.split(nfc(text, lines=True)))
    return list(dict.fromkeys(_parse_phone(part) for part in parts if part))


def format_phone(number: str) -> str:
    """An E.164 number as it is read here: ``0912 345 678``, ``024 2221 8288``, ``0262 300 0001``."""
    if not re.fullmatch(r"\+84\d{9,10}", number):
        return number
    national = "0" + number[3:]
    area = 3 if national.startswith(("024", "028")) else 4
    return f"{national[:area]} {national[area:7]} {national[7:]}"


# Most numbers are a mobile typed with spaces or dots; lists of hundreds print them without the work of parsing.
_BETWEEN_DIGITS = str.maketrans("", "", " .-")
_PLAIN_MOBILE = re.compile(r"0[35789]\d{8}", re.ASCII)


def format_phones(text: str) -> str:
    """The numbers of a line as they are read, or the line itself where it holds none."""
    digits = text.translate(_BETWEEN_DIGITS)
    if _PLAIN_MOBILE.fullmatch(digits):
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    try:
        return ", ".join(map(format_phone, parse_phones(text)))
    except ValueError:
        return text


_EXAMPLE = "Ví dụ: ten@congty.vn."


def clean_email(text: str) -> str:
    """One e-mail address, small letters, without what a mail program pastes around it.

    Raises:
        ValueError: naming the address, what is wrong with it, and how to mend it.
    """
    typed = nfc(text)
    if bracketed := re.search(r"<([^<>]*)>\s*$", typed):
        typed = bracketed[1].strip()
    typed = typed.removeprefix("mailto:").rstrip(".,;")
    local, at, domain = typed.partition("@")
    if not at:
        raise ValueError(f"“{typed}” thiếu dấu @. {_EXAMPLE}")
    if "@" in domain or re.search(r"[,;]", typed):
        raise ValueError(f"“{typed}” có nhiều hơn một địa chỉ. Mỗi ô ghi một địa chỉ.")
    if " " in typed:
        raise ValueError(f"“{typed}” có khoảng trắng. {_EXAMPLE}")
    if not local:
        raise ValueError(f"“{typed}” thiếu phần trước dấu @. {_EXAMPLE}")
    if not re.search(r"[^.]\.[^.]", domain):
        raise ValueError(f"“{typed}” chưa đủ tên miền. {_EXAMPLE}")
    if fold(typed) != typed.lower():
        raise ValueError(f"“{typed}” có chữ có dấu. Địa chỉ email viết không dấu. {_EXAMPLE}")
    try:
        validate_email(typed)
    except ValidationError:
        raise ValueError(f"“{typed}” không phải là địa chỉ email. {_EXAMPLE}") from None
    return typed.lower()

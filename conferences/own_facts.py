"""The facts of a conference that have no field of their own (``ConferenceFact``): checked, printed, guarded."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from conferences import guards
from conferences.guards import Guard
from hoinghi import text as vn


def guards_of(fact, placeholder: str, label: str) -> list[Guard]:
    """What finds the fact where a text spells it out."""
    kinds = fact.Type
    match fact.type:
        case kinds.PHRASE | kinds.LINK | kinds.NUMBER:
            return [guards.words(placeholder, label, fact.value)]
        case kinds.DATE:
            return [guards.on_date(placeholder, label, vn.parse_date(fact.value))]
        case kinds.MOMENT:
            moment = vn.parse_moment(fact.value)
            return [
                guards.on_date(placeholder, label, moment.date()),
                guards.at_time(placeholder, label, moment.time()),
            ]
        case kinds.PHONE:
            return [guards.telephone(placeholder, label, vn.parse_phones(fact.value))]
        case kinds.EMAIL:
            return [guards.address(placeholder, label, fact.value)]
    return []


def value_in_calendar(fact) -> dt.date | dt.datetime | None:
    """The day or moment that the fact is, if it is one."""
    parse = {fact.Type.DATE: vn.parse_date, fact.Type.MOMENT: vn.parse_moment}.get(fact.type)
    return parse(fact.value) if parse else None


def printed_value(kind: str, typed: str) -> str:
    """What a ``ConferenceFact`` of type ``kind`` stores and prints for what was typed.

    Raises:
        ValueError: with a message for the person who typed.
    """
    match kind:
        case "text":
            return vn.nfc(typed, lines=True)
        case "date":
            return vn.format_date(vn.parse_date(typed))
        case "moment":
            return vn.format_moment(vn.parse_moment(typed))
        case "number":
            return vn.parse_figure(typed)
        case "phone":
            vn.parse_phones(typed)
            return vn.nfc(typed)
        case "email":
            return vn.clean_email(typed)
        case "link":
            try:
                URLValidator(schemes=["http", "https"])(typed.strip())
            except ValidationError:
                raise ValueError(f"“{typed}” không phải là địa chỉ trang web (https://…).") from None
            return typed.strip()
    return vn.nfc(typed)

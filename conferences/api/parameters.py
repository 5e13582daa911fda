"""What may be asked for: one form per list; anything else is refused by name."""

import base64
import binascii
import datetime as dt
import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from conferences.api.problems import Problem
from conferences.models import Conference, ConferenceKind, Sector, Series
from directory.models import AdministrativeUnit

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_ID = 2**63 - 1


class Instant(forms.Field):
    """A moment in ISO 8601 with its offset."""

    def to_python(self, value):
        if not value:
            return None
        try:
            # A plus sign in an address is a space to those who read it.
            moment = parse_datetime(value.strip().replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValidationError("Ghi thời điểm theo ISO 8601 kèm múi giờ, ví dụ 2026-11-28T08:00:00+07:00.")
        return moment


class CursorField(forms.Field):
    """Where the page before ended, as its ``next`` says."""

    def to_python(self, value):
        if not value:
            return None
        try:
            moment, pk = json.loads(base64.urlsafe_b64decode(value.encode()))
            moment, pk = dt.datetime.fromisoformat(moment), int(pk)
        except (ValueError, TypeError, binascii.Error):
            moment, pk = None, 0
        if moment is None or moment.tzinfo is None or not 0 < pk <= MAX_ID:
            raise ValidationError("Lấy nguyên giá trị trong “next” của trang trước, không tự viết.")
        return moment, pk


def cursor_of(moment: dt.datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([moment.isoformat(), pk]).encode()).decode()


def _between(low: int, high: int) -> forms.IntegerField:
    field = forms.IntegerField(min_value=low, max_value=high, required=False)
    said = f"Ghi một số từ {low} đến {high}."
    field.error_messages["invalid"] = said
    for validator in field.validators:
        validator.message = said
    return field


def _chosen(queryset, field: str, what: str) -> forms.ModelChoiceField:
    field = forms.ModelChoiceField(queryset, to_field_name=field, required=False)
    field.error_messages["invalid_choice"] = f"Không có {what} này."
    return field


class Page(forms.Form):
    """Part of every list: how many rows, and from where on."""

    limit = _between(1, MAX_LIMIT)
    cursor = CursorField(required=False)

    def clean_limit(self):
        return self.cleaned_data["limit"] or DEFAULT_LIMIT


class EventsQuery(Page):
    year = _between(FIRST_YEAR, LAST_YEAR)
    kind = _chosen(ConferenceKind.objects, "code", "loại")
    sector = _chosen(Sector.objects, "slug", "lĩnh vực")
    province = _chosen(AdministrativeUnit.objects.provinces(), "uid", "tỉnh, thành phố")
    series = _chosen(Series.objects, "slug", "chuỗi")
    when = forms.ChoiceField(choices=[("upcoming", "sắp tới"), ("past", "đã qua")], required=False)
    updated_since = Instant(required=False)


class NewsQuery(Page):
    event = _chosen(Conference.objects.published(), "slug", "hội nghị")
    series = _chosen(Series.objects, "slug", "chuỗi")


class NoQuery(forms.Form):
    """One thing, not a list: there is nothing to choose."""


def read(form_class: type[forms.Form], query: QueryDict) -> dict[str, Any]:
    """The parameters, cleaned.

    Raises:
        Problem: one is unknown, given twice, or has a value that it cannot have; all of them are named.
    """
    known = form_class.base_fields
    errors = [(name[:60], _unknown(known)) for name in query if name not in known]
    errors += [(name, "Chỉ ghi một lần.") for name in known if len(query.getlist(name)) > 1]
    form = form_class(query)
    if not form.is_valid():
        errors += [(name, " ".join(messages)) for name, messages in form.errors.items()]
    if errors:
        raise Problem(400, "Sửa các tham số nêu ở “errors” rồi gọi lại.", errors)
    return form.cleaned_data


def _unknown(known) -> str:
    if not known:
        return "Không có tham số này; địa chỉ này không nhận tham số nào."
    return f"Không có tham số này. Các tham số được nhận: {', '.join(sorted(known))}."

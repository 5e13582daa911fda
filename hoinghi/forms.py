"""Form fields that everybody uses: they take what people type and say in Vietnamese what to mend.

The model fields of ``hoinghi.fields`` build their form fields from here, and so does the admin
(``hoinghi.adminsite``), which keeps its own widgets with their calendars and clocks.
"""

from collections.abc import Callable
from datetime import date, datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.forms.boundfield import BoundField

from hoinghi.text import (
    clean_email,
    format_date,
    format_moment,
    format_time,
    legacy_meaning,
    nfc,
    parse_date,
    parse_moment,
    parse_phones,
    parse_time,
    parse_weekday,
    weekday_number,
)


def _shortened(text: str) -> str:
    text = nfc(text)
    return text if len(text) <= 60 else text[:59] + "…"


def clean_text(text: str, *, lines: bool = False) -> str:
    """Text as it is stored (see ``hoinghi.text.nfc``).

    Raises:
        ValueError: text in an encoding before Unicode, with what it means.
    """
    if (meaning := legacy_meaning(text)) is not None:
        raise ValueError(
            f"“{_shortened(text)}” viết bằng bảng mã cũ (TCVN3 hoặc VNI). "
            f"Gõ lại bằng Unicode: “{_shortened(meaning)}”."
        )
    return nfc(text, lines=lines)


def refuse(parse: Callable, value: str):
    """Call a parser of ``hoinghi.text``; its message becomes the field's."""
    try:
        return parse(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error


class CharField(forms.CharField):
    """One line of text, or with a Textarea several, in the one spelling that is stored."""

    def __init__(self, **options):
        super().__init__(**options)
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]
        self.validators.append(
            ProhibitNullCharactersValidator("Có ký tự không đọc được (NUL). Xóa rồi gõ lại phần này.")
        )

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return value
        lines = isinstance(self.widget, forms.Textarea)
        return refuse(lambda text: clean_text(text, lines=lines), value) or self.empty_value


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


def lost_files(field: BoundField) -> str:
    """Which files a form brought that is shown again, in a sentence; "" when none.

    No page may fill in a chosen file anew.
    """
    if not isinstance(field.field.widget, forms.FileInput):
        return ""
    sent = field.data if isinstance(field.data, list) else [field.data]
    names = ", ".join(f"“{upload.name}”" for upload in sent if isinstance(upload, UploadedFile))
    return (
        f"Chưa nhận {names}: trang hiện lại thì trình duyệt bỏ tệp đã chọn, phải chọn lại tệp."
        if names
        else ""
    )


def tell_lost_files(form: forms.BaseForm) -> None:
    """Let a refused form in Django's own templates say it at each field where nothing else is wrong with the file."""
    for field in form:
        if not field.errors and (lost := lost_files(field)):
            form.add_error(field.name, lost)


class EmailField(forms.EmailField):
    """One address in small letters."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value in self.empty_values else refuse(clean_email, value)


class PhoneField(CharField):
    """Telephone numbers, several set apart by ``/``.

    The value is the text as typed; ``hoinghi.text.parse_phones`` gives its numbers, ``|phone`` prints them.
    """

    widget = forms.TextInput(attrs={"type": "tel"})

    def validate(self, value):
        super().validate(value)
        if value not in self.empty_values:
            refuse(parse_phones, value)


class _WrittenField(forms.Field):
    """A value that is typed and shown as text of its own form."""

    kind: type
    parse: Callable
    write: Callable

    def to_python(self, value):
        if isinstance(value, str) and nfc(value):
            return refuse(type(self).parse, value)
        return None if isinstance(value, str) else super().to_python(value)

    def prepare_value(self, value):
        return type(self).write(value) if isinstance(value, self.kind) else value


class DateField(_WrittenField, forms.DateField):
    """``02/7/2021``; a weekday beside it (``02/7/2021 (Thứ 6)``) has to agree."""

    widget = forms.TextInput
    kind, parse, write = date, staticmethod(parse_date), staticmethod(format_date)


class TimeField(_WrittenField, forms.TimeField):
    """``8h00``, ``13h30'``, ``8 giờ 00``, ``8:00``"""

    widget = forms.TextInput
    kind, parse, write = time, staticmethod(parse_time), staticmethod(format_time)


class MomentField(_WrittenField, forms.DateTimeField):
    """Hour and date in one box, as documents write them: ``8h00 ngày 02/7/2021``. Vietnamese time."""

    widget = forms.TextInput
    kind, parse, write = datetime, staticmethod(parse_moment), staticmethod(format_moment)


class WeekdayField(_WrittenField):
    """``Thứ 6``, ``thứ Sáu``, ``CN``; the value is the ISO weekday, Monday 1."""

    # 01/01/2024 was a Monday.
    kind, parse = int, staticmethod(parse_weekday)
    write = staticmethod(lambda number: weekday_number(date(2024, 1, number)))


class SplitMomentField(forms.SplitDateTimeField):
    """Date and hour in two boxes: the admin's widget with its calendar and clock."""

    def __init__(self, *, input_date_formats=None, input_time_formats=None, **options):
        localize = options.get("localize", False)
        fields = (DateField(localize=localize), TimeField(localize=localize))
        forms.MultiValueField.__init__(self, fields, **options)


# What the admin uses in place of Django's form fields, for every model.
ADMIN_FORMFIELDS = {
    models.DateField: {"form_class": DateField},
    models.TimeField: {"form_class": TimeField},
    models.DateTimeField: {"form_class": SplitMomentField},
    models.EmailField: {"form_class": EmailField},
    models.URLField: {"assume_scheme": "https"},
}

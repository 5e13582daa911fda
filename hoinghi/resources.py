"""Imports and exports of the staff (django-import-export), reading cells as forms read their fields."""

from datetime import datetime

from import_export import resources, widgets

from hoinghi.forms import clean_text
from hoinghi.text import VIETNAM, parse_date, parse_moment, parse_time


class TextWidget(widgets.CharWidget):
    """Text in the stored spelling; a number typed in a text column keeps its digits (5, not 5.0)."""

    def clean(self, value, row=None, **options):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return clean_text(super().clean(value, row, **options) or "", lines=True)


class DateWidget(widgets.DateWidget):
    def clean(self, value, row=None, **options):
        if isinstance(value, datetime):  # a date cell of a spreadsheet
            return value.date()
        return parse_date(value) if isinstance(value, str) and value.strip() else value or None


class TimeWidget(widgets.TimeWidget):
    def clean(self, value, row=None, **options):
        return parse_time(value) if isinstance(value, str) and value.strip() else value or None


class MomentWidget(widgets.DateTimeWidget):
    def clean(self, value, row=None, **options):
        if isinstance(value, str):
            return parse_moment(value) if value.strip() else None
        return value.replace(tzinfo=VIETNAM) if value and value.tzinfo is None else value


class ModelResource(resources.ModelResource):
    """The base of every resource: Vietnamese dates and text, every row validated by its model."""

    WIDGETS_MAP = resources.ModelResource.WIDGETS_MAP | {
        "CharField": TextWidget,
        "TextField": TextWidget,
        "DateField": DateWidget,
        "TimeField": TimeWidget,
        "DateTimeField": MomentWidget,
    }

    class Meta:
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True

"""Imports and exports of the staff (django-import-export), reading cells as forms read their fields."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from import_export import resources, widgets
from import_export.formats import base_formats

from hoinghi.forms import clean_text
from hoinghi.sheets import write_sheet
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


class Diff(resources.Diff):
    """The preview of an import without the inline colours of the library's, which the CSP refuses."""

    def as_html(self):
        return [
            _difference("" if self.new else old, new) for old, new in zip(self.left, self.right, strict=True)
        ]


def _difference(old, new) -> str:
    if old == new:
        return escape(new)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else format_html("<ins>{}</ins>", new)


class SafeXLSX(base_formats.XLSX):
    """Excel in which no exported cell is a live formula and no telephone number loses its 0."""

    def export_data(self, dataset, **kwargs):
        return write_sheet(dataset.title or "", dataset.headers, dataset)


class ModelResource(resources.ModelResource):
    """The base of every resource: Vietnamese dates and text, every row validated by its model."""

    WIDGETS_MAP = resources.ModelResource.WIDGETS_MAP | {
        "CharField": TextWidget,
        "TextField": TextWidget,
        "DateField": DateWidget,
        "TimeField": TimeWidget,
        "DateTimeField": MomentWidget,
    }

    @classmethod
    def get_diff_class(cls):
        return Diff

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Mistakes are told by the column that people see, not by the attribute behind it."""
        try:
            super().validate_instance(instance, import_validation_errors, validate_unique)
        except ValidationError as error:
            columns = {field.attribute: field.column_name for field in self.fields.values()}
            raise ValidationError(
                {columns.get(name, name): said for name, said in error.update_error_dict({}).items()}
            ) from None

    class Meta:
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True

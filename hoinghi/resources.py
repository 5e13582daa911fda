"""Imports and exports of the staff (django-import-export), reading cells as forms read their fields."""

from datetime import datetime
from io import BytesIO

import tablib
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from import_export import resources, widgets
from import_export.formats import base_formats
from import_export.forms import ImportForm

from hoinghi.forms import clean_text, tell_lost_files
from hoinghi.sheets import write_sheet
from hoinghi.text import VIETNAM, nfc, parse_date, parse_moment, parse_time
from hoinghi.workbooks import Cell, RefusedWorkbook, check_table, read_first_sheet


class TableImportForm(ImportForm):
    """The desk's imports take their file through the same door as every upload."""

    def full_clean(self):
        super().full_clean()
        if self.errors:
            tell_lost_files(self)

    def clean_import_file(self):
        upload = self.cleaned_data["import_file"]
        try:
            check_table(upload)
        except RefusedWorkbook as refused:
            raise ValidationError(str(refused)) from refused
        return upload


class FaultyText(str):
    """A cell that can't be taken, as text; ``fault`` says what to do about it."""

    fault = ""


class TextWidget(widgets.CharWidget):
    """Text in the stored spelling; a number typed in a text column keeps its digits (5, not 5.0)."""

    def clean(self, value, row=None, **options):
        if isinstance(value, FaultyText):
            raise ValueError(value.fault)
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
            difference("" if self.new else old, new) for old, new in zip(self.left, self.right, strict=True)
        ]


def difference(old, new) -> str:
    """One cell of a preview: what it was and what it becomes."""
    if old == new:
        return escape(new)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else format_html("<ins>{}</ins>", new)


class SafeXLSX(base_formats.XLSX):
    """Excel in which no exported cell is a live formula and no telephone number loses its 0.

    What comes in is looked at from outside first (``hoinghi.workbooks``) and read as text: a formula is neither
    run nor taken for its last value.
    """

    def create_dataset(self, in_stream):
        """
        Raises:
            RefusedWorkbook: not a plain workbook with headings in its first row.
        """
        upload = BytesIO(in_stream)
        upload.name, upload.size = "", len(in_stream)
        rows = read_first_sheet(upload).rows
        headers = [nfc(cell.text) for cell in rows.pop(1, [])]
        if not any(headers):
            raise RefusedWorkbook(
                "Dòng 1 của bảng đầu tiên phải là dòng tiêu đề. Thêm dòng tiêu đề rồi tải lên."
            )
        dataset = tablib.Dataset(headers=headers)
        # Blank rows stay, so that a mistake is told with the number that the program shows.
        for number in range(2, max(rows, default=1) + 1):
            cells = rows.get(number, [])[: len(headers)]
            values = [_value_of(cell) for cell in cells]
            dataset.append(values + [""] * (len(headers) - len(values)))
        return dataset

    def export_data(self, dataset, **kwargs):
        return write_sheet(dataset.title or "", dataset.headers, dataset)


def _value_of(cell: Cell) -> str:
    if not cell.fault:
        return cell.text
    value = FaultyText(cell.text)
    value.fault = cell.fault
    return value


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

    def _check_import_id_fields(self, headers):
        """Said before the first row: without these columns nobody knows which rows are meant."""
        needed = [self.fields[name].column_name for name in self.get_import_id_fields()]
        if missing := [name for name in needed if name not in (headers or ())]:
            raise ValueError(
                f"Tệp thiếu cột {', '.join(f'“{name}”' for name in missing)}. Dòng đầu tiên phải là dòng tiêu đề."
            )

    def import_row(self, row, instance_loader, **kwargs):
        """A blank row is no row; people leave them between blocks and below the last one."""
        if not any(str(value).strip() for value in row.values() if value is not None):
            result = self.get_row_result_class()()
            result.import_type = result.IMPORT_TYPE_SKIP
            return result
        return super().import_row(row, instance_loader, **kwargs)

    def import_field(self, field, instance, row, is_m2m=False, **kwargs):
        value = row.get(field.column_name)
        if isinstance(value, FaultyText):
            raise ValueError(value.fault)
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def after_import(self, dataset, result, **kwargs):
        """Whoever misspells a heading would lose the column in silence."""
        known = {field.column_name for field in self.fields.values()}
        result.unknown_columns = [name for name in dataset.headers or () if name and name not in known]
        super().after_import(dataset, result, **kwargs)

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

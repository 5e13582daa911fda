"""The base of every admin page: Vietnamese input and search, and one audit trail.

Django's own admin log is not written: each change through the desk becomes an ``AuditEntry`` with the values
before and after, and an object's history page lists the entries of all doors, not only of the desk.
"""

import datetime as dt
import os
from decimal import Decimal

from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path, lookup_spawns_duplicates
from django.db.models import CharField, Model, Q, QuerySet, TextField
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from import_export.admin import ExportMixin, ImportMixin
from import_export.formats.base_formats import CSV
from import_export.forms import SelectableFieldsExportForm
from import_export.tmp_storages import CacheStorage

from directory.audit import record, record_read
from hoinghi.access import require_fresh_login, takes_data
from hoinghi.forms import tell_lost_files
from hoinghi.resources import SafeXLSX, TableImportForm
from hoinghi.text import fold, format_date, format_moment, slugify
from hoinghi.workbooks import UNREADABLE_TABLE, RefusedWorkbook

REFUSED = 409
GONE = "Tệp này đã được nhập, hoặc chờ xác nhận quá một ngày. Tải tệp lên lại nếu cần."


class _SafePickers:
    """A picker picks: it must not offer to delete what it points to."""

    def formfield_for_dbfield(self, db_field, request, **options):
        field = super().formfield_for_dbfield(db_field, request, **options)
        if hasattr(getattr(field, "widget", None), "can_delete_related"):
            field.widget.can_delete_related = False
        return field


class ForReaders:
    """To whoever may only read, what a form has to be typed into and no row keeps would be an empty line.

    A field of the form alone is shown where the page has a method of its name that says what is in it.
    """

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                title,
                options | {"fields": [line for each in options["fields"] if (line := _readable(self, each))]},
            )
            for title, options in fieldsets
        ]


def _readable(page: ForReaders, line: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """A line of a form's section, which may stand several side by side, without what no row keeps."""
    if isinstance(line, str):
        return line if hasattr(page, line) or hasattr(page.model, line) else ""
    return tuple(name for name in line if _readable(page, name))


class PortalInline(ForReaders, _SafePickers, admin.TabularInline):
    """Rows of another model on its owner's page."""

    extra = 0


class HandedOver:
    """For pages of mandates: the way to hand a role over to another person."""

    @admin.display(description="bàn giao")
    def handing_over(self, mandate):
        if not mandate.pk or not mandate.is_valid_on(timezone.localdate()):
            return "–"
        return format_html('<a href="{}">Bàn giao cho người khác</a>', reverse("handover", args=[mandate.pk]))

    def get_list_display(self, request):
        return self._without_the_way(request, super().get_list_display(request))

    def get_fields(self, request, obj=None):
        return self._without_the_way(request, super().get_fields(request, obj))

    def _without_the_way(self, request, names) -> list[str]:
        """To whoever changes no mandates it leads nowhere."""
        may = self.has_change_permission(request)
        return [name for name in names if may or name != "handing_over"]


class ValidityFilter(admin.SimpleListFilter):
    """Dated rows by their validity; today's are shown first."""

    title = "hiệu lực"
    parameter_name = "validity"

    def lookups(self, request, model_admin):
        return [("past", "Đã hết hiệu lực"), ("future", "Chưa có hiệu lực"), ("all", "Tất cả")]

    def choices(self, changelist):
        _, *others = super().choices(changelist)
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "Đang có hiệu lực",
        }
        yield from others

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "past":
                return queryset.filter(valid_to__lt=today)
            case "future":
                return queryset.filter(valid_from__gt=today)
            case "all":
                return queryset
        return queryset.as_of(today)


class FreshLogin:
    """Rights and accounts: whoever changes them says first once more who it is (``hoinghi.access``)."""

    def changeform_view(self, request, *args, **kwargs):
        require_fresh_login(request)
        return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        require_fresh_login(request)
        return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        if request.method == "POST":  # an action on many
            require_fresh_login(request)
        return super().changelist_view(request, *args, **kwargs)


class PortalAdmin(ForReaders, _SafePickers, admin.ModelAdmin):
    """Subclass this instead of ``ModelAdmin``.

    ``search_fields`` may name derived columns (``search``, ``organisation__search``), which are folded already.
    Texts are compared without case and diacritics; every word must be found in some field.
    """

    list_per_page = 50
    # URL name of the page with everything that was done to one of these, what hangs on it included.
    audit_page = ""
    # Of a list of persons: the action under which the audit trail has that somebody looked at it.
    read_action = ""

    def changelist_view(self, request, extra_context=None):
        if self.read_action and self.has_view_permission(request):
            record_read(actor=request.user, action=self.read_action, target=request.user, at=timezone.now())
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request, queryset, search_term):
        fields = self.get_search_fields(request)
        for word in fold(search_term).split():
            found = Q()
            for name in fields:
                found |= Q(**{f"{name}__{self._lookup_in(name)}": word})
            queryset = queryset.filter(found)
        return queryset, any(lookup_spawns_duplicates(self.opts, name) for name in fields)

    def _lookup_in(self, name: str) -> str:
        if name.endswith("search"):
            return "contains"  # folded when it was stored
        is_text = isinstance(get_fields_from_path(self.model, name)[-1], CharField | TextField)
        return "folded__contains" if is_text else "icontains"

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None):
        """To whoever can add no row, a kind of rows of which there is none would be a bare heading."""
        shown = super().get_inline_formsets(request, formsets, inline_instances, obj)
        return [rows for rows in shown if rows.has_add_permission or rows.formset.forms]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if self.audit_page and obj:
            context["audit_url"] = reverse(self.audit_page, args=[obj.pk])
        if request.method == "POST":  # refused, and shown again
            rows = (row for each in context["inline_admin_formsets"] for row in each.formset.forms)
            for form in (context["adminform"].form, *rows):
                tell_lost_files(form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def construct_change_message(self, request, form, formsets, add=False) -> dict:
        """What ``log_addition`` and ``log_change`` get: field → [before, after]."""
        return changes_of(form, formsets or ())

    def log_addition(self, request, obj, message):
        return self._record(request, obj, "add", message)

    def log_change(self, request, obj, message):
        return self._record(request, obj, "change", message) if message else None

    def log_deletions(self, request, queryset):
        return [self._record(request, obj, "delete", None) for obj in queryset]

    def _record(self, request, obj: Model, verb: str, changes):
        return record(
            actor=request.user,
            action=f"{obj._meta.model_name}.{verb}",
            target=obj,
            changes=changes if isinstance(changes, dict) else None,
        )

    def history_view(self, request, object_id, extra_context=None):
        entries = reverse(f"{self.admin_site.name}:directory_auditentry_changelist")
        query = urlencode({"object_type": self.opts.label_lower, "object_id": object_id})
        return HttpResponseRedirect(f"{entries}?{query}")


class ColumnsForm(SelectableFieldsExportForm):
    """The columns to take along, each by its heading in the file."""

    def _get_field_label(self, resource, field_name: str) -> str:
        return resource.fields[field_name].column_name


class ExportAdmin(ExportMixin, PortalAdmin):
    """A page with a spreadsheet out, for whoever works at the desk; that somebody took it is written down."""

    export_form_class = ColumnsForm
    formats = [SafeXLSX]
    # The resources write the audit trail.
    skip_admin_log = True

    def has_export_permission(self, request):
        return takes_data(request.user) and self.has_view_permission(request)

    def get_export_filename(self, request, queryset, file_format):
        return f"{slugify(str(self.opts.verbose_name))}-{timezone.localdate()}.{file_format.get_extension()}"

    def get_export_data(self, file_format, request, queryset, **kwargs):
        require_fresh_login(request)  # most sheets are of persons
        content = super().get_export_data(file_format, request, queryset, **kwargs)
        record(
            actor=request.user,
            action=f"{self.opts.model_name}.export",
            target=request.user,
            changes={"rows": [0, queryset.count()]},
        )
        return content


class ImportExportAdmin(ImportMixin, ExportAdmin):
    """A page with spreadsheets in and out. All rows of a file are taken, or none."""

    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    import_form_class = TableImportForm
    skip_admin_log = True
    import_formats = [SafeXLSX, CSV]
    # The file waits for its confirmation where every web process finds it.
    tmp_storage_class = CacheStorage

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_import_data_kwargs(self, **kwargs):
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form, e):
        form.add_error("import_file", str(e) if isinstance(e, RefusedWorkbook) else UNREADABLE_TABLE)

    def process_import(self, request, **kwargs):
        """The press that confirms; a second one, or one a day later, finds no file any more."""
        require_fresh_login(request)
        name = os.path.basename(request.POST.get("import_file_name", ""))
        if name and CacheStorage(name=name).read() is None:
            self.message_user(request, GONE, messages.WARNING)
            return HttpResponseRedirect(reverse(f"admin:{'_'.join(self.get_model_info())}_import"))
        return super().process_import(request, **kwargs)

    def process_result(self, result, request):
        """Between the preview and its confirmation the world may have changed: then nothing was taken."""
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        form = self.create_import_form(request)
        form.is_bound = False
        context = self.admin_site.each_context(request) | {
            "title": "Nhập từ tệp",
            "form": form,
            "opts": self.opts,
            "result": result,
            "media": self.media + form.media,
            "import_error_display": self.import_error_display,
        }
        return TemplateResponse(request, [self.import_template_name], context, status=REFUSED)


class ReadOnlyAdmin(PortalAdmin):
    """Rows that are looked at and never typed."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def changes_of(form, formsets) -> dict[str, list]:
    """What a form and its inlines changed: ``name`` → [before, after], JSON values.

    Rows of inlines are named by their relation and id (``contacts.5.email``), never by their content:
    names go to the log, values do not.
    """
    changes = {
        name: [_before(form, name), _json(form.cleaned_data.get(name))]
        for name in form.changed_data
        if name in form.cleaned_data
    }
    for formset in formsets:
        changes |= _inline_changes(formset)
    return changes


def _inline_changes(formset) -> dict[str, list]:
    changes = {f"{formset.prefix}.{row.pk}": [None, str(row)] for row in formset.new_objects}
    for row_form in formset.deleted_forms:
        # A deleted instance has lost its id; the form still has it.
        pk = row_form[formset.model._meta.pk.name].value()
        changes[f"{formset.prefix}.{pk}"] = [str(row_form.instance), None]
    changed = {row.pk for row, _ in formset.changed_objects}
    for row_form in formset.initial_forms:
        if row_form.instance.pk in changed:
            for name in row_form.changed_data:
                key = f"{formset.prefix}.{row_form.instance.pk}.{name}"
                changes[key] = [_before(row_form, name), _json(row_form.cleaned_data.get(name))]
    return changes


def _before(form, name: str):
    """The value that the form was opened with; a chosen object by its name, not by its id."""
    value = form.get_initial_for_field(form.fields[name], name)
    queryset = getattr(form.fields[name], "queryset", None)
    if value in (None, "") or not isinstance(queryset, QuerySet):
        return _json(value)
    if isinstance(value, list | QuerySet):
        return _json(value)
    chosen = queryset.model._default_manager.filter(pk=getattr(value, "pk", value)).first()
    return _json(chosen or value)


def _json(value):
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | QuerySet):
        return [_json(item) for item in value]
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        return float(value)
    return str(value)

"""The staff's desk for letterheads and official documents (loaded by correspondence/admin.py)."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm, Textarea
from django.urls import reverse
from django.utils.html import format_html

from correspondence import documents, policies, printing
from correspondence.models import DocumentCopy, Letterhead, OfficialDocument
from correspondence.teams import CLOSED
from directory.audit import record
from hoinghi.text import format_date, format_filesize


def _boxes(**rows: int) -> dict[str, Textarea]:
    """Text boxes as high as what people write in them: field → rows."""
    return {
        field: Textarea(attrs={"rows": number, "class": "vLargeTextField"}) for field, number in rows.items()
    }


class LetterheadForm(ModelForm):
    class Meta:
        widgets = _boxes(signer_title=4, recipients=5)


@admin.register(Letterhead)
class LetterheadAdmin(admin.ModelAdmin):
    form = LetterheadForm
    actions = None
    list_display = ["name", "symbol", "signer", "valid_from", "valid_to"]
    list_filter = ["symbol"]
    list_select_related = ["organisation"]
    search_fields = ["name", "symbol", "organisation__search"]
    autocomplete_fields = ["organisation"]
    fieldsets = [
        (None, {"fields": ["organisation", "parent_name", "name", "symbol", "drafting_unit", "place"]}),
        ("Người ký, nơi nhận", {"fields": ["signer_title", "signer_name", "recipients", "address_line"]}),
        ("Hiệu lực", {"fields": [("valid_from", "valid_to")]}),
    ]

    @admin.display(description="người ký")
    def signer(self, letterhead):
        return " / ".join(letterhead.signer_title.splitlines())

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changes = {
            name: [str(form.initial.get(name) or ""), str(form.cleaned_data[name] or "")]
            for name in form.changed_data
        }
        action = "letterhead.edit" if change else "letterhead.add"
        record(actor=request.user, action=action, target=obj, changes=changes)

    def delete_model(self, request, obj):
        record(actor=request.user, action="letterhead.delete", target=obj)
        super().delete_model(request, obj)


class DocumentForm(ModelForm):
    """Refuses what could not be printed, before it is saved."""

    class Meta:
        widgets = _boxes(subject=2, signer_title=4, recipients=5)

    def clean(self):
        super().clean()
        if self.errors:
            return
        for field in documents.EDITABLE:
            setattr(self.instance, field, self.cleaned_data[field])
        printing.check(self.instance)


class CopyInline(admin.TabularInline):
    model = DocumentCopy
    extra = 0
    fields = readonly_fields = ["download", "file_size", "sha256", "created_at"]
    can_delete = False

    @admin.display(description="nơi nhận")
    def download(self, copy):
        name = copy.recipient or "Bản lưu"
        if copy.is_pending:
            return f"{name} (đang tạo tệp)"
        return format_html('<a href="{}">{}</a>', reverse("document-copy", args=[copy.pk]), name)

    @admin.display(description="dung lượng")
    def file_size(self, copy):
        return format_filesize(copy.size)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(OfficialDocument)
class OfficialDocumentAdmin(admin.ModelAdmin):
    """Drafts come from the matter that they are about, so nothing is added here; what is issued is only read."""

    form = DocumentForm
    list_display = ["__str__", "subject", "state", "issued_on_day", "issuer"]
    list_filter = ["state", "kind", "register"]
    list_select_related = ["issuer"]
    search_fields = ["subject", "number"]
    date_hierarchy = "issued_on"
    fieldsets = [
        (None, {"fields": ["kind", "state", "full_number", "issued_on_day", "subject", "drafting_unit"]}),
        ("Người ký, nơi nhận", {"fields": ["signer_title", "signer_name", "recipients"]}),
        ("Cơ quan ban hành", {"fields": ["issuer", "letterhead", "register"]}),
    ]
    inlines = [CopyInline]

    @admin.display(description="số, ký hiệu")
    def full_number(self, document):
        return document.notation if document.number else "Chưa cấp số"

    @admin.display(description="ngày ban hành", ordering="issued_on")
    def issued_on_day(self, document):
        return format_date(document.issued_on) if document.issued_on else "Chưa có"

    def get_readonly_fields(self, request, obj=None):
        fields = [field for _, options in self.fieldsets for field in options["fields"]]
        return [field for field in fields if field not in documents.EDITABLE]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or policies.can_edit_document(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and policies.can_edit_document(request.user, obj)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and not policies.is_theirs(request.user, obj):
            messages.warning(request, CLOSED)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in documents.EDITABLE}
        try:
            documents.edit_draft(document=obj, values=values, actor=request.user)
        except documents.NotADraft as refused:
            raise PermissionDenied(str(refused)) from refused

    def delete_model(self, request, obj):
        record(actor=request.user, action="document.delete", target=obj)
        super().delete_model(request, obj)

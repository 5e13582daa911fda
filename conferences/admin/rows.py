"""The rows on a conference's page, each kind under the section of the form that it belongs to."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from conferences import row_forms, visit_forms
from conferences.admin.again import TellsRows
from conferences.asking import print_roles
from conferences.models import (
    Abbreviation,
    AgendaItem,
    ConferenceContact,
    ConferenceFact,
    InvitedGroup,
    ItineraryLeg,
    Material,
    Note,
    Place,
    Question,
    SiteVisit,
    Topic,
)
from conferences.naming import print_members, print_units
from directory.admin_base import ForReaders
from hoinghi.text import format_filesize, format_moment, format_time


class Rows(TellsRows, ForReaders, admin.options.InlineModelAdmin):
    """Rows that a new conference may bring along from an earlier one (``request.copied_rows``)."""

    # The section of the form after which the rows stand.
    after: ClassVar[str]
    extra = 0

    def get_extra(self, request, obj=None, **kwargs):
        return len(_copied(request, self)) or self.extra

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return without_detours(super().formfield_for_dbfield(db_field, request, **kwargs))


def without_detours(field):
    """Choosing is all that a clerk does here: no pencils and crosses for the register beside each box."""
    if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
        for verb in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{verb}_related", False)
    return field


def _copied(request, inline: Rows) -> list[dict[str, Any]]:
    relation = inline.model._meta.get_field("conference").remote_field.get_accessor_name()
    return getattr(request, "copied_rows", {}).get(relation, [])


class StackedRows(Rows, admin.StackedInline):
    pass


class TabularRows(Rows, admin.TabularInline):
    pass


class PlaceRows(StackedRows):
    model = Place
    verbose_name_plural = "Nơi họp"
    form = row_forms.PlaceForm
    after = "Nơi họp"
    autocomplete_fields: ClassVar = ["host"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    ("role", "label", "position"),
                    ("locality", "room_name"),
                    ("host", "host_kind"),
                    ("host_name", "host_area"),
                    "address",
                    "alternative",
                ]
            },
        )
    ]


class GroupRows(StackedRows):
    model = InvitedGroup
    form = row_forms.GroupForm
    after = "Thành phần"
    autocomplete_fields: ClassVar = ["organisations", "provinces"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    ("side", "position", "code"),
                    ("name", "short_name"),
                    "nominator",
                    ("min_organisations", "max_organisations"),
                    ("min_persons", "max_persons"),
                    "asked",
                    "units",
                    "members",
                ]
            },
        ),
        (
            "Câu in về chức danh, danh sách để chọn, cơ quan mời đích danh, phạm vi",
            {
                "classes": ["collapse"],
                "fields": [
                    "roles",
                    ("picker_level", "picker_prefix"),
                    "picker_kind",
                    "organisations",
                    "provinces",
                ],
            },
        ),
    ]

    # Whoever may only read sees in their place what the form is filled with.

    @admin.display(description="vai trò được yêu cầu")
    def asked(self, group):
        return print_roles(group) or "–"

    @admin.display(description="đơn vị")
    def units(self, group):
        return print_units(group) or "–"

    @admin.display(description="thành viên")
    def members(self, group):
        return print_members(group) or "–"


class QuestionRows(StackedRows):
    model = Question
    form = row_forms.QuestionForm
    after = "Hỏi đại biểu"
    fieldsets: ClassVar = [
        (
            None,
            {"fields": [("text", "position"), ("kind", "is_required"), "choices", "group_codes"]},
        )
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="chỉ hỏi các nhóm (mã)")
    def group_codes(self, question: Question):
        return ", ".join(group.code for group in question.groups.all()) or "mọi đại biểu"


class AbbreviationRows(TabularRows):
    model = Abbreviation
    form = row_forms.AbbreviationForm
    after = "Nội dung in trên thông báo"
    fields: ClassVar = ["phrase", "short", "code"]


class NoteRows(TabularRows):
    model = Note
    form = row_forms.NoteForm
    after = "Nội dung in trên thông báo"
    fields: ClassVar = ["position", "text", "items"]


class FactRows(TabularRows):
    model = ConferenceFact
    form = row_forms.FactForm
    after = "Nội dung in trên thông báo"
    fields: ClassVar = ["code", "type", "value"]


class AgendaRows(TabularRows):
    model = AgendaItem
    form = row_forms.AgendaForm
    formset = row_forms.AgendaFormSet
    after = "Nội dung in trên thông báo"
    fields: ClassVar = [
        *("day", "starts", "ends", "position", "part"),
        *("title", "presenter", "chair", "place", "is_break"),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("conference")

    @admin.display(description="bắt đầu")
    def starts(self, item: AgendaItem):
        return format_time(item.starts_at)

    @admin.display(description="kết thúc")
    def ends(self, item: AgendaItem):
        return format_time(item.ends_at) if item.ends_at else "–"


class LegRows(StackedRows):
    model = ItineraryLeg
    form = visit_forms.LegForm
    after = "Đoàn công tác"
    autocomplete_fields: ClassVar = ["province", "host"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    ("position", "code"),
                    ("province", "name"),
                    ("first_day", "last_day"),
                    ("host", "host_name"),
                ]
            },
        )
    ]


class VisitRows(StackedRows):
    model = SiteVisit
    form = visit_forms.VisitForm
    after = "Đoàn công tác"
    autocomplete_fields: ClassVar = ["establishment"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    ("position", "code", "purpose"),
                    ("establishment", "name"),
                    ("locality", "subject"),
                    ("leg", "day"),
                ]
            },
        )
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super(Rows, self).formfield_for_dbfield(db_field, request, **kwargs)
        # An establishment is often new with the visit; everything else is chosen.
        return field if db_field.name == "establishment" else without_detours(field)


class TopicRows(TabularRows):
    model = Topic
    form = visit_forms.TopicForm
    after = "Đoàn công tác"
    fields: ClassVar = ["kind", "position", "text"]


class ContactRows(TabularRows):
    model = ConferenceContact
    form = row_forms.ContactForm
    after = "Hạn gửi"
    fields: ClassVar = ["position", "honorific", "full_name", "phones", "email"]


class MaterialRows(StackedRows):
    model = Material
    form = row_forms.MaterialForm
    formset = row_forms.MaterialFormSet
    after = "Tài liệu"
    readonly_fields: ClassVar = ["versions"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    ("kind", "position"),
                    "title",
                    ("visibility", "agenda_item"),
                    ("opens_at", "closes_at"),
                    ("upload", "classification"),
                    "versions",
                ]
            },
        )
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("versions")

    @admin.display(description="Các bản đã tải lên")
    def versions(self, material: Material):
        """Every file that was ever uploaded, the newest first."""
        rows = [
            (
                reverse("material", args=[version.pk]),
                version.file_name,
                version.number,
                format_filesize(version.size),
                format_moment(version.uploaded_at),
                version.downloads,
            )
            for version in (material.versions.all() if material.pk else [])
        ]
        if not rows:
            return "Chưa có tệp."
        items = format_html_join("", '<li><a href="{}">{}</a>: bản {}, {}, {}, {} lượt tải</li>', rows)
        return format_html("<ul>{}</ul>", items)


ROWS = [
    PlaceRows,
    GroupRows,
    QuestionRows,
    AbbreviationRows,
    AgendaRows,
    NoteRows,
    FactRows,
    LegRows,
    TopicRows,
    VisitRows,
    ContactRows,
    MaterialRows,
]

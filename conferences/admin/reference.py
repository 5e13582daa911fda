"""What several conferences share."""

from typing import ClassVar

from django.contrib import admin

from conferences.models import (
    ConferenceKind,
    DocumentFrame,
    Establishment,
    LegalDocument,
    NoticeFrame,
    Sector,
    Series,
)
from directory.admin_base import PortalAdmin


@admin.register(ConferenceKind)
class ConferenceKindAdmin(PortalAdmin):
    list_display = ["name", "code", "position"]
    search_fields = ["name", "code"]


@admin.register(Sector)
class SectorAdmin(PortalAdmin):
    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields: ClassVar = {"slug": ["name"]}


@admin.register(NoticeFrame)
class NoticeFrameAdmin(PortalAdmin):
    list_display = ["name", "kind", "code"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]


@admin.register(DocumentFrame)
class DocumentFrameAdmin(PortalAdmin):
    list_display = ["name", "kind", "subject"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]


@admin.register(LegalDocument)
class LegalDocumentAdmin(PortalAdmin):
    list_display = ["__str__", "issuer", "issued_on", "abstract"]
    list_filter = ["kind"]
    search_fields = ["search"]
    date_hierarchy = "issued_on"
    autocomplete_fields = ["replaces"]


@admin.register(Series)
class SeriesAdmin(PortalAdmin):
    list_display = ["title", "previous"]
    search_fields = ["title"]
    autocomplete_fields: ClassVar = ["legal_bases", "previous"]


@admin.register(Establishment)
class EstablishmentAdmin(PortalAdmin):
    list_display = ["name", "locality", "province"]
    list_select_related = ["province"]
    search_fields = ["search"]
    autocomplete_fields: ClassVar = ["province"]

"""The staff's desk for lists and delegates: looked at here, changed on the pages of the conference."""

from django.contrib import admin
from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.html import format_html

from conferences.admin_teams import ExportsOpen
from delegates.models import Delegate, Nomination
from delegates.resources import DelegateConfirmForm, DelegateImportForm, DelegateResource, NominationResource
from directory.admin_base import ExportAdmin, ImportExportAdmin, ReadOnlyAdmin
from directory.models import AdministrativeUnit, Organisation
from hoinghi.access import organises
from hoinghi.pages import Pages
from hoinghi.text import fold


def review_link(nomination: Nomination) -> str:
    """To the page where staff accept the list, give it back, or extend its deadline."""
    address = reverse("nomination-review", args=[nomination.conference.slug, nomination.pk])
    return format_html('<a href="{}">Xem và xử lý</a>', address)


@admin.register(Nomination)
class NominationAdmin(ExportsOpen, ExportAdmin, ReadOnlyAdmin):
    resource_classes = (NominationResource,)
    list_display = ("sender_name", "conference", "state", "submitted_at", "saved_at", "review")
    list_filter = ("state", "conference")
    list_select_related = ("conference",)
    paginator, show_full_result_count = Pages, False  # there are millions, and nobody counts them all
    search_fields = ("unit__search", "organisation__search")
    ordering = ("-conference__start_at", "unit__sort_key", "organisation__sort_key")
    fields = (
        "review",
        "conference",
        "organisation_name",
        "unit_name",
        "state",
        "reason",
        "invited_at",
        "opened_at",
        "saved_at",
        "submitted_at",
        "extended_until",
        "extension_reason",
    )

    def get_search_results(self, request, queryset, search_term):
        """As everywhere; but provinces and organisations, of which there are few, are looked up first: no index could
        answer for words of one or the other among millions of lists.
        """
        for word in fold(search_term).split():
            units, organisations = (
                list(model.objects.filter(search__contains=word).order_by().values_list("pk", flat=True))
                for model in (AdministrativeUnit, Organisation)
            )
            queryset = queryset.filter(Q(unit__in=units) | Q(organisation__in=organisations))
        return queryset, False

    @admin.display(description="trang xử lý")
    def review(self, nomination):
        return review_link(nomination)


@admin.register(Delegate)
class DelegateAdmin(ExportsOpen, ImportExportAdmin, ReadOnlyAdmin):
    """Looked at, and brought in and out as a table; each list of the table goes through its own verbs."""

    resource_classes = (DelegateResource,)
    conference_path = "seat__nomination__conference"
    audit_page = "audit-delegate"
    read_action = "delegates.read"
    import_form_class = DelegateImportForm
    confirm_form_class = DelegateConfirmForm
    list_display = ("full_name", "job_title", "organisation", "province", "answer", "state", "review")
    list_filter = ("state", "answer", "seat__nomination__conference")
    list_select_related = ("seat__nomination__conference",)
    paginator, show_full_result_count = Pages, False
    search_fields = ("full_search",)
    fields = (
        "review",
        "honorific",
        "full_name",
        "job_title",
        "organisation",
        "province",
        "phone",
        "email",
        "state",
        "answer",
        "answer_reason",
        "answered_at",
    )

    def _is_of_one_conference(self, request) -> bool:
        return any(name.startswith(self.conference_path) for name in request.GET)

    def get_search_fields(self, request):
        return ("read_search",) if self._is_of_one_conference(request) else self.search_fields

    def get_search_results(self, request, queryset, search_term):
        """Of one conference its people are read one by one: an index over the words of all conferences, which the
        database would prefer, leads to hundreds of times as many.
        """
        queryset = queryset.alias(read_search=Concat("full_search", Value(""), output_field=TextField()))
        return super().get_search_results(request, queryset, search_term)

    def get_sortable_by(self, request):
        """Nobody sorts the people of all conferences otherwise: there are millions, and one index in one order."""
        return super().get_sortable_by(request) if self._is_of_one_conference(request) else ()

    def has_import_permission(self, request):
        return organises(request.user)

    def get_confirm_form_initial(self, request, import_form):
        initial = super().get_confirm_form_initial(request, import_form)
        return initial | ({"do": import_form.cleaned_data["do"]} if import_form else {})

    def get_import_data_kwargs(self, **kwargs):
        return super().get_import_data_kwargs(**kwargs) | {"do": kwargs["form"].cleaned_data["do"]}

    @admin.display(description="đơn vị", ordering="seat__name_key")
    def organisation(self, delegate):
        return delegate.seat.name

    @admin.display(description="tỉnh, thành phố", ordering="seat__nomination__unit__sort_key")
    def province(self, delegate):
        return delegate.seat.nomination.sender_name

    @admin.display(description="trang xử lý")
    def review(self, delegate):
        return review_link(delegate.seat.nomination)

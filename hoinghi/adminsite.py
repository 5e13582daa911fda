"""The staff's own admin site, in Vietnamese, behind the portal's login."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.i18n import JavaScriptCatalog


class AutocompleteView(AutocompleteJsonView):
    """Pickers tell rows of the same name apart: a model may say more of itself than its name."""

    def serialize_result(self, obj, to_field_name):
        text = getattr(obj, "picker_label", None) or str(obj)
        return super().serialize_result(obj, to_field_name) | {"text": text}


class AdminSite(admin.AdminSite):
    site_header = "Cổng hội nghị"
    site_title = "Quản trị"
    index_title = "Bàn làm việc"

    def login(self, request, extra_context=None):
        """There is one login page, with its rate limits and second factor: allauth's."""
        wanted = request.GET.get("next") or request.get_full_path()
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def autocomplete_view(self, request):
        return AutocompleteView.as_view(admin_site=self)(request)

    def i18n_javascript(self, request, extra_context=None):
        """With the project's own catalogue (locale/): Django's lacks half of the scripts' Vietnamese."""
        return JavaScriptCatalog.as_view()(request)


class AdminConfig(DjangoAdminConfig):
    default_site = "hoinghi.adminsite.AdminSite"

    def ready(self):
        # Every admin form reads dates, hours and addresses as the portal's forms do, with the same messages;
        # the admin's own widgets stay. A formfield_overrides in each ModelAdmin and inline would be forgotten.
        from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS

        from hoinghi.forms import ADMIN_FORMFIELDS

        for model_field, options in ADMIN_FORMFIELDS.items():
            FORMFIELD_FOR_DBFIELD_DEFAULTS[model_field] |= options
        # Only now: this builds every ModelAdmin, and each takes a copy of the defaults.
        super().ready()

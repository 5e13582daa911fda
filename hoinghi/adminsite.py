"""The staff's own admin site, in Vietnamese, behind the portal's login."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.i18n import JavaScriptCatalog


class AdminSite(admin.AdminSite):
    site_header = "Cổng hội nghị"
    site_title = "Quản trị"
    index_title = "Bàn làm việc"

    def login(self, request, extra_context=None):
        """There is one login page, with its rate limits and second factor: allauth's."""
        wanted = request.GET.get("next") or request.get_full_path()
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def i18n_javascript(self, request, extra_context=None):
        """With the project's own catalogue (locale/): Django's lacks half of the scripts' Vietnamese."""
        return JavaScriptCatalog.as_view()(request)


class AdminConfig(DjangoAdminConfig):
    default_site = "hoinghi.adminsite.AdminSite"

"""The staff's own admin site, in Vietnamese, behind the portal's login."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.auth.views import redirect_to_login


class AdminSite(admin.AdminSite):
    site_header = "Cổng hội nghị"
    site_title = "Quản trị"
    index_title = "Bàn làm việc"

    def login(self, request, extra_context=None):
        """There is one login page, with its rate limits and second factor: allauth's."""
        return redirect_to_login(request.GET.get("next") or request.get_full_path())


class AdminConfig(DjangoAdminConfig):
    default_site = "hoinghi.adminsite.AdminSite"

"""The staff's own admin site, in Vietnamese, behind the portal's login."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode


class AdminSite(admin.AdminSite):
    site_header = "Cổng hội nghị"
    site_title = "Quản trị"
    index_title = "Bàn làm việc"

    def login(self, request, extra_context=None):
        """There is one login page, with its rate limits and second factor: allauth's."""
        wanted = request.GET.get("next") or request.get_full_path()
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


class AdminConfig(DjangoAdminConfig):
    default_site = "hoinghi.adminsite.AdminSite"

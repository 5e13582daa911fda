"""Standing pages that everybody may read: how to use the portal, and its rules."""

from django.views.generic import TemplateView

from hoinghi.access import access, anyone


def _page(template_name: str):
    return access(anyone)(TemplateView.as_view(template_name=template_name))


help_page = _page("pages/help.html")
privacy_page = _page("pages/privacy.html")
no_secrets_page = _page("pages/no_secrets.html")

"""Standing pages that everybody may read: how to use the portal, and its rules."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from directory import soundness
from directory.models import SoundnessCheck
from hoinghi.access import access, anyone, staff


def _page(template_name: str):
    return access(anyone)(TemplateView.as_view(template_name=template_name))


help_page = _page("pages/help.html")
privacy_page = _page("pages/privacy.html")
no_secrets_page = _page("pages/no_secrets.html")


@access(staff)
@require_safe
def soundness_page(request):
    """What the last look at the stored data found, and when it was."""
    last = SoundnessCheck.objects.first()
    context = {
        "last": last,
        "is_old": last and timezone.now() - last.at > soundness.OLD,
        "rules": soundness.rules(),
        "checks": SoundnessCheck.objects.all()[:14],
    }
    return render(request, "pages/soundness.html", context)

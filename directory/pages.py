"""Standing pages that everybody may read: how to use the portal, and its rules."""

from django.conf import settings
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from directory import notices, soundness
from directory.models import PrivacyNotice, SoundnessCheck
from hoinghi.access import access, anyone, staff


def _page(template_name: str):
    return access(anyone)(TemplateView.as_view(template_name=template_name))


help_page = _page("pages/help.html")
no_secrets_page = _page("pages/no_secrets.html")


@access(anyone)
@require_safe
def privacy_page(request, number: int | None = None):
    """The notice on processing personal data: the one that counts now, or an earlier one by its number."""
    at = timezone.now()
    begun = PrivacyNotice.objects.in_force(at)
    notice = begun.first() if number is None else get_object_or_404(begun, number=number)
    context = {
        "notice": notice,
        "text": notices.rendered(notice) if notice else "",
        "versions": begun,
        "is_current": notice is not None and notice == begun.first(),
        "contact": settings.DATA_PROTECTION_CONTACT,
    }
    return render(request, "pages/privacy.html", context)


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

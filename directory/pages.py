"""Standing pages that everybody may read, and the few that belong to no object."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import TemplateView

from directory import notices, soundness, unsent
from directory.models import PrivacyNotice, SoundnessCheck
from hoinghi.access import access, anyone, signed_in, staff


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


@access(signed_in, changes=signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def unsent_page(request):
    """Forms that were sent after the login had ended or grown too old; POST throws one away."""
    if request.method == "POST":
        unsent.take(request, request.POST.get("key", ""))
        return redirect("unsent" if unsent.kept(request) else "home")
    forms = [form | {"at": dt.datetime.fromisoformat(form["at"])} for form in unsent.kept(request)]
    return render(request, "pages/unsent.html", {"forms": forms})


@access(signed_in, changes=signed_in)
@require_POST
def send_again(request, key: str):
    """The page that the form was meant for gets it as if it had been sent there at once (307 keeps the body)."""
    form = unsent.take(request, key)
    if form is None:
        messages.info(request, "Biểu mẫu này đã được gửi tiếp hoặc đã bỏ.")
        return redirect("unsent")
    return redirect(form["path"], preserve_request=True)

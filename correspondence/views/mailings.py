"""One order of letters on its way: written, printed, sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from correspondence import labels, mailings, policies
from correspondence.models import Mailing
from correspondence.progress import progress_of
from correspondence.views.outbox import boxes_of
from hoinghi.access import access, fresh_login_to_send


@access(policies.can_see_outbox)
@require_safe
def mailing_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the letters have come. While something moves, htmx asks again and gets the moving part only."""
    mailing = get_object_or_404(Mailing.objects.select_related("actor"), pk=pk)
    progress = progress_of(mailing)
    context = {
        "mailing": mailing,
        "title": labels.kind_label(mailing.kind),
        "topic_title": labels.topic_titles([mailing.topic])[mailing.topic],
        "progress": progress,
        "boxes": boxes_of(progress.states),
        "updated_at": timezone.now(),
    }
    template = "correspondence/includes/progress.html" if request.htmx else "correspondence/mailing.html"
    return render(request, template, context)


@access(policies.can_see_outbox)
@fresh_login_to_send
@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out once more what ended with an error; pressed twice it changes nothing."""
    mailing = get_object_or_404(Mailing, pk=pk)
    mailings.try_again(mailing=mailing, actor=request.user)
    return redirect(mailing)

"""Staff look at the portal as the organisation of a list sees it, and stop looking."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from directory import looking
from directory.models import Organisation
from directory.services import begin_looking, end_looking
from hoinghi.access import access, staff


@access(staff, changes=staff)
@require_http_methods(["GET", "POST"])
def look(request, pk: int):
    """What looking means; ``do`` begins it."""
    asked = Organisation.objects.filter(nominations__isnull=False).distinct()
    organisation = get_object_or_404(asked, pk=pk)
    if request.method == "GET":
        context = {"organisation": organisation, "minutes": looking.LASTS.seconds // 60}
        return render(request, "delegates/look.html", context)
    if request.POST.get("do") != "begin":
        raise Http404("No such button")
    begin_looking(organisation=organisation, actor=request.user)
    looking.begin(request, organisation, timezone.now())
    return redirect("invitations")


@access(staff, changes=staff)
@require_POST
def end(request):
    """Back to one's own portal, where the looking began."""
    held = request.session.get(looking.KEY)
    looking.end(request)
    if held is None:
        return redirect("home")
    organisation = Organisation.objects.filter(pk=held["organisation"]).select_related("unit").first()
    if organisation is None:
        raise Http404("No such organisation any more")
    end_looking(organisation=organisation, actor=request.user)
    messages.success(request, f"Đã thôi xem như {organisation.name}.")
    if organisation.unit_id:
        return redirect("province", pk=organisation.unit_id)
    return redirect("home")

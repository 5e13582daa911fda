"""Staff say that they act for the organisation of a list now, and that they have done."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from delegates import services, standing_in
from delegates.views.focal import get_nomination_or_404
from hoinghi.access import access, organises


@access(organises)
@require_http_methods(["GET", "POST"])
def stand_in(request, pk: int):
    """What acting for an organisation means; ``do`` begins or ends it."""
    found = get_nomination_or_404(request.user, pk)
    verb = request.POST.get("do")
    if request.method == "GET":
        context = {"nomination": found, "conference": found.conference}
        return render(request, "delegates/stand_in.html", context)
    if verb == "begin":
        services.begin_standing_in(nomination=found, actor=request.user)
        standing_in.begin(request, found)
        return redirect("nomination", pk=found.pk)
    if verb == "end":
        if standing_in.stands_in(request, found):
            services.end_standing_in(nomination=found, actor=request.user)
            standing_in.end(request)
            messages.success(request, f"Đã thôi thay mặt {found.organisation_name}.")
        return redirect("nomination-review", slug=found.conference.slug, pk=found.pk)
    raise Http404("No such button")

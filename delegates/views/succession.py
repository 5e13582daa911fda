"""Ended organisations with something left to pass to their successors: the list, and one read over and passed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates import services, succession
from delegates.errors import NominationClosed
from directory.models import Organisation
from hoinghi.access import access, staff

REFUSED = 409


@access(staff)
@require_GET
def overview(request):
    """Every organisation that has ended and still holds something."""
    return render(request, "delegates/successions.html", {"found": succession.waiting(timezone.now())})


@access(staff)
@require_http_methods(["GET", "POST"])
def pass_on(request, pk: int):
    """What passes, what stays, and the button."""
    organisation = get_object_or_404(Organisation.objects.select_related("successor"), pk=pk)
    at = timezone.now()
    refusal = ""
    if request.method == "POST":
        read = request.POST.get("count", "")
        try:
            found = services.pass_to_successor(
                organisation=organisation,
                count=int(read) if read.isascii() and read.isdigit() and len(read) < 10 else -1,
                actor=request.user,
                at=at,
            )
        except NominationClosed as closed:
            refusal = str(closed)
        else:
            messages.success(
                request, f"Đã chuyển {found.count} mục của {organisation} cho {found.successor}."
            )
            return redirect("successions")
    found = succession.succession_of(organisation, at)
    if found is None:
        raise Http404("Nobody succeeds")
    context = {"found": found, "refusal": refusal}
    return render(request, "delegates/succession.html", context, status=REFUSED if refusal else 200)

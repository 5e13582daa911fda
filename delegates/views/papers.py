"""Papers of a list: brought with the form or on a page of their own, handed out to those who may see the list."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from delegates import policies, services, signing_list, standing_in
from delegates.errors import NominationClosed
from delegates.models import Nomination, NominationPaper
from delegates.views.focal import get_nomination_or_404
from delegates.views.handing_over import file_answer
from delegates.views.paper_parts import papers_of, take
from hoinghi.access import access, signed_in, takes_own_data
from hoinghi.files import deliver

CLOSED = 409


@access(signed_in)
@require_http_methods(["GET", "POST"])
def page(request, pk: int):
    """The papers of a list, and where more are added once the list itself can't be typed in."""
    found = _own_or_404(request, pk)
    refusal = policies.paper_obstacle(found, timezone.now())
    error = ""
    if request.method == "POST":
        if not request.FILES.getlist("paper"):
            error = "Chọn tệp rồi bấm Tải lên."
        else:
            error = take(request, found)
            if not error:
                return redirect("nomination-papers", pk=found.pk)
    context = {
        "nomination": found,
        "conference": found.conference,
        "refusal": refusal,
        **papers_of(found, error),
    }
    return render(request, "delegates/papers.html", context, status=CLOSED if refusal else 200)


@access(signed_in)
@require_GET
def download(request, pk: int, paper: int):
    """One paper, for its focal point and for staff."""
    found = get_nomination_or_404(request.user, pk)
    kept = _paper_or_404(found, paper)
    return deliver(
        request, kept.file, name=kept.file_name, content_type=kept.content_type, etag=f'"{kept.sha256}"'
    )


@access(takes_own_data)
@require_GET
def list_pdf(request, pk: int):
    """The list as last saved, under the province's own head, to be signed: a file of persons like the staff's own."""
    found = get_nomination_or_404(request.user, pk)
    try:
        content = signing_list.list_to_sign(found)
    except ValidationError as refused:
        context = {
            "title": "Chưa lập được danh sách để ký",
            "message": " ".join(refused.messages),
            "next_url": found.get_absolute_url(),
            "next_label": "Về danh sách",
        }
        return render(request, "409.html", context, status=CLOSED)
    return file_answer(content, signing_list.file_name(found))


@access(signed_in)
@require_POST
def remove(request, pk: int, paper: int):
    """Take a paper back before the list is sent."""
    found = _own_or_404(request, pk)
    kept = _paper_or_404(found, paper)
    try:
        services.remove_paper(paper=kept, actor=request.user, at=timezone.now())
    except NominationClosed as refusal:
        context = {"nomination": found, "conference": found.conference, "refusal": str(refusal)}
        return render(request, "delegates/person_refused.html", context, status=CLOSED)
    messages.success(request, f"Đã bỏ tệp “{kept.file_name}”.")
    return redirect("nomination-papers", pk=found.pk)


def _own_or_404(request, pk: int) -> Nomination:
    found = get_nomination_or_404(request.user, pk)
    if not policies.acts_for(
        request.user, found, timezone.now(), stands_in=standing_in.stands_in(request, found)
    ):
        raise Http404("Not this user's list")
    return found


def _paper_or_404(found: Nomination, pk: int) -> NominationPaper:
    paper = found.papers.select_related("nomination").filter(pk=pk).first()
    if paper is None:
        raise Http404("No such paper")
    return paper

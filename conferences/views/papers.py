"""Papers that an organisation is asked for: its own list, and the page on which one is sent and decided."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.models import PaperRequest
from conferences.paper_forms import DecideForm, DueForm, PlainForm, ReturnForm, SendForm
from conferences.paper_policies import sending_obstacle
from conferences.policies import acts_for, is_organiser
from conferences.services import papers
from conferences.views.verbs import Verb, press
from hoinghi.access import access, signed_in
from hoinghi.files import deliver

REFUSED = 409


def get_request_or_404(user, pk: int) -> PaperRequest:
    """The request, if it is the user's business; for everybody else it does not exist."""
    found = PaperRequest.objects.visible_to(user).with_story().filter(pk=pk).first()
    if found is None:
        raise Http404("No such request")
    return found


@access(signed_in)
@require_GET
def own(request):
    """What the account's organisations are asked for, what is to be sent first."""
    at = timezone.now()
    found = list(PaperRequest.objects.held_by(request.user).with_story().order_by("due_at", "pk"))
    entries = [(each, each.shown_state(at)) for each in found]
    context = {
        "waiting": [entry for entry in entries if entry[0].state in PaperRequest.TO_SEND],
        "others": [entry for entry in reversed(entries) if entry[0].state not in PaperRequest.TO_SEND],
    }
    return render(request, "conferences/paper_requests.html", context)


VERBS = {
    "send": Verb(SendForm, papers.submit, "Đã gửi, đơn vị tổ chức sẽ duyệt.", is_staffs=False),
    "approve": Verb(DecideForm, papers.approve, "Đã duyệt và đưa vào tài liệu hội nghị; đơn vị được báo."),
    "return": Verb(ReturnForm, papers.return_paper, "Đã trả lại; đơn vị được báo."),
    "due": Verb(DueForm, papers.change_due, "Đã đổi hạn gửi; đơn vị được báo."),
    "withdraw": Verb(PlainForm, papers.withdraw, "Không yêu cầu tài liệu này nữa; đơn vị được báo."),
}


@access(signed_in)
@require_http_methods(["GET", "POST"])
def request_page(request, pk: int):
    """What is asked for until when, what was sent; send, approve, return."""
    return press(
        request, VERBS, get=lambda: get_request_or_404(request.user, pk), argument="request", page=_page
    )


def _page(request, found: PaperRequest, forms: dict, refusal: str = ""):
    at, is_staff = timezone.now(), is_organiser(request.user)
    submissions = list(found.submissions.select_related("submitted_by", "decided_by"))
    newest = submissions[0] if submissions else None
    context = {
        "paper": found,
        "conference": found.conference,
        "state": found.shown_state(at),
        "submissions": submissions,
        "newest": newest,
        "now": at,
        "is_staff": is_staff,
        "on_behalf": is_staff and not acts_for(request.user, found, at),
        "obstacle": sending_obstacle(found),
        "is_open": found.state in PaperRequest.TO_SEND,
        "is_settled": found.state in (PaperRequest.State.APPROVED, PaperRequest.State.WITHDRAWN),
        "contact": found.conference.contacts.first(),
        "refusal": refusal,
        "forms": forms,
    }
    return render(request, "conferences/paper_request.html", context, status=REFUSED if refusal else 200)


@access(signed_in)
@require_GET
def file(request, pk: int, number: int):
    """A file that was sent, for the organisation and for staff."""
    found = get_request_or_404(request.user, pk).submissions.filter(number=number).first()
    if found is None:
        raise Http404("No such file")
    return deliver(
        request,
        found.file,
        name=found.file_name,
        content_type=found.content_type,
        etag=f'"{found.sha256}"',
    )

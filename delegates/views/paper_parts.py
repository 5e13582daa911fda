"""Papers on pages that show more than them: what is brought along, and what is there."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils import timezone

from conferences.models import Conference
from delegates import policies, services
from delegates.errors import NominationClosed
from delegates.models import Nomination
from delegates.paper_forms import PaperForm
from hoinghi.secrecy import ClassificationField


def take(request, found: Nomination) -> str:
    """Keep every file that came with the request; answers what is wrong with the others."""
    try:
        ClassificationField().clean(request.POST.get("classification", ""))
    except ValidationError as refused:
        return refused.messages[0]
    problems, kept = [], 0
    for upload in request.FILES.getlist("paper"):
        try:
            services.add_paper(nomination=found, upload=upload, actor=request.user, at=timezone.now())
            kept += 1
        except ValidationError as refused:
            problems += refused.messages
        except NominationClosed as refused:
            problems.append(str(refused))
            break
    if kept:
        messages.success(request, f"Đã nhận {kept} tệp công văn cử đại biểu.")
    return " ".join(problems)


def papers_of(found: Nomination, error: str = "") -> dict:
    """What a page needs to show the papers of a list."""
    at = timezone.now()
    return {
        "papers": list(found.papers.all()),
        "paper_form": PaperForm(error=error),
        "papers_required": found.conference.paper_rule == Conference.PaperRule.REQUIRED,
        "papers_asked": found.conference.paper_rule != Conference.PaperRule.NONE,
        "can_add_papers": not policies.paper_obstacle(found, at),
        "can_remove_papers": not policies.removing_obstacle(found, at),
    }

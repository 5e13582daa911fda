"""The staff's page of a conference's papers: what was asked for and is outstanding, and the materials themselves."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences import asked
from conferences.models import MaterialVersion, PaperRequest
from conferences.paper_forms import AskForm
from conferences.paper_policies import asking_obstacle
from conferences.services import WrongState, papers
from conferences.views.draft_desk import REFUSED, get_conference_or_404
from directory.models import Organisation
from hoinghi.access import access, staff
from hoinghi.text import nfc

# The order in which staff have to look at them.
ORDER = ("submitted", "late", "returned", "asked", "approved", "withdrawn")


@access(staff)
@require_GET
def desk(request, slug: str):
    """What is outstanding, what waits to be approved, and every material with whether its words were found."""
    conference, at = get_conference_or_404(request.user, slug), timezone.now()
    requests = conference.paper_requests.select_related("organisation", "agenda_item__conference")
    only = _organisation(request.GET.get("don_vi", ""))
    if only:
        requests = requests.filter(organisation=only)
    entries = [(each, each.shown_state(at)) for each in requests]
    entries.sort(key=lambda entry: ORDER.index(entry[1]))
    newest = conference.materials.with_current().values_list("current_id", flat=True)
    context = {
        "conference": conference,
        "entries": entries,
        "only": only,
        "waiting": sum(state == "submitted" for _, state in entries),
        "outstanding": sum(each.state in PaperRequest.TO_SEND for each, _ in entries),
        "late": sum(state == "late" for _, state in entries),
        "versions": MaterialVersion.objects.filter(pk__in=newest)
        .select_related("material", "extracted")
        .order_by("material__kind", "material__position", "material"),
        "obstacle": asking_obstacle(conference),
    }
    return render(request, "conferences/paper_desk.html", context)


def _organisation(key: str) -> Organisation | None:
    """Whose papers alone are wanted; None for everybody's."""
    is_key = key.isascii() and key.isdigit() and len(key) < 10
    return Organisation.objects.filter(pk=key).first() if is_key else None


@access(staff)
@require_http_methods(["GET", "POST"])
def ask(request, slug: str):
    """Ask organisations of the conference, or others of the register, for a paper."""
    conference = get_conference_or_404(request.user, slug)
    refusal = asking_obstacle(conference)
    form, problem = AskForm(request.POST or None, conference=conference), ""
    ticked = [int(key) for key in request.POST.getlist("organisation") if key.isdecimal() and len(key) < 19]
    if request.method == "POST" and not ticked:
        problem = "Đánh dấu ít nhất một đơn vị."
    if request.method == "POST" and not refusal and form.is_valid() and not problem:
        try:
            new = papers.ask(
                conference=conference,
                organisations=Organisation.objects.filter(pk__in=ticked).order_by("sort_key", "pk"),
                **form.cleaned_data,
                actor=request.user,
                at=timezone.now(),
            )
        except WrongState as refused:
            refusal = str(refused)
        except ValidationError as refused:
            for name, texts in refused.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, _said(len(new), len(ticked) - len(new)))
            return redirect("paper-desk", slug=slug)
    query = nfc(request.GET.get("q", "").replace("\0", ""))[:200]
    offered = {each.pk: each for each in asked.participants_of(conference)}
    # What was ticked on the page of a search stays in sight when something else is refused.
    offered |= {each.pk: each for each in Organisation.objects.filter(pk__in=ticked)}
    context = {
        "conference": conference,
        "form": form,
        "query": query,
        "found": asked.search(query, conference),
        "offered": list(offered.values()),
        "ticked": set(ticked),
        "tick_all": "chon" in request.GET,
        "problem": problem,
        "refusal": refusal,
    }
    return render(request, "conferences/paper_ask.html", context, status=REFUSED if refusal else 200)


def _said(new: int, there: int) -> str:
    text = f"Đã yêu cầu {new} đơn vị, thư vào hàng gửi."
    return f"{text} {there} đơn vị đã được yêu cầu tài liệu này từ trước." if there else text

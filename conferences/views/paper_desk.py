"""The staff's page of a conference's papers: what was asked for and is outstanding, and the materials themselves."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.models import MaterialVersion, PaperRequest
from conferences.paper_forms import AskForm
from conferences.paper_policies import asking_obstacle
from conferences.services import WrongState, papers
from conferences.views.draft_desk import REFUSED, get_conference_or_404
from conferences.views.picking import is_picking, picker, ticked_organisations, typed_or_empty
from directory.models import Organisation
from hoinghi.access import access, organises, require_fresh_login, staff

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
        "notice": conference.material_notices.waiting().first(),
        "untold": MaterialVersion.objects.untold(at).filter(material__conference=conference).count(),
        "obstacle": asking_obstacle(conference),
    }
    return render(request, "conferences/paper_desk.html", context)


def _organisation(key: str) -> Organisation | None:
    """Whose papers alone are wanted; None for everybody's."""
    is_key = key.isascii() and key.isdigit() and len(key) < 10
    return Organisation.objects.filter(pk=key).first() if is_key else None


@access(organises)
@require_http_methods(["GET", "POST"])
def ask(request, slug: str):
    """Ask organisations of the conference, or others of the register, for a paper."""
    conference = get_conference_or_404(request.user, slug)
    refusal = asking_obstacle(conference)
    form, problem = typed_or_empty(AskForm, request, conference=conference), ""
    if request.method == "POST" and not is_picking(request):
        require_fresh_login(request)
        chosen = list(ticked_organisations(request))
        problem = "" if chosen else "Đánh dấu ít nhất một đơn vị."
        if form.is_valid() and chosen and not refusal:
            try:
                new = papers.ask(
                    conference=conference,
                    organisations=chosen,
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
                messages.success(request, _said(len(new), len(chosen) - len(new)))
                return redirect("paper-desk", slug=slug)
    context = {
        "conference": conference,
        "form": form,
        "picker": picker(request, conference),
        "problem": problem,
        "refusal": refusal,
    }
    return render(request, "conferences/paper_ask.html", context, status=REFUSED if refusal else 200)


def _said(new: int, there: int) -> str:
    text = f"Đã yêu cầu {new} đơn vị, thư vào hàng gửi."
    return f"{text} {there} đơn vị đã được yêu cầu tài liệu này từ trước." if there else text

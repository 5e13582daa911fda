"""The staff's page of a conclusion: written item by item, published, put into an official document, given as tasks."""

from collections import defaultdict
from itertools import count

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from conferences import asked
from conferences.conclusion_forms import MOST_ITEMS, ConclusionForm, GiveForm, Items, items_of
from conferences.documents import draft_notice
from conferences.models import Conclusion, ConclusionItem, Conference, DocumentFrame, Task
from conferences.services import WrongState, conclusions, tasks
from conferences.services.tasks import Addressee
from conferences.views.draft_desk import REFUSED, get_conference_or_404
from conferences.views.picking import is_picking, picker, ticked_organisations, typed_or_empty
from hoinghi.access import access, organises, require_fresh_login, staff

# The words of the Thông báo kết luận (data/documents.yaml).
FRAME = "thong-bao-ket-luan"
OPEN_TASKS = Q(tasks__state__in=[*Task.TO_DO, Task.State.REPORTED])


@access(staff)
@require_http_methods(["GET", "POST"])
def desk(request, slug: str):
    """Write, publish, take back; draft the Thông báo kết luận; the way to the tasks of each item."""
    conference = get_conference_or_404(request.user, slug)
    found = conclusions.conclusion_of(conference)
    if request.method == "GET":
        return _page(request, found, ConclusionForm(conclusion=found), items_of(found))
    verb = request.POST.get("do", "")
    try:
        if verb == "publish":
            conclusions.publish_conclusion(conference=conference, actor=request.user, at=timezone.now())
            messages.success(request, "Đã công bố kết luận tại trang hội nghị.")
        elif verb == "withdraw":
            conclusions.withdraw_conclusion(conference=conference, actor=request.user)
            messages.success(request, "Đã thu lại kết luận để sửa. Nhiệm vụ đã giao vẫn theo dõi.")
        elif verb == "document":
            return redirect(_draft(conference, request.user))
        elif verb in ("save", "add"):
            return _write(request, found, verb)
        else:
            raise Http404("No such verb")
    except WrongState as refusal:
        return _refused(request, conference, str(refusal))
    except ValidationError as refusal:
        return _refused(request, conference, " ".join(refusal.messages))
    return redirect("conclusion-desk", slug=slug)


def _draft(conference: Conference, actor):
    frame = DocumentFrame.objects.filter(pk=FRAME).first()
    return draft_notice(conference=conference, actor=actor, frame=frame)


def _write(request, found: Conclusion, verb: str):
    data = request.POST.copy()
    if verb == "add":
        total = data.get("muc-TOTAL_FORMS", "")
        data["muc-TOTAL_FORMS"] = str(min(int(total) + 1, MOST_ITEMS)) if total.isdecimal() else "1"
    form, items = ConclusionForm(data, conclusion=found), items_of(found, data)
    if not items.management_form.is_valid():
        raise WrongState("Trang này không gửi đủ thông tin. Mở lại trang rồi nhập.")
    valid = form.is_valid() & items.is_valid()
    if verb == "add" or not valid:
        return _page(request, found, form, items)
    try:
        conclusions.save_conclusion(
            conference=found.conference,
            opening=form.cleaned_data["opening"],
            closing=form.cleaned_data["closing"],
            rows=items.rows(),
            version=_version(request),
            actor=request.user,
        )
    except (WrongState, conclusions.StaleConclusion) as refusal:
        return _page(request, found, form, items, refusal=str(refusal))
    except ValidationError as refused:
        _show(form, items, refused)
        return _page(request, found, form, items)
    messages.success(request, "Đã lưu kết luận.")
    return redirect("conclusion-desk", slug=found.conference.slug)


def _show(form: ConclusionForm, items: Items, refused: ValidationError) -> None:
    problems = refused.message_dict if hasattr(refused, "error_dict") else {"opening": refused.messages}
    for name in ("opening", "closing"):
        for message in problems.get(name, []):
            form.add_error(name if hasattr(refused, "error_dict") else None, message)
    items.show(problems)


def _version(request) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


def _refused(request, conference: Conference, refusal: str):
    conference = get_conference_or_404(request.user, conference.slug)
    found = conclusions.conclusion_of(conference)
    return _page(request, found, ConclusionForm(conclusion=found), items_of(found), refusal=refusal)


def _page(request, found: Conclusion, form: ConclusionForm, items: Items, *, refusal: str = ""):
    context = {
        "conference": found.conference,
        "conclusion": found,
        "form": form,
        "items": items,
        "saved": _numbered(found),
        "organisations": asked.participants_of(found.conference) if not found.is_published else [],
        "obstacle": conclusions.publishing_obstacle(found, timezone.now()),
        "findings": ConclusionItem.FINDINGS,
        "refusal": refusal,
    }
    return render(request, "conferences/conclusion_desk.html", context, status=REFUSED if refusal else 200)


def _numbered(found: Conclusion) -> list[tuple[int, ConclusionItem]]:
    """(number within its kind, item with how many tasks were given and are open)."""
    if not found.pk:
        return []
    items = found.items.annotate(
        given=Count("tasks", distinct=True), open=Count("tasks", filter=OPEN_TASKS, distinct=True)
    )
    counters = defaultdict(lambda: count(1))
    return [(next(counters[item.kind]), item) for item in items]


# ── giving tasks ────────────────────────────────────────────────────────────────────────────────────


@access(organises)
@require_http_methods(["GET", "POST"])
def give(request, slug: str, item: int):
    """Give one item to organisations, with a date."""
    conference = get_conference_or_404(request.user, slug)
    found = (
        ConclusionItem.objects.filter(conclusion__conference=conference, pk=item)
        .select_related("conclusion", "addressee")
        .first()
    )
    if found is None:
        raise Http404("No such item")
    found.conclusion.conference = conference
    # Not the printed addressee as well: "Sở Công Thương" beside the ticked ones would be one task too many.
    form = typed_or_empty(GiveForm, request, initial={"due_on": found.due_on})
    refusal = tasks.giving_obstacle(found)
    if request.method == "POST" and not is_picking(request):
        require_fresh_login(request)
    if request.method == "POST" and not is_picking(request) and not refusal and form.is_valid():
        addressees = [Addressee(each.name, each) for each in ticked_organisations(request)]
        addressees += [Addressee(name) for name in form.cleaned_data["names"]]
        try:
            new = tasks.give(
                item=found,
                addressees=addressees,
                due_on=form.cleaned_data["due_on"],
                actor=request.user,
                at=timezone.now(),
            )
        except WrongState as refused:
            refusal = str(refused)
        except ValidationError as refused:
            for name, texts in refused.message_dict.items():
                form.add_error(name if name in form.fields else "names", texts)
        else:
            messages.success(request, f"Đã giao {len(new)} nhiệm vụ, thư vào hàng gửi.")
            return redirect("conclusion-desk", slug=slug)
    return _give_page(request, found, form, refusal)


def _give_page(request, found: ConclusionItem, form: GiveForm, refusal: str):
    conference = found.conclusion.conference
    given = list(found.tasks.select_related("organisation"))
    there = {task.organisation_id for task in given if task.state != Task.State.CANCELLED}
    context = {
        "conference": conference,
        "item": found,
        "form": form,
        "given": given,
        "picker": picker(
            request, conference, first=[found.addressee] if found.addressee else [], without=there
        ),
        "refusal": refusal,
    }
    return render(request, "conferences/task_give.html", context, status=REFUSED if refusal else 200)

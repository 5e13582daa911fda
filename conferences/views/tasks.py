"""Tasks that follow from conclusions: an organisation's own, the staff's of all conferences, and one of them."""

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.conclusion_forms import DueForm, ReasonForm, ReportForm
from conferences.models import Conference, Task
from conferences.policies import acts_for, is_organiser
from conferences.services import tasks
from conferences.views.verbs import Verb, press
from hoinghi.access import access, signed_in, staff
from hoinghi.files import deliver
from hoinghi.text import fold, nfc

REFUSED = 409
PER_PAGE = 50
MAX_WORDS = 10
# What staff filter by → how it is called.
FILTERS = {
    "": "Chưa xong",
    "qua-han": "Quá hạn",
    "cho-xem": "Chờ xem xét",
    "xong": "Đã hoàn thành",
    "tat-ca": "Tất cả",
}


@access(signed_in)
@require_GET
def own(request):
    """The tasks of the account's organisations, what is to be done first."""
    found = list(Task.objects.held_by(request.user).with_story().order_by("due_on", "pk"))
    today = timezone.localdate()
    context = {
        "waiting": [(task, task.shown_state(today)) for task in found if task.state in Task.TO_DO],
        "others": [
            (task, task.shown_state(today)) for task in reversed(found) if task.state not in Task.TO_DO
        ],
        "today": today,
    }
    return render(request, "conferences/tasks.html", context)


@access(staff)
@require_GET
def desk(request):
    """Every task of every conference, with a list of what is overdue."""
    today = timezone.localdate()
    wanted = request.GET.get("loc", "")
    wanted = wanted if wanted in FILTERS else ""
    query = nfc(request.GET.get("q", ""))[:200]
    slug = request.GET.get("hoi-nghi", "")
    everything = Task.objects.all()
    if slug:
        everything = everything.filter(item__conclusion__conference__slug=slug[:120])
    for word in fold(query).split()[:MAX_WORDS]:
        everything = everything.filter(search__contains=word)
    page = Paginator(_filtered(everything, wanted, today).with_story(), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "page": page,
        "entries": [(task, task.shown_state(today)) for task in page],
        "found": page.paginator.count,
        **{
            f"counts_{name}": _filtered(everything, code, today).count()
            for name, code in (
                ("open", ""),
                ("overdue", "qua-han"),
                ("reported", "cho-xem"),
                ("done", "xong"),
            )
        },
        "filters": FILTERS,
        "wanted": wanted,
        "query": query,
        "slug": slug,
        "conferences": Conference.objects.filter(conclusion__items__tasks__isnull=False).distinct(),
        "today": today,
    }
    return render(request, "conferences/task_desk.html", context)


def _filtered(everything, wanted: str, today):
    match wanted:
        case "qua-han":
            return everything.overdue(today)
        case "cho-xem":
            return everything.filter(state=Task.State.REPORTED)
        case "xong":
            return everything.filter(state=Task.State.ACCEPTED).order_by("-settled_at", "-pk")
        case "tat-ca":
            return everything
    return everything.open()


def get_task_or_404(user, pk: int) -> Task:
    """The task, if it is the user's business; for everybody else it does not exist."""
    task = Task.objects.visible_to(user).with_story().filter(pk=pk).first()
    if task is None:
        raise Http404("No such task")
    return task


VERBS = {
    "report": Verb(ReportForm, tasks.report, "Đã báo cáo, đơn vị tổ chức sẽ xem xét.", is_staffs=False),
    "accept": Verb(Form, tasks.accept, "Đã chấp nhận; cơ quan được báo."),
    "return": Verb(ReasonForm, tasks.return_report, "Đã trả lại; cơ quan được báo."),
    "due": Verb(DueForm, tasks.change_due, "Đã đổi thời hạn; cơ quan được báo."),
    "cancel": Verb(ReasonForm, tasks.cancel, "Đã thôi giao; cơ quan được báo."),
}


@access(signed_in)
@require_http_methods(["GET", "POST"])
def task(request, pk: int):
    """What is to be done until when, what was reported; report, accept, return."""
    return press(request, VERBS, get=lambda: get_task_or_404(request.user, pk), argument="task", page=_page)


def _page(request, found: Task, forms: dict, refusal: str = ""):
    today = timezone.localdate()
    is_staff = is_organiser(request.user)
    context = {
        "task": found,
        "item": found.item,
        "conference": found.conference,
        "state": found.shown_state(today),
        "reports": list(found.reports.select_related("answered_by")),
        "now": timezone.now(),
        "is_staff": is_staff,
        "on_behalf": is_staff and not acts_for(request.user, found, timezone.now()),
        "obstacle": tasks.reporting_obstacle(found),
        "is_open": found.state in Task.TO_DO,
        "is_settled": found.state in (Task.State.ACCEPTED, Task.State.CANCELLED),
        "contact": found.conference.contacts.first(),
        "refusal": refusal,
        "forms": forms,
    }
    return render(request, "conferences/task.html", context, status=REFUSED if refusal else 200)


@access(signed_in)
@require_GET
def file(request, pk: int, number: int):
    """The file of a report, for the addressee and for staff."""
    found = get_task_or_404(request.user, pk)
    report = found.reports.exclude(file="").filter(number=number).first()
    if report is None:
        raise Http404("No such file")
    return deliver(
        request,
        report.file,
        name=report.file_name,
        content_type=report.content_type,
        etag=f'"{report.sha256}"',
    )

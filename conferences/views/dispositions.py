"""The staff's answers to opinions: the table, one answer for many, the files, the publication."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from conferences.draft_forms import AnswerForm, PublishForm
from conferences.drafts.table import called, table_of
from conferences.models import DraftDocument, Opinion, OpinionSheet
from conferences.services import WrongState, dispositions
from conferences.views.draft_desk import REFUSED, get_draft_or_404
from conferences.views.drafts import FILES, table_file
from directory.audit import record
from hoinghi.access import access, fresh_login_to_send, organises, staff
from hoinghi.text import fold, nfc

PER_PAGE = 50
STATES = {"": "Tất cả", "chua": "Chưa xử lý", "sua": "Đã sửa sau khi trả lời"} | {
    code.value: code.label for code in Opinion.Disposition
}


@access(staff)
@require_http_methods(["GET", "POST"])
def opinions(request, slug: str, pk: int):
    """Every opinion that was sent; tick some, answer them with one press."""
    found = get_draft_or_404(request.user, slug, pk)
    if request.method == "GET":
        return _page(request, found, None)
    form = AnswerForm(request.POST)
    ticked = [int(key) for key in request.POST.getlist("opinion") if key.isdecimal() and len(key) < 19]
    if form.is_valid():
        try:
            done = dispositions.answer(
                draft=found, opinions=ticked, actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as refused:
            for name, texts in refused.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, f"Đã lưu trả lời cho {done} ý kiến.")
            return redirect(f"{request.path}?{_filters(request)}")
    return _page(request, found, form, ticked=ticked)


def _filters(request) -> str:
    return urlencode({name: request.GET[name] for name in ("loc", "q", "trang") if request.GET.get(name)})


def _page(request, found: DraftDocument, form: AnswerForm | None, *, ticked: list[int] | None = None):
    wanted = request.GET.get("loc", "")
    wanted = wanted if wanted in STATES else ""
    query = nfc(request.GET.get("q", ""))[:200]
    everything = _opinions(found)
    matching = _filtered(everything, wanted, query)
    page = Paginator(matching, PER_PAGE).get_page(request.GET.get("trang"))
    chosen = request.GET.get("chon", "")
    if form is None:
        form, ticked = _first_form(everything, chosen)
    context = {
        "conference": found.conference,
        "draft": found,
        "page": page,
        "entries": [(opinion, _called(opinion)) for opinion in page],
        "found": page.paginator.count,
        "total": len(everything),
        "undecided": sum(not opinion.disposition for opinion in everything),
        "states": STATES,
        "wanted": wanted,
        "query": query,
        "form": form,
        "ticked": set(ticked or ()),
        "tick_all": chosen == "tat-ca",
        "filters": _filters(request),
        "obstacle": dispositions.publishing_obstacle(found, timezone.now()),
    }
    return render(request, "conferences/draft_opinions.html", context)


def _first_form(everything: list[Opinion], chosen: str) -> tuple[AnswerForm, list[int]]:
    """An empty form, or that of the one opinion that was asked for, with its answer so far."""
    one = next((each for each in everything if str(each.pk) == chosen), None)
    if one is None:
        return AnswerForm(), []
    return AnswerForm(initial={"disposition": one.disposition, "reply": one.reply}), [one.pk]


def _opinions(found: DraftDocument) -> list[Opinion]:
    """In the order of the draft, the whole first; within a clause by organisation."""
    sent: QuerySet[Opinion] = Opinion.objects.filter(
        sheet__draft=found, sheet__state=OpinionSheet.State.SUBMITTED
    )
    return list(
        sent.select_related("sheet__organisation", "clause__version", "replied_by").order_by(
            F("clause__version__number").desc(nulls_first=True),
            F("clause__position").asc(nulls_first=True),
            "sheet__organisation__sort_key",
            "pk",
        )
    )


def _filtered(everything: list[Opinion], wanted: str, query: str) -> list[Opinion]:
    words = fold(query).split()

    def matches(opinion: Opinion) -> bool:
        if wanted == "chua" and opinion.disposition:
            return False
        if wanted == "sua" and not opinion.changed_since:
            return False
        if wanted in Opinion.Disposition.values and opinion.disposition != wanted:
            return False
        text = fold(f"{_called(opinion)} {opinion.sheet.organisation_name} {opinion.text} {opinion.reply}")
        return all(word in text for word in words)

    return [opinion for opinion in everything if matches(opinion)]


def _called(opinion: Opinion) -> str:
    return called(opinion.clause) if opinion.clause else "Ý kiến chung"


@access(staff)
@require_GET
def table(request, slug: str, pk: int, kind: str):
    """The table as it is now, answers that nobody outside has seen included."""
    found = get_draft_or_404(request.user, slug, pk)
    if kind not in FILES:
        raise Http404("No such kind")
    made = table_of(found)
    record(
        actor=request.user,
        action="draft.export",
        target=found,
        changes={"file": ["", kind], "opinions": [0, made.opinions]},
    )
    return table_file(found, made, kind, timezone.now())


@access(organises)
@fresh_login_to_send
@require_http_methods(["GET", "POST"])
def publish(request, slug: str, pk: int):
    """What publishing shows to whom; publish, publish again, take back."""
    found = get_draft_or_404(request.user, slug, pk)
    form = PublishForm(request.POST or None, initial={"readers": found.result_readers})
    refusal = ""
    try:
        if request.POST.get("do") == "withdraw":
            dispositions.withdraw_result(draft=found, actor=request.user)
            messages.success(request, "Đã thu lại kết quả. Trang kết quả không còn mở được.")
            return redirect("draft-desk", slug=slug, pk=pk)
        if request.method == "POST" and form.is_valid():
            result = dispositions.publish_result(
                draft=found, readers=form.cleaned_data["readers"], actor=request.user, at=timezone.now()
            )
            messages.success(request, f"Đã công bố kết quả lần {result.number}.")
            return redirect("draft-desk", slug=slug, pk=pk)
    except WrongState as refused:
        found.refresh_from_db()
        refusal = str(refused)
    made = table_of(found)
    context = {
        "conference": found.conference,
        "draft": found,
        "form": form,
        "table": made,
        "obstacle": dispositions.publishing_obstacle(found, timezone.now()),
        "told": found.sheets.asked().answered().count(),
        "refusal": refusal,
    }
    return render(request, "conferences/draft_publish.html", context, status=REFUSED if refusal else 200)

"""The conference's questions: answered by a delegate on a page of the personal link, counted for staff."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates import answers, policies, questions
from delegates.forms import QuestionsForm
from delegates.models import Delegate
from delegates.views.delegate import by_link
from delegates.views.staff import get_conference_or_404
from directory.audit import record_read
from hoinghi.access import access, staff

CLOSED = 409


@require_http_methods(["GET", "POST"])
@by_link
def answer(request, delegate: Delegate, token: str):
    """The questions that this delegate is asked; answers may be changed until the conference starts."""
    asked, at = questions.asked_of(delegate), timezone.now()
    if not asked:
        raise Http404("Nothing is asked")
    form = QuestionsForm(asked, request.POST or None)
    refusal = "" if policies.can_answer(delegate, at) else "Không còn trả lời được nữa."
    if request.method == "POST" and form.is_valid():
        try:
            answers.answer_questions(delegate=delegate, answers=form.answers(), at=at)
        except answers.AnswerClosed as closed:
            refusal = str(closed)
        else:
            messages.success(request, "Đã ghi câu trả lời. Cảm ơn đồng chí.")
            return redirect("delegate-page", token=token)
    context = {
        "delegate": delegate,
        "conference": delegate.seat.nomination.conference,
        "form": form,
        "token": token,
        "refusal": refusal,
    }
    return render(request, "delegates/questions.html", context, status=CLOSED if refusal else 200)


@access(staff)
@require_GET
def overview(request, slug: str):
    """How many answered what; with ``?cau=`` who answered what to that question."""
    conference = get_conference_or_404(request.user, slug)
    tallies = questions.tallies_of(conference)
    shown = next((each for each in tallies if str(each.question.pk) == request.GET.get("cau")), None)
    at = timezone.now()
    if shown is not None:
        record_read(actor=request.user, action="delegates.read", target=conference, at=at)
    context = {"conference": conference, "tallies": tallies, "shown": shown, "at": at}
    return render(request, "delegates/question-counts.html", context)

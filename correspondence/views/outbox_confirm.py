"""The page between choosing letters and doing something with them."""

from collections.abc import Iterable

from django.contrib import messages as flash
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from correspondence import handling, policies
from correspondence.models import Attachment, Message
from correspondence.teams import CLOSED
from correspondence.views.outbox import UNSHOWN, filtered
from correspondence.views.outbox_actions import ACTIONS, Action
from hoinghi.access import access, organises, require_fresh_login

# Letters of one press: each is named on the page, sent along by its number and decided about by itself.
AT_ONCE = 2000
FILE_NAMES = Prefetch("attachments", Attachment.objects.defer("content"))


@access(organises)
def confirm(request: HttpRequest, action: str) -> HttpResponse:
    """Ask (GET), then do (POST). The form carries the very letters that were shown, each by its number, so
    that nothing is sent that nobody has read of."""
    if action not in ACTIONS:
        raise Http404("No such action")
    chosen = ACTIONS[action]
    if request.method == "POST":
        require_fresh_login(request)
        return _do(request, chosen)
    selection = _selection(request, chosen)
    possible = [message for message in selection if chosen.may(request.user, message)]
    for message in possible:
        message.choice = f"{message.pk}:{handling.next_number(message)}" if chosen.repeats else message.pk
    context = {
        "action": chosen,
        "messages_chosen": possible,
        "skipped": len(selection) - len(possible),
        "closed": CLOSED if any(not policies.handles(request.user, each) for each in selection) else "",
        "at_once": AT_ONCE if "tat_ca" in request.GET and len(selection) == AT_ONCE else None,
        "addresses": len({message.address for message in possible}),
        "button": chosen.button.format(n=len(possible)),
    }
    return render(request, "correspondence/outbox_confirm.html", context)


def _selection(request: HttpRequest, action: Action) -> list[Message]:
    """The ticked letters, or (``tat_ca``) what the list's filters mean and the action can touch, the oldest first.

    Of thousands one press takes ``AT_ONCE``; the next press takes the next.
    """
    if "tat_ca" in request.GET:
        messages = filtered(request.GET).filter(state__in=action.states).defer(*UNSHOWN)
        return list(messages.prefetch_related(FILE_NAMES).order_by("pk")[:AT_ONCE])
    return _chosen(request.GET.getlist("thu"))


def _chosen(choices: Iterable[str]) -> list[Message]:
    numbers = {choice.partition(":")[0] for choice in choices}
    pks = [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19]
    messages = Message.objects.filter(pk__in=pks).defer(*UNSHOWN).select_related("contact", "again_of")
    return list(messages.prefetch_related(FILE_NAMES).order_by("pk"))


@transaction.atomic
def _do(request: HttpRequest, action: Action) -> HttpResponse:
    choices = dict(choice.partition(":")[::2] for choice in request.POST.getlist("thu"))
    chosen = _chosen(choices)
    theirs = [message for message in chosen if policies.handles(request.user, message)]
    if closed := len(chosen) - len(theirs):
        flash.warning(request, f"Bỏ qua {closed} thư. {CLOSED}")
    chosen = theirs
    if action.perform_many:
        done = action.perform_many(messages=chosen, actor=request.user, at=timezone.now())
        going = set(done)
        refused = [str(handling.WrongState(message)) for message in chosen if message not in going]
    else:
        done, refused = _do_each(request, action, chosen, choices)
    if done:
        flash.success(request, action.done.format(n=len(done)))
    for reason in refused:
        flash.warning(request, f"Bỏ qua: {reason}")
    if not (done or refused or closed):
        flash.warning(request, "Chưa chọn thư nào, nên không có gì thay đổi.")
    return redirect(_next_page(done))


def _do_each(
    request: HttpRequest, action: Action, chosen: list[Message], choices: dict[str, str]
) -> tuple[list[Message], list[str]]:
    """What was done, and why the others were not."""
    done, refused = [], []
    for message in chosen:
        arguments = {"number": _number(choices[str(message.pk)])} if action.repeats else {}
        try:
            done.append(action.perform(message=message, actor=request.user, at=timezone.now(), **arguments))
        except handling.WrongState as error:
            refused.append(str(error))
    return done, refused


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise Http404("No such repetition")
    return int(text)


def _next_page(done: list[Message]) -> str:
    if len(done) == 1:
        return done[0].get_absolute_url()
    mailings = {message.mailing_id for message in done}
    if len(mailings) == 1 and (pk := mailings.pop()):
        return reverse("mailing", args=[pk])
    topics = {message.topic for message in done}
    query = f"?{urlencode({'topic': topics.pop()})}" if len(topics) == 1 else ""
    return reverse("outbox") + query

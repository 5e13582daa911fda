"""Pages on which an organisation sends something and staff answer it: what all of their buttons have in common."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from conferences.policies import is_organiser
from conferences.services import WrongState


@dataclass(frozen=True)
class Verb:
    """A button: its form, whose values the service takes, and what is said afterwards.

    Attributes:
        is_staffs: nobody else may press it.
    """

    form: type[Form]
    do: Callable
    said: str
    is_staffs: bool = True


def press(
    request: HttpRequest,
    verbs: dict[str, Verb],
    *,
    get: Callable,
    argument: str,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    """GET shows the page; POST presses the button that ``do`` names, and shows the page with what was refused.

    Arguments:
        get: answers the row as it stands now, or raises ``Http404``; ``argument`` is what the services call it.
        page: (request, row, forms, refusal) → the page.
    Raises:
        Http404: no such button for this user.
    """
    row = get()
    forms = {name: verb.form(prefix=name) for name, verb in verbs.items()}
    if request.method == "GET":
        return page(request, row, forms)
    name = request.POST.get("do", next(iter(verbs)))
    verb = verbs.get(name)
    if verb is None or (verb.is_staffs and not is_organiser(request.user)):
        raise Http404("No such verb for this user")
    form = forms[name] = verb.form(request.POST, request.FILES, prefix=name)
    if not form.is_valid():
        return page(request, row, forms)
    try:
        verb.do(**{argument: row}, **form.cleaned_data, actor=request.user, at=timezone.now())
    except WrongState as refusal:
        return page(request, get(), forms, str(refusal))
    except ValidationError as refused:
        problems = refused.message_dict if hasattr(refused, "error_dict") else {None: refused.messages}
        for field, texts in problems.items():
            form.add_error(field if field in form.fields else None, texts)
        return page(request, row, forms)
    messages.success(request, verb.said)
    return redirect(row)

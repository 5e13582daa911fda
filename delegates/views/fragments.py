"""Parts of the nomination page, for requests of htmx."""

from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from delegates.entry.verbs import Change
from delegates.forms import NominationForm
from delegates.models import Nomination


def changes(request, found: Nomination, form: NominationForm, change: Change) -> HttpResponse:
    """What one press has changed, out of band; the keyboard goes on where ``form.focus`` says."""
    form.in_order()
    context = {
        "nomination": found,
        "form": form,
        "change": change,
        "editable": True,
        "summary": form.summary(),
    }
    answer = render(request, "delegates/includes/entry/changes.html", context)
    if form.focus:
        trigger_client_event(answer, "hoinghi:focus", {"id": form.focus}, after="settle")
    return answer

"""Parts of the nomination page, for requests of htmx."""

from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from delegates.entry import reuse, taking
from delegates.entry.columns import columns_of
from delegates.entry.forms import QuickForm
from delegates.entry.verbs import Change
from delegates.forms import NominationForm
from delegates.models import Nomination


def changes(request, found: Nomination, form: NominationForm, change: Change) -> HttpResponse:
    """What one press has changed, out of band; the keyboard goes on where ``form.focus`` says."""
    form.in_order()
    offer_earlier(found, form)
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


def quick_entry(request, found: Nomination, form: NominationForm, change: Change | None) -> dict:
    """What the page needs for its fast ways to fill the list."""
    offer_earlier(found, form)
    posted = request if request.method == "POST" else None
    return {
        "quick": QuickForm(form, request=posted, left=change and change.left),
        "columns": [column.header for column in columns_of([block.group for block in form.blocks])],
    }


def offer_earlier(found: Nomination, form: NominationForm) -> None:
    """Give each group on the page the people of earlier lists who are not in the form yet."""
    earlier = reuse.earlier_people(found, [block.group for block in form.blocks])
    for block in form.blocks:
        there = {taking.key_of(row.row()) for row in block.forms}
        people = earlier.get(block.group.code, [])
        block.earlier = [
            person for person in people if taking.key_of(reuse.row_of(person, block.group)) not in there
        ]

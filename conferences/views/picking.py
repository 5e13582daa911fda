"""Organisations that staff tick in a form: those of the conference, and what is found in the register.

The search is a button of the form itself, so that what was typed and ticked stays.
"""

from collections.abc import Collection

from django.forms import Form

from conferences import asked
from conferences.models import Conference
from directory.models import Organisation
from hoinghi.text import nfc

# What the picker's buttons send as ``do``: search, tick all, tick none.
BUTTONS = ("tim", "tat-ca", "khong")


def is_picking(request) -> bool:
    """Whether one of the picker's own buttons was pressed, and nothing is to be done yet."""
    return request.POST.get("do") in BUTTONS


def typed_or_empty(form_class: type[Form], request, **options) -> Form:
    """The form as it came, checked only when it was meant to be sent."""
    if is_picking(request):
        return form_class(initial=options.pop("initial", {}) | request.POST.dict(), **options)
    return form_class(request.POST if request.method == "POST" else None, **options)


def ticked_keys(request) -> list[int]:
    return [int(key) for key in request.POST.getlist("organisation") if key.isdecimal() and len(key) < 19]


def ticked_organisations(request):
    return Organisation.objects.filter(pk__in=ticked_keys(request)).order_by("sort_key", "pk")


def picker(
    request,
    conference: Conference,
    *,
    first: Collection[Organisation] = (),
    without: Collection[int] = (),
) -> dict:
    """What ``includes/organisation-picker.html`` shows.

    Arguments:
        first: offered before the participants of the conference, and ticked until the form has come back once.
        without: keys of those that are not offered.
    """
    query = nfc(request.POST.get("q", request.GET.get("q", "")))[:200]
    found = {each.pk: each for each in asked.search(query, conference) if each.pk not in without}
    others = [*first, *asked.participants_of(conference), *ticked_organisations(request)]
    offered = {each.pk: each for each in others if each.pk not in found and each.pk not in without}
    ticked = set(ticked_keys(request)) if request.method == "POST" else {each.pk for each in first}
    # The button stands above what is found, or above what is offered where nothing was searched for.
    shown = set(found if query else offered)
    match request.POST.get("do"):
        case "tat-ca":
            ticked |= shown
        case "khong":
            ticked -= shown
    return {
        "query": query,
        "found": list(found.values()),
        "offered": list(offered.values()),
        "ticked": ticked,
        "all_ticked": bool(shown) and shown <= ticked,
    }

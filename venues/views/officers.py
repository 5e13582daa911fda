"""The officers of a room: named, corrected, relieved, handing over to a colleague."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from venues import services
from venues.errors import StepRefused
from venues.models import Officer
from venues.officer_forms import HandOverForm, OfficerForm
from venues.policies import closing_obstacle
from venues.views.ways import CLOSED, Way


@require_http_methods(["GET", "POST"])
def add(request, way: Way):
    """Name somebody who looks after the room."""
    if not way.names_officers:
        raise Http404("Not this user's room")
    form = OfficerForm(request.POST or None, booking=way.booking)

    def save():
        officer = services.name_officer(booking=way.booking, person=form.person(), actor=way.actor, at=way.at)
        messages.success(request, _said(officer, f"Đã cử {officer.full_name}"))

    return _form_page(request, way, form, save, "venues/officer_add.html")


@require_http_methods(["GET", "POST"])
def change(request, way: Way, officer: int):
    """Correct who the officer is, or the shift."""
    found = _officer_or_404(way, officer)
    form = OfficerForm(request.POST or None, booking=way.booking, officer=found)

    def save():
        changed = services.change_officer(officer=found, person=form.person(), actor=way.actor, at=way.at)
        messages.success(request, f"Đã lưu thông tin của {changed.full_name}.")

    return _form_page(request, way, form, save, "venues/officer_change.html", officer=found)


@require_http_methods(["GET", "POST"])
def hand_over(request, way: Way, officer: int):
    """Put a colleague in the officer's place; a link of the officer stops with it."""
    found = _officer_or_404(way, officer)
    form = HandOverForm(request.POST or None, officer=found)

    def save():
        colleague = services.hand_over(officer=found, person=form.person(), actor=way.actor, at=way.at)
        messages.success(request, _said(colleague, f"Đã bàn giao cho {colleague.full_name}"))

    return _form_page(request, way, form, save, "venues/officer_hand_over.html", officer=found)


@require_http_methods(["GET", "POST"])
def relieve(request, way: Way, officer: int):
    """Take the officer off the room."""
    found = _officer_or_404(way, officer)
    refusal = closing_obstacle(way.booking, way.at)
    if request.method == "POST" and not refusal:
        try:
            services.relieve(officer=found, actor=way.actor, at=way.at)
        except StepRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"{found.full_name} không còn là cán bộ kỹ thuật của điểm cầu.")
            return redirect(f"{way.url()}#can-bo")
    last = way.booking.officers.live().count() == 1
    context = {"way": way, "booking": way.booking, "officer": found, "refusal": refusal, "is_last": last}
    return render(request, "venues/officer_relieve.html", context, status=CLOSED if refusal else 200)


@require_POST
def send_again(request, way: Way, officer: int):
    """Mail the letter of naming again, with a fresh link."""
    found = _officer_or_404(way, officer)
    try:
        services.send_link_again(officer=found, actor=way.actor, at=way.at)
    except StepRefused as refused:
        context = {"title": "Chưa gửi được", "message": str(refused), "next_url": way.url()}
        return render(request, "409.html", context, status=CLOSED)
    messages.success(request, f"Thư đang được gửi tới {found.email}.")
    return redirect(f"{way.url()}#can-bo")


def _form_page(request, way: Way, form, save, template: str, **context):
    """Show a form about an officer, or save it and go back to the room."""
    refusal = closing_obstacle(way.booking, way.at)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            save()
        except StepRefused as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, str(refused))
            else:
                refusal = str(refused)
        else:
            return redirect(f"{way.url()}#can-bo")
    context |= {"way": way, "booking": way.booking, "form": form, "refusal": refusal}
    return render(request, template, context, status=CLOSED if refusal else 200)


def _officer_or_404(way: Way, pk: int) -> Officer:
    officer = way.booking.officers.live().select_related("user").filter(pk=pk).first()
    if officer is None or not way.changes(officer):
        raise Http404("No such officer")
    officer.booking = way.booking
    return officer


def _said(officer: Officer, done: str) -> str:
    """What the person reads who has named somebody."""
    if not officer.email:
        return f"{done}; chưa có email nên không gửi thư, xin báo trực tiếp."
    return f"{done}; thư đang được gửi tới {officer.email}."

"""Cử người dự thay, for the focal point and for staff: whom they choose, or whom the delegate proposed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from delegates import policies, proposals, services
from delegates.errors import InvalidRows, NominationClosed
from delegates.forms import ReasonForm
from delegates.models import Delegate, Nomination, SubstituteProposal
from delegates.person_forms import ReplaceForm
from delegates.services.replacing import group_of
from delegates.views.focal import get_nomination_or_404
from delegates.views.people import CLOSED, get_person_or_404, to_list
from hoinghi.access import access, signed_in, takes_part


@access(takes_part)
@require_http_methods(["GET", "POST"])
def replace(request, pk: int, person: int):
    """Send somebody else in a delegate's place, with a reason."""
    found, delegate = get_person_or_404(request, pk, person)
    at = timezone.now()
    try:
        group = group_of(found, delegate)
    except NominationClosed as refusal:
        return _page(request, found, delegate, None, str(refusal))
    form = ReplaceForm(request.POST or None, group=group, role=delegate.role)
    refusal = policies.person_obstacle(request.user, delegate, at)
    if request.method == "POST" and form.is_valid():
        try:
            new = services.replace(
                delegate=delegate,
                person=form.person(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=at,
            )
        except InvalidRows as problems:
            form.show(problems)
        except NominationClosed as closed:
            refusal = str(closed)
        else:
            messages.success(request, said_of(new))
            return to_list(request, found)
    return _page(request, found, delegate, form, refusal)


@access(signed_in)
@require_POST
def decide(request, pk: int, proposal: int):
    """Send whom a delegate proposes, or say no with a reason; ``do`` says which."""
    found = get_nomination_or_404(request.user, pk)
    waiting = SubstituteProposal.objects.filter(pk=proposal, delegate__seat__nomination=found)
    chosen = waiting.select_related("delegate__seat__nomination").first()
    verb = request.POST.get("do")
    if chosen is None or verb not in ("take", "refuse"):
        raise Http404("No such proposal")
    _, delegate = get_person_or_404(request, pk, chosen.delegate_id)
    shared = {"proposal": chosen, "actor": request.user, "at": timezone.now()}
    try:
        if verb == "take":
            messages.success(request, said_of(proposals.take(**shared)))
        else:
            reason = ReasonForm(request.POST)
            if not reason.is_valid():
                raise NominationClosed("Nhập lý do không thay để đại biểu được biết, rồi gửi lại.")
            proposals.refuse(**shared, **reason.cleaned_data)
            messages.success(
                request, f"Đã trả lời {delegate.full_name}: không cử {chosen.full_name} dự thay."
            )
    except InvalidRows as problems:
        # The group asks more than the proposal says: the form to replace, filled in with the proposal.
        data = {name: getattr(chosen, name) for name in (*proposals.PROPOSED, "reason")}
        form = ReplaceForm(
            data | {"role": delegate.role}, group=group_of(found, delegate), role=delegate.role
        )
        if form.is_valid():
            form.show(problems)
        return _page(request, found, delegate, form, "")
    except NominationClosed as refusal:
        context = {"nomination": found, "conference": found.conference, "refusal": str(refusal)}
        return render(request, "delegates/person_refused.html", context, status=CLOSED)
    return to_list(request, found)


def said_of(new: Delegate) -> str:
    """What the person reads who has sent somebody else."""
    if new.seat.is_reserve:
        letter = "người ở danh sách dự phòng chỉ được mời khi lên chính thức."
    elif new.email:
        letter = "thư mời đang được gửi."
    else:
        letter = "chưa có email, xin báo trực tiếp."
    return f"Đã cử {new.full_name} dự thay {new.replaces.full_name}; {letter}"


def _page(request, found: Nomination, delegate: Delegate, form: ReplaceForm | None, refusal: str):
    context = {
        "nomination": found,
        "conference": found.conference,
        "delegate": delegate,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "delegates/replace.html", context, status=CLOSED if refusal else 200)

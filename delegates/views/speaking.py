"""Who speaks: a province asks, staff put the speakers in order and give the floor."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates import speaking_list
from delegates.day_forms import SpeechForm
from delegates.models import Nomination
from delegates.policies import acts_for, speaking_obstacle
from delegates.services import speaking
from delegates.services.speaking import SpeakingRefused
from delegates.standing_in import stands_in
from delegates.views.focal import get_nomination_or_404
from delegates.views.handing_over import file_answer, name_of
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, fresh_login, signed_in, staff, takes_data

REFUSED = 409


# ── the focal point ─────────────────────────────────────────────────────────────────────────────────


@access(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk: int):
    """What the province wants to say, and where it stands in the line."""
    nomination = get_nomination_or_404(request.user, pk)
    at = timezone.now()
    may = acts_for(request.user, nomination, at, stands_in=stands_in(request, nomination))
    if request.method == "POST" and not may:
        raise Http404("No right")
    asks = request.POST.get("do") == "ask"
    form, status = SpeechForm(nomination, request.POST if asks else None), 200
    if request.method == "POST":
        try:
            done = _press(request, nomination, form, at)
        except SpeakingRefused as refusal:
            if refusal.field:
                form.add_error(refusal.field, str(refusal))
            else:
                messages.error(request, str(refusal))
                status = REFUSED
        else:
            if done:
                messages.success(request, done)
                return redirect("nomination-speeches", pk=nomination.pk)
    line = list(nomination.conference.speeches.in_line().values_list("pk", flat=True))
    context = {
        "nomination": nomination,
        "conference": nomination.conference,
        "speeches": [
            {"speech": each, "place": line.index(each.pk) + 1 if each.pk in line else None}
            for each in nomination.speeches.select_related("delegate__seat", "nomination")
        ],
        "form": form,
        "may": may,
        "obstacle": speaking_obstacle(nomination.conference, at),
    }
    return render(request, "delegates/nomination_speeches.html", context, status=status)


def _press(request, nomination: Nomination, form: SpeechForm, at) -> str:
    verb, _, key = request.POST.get("do", "").partition(":")
    if verb == "ask":
        if not form.is_valid():
            return ""
        speaking.ask_to_speak(nomination=nomination, **form.cleaned_data, actor=request.user, at=at)
        return "Đã đăng ký phát biểu. Đơn vị tổ chức xếp thứ tự và trả lời tại trang này."
    if verb == "withdraw" and key.isascii() and key.isdigit() and len(key) < 19:
        speech = nomination.speeches.filter(pk=key).first()
        if speech:
            speaking.withdraw_speech(speech=speech, actor=request.user, at=at)
            return "Đã rút đăng ký phát biểu."
    raise Http404("No such button")


# ── staff ───────────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
def speeches(request, slug: str):
    """The line of speakers: say yes, put in order, give the floor, skip."""
    conference = get_conference_or_404(request.user, slug)
    at, status = timezone.now(), 200
    if request.method == "POST":
        verb, _, key = request.POST.get("do", "").partition(":")
        is_key = key.isascii() and key.isdigit() and len(key) < 19
        speech = conference.speeches.filter(pk=key).first() if is_key else None
        if speech is None or verb not in VERBS:
            raise Http404("No such button")
        try:
            VERBS[verb](speech, request, at)
        except SpeakingRefused as refusal:
            messages.error(request, str(refusal))
            status = REFUSED
        else:
            return redirect("speeches", slug=slug)
    context = {"conference": conference, "at": at, **vars(speaking_list.list_of(conference))}
    return render(request, "delegates/speeches.html", context, status=status)


@access(takes_data)
@fresh_login
@require_GET
def printed(request, slug: str):
    """The list for whoever chairs."""
    conference = get_conference_or_404(request.user, slug)
    content = speaking_list.print_list(conference=conference, actor=request.user, at=timezone.now())
    return file_answer(content, name_of(conference, "Danh sách phát biểu"))


VERBS = {
    "allow": lambda speech, request, at: speaking.allow_speech(speech=speech, actor=request.user),
    "up": lambda speech, request, at: speaking.move_speech(speech=speech, places=-1, actor=request.user),
    "down": lambda speech, request, at: speaking.move_speech(speech=speech, places=1, actor=request.user),
    "first": lambda speech, request, at: speaking.move_speech(
        speech=speech, places=-1000, actor=request.user
    ),
    "start": lambda speech, request, at: speaking.start_speech(speech=speech, actor=request.user, at=at),
    "finish": lambda speech, request, at: speaking.finish_speech(speech=speech, actor=request.user, at=at),
    "skip": lambda speech, request, at: speaking.skip_speech(
        speech=speech, reason=request.POST.get(f"reason-{speech.pk}", "")[:300], actor=request.user
    ),
}

"""The door of a room: badges are scanned or their codes typed; what was scanned without a connection comes later."""

import datetime as dt
import json
import uuid

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from delegates.attendance_figures import Counted
from delegates.places import people_of
from delegates.policies import attendance_obstacle
from delegates.services.attendance import Outcome, Scan, check_in
from delegates.views.rooms_day import Visit

REFUSED = 409
# Of one request; a page that has queued more sends them in several.
MOST_SCANS = 50
MAX_BYTES = 64 * 1024
LONGEST_CODE = 300


class Unreadable(Exception):
    """What came is no list of scans."""


def door(request, visit: Visit):
    """Scan with the camera, or type the code; a POST is a code that was typed without JavaScript."""
    if not visit.acts:
        raise Http404("Nothing to read here")
    at, outcome = timezone.now(), None
    conference = visit.booking.conference
    obstacle = attendance_obstacle(conference, at)
    code = request.POST.get("code", "")[:LONGEST_CODE]
    if request.method == "POST" and not obstacle:
        anyway = bool(request.POST.get("anyway"))
        scan = Scan(uuid.uuid4(), code, at, typed=True, anyway=anyway)
        (outcome,) = _check_in(visit, [scan], at)
        if outcome.is_present:
            messages.success(request, f"Có mặt: {outcome.text}")
            return redirect(visit.url("checkin"))
    context = {
        "visit": visit,
        "conference": conference,
        "booking": visit.booking,
        "counted": _counted(visit),
        "obstacle": obstacle,
        "outcome": outcome,
        "code": code,
        "most": MOST_SCANS,
    }
    refused = request.method == "POST" and obstacle
    return render(request, "delegates/room_checkin.html", context, status=REFUSED if refused else 200)


def scans(request, visit: Visit):
    """Scans of the page's queue; each is answered by its own id, so the page knows which it may forget."""
    at = timezone.now()
    try:
        wanted = _read(request, at)
    except Unreadable as error:
        return JsonResponse({"error": str(error)}, status=400)
    outcomes = _check_in(visit, wanted, at)
    counted = _counted(visit)
    return JsonResponse(
        {
            "outcomes": [
                {
                    "id": str(outcome.client_id),
                    "status": outcome.status,
                    "present": outcome.is_present,
                    "text": outcome.text,
                    "may_override": visit.is_staff and outcome.status == "wrong_room",
                }
                for outcome in outcomes
            ],
            "counted": {"present": counted.present, "expected": counted.expected},
        }
    )


def _check_in(visit: Visit, wanted: list[Scan], at: dt.datetime) -> list[Outcome]:
    return check_in(
        scans=wanted, booking=visit.booking, actor=visit.actor, at=at, may_override=visit.is_staff
    )


def _counted(visit: Visit) -> Counted:
    return Counted.people(people_of(visit.booking).only("attendance"))


def _read(request, at: dt.datetime) -> list[Scan]:
    if len(request.body) > MAX_BYTES:
        raise Unreadable("Quá dài.")
    try:
        entries = json.loads(request.body)["scans"]
        scans = [_scan(entry, at) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("Không đọc được.") from error
    if len(scans) > MOST_SCANS:
        raise Unreadable(f"Nhiều hơn {MOST_SCANS} lượt quét.")
    return scans


def _text(code: str) -> str:
    """Without what JSON can write and a database cannot: NUL, and halves of letters."""
    return code.replace("\0", "").encode("utf-8", "ignore").decode()


def _scan(entry: dict, at: dt.datetime) -> Scan:
    noted_at = parse_datetime(entry["at"])
    # A device whose clock says nothing that can be read is believed no hour at all.
    aware = noted_at is not None and timezone.is_aware(noted_at)
    return Scan(
        client_id=uuid.UUID(entry["id"]),
        code=_text(str(entry["code"])[:LONGEST_CODE]),
        at=noted_at if aware else at,
        typed=bool(entry.get("typed")),
        anyway=bool(entry.get("anyway")),
    )

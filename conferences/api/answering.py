"""What every answer of the API has in common: the limit, conditions, headers, refusals."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from conferences.api.limits import count_call
from conferences.api.problems import Problem, problem_response
from hoinghi.access import access, anyone

METHODS = "GET, HEAD, OPTIONS"
# The clock shows in the answers ("ongoing"), so a copy may not grow old.
CACHE = "public, max-age=60"
# Everything here is public and no cookie is read, so pages of any site may use it.
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
EXPOSED = "ETag, Link, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"


@dataclass(frozen=True)
class Answer:
    """What a view has found.

    Arguments:
        body: as JSON.
        modified: when any of it last changed, the passing of time included; None where nobody knows.
        next_url: the next page of a list.
    """

    body: dict
    modified: dt.datetime | None = None
    next_url: str = ""


def endpoint(view: Callable[..., Answer]):
    """Make a view of the API: it takes the request, answers an ``Answer`` or raises ``Problem``."""

    @access(anyone)
    @csrf_exempt  # nothing here changes anything: a POST is told so
    @wraps(view)
    def answered(request, *args, **kwargs) -> HttpResponse:
        allowance = None
        try:
            _check_method(request)
            if request.method == "OPTIONS":
                return _may_i()
            allowance = count_call(request.META.get("REMOTE_ADDR", ""), at=timezone.now())
            if allowance and allowance.is_spent:
                raise Problem(
                    429, f"Mỗi phút gọi được {allowance.limit} lần. Gọi lại sau {allowance.resets_in} giây."
                )
            response = _response_of(request, view(request, *args, **kwargs))
        except Http404:
            refused = Problem(404, "Không có, hoặc chưa công bố. Danh sách hội nghị: /api/v1/events.")
            response = problem_response(refused, instance=request.path)
        except Problem as problem:
            response = problem_response(problem, instance=request.path)
            if problem.status == 405:
                response["Allow"] = METHODS
            if problem.status == 429:
                response["Retry-After"] = str(allowance.resets_in)
        return _with_headers(response, allowance.headers if allowance else {})

    return answered


def _check_method(request) -> None:
    if request.method not in METHODS.split(", "):
        raise Problem(405, "API này chỉ để đọc: dùng GET.")


def _may_i() -> HttpResponse:
    """What a browser asks before a page of another site sends a condition along."""
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response["Access-Control-Max-Age"] = "86400"
    return _with_headers(response, {})


def _response_of(request, answer: Answer) -> HttpResponse:
    response = JsonResponse(answer.body, json_dumps_params={"ensure_ascii": False})
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    seconds = int(answer.modified.timestamp()) if answer.modified else None
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    response = get_conditional_response(
        request, etag=response["ETag"], last_modified=seconds, response=response
    )
    response["Cache-Control"] = CACHE
    if answer.next_url:
        response["Link"] = f'<{answer.next_url}>; rel="next"'
    return response


def _with_headers(response: HttpResponse, further: dict[str, str]) -> HttpResponse:
    for name, value in {**OPEN, "Access-Control-Expose-Headers": EXPOSED, **further}.items():
        response[name] = value
    return response

"""Refusals of the API as RFC 9457 says, in Vietnamese."""

import errno
import sys
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from hoinghi.files import NotStored

TITLES = {
    400: "Tham số không hợp lệ",
    404: "Không có nội dung này",
    405: "Chỉ đọc, không ghi được",
    413: "Nội dung gửi lên quá lớn",
    429: "Gọi quá nhiều lần",
    500: "Lỗi của Cổng",
    503: "Cổng tạm thời gián đoạn",
}
RETRY_SECONDS = 30
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class Problem(Exception):
    """Why a request is not answered.

    Arguments:
        status: one of ``TITLES``.
        detail: what is wrong and how to mend it, for the person who wrote the program.
        errors: (parameter, what is wrong with it) for each parameter that is refused.
    """

    def __init__(self, status: int, detail: str, errors: Iterable[tuple[str, str]] = ()):
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)


def problem_response(problem: Problem, *, instance: str) -> HttpResponse:
    """The problem as ``application/problem+json``.

    Arguments:
        instance: the path that was asked for.
    """
    body = {
        "type": "about:blank",
        "title": TITLES[problem.status],
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
    }
    if problem.errors:
        body["errors"] = [{"parameter": name, "detail": detail} for name, detail in problem.errors]
    response = JsonResponse(body, status=problem.status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/problem+json"
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request, exception) -> HttpResponse:
    """What cannot be read, or is too large to be read (``handler400``)."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    if not _asks_for_json(request):
        # Without the request: what was sent is not to be looked at, whoever sent it.
        page = render_to_string(f"{status}.html", {"largest": settings.UPLOAD_MAX_MB})
        return HttpResponse(page, status=status)
    detail = "Địa chỉ và tham số phải là chữ UTF-8, không có ký tự NUL; nội dung gửi kèm không quá lớn."
    return _refused(request, Problem(status, detail))


def server_error(request) -> HttpResponse:
    """What nobody foresaw (500), or something behind the portal that is away for a while (503): the one calls for
    somebody who mends it, the other for patience (``handler500``, called while the error is being handled).
    """
    is_passing = _will_pass(sys.exception())
    if _asks_for_json(request):
        detail = "Lỗi đã được ghi lại. Gọi lại sau ít phút; còn lỗi, xin báo cho đơn vị quản trị Cổng."
        response = _refused(request, Problem(503 if is_passing else 500, detail))
    elif is_passing:
        # Without request and context: both may ask the database.
        response = HttpResponse(render_to_string("503.html"), status=503)
    else:
        response = defaults.server_error(request)
    if is_passing:
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
    return response


def _will_pass(error: BaseException | None) -> bool:
    """Whether the same request may succeed in a while: the database or the disk was away, busy or full."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, OperationalError | InterfaceError | NotStored)


def _asks_for_json(request) -> bool:
    return request.path.startswith("/api/")


def _refused(request, problem: Problem) -> HttpResponse:
    response = problem_response(problem, instance=request.path)
    response["Access-Control-Allow-Origin"] = "*"
    return response

"""Refusals of the API as RFC 9457 says, in Vietnamese."""

from collections.abc import Iterable

from django.http import HttpResponse, JsonResponse
from django.views import defaults

TITLES = {
    400: "Tham số không hợp lệ",
    404: "Không có nội dung này",
    405: "Chỉ đọc, không ghi được",
    429: "Gọi quá nhiều lần",
    500: "Lỗi của Cổng",
}


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


def server_error(request) -> HttpResponse:
    """What nobody foresaw: a program that asked for JSON is answered in JSON (``handler500``)."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    detail = "Lỗi đã được ghi lại. Gọi lại sau ít phút; còn lỗi, xin báo cho đơn vị quản trị Cổng."
    response = problem_response(Problem(500, detail), instance=request.path)
    response["Access-Control-Allow-Origin"] = "*"
    return response

"""The first look at what is sent: it has to be text, and not too much of it.

PostgreSQL takes no NUL, and bytes that are no UTF-8 have no letters; no browser sends either of its own accord.
Refused here once, they meet no view, no form and no log. The project's ``handler400`` says so to whoever asked.
"""

import contextlib
import re
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import UnreadablePostError

# Beside one file of the largest size: further files, and what is typed. The proxy's limit is this one, too.
FORM_MB = 20
# Of a path Django writes such bytes as they are written in addresses.
BROKEN = re.compile("%[89A-F][0-9A-F]")
LOST = "\ufffd"  # what stands for bytes that could not be read


class IntakeMiddleware:
    """Refuses addresses and forms with NUL or with what is no UTF-8 (400), and bodies that are too large (413)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _length(request) > (settings.UPLOAD_MAX_MB + FORM_MB) * 1024 * 1024:
            raise RequestDataTooBig("The body is larger than any upload may be.")
        if BROKEN.search(request.path_info):
            raise BadRequest("No UTF-8 in the path.")
        _require_text(request.path_info.encode(), "path")
        _require_text(_unquoted(request.META.get("QUERY_STRING", "").encode("latin-1")), "query")
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        """The form, once it is known whose it is: a view that is ``csrf_exempt`` reads it in its own way."""
        if request.method == "POST" and not getattr(view_func, "csrf_exempt", False):
            with contextlib.suppress(UnreadablePostError):  # nobody is listening any more
                _require_form(request)


def _require_form(request) -> None:
    if request.content_type == "application/x-www-form-urlencoded":
        _require_text(_unquoted(request.body), "form")
    elif request.content_type == "multipart/form-data":
        is_kept = _length(request) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = request.body if is_kept else b""
        texts = [text for name, values in request.POST.lists() for text in (name, *values)]
        if any("\0" in text for text in texts):
            raise BadRequest("NUL in the form.")
        # Somebody may have typed it, or copied it from somewhere.
        if is_kept and LOST.encode() not in body and any(LOST in text for text in texts):
            raise BadRequest("No UTF-8 in the form.")


def _length(request) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # as Django reads it


def _unquoted(sent: bytes) -> bytes:
    return unquote_to_bytes(sent.replace(b"+", b" "))


def _require_text(sent: bytes, where: str) -> None:
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        raise BadRequest(f"No UTF-8 in the {where}.") from None
    if "\0" in text:
        raise BadRequest(f"NUL in the {where}.")

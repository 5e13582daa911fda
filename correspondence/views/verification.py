"""Anyone checks a paper: by the code printed on it, and by the file itself. No personal data is shown."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from correspondence import verification
from correspondence.models import DocumentCopy
from hoinghi.access import access, anyone

WRONG_CODE = (
    "Mã xác minh gồm 16 chữ và số, in cạnh mã QR ở cuối trang đầu của văn bản. "
    "Không có các ký tự 0, 1, O, I. Xem lại rồi nhập đủ mã."
)
UNKNOWN_CODE = (
    "Không có văn bản nào mang mã này. Xem lại từng ký tự trên văn bản; nếu mã đúng như đã in thì văn bản "
    "không do Cổng này ban hành."
)


class FileForm(forms.Form):
    """Only shows the field: what is sent never becomes a file (``verification.HashingUpload``)."""

    tep = forms.FileField(
        label="Tệp đã nhận",
        help_text="Tệp chỉ được đọc để so sánh, không được lưu lại.",
        widget=forms.FileInput,
        error_messages={"required": "Chọn tệp PDF đã nhận được rồi bấm Kiểm tra tệp."},
    )


def _unlisted(view):
    """Not for search engines, and never kept: what was true yesterday may be recalled today."""

    @never_cache
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


@access(anyone)
@require_safe
@_unlisted
def verify_form(request: HttpRequest) -> HttpResponse:
    """Type the code of a paper."""
    typed = request.GET.get("ma", "")
    if code := verification.typed_code(typed):
        return redirect("verify", code)
    return _ask(request, typed, WRONG_CODE if typed.strip() else "")


def _ask(request: HttpRequest, typed: str, error: str, status: int = 200) -> HttpResponse:
    # A code has 16 characters; whoever sends a page of text does not get it back.
    context = {"typed": typed[:60], "error": error}
    return render(request, "correspondence/verify_form.html", context, status=status)


@access(anyone)
@csrf_exempt  # the token is checked below, once the upload has nowhere to be kept
@require_http_methods(["GET", "HEAD", "POST"])
@_unlisted
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a paper, and whether a file is really it."""
    upload = verification.HashingUpload(request)
    request.upload_handlers = [upload]
    return _verify(request, code, upload)


@csrf_protect
def _verify(request: HttpRequest, code: str, upload: verification.HashingUpload) -> HttpResponse:
    copies = DocumentCopy.objects.select_related("document__issuer", "document__replaces", "organisation")
    copy = copies.filter(code=verification.typed_code(code)).first()
    if copy is None:
        return _ask(request, code, UNKNOWN_CODE, status=404)
    document = copy.document
    successor = verification.successor_of(document)
    context = {
        "copy": copy,
        "document": document,
        "code": verification.grouped(copy.code),
        "successor": successor,
        "successor_copy": verification.counterpart(copy, successor) if successor else None,
        "signed_copies": document.signed_copies.all(),
        "form": FileForm(),
    }
    if request.method == "POST":
        request.POST  # noqa: B018  # reads the upload
        if upload.sha256:
            context["checked"] = upload.name
            context["sha256"] = upload.sha256
            context["match"] = verification.match(copy, upload.sha256).value
        else:
            context["form"] = FileForm({})
    return render(request, "correspondence/verify.html", context)

"""One held letter: read it, put it right, go on to the next."""

import re

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from correspondence import drafts, labels, policies
from correspondence.handling import WrongState
from correspondence.models import Message
from correspondence.outbox import check_address
from correspondence.teams import CLOSED, is_open_to
from hoinghi.access import access, organises
from hoinghi.forms import CharField, EmailField
from hoinghi.middleware import not_allowed

CONFLICT = 409
_BLANK_LINES = re.compile(r"\n\s*\n")


class DraftForm(forms.Form):
    """The words and the address of one letter. What stands in it stands in the letter, braces included."""

    address = EmailField(label="Gửi tới", error_messages={"required": "Nhập địa chỉ người nhận."})
    subject = CharField(label="Tiêu đề", max_length=300, error_messages={"required": "Nhập tiêu đề của thư."})
    greeting = CharField(
        label="Lời chào", max_length=500, error_messages={"required": "Nhập lời chào ở đầu thư."}
    )
    body = CharField(
        label="Nội dung",
        max_length=20_000,
        widget=forms.Textarea({"rows": 12}),
        help_text="Các đoạn cách nhau một dòng trống.",
        error_messages={"required": "Nhập nội dung của thư."},
    )
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, message: Message, **options):
        super().__init__(*args, **options)
        self.message = message

    def clean_address(self):
        address, refusal = check_address(self.cleaned_data["address"])
        if refusal:
            raise forms.ValidationError(refusal)
        return address

    def clean(self):
        words = " ".join(str(self.cleaned_data.get(name)) for name in ("subject", "greeting", "body"))
        if "{link}" in words and not (self.message.link_id or self.message.link_path):
            self.add_error("body", "Thư này không có đường dẫn nên không dùng được {link}. Xóa chỗ đó.")

    @property
    def words(self) -> dict:
        """The arguments of ``drafts.edit``."""
        values = dict(self.cleaned_data)
        return values | {"paragraphs": _BLANK_LINES.split(values.pop("body"))}


@access(organises)
@require_http_methods(["GET", "POST"])
def edit_page(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message.objects.select_related("mailing"), pk=pk)
    if not is_open_to(request.user, message.topic):
        return not_allowed(request, CLOSED)
    if request.method == "GET":
        if not policies.can_edit_draft(request.user, message):
            return _too_late(request, message)
        return _page(request, message, DraftForm(initial=_shown(message), message=message))
    form = DraftForm(request.POST, message=message)
    if not policies.can_edit_draft(request.user, message):
        return _page(request, message, form, refusal=str(WrongState(message)))
    if not form.is_valid():
        return _page(request, message, form)
    try:
        saved = drafts.edit(message=message, actor=request.user, **form.words)
    except (WrongState, drafts.ChangedMeanwhile) as refusal:
        message.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = drafts.version_of(message)  # saved next over what this page shows
        return _page(request, message, form, refusal=str(refusal))
    messages.success(request, f"Đã lưu thư gửi {saved.address}.")
    following = drafts.together_with(saved).filter(pk__gt=saved.pk).first()
    return redirect("outbox-edit", pk=following.pk if following and "next" in request.POST else saved.pk)


def _shown(message: Message) -> dict:
    """A letter's words as the form shows them."""
    return {
        "address": message.address,
        "subject": message.subject,
        "greeting": message.parts.get("greeting", ""),
        "body": "\n\n".join(message.parts.get("paragraphs", [])),
        "version": drafts.version_of(message),
    }


def _page(request: HttpRequest, message: Message, form: DraftForm, *, refusal: str = "") -> HttpResponse:
    held = drafts.together_with(message)
    numbers = list(held.values_list("pk", flat=True))
    context = {
        "message": message,
        "form": form,
        "kind_label": labels.kind_label(message.kind),
        "topic_title": labels.topic_titles([message.topic])[message.topic],
        "can_edit": policies.can_edit_draft(request.user, message),
        "now_stored": _shown(message) if refusal and message.parts else None,
        "refusal": refusal,
        "held": len(numbers),
        "position": sum(number <= message.pk for number in numbers),
        "previous": max((number for number in numbers if number < message.pk), default=None),
        "following": min((number for number in numbers if number > message.pk), default=None),
    }
    return render(request, "correspondence/outbox_edit.html", context, status=CONFLICT if refusal else 200)


def _too_late(request: HttpRequest, message: Message) -> HttpResponse:
    context = {
        "title": "Không sửa được thư này",
        "message": f"{WrongState(message)} Chỉ sửa được thư nháp còn đang giữ lại.",
        "next_url": message.get_absolute_url(),
        "next_label": "Xem thư",
    }
    return render(request, "409.html", context, status=CONFLICT)

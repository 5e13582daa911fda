"""The words of letters at the staff's desk: read, write anew with a preview on real data, take back."""

import hashlib
from dataclasses import asdict

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_http_methods, require_safe

from correspondence import policies, texts
from correspondence.letters import Letter, render_letter
from correspondence.models import TextOverride
from correspondence.texts import Text, Wording
from correspondence.views.outbox import LETTER_CSP
from hoinghi.access import access, organises
from hoinghi.forms import CharField

# A personal link in a preview would be somebody's; a made-up one could be mistaken for a real one.
SHOWN_LINK = "/•••"
# How long the frame of a preview finds what was typed.
PREVIEW_SECONDS = 600
CONFLICT = 409


class WordingForm(forms.Form):
    """The words of one letter, checked against the placeholders that it has."""

    subject = CharField(label="Tiêu đề", max_length=300, error_messages={"required": "Nhập tiêu đề của thư."})
    greeting = CharField(
        label="Lời chào", max_length=300, error_messages={"required": "Nhập lời chào ở đầu thư."}
    )
    body = CharField(
        label="Nội dung",
        max_length=10_000,
        widget=forms.Textarea({"rows": 14}),
        help_text="Các đoạn cách nhau một dòng trống. Đoạn chỉ có chỗ điền chưa có dữ liệu thì không in.",
        error_messages={"required": "Nhập nội dung của thư."},
    )
    link_label = CharField(
        label="Chữ trên nút",
        max_length=80,
        required=False,
        help_text="Bỏ trống thì dùng chữ của mẫu gốc.",
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, text: Text, **options):
        super().__init__(*args, **options)
        self.text = text

    def clean(self):
        values = {name: self.cleaned_data.get(name, "") for name in asdict(self.text.wording)}
        self.wording = Wording(**values)
        found = texts.check(self.text.code, **values)
        for field in found.keys() - self.errors.keys():
            self.add_error(field, found[field])


def _text_or_404(code: str) -> Text:
    try:
        return texts.text_of(code)
    except KeyError:
        raise Http404("No such text") from None


@access(policies.can_see_texts)
@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    overrides = {each.code: each for each in TextOverride.objects.select_related("updated_by")}
    rows = [(text, overrides.get(text.code)) for text in texts.registered()]
    return render(request, "correspondence/texts.html", {"rows": rows, "updated_at": timezone.now()})


@access(policies.can_see_texts)
@require_http_methods(["GET", "POST"])
def text_page(request: HttpRequest, code: str) -> HttpResponse:
    """Write the words of one letter anew. Looking at them first stores nothing and loses nothing."""
    text = _text_or_404(code)
    override = TextOverride.objects.filter(code=code).select_related("updated_by").first()
    wording = texts.wording_of(override) if override else text.wording
    if request.method == "GET":
        form = WordingForm(initial=asdict(wording) | {"version": texts.version_of(override)}, text=text)
        return _page(request, text, override, form, wording if texts.fits(text, wording) else None)
    form = WordingForm(request.POST, text=text)
    if not form.is_valid():
        return _page(request, text, override, form, None)
    if request.POST.get("do") == "preview":
        return _page(request, text, override, form, form.wording)
    try:
        texts.save_wording(
            code=code, wording=form.wording, version=form.cleaned_data["version"], actor=request.user
        )
    except texts.ChangedMeanwhile as refusal:
        form.data = form.data.copy()
        form.data["version"] = texts.version_of(override)  # saved next over what this page shows
        return _page(request, text, override, form, form.wording, refusal=str(refusal))
    messages.success(request, f"Đã lưu mẫu “{text.name}”. Các thư viết từ lúc này dùng câu chữ mới.")
    return redirect("letter-text", code=code)


def _page(
    request: HttpRequest,
    text: Text,
    override: TextOverride | None,
    form: WordingForm,
    shown: Wording | None,
    *,
    refusal: str = "",
) -> HttpResponse:
    """The form with a preview of ``shown``."""
    sample = text.sample(text.code) if text.sample else None
    values = sample[0] if sample else {}
    letter = _render(text, shown, sample) if shown and sample else None
    context = {
        "text": text,
        "override": override,
        "fits": override is None or texts.fits(text, texts.wording_of(override)),
        "form": form,
        "placeholders": [
            (f"{{{name}}}", meaning, values.get(name, ""), name in text.required)
            for name, meaning in text.placeholders.items()
        ],
        "letter": letter,
        "letter_text": letter.text.replace("{link}", settings.PUBLIC_URL + SHOWN_LINK) if letter else "",
        "preview": _keep(letter) if letter else "",
        "has_sample": sample is not None,
        "is_typed": form.is_bound,
        "refusal": refusal,
        "updated_at": override.updated_at if override else None,
    }
    return render(request, "correspondence/text.html", context, status=CONFLICT if refusal else 200)


def _render(text: Text, wording: Wording, sample: tuple) -> Letter:
    values, frame = sample
    return render_letter("letter", frame | asdict(texts.fill(text, wording, values)))


def _keep(letter: Letter) -> str:
    """Keep the HTML for the frame, under a name that only this page knows; answers the name."""
    html = letter.html.replace("{link}", escape(settings.PUBLIC_URL + SHOWN_LINK))
    name = hashlib.sha256(html.encode()).hexdigest()
    cache.set(f"correspondence.preview:{name}", html, PREVIEW_SECONDS)
    return name


@access(policies.can_see_texts)
@require_safe
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """What a preview's frame shows."""
    is_one = len(name) == hashlib.sha256().digest_size * 2  # the cache complains of longer ones
    html = cache.get(f"correspondence.preview:{name}") if is_one else None
    if html is None:
        raise Http404("The preview is gone")
    headers = {
        "Content-Security-Policy": LETTER_CSP,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(html, headers=headers)


@access(organises)
@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Ask (GET), then go back to the file's words (POST)."""
    text = _text_or_404(code)
    override = TextOverride.objects.filter(code=code).select_related("updated_by").first()
    refusal = ""
    if request.method == "POST" and override is not None:
        try:
            texts.restore_default(code=code, version=request.POST.get("version", ""), actor=request.user)
        except texts.ChangedMeanwhile as changed:
            refusal = str(changed)
        else:
            messages.success(request, f"Mẫu “{text.name}” dùng lại câu chữ gốc.")
    if override is None or (request.method == "POST" and not refusal):
        return redirect("letter-text", code=code)
    context = {
        "text": text,
        "override": override,
        "version": texts.version_of(override),
        "refusal": refusal,
    }
    return render(request, "correspondence/text_restore.html", context, status=CONFLICT if refusal else 200)

"""A new conference from an earlier one or a template: first the page that says what is taken and what is not."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from conferences import copying
from conferences.models import ConferenceTemplate
from conferences.services.templates import remove_template, rename_template, save_template
from conferences.views.draft_desk import get_conference_or_404
from hoinghi.access import access, organises, staff
from hoinghi.forms import CharField


class TemplateForm(forms.Form):
    name = CharField(
        label="Tên mẫu", max_length=150, help_text="Ví dụ: Hội nghị trực tuyến toàn quốc, ½ ngày"
    )
    note = CharField(
        label="Dùng khi nào (không bắt buộc)",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SaveForm(TemplateForm):
    replace = forms.BooleanField(label="Ghi đè mẫu cùng tên", required=False)


@access(organises)
@require_http_methods(["GET", "POST"])
def copy(request, slug: str):
    """What a new conference may take from this one; keep it as a template."""
    conference = get_conference_or_404(request.user, slug)
    kept = copying.kept_of(conference)
    context = {"conference": conference}
    if request.method == "GET":
        return _page(request, kept, context | {"form": SaveForm()})
    verb, form = _verb(request, "create", "save"), SaveForm(request.POST)
    if verb == "create":
        return _to_the_form(request, "from", conference.pk)
    if form.is_valid():
        try:
            found = save_template(
                source=conference, parts=_chosen(request), actor=request.user, **form.cleaned_data
            )
        except ValidationError as refused:
            _show(form, refused)
        else:
            messages.success(request, f"Đã lưu mẫu “{found}”.")
            return redirect("template", pk=found.pk)
    return _page(request, kept, context | {"form": form})


@access(organises)
@require_http_methods(["GET", "POST"])
def template(request, pk: int):
    """A template: start a conference from it, rename it, remove it."""
    found = get_object_or_404(ConferenceTemplate.objects.select_related("created_by"), pk=pk)
    context = {"template": found}
    if request.method == "GET":
        form = TemplateForm(initial={"name": found.name, "note": found.note})
        return _page(request, found.content, context | {"form": form})
    verb, form = _verb(request, "create", "rename", "remove"), TemplateForm(request.POST)
    if verb == "create":
        return _to_the_form(request, "template", pk)
    if verb == "remove":
        remove_template(template=found, actor=request.user)
        messages.success(request, f"Đã xóa mẫu “{found.name}”. Các hội nghị đã tạo từ mẫu không đổi.")
        return redirect("templates")
    if form.is_valid():
        try:
            rename_template(template=found, actor=request.user, **form.cleaned_data)
        except ValidationError as refused:
            _show(form, refused)
        else:
            messages.success(request, "Đã lưu tên và ghi chú của mẫu.")
            return redirect("template", pk=pk)
    return _page(request, found.content, context | {"form": form})


@access(staff)
@require_safe
def templates(request):
    """Every template."""
    labels = {part.code: part.label for part in copying.PARTS}
    found = [
        (each, [labels[code] for code in each.content["parts"] if code in labels])
        for each in ConferenceTemplate.objects.select_related("created_by").defer("note")
    ]
    return render(request, "conferences/templates.html", {"templates": found})


def _verb(request, *known: str) -> str:
    if (verb := request.POST.get("do", "")) not in known:
        raise Http404("No such button")
    return verb


def _chosen(request) -> list[str]:
    return request.POST.getlist("part")


def _to_the_form(request, name: str, pk: int):
    """The form of a new conference, filled in; nothing is saved on the way."""
    query = urlencode({name: pk, "chosen": "1", "part": _chosen(request)}, doseq=True)
    return redirect(f"{reverse('admin:conferences_conference_add')}?{query}")


def _page(request, kept: copying.Kept, context: dict):
    context |= {
        "offers": copying.offers_of(kept),
        "chosen": _chosen(request) if request.method == "POST" else kept["parts"],
        "never_taken": copying.NEVER_TAKEN,
        "add_url": reverse("admin:conferences_conference_add"),
    }
    return render(request, "conferences/copy.html", context)


def _show(form: forms.Form, refused: ValidationError) -> None:
    for name, said in refused.message_dict.items():
        form.add_error(name if name in form.fields else None, said)

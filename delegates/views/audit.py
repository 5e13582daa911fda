"""The audit trail of one conference, one delegate, one account: filtered, page by page, as a file."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from delegates import audit_trail
from delegates.models import Delegate
from delegates.views.handing_over import file_answer
from delegates.views.staff import get_conference_or_404
from directory.audit import name_of
from directory.models import User
from hoinghi.access import access, fresh_login, staff, takes_data
from hoinghi.files import clean_name
from hoinghi.forms import DateField
from hoinghi.sheets import CONTENT_TYPE

PER_PAGE = 100


class TrailFilter(forms.Form):
    """What the address asks for; what it cannot mean filters nothing."""

    viec = forms.ChoiceField(label="Việc", required=False)
    ai = forms.CharField(label="Người thực hiện", required=False, max_length=200)
    tu = DateField(label="Từ ngày", required=False)
    den = DateField(label="Đến ngày", required=False)

    def __init__(self, data, actions: list[tuple[str, str]]):
        super().__init__(data, auto_id="loc-%s", label_suffix="")
        self.fields["viec"].choices = [("", "Tất cả"), *actions]

    def wanted(self) -> audit_trail.Wanted:
        self.full_clean()
        values = self.cleaned_data
        return audit_trail.Wanted(
            action=values.get("viec", ""),
            actor=values.get("ai", ""),
            since=values.get("tu"),
            until=values.get("den"),
        )


@access(staff)
@require_safe
def of_conference(request, slug: str):
    """What was done to a conference and to everything that hangs on it."""
    conference = get_conference_or_404(request.user, slug)
    page = {
        "conference": conference,
        "title": "Nhật ký của hội nghị",
        "file": reverse("audit-file", args=[slug]),
    }
    return _page(request, audit_trail.of_conference(conference), page)


@access(takes_data)
@require_safe
@fresh_login
def file_of_conference(request, slug: str):
    conference = get_conference_or_404(request.user, slug)
    return _file(request, audit_trail.of_conference(conference), conference, conference.title[:90])


@access(staff)
@require_safe
def of_delegate(request, pk: int):
    """What was done to the data of one delegate."""
    delegate = _delegate_or_404(pk)
    page = {
        "conference": delegate.seat.nomination.conference,
        "title": f"Nhật ký về {delegate.full_name}",
        "file": reverse("audit-delegate-file", args=[pk]),
    }
    return _page(request, audit_trail.of_delegate(delegate), page)


@access(takes_data)
@require_safe
@fresh_login
def file_of_delegate(request, pk: int):
    delegate = _delegate_or_404(pk)
    return _file(request, audit_trail.of_delegate(delegate), delegate, f"đại biểu số {pk}")


@access(staff)
@require_safe
def of_account(request, pk: int):
    """What somebody with an account did, and what was done to the account."""
    user = get_object_or_404(User, pk=pk)
    page = {"title": f"Nhật ký của {user.full_name}", "file": reverse("audit-account-file", args=[pk])}
    return _page(request, audit_trail.of_account(user), page)


@access(takes_data)
@require_safe
@fresh_login
def file_of_account(request, pk: int):
    user = get_object_or_404(User, pk=pk)
    return _file(request, audit_trail.of_account(user), user, user.full_name)


def _delegate_or_404(pk: int) -> Delegate:
    return get_object_or_404(Delegate.objects.select_related("seat__nomination__conference__kind"), pk=pk)


def _page(request, entries, page: dict):
    form = TrailFilter(request.GET, audit_trail.actions_in(entries))
    wanted = form.wanted()
    found = Paginator(audit_trail.filtered(entries, wanted), PER_PAGE).get_page(request.GET.get("trang"))
    names = audit_trail.names_of(found)
    context = page | {
        "form": form,
        "is_filtered": wanted != audit_trail.Wanted(),
        "page": found,
        "rows": [
            (
                entry,
                name_of(entry.action),
                audit_trail.called(entry, names),
                audit_trail.lines_of_changes(entry),
            )
            for entry in found
        ],
        "at": timezone.now(),
    }
    return render(request, "delegates/audit.html", context)


def _file(request, entries, target, name: str):
    wanted = TrailFilter(request.GET, audit_trail.actions_in(entries)).wanted()
    content = audit_trail.workbook(audit_trail.filtered(entries, wanted), target=target, actor=request.user)
    return file_answer(content, clean_name(f"Nhật ký – {name}.xlsx"), CONTENT_TYPE)

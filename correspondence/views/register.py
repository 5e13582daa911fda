"""The outgoing register as a list and as a spreadsheet."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from correspondence.models import OfficialDocument
from correspondence.register import HEADERS, Choice, gaps, lines, row_of, workbook
from directory.models import Organisation
from hoinghi import sheets
from hoinghi.access import access, staff, takes_data
from hoinghi.files import content_disposition

PER_PAGE = 50


class RegisterFilter(forms.Form):
    """What the address asks for; what it cannot mean is left out."""

    issuer = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    register = forms.ChoiceField(required=False)
    year = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    q = forms.CharField(required=False, max_length=200)

    def __init__(self, data):
        super().__init__(data)
        issued = OfficialDocument.objects.exclude(state=OfficialDocument.State.DRAFT).order_by()
        issuers = Organisation.objects.filter(pk__in=issued.values("issuer")).values_list("pk", "name")
        years = sorted(set(issued.values_list("issued_on__year", flat=True)), reverse=True)
        self.fields["issuer"].choices = [("", "Tất cả"), *issuers]
        self.fields["register"].choices = [("", "Tất cả"), *OfficialDocument.Kind.choices]
        self.fields["year"].choices = [("", "Tất cả"), *((year, str(year)) for year in years)]

    @property
    def choice(self) -> Choice:
        self.is_valid()
        values = self.cleaned_data
        return Choice(
            issuer=values.get("issuer"),
            register=values.get("register", ""),
            year=values.get("year"),
            words=values.get("q", ""),
        )


@access(staff)
@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    form = RegisterFilter(request.GET)
    choice = form.choice
    page = Paginator(lines(request.user, choice), PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "form": form,
        "is_filtered": choice != Choice(),
        "page": page,
        "rows": [(document, row_of(document)) for document in page],
        "headers": HEADERS,
        "gaps": gaps(request.user, choice),
        "updated_at": timezone.now(),
    }
    return render(request, "correspondence/register.html", context)


@access(takes_data)
@require_safe
def register_file(request: HttpRequest) -> HttpResponse:
    """The same lines, all pages, as XLSX."""
    choice = RegisterFilter(request.GET).choice
    response = HttpResponse(workbook(request.user, choice), content_type=sheets.CONTENT_TYPE)
    name = f"Sổ văn bản đi {choice.year or ''}".strip()
    response["Content-Disposition"] = content_disposition(f"{name}.xlsx")
    response["Cache-Control"] = "private, no-store"
    return response

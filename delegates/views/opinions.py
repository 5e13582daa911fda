"""A delegate's opinion on a draft, by the personal link."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conferences.services.opinions import Author, sheet_of_holder
from conferences.views.opinions import Desk, answer
from delegates import opinions
from delegates.answers import BY_LINK
from delegates.models import Delegate
from delegates.views.delegate import by_link


@require_http_methods(["GET", "POST"])
@by_link
def opinion(request, delegate: Delegate, token: str, pk: int):
    """Read the draft; where it allows delegates to speak, say something on it."""
    draft = next((draft for draft in opinions.drafts_for(delegate) if draft.pk == pk), None)
    if draft is None:
        raise Http404("No such draft")
    sheet = opinions.sheet_for(delegate, draft)
    if request.method == "POST" and sheet.pk is None and draft.delegates_may:
        sheet = sheet_of_holder(draft=draft, holder=sheet.holder, name=sheet.organisation_name)
        sheet.draft = draft
    desk = Desk(
        sheet,
        Author(delegate, BY_LINK),
        reverse("delegate-opinion", args=[token, pk]),
        back=reverse("delegate-page", args=[token]),
    )
    return answer(request, desk)

"""What makes the entry of a list quick: searched pickers, and a workbook to fill in."""

from django.http import Http404, JsonResponse
from django.views.decorators.http import require_GET

from delegates.entry import template as workbook
from delegates.entry.picking import Picker
from delegates.pickers import choices
from delegates.rows import nominated_groups
from delegates.views.focal import get_nomination_or_404
from delegates.views.handing_over import file_answer
from hoinghi.access import access, signed_in
from hoinghi.sheets import CONTENT_TYPE

MAX_TYPED = 250


@access(signed_in)
@require_GET
def organisations(request, pk: int, group: str):
    """The organisations in the picker of a group (its code) that fit what is typed, as JSON; a few at a time."""
    found = get_nomination_or_404(request.user, pk)
    asked = next((each for each in nominated_groups(found) if each.code == group), None)
    if asked is None:
        raise Http404
    matching = Picker(choices(asked, found)).search(request.GET.get("q", "")[:MAX_TYPED])
    answer = JsonResponse({"names": [choice.name for choice in matching]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@access(signed_in)
@require_GET
def template(request, pk: int):
    """The workbook for this very list, with the people of its draft."""
    found = get_nomination_or_404(request.user, pk)
    content = workbook.write(found, nominated_groups(found))
    return file_answer(content, workbook.file_name(found), CONTENT_TYPE)

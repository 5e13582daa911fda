"""What a conference's page shows besides the invitation: drafts under discussion, and what was concluded."""

from dataclasses import dataclass

from django.db.models import Q

from conferences.citing import fill_known
from conferences.facts import facts_of
from conferences.models import Conclusion, ConclusionItem, Conference, DraftDocument
from conferences.opinion_policies import can_read_draft, can_see_result
from conferences.policies import is_organiser


@dataclass(frozen=True)
class ShownItem:
    """An item of a conclusion as the page prints it."""

    text: str
    item: ConclusionItem


@dataclass(frozen=True)
class ShownDraft:
    draft: DraftDocument
    has_result: bool


def shown_with(viewer, conference: Conference) -> dict:
    """Context of the page: ``conclusion``, its items by kind, and the drafts that the viewer may read."""
    conclusion = _conclusion(viewer, conference)
    return {
        "conclusion": conclusion,
        "concluded": _by_kind(conclusion) if conclusion else [],
        "conclusion_texts": _texts(conclusion) if conclusion else {},
        "drafts": _drafts(viewer, conference),
    }


def _conclusion(viewer, conference: Conference) -> Conclusion | None:
    # Publishing a conclusion concludes the conference: nobody else need ask for one.
    if conference.state != Conference.State.CONCLUDED and not is_organiser(viewer):
        return None
    found = Conclusion.objects.visible_to(viewer).filter(conference=conference).first()
    if found is not None:
        found.conference = conference
    return found


def _texts(conclusion: Conclusion) -> dict[str, str]:
    facts = facts_of(conclusion.conference).citable
    return {
        "opening": fill_known(conclusion.opening, facts),
        "closing": fill_known(conclusion.closing, facts),
    }


def _by_kind(conclusion: Conclusion) -> list[tuple[str, list[ShownItem]]]:
    """(heading, items), in the order of the kinds; a kind without items is left out."""
    facts = facts_of(conclusion.conference).citable
    items = list(conclusion.items.all())
    return [
        (kind.label, [ShownItem(fill_known(item.text, facts), item) for item in items if item.kind == kind])
        for kind in ConclusionItem.Kind
        if any(item.kind == kind for item in items)
    ]


def _drafts(viewer, conference: Conference) -> list[ShownDraft]:
    mine = Q(conference=conference)
    if conference.series_id:
        mine |= Q(for_series=True, conference__series=conference.series_id)
    found = DraftDocument.objects.filter(mine).exclude(state=DraftDocument.State.PREPARING)
    return [
        ShownDraft(draft, draft.state == DraftDocument.State.ANSWERED and can_see_result(viewer, draft))
        for draft in found.select_related("conference")
        if can_read_draft(viewer, draft) or can_see_result(viewer, draft)
    ]

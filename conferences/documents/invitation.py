"""The Giấy mời of a conference: what it says (Mẫu 1.7), its draft, and the one that is in force."""

from conferences.citing import Mentions
from conferences.documents.drafting import documents_of, explained, fresh_facts, keep_draft, on_paper
from conferences.frames import write
from conferences.models import Conference
from conferences.notice import appendix_title, build_notes
from correspondence.models import Letterhead, OfficialDocument
from directory.models import User
from hoinghi.text import capfirst

KIND = OfficialDocument.Kind.INVITATION


def invitation_content(conference: Conference, *, with_notes: bool = False) -> dict:
    """What the Giấy mời prints besides head, number, recipient and signer.

    Labels are those of the form (NĐ 30/2020/NĐ-CP, Phụ lục III, Mẫu 1.7); what follows the places comes from
    the conference's frame.

    Arguments:
        with_notes: whether the conference's notes follow in an appendix.

    Raises:
        UnknownPlaceholder: the frame cites a fact that the conference does not have.
    """
    facts = fresh_facts(conference, appendix="")
    appendix = {}
    if with_notes and (notes := build_notes(conference, facts)):
        facts["appendix"] = "Phụ lục"
        appendix = {
            "title": appendix_title(conference, facts),
            "paragraphs": on_paper(notes, conference, facts),
        }
    lines = [
        {"label": "Chủ trì", "text": f"{capfirst(facts['chair'])}."},
        {"label": "Thời gian", "text": f"{capfirst(facts['time'])}."},
    ]
    if places := [f"{place.printed_label}: {place.printed}." for place in conference.places.all()]:
        lines.append({"label": "Địa điểm", "items": places})
    written = [write(paragraph, facts) for paragraph in conference.frame.invitation]
    *paragraphs, closing = [paragraph for paragraph in written if paragraph] or [""]
    content = {
        "organiser": facts["organiser"],
        "event": f"{Mentions(conference.abbreviations.all()).introduce(facts['name'])}.",
        "lines": lines,
        "paragraphs": paragraphs,
        "closing": closing,
    }
    return content | ({"appendix": appendix} if appendix else {})


def draft_invitation(
    *,
    conference: Conference,
    actor: User | str,
    letterhead: Letterhead | None = None,
    with_notes: bool = False,
) -> OfficialDocument:
    """Write a draft of the Giấy mời with the facts of this moment.

    Arguments:
        letterhead: under which it goes out; the conference's own by default.
        with_notes: whether the conference's notes follow in an appendix.

    Raises:
        ValidationError: no letterhead, or a value that the form or the frame needs is missing.
    """

    def content():
        return invitation_content(conference, with_notes=with_notes)

    return keep_draft(
        conference=conference,
        kind=KIND,
        subject=conference.title,
        content=explained(conference.frame, content),
        letterhead=letterhead,
        actor=actor,
    )


def issued_invitation(conference: Conference) -> OfficialDocument | None:
    """The Giấy mời in force: the last one issued and neither replaced nor recalled."""
    return (
        documents_of(conference)
        .filter(kind=KIND, state=OfficialDocument.State.ISSUED)
        .order_by("-issued_on", "-id")
        .first()
    )


def invitation_version(conference: Conference) -> int:
    """Which Giấy mời the letters of invitation carry: 1 for the first, also before it is issued; 2 for the one
    that came after it was replaced or recalled, and so on."""
    states = list(
        documents_of(conference)
        .filter(kind=KIND)
        .exclude(state=OfficialDocument.State.DRAFT)
        .values_list("state", flat=True)
    )
    in_force = states.count(OfficialDocument.State.ISSUED)
    return max(len(states) - in_force + bool(in_force), 1)

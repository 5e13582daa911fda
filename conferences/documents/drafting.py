"""What the drafts of all kinds share: the letterhead, the frame, the words on paper, the draft that waits."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from conferences.citing import ANCHORS, UnknownPlaceholder
from conferences.facts import Facts, facts_of
from conferences.frames import write
from conferences.models import Conference, ConferenceDocument, DocumentFrame
from conferences.notice import Block, Run, build, build_notice, walk
from correspondence.documents import draft
from correspondence.models import Letterhead, OfficialDocument
from correspondence.printing import clean
from directory.models import User

# A link's words and what stands for them on paper: "tải về tại đây" → "tải về tại địa chỉ https://…".
HERE = " đây"


def letterheads_for(conference: Conference, on: dt.date) -> list[Letterhead]:
    """The letterheads valid ``on`` under which a document of the conference may go out, its own one first."""
    ours = Q(organisation__in=[conference.organiser_id, conference.issuing_unit_id])
    found = list(Letterhead.objects.as_of(on).filter(ours).order_by("id"))
    if (usual := letterhead_of(conference, on)) is not None:
        found = [usual, *(each for each in found if each != usual)]
    return found


def letterhead_of(conference: Conference, on: dt.date) -> Letterhead | None:
    """The letterhead chosen for the conference, else the issuing unit's own that is valid ``on``."""
    own = Letterhead.objects.as_of(on).filter(organisation=conference.issuing_unit)
    return conference.letterhead or own.order_by("id").first()


def frames_of(kind: str) -> list[DocumentFrame]:
    """The frames of a kind, the usual one first."""
    return list(DocumentFrame.objects.filter(kind=kind))


def frame_for(kind: str, frame: DocumentFrame | None) -> DocumentFrame:
    """The frame that was asked for, or the kind's usual one.

    Raises:
        ValidationError: there is none.
    """
    frame = frame or DocumentFrame.objects.filter(kind=kind).first()
    if frame is None:
        label = OfficialDocument.Kind(kind).label
        raise ValidationError(
            f"Chưa có khung văn bản nào cho loại “{label}”. Thêm khung trong phần quản trị, rồi soạn lại."
        )
    return frame


def subject_of(frame: DocumentFrame, facts: Facts) -> str:
    """The trích yếu that the frame gives; without the conference's facts in it there is no document."""
    return write(frame.subject, facts) or ""


def body_of(frame: DocumentFrame, conference: Conference, facts: Facts) -> list[str]:
    """The frame's blocks as the paragraphs of an official document.

    Raises:
        UnknownPlaceholder: the frame cites a fact that there is not.
    """
    notice = build(frame.blocks, conference, facts) if frame.blocks else build_notice(conference, facts)
    return on_paper(notice.blocks, conference, facts)


def on_paper(blocks: Iterable[Block], conference: Conference, facts: Facts) -> list[str]:
    """Blocks as paragraphs: nobody clicks on paper, who signs stands below, and what closes comes last."""
    page = settings.PUBLIC_URL + conference.get_absolute_url()

    def printed(run: Run) -> Run:
        if not run.href:
            return run
        address = page + run.href if run.href in ANCHORS.values() else run.href
        address = address.removesuffix("#")
        if run.text.endswith(HERE):
            return Run(f"{run.text.removesuffix(HERE)} địa chỉ {address}")
        return Run(f"{run.text} ({address})")

    def lines(some: Iterable[Block]) -> list[str]:
        return [
            replace(block, runs=tuple(map(printed, block.runs)), tail=tuple(map(printed, block.tail))).text
            for block in walk(some)
        ]

    printed_here = [block for block in blocks if block.kind != "signature"]
    closing = [block for block in printed_here if block.is_closing]
    return lines(block for block in printed_here if block not in closing) + lines(closing)


def explained(frame: object, write_content, *arguments):
    """Call ``write_content`` and say which frame cites what there is not.

    Raises:
        ValidationError: names frame and placeholder.
    """
    try:
        return write_content(*arguments)
    except UnknownPlaceholder as unknown:
        raise ValidationError(f"Khung “{frame}”: {unknown}") from unknown


@transaction.atomic
def keep_draft(
    *,
    conference: Conference,
    kind: str,
    subject: str,
    content: dict,
    letterhead: Letterhead | None,
    actor: User | str,
) -> OfficialDocument:
    """Write the draft and tie it to the conference; one that already waits and says the same is answered.

    Arguments:
        letterhead: the one that was chosen; None for the conference's own.

    Raises:
        ValidationError: no letterhead, or a value is missing or cannot be printed.
    """
    # Two people who press at once would draft two.
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    letterhead = letterhead or letterhead_of(conference, timezone.localdate())
    if letterhead is None:
        raise ValidationError(
            f"Chưa có mẫu đầu văn bản của {conference.issuing_unit_name}. "
            "Thêm một mẫu, hoặc chọn mẫu ở trang của hội nghị."
        )
    waiting = drafts_of(conference, kind).filter(letterhead=letterhead, subject=subject)
    content = clean(content)
    for document in waiting:
        if {key: value for key, value in document.content.items() if key != "address_line"} == content:
            return document
    document = draft(kind=kind, letterhead=letterhead, subject=subject, content=content, actor=actor)
    ConferenceDocument.objects.create(conference=conference, document=document)
    return document


def documents_of(conference: Conference):
    """The official documents of a conference."""
    return OfficialDocument.objects.filter(pk__in=conference.official_documents.values("document"))


def drafts_of(conference: Conference, *kinds: str):
    return documents_of(conference).filter(kind__in=kinds, state=OfficialDocument.State.DRAFT)


def fresh_facts(conference: Conference, **extra: str) -> Facts:
    """The conference's facts, and those that only this document may cite."""
    facts = facts_of(conference)
    facts.update(extra)
    return facts

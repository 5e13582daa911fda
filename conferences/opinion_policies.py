"""Who may read drafts, give opinions on them and see what became of those, in which state."""

import datetime as dt

from conferences.audiences import is_invited
from conferences.models import Conference, DraftDocument, OpinionSheet
from conferences.policies import acts_for, can_see_conference, is_organiser
from directory.models import User
from hoinghi.text import format_moment

State = DraftDocument.State
PUBLIC = DraftDocument.Readers.PUBLIC


def can_read_draft(viewer: object, draft: DraftDocument) -> bool:
    """May the viewer read the issued text? One that is still being prepared is the staff's own.

    Arguments:
        viewer: an account, anonymous or not, or the holder of a personal link for whom an upper app answers.
    """
    return is_organiser(viewer) or (
        draft.state != State.PREPARING and _is_reader(viewer, draft, draft.readers)
    )


def can_see_result(viewer: object, draft: DraftDocument) -> bool:
    """May the viewer see the published table of opinions and answers?"""
    return is_organiser(viewer) or (
        draft.state == State.ANSWERED and _is_reader(viewer, draft, draft.result_readers)
    )


def _is_reader(viewer: object, draft: DraftDocument, readers: str) -> bool:
    if not can_see_conference(viewer, draft.conference):
        return False
    if readers == PUBLIC:
        return True
    if isinstance(viewer, User) and draft.sheets.held_by(viewer).exists():
        return True
    return any(is_invited(viewer, conference) for conference in conferences_of(draft))


def conferences_of(draft: DraftDocument) -> list[Conference]:
    """The conferences that discuss the draft: its own, or all of its series."""
    series = draft.conference.series_id
    if not draft.for_series or series is None:
        return [draft.conference]
    return list(Conference.objects.filter(series=series))


# ── opinions ────────────────────────────────────────────────────────────────────────────────────────


def opinion_obstacle(draft: DraftDocument, at: dt.datetime) -> str:
    """Why nobody can give an opinion on the draft at ``at``, for the person to read; "" when one can."""
    if message := state_obstacle(draft):
        return message
    if draft.deadline is not None and at >= draft.deadline:
        return f"Đã hết hạn góp ý lúc {format_moment(draft.deadline)} (giờ Hà Nội)."
    return ""


def state_obstacle(draft: DraftDocument) -> str:
    """The same but for the deadline, which does not bind staff who enter a letter that came late."""
    if draft.state == State.PREPARING:
        return "Dự thảo chưa được gửi lấy ý kiến."
    if draft.state == State.ANSWERED:
        return "Kết quả tiếp thu, giải trình đã được công bố, không nhận thêm ý kiến."
    return ""


def writing_obstacle(user: object, sheet: OpinionSheet, at: dt.datetime) -> str:
    """Why the sheet's author, or staff on behalf of an organisation, cannot write into it; "" when possible."""
    on_behalf = is_organiser(user) and not acts_for(user, sheet, at)
    return state_obstacle(sheet.draft) if on_behalf else opinion_obstacle(sheet.draft, at)


def holder_obstacle(viewer: object, draft: DraftDocument, at: dt.datetime) -> str:
    """Why somebody who is invited by a personal link cannot give an opinion on the draft; "" when possible."""
    if not draft.delegates_may:
        return "Dự thảo này chỉ lấy ý kiến của cơ quan, không nhận ý kiến bằng đường dẫn riêng."
    return opinion_obstacle(draft, at)

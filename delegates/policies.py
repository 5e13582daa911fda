"""Who may do what with lists and delegates, in which state. Views, admin, templates and tests ask here."""

import datetime as dt

from conferences.models import Conference
from delegates.models import Delegate, Nomination
from directory.models import Mandate, User
from hoinghi.text import format_moment

# States in which the focal organisation still holds the pen.
EDITABLE = {
    Nomination.State.OPEN,
    Nomination.State.DRAFT,
    Nomination.State.RETURNED,
    Nomination.State.SUBMITTED,
    Nomination.State.DECLINED,
}


def acts_for(user, nomination: Nomination, at: dt.datetime) -> bool:
    """The user is a focal point of the list's organisation today."""
    return (
        user.is_authenticated
        and user.is_active
        and user.organisations(Mandate.Role.FOCAL_POINT, at.date())
        .filter(pk=nomination.organisation_id)
        .exists()
    )


def obstacle(nomination: Nomination, at: dt.datetime) -> str:
    """Why the list can't be changed at ``at``, for the person to read; "" when it can."""
    conference = nomination.conference
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, chưa nhận danh sách."
    if nomination.state == Nomination.State.ACCEPTED:
        return "Danh sách đã được tiếp nhận. Cần thay đổi, xin liên hệ đơn vị tổ chức để được trả lại."
    if nomination.state not in EDITABLE:
        return f"Danh sách đang ở trạng thái “{nomination.get_state_display()}”."
    if nomination.is_late(at):
        return f"Đã hết hạn gửi lúc {format_moment(nomination.deadline)} (giờ Hà Nội)."
    if at >= conference.start_at:
        return "Hội nghị đã bắt đầu."
    return ""


def can_edit_nomination(user, nomination: Nomination, at: dt.datetime) -> bool:
    return not obstacle(nomination, at) and acts_for(user, nomination, at)


def is_invited(viewer: object, conference: Conference) -> bool:
    """The viewer belongs to the conference: a delegate by personal link, or a focal point with a list in it.

    Registered with ``conferences.audiences``, which asks it before a paper for the invited is handed out.
    """
    if isinstance(viewer, Delegate):
        return holds_place(viewer) and viewer.seat.nomination.conference_id == conference.pk
    if isinstance(viewer, User):
        return conference.nominations.held_by(viewer).exists()
    return False


def holds_place(delegate: Delegate) -> bool:
    """The delegate is still the one who is sent."""
    return delegate.state == Delegate.State.PROPOSED and delegate.seat.is_live


def can_answer(delegate: Delegate, at: dt.datetime) -> bool:
    """Confirming and declining is open until the conference starts."""
    conference = delegate.seat.nomination.conference
    return (
        holds_place(delegate) and conference.state == Conference.State.ANNOUNCED and at < conference.start_at
    )

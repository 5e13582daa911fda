"""Who may do what with lists and delegates, in which state. Views, admin, templates and tests ask here."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from conferences.models import Conference
from delegates.dates import in_hanoi
from delegates.models import Delegate, Nomination, SubstituteProposal
from delegates.succession import Succession
from directory.models import Mandate, User
from hoinghi.text import format_date
from venues.policies import day_begins

State = Nomination.State
# A list that has been submitted and not called off: its people may be moved one by one.
WITH_PEOPLE = {State.SUBMITTED, State.ACCEPTED, State.RETURNED}


def acts_for(user, nomination: Nomination, at: dt.datetime, *, stands_in: bool = False) -> bool:
    """The user is a focal point of the list's organisation on the day of ``at``; a backup acts like the others.

    Arguments:
        stands_in: staff have said that they act for this very organisation now (``delegates.standing_in``);
            gives nothing to anybody else.
    """
    if not (user.is_authenticated and user.is_active):
        return False
    day = timezone.localdate(at)
    return (stands_in and user.is_staff) or user.holds(
        nomination.organisation_id, Mandate.Role.FOCAL_POINT, day
    )


def passing_obstacle(user: User, found: Succession) -> str:
    """Why ``user`` can't pass on what an ended organisation has left; "" when possible.

    Its mandates and addresses are the house's, but an open list is its conference's: whoever passes it on is in the
    team of every conference concerned. Nothing is passed by halves.
    """
    theirs = [each.conference_id for each in found.lists]
    closed = Conference.objects.closed_to(user).filter(pk__in=theirs)
    titles = [f"“{each.title}”" for each in closed.order_by("start_at", "pk")]
    if not titles:
        return ""
    return (
        f"Có danh sách của hội nghị mà tài khoản này không ở trong tổ công tác: {', '.join(titles)}. Xin quản trị "
        "viên, hoặc người ở trong mọi tổ đó, chuyển."
    )


def passable(user: User, found: list[Succession]) -> list[Succession]:
    """Those that ``passing_obstacle`` leaves to ``user``, asked in one query."""
    closed = set(Conference.objects.closed_to(user).values_list("pk", flat=True))
    return [each for each in found if closed.isdisjoint(row.conference_id for row in each.lists)]


# ── lists: three dates ──────────────────────────────────────────────────────────────────────────────
# Until ``nomination_deadline`` a first list is taken, until ``change_until`` one that has been submitted may be
# changed, both later for a list whose time was extended. From ``closes_at`` on nobody changes anything. What is
# typed can be kept as a draft until then, in time or not.


def typing_obstacle(nomination: Nomination, at: dt.datetime) -> str:
    """Why nothing can be typed into the list at ``at``, for the person to read; "" when a draft can be kept."""
    conference = nomination.conference
    if message := called_off(conference):
        return message
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, chưa nhận danh sách."
    if nomination.state == State.ACCEPTED:
        return "Danh sách đã được tiếp nhận. Cần thay đổi, xin liên hệ đơn vị tổ chức để được trả lại."
    return closing_obstacle(conference, at)


def called_off(conference: Conference) -> str:
    """Why nobody changes lists of a conference that was postponed or cancelled; "" when it was not."""
    if conference.state == Conference.State.POSTPONED:
        return f"Hội nghị đang hoãn ({conference.state_reason}). Danh sách giữ nguyên cho đến khi có thời gian mới."
    if conference.state == Conference.State.CANCELLED:
        return f"Hội nghị đã hủy ({conference.state_reason}). Danh sách không sửa được nữa."
    return ""


def closing_obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why nobody changes lists of the conference any more at ``at``."""
    if at < conference.closes_at:
        return ""
    if conference.hard_close is None:
        return "Hội nghị đã bắt đầu."
    return f"Danh sách đã khóa lúc {in_hanoi(conference.hard_close)}."


def obstacle(nomination: Nomination, at: dt.datetime) -> str:
    """Why the list can't be submitted or declined at ``at``, for the person to read; "" when it can."""
    if message := typing_obstacle(nomination, at):
        return message
    if nomination.is_late(at):
        what = "thay đổi danh sách" if nomination.submitted_at else "gửi"
        return f"Đã hết hạn {what} lúc {in_hanoi(nomination.open_until)}."
    return ""


def asking_obstacle(nomination: Nomination, at: dt.datetime) -> str:
    """Why more time can't be asked for at ``at``; "" when it can."""
    if message := typing_obstacle(nomination, at):
        return message
    if not nomination.is_late(at):
        return "Chưa hết hạn, chưa cần xin gia hạn."
    if nomination.waiting_request() is not None:
        return "Đã có một đề nghị gia hạn đang chờ đơn vị tổ chức trả lời."
    return ""


def people_obstacle(user: User, nomination: Nomination, at: dt.datetime) -> str:
    """Why ``user`` can't take people off a submitted list, move them up or replace them; "" when possible.

    The focal point may until the change deadline, also when the list has been accepted; staff until lists close.
    """
    conference = nomination.conference
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”."
    if nomination.state not in WITH_PEOPLE:
        return "Danh sách chưa được gửi: sửa ngay trong danh sách."
    if message := closing_obstacle(conference, at):
        return message
    late = nomination.change_deadline is not None and at >= nomination.change_deadline
    if late and not user.is_staff:
        return f"Đã hết hạn thay đổi danh sách lúc {in_hanoi(nomination.change_deadline)}. Xin liên hệ đơn vị tổ chức."
    return ""


def paper_obstacle(nomination: Nomination, at: dt.datetime) -> str:
    """Why no paper can be added to the list; "" when possible: until lists close, whatever became of the list."""
    conference = nomination.conference
    if conference.paper_rule == Conference.PaperRule.NONE:
        return "Hội nghị này không nhận công văn cử đại biểu trên cổng."
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”."
    return closing_obstacle(conference, at)


def removing_obstacle(nomination: Nomination, at: dt.datetime) -> str:
    """Why a paper can't be taken back; "" as long as the list has never been sent."""
    if nomination.submitted_at:
        return "Danh sách đã gửi: tệp đi kèm được giữ lại. Nhầm tệp thì tải lên thêm tệp đúng."
    return paper_obstacle(nomination, at)


def person_obstacle(user: User, delegate: Delegate, at: dt.datetime) -> str:
    """Why ``user`` can't take the delegate off the list or send somebody else instead; "" when possible."""
    if not holds_place(delegate):
        return f"{delegate.full_name} không còn trong danh sách."
    return people_obstacle(user, delegate.seat.nomination, at)


def can_edit_nomination(user, nomination: Nomination, at: dt.datetime, *, stands_in: bool = False) -> bool:
    """May submit the list now."""
    return not obstacle(nomination, at) and acts_for(user, nomination, at, stands_in=stands_in)


def can_type(user, nomination: Nomination, at: dt.datetime, *, stands_in: bool = False) -> bool:
    """May keep a draft now, in time or not."""
    return not typing_obstacle(nomination, at) and acts_for(user, nomination, at, stands_in=stands_in)


def can_ask_extension(user, nomination: Nomination, at: dt.datetime, *, stands_in: bool = False) -> bool:
    return not asking_obstacle(nomination, at) and acts_for(user, nomination, at, stands_in=stands_in)


# ── attendance ──────────────────────────────────────────────────────────────────────────────────────


def attendance_obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why nobody is marked at ``at``, for the person to read; "" from the day of the conference on."""
    if conference.state not in (Conference.State.ANNOUNCED, Conference.State.CONCLUDED):
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, chưa điểm danh được."
    if at < day_begins(conference):
        return f"Chưa đến ngày họp. Điểm danh được từ 0h00 ngày {format_date(day_begins(conference))}."
    return ""


def is_over(conference: Conference, at: dt.datetime) -> bool:
    """The conference has ended: whatever is changed about attendance from now on needs a reason."""
    return at >= conference.end_at


# ── the day ─────────────────────────────────────────────────────────────────────────────────────────


def can_watch_board(user: User, conference: Conference, at: dt.datetime) -> bool:
    """Staff, the technical officers of its rooms, and the focal points who have a list in it."""
    if not (user.is_authenticated and user.is_active):
        return False
    return (
        user.is_staff
        or conference.bookings.live().prepared_by(user, at).exists()
        or conference.nominations.held_by(user).exists()
    )


# ── speaking ────────────────────────────────────────────────────────────────────────────────────────


def speaking_obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why nobody can ask to speak at ``at``; "" from the announcement until the conference has ended."""
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, chưa đăng ký phát biểu được."
    if at >= conference.end_at:
        return "Hội nghị đã kết thúc."
    return ""


# ── the invited ─────────────────────────────────────────────────────────────────────────────────────


def is_invited(viewer: object, conference: Conference) -> bool:
    """The viewer belongs to the conference: a delegate by personal link, or a focal point with a list in it.

    Registered with ``conferences.audiences``, which asks it before a paper for the invited is handed out.
    """
    if isinstance(viewer, Delegate):
        return holds_place(viewer) and viewer.seat.nomination.conference_id == conference.pk
    if isinstance(viewer, User):
        return conference.nominations.held_by(viewer).exists()
    return False


def invited_to(viewer: object) -> QuerySet[Nomination] | None:
    """The ids of the conferences to which an account is invited: ``is_invited`` for all of them at once."""
    if not (isinstance(viewer, User) and viewer.is_authenticated):
        return None
    return Nomination.objects.held_by(viewer).values("conference")


def holds_place(delegate: Delegate) -> bool:
    """The delegate is still the one who is sent."""
    return delegate.state == Delegate.State.PROPOSED and delegate.seat.is_live


def proposing_obstacle(delegate: Delegate, at: dt.datetime) -> str:
    """Why the delegate can't propose a substitute at ``at``; "" when possible: until lists close, one at a time."""
    if not can_answer(delegate, at):
        return "Không còn đề xuất được: hội nghị đã bắt đầu hoặc đại biểu đã được thay."
    if message := closing_obstacle(delegate.seat.nomination.conference, at):
        return message
    if delegate.substitute_proposals.filter(state=SubstituteProposal.State.WAITING).exists():
        return "Đã có một đề xuất đang chờ đầu mối quyết định."
    return ""


def can_answer(delegate: Delegate, at: dt.datetime) -> bool:
    """Confirming and declining is open until the conference starts."""
    conference = delegate.seat.nomination.conference
    return (
        holds_place(delegate) and conference.state == Conference.State.ANNOUNCED and at < conference.start_at
    )


def can_archive(conference: Conference, at: dt.datetime) -> bool:
    """Whether a conference is over, so that everything of it can be packed up."""
    state = Conference.State
    return conference.state == state.CONCLUDED or (
        conference.state == state.ANNOUNCED and at >= conference.end_at
    )

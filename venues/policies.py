"""Who may do what with the rooms of a conference, in which state. Views, admin, templates and tests ask here.

Who sees a room at all is decided by fetching it through the user (``Booking.objects.visible_to``); whoever came
by personal link has just the officer's own room.
"""

import datetime as dt

from django.utils import timezone

from conferences.models import Conference, Place
from directory.models import User
from hoinghi.access import organises_here
from hoinghi.text import format_date, format_moment
from venues.models import Booking, LineTestRound, Officer
from venues.people import Actor

_MIDNIGHT = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}

# ── preparing rooms ─────────────────────────────────────────────────────────────────────────────────


def prepares(actor: Actor, booking: Booking, at: dt.datetime) -> bool:
    """May tick points and say that the room is ready: its officers, its host's technical officers, who organises."""
    if isinstance(actor, Officer):
        return actor.is_live and actor.booking_id == booking.pk
    if not (actor.is_authenticated and actor.is_active):
        return False
    return organises_here(actor) or Booking.objects.prepared_by(actor, at).filter(pk=booking.pk).exists()


def is_focal_point(user: User, booking: Booking, at: dt.datetime) -> bool:
    """A focal point of the province to which the room belongs."""
    return Booking.objects.of_focal_point(user, at).filter(pk=booking.pk).exists()


def names_officers(actor: Actor, booking: Booking, at: dt.datetime) -> bool:
    """Whoever prepares the room, and the province's focal point."""
    return prepares(actor, booking, at) or (isinstance(actor, User) and is_focal_point(actor, booking, at))


def leaves_choice(conference: Conference) -> bool:
    """The notice lets a province meet elsewhere ("hoặc địa điểm do tỉnh lựa chọn")."""
    local = conference.places.filter(role=Place.Role.LOCAL)
    return any(place.alternative for place in local)


def chooses_place(actor: Actor, booking: Booking, at: dt.datetime) -> bool:
    """Who organises always; focal point and host of a province where the notice lets it choose, and below its room."""
    if isinstance(actor, Officer):
        return False
    if organises_here(actor):
        return True
    if booking.role == Booking.Role.CENTRAL:
        return False
    if booking.role == Booking.Role.LOCAL and not leaves_choice(booking.conference):
        return False
    return names_officers(actor, booking, at)


def adds_subs(actor: Actor, booking: Booking, at: dt.datetime) -> bool:
    """Rooms under a province's room: who organises, its focal point, whoever prepares it with an account."""
    if isinstance(actor, Officer) or booking.role != Booking.Role.LOCAL:
        return False
    return names_officers(actor, booking, at)


def closing_obstacle(booking: Booking, at: dt.datetime) -> str:
    """Why nothing about the room can be changed any more at ``at``; "" when it can."""
    conference = booking.conference
    if conference.state == Conference.State.CANCELLED:
        return f"Hội nghị đã hủy ({conference.state_reason}). Không cần chuẩn bị điểm cầu nữa."
    if booking.released_at is not None:
        return "Phòng này đã được trả, không còn phục vụ hội nghị."
    if booking.is_over(at) and conference.state != Conference.State.POSTPONED:
        return f"Hội nghị đã kết thúc lúc {format_moment(booking.during.upper)}."
    return ""


def preparing_obstacle(booking: Booking, at: dt.datetime) -> str:
    """Why nothing can be ticked at ``at``; "" when it can."""
    if message := closing_obstacle(booking, at):
        return message
    if booking.room is None:
        return "Điểm cầu chưa có phòng họp. Chọn phòng trước, rồi mới kiểm tra được."
    return ""


def round_obstacle(round: LineTestRound, at: dt.datetime) -> str:
    """Why a round can't be moved or called off at ``at``; "" when it can."""
    if round.cancelled_at is not None:
        return f"{round} đã hủy."
    if round.ends_at <= at:
        return f"{round} đã kết thúc lúc {format_moment(round.ends_at)}."
    return planning_obstacle(round.conference, at)


def planning_obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why no round can be planned at ``at``; "" when one can."""
    if conference.state == Conference.State.CANCELLED:
        return f"Hội nghị đã hủy ({conference.state_reason})."
    if at >= conference.start_at and conference.state != Conference.State.POSTPONED:
        return "Hội nghị đã bắt đầu, không còn thử đường truyền theo đợt."
    return ""


def recording_obstacle(round: LineTestRound) -> str:
    """Why no result can be written down; "" when it can, also before the hour: some call earlier."""
    return f"{round} đã hủy, không ghi kết quả." if round.cancelled_at is not None else ""


def own_finding_obstacle(round: LineTestRound, at: dt.datetime) -> str:
    """Why a room can't say at ``at`` what it found itself; "" from the beginning of the round."""
    if message := recording_obstacle(round):
        return message
    if at < round.starts_at:
        return f"{round} bắt đầu lúc {format_moment(round.starts_at)}. Ghi được từ lúc đó."
    return ""


# ── the day of the conference ───────────────────────────────────────────────────────────────────────


def day_begins(conference: Conference) -> dt.datetime:
    """0h00 of the first day: from then on rooms connect and delegates are marked."""
    return timezone.localtime(conference.start_at).replace(**_MIDNIGHT)


def day_ends(conference: Conference) -> dt.datetime:
    """24h00 of the last day."""
    return timezone.localtime(conference.end_at).replace(**_MIDNIGHT) + dt.timedelta(days=1)


def day_obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why no room connects and no incident is reported at ``at``, for the person to read; "" on the day."""
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”."
    if at < day_begins(conference):
        return f"Chưa đến ngày họp. Ghi được từ 0h00 ngày {format_date(day_begins(conference))}."
    if at >= day_ends(conference):
        return "Ngày họp đã qua."
    return ""


def join_obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why those who may join are not shown the link at ``at``; "" from its opening to the end of the day."""
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”."
    if at < conference.joins_at:
        return f"Đường dẫn vào phòng họp mở lúc {format_moment(conference.joins_at)} (giờ Hà Nội)."
    if at >= day_ends(conference):
        return "Hội nghị đã kết thúc."
    return ""

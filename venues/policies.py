"""Who may do what with rooms, and when. Views, templates and tests ask here."""

import datetime as dt

from django.utils import timezone

from conferences.models import Conference
from hoinghi.text import format_date, format_moment

_MIDNIGHT = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}


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

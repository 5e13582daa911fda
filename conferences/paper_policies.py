"""Who may do what with papers that staff ask for, in which state."""

import datetime as dt

from django.utils import timezone

from conferences.models import Conference, PaperRequest
from conferences.policies import is_organiser
from directory.models import Mandate

State = PaperRequest.State


def acts_for(user, request: PaperRequest, at: dt.datetime) -> bool:
    """The user is a focal point of the organisation that is asked, on the day of ``at``."""
    if not (user.is_authenticated and user.is_active):
        return False
    held = user.organisations(Mandate.Role.FOCAL_POINT, timezone.localdate(at))
    return held.filter(pk=request.organisation_id).exists()


def can_send(user, request: PaperRequest, at: dt.datetime) -> bool:
    """The organisation's focal point, or staff who enter what came by e-mail or on paper."""
    return is_organiser(user) or acts_for(user, request, at)


def asking_obstacle(conference: Conference) -> str:
    """Why nobody can be asked for a paper, for the person to read; "" when one can."""
    if conference.state in (Conference.State.DRAFT, Conference.State.CANCELLED):
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, chưa yêu cầu đơn vị gửi tài liệu được."
    return ""


def sending_obstacle(request: PaperRequest) -> str:
    """Why nothing can be sent for the request; "" when it can, in time or late: a late paper beats none."""
    if request.state == State.WITHDRAWN:
        return "Đơn vị tổ chức không yêu cầu tài liệu này nữa."
    if request.conference.state == Conference.State.CANCELLED:
        return "Hội nghị đã hủy, không nhận thêm tài liệu."
    return ""

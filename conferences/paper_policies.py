"""What can be done with papers that staff ask for, in which state."""

from conferences.models import Conference, PaperRequest

State = PaperRequest.State


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

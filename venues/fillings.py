"""What letters about a conference and one of its rooms are filled with."""

from conferences import letters
from conferences.letters import Filling
from conferences.models import Conference
from venues.models import Booking


def around(
    conference: Conference,
    booking: Booking | None,
    *,
    extra_facts: list[tuple[str, str]] = (),
    attachments: str = "",
) -> Filling:
    """What every letter about a conference has; ``booking`` is the room that it names."""
    return letters.around(
        conference,
        places=[(booking.label, booking.printed)] if booking else [],
        extra_facts=extra_facts,
        attachments=attachments,
        footer=f"Thông tin đại biểu chỉ dùng để tổ chức {conference.kind.name.lower()}.",
    )

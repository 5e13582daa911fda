"""What letters about a conference and one of its rooms are filled with."""

from collections.abc import Mapping

from conferences.facts import facts_of
from conferences.models import Conference
from hoinghi.text import format_moment, upper
from venues.models import Booking

# Values of a letter's placeholders, and the frame around its words.
Filling = tuple[Mapping[str, str], dict]


def around(
    conference: Conference,
    booking: Booking | None,
    *,
    extra_facts: list[tuple[str, str]] = (),
    attachments: str = "",
) -> Filling:
    """What every letter about a conference has; ``booking`` is the room that it names."""
    facts = facts_of(conference)
    about = {
        "organiser": facts["organiser"],
        "name": facts["name"],
        "start": format_moment(conference.start_at),
    }
    rows = [("Thời gian", facts["time"]), ("Chủ trì", facts["chair"])]
    if booking:
        rows.insert(1, (booking.label, booking.printed))
    frame = {
        "organisation": facts["organiser"],
        "heading": facts["name"],
        "facts": rows + list(extra_facts),
        "link": "{link}",
        "attachments": attachments,
        "signature": upper(facts["issuing_unit"]),
        "contact": ", điện thoại ".join(filter(None, [facts["contact"], facts["contact_phones"]])),
        "footer": f"Thông tin đại biểu chỉ dùng để tổ chức {conference.kind.name.lower()}.",
    }
    return about, frame

"""What became of a list beside its versions: taken over, given back, more time, nobody sent; the newest first."""

import datetime as dt
from dataclasses import dataclass

from delegates.models import Nomination
from directory.models import AuditEntry

WORDS = {
    "nomination.accept": "Tiếp nhận",
    "nomination.return": "Trả lại",
    "nomination.decline": "Báo không cử đại biểu",
    "nomination.ask_extension": "Xin gia hạn",
    "nomination.extend": "Gia hạn",
    "nomination.refuse_extension": "Không gia hạn",
}


@dataclass(frozen=True)
class Decision:
    what: str
    reason: str
    at: dt.datetime
    by: str


def decisions_of(nomination: Nomination) -> list[Decision]:
    """From the audit trail, the only place that keeps a decision when the next one follows; a reason that retention
    has taken out is blank."""
    entries = AuditEntry.objects.filter(
        object_type=nomination._meta.label_lower, object_id=str(nomination.pk), action__in=WORDS
    )
    return [
        Decision(
            WORDS[entry.action], (entry.changes or {}).get("reason", ["", ""])[1], entry.at, entry.actor_label
        )
        for entry in entries.order_by("-id")
    ]

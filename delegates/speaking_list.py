"""Who speaks: as staff see it on the page, and on paper for whoever chairs the conference."""

import datetime as dt
from dataclasses import dataclass

from django.template.loader import render_to_string

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence import pdf
from delegates.models import Speech
from directory.audit import record
from directory.models import User

OVER = (Speech.State.DONE, Speech.State.SKIPPED, Speech.State.WITHDRAWN)


@dataclass(frozen=True)
class SpeakingList:
    """Who has the floor, who comes next, who waits for an answer, and what is over, the latest first."""

    speaking: Speech | None
    line: list[Speech]
    asked: list[Speech]
    over: list[Speech]


def list_of(conference: Conference) -> SpeakingList:
    found = conference.speeches.select_related("delegate__seat", "nomination", "delegate__replaced_by")
    return SpeakingList(
        speaking=found.filter(state=Speech.State.SPEAKING).first(),
        line=list(found.in_line()),
        asked=list(found.asked()),
        over=list(found.filter(state__in=OVER).order_by("-ended_at", "-id")),
    )


def print_list(*, conference: Conference, actor: User, at: dt.datetime) -> bytes:
    """The list as PDF; audited."""
    found, facts = list_of(conference), facts_of(conference)
    done = [each for each in reversed(found.over) if each.state == Speech.State.DONE]
    parts = {
        "Đang phát biểu": [found.speaking] if found.speaking else [],
        "Lần lượt phát biểu": found.line,
        "Đăng ký chờ đồng ý": found.asked,
        "Đã phát biểu": done,
        "Không phát biểu": [each for each in found.over if each.state != Speech.State.DONE],
    }
    context = {
        "conference": conference,
        "facts": facts,
        "issuer": facts["issuing_unit"],
        "parts": [(name, speeches) for name, speeches in parts.items() if speeches],
        "to_come": len(found.line),
        "minutes": sum(each.minutes or 0 for each in found.line),
        "at": at,
    }
    content = pdf.render(render_to_string("pdf/speeches.html", context))
    printed = sum(len(speeches) for speeches in parts.values())
    record(
        actor=actor,
        action="delegates.export",
        target=conference,
        changes={"file": ["", "speeches"], "speeches": [0, printed]},
    )
    return content

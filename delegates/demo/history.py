"""How the provinces answered a conference of the past: every state, so that its cockpit has something to show."""

import datetime as dt
from itertools import cycle

from django.db.models import F
from django.utils import timezone

from conferences.models import Conference
from correspondence import copies, mailings
from correspondence.models import Message
from delegates import answers, invitations, letters, services
from delegates.demo.people import people
from delegates.demo.rooms import prepare_as_it_goes
from delegates.models import Delegate, Nomination
from delegates.pickers import choices
from delegates.rows import nominated_groups
from delegates.services import confirming
from directory.models import User

# What the provinces have done by the end, one letter each, over and over:
# A accepted, S submitted, R returned, X declined, D a draft, O opened, N nothing.
COURSE = "AASAOAANAADAARAASAAAX"
REFUSED_LETTERS = 2
COMMITTEE = "Ủy ban nhân dân"


def answer_as_in_the_past(conference: Conference, staff: User) -> None:
    """Rooms, invitations, lists and answers of an announced conference whose time is over."""
    published = conference.announced_at
    prepare_as_it_goes(conference, staff, at=conference.start_at - dt.timedelta(hours=16))
    services.open_nominations(conference=conference, actor=staff, at=published)
    _invite(conference, staff, published + dt.timedelta(minutes=30))
    nominations = list(conference.nominations.select_related("unit").order_by("unit__sort_key"))
    typist = typist_of_the_past()
    left = conference.nomination_deadline - published
    crowd = people()
    for number, (nomination, step) in enumerate(zip(nominations, cycle(COURSE))):  # noqa: B905 (endless)
        # Spread over the time that there was, most of them towards the end.
        moment = published + left * (0.1 + 0.88 * (number * 37 % 63 / 63) ** 0.6)
        _take_step(step, nomination, crowd, staff, typist, _in_office_hours(moment, number))
    _answer(conference)
    mark_sent(conference)
    _refuse_some(conference)


def typist_of_the_past() -> User:
    """Who wrote for every organisation: an account with which nobody logs in."""
    return User.objects.get_or_create(
        email="dau-moi@gov.example",
        defaults={"full_name": "Cán bộ đầu mối (dữ liệu mẫu)", "is_active": False},
    )[0]


def _invite(conference: Conference, staff: User, at: dt.datetime) -> None:
    todo = len(invitations.plan(conference, at).letters)
    mailing = invitations.order(conference=conference, letters_read=todo, actor=staff, at=at)
    mailings.carry_out(mailing.pk, at=at)
    while copies.render_pending():
        pass


def _in_office_hours(moment: dt.datetime, number: int) -> dt.datetime:
    """The same day between 8h00 and 17h00; a day at the weekend gives way to the Friday before."""
    day = timezone.localtime(moment)
    day -= dt.timedelta(days=max(0, day.isoweekday() - 5))
    return day.replace(hour=8 + number * 5 % 9, minute=number * 17 % 60)


def _take_step(step: str, nomination: Nomination, people, staff: User, typist: User, at: dt.datetime) -> None:
    if step == "N":
        return
    services.mark_opened(nomination=nomination, at=at - dt.timedelta(hours=3))
    if step == "O":
        return
    shared = {"nomination": nomination, "actor": typist, "at": at}
    if step == "X":
        services.decline(reason="Trùng lịch kỳ họp Hội đồng nhân dân tỉnh", version=0, **shared)
        return
    rows = _rows(nomination, people)
    if step == "D":
        services.save_draft(rows=rows[:2], version=0, **shared)
        return
    confirming.carry_out(services.submit(rows=rows, version=0, **shared), at=at)
    later = at + dt.timedelta(hours=2)
    if step == "A":
        services.accept(nomination=nomination, actor=staff, at=later)
    elif step == "R":
        services.return_to_focal_point(
            nomination=nomination, reason="Thiếu chức vụ của đại biểu thứ hai", actor=staff, at=later
        )


def _rows(nomination: Nomination, people) -> list[dict]:
    """A list within every quota: one organisation a group, in every other province the most that may come."""
    rows = []
    for group in nominated_groups(nomination):
        wanted = group.max_organisations if nomination.pk % 2 else group.min_organisations
        offered = [choice.name for choice in choices(group, nomination)]
        typed = [f"Công ty CP Hạ tầng {nomination.unit.short_name} {number}" for number in (1, 2, 3)]
        for name in (offered or typed)[: wanted or 1]:
            title = "Phó Chủ tịch" if name.startswith(COMMITTEE) else "Phó Giám đốc"
            rows.append({"group": group.code, "organisation": name, "job_title": title, **next(people)})
    return rows


def _answer(conference: Conference) -> None:
    """One in three has confirmed, one in twenty-four is absent; the others have not answered."""
    at = conference.nomination_deadline
    sent = Delegate.objects.attending().filter(
        seat__nomination__conference=conference, seat__nomination__state=Nomination.State.ACCEPTED
    )
    for number, delegate in enumerate(sent.in_protocol_order()):
        if number % 24 == 0:
            answers.answer(delegate=delegate, coming=False, reason="Đi công tác", at=at)
        elif number % 3 == 1:
            answers.answer(delegate=delegate, coming=True, reason="", at=at)


def mark_sent(conference: Conference) -> None:
    """The letters of the past left in the past: none of them may wait for a worker of today."""
    waiting = Message.objects.filter(topic=letters.topic_of(conference), state=Message.State.QUEUED)
    waiting.update(
        state=Message.State.SENT, sent_at=F("due_at"), handed_over_at=F("due_at"), answer="250 2.0.0 Ok"
    )


def _refuse_some(conference: Conference) -> None:
    """Invitations that came back, to organisations that never opened their list."""
    past = Message.objects.filter(topic=letters.topic_of(conference))
    silent = conference.nominations.filter(opened_at__isnull=True).values("organisation_name")
    refused = past.filter(kind="invitation", recipient_name__in=silent).order_by("id")[:REFUSED_LETTERS]
    past.filter(pk__in=list(refused.values_list("pk", flat=True))).update(
        state=Message.State.FAILED, sent_at=None, answer="550 5.1.1 Mailbox unavailable"
    )

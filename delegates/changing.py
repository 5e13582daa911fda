"""What becomes of a published conference, told to everybody who counts on it: one step, one notice, one order.

Each verb changes the conference and orders its letters in one transaction; a worker writes them. Nothing is told
by itself: staff read the differences and the recipients on a page and press once.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from conferences import changes
from conferences import services as conferences
from conferences.changes import Difference
from conferences.models import ChangeNotice, Conference
from correspondence import mailings
from correspondence.copies import ask_for_copies
from correspondence.models import DocumentCopy, Mailing
from correspondence.outbox import OutgoingLetter
from delegates import answers, letters, telling
from delegates.models import Delegate
from delegates.recipients import Audience, Recipient, Role, audience_of
from delegates.telling import News
from directory.models import User
from venues.models import Booking

# The state in which a conference is while its letters of a kind are written; later it may be too late for them.
STATE_OF = {
    telling.CHANGED: Conference.State.ANNOUNCED,
    telling.POSTPONED: Conference.State.POSTPONED,
    telling.RESCHEDULED: Conference.State.ANNOUNCED,
    telling.CANCELLED: Conference.State.CANCELLED,
}


# ── looking ahead ───────────────────────────────────────────────────────────────────────────────────


def news_of(kind: str, conference: Conference, *, reason: str = "") -> News:
    """What a letter of ``kind`` would say now."""
    told, found = changes.last_told(conference), []
    if kind in (telling.CHANGED, telling.RESCHEDULED):
        found = changes.differences(conference)
    return News(
        kind,
        conference,
        number=told.number if told else 0,
        told=telling.told_time(conference),
        reason=reason,
        differences=found,
        asks_again=changes.is_moved(found, told, conference),
        document=telling.new_invitation(conference) if found else None,
    )


def audience_for(news: News, at: dt.datetime, **options) -> Audience:
    """Whom the news concerns."""
    audience = audience_of(news.conference, at, **options)
    audience.reached = [each for each in audience.reached if news.concerns(each)]
    return audience


def untold(conference: Conference) -> list[Difference]:
    """What nobody has told yet, as long as it can be told."""
    return changes.differences(conference) if conference.state == Conference.State.ANNOUNCED else []


def answered(conference: Conference) -> int:
    """How many delegates have said yes or no."""
    sent = Delegate.objects.attending().filter(seat__nomination__conference=conference)
    return sent.exclude(answer=Delegate.Answer.NONE).count()


# ── the verbs ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def tell_changes(
    *,
    conference: Conference,
    mark: str,
    reason: str,
    expected: int,
    held: bool = False,
    actor: User,
    at: dt.datetime,
) -> Mailing:
    """Tell the differences once; delegates are asked again when the day is another one.

    Arguments:
        mark: ``changes.mark_of`` what the person has read.
        expected: how many letters the person has read of.
        held: keep the letters as drafts until staff release them.
    Raises:
        NotTold: nothing is different (any more), or something else than was read.
    """
    told = changes.last_told(conference)
    notice = changes.tell(conference=conference, mark=mark, reason=reason, actor=actor, at=at)
    conference.refresh_from_db()
    _ask_again(conference, told, notice, actor=actor, at=at)
    return _order(telling.CHANGED, conference, notice.number, expected=expected, held=held, actor=actor)


@transaction.atomic
def reschedule(
    *,
    conference: Conference,
    mark: str,
    reason: str,
    expected: int,
    held: bool = False,
    actor: User,
    at: dt.datetime,
) -> Mailing:
    """Publish and tell the new time of a postponed conference; arguments as ``tell_changes``.

    Raises:
        NotTold: the conference was edited after the page was read.
        WrongState, NotReady, CannotFollow: as ``conferences.services.reschedule``.
    """
    conference.refresh_from_db(from_queryset=Conference.objects.select_for_update())
    told = changes.last_told(conference)
    if mark != changes.mark_of(conference, changes.differences(conference)):
        raise changes.NotTold("Hội nghị đã được sửa sau khi trang này được mở. Đọc lại rồi công bố.")
    notice = conferences.reschedule(conference=conference, reason=reason, actor=actor, at=at)
    _ask_again(conference, told, notice, actor=actor, at=at)
    return _order(telling.RESCHEDULED, conference, notice.number, expected=expected, held=held, actor=actor)


@transaction.atomic
def postpone(
    *, conference: Conference, reason: str, expected: int, held: bool = False, actor: User, at: dt.datetime
) -> Mailing:
    """Postpone and tell it; arguments as ``tell_changes``.

    Raises:
        WrongState, ValidationError, CannotFollow: as ``conferences.services.postpone``.
    """
    conferences.postpone(conference=conference, reason=reason, actor=actor, at=at)
    number = changes.last_told(conference)
    return _order(
        telling.POSTPONED,
        conference,
        number.number if number else 0,
        expected=expected,
        held=held,
        actor=actor,
    )


@transaction.atomic
def cancel(
    *, conference: Conference, reason: str, expected: int, held: bool = False, actor: User, at: dt.datetime
) -> Mailing:
    """Cancel and tell it; arguments as ``tell_changes``.

    Raises:
        WrongState, ValidationError, CannotFollow: as ``conferences.services.cancel``.
    """
    # Given back a moment later; their officers are told all the same.
    bookings = list(conference.bookings.live().values_list("pk", flat=True))
    conferences.cancel(conference=conference, reason=reason, actor=actor, at=at)
    return _order(
        telling.CANCELLED, conference, 0, expected=expected, held=held, actor=actor, bookings=bookings
    )


def _ask_again(
    conference: Conference, told: ChangeNotice | None, notice: ChangeNotice, *, actor: User, at: dt.datetime
) -> None:
    found = [Difference(**row) for row in notice.differences]
    if changes.is_moved(found, told, conference):
        answers.ask_again(conference=conference, actor=actor, at=at)


def _order(
    kind: str,
    conference: Conference,
    number: int,
    *,
    expected: int,
    held: bool,
    actor: User,
    **arguments,
) -> Mailing:
    return mailings.order(
        kind=kind,
        topic=letters.topic_of(conference),
        arguments={"conference": conference.pk, "number": number} | arguments,
        expected=expected,
        actor=actor,
        held=held,
    )


# ── the letters of an order ─────────────────────────────────────────────────────────────────────────


def write(mailing: Mailing, at: dt.datetime) -> Iterator[OutgoingLetter]:
    """The letters of an order to everybody whom its news concerns.

    Raises:
        Refused: the conference has gone on to another state meanwhile, whose own letters say so.
    """
    conference = Conference.objects.printable().get(pk=mailing.arguments["conference"])
    if conference.state != STATE_OF[mailing.kind]:
        raise mailings.Refused(
            f"Hội nghị nay ở trạng thái “{conference.get_state_display()}”, các thư này không còn đúng nên không gửi."
        )
    news, options = _news_of_order(mailing, conference), {}
    if "bookings" in mailing.arguments:
        options["bookings"] = Booking.objects.filter(pk__in=mailing.arguments["bookings"])
    recipients = audience_for(news, at, **options).reached
    copies = _copies(news, recipients)
    for recipient in recipients:
        yield telling.outgoing(recipient, news, copy=copies.get(recipient.key), at=at)


def _news_of_order(mailing: Mailing, conference: Conference) -> News:
    kind, number = mailing.kind, mailing.arguments["number"]
    if kind in (telling.POSTPONED, telling.CANCELLED):
        told = telling.told_time(conference)
        return News(kind, conference, number=number, told=told, reason=conference.state_reason)
    notice, before = (conference.change_notices.filter(number=each).first() for each in (number, number - 1))
    found = [Difference(**row) for row in notice.differences]
    return News(
        kind,
        conference,
        number=number,
        told=before.facts["time"]["printed"],
        reason=notice.reason,
        differences=found,
        asks_again=changes.is_moved(found, before, conference),
        document=telling.new_invitation(conference),
    )


def _copies(news: News, recipients: list[Recipient]) -> dict[str, DocumentCopy]:
    """Key of each focal point → its copy of the new Giấy mời, whose PDF may still be to be made."""
    focal = {each.key: each.nomination for each in recipients if each.role == Role.FOCAL_POINT}
    if news.document is None or not focal:
        return {}
    wanted = {nomination.organisation_name: nomination.organisation for nomination in focal.values()}
    copies = ask_for_copies(document=news.document, recipients=wanted)
    return {key: copies[nomination.organisation_name] for key, nomination in focal.items()}

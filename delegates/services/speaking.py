"""The list of speakers: provinces ask, staff say yes and put them in order, one speaks at a time.

asked → allowed → speaking → done, with ways out: skipped (staff), withdrawn (the focal point). Every verb locks the
conference's lists of speakers as a whole, for the places in it depend on each other.
"""

import datetime as dt

from django.db import transaction

from conferences.models import Conference
from delegates.models import Delegate, Nomination, Speech
from delegates.policies import holds_place, speaking_obstacle
from directory.audit import record
from directory.models import User
from venues import watching

State = Speech.State
# Where each verb of the staff begins.
BEFORE = {
    "allow": {State.ASKED, State.SKIPPED},
    "start": {State.ALLOWED},
    "finish": {State.SPEAKING},
    "skip": {State.ASKED, State.ALLOWED, State.SPEAKING},
}


class SpeakingRefused(Exception):
    """Nothing was changed; the text is for the person who tried.

    Attributes:
        field: the field to mend; "" when it is the wrong time or state.
    """

    def __init__(self, message: str, *, field: str = ""):
        super().__init__(message)
        self.field = field


@transaction.atomic
def ask_to_speak(
    *,
    nomination: Nomination,
    delegate: Delegate,
    topic: str,
    minutes: int | None,
    actor: User,
    at: dt.datetime,
) -> Speech:
    """Ask for a delegate of the list to speak, before the conference or during it.

    Asking again for the same delegate and topic answers what is there.

    Raises:
        SpeakingRefused: it is too late, or the person is not a delegate of this list.
    """
    _lock(nomination.conference)
    if message := speaking_obstacle(nomination.conference, at):
        raise SpeakingRefused(message)
    if delegate.seat.nomination_id != nomination.pk or not holds_place(delegate) or delegate.seat.is_reserve:
        raise SpeakingRefused("Chọn người phát biểu trong số đại biểu chính thức.", field="delegate")
    present = nomination.speeches.waiting().filter(delegate=delegate, topic=topic).first()
    if present:
        return present
    speech = Speech(
        conference=nomination.conference,
        nomination=nomination,
        delegate=delegate,
        topic=topic,
        minutes=minutes,
        asked_at=at,
        asked_by=str(actor),
    )
    speech.save()
    record(actor=actor, action="speech.ask", target=speech, acted_for=nomination.organisation_name)
    watching.changed(nomination.conference_id)
    return speech


@transaction.atomic
def withdraw_speech(*, speech: Speech, actor: User, at: dt.datetime) -> Speech:
    """Take back what has not been spoken.

    Raises:
        SpeakingRefused: the speech has begun, or is over.
    """
    locked = _lock_speech(speech)
    if locked.state == State.WITHDRAWN:
        return locked
    if locked.state not in (State.ASKED, State.ALLOWED):
        raise SpeakingRefused(f"Không rút được nữa: {locked.get_state_display().lower()}.")
    return _move(locked, State.WITHDRAWN, "speech.withdraw", actor)


@transaction.atomic
def allow_speech(*, speech: Speech, actor: User) -> Speech:
    """Put it at the end of the line.

    Raises:
        SpeakingRefused: it is not waiting for an answer.
    """
    locked = _lock_speech(speech)
    if locked.state == State.ALLOWED:
        return locked
    _refuse_other(locked, "allow")
    last = locked.conference.speeches.in_line().last()
    locked.position = (last.position if last else 0) + 1
    locked.reason = ""
    locked.ended_at = None
    return _move(locked, State.ALLOWED, "speech.allow", actor)


@transaction.atomic
def move_speech(*, speech: Speech, places: int, actor: User) -> Speech:
    """Move a speech in the line, up by a negative number of places; the ends of the line stop it.

    Raises:
        SpeakingRefused: it is not in the line.
    """
    locked = _lock_speech(speech)
    if locked.state != State.ALLOWED:
        raise SpeakingRefused("Chỉ xếp thứ tự những người trong danh sách phát biểu.")
    line = list(locked.conference.speeches.in_line())
    before = line.index(locked)
    line.insert(max(0, before + places), line.pop(before))
    _number(line)
    after = line.index(locked)
    if before != after:
        changes = {"position": [before + 1, after + 1]}
        record(actor=actor, action="speech.move", target=locked, changes=changes)
        watching.changed(locked.conference_id)
    return line[after]


@transaction.atomic
def start_speech(*, speech: Speech, actor: User, at: dt.datetime) -> Speech:
    """Give the floor; whoever had it has finished.

    Raises:
        SpeakingRefused: the speech is not in the line.
    """
    locked = _lock_speech(speech)
    if locked.state == State.SPEAKING:
        return locked
    _refuse_other(locked, "start")
    for speaking in locked.conference.speeches.filter(state=State.SPEAKING):
        _finish(speaking, actor, at)
    locked.started_at = at
    return _move(locked, State.SPEAKING, "speech.start", actor)


@transaction.atomic
def finish_speech(*, speech: Speech, actor: User, at: dt.datetime) -> Speech:
    """The speech is over.

    Raises:
        SpeakingRefused: nobody has given it the floor.
    """
    locked = _lock_speech(speech)
    if locked.state == State.DONE:
        return locked
    _refuse_other(locked, "finish")
    return _finish(locked, actor, at)


@transaction.atomic
def skip_speech(*, speech: Speech, reason: str, actor: User) -> Speech:
    """It will not be spoken; the focal point reads why.

    Raises:
        SpeakingRefused: it is over, or was taken back.
    """
    locked = _lock_speech(speech)
    if locked.state == State.SKIPPED:
        return locked
    _refuse_other(locked, "skip")
    locked.reason = reason
    locked.started_at = None
    return _move(locked, State.SKIPPED, "speech.skip", actor)


def _lock(conference: Conference) -> None:
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)


def _lock_speech(speech: Speech) -> Speech:
    _lock(Conference(pk=speech.conference_id))
    return Speech.objects.select_related("conference", "nomination", "delegate__seat").get(pk=speech.pk)


def _refuse_other(speech: Speech, verb: str) -> None:
    if speech.state not in BEFORE[verb]:
        raise SpeakingRefused(
            f"“{speech.topic}” đang ở trạng thái “{speech.get_state_display()}”. Tải lại trang rồi làm tiếp."
        )


def _finish(speech: Speech, actor: User, at: dt.datetime) -> Speech:
    speech.ended_at = at
    return _move(speech, State.DONE, "speech.finish", actor)


def _move(speech: Speech, state: str, action: str, actor: User) -> Speech:
    """Write the new state; a speech that leaves the line gives its place up, and the others move up."""
    before, speech.state = speech.state, state
    if state != State.ALLOWED:
        speech.position = None
    speech.save()
    if before == State.ALLOWED:
        _number(list(speech.conference.speeches.in_line()))
    record(actor=actor, action=action, target=speech, changes={"state": [before, state]})
    watching.changed(speech.conference_id)
    return speech


def _number(line: list[Speech]) -> None:
    for number, speech in enumerate(line, start=1):
        speech.position = number
    Speech.objects.bulk_update(line, ["position"])

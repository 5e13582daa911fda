"""What people ask about their own data, and what staff answer (Luật 91/2025/QH15; Nghị định 356/2025/NĐ-CP, Điều 5)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from delegates import policies
from delegates.answers import BY_LINK
from delegates.models import DataRequest, Delegate, UnusedRetention
from delegates.privacy import anonymising, clocks, letters, unused
from delegates.services.locking import lock
from directory.audit import record
from directory.models import PersonalLink, User
from venues.models import Officer
from venues.people import signature
from venues.services.locking import lock as lock_booking

State = DataRequest.State


class RequestRefused(Exception):
    """Nothing was written; the text is for the person who tried."""


@transaction.atomic
def ask(*, holder: Delegate | Officer | User, kind: str, text: str, at: dt.datetime) -> DataRequest:
    """Take in a request: its clocks start, the person gets a letter that says until when it will be done.

    Arguments:
        holder: whose data: a delegate or an officer by personal link, or an account.
        kind: one of ``DataRequest.Kind``.

    Raises:
        RequestRefused: the same request waits already.
    """
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                **{holder._meta.model_name: holder},
                person_name=holder.full_name,
                address=holder.email,
                kind=kind,
                text=text,
                asked_at=at,
                reply_by=clocks.reply_by(at),
                due_on=clocks.due_on(kind, at),
            )
    except IntegrityError:
        raise RequestRefused("Đề nghị này đã được gửi và đang chờ trả lời.") from None
    if letters.tell_taken(request, at):
        request.replied_at = at
        request.save(update_fields=["replied_at"])
    letters.tell_staff(request, at)
    record(actor=_signature(holder), action="data_request.ask", target=request)
    return request


@transaction.atomic
def send_link(*, holder: Delegate | Officer | None, dead: PersonalLink, at: dt.datetime) -> bool:
    """Answer a click on a dead link with one to the own data: whoever has left the list or the room asks by it, too.

    Returns:
        False: nobody is named any more, or the person has another address now than the old link went to.
    """
    if holder is None or not holder.email or holder.email.lower() != dead.address.lower():
        return False
    letters.send_link(holder, dead, at)
    record(actor=_signature(holder), action="data_request.send_link", target=holder)
    return True


@transaction.atomic
def confirm(*, request: DataRequest, actor: User, at: dt.datetime) -> None:
    """The person, who has no address, was told by telephone or paper that the request has come in.

    Raises:
        RequestRefused: the person has been told already.
    """
    locked = _lock(request)
    if locked.replied_at is not None:
        raise RequestRefused("Đã báo cho người đề nghị rồi.")
    locked.replied_at = at
    locked.save(update_fields=["replied_at"])
    record(actor=actor, action="data_request.confirm", target=locked)


@transaction.atomic
def extend(*, request: DataRequest, until: dt.date, reason: str, actor: User, at: dt.datetime) -> None:
    """Put the last day off, once, with a reason that the person is told.

    Raises:
        RequestRefused: it was put off before, is answered, or the law does not give so much.
    """
    locked = _lock(request)
    if locked.extended_at is not None:
        raise RequestRefused("Chỉ được gia hạn một lần.")
    if locked.is_late(at):
        raise RequestRefused("Đã quá hạn, không gia hạn được nữa. Trả lời ngay.")
    last = clocks.longest(locked.kind, locked.due_on)
    if not locked.due_on < until <= last:
        raise RequestRefused(
            f"Hạn mới phải sau ngày {_day(locked.due_on)} và không quá ngày {_day(last)} ({clocks.basis()})."
        )
    before, locked.due_on = locked.due_on, until
    locked.extended_at, locked.extension_reason = at, reason
    locked.save(update_fields=["due_on", "extended_at", "extension_reason"])
    letters.tell_extended(locked, at)
    changes = {"due_on": [before.isoformat(), until.isoformat()]}
    record(actor=actor, action="data_request.extend", target=locked, changes=changes)


@transaction.atomic
def answer(*, request: DataRequest, is_done: bool, text: str, actor: User, at: dt.datetime) -> None:
    """Say that it was done, or why not; the person gets a letter.

    Whoever is told that the data are deleted is taken out of everything in the same transaction.

    Raises:
        RequestRefused: it is answered already, or whoever is to be deleted still has a part in something.
    """
    locked = _lock(request)
    erases = is_done and locked.kind == DataRequest.Kind.DELETE
    if erases:
        _refuse_who_is_needed(locked, at)
    locked.state = State.DONE if is_done else State.REFUSED
    locked.answer, locked.answered_at, locked.answered_by = text, at, actor
    locked.replied_at = locked.replied_at or at
    locked.save(update_fields=["state", "answer", "answered_at", "answered_by", "replied_at"])
    if erases:
        _erase(locked, actor, at)
    letters.tell_answered(locked, at, has_page=not erases)
    changes = {"state": [State.WAITING, locked.state]}
    record(actor=actor, action="data_request.answer", target=locked, changes=changes)


def _signature(holder: Delegate | Officer | User) -> User | str:
    return BY_LINK if isinstance(holder, Delegate) else signature(holder)


def _lock(request: DataRequest) -> DataRequest:
    locked = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not locked.is_waiting:
        raise RequestRefused(
            f"Đề nghị này đã được trả lời ngày {_day(timezone.localdate(locked.answered_at))}."
        )
    return locked


def _refuse_who_is_needed(request: DataRequest, at: dt.datetime) -> None:
    if request.user is not None and (request.user.is_active or request.user.officer_of.exists()):
        raise RequestRefused(
            "Tài khoản còn hoạt động hoặc còn đứng tên trực điểm cầu: khóa tài khoản, kết thúc việc trước, rồi xóa."
        )
    if request.conference is None or at >= request.conference.end_at:
        return
    if request.delegate is not None and policies.holds_place(request.delegate):
        raise RequestRefused(
            "Hội nghị chưa kết thúc và người này còn trong danh sách: rút khỏi danh sách trước, rồi xóa."
        )
    if request.officer is not None and request.officer.is_live:
        raise RequestRefused(
            "Hội nghị chưa kết thúc và người này còn trực điểm cầu: thôi cử hoặc bàn giao trước, rồi xóa."
        )


def _erase(request: DataRequest, actor: User, at: dt.datetime) -> None:
    if request.delegate is not None:
        nomination = lock(request.delegate.seat.nomination)
        anonymising.erase(request.delegate, nomination, at)
        record(actor=actor, action="delegate.erase", target=request.delegate)
    elif request.officer is not None:
        lock_booking(request.officer.booking)
        anonymising.erase_officer(request.officer, at)
        record(actor=actor, action="officer.erase", target=request.officer)
    elif request.user is not None:
        unused.anonymise(request.user, at)
        UnusedRetention.objects.update_or_create(user=request.user, defaults={"finished_at": at})
        record(actor=actor, action="user.erase", target=request.user)


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"

"""Accounts, addresses and contacts of rooms that nobody uses any more: which are due, and how the person goes."""

import datetime as dt
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from conferences.models import SheetVersion, TaskReport
from correspondence.models import Message
from delegates.models import AttendanceMark, DataRequest, NominationVersion, Speech, UnusedRetention
from delegates.privacy import retention, scrubbing
from delegates.privacy.anonymising import EMPTY_REQUEST, close_links
from directory.models import NOBODY, AuditEntry, Contact, Mandate, User
from venues.models import (
    Booking,
    ChecklistTick,
    Incident,
    JoinLink,
    LineTestResult,
    Officer,
    OwnFinding,
    RoomContact,
)

Holder = User | Contact | RoomContact
# RFC 2606: an address to which no letter can go.
NOWHERE = "@an-danh.invalid"

# (model, its account, the copy of the name beside it); without an account the name alone tells.
_COPIES = (
    (NominationVersion, "submitted_by", "submitted_by_name"),
    (SheetVersion, "submitted_by", "submitted_by_name"),
    (TaskReport, "reported_by", "reported_by_name"),
    (AttendanceMark, "marked_by", "marked_by_name"),
    (ChecklistTick, "user", "done_by"),
    (LineTestResult, "", "recorded_by"),
    (OwnFinding, "", "said_by"),
    (Incident, "", "reported_by"),
    (Incident, "", "answered_by"),
    (Incident, "", "resolved_by"),
    (JoinLink, "", "entered_by"),
    (JoinLink, "", "superseded_by"),
    (Speech, "", "asked_by"),
)


# ── which ───────────────────────────────────────────────────────────────────────────────────────────


def accounts(at: dt.datetime) -> QuerySet[User]:
    """Accounts that are switched off, and that nobody has used, acted for or been asked about for so long.

    An account by which an officer of a room is still named waits until the officers of that conference are gone.
    """
    since = _since(at)
    roles = Mandate.objects.filter(user=OuterRef("pk")).exclude(valid_to__lt=timezone.localdate(since))
    asked = DataRequest.objects.waiting().filter(user=OuterRef("pk")).order_by()
    used = Q(last_login__gt=since) | Q(date_joined__gt=since) | Q(invited_at__gt=since)
    return (
        User.objects.filter(
            ~Exists(roles), ~Exists(Officer.objects.filter(user=OuterRef("pk"))), is_active=False
        )
        .exclude(used)
        .exclude(Exists(asked))
        .exclude(email__endswith=NOWHERE)
        .select_related("retention")
        .order_by("sort_key", "pk")
    )


def contacts(at: dt.datetime) -> QuerySet[Contact]:
    """Addresses of organisations that are not in use, to which no letter has gone for so long."""
    letters = Message.objects.filter(contact=OuterRef("pk"), created_at__gt=_since(at))
    return (
        Contact.objects.filter(~Exists(letters), is_active=False)
        .exclude(email__endswith=NOWHERE)
        .select_related("organisation", "retention")
        .order_by("organisation__sort_key", "email")
    )


def room_contacts(at: dt.datetime) -> QuerySet[RoomContact]:
    """Whom to call about a hidden room in which nobody has met for so long."""
    met = Booking.objects.filter(room=OuterRef("room"), during__endswith__gt=_since(at))
    return (
        RoomContact.objects.filter(~Exists(met), room__is_hidden=True)
        .exclude(full_name=NOBODY)
        .select_related("room", "retention")
        .order_by("room__sort_key", "pk")
    )


def is_due(holder: Holder, at: dt.datetime) -> bool:
    """Not in use for so long that the person may go."""
    match holder:
        case User():
            found = accounts(at)
        case Contact():
            found = contacts(at)
        case RoomContact():
            found = room_contacts(at)
    return found.filter(pk=holder.pk).exists()


def of(holder: Holder) -> UnusedRetention:
    """What has become of it; an unsaved row when nothing has."""
    return getattr(holder, "retention", None) or UnusedRetention(**{holder._meta.model_name: holder})


def _since(at: dt.datetime) -> dt.datetime:
    return at - retention.unused_time()


def preview(holder: Holder) -> list[tuple[str, int]]:
    """(what, how many) of everything that would be changed now."""
    if isinstance(holder, RoomContact):
        return [("Người liên hệ của phòng (họ tên, việc phụ trách, điện thoại, email)", 1)]
    letters = ("Thư (người nhận, địa chỉ, tiêu đề, nội dung)", letters_of(holder).count())
    if isinstance(holder, Contact):
        return [("Địa chỉ nhận thư (họ tên, email, điện thoại)", 1), letters]
    copies = sum(rows.count() for rows, _ in _copies(holder))
    return [
        ("Tài khoản (họ tên, chức vụ, email, điện thoại)", 1),
        ("Tên ghi cạnh việc đã làm", copies),
        letters,
        ("Đề nghị về dữ liệu đã trả lời", holder.data_requests.count()),
        (
            "Mục nhật ký của tài khoản (tên, địa chỉ IP)",
            AuditEntry.objects.filter(actor_id=holder.pk).count(),
        ),
    ]


def letters_of(holder: User | Contact) -> QuerySet[Message]:
    """The letters that name the person."""
    own = Q(contact=holder)
    if isinstance(holder, User):
        own = Q(user=holder) | Q(link__holder=_as_holder(holder)) | Q(address__iexact=holder.email)
    return Message.objects.filter(own).exclude(text="", address="")


def later_letters(at: dt.datetime) -> QuerySet[Message]:
    """Letters that were written to an account after its person had gone: the answer to who asked for it."""
    gone = Message.objects.filter(user__retention__finished_at__isnull=False)
    return gone.filter(created_at__lt=at - retention.waiting_time()).exclude(text="", address="")


# ── the person goes ─────────────────────────────────────────────────────────────────────────────────


def anonymise(holder: Holder, at: dt.datetime) -> None:
    """Take the person out of the row and of everything that hangs on it; the row stays, and all it has done."""
    if isinstance(holder, RoomContact):
        _anonymise_room_contact(holder)
        return
    while scrubbing.scrub_letters(letters_of(holder)):
        pass
    if isinstance(holder, User):
        _anonymise_account(holder, at)
    else:
        _anonymise_contact(holder)


def _anonymise_account(user: User, at: dt.datetime) -> None:
    name, email = user.full_name, user.email
    for rows, field in _copies(user):
        rows.update(**{field: NOBODY})
    DataRequest.objects.filter(user=user).update(**EMPTY_REQUEST)
    close_links([_as_holder(user)], at)
    for model in (UserSession, EmailAddress, Authenticator):
        model.objects.filter(user=user).delete()
    AuditEntry.objects.filter(actor_id=user.pk).update(actor_label=NOBODY, ip=None)
    scrubbing.scrub_entries_of(User.objects.filter(pk=user.pk), user.mandates.all(), user.data_requests.all())
    _scrub_changes(name, email)
    user.full_name, user.email = NOBODY, f"tai-khoan-{user.pk}{NOWHERE}"
    user.job_title = user.phone = ""
    user.set_unusable_password()
    user.save()


def _anonymise_contact(contact: Contact) -> None:
    email = contact.email
    contact.full_name = contact.phone = contact.refusal = ""
    contact.email = f"dia-chi-{contact.pk}{NOWHERE}"
    contact.save()
    scrubbing.scrub_entries_of(Contact.objects.filter(pk=contact.pk))
    _scrub_changes(email)


def _anonymise_room_contact(contact: RoomContact) -> None:
    """Nobody writes to it by the portal; the audit trail has it among the changes of its room."""
    words = contact.full_name, contact.job_title, contact.phone, contact.email
    contact.full_name = NOBODY
    contact.job_title = contact.phone = contact.email = ""
    contact.save()
    _scrub_changes(*filter(None, words))


def _copies(user: User) -> Iterable[tuple[QuerySet, str]]:
    for model, account, field in _COPIES:
        wanted = {account: user} if account else {field: user.full_name}
        yield model.objects.filter(**wanted).exclude(**{field: NOBODY}), field


def _scrub_changes(*words: str) -> None:
    """Take values that are the person's name or address out of what was written down about others."""
    named = Q()
    for word in words:
        named |= Q(words__contains=f'"{word}"')
    AuditEntry.objects.annotate(words=Cast("changes", TextField())).filter(named).update(changes=None)


def _as_holder(user: User) -> str:
    return f"user:{user.pk}"

"""What staff do in the directory."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from directory.audit import record
from directory.models import Contact, Mandate, Organisation, PersonalLink, User


@transaction.atomic
def revoke_link(*, link: PersonalLink, actor: User, at: dt.datetime) -> bool:
    """Stop one personal link; answers False when it was revoked before."""
    stopped = PersonalLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=at)
    if stopped:
        record(actor=actor, action="personallink.revoke", target=link)
    return bool(stopped)


@transaction.atomic
def register_organisation(*, organisation: Organisation, email: str = "", actor: User | str) -> None:
    """Put an organisation into the register that neither its data files nor staff have brought there.

    Arguments:
        organisation: unsaved, with its uid.
        email: where its letters go.
    Raises:
        ValidationError: it can't be what it says it is.
    """
    organisation.full_clean()
    organisation.save()
    if email:
        Contact.objects.create(organisation=organisation, email=email)
    record(actor=actor, action="organisation.register", target=organisation)


@transaction.atomic
def trust_address(*, contact: Contact, actor: User) -> bool:
    """Use an address again that a mail server had refused; answers False when it was not refused."""
    freed = Contact.objects.filter(pk=contact.pk, refused_at__isnull=False).update(
        refused_at=None, refusal=""
    )
    if freed:
        record(
            actor=actor, action="contact.trust", target=contact, changes={"refusal": [contact.refusal, ""]}
        )
    return bool(freed)


def find_or_make_account(
    *, email: str, full_name: str, job_title: str = "", phone: str = ""
) -> tuple[User, bool]:
    """The account of an address and whether it is new; one that is there keeps its own particulars.

    A new account has no password: it is entered by the link that ``correspondence.accounts`` mails.

    Raises:
        ValidationError: an account can't be made of these.
    """
    if user := User.objects.filter(email__iexact=email.strip()).first():
        return user, False
    user = User(email=email, full_name=full_name, job_title=job_title, phone=phone)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return user, True


def left_alone_without(users: Iterable[User], date: dt.date) -> list[Organisation]:
    """The organisations that these accounts nominate for, and for which nobody else could on that day."""
    focal = Mandate.objects.filter(role=Mandate.Role.FOCAL_POINT, user__is_active=True).as_of(date)
    theirs = focal.filter(user__in=users).values("organisation")
    others = focal.exclude(user__in=users).values("organisation")
    return list(Organisation.objects.as_of(date).filter(pk__in=theirs).exclude(pk__in=others))


@transaction.atomic
def close_account(*, user: User, actor: User) -> bool:
    """Switch an account off: nobody logs in with it, no letter goes to it; answers False when it was off."""
    closed = User.objects.filter(pk=user.pk, is_active=True).update(is_active=False)
    if closed:
        record(actor=actor, action="user.close", target=user, changes={"is_active": [True, False]})
    return bool(closed)


@transaction.atomic
def begin_looking(*, organisation: Organisation, actor: User) -> None:
    """Staff begin to look at the portal as an organisation sees it (``directory.looking``)."""
    record(actor=actor, action="organisation.look", target=organisation, acted_for=organisation.name)


@transaction.atomic
def end_looking(*, organisation: Organisation, actor: User, by_itself: bool = False) -> None:
    """They have done; ``by_itself``: the time was over."""
    record(
        actor=actor,
        action="organisation.look_end",
        target=organisation,
        changes={"by_itself": [False, True]} if by_itself else None,
        acted_for=organisation.name,
    )

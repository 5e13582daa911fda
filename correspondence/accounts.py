"""Letters that open an account: the set-password link, for new accounts and for forgotten passwords."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from correspondence.letters import write_letter
from correspondence.models import Message
from correspondence.outbox import enqueue
from directory import links
from directory.audit import record
from directory.context_processors import current_site
from directory.models import Mandate, PersonalLink, User
from hoinghi.text import format_moment, upper

PURPOSE = "set_password"
RESET_VALID_FOR = dt.timedelta(days=1)
# Who asks again at once gets no second letter: the first is on its way and its link is good.
ASK_AGAIN_AFTER = dt.timedelta(minutes=5)


@transaction.atomic
def invite_account(*, user: User, actor: User | str, at: dt.datetime) -> Message:
    """Mail a new account's holder the link to set a password; links of earlier letters die."""
    expires_at = at + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    message = _mail_link(user=user, kind="set_password", expires_at=expires_at, at=at)
    user.invited_at = at
    user.save(update_fields=["invited_at"])
    record(actor=actor, action="user.invite", target=user, changes={"message": [None, message.pk]})
    return message


@transaction.atomic
def mail_new_password(*, user: User, at: dt.datetime) -> Message | None:
    """Mail the link to whoever has forgotten the password; None when one was mailed a moment ago."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once make one letter
    live = PersonalLink.objects.filter(purpose=PURPOSE, holder=_holder(user), revoked_at__isnull=True)
    if live.filter(created_at__gt=at - ASK_AGAIN_AFTER, expires_at__gt=at).exists():
        return None
    return _mail_link(user=user, kind="password_reset", expires_at=at + RESET_VALID_FOR, at=at)


@transaction.atomic
def set_password(*, link: PersonalLink, password: str, at: dt.datetime) -> User:
    """Use a link up: set the password of its holder. The holder's other links of this kind die with it.

    Raises:
        DeadLink: it was used, replaced or has expired meanwhile.
    """
    live = PersonalLink.objects.filter(pk=link.pk, revoked_at__isnull=True, expires_at__gt=at)
    if not live.update(revoked_at=at):
        raise links.DeadLink(link)
    links.revoke(holder=link.holder, purpose=PURPOSE, at=at)
    user = holder_of(link)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor=user, action="user.set_password", target=user)
    return user


def holder_of(link: PersonalLink) -> User | None:
    """The account that the link is for; None when it is switched off."""
    _, _, pk = link.holder.partition(":")
    return User.objects.filter(pk=pk, is_active=True).first()


def _holder(user: User) -> str:
    return f"user:{user.pk}"


def _mail_link(*, user: User, kind: str, expires_at: dt.datetime, at: dt.datetime) -> Message:
    holder = _holder(user)
    links.revoke(holder=holder, purpose=PURPOSE, at=at)
    Message.objects.filter(state=Message.State.QUEUED, link__holder=holder).update(
        state=Message.State.CANCELLED, answer="Không gửi: đã có thư với đường dẫn mới hơn."
    )
    link = links.issue(
        purpose=PURPOSE,
        holder=holder,
        scope="",
        address=user.email,
        label=str(user),
        expires_at=expires_at,
    )
    letter = write_letter(kind, *_filling(user, expires_at, at))
    return enqueue(
        key=f"{kind}:{user.pk}:{link.pk}",
        topic="accounts",
        kind=kind,
        address=user.email,
        recipient_name=str(user),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        parts=letter.parts,
        user=user,
        link=link,
        at=at,
    )


def _filling(user: User, expires_at: dt.datetime, at: dt.datetime) -> tuple[dict[str, str], dict]:
    """Values of the placeholders of data/letters.yaml, and what stands around the words."""
    portal = current_site(timezone.localdate(at))
    values = {
        "user": str(user),
        "unit": portal.unit or "Đơn vị tổ chức hội nghị",
        "until": format_moment(expires_at),
    }
    frame = {
        "organisation": portal.organisation,
        "facts": _facts(user, expires_at, at),
        "link": "{link}",
        "signature": upper(portal.unit),
        "contact": ", điện thoại ".join(filter(None, [portal.unit, portal.phone])),
    }
    return values, frame


def sample(code: str) -> tuple[dict[str, str], dict] | None:
    """What the preview of a text is filled with: the account that was opened last."""
    at = timezone.now()
    user = User.objects.filter(is_active=True).order_by("-pk").first()
    return _filling(user, at + RESET_VALID_FOR, at) if user else None


def _facts(user: User, expires_at: dt.datetime, at: dt.datetime) -> list[tuple[str, str]]:
    mandates = Mandate.objects.as_of(timezone.localdate(at)).filter(user=user).select_related("organisation")
    acts_for = "; ".join(dict.fromkeys(mandate.organisation.name for mandate in mandates))
    facts = [
        ("Email đăng nhập", user.email),
        ("Thay mặt", acts_for),
        ("Đặt trước", format_moment(expires_at)),
    ]
    return [fact for fact in facts if fact[1]]

"""Handing a role over: one person's mandate ends, another's begins, both are told."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from correspondence.accounts import invite_account
from correspondence.letters import write_letter
from correspondence.outbox import enqueue
from directory.audit import record
from directory.context_processors import current_site
from directory.models import Mandate, User
from directory.services import find_or_make_account
from hoinghi.text import format_date, upper

GIVEN, TAKEN = "role_given", "role_taken"


class NotHandedOver(ValueError):
    """The role can't go to that person; the message says why."""


@transaction.atomic
def hand_over(
    *,
    mandate: Mandate,
    email: str,
    full_name: str,
    job_title: str = "",
    actor: User,
    at: dt.datetime,
) -> Mandate:
    """Let another person take a role over; answers the new mandate.

    The old mandate ends with today, so that what is being typed can still be saved; the new one begins today and
    is a backup's if the old one was. An account that is not there yet is made, and whoever can't log in yet gets
    the letter to set a password.

    Arguments:
        mandate: one that holds today.
        email: tells who takes over; the other particulars serve a new account only.
    Raises:
        NotHandedOver: nothing has changed.
    """
    today = timezone.localdate(at)
    old = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .get(pk=mandate.pk)
    )
    if not old.is_valid_on(today) or old.valid_to == today:
        raise NotHandedOver("Phân công này đã kết thúc hoặc đã được bàn giao.")
    heir, is_new = find_or_make_account(email=email, full_name=full_name, job_title=job_title)
    if heir.pk == old.user_id:
        raise NotHandedOver(
            "Đây là email của chính người đang giữ vai trò. Nhập email của người nhận bàn giao."
        )
    if not heir.is_active:
        raise NotHandedOver("Tài khoản của email này đã bị khóa. Xin liên hệ đơn vị tổ chức để mở lại trước.")
    ends, old.valid_to = old.valid_to, today
    old.save(update_fields=["valid_to"])
    new = _begin(old, heir, ends, today)
    record(
        actor=actor,
        action="mandate.hand_over",
        target=old,
        changes={
            "user": [str(old.user), str(heir)],
            "valid_to": [ends and format_date(ends), format_date(today)],
        },
        acted_for=old.organisation.name,
    )
    if is_new or not heir.has_usable_password():
        invite_account(user=heir, actor=actor, at=at)
    else:
        _tell(TAKEN, heir, old, new, at)
    if old.user.is_active:
        _tell(GIVEN, old.user, old, new, at)
    return new


def _begin(old: Mandate, heir: User, ends: dt.date | None, today: dt.date) -> Mandate:
    """The heir's mandate: one that is there already goes on, and is no backup's any more if the old one was not."""
    held = Mandate.objects.filter(
        user=heir, organisation=old.organisation, role=old.role, valid_to__isnull=True
    ).first()
    if held is None:
        return Mandate.objects.create(
            user=heir,
            organisation=old.organisation,
            role=old.role,
            is_backup=old.is_backup,
            valid_from=today,
            valid_to=ends,
        )
    held.is_backup = held.is_backup and old.is_backup
    held.valid_from = held.valid_from and min(held.valid_from, today)
    held.save(update_fields=["is_backup", "valid_from"])
    return held


def _tell(kind: str, user: User, old: Mandate, new: Mandate, at: dt.datetime) -> None:
    letter = write_letter(kind, *_filling(user, old, new, at))
    enqueue(
        key=f"{kind}:{old.pk}",
        topic="accounts",
        kind=kind,
        address=user.email,
        recipient_name=str(user),
        user=user,
        link_path=reverse("home"),
        at=at,
        **vars(letter),
    )


def _filling(user: User, old: Mandate, new: Mandate, at: dt.datetime) -> tuple[dict[str, str], dict]:
    portal = current_site(timezone.localdate(at))
    values = {
        "user": str(user),
        "role": old.get_role_display(),
        "organisation": old.organisation.name,
        "from": str(old.user),
        "to": f"{new.user} ({new.user.email})",
        "date": format_date(timezone.localdate(at)),
    }
    frame = {
        "organisation": portal.organisation,
        "link": "{link}",
        "signature": upper(portal.unit),
        "contact": ", điện thoại ".join(filter(None, [portal.unit, portal.phone])),
    }
    return values, frame


def sample(code: str) -> tuple[dict[str, str], dict] | None:
    """What the preview of a text is filled with: the newest mandate, as if its holder handed it to himself."""
    mandate = Mandate.objects.select_related("user", "organisation").order_by("-pk").first()
    return _filling(mandate.user, mandate, mandate, timezone.now()) if mandate else None

"""The audit trail: every service that changes something writes one entry in its own transaction."""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction

from directory.models import AuditEntry, User
from hoinghi.middleware import client_ip

log = structlog.get_logger("audit")

# Changes that are no field of their object.
_WORDS = {
    "reason": "lý do",
    "file": "tệp",
    "paper": "tệp",
    "count": "số lượng",
    "letters": "số thư",
    "rows": "số dòng",
    "lines": "số dòng",
    "people": "số người",
    "lists": "số danh sách",
    "entries": "số mục nhật ký",
    "packages": "số gói lưu trữ",
    "delegates": "số đại biểu",
    "organisation": "cơ quan",
    "organisations": "cơ quan",
    "recipients": "người nhận",
    "answers": "trả lời",
    "error": "lỗi",
    "number": "số",
}

READ_AGAIN = dt.timedelta(hours=1)

# Action → what staff read; every app names its own in AppConfig.ready().
_names: dict[str, str] = {}


def name_actions(names: dict[str, str]) -> None:
    """Say in Vietnamese what actions are: ``{"nomination.submit": "Gửi danh sách"}``."""
    _names.update(names)


def name_of(action: str) -> str:
    """An action in Vietnamese: its own name, or that of its verb (``contact.add``), or itself."""
    return _names.get(action) or _names.get(action.rpartition(".")[2]) or action


def field_name(label: str, name: str) -> str:
    """A changed field in Vietnamese; an entry may be older than the renaming of its model or field.

    Arguments:
        label: ``AuditEntry.object_type``.
    """
    field = _field(label, name)
    return str(field.verbose_name) if field is not None else _WORDS.get(name, name)


def value_name(label: str, name: str, value):
    """A value of that field as people read it: the label of a choice, otherwise itself."""
    field = _field(label, name)
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    return choices.get(value, value) if isinstance(value, str) else value


def _field(label: str, name: str) -> models.Field | None:
    try:
        field = apps.get_model(label)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return field if isinstance(field, models.Field) else None


def record(
    *, actor: User | str, action: str, target, changes: dict | None = None, acted_for: str = ""
) -> AuditEntry:
    """Write who did what to which object.

    Arguments:
        actor: the account, or a label for somebody without one ("đại biểu qua đường dẫn cá nhân", "hệ thống").
        action: a dotted verb, ``nomination.submit``.
        target: the model instance that was acted on; it must have been saved.
        changes: field → [before, after], JSON values; personal data may stand here (it is scrubbed by
            retention), never in the log line, which carries ids, action and field names only.
        acted_for: the organisation that the actor stood in for.
    """
    entry = _entry(actor, action, target, changes, acted_for)
    entry.save()
    _mirror(entry)
    return entry


def record_many(*, actor: User | str, action: str, targets: Iterable, changes: dict | None = None) -> None:
    """Write the same about many objects at once, an entry for each; arguments as of ``record``."""
    entries = [_entry(actor, action, target, changes, "") for target in targets]
    for entry in AuditEntry.objects.bulk_create(entries, batch_size=500):
        _mirror(entry)


def record_read(*, actor: User, action: str, target, at: dt.datetime) -> None:
    """Write that an account has looked at the personal data of many, once in an hour for the same target.

    Pages are looked at again and again, and each commit lets parts that all share be drawn anew
    (``hoinghi.sharing.Parts``).

    Arguments:
        action: a dotted verb, ``delegates.read``.
        target: what they belong to: a conference.
    """
    lately = AuditEntry.objects.filter(
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        action=action,
        actor_id=actor.pk,
        at__gt=at - READ_AGAIN,
    )
    if lately.exists():
        return
    with transaction.atomic():
        # Two pages opened at once: the second waits here, and then finds the first one's entry.
        _wait_for(action, actor.pk, target.pk)
        if not lately.exists():
            record(actor=actor, action=action, target=target)


def _wait_for(*names) -> None:
    """Wait for every other transaction that has said these names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [":".join(map(str, names))])


def _entry(actor: User | str, action: str, target, changes: dict | None, acted_for: str) -> AuditEntry:
    return AuditEntry(
        actor_id=actor.pk if isinstance(actor, User) else None,
        actor_label=str(actor)[:200],
        acted_for=acted_for[:250],
        action=action,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        # An entry can't be rewritten when a person is made anonymous, so a person's name is no label.
        object_label=str(getattr(target, "audit_label", target))[:300],
        changes=changes,
        ip=client_ip(),
    )


def _mirror(entry: AuditEntry) -> None:
    log.info(
        "audit",
        entry=entry.pk,
        actor=entry.actor_id,
        action=entry.action,
        object=f"{entry.object_type}:{entry.object_id}",
        fields=sorted(entry.changes or ()),
    )

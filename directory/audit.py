"""The audit trail: every service that changes something writes one entry in its own transaction."""

from collections.abc import Iterable

import structlog

from directory.models import AuditEntry, User
from hoinghi.middleware import client_ip

log = structlog.get_logger("audit")

# Action → what staff read; every app names its own in AppConfig.ready().
_names: dict[str, str] = {}


def name_actions(names: dict[str, str]) -> None:
    """Say in Vietnamese what actions are: ``{"nomination.submit": "Gửi danh sách"}``."""
    _names.update(names)


def name_of(action: str) -> str:
    """An action in Vietnamese: its own name, or that of its verb (``contact.add``), or itself."""
    return _names.get(action) or _names.get(action.rpartition(".")[2]) or action


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


def _entry(actor: User | str, action: str, target, changes: dict | None, acted_for: str) -> AuditEntry:
    return AuditEntry(
        actor_id=actor.pk if isinstance(actor, User) else None,
        actor_label=str(actor)[:200],
        acted_for=acted_for[:250],
        action=action,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        object_label=str(target)[:300],
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

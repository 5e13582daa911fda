"""The audit trail: every service that changes something writes one entry in its own transaction."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import partial

import structlog
from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction

from directory.models import AuditEntry, User
from hoinghi.middleware import client_ip
from hoinghi.text import format_date, format_moment

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
    "officers": "số cán bộ kỹ thuật",
    "organisation": "cơ quan",
    "organisations": "cơ quan",
    "recipients": "người nhận",
    "answers": "trả lời",
    "error": "lỗi",
    "number": "số",
    "version": "bản",
    "rooms": "số điểm cầu",
    "room": "phòng",
    "round": "đợt",
    "clauses": "số điều khoản",
    "opinions": "số ý kiến",
    "materials": "số tài liệu",
    "files": "số tệp",
    "item": "mục",
    "message": "số của thư",
    "draft": "dự thảo số",
    "added": "thêm",
    "changed": "sửa",
    "removed": "bỏ",
    "released": "trả phòng",
    "letters_stopped": "số thư bị chặn",
    "why": "vì",
    "days": "số ngày",
    "since": "từ ngày",
    "photo": "ảnh",
    "done_by": "người xác nhận",
    "factors": "số lớp xác thực đã gỡ",
    "by_itself": "tự hết giờ",
}

# What a date or a moment is written down as.
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d[\d:.]*([+-]\d\d:\d\d|Z))?$")

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
        name: of a field, of rows that hang on the object, or of one of those: ``groups.41``.
    """
    field = _field(label, name)
    if field is not None:
        return str(field.verbose_name)
    rows, _, number = name.partition(".")
    return f"{_rows_name(label, rows)} số {number}" if number.isdecimal() else _rows_name(label, name)


def _rows_name(label: str, name: str) -> str:
    """What rows that hang on the object are called: ``groups`` → "nhóm thành phần"."""
    try:
        relation = apps.get_model(label)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return _WORDS.get(name, name)
    return str(relation.related_model._meta.verbose_name)


def value_name(label: str, name: str, value):
    """A value of that field as people read it: the label of a choice, a Vietnamese date, otherwise itself."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if not isinstance(value, str):
        return value
    field = _field(label, name)
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    return choices[value] if value in choices else _date_name(value)


def _date_name(value: str) -> str:
    """``2026-11-25`` → ``25/11/2026``; a moment in the time of Hanoi; anything else as it is."""
    if not _ISO.match(value):
        return value
    try:
        if len(value) == len("2026-11-25"):
            return format_date(dt.date.fromisoformat(value))
        return format_moment(dt.datetime.fromisoformat(value))
    except ValueError:
        return value


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
    (``hoinghi.sharing.Parts``). A process that has seen the entry committed asks the database nothing.

    Arguments:
        action: a dotted verb, ``delegates.read``.
        target: what they belong to: a conference.
    """
    known, key = caches["process"], f"read:{action}:{actor.pk}:{target._meta.label_lower}:{target.pk}"
    since = at - READ_AGAIN
    if (seen := known.get(key)) is not None and seen > since:
        return
    last = _last_read(actor, action, target, since)
    if last is None:
        with transaction.atomic():
            # Two pages opened at once: the second waits here, and then finds the first one's entry.
            _wait_for(key)
            last = _last_read(actor, action, target, since)
            if last is None:
                last = record(actor=actor, action=action, target=target).at
    transaction.on_commit(partial(known.set, key, last, READ_AGAIN.total_seconds()))


def _last_read(actor: User, action: str, target, since: dt.datetime) -> dt.datetime | None:
    """When the account last had its look at the target written down, after ``since``."""
    entries = AuditEntry.objects.filter(
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        action=action,
        actor_id=actor.pk,
        at__gt=since,
    )
    return entries.order_by("-id").values_list("at", flat=True).first()


def _wait_for(name: str) -> None:
    """Wait for every other transaction that has said this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


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

"""The audit trail as people ask for it: of one conference, of one person; filtered, in order, as a file."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import CharField, ForeignKey, Model, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from conferences.models import Conference
from conferences.topics import topic_of
from correspondence.models import Mailing, Message, OfficialDocument
from delegates.models import DataRequest, Delegate, SubstituteProposal
from directory.audit import field_name, name_of, record, value_name
from directory.models import AuditEntry, Mandate, User
from hoinghi.sheets import write_sheet
from venues.models import Officer

# So many steps from a row to its conference at most: mark → delegate → seat → list → conference.
FARTHEST = 4
OF_CONFERENCES = ("conferences", "venues", "delegates")
HEADERS = ["Lúc", "Người thực hiện", "Thay mặt", "Việc", "Đối tượng", "Thay đổi", "Địa chỉ IP"]
MOST_LINES = 50_000


@dataclass(frozen=True)
class Wanted:
    """What of a trail is asked for; empty asks for everything.

    Attributes:
        action: a dotted verb.
        actor: part of the name of whoever did it.
        since, until: days in Hanoi, both included.
    """

    action: str = ""
    actor: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def filtered(entries: QuerySet[AuditEntry], wanted: Wanted) -> QuerySet[AuditEntry]:
    """The newest first."""
    if wanted.action:
        entries = entries.filter(action=wanted.action)
    if wanted.actor:
        entries = entries.filter(actor_label__icontains=wanted.actor)
    if wanted.since:
        entries = entries.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        entries = entries.filter(at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    return entries.order_by("-id")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())


# ── whose trail ─────────────────────────────────────────────────────────────────────────────────────


def of_conference(conference: Conference) -> QuerySet[AuditEntry]:
    """What was done to the conference and to every row that hangs on it, its letters included."""
    keys = [
        _keys(model, model.objects.filter(**{path: conference.pk}))
        for model, path in _paths()
        if path != "pk"
    ]
    topic = topic_of(conference)
    keys += [_keys(model, model.objects.filter(topic=topic)) for model in (Message, Mailing)]
    # Each model has one way to its conference; these have two.
    keys.append(_keys(DataRequest, DataRequest.objects.filter(officer__booking__conference=conference)))
    papers = conference.official_documents.values("document")
    keys.append(_keys(OfficialDocument, OfficialDocument.objects.filter(pk__in=papers)))
    own = _keys(Conference, Conference.objects.filter(pk=conference.pk))
    return _about(own.union(*keys, all=True))


@cache
def _paths() -> list[tuple[type[Model], str]]:
    """Each model whose rows belong to one conference, with the way there: ``seat__nomination__conference``."""
    found: dict[type[Model], str] = {Conference: "pk"}
    models = [model for label in OF_CONFERENCES for model in apps.get_app_config(label).get_models()]
    # What a row must have leads home; what it may have (the room where a delegate was a guest) only as a last way.
    for may_be_empty in (*[False] * FARTHEST, True):
        steps = {model: _step(model, found, may_be_empty) for model in models if model not in found}
        found |= {model: path for model, path in steps.items() if path}
    return list(found.items())


def _step(model: type[Model], found: dict[type[Model], str], may_be_empty: bool) -> str:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and field.related_model in found and field.null is may_be_empty:
            onward = found[field.related_model]
            return field.name if onward == "pk" else f"{field.name}__{onward}"
    return ""


def of_delegate(delegate: Delegate) -> QuerySet[AuditEntry]:
    """What was done to the data of one delegate."""
    own = _keys(Delegate, Delegate.objects.filter(pk=delegate.pk))
    proposals = _keys(SubstituteProposal, delegate.substitute_proposals.all())
    speeches = _keys(delegate.speeches.model, delegate.speeches.all())
    requests = _keys(delegate.data_requests.model, delegate.data_requests.all())
    return _about(own.union(proposals, speeches, requests, all=True))


def of_account(user: User) -> QuerySet[AuditEntry]:
    """What somebody with an account did, and what was done to the account and its roles."""
    own = _keys(User, User.objects.filter(pk=user.pk))
    mandates = _keys(Mandate, Mandate.objects.filter(user=user))
    requests = _keys(user.data_requests.model, user.data_requests.all())
    about = own.union(mandates, requests, all=True)
    return AuditEntry.objects.filter(_either(about) | Q(actor_id=user.pk))


def _keys(model: type[Model], rows: QuerySet) -> QuerySet:
    label = Value(model._meta.label_lower, output_field=CharField())
    return rows.order_by().values_list(label, Cast("pk", CharField()))


def _about(keys: QuerySet) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(_either(keys))


def _either(keys: Iterable[tuple[str, str]]) -> Q:
    """Entries about any of these objects; the keys are read first, so that the index finds the entries."""
    by_type = defaultdict(list)
    for label, key in keys:
        by_type[label].append(key)
    wanted = Q(pk__in=[])
    for label, numbers in by_type.items():
        wanted |= Q(object_type=label, object_id__in=numbers)
    return wanted


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def actions_in(entries: QuerySet[AuditEntry]) -> list[tuple[str, str]]:
    """(action, name) of what occurs, by name."""
    codes = entries.order_by().values_list("action", flat=True).distinct()
    return sorted(((code, name_of(code)) for code in codes), key=lambda pair: pair[1])


def names_of(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """(type, number) of a delegate or an officer → present name: the trail itself keeps no names of theirs."""
    names = {}
    for model in (Delegate, Officer):
        label = model._meta.label_lower
        keys = {entry.object_id for entry in entries if entry.object_type == label}
        found = model.objects.filter(pk__in=keys).values_list("pk", "full_name") if keys else ()
        names |= {(label, str(pk)): name for pk, name in found}
    return names


def lines_of_changes(entry: AuditEntry) -> list[str]:
    """What changed, a line each: ``điện thoại: – → 0912345678``."""
    lines = []
    for field, pair in sorted((entry.changes or {}).items()):
        before, after = (_shown(value_name(entry.object_type, field, value)) for value in pair)
        if before != after:
            lines.append(f"{field_name(entry.object_type, field)}: {before} → {after}")
    return lines


def _shown(value) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    if value in (None, "", [], {}):
        text = "–"
    return text if len(text) <= 200 else text[:199] + "…"


def workbook(entries: QuerySet[AuditEntry], *, target: Model, actor: User) -> bytes:
    """The entries as a spreadsheet, the newest ``MOST_LINES``; whoever takes it away is written down."""
    found = list(entries[:MOST_LINES])
    names = names_of(found)
    content = write_sheet(
        "Nhật ký",
        HEADERS,
        (
            (
                entry.at,
                entry.actor_label,
                entry.acted_for,
                name_of(entry.action),
                called(entry, names),
                "\n".join(lines_of_changes(entry)),
                entry.ip,
            )
            for entry in found
        ),
    )
    record(actor=actor, action="audit.export", target=target, changes={"lines": [0, len(found)]})
    return content


def called(entry: AuditEntry, names: dict[tuple[str, str], str]) -> str:
    """The object as people know it today."""
    name = names.get((entry.object_type, entry.object_id), "")
    return f"{entry.object_label} ({name})" if name and name not in entry.object_label else entry.object_label

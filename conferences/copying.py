"""A new conference starts from the last of its kind: what stays the same is filled in, to be looked over."""

import datetime as dt
from typing import Any

from django.forms.models import model_to_dict
from django.utils import timezone

from conferences.asking import print_roles
from conferences.models import Conference
from conferences.naming import print_units

KEPT_FIELDS = [
    "kind",
    "frame",
    "series",
    "title",
    "short_title",
    "format",
    "organiser",
    "organiser_name",
    "issuing_unit",
    "issuing_unit_name",
    "letterhead",
    "basis",
    "legal_bases",
    "purpose",
    "chair_title",
    "chair_name",
    "chair_honorific",
    "signature",
    "composition",
    "invitees",
    "request",
    "duration_kind",
    "time_style",
    "focal_kind",
    "deadline_style",
    "paper_rule",
    "join_before",
]
# Rows that belong to the kind of conference. Files, dates and approvals belong to the old one.
KEPT_ROWS = (
    *("abbreviations", "places", "groups", "questions", "agenda", "notes", "facts", "contacts", "topics"),
)


def last_of_each_kind() -> list[Conference]:
    """The conferences that a clerk will most likely want to start from."""
    return list(
        Conference.objects.order_by("kind__position", "kind_id", "-start_at")
        .distinct("kind__position", "kind_id")
        .select_related("kind")
    )


def fields_from(source: Conference, today: dt.date) -> dict[str, Any]:
    """What the form of a new conference shows at first.

    A body that has ended is followed to its present holder, whose own name is then printed.
    """
    initial = model_to_dict(source, fields=KEPT_FIELDS)
    for name in ("organiser", "issuing_unit"):
        body = getattr(source, name)
        holder = body.holder_on(today)
        initial[name] = holder.pk if holder else None
        if holder != body:
            initial[f"{name}_name"] = holder.name if holder else ""
    if source.letterhead and not source.letterhead.is_valid_on(today):
        initial["letterhead"] = None
    return initial


def rows_from(source: Conference, today: dt.date) -> dict[str, list[dict[str, Any]]]:
    """What the rows of a new conference show at first: relation → rows."""
    rows = {
        relation: [
            model_to_dict(row, exclude=["id", "conference"]) for row in getattr(source, relation).all()
        ]
        for relation in KEPT_ROWS
    }
    for values, place in zip(rows["places"], source.places.select_related("host"), strict=True):
        if place.host and (holder := place.host.holder_on(today)) != place.host:
            values |= {"host": holder and holder.pk, "host_name": holder.name if holder else ""}
    for values, group in zip(rows["groups"], source.groups.all(), strict=True):
        values |= {"asked": print_roles(group), "units": print_units(group)}
        for relation in ("organisations", "provinces"):
            holders = [row.holder_on(today) for row in values[relation]]
            values[relation] = list(dict.fromkeys(holder.pk for holder in holders if holder))
    for values in rows["questions"]:
        # The new conference has groups of its own, known by their codes.
        values["group_codes"] = ", ".join(group.code for group in values.pop("groups"))
    for values, item in zip(rows["agenda"], source.agenda.all(), strict=True):
        values |= {"starts": _hour(item.starts_at), "ends": _hour(item.ends_at)}
    return rows


def _hour(moment: dt.datetime | None) -> dt.time | None:
    return None if moment is None else timezone.localtime(moment).time()

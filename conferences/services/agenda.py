"""Publishing an agenda: the draft becomes the version that everybody reads."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction

from conferences import agenda
from conferences.followers import follow
from conferences.models import AgendaVersion, Conference
from directory.audit import record
from directory.models import User

State = Conference.State


class NotPublished(Exception):
    """The agenda was not published; the text says why."""


def obstacle_to_publish_agenda(conference: Conference) -> str:
    """Why the agenda cannot be published now, for the person to read; "" when it can."""
    if conference.state == State.DRAFT:
        return "Hội nghị còn là bản nháp: chương trình được công bố cùng hội nghị."
    if conference.state == State.CANCELLED:
        return "Hội nghị đã hủy, không công bố chương trình nữa."
    return ""


@transaction.atomic
def publish_agenda(
    *, conference: Conference, mark: str, note: str = "", actor: User | str, at: dt.datetime
) -> AgendaVersion:
    """Let everybody read the draft from now on.

    Arguments:
        mark: ``agenda.mark_of`` what the person has read.
        note: why it was changed; printed with the version.

    Raises:
        NotPublished: wrong state, nothing to publish (any more), or something else than was read.
        CannotFollow: something that depends on the agenda cannot go along.
    """
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if message := obstacle_to_publish_agenda(locked):
        raise NotPublished(message)
    if not locked.agenda.exists():
        raise NotPublished("Chương trình chưa có nội dung nào. Nhập nội dung rồi công bố.")
    if not agenda.unpublished(locked):
        raise NotPublished("Bản nháp không có gì khác bản đang công bố.")
    if mark != agenda.mark_of(locked):
        raise NotPublished("Chương trình đã được sửa sau khi trang này được mở. Đọc lại rồi công bố.")
    version = write_down(conference=locked, note=note, actor=actor, at=at)
    locked.save(update_fields=["updated_at"])
    follow(conference=locked, actor=actor, at=at)
    return version


def write_down(
    *, conference: Conference, note: str = "", actor: User | str, at: dt.datetime
) -> AgendaVersion | None:
    """Make the draft the newest version; None when it says what the newest one says.

    For services that publish more than the agenda; the caller holds the lock of the conference.
    """
    found = agenda.unpublished(conference)
    if not found:
        return None
    last = agenda.newest_version(conference)
    version = AgendaVersion.objects.create(
        conference=conference,
        number=last.number + 1 if last else 1,
        items=agenda.rows_of(agenda.draft_items(conference)),
        differences=[asdict(difference) for difference in found] if last else [],
        note=note.strip(),
        published_at=at,
        published_by=actor if isinstance(actor, User) else None,
    )
    # What the caller's object knows of versions is out of date now.
    getattr(conference, "_prefetched_objects_cache", {}).pop("agenda_versions", None)
    record(
        actor=actor,
        action="agenda.publish",
        target=conference,
        changes={
            "version": [version.number - 1, version.number],
            "agenda": [None, [str(difference) for difference in found]],
            "reason": ["", version.note],
        },
    )
    return version

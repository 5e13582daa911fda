"""The rules of a conference: publishing it, and keeping its files."""

import datetime as dt
from itertools import chain, count
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from conferences.checks import Check, checklist
from conferences.models import Conference, Material, MaterialVersion
from directory.audit import record
from directory.models import User
from hoinghi.files import Examined, examine
from hoinghi.text import slugify

__all__ = [
    "Check",
    "NotReady",
    "WrongState",
    "add_material_version",
    "announce",
    "check_upload",
    "checklist",
    "free_slug",
]


class WrongState(Exception):
    """The conference's state does not allow this step; the message is for the person who asked."""


class NotReady(Exception):
    """Something that nobody can do without is missing; ``missing`` holds those checks."""

    def __init__(self, missing: list[Check]):
        super().__init__("; ".join(check.label for check in missing))
        self.missing = missing


@transaction.atomic
def announce(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Publish the conference: from now on everybody may read the notice.

    Raises:
        WrongState: it is not a draft or planned (any more).
        NotReady: a blocking point of ``checklist`` is open.
    """
    state = Conference.objects.select_for_update().values_list("state", flat=True).get(pk=conference.pk)
    if state not in (Conference.State.DRAFT, Conference.State.PLANNED):
        raise WrongState(f"Hội nghị ở trạng thái “{Conference.State(state).label}”, không công bố được nữa.")
    if missing := [check for check in checklist(conference, at) if check.blocking and not check.done]:
        raise NotReady(missing)
    conference.state = Conference.State.ANNOUNCED
    conference.announced_at = at
    conference.save(update_fields=["state", "announced_at", "updated_at"])
    record(
        actor=actor,
        action="conference.announce",
        target=conference,
        changes={"state": [state, conference.state]},
    )


def free_slug(title: str, *, taken_by_others: Conference) -> str:
    """An address for a conference of this title that no other one has."""
    slug = slugify(title)[:110].strip("-") or "hoi-nghi"
    others = set(
        Conference.objects.filter(slug__startswith=slug)
        .exclude(pk=taken_by_others.pk)
        .values_list("slug", flat=True)
    )
    candidates = chain([slug], (f"{slug}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in others)


def check_upload(material: Material, upload) -> Examined:
    """Whether ``upload`` may become the newest version of ``material``, which may be new itself.

    Raises:
        ValidationError: the file is not what may be uploaded, or the same as the newest version.
    """
    examined = examine(upload)
    newest = material.versions.first() if material.pk else None
    if newest is not None and newest.sha256 == examined.sha256:
        raise ValidationError(
            f"“{examined.name}” giống hệt bản {newest.number} đang dùng. Chọn tệp đã sửa, hoặc bỏ trống ô này."
        )
    return examined


@transaction.atomic
def add_material_version(*, material: Material, upload, actor: User | str) -> MaterialVersion:
    """Keep an uploaded file as the newest version of the material; older ones stay.

    Raises:
        ValidationError: the file is not what may be uploaded, or the same as the newest version.
    """
    # Two uploads at once get their numbers one after the other.
    Material.objects.select_for_update().get(pk=material.pk)
    examined = check_upload(material, upload)
    newest = material.versions.first()
    version = MaterialVersion(
        material=material,
        number=newest.number + 1 if newest else 1,
        file_name=examined.name,
        content_type=examined.content_type,
        size=examined.size,
        sha256=examined.sha256,
        uploaded_by=actor if isinstance(actor, User) else None,
    )
    # On the disk a plain name; the Vietnamese one is given back at each download.
    version.file.save(examined.sha256[:32] + Path(examined.name).suffix.lower(), File(upload), save=False)
    try:
        version.save()
        material.conference.save(update_fields=["updated_at"])
        record(
            actor=actor,
            action="material.upload",
            target=material,
            changes={"version": [version.number - 1, version.number], "file": ["", examined.name]},
        )
    except BaseException:
        version.file.delete(save=False)
        raise
    return version

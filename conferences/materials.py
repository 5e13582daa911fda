"""Reading materials: which ones a viewer gets to see, and how files are handed out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from conferences.models import AgendaItem, Conference, MaterialVersion
from conferences.policies import is_organiser, readable_visibilities
from directory.looking import is_looking
from hoinghi.files import clean_name, deliver
from hoinghi.text import format_time
from hoinghi.zips import Entry, zip_response


def readable_versions(viewer: object, conference: Conference, at: dt.datetime) -> list[MaterialVersion]:
    """The newest version of each material that the viewer may download at ``at``, in the printed order.

    Arguments:
        viewer: as in ``policies.can_read_material``; the answer is the same, row by row.
    """
    materials = conference.materials.with_current().filter(
        current_id__isnull=False, visibility__in=readable_visibilities(viewer, conference)
    )
    if not is_organiser(viewer):
        materials = materials.in_window(at)
    newest = {material.current_id: material for material in materials}
    versions = MaterialVersion.objects.in_bulk(newest)
    for pk, version in versions.items():
        version.material = newest[pk]
    return [versions[pk] for pk in newest]


@dataclass(frozen=True)
class Section:
    """The papers for one item of the agenda; ``item`` is None for those for the whole conference."""

    item: AgendaItem | None
    versions: list[MaterialVersion]


def by_agenda_item(versions: Iterable[MaterialVersion], items: Iterable[AgendaItem]) -> list[Section]:
    """The papers under the items that they are for, those for the whole conference first.

    A paper whose item readers do not see (any more) is for the whole conference.
    """
    of_item: dict[int | None, list[MaterialVersion]] = {None: []}
    items = list(items)
    of_item |= {item.pk: [] for item in items}
    for version in versions:
        item = version.material.agenda_item_id
        of_item[item if item in of_item else None].append(version)
    sections = [Section(None, of_item[None]), *(Section(item, of_item[item.pk]) for item in items)]
    return [section for section in sections if section.versions]


def with_papers(items: list[AgendaItem], versions: Iterable[MaterialVersion]) -> list[AgendaItem]:
    """The items of an agenda, each with its ``papers``."""
    papers = {
        section.item.pk: section.versions for section in by_agenda_item(versions, items) if section.item
    }
    for item in items:
        item.papers = papers.get(item.pk, [])
    return items


def deliver_version(request, version: MaterialVersion, *, inline: bool = False) -> HttpResponse:
    """Answer a download and count it; the caller has checked the right, each time.

    Arguments:
        inline: to be shown inside a page instead of being kept.
    """
    etag = f'"{version.sha256}"'
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return unchanged
    if request.method == "GET" and _is_first_part(request) and not is_looking(request):
        _count_downloads([version])
    return deliver(
        request,
        version.file,
        name=version.file_name,
        content_type=version.content_type,
        etag=etag,
        inline=inline,
    )


def _count_downloads(versions: Iterable[MaterialVersion]) -> None:
    """One more for each, and nothing else: who downloaded is kept nowhere."""
    counted = MaterialVersion.objects.filter(pk__in=[version.pk for version in versions])
    with transaction.atomic(), connection.cursor() as cursor:
        # All who download one paper at once count in one row: none waits until the disk has the others' counts.
        # A crash of the database may lose the last ones.
        cursor.execute("SET LOCAL synchronous_commit TO off")
        counted.update(downloads=F("downloads") + 1)


def _is_first_part(request) -> bool:
    """A broken download that goes on is not a second one."""
    wanted = request.headers.get("Range", "")
    return not wanted or wanted.startswith("bytes=0-")


def package_of(
    request,
    conference: Conference,
    versions: list[MaterialVersion],
    *,
    items: Iterable[AgendaItem] = (),
    at: dt.datetime,
) -> HttpResponse:
    """These files as one ZIP, written while it is sent; each counts as downloaded.

    Arguments:
        items: the items of the agenda that get folders.
    """
    if request.method == "GET" and not is_looking(request):
        _count_downloads(versions)
    return zip_response(entries_of(versions, items), name=f"Tài liệu {conference.title}.zip", at=at)


def entries_of(versions: Iterable[MaterialVersion], items: Iterable[AgendaItem]) -> list[Entry]:
    """The files with their names in a package: those for an item of the agenda in a folder of its own."""
    return [
        Entry(f"{_folder_of(section.item)}{_name_of(version)}", version.file)
        for section in by_agenda_item(versions, items)
        for version in section.versions
    ]


def _folder_of(item: AgendaItem | None) -> str:
    # Windows gives up past 260 letters in a path.
    return (
        f"{clean_name(f'{format_time(item.starts_at)} {item.printed_title}')[:60].strip()}/" if item else ""
    )


def _name_of(version: MaterialVersion) -> str:
    """What people call the paper, with the file's extension."""
    extension = PurePath(version.file_name).suffix
    return f"{clean_name(version.material.title)[:100].strip(' .')}{extension}"

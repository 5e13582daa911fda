"""Reading materials: which ones a viewer gets to see, and how a file is handed out."""

import datetime as dt

from django.db.models import F
from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from conferences.models import Conference, MaterialVersion
from conferences.policies import is_organiser, readable_visibilities
from hoinghi.files import deliver


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


def deliver_version(request, version: MaterialVersion) -> HttpResponse:
    """Answer a download and count it; the caller has checked the right, each time."""
    etag = f'"{version.sha256}"'
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return unchanged
    if request.method == "GET" and _is_first_part(request):
        # The count alone: who downloaded is kept nowhere.
        MaterialVersion.objects.filter(pk=version.pk).update(downloads=F("downloads") + 1)
    return deliver(
        request, version.file, name=version.file_name, content_type=version.content_type, etag=etag
    )


def _is_first_part(request) -> bool:
    """A broken download that goes on is not a second one."""
    wanted = request.headers.get("Range", "")
    return not wanted or wanted.startswith("bytes=0-")

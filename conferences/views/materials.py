"""Reading materials: the list of a conference, one file, a file inside a page, and all of them in one package."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences import policies
from conferences.agenda import shown_items
from conferences.materials import by_agenda_item, deliver_version, package_of, readable_versions
from conferences.models import Conference, MaterialVersion
from hoinghi.access import access, anyone
from hoinghi.files import INLINE_TYPES
from hoinghi.sharing import shared_by_visitors


@require_safe
@access(anyone)
@shared_by_visitors
def materials(request, slug: str):
    """Everything that the reader may read of a conference, in the order of its agenda."""
    now = timezone.now()
    found = get_object_or_404(Conference.objects.visible_to(request.user).printable(), slug=slug)
    versions = readable_versions(request.user, found, now)
    items = shown_items(found) if policies.can_see_day(request.user, found) else []
    context = {
        "conference": found,
        "versions": versions,
        "sections": by_agenda_item(versions, items),
        "now": now,
        "updated_at": found.updated_at,
        "issuer": found.issuing_unit_name,
    }
    return render(request, "conferences/materials.html", context)


@require_safe
@access(anyone)
def package(request, slug: str):
    """All that the reader may read, as one ZIP."""
    found = get_object_or_404(Conference.objects.visible_to(request.user).printable(), slug=slug)
    now = timezone.now()
    versions = readable_versions(request.user, found, now)
    if not versions:
        raise Http404("Nothing to read")
    items = shown_items(found) if policies.can_see_day(request.user, found) else []
    return package_of(request, found, versions, items=items, at=now)


@require_safe
@access(anyone)
def material(request, pk: int):
    """One version of a material. Without right: login for a visitor, 404 for an account, existing or not."""
    version = _readable(request, pk)
    if version is None:
        return redirect_to_login(request.get_full_path())
    if _is_outdated(request, version):
        # A letter may name an old version: whoever follows it gets what is valid now.
        return redirect("material", version.newest_id)
    return deliver_version(request, version)


@require_safe
@access(anyone)
def preview(request, pk: int):
    """A material inside a page, shown by the browser's own viewer."""
    version = _readable(request, pk)
    if version is None:
        return redirect_to_login(request.get_full_path())
    if _is_outdated(request, version):
        return redirect("material-preview", version.newest_id)
    if version.content_type not in INLINE_TYPES:
        return redirect("material", pk)
    conference = version.material.conference
    context = {
        "version": version,
        "conference": conference,
        "file_url": reverse("material-inline", args=[pk]),
        "download_url": reverse("material", args=[pk]),
        "back_url": reverse("materials", args=[conference.slug]),
        "back_label": "Tài liệu hội nghị",
    }
    return render(request, "conferences/material.html", context)


@require_safe
@access(anyone)
def inline(request, pk: int):
    """The file of ``preview``."""
    version = _readable(request, pk)
    if version is None:
        return redirect_to_login(request.get_full_path())
    return deliver_version(request, version, inline=True)


def _readable(request, pk: int) -> MaterialVersion | None:
    """The version, or None for a visitor who may have to log in.

    Raises:
        Http404: an account without right, or no such version.
    """
    found = MaterialVersion.objects.with_newest().select_related("material__conference").filter(pk=pk).first()
    if found is not None and policies.can_read_material(request.user, found.material, timezone.now()):
        return found
    if request.user.is_authenticated:
        raise Http404("No right")
    return None


def _is_outdated(request, version: MaterialVersion) -> bool:
    """Whether there is a newer version; staff may look at the old ones."""
    return version.newest_id != version.pk and not policies.is_organiser(request.user)

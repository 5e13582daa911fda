"""Archive packages of a conference: ordered here, followed while they are made, downloaded."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from delegates.archive.contents import PARTS, labels_of
from delegates.archive.packing import NotNow, order_package, remove_package
from delegates.models import ArchivePackage
from delegates.policies import can_archive
from delegates.views.staff import REFUSED, get_conference_or_404
from directory.audit import record
from hoinghi.access import access, require_fresh_login, staff, takes_data
from hoinghi.files import deliver

SHOWN = 10


@access(staff)
@require_http_methods(["GET", "POST"])
def page(request, slug: str):
    """What can go into a package, and the packages that there are; htmx asks for these alone."""
    conference = get_conference_or_404(request.user, slug)
    if request.method == "GET":
        return _page(request, conference)
    try:
        match request.POST.get("do"):
            case "order":
                order_package(
                    conference=conference,
                    parts=request.POST.getlist("part"),
                    actor=request.user,
                    at=timezone.now(),
                )
            case "remove":
                remove_package(
                    package=_package(conference, request.POST.get("package", "")), actor=request.user
                )
            case _:
                raise Http404("No such button")
    except ValidationError as refused:
        return _page(request, conference, refusal=" ".join(refused.messages), status=200)
    except NotNow as refused:
        return _page(request, conference, refusal=str(refused), status=REFUSED)
    return redirect("package", slug=slug)


def _package(conference: Conference, pk: str) -> ArchivePackage:
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        raise Http404("No such package")
    return get_object_or_404(conference.archive_packages, pk=pk)


def _page(request, conference: Conference, *, refusal: str = "", status: int = 200):
    posted = set(request.POST.getlist("part")) if request.POST.get("do") == "order" else None
    packages = list(conference.archive_packages.select_related("ordered_by")[:SHOWN])
    context = {
        "conference": conference,
        "parts": [
            {
                "code": part.code,
                "label": part.label,
                "is_personal": part.is_personal,
                "is_chosen": part.code in posted if posted is not None else not part.is_personal,
            }
            for part in PARTS
        ],
        "packages": [(each, labels_of(each.parts)) for each in packages],
        "is_running": any(each.is_under_way for each in packages),
        "is_possible": can_archive(conference, timezone.now()),
        "refusal": refusal,
    }
    template = "delegates/includes/packages.html" if request.htmx else "delegates/package.html"
    return render(request, template, context, status=status)


@access(takes_data)
@require_safe
def file(request, slug: str, pk: int):
    """The ZIP. Each time that somebody takes it is written down."""
    conference = get_conference_or_404(request.user, slug)
    package = get_object_or_404(conference.archive_packages, pk=pk, state=ArchivePackage.State.READY)
    if request.method == "GET" and not request.headers.get("Range"):  # a broken download goes on
        require_fresh_login(request)
        record(
            actor=request.user,
            action="archive.download",
            target=package,
            changes={"parts": [None, labels_of(package.parts)]},
        )
    return deliver(
        request,
        package.file,
        name=package.file_name,
        content_type="application/zip",
        etag=f'"{package.sha256}"',
    )

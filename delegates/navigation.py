"""The staff's pages of one conference, in sections that follow the work: prepare, invite, watch, meet, conclude."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from conferences.models import Conference
from delegates.cockpit.tasks import outbox_url


@dataclass(frozen=True)
class Entry:
    """A page of the band.

    Arguments:
        page: the name by which its template calls itself.
        parts: pages below it; on them it is marked as well.
        url: where it stands, of the conference.
        is_shown: whether this conference has it.
    """

    page: str
    label: str
    url: Callable[[Conference], str]
    parts: tuple[str, ...] = ()
    is_shown: Callable[[Conference], bool] = lambda conference: True


def _named(name: str) -> Callable[[Conference], str]:
    return lambda conference: reverse(name, args=[conference.slug])


def _desk(conference: Conference) -> str:
    return reverse("admin:conferences_conference_change", args=[conference.pk])


def _tasks_url(conference: Conference) -> str:
    """The staff's tasks of all conferences, those of this one."""
    return f"{reverse('task-desk')}?{urlencode({'hoi-nghi': conference.slug})}"


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Đề cử",
        (
            Entry("cockpit", "Theo dõi", _named("cockpit"), parts=("review",)),
            Entry("delegates", "Đại biểu", _named("cockpit-delegates")),
            Entry("questions", "Câu hỏi", _named("cockpit-questions")),
        ),
    ),
    (
        "Chuẩn bị",
        (
            Entry("publish", "Công bố", _named("publish")),
            Entry("edit", "Sửa hội nghị", _desk),
            Entry("agenda", "Chương trình", _named("agenda-draft")),
            Entry("papers", "Tài liệu", _named("paper-desk"), parts=("paper-ask", "material-notice")),
            Entry("changes", "Thay đổi", _named("changes"), is_shown=lambda each: bool(each.announced_at)),
        ),
    ),
    (
        "Văn bản, thư",
        (
            Entry("documents", "Văn bản", _named("conference-documents"), parts=("draft",)),
            Entry("invite", "Gửi thư mời", _named("invite")),
            Entry("reminders", "Lịch nhắc", _named("reminders"), parts=("remind",)),
            Entry("outbox", "Thư gửi đi", outbox_url),
        ),
    ),
    (
        "Điểm cầu, ngày họp",
        (
            Entry("rooms", "Điểm cầu", _named("conference-rooms"), parts=("room",)),
            Entry("day", "Bảng điểm cầu", _named("board")),
            Entry("attendance", "Điểm danh", _named("attendance")),
            Entry("speeches", "Phát biểu", _named("speeches")),
            Entry("incidents", "Sự cố", _named("incidents")),
            Entry("join-links", "Đường dẫn họp", _named("join-links")),
        ),
    ),
    (
        "Góp ý, kết luận",
        (
            Entry("drafts", "Dự thảo", _named("drafts"), parts=("draft-page",)),
            Entry("conclusion", "Kết luận", _named("conclusion-desk"), parts=("conclusion-page",)),
            Entry("tasks", "Nhiệm vụ", _tasks_url),
            Entry("package", "Gói lưu trữ", _named("package")),
            Entry("audit", "Nhật ký", _named("audit")),
            Entry("retention", "Lưu giữ dữ liệu", _named("retention")),
            Entry("copy", "Tạo hội nghị mới", _named("copy")),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    """A link of the band; ``current``: "page", "true" (a page below it is open) or ""."""

    label: str
    url: str
    current: str


@dataclass(frozen=True)
class Band:
    """The sections, and the pages of the section that is open."""

    sections: list[Link]
    pages: list[Link]


def band_of(conference: Conference, page: str) -> Band:
    """What the band of ``page`` shows.

    Arguments:
        page: the name by which the page calls itself (``Entry.page`` or one of its ``parts``).
    """
    sections, pages = [], []
    for label, entries in SECTIONS:
        shown = [entry for entry in entries if entry.is_shown(conference)]
        is_open = any(page == entry.page or page in entry.parts for entry in entries)
        sections.append(Link(label, shown[0].url(conference), "true" if is_open else ""))
        if is_open:
            pages = [Link(entry.label, entry.url(conference), _current(entry, page)) for entry in shown]
    return Band(sections, pages)


def _current(entry: Entry, page: str) -> str:
    if page == entry.page:
        return "page"
    return "true" if page in entry.parts else ""

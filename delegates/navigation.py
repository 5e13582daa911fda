"""The staff's pages of one conference, in sections that follow the work: prepare, invite, watch, meet, conclude."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from conferences.models import Conference
from conferences.topics import conference_in
from delegates.cockpit.tasks import outbox_url
from directory.models import User
from hoinghi.access import looks_only, may_open, page_named


@dataclass(frozen=True)
class Entry:
    """A page of the band.

    Arguments:
        page: the name by which its template calls itself.
        where: the name of the conference's URL; or of a page that is not the conference's own, where it stands.
        parts: pages below it; on them it is marked as well.
        is_shown: whether this conference has it.
        to_read: what it is called for whoever only reads there; default the same.
    """

    page: str
    label: str
    where: str | Callable[[Conference], str]
    parts: tuple[str, ...] = ()
    is_shown: Callable[[Conference], bool] = lambda conference: True
    to_read: str = ""

    def url(self, conference: Conference) -> str:
        if callable(self.where):
            return self.where(conference)
        return reverse(self.where, args=[conference.slug])

    def label_for(self, user) -> str:
        return self.to_read if self.to_read and looks_only(user) else self.label

    def is_for(self, user) -> bool:
        return callable(self.where) or may_open(user, page_named(self.where))


def _desk(conference: Conference) -> str:
    return reverse("admin:conferences_conference_change", args=[conference.pk])


def _tasks_url(conference: Conference) -> str:
    """The staff's tasks of all conferences, those of this one."""
    return f"{reverse('task-desk')}?{urlencode({'hoi-nghi': conference.slug})}"


def documents_url(topic: str) -> str:
    """The documents of the conference that the topic names; "" when there is none."""
    slug = Conference.objects.filter(pk=conference_in(topic)).values_list("slug", flat=True).first()
    return reverse("conference-documents", args=[slug]) if slug else ""


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Đề cử",
        (
            Entry("cockpit", "Theo dõi", "cockpit", parts=("review",)),
            Entry("delegates", "Đại biểu", "cockpit-delegates"),
            Entry("questions", "Câu hỏi", "cockpit-questions"),
        ),
    ),
    (
        "Chuẩn bị",
        (
            Entry("publish", "Công bố", "publish"),
            Entry("edit", "Sửa hội nghị", _desk, to_read="Xem dữ liệu"),
            Entry("agenda", "Chương trình", "agenda-draft"),
            Entry("papers", "Tài liệu", "paper-desk", parts=("paper-ask", "material-notice")),
            Entry("changes", "Thay đổi", "changes", is_shown=lambda each: bool(each.announced_at)),
        ),
    ),
    (
        "Văn bản, thư",
        (
            Entry("documents", "Văn bản", "conference-documents", parts=("draft",)),
            Entry("invite", "Gửi thư mời", "invite"),
            Entry("reminders", "Lịch nhắc", "reminders", parts=("remind",)),
            Entry("outbox", "Thư gửi đi", outbox_url),
        ),
    ),
    (
        "Điểm cầu, ngày họp",
        (
            Entry("rooms", "Điểm cầu", "conference-rooms", parts=("room",)),
            Entry("day", "Bảng điểm cầu", "board"),
            Entry("attendance", "Điểm danh", "attendance"),
            Entry("speeches", "Phát biểu", "speeches"),
            Entry("incidents", "Sự cố", "incidents"),
            Entry("join-links", "Đường dẫn họp", "join-links"),
        ),
    ),
    (
        "Góp ý, kết luận",
        (
            Entry("drafts", "Dự thảo", "drafts", parts=("draft-page",)),
            Entry("conclusion", "Kết luận", "conclusion-desk", parts=("conclusion-page",)),
            Entry("tasks", "Nhiệm vụ", _tasks_url),
            Entry("package", "Gói lưu trữ", "package"),
            Entry("audit", "Nhật ký", "audit"),
            Entry("retention", "Lưu giữ dữ liệu", "retention"),
            Entry("copy", "Tạo hội nghị mới", "copy"),
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


def band_of(conference: Conference, page: str, user: User) -> Band:
    """What the band of ``page`` shows to the reader.

    Arguments:
        page: the name by which the page calls itself (``Entry.page`` or one of its ``parts``).
    """
    sections, pages = [], []
    for label, entries in SECTIONS:
        shown = [entry for entry in entries if entry.is_shown(conference) and entry.is_for(user)]
        is_open = any(page == entry.page or page in entry.parts for entry in entries)
        sections.append(Link(label, shown[0].url(conference), "true" if is_open else ""))
        if is_open:
            pages = [
                Link(entry.label_for(user), entry.url(conference), _current(entry, page)) for entry in shown
            ]
    return Band(sections, pages)


def _current(entry: Entry, page: str) -> str:
    if page == entry.page:
        return "page"
    return "true" if page in entry.parts else ""

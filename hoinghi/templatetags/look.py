"""The look's components as template tags: icons, states, quotas, messages, facts, files.

Registered as a builtin (settings, TEMPLATES), so no template needs to load it. What a tag prints is
HTML with the classes of static/css/hoinghi.css; a state is always word + shape + colour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hoinghi import access
from hoinghi.access import anyone, signed_in, staff
from hoinghi.text import format_countdown, format_filesize, format_quota

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One picture of static/img/sprite.svg, hidden from screen readers: the word beside it speaks."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/sprite.svg"), name
    )


# ── rights: {% if user|may_send:"speeches" %}, {% if user|may_open:"speeches-list" %} ───────────────

# For links to the desk, which has no pages of ours to ask about.
register.filter("looks_only", access.looks_only)


@register.filter
def may_open(user, name: str) -> bool:
    """Whether the reader may follow a link to the page with this URL name."""
    return access.may_open(user, access.page_named(name))


@register.filter
def may_send(user, name: str) -> bool:
    """Whether the reader may send the form that leads there, or follow a link to a page that is nothing but one."""
    return access.may_send(user, access.page_named(name))


# ── navigation ──────────────────────────────────────────────────────────────────────────────────────


def _guest(user) -> bool:
    return not signed_in(user)


def _invited(user) -> bool:
    return signed_in(user) and not staff(user)


# (label, URL name, who sees it, URL names or namespace of the pages below it). The views check the rights.
NAVIGATION = [
    (
        "Hội nghị",
        "home",
        anyone,
        {
            *("archive", "month", "search", "series", "site-map", "events-province", "events-organisation"),
            *("conference", "materials", "material-preview", "agenda-draft"),
            "cockpit",
            "cockpit-delegates",
            "province",
            "cockpit-questions",
            "publish",
            "invite",
            "nomination-review",
            "reminders",
            "remind-now",
            "conference-rooms",
            "checklist",
            "line-tests",
            "line-test-plan",
            "line-test-round",
            "drafts",
            "draft",
            "draft-result",
            "draft-new",
            "draft-desk",
            "draft-edit",
            "draft-version",
            "draft-ask",
            "draft-opinions",
            "draft-publish",
            "conclusion-desk",
            "task-give",
        },
    ),
    ("Tin tức", "news", anyone, {"article"}),
    ("Lời mời", "invitations", _invited, {"nomination", "nomination-history", "nomination-receipt"}),
    ("Góp ý", "opinion-sheets", _invited, {"opinion-sheet"}),
    ("Gửi tài liệu", "paper-requests", _invited, {"paper-request"}),
    ("Nhiệm vụ", "tasks", _invited, {"task"}),
    ("Điểm cầu", "my-rooms", _invited, {"booking", "booking-choose"}),
    ("Phòng họp", "rooms", staff, {"room"}),
    (
        "Thư gửi đi",
        "outbox",
        staff,
        {
            "outbox-message",
            "outbox-confirm",
            "outbox-edit",
            "letter-texts",
            "letter-text",
            "letter-text-restore",
        },
    ),
    (
        "Văn bản đi",
        "register",
        staff,
        {"document", "document-issue", "document-sign", "document-replace", "document-recall"},
    ),
    ("Nhiệm vụ", "task-desk", staff, {"task"}),
    (
        "Dữ liệu cá nhân",
        "data-requests",
        staff,
        {
            *("data-request", "processing", "breaches", "breach", "breach-new"),
            *("retentions", "retention-account", "retention-contact"),
        },
    ),
    ("Quản trị", "admin:index", staff, {"admin"}),
    ("Đăng nhập", "account_login", _guest, set()),
]


@dataclass(frozen=True)
class NavigationEntry:
    label: str
    url: str
    current: str  # the value of aria-current: "page", "true" (a page below it) or ""


@register.simple_tag(takes_context=True)
def navigation(context) -> list[NavigationEntry]:
    """The header's entries for this user; without a user (error pages) those of a guest."""
    user = context.get("user")
    match = getattr(context.get("request"), "resolver_match", None)
    entries = []
    for label, name, may_see, below in NAVIGATION:
        if not (may_see(user) if user is not None else may_see in (anyone, _guest)):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = ""
        if match and match.view_name == name:
            current = "page"
        elif match and {match.view_name, match.namespace} & below:
            current = "true"
        entries.append(NavigationEntry(label, url, current))
    return entries


# ── states ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class State:
    label: str
    badge: str  # badge--…, empty for the plain badge
    icon: str
    tile: str = ""  # tile--… or cell--…, only states that the tile grid of the provinces or the board shows


# kind → code → appearance. Codes as stored or derived (DESIGN, states table); labels as people read them.
STATES: dict[str, dict[str, State]] = {
    "nomination": {
        "not_opened": State("Chưa mở", "off", "circle", "none"),
        "open": State("Chưa mở", "off", "circle", "none"),
        "opened": State("Đã mở", "", "eye", "open"),
        "draft": State("Nháp", "draft", "circle-half", "draft"),
        "extended": State("Được gia hạn", "draft", "arrow-repeat", "draft"),
        "submitted": State("Đã gửi", "sent", "circle-fill", "sent"),
        "accepted": State("Đã tiếp nhận", "done", "check-lg", "done"),
        "returned": State("Trả lại", "bad", "arrow-return-left", "bad"),
        "declined": State("Không cử", "off", "slash-circle", "decl"),
        "late": State("Quá hạn", "late", "exclamation-triangle-fill", "late"),
    },
    "conference": {
        "draft": State("Nháp", "draft", "circle-half"),
        "planned": State("Dự kiến", "", "circle"),
        "announced": State("Đã thông báo", "ok", "check-lg"),
        "ongoing": State("Đang diễn ra", "done", "camera-video"),
        "ended": State("Đã kết thúc", "off", "check-circle-fill"),
        "concluded": State("Đã kết luận", "off", "file-earmark-text"),
        "postponed": State("Hoãn", "draft", "clock-history"),
        "cancelled": State("Hủy", "bad", "x-circle-fill"),
    },
    "delegate": {
        "proposed": State("Được cử", "", "circle"),
        "replaced": State("Đã thay thế", "off", "arrow-repeat"),
        "withdrawn": State("Đã rút", "off", "slash-circle"),
    },
    "answer": {
        "none": State("Chưa trả lời", "", "circle"),
        "confirmed": State("Xác nhận", "ok", "check-lg"),
        "declined": State("Báo vắng", "bad", "slash-circle"),
    },
    "attendance": {
        "unmarked": State("Chưa điểm danh", "off", "circle"),
        "in_person": State("Có mặt trực tiếp", "ok", "check-lg"),
        "online": State("Có mặt trực tuyến", "ok", "camera-video"),
        "absent": State("Vắng mặt", "bad", "slash-circle"),
    },
    "room": {
        "preparing": State("Đang chuẩn bị", "draft", "hourglass-split"),
        "ready": State("Sẵn sàng", "ok", "check-lg"),
        "connected": State("Đã kết nối", "done", "camera-video"),
        "lost": State("Mất kết nối", "bad", "wifi-off"),
    },
    # A room on the board: its own state, and what is derived for display. ``tile`` is the kind of cell.
    "board": {
        "lost": State("Mất kết nối", "bad", "wifi-off", "fail"),
        "incident": State("Có sự cố", "bad", "exclamation-triangle-fill", "fail"),
        "failed": State("Chưa đạt", "bad", "x-circle-fill", "fail"),
        "missing": State("Còn thiếu", "draft", "exclamation-circle-fill", "miss"),
        "preparing": State("Đang chuẩn bị", "draft", "hourglass-split", "miss"),
        "ready": State("Sẵn sàng", "ok", "check-lg", "ready"),
        "connected": State("Đã kết nối", "done", "camera-video", "on"),
    },
    "speech": {
        "asked": State("Chờ đồng ý", "draft", "hourglass-split"),
        "allowed": State("Trong danh sách", "sent", "circle-fill"),
        "speaking": State("Đang phát biểu", "done", "chat-left-text"),
        "done": State("Đã phát biểu", "ok", "check-lg"),
        "skipped": State("Không phát biểu", "off", "slash-circle"),
        "withdrawn": State("Đã rút", "off", "arrow-return-left"),
    },
    "line_test": {
        "waiting": State("Chưa thử", "", "clock"),
        "passed": State("Đạt", "ok", "check-lg"),
        "failed": State("Chưa đạt", "bad", "x-circle-fill"),
        "absent": State("Vắng", "late", "exclamation-triangle-fill"),
    },
    "message": {
        "draft": State("Nháp", "draft", "circle-half"),
        "queued": State("Chờ gửi", "", "clock"),
        "claimed": State("Đang gửi", "draft", "arrow-repeat"),
        "sending": State("Đang gửi", "draft", "arrow-repeat"),
        "sent": State("Đã gửi", "ok", "check-lg"),
        "failed": State("Không tới", "bad", "x-circle-fill"),
        "unknown": State("Chưa rõ", "draft", "exclamation-triangle-fill"),
        "cancelled": State("Đã hủy", "off", "slash-circle"),
    },
    "reminder": {
        "planned": State("Khi công bố", "off", "circle"),
        "waiting": State("Chưa tới giờ", "", "clock"),
        "done": State("Đã nhắc", "ok", "check-lg"),
        "missed": State("Đã lỡ", "late", "exclamation-triangle-fill"),
        "stopped": State("Đã dừng", "off", "slash-circle"),
        "past": State("Đã qua khi lập lịch", "off", "clock-history"),
        "merged": State("Gộp vào nấc sau", "off", "arrow-right"),
        "off": State("Đang tắt", "off", "slash-circle"),
        "no_date": State("Chưa có mốc thời gian", "off", "circle"),
    },
    "draft": {
        "preparing": State("Đang chuẩn bị", "draft", "circle-half"),
        "asking": State("Đang lấy ý kiến", "sent", "circle-fill"),
        "over": State("Hết hạn góp ý", "late", "hourglass-split"),
        "answered": State("Đã công bố kết quả", "done", "check-lg"),
    },
    "sheet": {
        "asked": State("Chưa trả lời", "off", "circle"),
        "opened": State("Đã mở", "", "eye"),
        "draft": State("Nháp", "draft", "circle-half"),
        "submitted": State("Có ý kiến", "sent", "circle-fill"),
        "agreed": State("Thống nhất", "ok", "check-lg"),
        "late": State("Không trả lời", "late", "exclamation-triangle-fill"),
    },
    "disposition": {
        "": State("Chưa xử lý", "off", "circle"),
        "accepted": State("Tiếp thu", "ok", "check-lg"),
        "partly": State("Tiếp thu một phần", "draft", "circle-half"),
        "explained": State("Giải trình", "sent", "file-earmark-text"),
    },
    "conclusion": {
        "draft": State("Nháp", "draft", "circle-half"),
        "published": State("Đã công bố", "ok", "check-lg"),
    },
    "task": {
        "given": State("Đã giao", "sent", "circle-fill"),
        "reported": State("Chờ xem xét", "draft", "hourglass-split"),
        "returned": State("Trả lại", "bad", "arrow-return-left"),
        "accepted": State("Đã hoàn thành", "ok", "check-lg"),
        "cancelled": State("Thôi giao", "off", "slash-circle"),
        "overdue": State("Quá hạn", "late", "exclamation-triangle-fill"),
    },
    "paper": {
        "asked": State("Chờ gửi", "sent", "circle-fill"),
        "late": State("Quá hạn", "late", "exclamation-triangle-fill"),
        "submitted": State("Chờ duyệt", "draft", "hourglass-split"),
        "returned": State("Trả lại", "bad", "arrow-return-left"),
        "approved": State("Đã duyệt", "ok", "check-lg"),
        "withdrawn": State("Không yêu cầu nữa", "off", "slash-circle"),
    },
    "retention": {
        "kept": State("Đang giữ", "sent", "circle-fill"),
        "due": State("Đến hạn", "late", "exclamation-triangle-fill"),
        "announced": State("Đã báo, đang chờ", "draft", "hourglass-split"),
        "running": State("Đang ẩn danh", "draft", "hourglass-split"),
        "held": State("Giữ lại", "bad", "slash-circle"),
        "done": State("Đã ẩn danh", "ok", "check-lg"),
    },
    "breach": {
        "open": State("Chưa báo cáo", "bad", "hourglass-split"),
        "late": State("Quá 72 giờ", "late", "exclamation-triangle-fill"),
        "reported": State("Đã báo cáo", "sent", "circle-fill"),
        "closed": State("Đã kết thúc", "ok", "check-lg"),
    },
    "data_request": {
        "waiting": State("Chờ xử lý", "sent", "circle-fill"),
        "late": State("Quá hạn", "late", "exclamation-triangle-fill"),
        "done": State("Đã thực hiện", "ok", "check-lg"),
        "refused": State("Không thực hiện", "off", "slash-circle"),
    },
    "document": {
        "draft": State("Dự thảo", "draft", "circle-half"),
        "issued": State("Đã ban hành", "ok", "check-lg"),
        "replaced": State("Đã thay thế", "off", "arrow-repeat"),
        "recalled": State("Đã thu hồi", "bad", "arrow-return-left"),
    },
}


@register.simple_tag
def state_badge(code: str, kind: str = "nomination", label: str = "") -> SafeString:
    """A state as a badge.

    Arguments:
        code: the stored or derived code.
        kind: a key of STATES.
        label: other words for this occasion ("Thiếu cán bộ kỹ thuật").
    Raises:
        KeyError: a state that the look does not know; a new one needs its word and icon here first.
    """
    state = STATES[kind][code]
    modifier = f" badge--{state.badge}" if state.badge else ""
    return format_html('<span class="badge{}">{}{}</span>', modifier, icon(state.icon), label or state.label)


@register.simple_tag
def state_label(code: str, kind: str = "nomination") -> str:
    """The state's word alone."""
    return STATES[kind][code].label


@register.simple_tag
def state_tile(code: str, name: str, url: str) -> SafeString:
    """A province in the tile grid; the state is read out after the name."""
    state = STATES["nomination"][code]
    return format_html(
        '<a class="tile tile--{}" href="{}">{}{}<span class="visually-hidden">{}</span></a>',
        state.tile,
        url,
        name,
        icon(state.icon),
        state.label,
    )


@register.simple_tag
def state_legend(kind: str = "nomination", *codes: str) -> SafeString:
    """The badges of a kind in a row: all of them, or those named."""
    # Two codes may look the same to people ("open" and "not_opened"): one badge.
    badges = [(badge,) for badge in dict.fromkeys(state_badge(code, kind) for code in codes or STATES[kind])]
    return format_html('<ul class="legend">{}</ul>', format_html_join("", "<li>{}</li>", badges))


# ── quota ───────────────────────────────────────────────────────────────────────────────────────────

MAX_BARS = 10
LONG_AGO = timedelta(days=30)


@register.simple_tag
def quota_bar(chosen: int, minimum: int | None, maximum: int | None, unit: str = "đại biểu") -> SafeString:
    """How much of a quota is used: one box a place, red dots for places too many, and the words.

    Arguments:
        chosen: places taken.
        minimum, maximum: the quota; None where the group has none ("một số").
        unit: what is counted when there is no maximum.
    """
    if not maximum:
        words = f"Đã có {chosen} {unit}" + (f" (ít nhất {minimum})" if minimum else "")
        mark = icon("check-lg") if chosen >= max(minimum or 0, 1) else ""
        return format_html('<p class="quota">{}{}</p>', mark, words)
    over = chosen > maximum
    bars = ["on"] * min(chosen, maximum) + [""] * (maximum - chosen) + ["over"] * (chosen - maximum)
    boxes = format_html_join("", '<i class="{}"></i>', [(bar,) for bar in bars[:MAX_BARS]])
    return format_html(
        '<p class="quota{}"><span class="quota__bar" aria-hidden="true">{}</span>{}<span>{}</span></p>',
        " quota--over" if over else "",
        boxes if maximum <= MAX_BARS else "",
        icon("exclamation-triangle-fill") if over else "",
        f"Đã chọn {chosen}/{maximum} ({format_quota(minimum, maximum)})",
    )


# ── messages ────────────────────────────────────────────────────────────────────────────────────────

LEVELS = {  # Django's message level → (class, icon)
    "info": ("", "info-circle-fill"),
    "success": (" alert--success", "check-circle-fill"),
    "warning": (" alert--warning", "exclamation-triangle-fill"),
    "error": (" alert--danger", "exclamation-circle-fill"),
}


@register.simple_block_tag
def alert(content, level: str = "info", title: str = "") -> SafeString:
    """A message inside the page.

    ``{% alert "warning" "Sắp hết hạn gửi danh sách" %}<p>Còn 7 giờ.</p>{% endalert %}``

    Arguments:
        level: info, success, warning or error (danger means error); an error is announced at once.
        title: a heading, may be empty.
    """
    level = "error" if level == "danger" else level
    modifier, shape = LEVELS.get(level, LEVELS["info"])
    return format_html(
        '<div class="alert{}" role="{}">{}<div>{}{}</div></div>',
        modifier,
        "alert" if level == "error" else "status",
        icon(shape),
        format_html("<h2>{}</h2>", title) if title else "",
        content,
    )


@register.simple_block_tag
def empty_state(content, icon_name: str, title: str) -> SafeString:
    """An empty list: what is missing, and in the block what to do next."""
    return format_html('<div class="empty">{}<h2>{}</h2>{}</div>', icon(icon_name), title, content)


# ── facts, deadline, ticket ─────────────────────────────────────────────────────────────────────────


@register.simple_block_tag
def fact(content, icon_name: str, term: str) -> SafeString:
    """One line of ``<dl class="facts">``: ``{% fact "clock" "Thời gian" %}<b>8h00</b>{% endfact %}``."""
    shape = icon(icon_name) if icon_name else ""
    return format_html("<div><dt>{}{}</dt><dd>{}</dd></div>", shape, term, content)


@register.simple_block_tag
def deadline(content, at: datetime, title: str, now: datetime | None = None) -> SafeString:
    """How much time is left until a deadline, or by how much it has passed.

    Arguments:
        at: the instant from which it is too late.
        title: the printed phrase ("Hạn gửi: trước ngày 01/7/2021").
        now: the moment to count from; default the present.
    """
    now = now or timezone.now()
    over = now >= at
    left = format_countdown(at - now)
    if over:
        # Nobody counts the days of a conference of long ago.
        big, small = ("Hết", "hạn") if now - at > LONG_AGO else ("Quá", left)
    else:
        big, small = left.split(" ", 1)
    return format_html(
        '<div class="deadline{}"><p class="deadline__left">{}<small>{}</small></p>'
        "<div><p><b>{}</b></p>{}</div></div>",
        " deadline--over" if over else "",
        big,
        small,
        title,
        content,
    )


@register.simple_block_tag
def ticket(content, over: str, main: str, under: str = "") -> SafeString:
    """A delegate's card: weekday, date and hour, a remark; the block is its body."""
    return format_html(
        '<div class="ticket"><div class="ticket__top"><p>{}</p><b>{}</b>{}</div>'
        '<div class="ticket__body">{}</div></div>',
        over,
        main,
        format_html("<p>{}</p>", under) if under else "",
        content,
    )


# ── files ───────────────────────────────────────────────────────────────────────────────────────────

FILE_ICONS = {
    "pdf": "file-earmark-pdf",
    "zip": "file-earmark-zip",
    "xls": "file-earmark-spreadsheet",
    "xlsx": "file-earmark-spreadsheet",
    "ods": "file-earmark-spreadsheet",
    "csv": "file-earmark-spreadsheet",
}


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


@register.simple_tag
def file_icon(name: str) -> SafeString:
    """The picture for a file's kind, by its extension."""
    return icon(FILE_ICONS.get(_extension(name), "file-earmark-text"))


@register.simple_tag
def file_facts(name: str, size: int) -> str:
    """Kind and size as printed under a link: "PDF, 186 kB"."""
    return f"{_extension(name).upper() or 'Tệp'}, {format_filesize(size)}"

"""What the portal holds about one person, for that person to read."""

from collections.abc import Iterable

from django.utils import timezone

from correspondence.labels import kind_label
from correspondence.models import Message
from delegates.models import Delegate
from directory.models import User
from hoinghi.text import capfirst, format_moment, format_phones
from venues.letters import holder_of
from venues.models import Officer
from venues.people import signature

# (label, value); a value of several lines has them set apart by line ends.
Held = list[tuple[str, str]]


def about_delegate(delegate: Delegate) -> Held:
    """Everything about a delegate: the list's row, answers, attendance, letters, kept versions."""
    nomination = delegate.seat.nomination
    letters = Message.objects.filter(
        link__holder=f"delegate:{delegate.pk}", state=Message.State.SENT
    ).order_by("pk")
    versions = [
        version
        for version in nomination.versions.order_by("number")
        if any(row["delegate_id"] == delegate.pk for row in version.rows)
    ]
    return _shown(
        ("Danh xưng, họ và tên", f"{capfirst(delegate.honorific)} {delegate.full_name}"),
        ("Chức vụ", delegate.job_title),
        ("Đơn vị công tác", delegate.seat.name),
        ("Vai trò", delegate.role),
        ("Điện thoại", format_phones(delegate.phone)),
        ("Email", delegate.email),
        ("Hội nghị", nomination.conference.title),
        ("Cơ quan cử", nomination.organisation_name),
        ("Trả lời", _with(delegate.get_answer_display(), delegate.answer_reason)),
        ("Điểm danh", _with(delegate.get_attendance_display(), delegate.attendance_reason)),
        ("Lý do cử dự thay, rút", _with(delegate.replace_reason, delegate.withdraw_reason)),
        *(
            (answer.question.text, answer.value)
            for answer in delegate.question_answers.select_related("question")
        ),
        *(
            ("Đã đề xuất người dự thay", _with(each.full_name, each.reason))
            for each in delegate.substitute_proposals.all()
        ),
        ("Có tên trong các bản danh sách", ", ".join(f"bản {version.number}" for version in versions)),
        ("Thư đã gửi", _lines(_letter(letter) for letter in letters)),
    )


def about_officer(officer: Officer) -> Held:
    """Everything about a technical officer of a room: who, where, what he or she wrote down, letters."""
    booking = officer.booking
    letters = Message.objects.filter(link__holder=holder_of(officer), state=Message.State.SENT).order_by("pk")
    return _shown(
        ("Họ và tên", officer.full_name),
        ("Chức vụ, đơn vị", officer.job_title),
        ("Điện thoại", format_phones(officer.phone)),
        ("Email", officer.email),
        ("Hội nghị", booking.conference.title),
        ("Điểm cầu", f"{booking.label}: {booking.place}"),
        ("Ca trực", officer.shift),
        ("Cử lúc", format_moment(officer.named_at)),
        ("Mục kiểm tra đã xác nhận", _lines(_with(tick.item.text, tick.note) for tick in _ticks(officer))),
        (
            "Sự cố đã báo",
            _lines(
                _with(f"{format_moment(each.reported_at)}, {each.get_kind_display().lower()}", each.note)
                for each in booking.incidents.filter(reported_by=signature(officer))
            ),
        ),
        ("Thư đã gửi", _lines(_letter(letter) for letter in letters)),
    )


def _ticks(officer: Officer):
    return officer.ticks.select_related("item").order_by("pk")


def about_user(user: User) -> Held:
    """What is held of somebody with an account."""
    return _shown(
        ("Họ và tên", user.full_name),
        ("Chức vụ", user.job_title),
        ("Điện thoại", format_phones(user.phone)),
        ("Email", user.email),
        (
            "Vai trò",
            _lines(f"{each.get_role_display()}: {each.organisation.name}" for each in _mandates(user)),
        ),
        (
            "Trực điểm cầu",
            _lines(f"{each.booking.label}, {each.booking.conference.title}" for each in _duties(user)),
        ),
        ("Tài khoản tạo lúc", format_moment(user.date_joined)),
        ("Đăng nhập lần cuối", format_moment(user.last_login) if user.last_login else ""),
        (
            "Thư đã gửi tới tài khoản",
            _lines(
                _letter(letter)
                for letter in user.messages.filter(state=Message.State.SENT).order_by("-pk")[:50]
            ),
        ),
    )


def _duties(user: User):
    return user.officer_of.select_related("booking__conference", "booking__unit").order_by("pk")


def _mandates(user: User):
    return user.mandates.as_of(timezone.localdate()).select_related("organisation")


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _letter(letter: Message) -> str:
    return f"{format_moment(letter.sent_at)}: {kind_label(letter.kind)}, tới {letter.address}"


def _with(what: str, reason: str) -> str:
    return ": ".join(filter(None, [what, reason]))


def _shown(*pairs: tuple[str, str]) -> Held:
    return [(label, value) for label, value in pairs if value]

"""Takes the persons out of a conference's data and leaves the numbers.

List by list, each in a transaction of its own, so that a job that was killed goes on where it stood. What was done
is not done again. Nothing is deleted but files of archive packages: rows stay, so every figure stays (seats against
quotas, answers, attendance). What stays with a name, and why: ``kept``. Letters and audit trail: ``scrubbing``.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from conferences.models import Conference, Question
from delegates.models import (
    ArchivePackage,
    AttendanceMark,
    DataRequest,
    Delegate,
    Nomination,
    NominationVersion,
    QuestionAnswer,
    Speech,
    SubstituteProposal,
)
from delegates.privacy import scrubbing
from directory.models import NOBODY, PersonalLink
from hoinghi.text import fold, person_sort_key
from venues.models import ChecklistTick, Incident, LineTestResult, LineTestRound, Officer, OwnFinding
from venues.people import signature

SYSTEM = "hệ thống: thời hạn lưu giữ"
# What is about a person in a kept row of a list; the rest (group, organisation, reserve, role) is counted.
_OF_PERSON = ("honorific", "job_title", "phone", "email")
EMPTY_REQUEST = {"person_name": NOBODY} | dict.fromkeys(("address", "text", "extension_reason", "answer"), "")
_EMPTY_OFFICER = {
    "user": None,
    "full_name": NOBODY,
    "sort_key": person_sort_key(NOBODY),
    **dict.fromkeys(("job_title", "phone", "email"), ""),
}


def people_of(conference: Conference) -> QuerySet[Delegate]:
    """Who is still named."""
    return Delegate.objects.filter(seat__nomination__conference=conference).exclude(full_name=NOBODY)


def officers_of(conference: Conference) -> QuerySet[Officer]:
    """The technical officers of its rooms who are still named."""
    return Officer.objects.filter(booking__conference=conference).exclude(full_name=NOBODY)


def preview(conference: Conference, at: dt.datetime) -> list[tuple[str, int]]:
    """(what, how many) of everything that would be changed at ``at``."""
    lists = Nomination.objects.filter(conference=conference, anonymised_at__isnull=True)
    of_lists = {"nomination__in": lists}
    of_people = {"delegate__seat__nomination__in": lists}
    packages = conference.archive_packages.filter(state=ArchivePackage.State.READY)
    return [
        ("Đại biểu (họ tên, chức vụ, điện thoại, email, lý do)", people_of(conference).count()),
        ("Người được đề xuất dự thay", SubstituteProposal.objects.filter(**of_people).count()),
        ("Câu trả lời viết bằng chữ", _typed_answers().filter(**of_people).count()),
        ("Lần điểm danh (lý do, người ghi)", AttendanceMark.objects.filter(**of_people).count()),
        ("Bản danh sách đã gửi", NominationVersion.objects.filter(**of_lists).count()),
        ("Bản đang nhập", lists.exclude(draft=[]).count()),
        ("Cán bộ kỹ thuật (họ tên, chức vụ, điện thoại, email)", officers_of(conference).count()),
        (
            "Điểm cầu: mục kiểm tra, thử đường truyền, sự cố (người ghi, ghi chú)",
            sum(rows.filter(_named(names, notes)).count() for rows, names, notes in _of_rooms(conference)),
        ),
        ("Đề nghị về dữ liệu đã trả lời", DataRequest.objects.filter(**of_people).count()),
        (
            "Thư (người nhận, địa chỉ, tiêu đề, nội dung, tệp lịch)",
            scrubbing.letters_of(conference, before=at).count(),
        ),
        ("Mục nhật ký (giá trị trước, sau; địa chỉ IP)", scrubbing.audit_of(conference).count()),
        ("Gói lưu trữ (tệp bị xóa)", packages.count()),
    ]


# ── one list ────────────────────────────────────────────────────────────────────────────────────────


def anonymise_list(nomination: Nomination, at: dt.datetime) -> bool:
    """Take the persons out of one list; the caller's transaction holds its lock. False when it was done before."""
    if nomination.anonymised_at is not None:
        return False
    people = Delegate.objects.filter(seat__nomination=nomination)
    anonymise_people(people, at)
    for version in nomination.versions.all():
        version.rows = [_bare(row) for row in version.rows]
        version.save(update_fields=["rows"])
    nomination.extension_requests.update(reason="", answer="")
    nomination.draft, nomination.reason, nomination.extension_reason = [], "", ""
    nomination.anonymised_at = at
    nomination.save(update_fields=["draft", "reason", "extension_reason", "anonymised_at"])
    return True


def anonymise_people(people: QuerySet[Delegate], at: dt.datetime) -> None:
    """Take these persons out of their own rows and of what hangs on them."""
    keys = list(people.order_by().values_list("pk", flat=True))
    theirs = {"delegate__in": keys}
    SubstituteProposal.objects.filter(**theirs).update(
        honorific="", full_name=NOBODY, job_title="", phone="", email="", reason=""
    )
    _typed_answers().filter(**theirs).update(value=NOBODY)
    AttendanceMark.objects.filter(**theirs).update(reason="", late_reason="", marked_by_name="")
    Speech.objects.filter(**theirs).update(asked_by="", reason="")
    DataRequest.objects.filter(**theirs).update(**EMPTY_REQUEST)
    close_links([f"delegate:{pk}" for pk in keys], at)
    Delegate.objects.filter(pk__in=keys).update(
        honorific="",
        full_name=NOBODY,
        job_title="",
        phone="",
        email="",
        replace_reason="",
        withdraw_reason="",
        answer_reason="",
        attendance_reason="",
        sort_key=person_sort_key(NOBODY),
        search=fold(NOBODY),
    )


def erase(delegate: Delegate, nomination: Nomination, at: dt.datetime) -> None:
    """Take one person out everywhere, because he or she has asked for it; the list is locked by the caller."""
    letters = scrubbing.letters_naming(
        nomination.conference,
        holder=f"delegate:{delegate.pk}",
        name=delegate.full_name,
        address=delegate.email,
    )
    while scrubbing.scrub_letters(letters):
        pass
    scrubbing.scrub_entries_naming(nomination.conference, delegate.full_name)
    anonymise_people(Delegate.objects.filter(pk=delegate.pk), at)
    for version in nomination.versions.all():
        version.rows = [_bare(row) if row["delegate_id"] == delegate.pk else row for row in version.rows]
        version.save(update_fields=["rows"])
    nomination.draft = [row for row in nomination.draft if row.get("delegate_id") != delegate.pk]
    nomination.version += 1
    nomination.save(update_fields=["draft", "version"])
    scrubbing.scrub_entries_of(
        Delegate.objects.filter(pk=delegate.pk),
        delegate.substitute_proposals.all(),
        delegate.speeches.all(),
        delegate.data_requests.all(),
    )


def _typed_answers() -> QuerySet[QuestionAnswer]:
    """Answers in own words; a choice or a number tells nothing once its person has no name."""
    return QuestionAnswer.objects.filter(question__kind=Question.Kind.TEXT)


def close_links(holders: Iterable[str], at: dt.datetime) -> None:
    """Stop personal links and forget whom they were mailed to."""
    links = PersonalLink.objects.filter(holder__in=holders)
    links.filter(revoked_at__isnull=True).update(revoked_at=at)
    links.update(address="", label="")


def _bare(row: dict) -> dict:
    """A kept row without the person; answers that were typed are not told from chosen ones, so all go."""
    return row | dict.fromkeys(_OF_PERSON, "") | {"full_name": NOBODY, "answers": {}}


# ── the rooms ───────────────────────────────────────────────────────────────────────────────────────


def anonymise_officers(conference: Conference, at: dt.datetime) -> int:
    """Take the technical officers out of their own rows and out of what was written down about the rooms.

    That a point was ticked, a line tried, something went wrong, and when, stays. Answers how many officers.
    """
    people = officers_of(conference)
    keys = list(people.order_by().values_list("pk", flat=True))
    close_links([f"officer:{pk}" for pk in keys], at)
    DataRequest.objects.filter(officer__in=keys).update(**EMPTY_REQUEST)
    for rows, names, notes in _of_rooms(conference):
        rows.update(**dict.fromkeys(names, NOBODY), **dict.fromkeys(notes, ""))
    people.update(**_EMPTY_OFFICER)
    return len(keys)


def erase_officer(officer: Officer, at: dt.datetime) -> None:
    """Take one officer out everywhere, because he or she has asked for it."""
    conference, name = officer.booking.conference, officer.full_name
    letters = scrubbing.letters_naming(
        conference, holder=f"officer:{officer.pk}", name=name, address=officer.email
    )
    while scrubbing.scrub_letters(letters):
        pass
    close_links([f"officer:{officer.pk}"], at)
    DataRequest.objects.filter(officer=officer).update(**EMPTY_REQUEST)
    for rows, names, notes in _of_rooms(conference):
        for field in names:
            rows.filter(**{f"{field}__in": [name, signature(officer)]}).update(**{field: NOBODY})
        for field in notes:
            rows.filter(**{f"{field}__contains": name}).update(**{field: ""})
    Officer.objects.filter(pk=officer.pk).update(**_EMPTY_OFFICER)
    scrubbing.scrub_entries_of(Officer.objects.filter(pk=officer.pk), officer.data_requests.all())
    scrubbing.scrub_entries_naming(conference, name)


def _of_rooms(conference: Conference) -> list[tuple[QuerySet, tuple[str, ...], tuple[str, ...]]]:
    """(rows, fields with a name, fields with free words) of what officers and staff wrote about rooms."""
    here = {"booking__conference": conference}
    return [
        (ChecklistTick.objects.filter(**here), ("done_by",), ("note",)),
        (LineTestRound.objects.filter(conference=conference), (), ("note",)),
        (LineTestResult.objects.filter(**here).exclude(recorded_by=""), ("recorded_by",), ("note",)),
        (OwnFinding.objects.filter(result__booking__conference=conference), ("said_by",), ("note",)),
        (Incident.objects.filter(**here), ("reported_by",), ("note", "answer")),
        (Incident.objects.filter(**here).exclude(answered_by=""), ("answered_by",), ()),
        (Incident.objects.filter(**here).exclude(resolved_by=""), ("resolved_by",), ()),
    ]


def _named(names: Iterable[str], notes: Iterable[str]) -> Q:
    """Rows that still have a name or free words."""
    wanted = Q()
    for field in names:
        wanted |= ~Q(**{field: NOBODY})
    for field in notes:
        wanted |= ~Q(**{field: ""})
    return wanted

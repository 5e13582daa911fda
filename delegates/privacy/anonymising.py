"""Takes the persons out of a conference's data and leaves the numbers.

List by list, each in a transaction of its own, so that a job that was killed goes on where it stood. What was done
is not done again. Nothing is deleted but files of archive packages: rows stay, so every figure stays (seats against
quotas, answers, attendance). Issued documents and the provinces' signed letters are records and stay (Luật Lưu trữ
33/2024/QH15); the page says so.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from conferences.models import Conference, Question
from conferences.topics import topic_of
from correspondence.labels import kind_label
from correspondence.models import Attachment, Attempt, Bounce, Message
from delegates.archive.packing import remove_package
from delegates.models import (
    ArchivePackage,
    AttendanceMark,
    DataRequest,
    Delegate,
    ExtensionRequest,
    Nomination,
    NominationVersion,
    QuestionAnswer,
    Speech,
    SubstituteProposal,
)
from directory.models import AuditEntry, PersonalLink
from hoinghi.text import fold, person_sort_key

NOBODY = "(đã ẩn danh)"
SYSTEM = "hệ thống: thời hạn lưu giữ"
# What is about a person in a kept row of a list; the rest (group, organisation, reserve, role) is counted.
_OF_PERSON = ("honorific", "job_title", "phone", "email")
# Letters about tasks, opinions and papers go to organisations, name no delegate, and go on after the conference.
_ABOUT_OTHERS = (
    "task_",
    "opinion_",
    "draft_",
    "paper_",
    "document_",
    "reminder_tasks",
    "reminder_opinions",
    "reminder_papers",
)
_IN_FLIGHT = (Message.State.CLAIMED, Message.State.SENDING)
_ROWS = 500


def people_of(conference: Conference) -> QuerySet[Delegate]:
    """Who is still named."""
    return Delegate.objects.filter(seat__nomination__conference=conference).exclude(full_name=NOBODY)


def letters_of(conference: Conference) -> QuerySet[Message]:
    """The letters that still name somebody."""
    others = Q()
    for prefix in _ABOUT_OTHERS:
        others |= Q(kind__startswith=prefix)
    return Message.objects.filter(topic=topic_of(conference)).exclude(others).exclude(text="", address="")


def audit_of(conference: Conference) -> QuerySet[AuditEntry]:
    """What the trail keeps about the delegates beside the bare facts."""
    lists = Nomination.objects.filter(conference=conference)
    named = _entries("delegates.nomination", lists)
    for model in (Delegate, SubstituteProposal, Speech, NominationVersion, ExtensionRequest, DataRequest):
        named |= _entries(model._meta.label_lower, _rows(model, conference))
    named |= _entries("correspondence.message", Message.objects.filter(topic=topic_of(conference)))
    return AuditEntry.objects.filter(named).filter(Q(changes__isnull=False) | Q(ip__isnull=False))


_PATHS = {
    Delegate: "seat__nomination__conference",
    SubstituteProposal: "delegate__seat__nomination__conference",
    Speech: "conference",
    NominationVersion: "nomination__conference",
    ExtensionRequest: "nomination__conference",
    DataRequest: "delegate__seat__nomination__conference",
}


def _rows(model, conference: Conference) -> QuerySet:
    return model.objects.filter(**{_PATHS[model]: conference})


def _entries(label: str, rows: QuerySet) -> Q:
    keys = [str(pk) for pk in rows.order_by().values_list("pk", flat=True)]
    return Q(object_type=label, object_id__in=keys)


def preview(conference: Conference) -> list[tuple[str, int]]:
    """(what, how many) of everything that would be changed now."""
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
        ("Đề nghị về dữ liệu đã trả lời", DataRequest.objects.filter(**of_people).count()),
        ("Thư (người nhận, địa chỉ, tiêu đề, nội dung, tệp lịch)", letters_of(conference).count()),
        ("Mục nhật ký (giá trị trước, sau; địa chỉ IP)", audit_of(conference).count()),
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
    DataRequest.objects.filter(**theirs).update(
        person_name=NOBODY, address="", text="", extension_reason="", answer=""
    )
    _close_links(keys, at)
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
    topic, name = topic_of(nomination.conference), delegate.full_name
    own = Q(link__holder=f"delegate:{delegate.pk}") | Q(text__contains=name) | Q(recipient_name=name)
    scrub_letters(Message.objects.filter(own, topic=topic).exclude(text="", address=""))
    anonymise_people(Delegate.objects.filter(pk=delegate.pk), at)
    for version in nomination.versions.all():
        version.rows = [_bare(row) if row["delegate_id"] == delegate.pk else row for row in version.rows]
        version.save(update_fields=["rows"])
    nomination.draft = [row for row in nomination.draft if row.get("delegate_id") != delegate.pk]
    nomination.version += 1
    nomination.save(update_fields=["draft", "version"])
    about = _entries(Delegate._meta.label_lower, Delegate.objects.filter(pk=delegate.pk))
    for rows in (delegate.substitute_proposals.all(), delegate.speeches.all(), delegate.data_requests.all()):
        about |= _entries(rows.model._meta.label_lower, rows)
    AuditEntry.objects.filter(about).update(changes=None, ip=None)


def _typed_answers() -> QuerySet[QuestionAnswer]:
    """Answers in own words; a choice or a number tells nothing once its person has no name."""
    return QuestionAnswer.objects.filter(question__kind=Question.Kind.TEXT)


def _close_links(keys: Iterable[int], at: dt.datetime) -> None:
    links = PersonalLink.objects.filter(holder__in=[f"delegate:{pk}" for pk in keys])
    links.filter(revoked_at__isnull=True).update(revoked_at=at)
    links.update(address="", label="")


def _bare(row: dict) -> dict:
    """A kept row without the person; answers that were typed are not told from chosen ones, so all go."""
    return row | dict.fromkeys(_OF_PERSON, "") | {"full_name": NOBODY, "answers": {}}


# ── the conference ──────────────────────────────────────────────────────────────────────────────────


def scrub_letters(letters: QuerySet[Message]) -> int:
    """Empty letters, so many at a time; that they went, when and of which kind stays. Answers how many."""
    scrubbed = 0
    while batch := list(letters.exclude(state__in=_IN_FLIGHT).order_by("pk")[:_ROWS]):
        with transaction.atomic():
            for letter in batch:
                if letter.state in (Message.State.DRAFT, Message.State.QUEUED):
                    letter.state = Message.State.CANCELLED
                letter.subject = kind_label(letter.kind)[:300]
                # An address may be part of the key; no other letter has this one.
                letter.key = f"scrubbed:{letter.pk}"
                letter.recipient_name = letter.address = letter.reply_to = ""
                letter.text = letter.html = letter.answer = letter.search = ""
                letter.parts = None
            fields = (
                "state",
                "subject",
                "key",
                "recipient_name",
                "address",
                "reply_to",
                "text",
                "html",
                "parts",
            )
            Message.objects.bulk_update(batch, [*fields, "answer", "search"])
            files = Attachment.objects.filter(message__in=batch)
            files.filter(copy__isnull=True).update(content=b"")
            Attempt.objects.filter(message__in=batch).update(answer="")
            Bounce.objects.filter(message__in=batch).update(words="")
        scrubbed += len(batch)
    return scrubbed


def scrub_audit(conference: Conference) -> int:
    """Empty what the trail keeps beside the bare facts: all that its trigger allows. Answers how many entries."""
    return audit_of(conference).update(changes=None, ip=None)


def remove_packages(conference: Conference) -> int:
    """Delete the files of archive packages: lists of delegates are in them."""
    packages = list(conference.archive_packages.filter(state=ArchivePackage.State.READY))
    for package in packages:
        remove_package(package=package, actor=SYSTEM)
    return len(packages)

"""The audit trail on pages: of one conference, of one person; filtered, as a file; and who has read what."""

import datetime as dt
import threading
from io import BytesIO

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates import answers, audit_trail
from delegates.audit_trail import Wanted
from delegates.models import Delegate
from delegates.tests.lists import full_list, submit_and_follow
from directory import audit
from directory.audit import record, record_read
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination, make_user
from venues.services import prepare_rooms


def actions(entries) -> set[str]:
    return set(entries.values_list("action", flat=True))


@pytest.fixture
def busy(conference, nomination, an, binh):
    """Things of every kind have been done to the conference; as many to another one."""
    at = timezone.now()
    prepare_rooms(conference=conference, actor=an, at=at)
    submit_and_follow(nomination=nomination, rows=full_list(), version=nomination.version, actor=binh, at=at)
    delegate = Delegate.objects.get(full_name="Trần Thị Bốn")
    answers.answer(delegate=delegate, coming=True, reason="", at=at)
    record(actor=an, action="conference.change", target=conference, changes={"title": ["Cũ", "Mới"]})
    record(actor=an, action="message.release", target=Message.objects.first())
    return conference


# ── of a conference, of a person ────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_conference_has_everything_of_its_own_and_nothing_of_others(busy, world, an):
    other = make_conference(world, slug="khac")
    stranger = make_delegate(make_nomination(other, world.ca_mau))
    record(actor=an, action="delegate.withdraw", target=stranger)
    record(actor=an, action="conference.change", target=other)
    found = audit_trail.of_conference(busy)
    assert {"conference.change", "nomination.submit", "delegate.answer", "message.release"} <= actions(found)
    assert "delegate.withdraw" not in actions(found)
    assert actions(audit_trail.of_conference(other)) == {"delegate.withdraw", "conference.change"}
    everything = set(AuditEntry.objects.values_list("pk", flat=True))
    both = {
        *found.values_list("pk", flat=True),
        *audit_trail.of_conference(other).values_list("pk", flat=True),
    }
    left = AuditEntry.objects.filter(pk__in=everything - both)
    assert set(left.values_list("object_type", flat=True)) <= {"directory.user", "directory.organisation"}


@pytest.mark.django_db
def test_every_model_of_a_conference_is_found_by_what_it_must_have():
    paths = {model.__name__: path for model, path in audit_trail._paths()}
    assert paths["Delegate"] == "seat__nomination__conference"
    assert paths["AttendanceMark"] == "delegate__seat__nomination__conference"
    assert paths["DataRequest"] == "delegate__seat__nomination__conference"
    assert paths["LineTestResult"].endswith("conference")
    assert "Series" not in paths


@pytest.mark.django_db
def test_a_delegate_has_what_was_done_to_the_own_data(busy):
    delegate = Delegate.objects.get(full_name="Trần Thị Bốn")
    other = Delegate.objects.get(full_name="Lê Văn Một")
    assert actions(audit_trail.of_delegate(delegate)) == {"delegate.answer"}
    assert not audit_trail.of_delegate(other).exists()


@pytest.mark.django_db
def test_an_account_has_what_it_did_and_what_was_done_to_it(busy, binh, an):
    record(actor=an, action="user.change", target=binh)
    record(actor=an, action="mandate.change", target=binh.mandates.get())
    assert {"nomination.submit", "user.change", "mandate.change"} <= actions(audit_trail.of_account(binh))
    assert "conference.change" not in actions(audit_trail.of_account(binh))


@pytest.mark.django_db
def test_names_of_delegates_are_no_labels_but_are_shown(busy, client, an):
    entry = AuditEntry.objects.get(action="delegate.answer")
    delegate = Delegate.objects.get(full_name="Trần Thị Bốn")
    assert entry.object_label == f"đại biểu số {delegate.pk}"
    client.force_login(an)
    page = client.get(reverse("audit", args=[busy.slug])).content.decode()
    assert f"đại biểu số {delegate.pk} (Trần Thị Bốn)" in page


def test_changes_are_told_in_vietnamese():
    entry = AuditEntry(
        object_type="delegates.delegate",
        changes={
            "phone": ["", "0912345678"],
            "answer": ["none", "confirmed"],
            "rows": [1, 2],
            "email": ["a", "a"],
        },
    )
    assert audit_trail.lines_of_changes(entry) == [
        "trả lời: Chưa trả lời → Xác nhận",
        "điện thoại: – → 0912345678",
        "số dòng: 1 → 2",
    ]
    entry.object_type = "gone.model"
    assert audit_trail.lines_of_changes(entry)[0] == "answer: none → confirmed"


def test_dates_and_answers_are_told_in_vietnamese():
    entry = AuditEntry(object_type="delegates.delegate")
    entry.changes = {
        "answered_at": [None, "2026-11-25T01:05:00+00:00"],
        "x": ["2026-11-25", "2026-13-45"],
        "y": [False, True],
    }
    assert audit_trail.lines_of_changes(entry) == [
        "trả lời lúc: – → 8h05 ngày 25/11/2026",
        "x: 25/11/2026 → 2026-13-45",
        "y: không → có",
    ]


# ── filters, file ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_filters(busy, an, binh):
    found = audit_trail.of_conference(busy)
    assert actions(audit_trail.filtered(found, Wanted(action="delegate.answer"))) == {"delegate.answer"}
    by_binh = audit_trail.filtered(found, Wanted(actor="thị bình"))
    assert by_binh.exists()
    assert set(by_binh.values_list("actor_id", flat=True)) == {binh.pk}
    today, day = timezone.localdate(), dt.timedelta(days=1)
    everything = found.count()
    assert audit_trail.filtered(found, Wanted(since=today, until=today)).count() == everything
    assert not audit_trail.filtered(found, Wanted(since=today + day)).exists()
    assert not audit_trail.filtered(found, Wanted(until=today - day)).exists()


@pytest.mark.django_db
def test_page_filters_and_says_what_it_can_not_read(busy, client, an):
    client.force_login(an)
    page = reverse("audit", args=[busy.slug])
    shown = client.get(page, {"viec": "delegate.answer"}).content.decode()
    assert "Xác nhận hoặc báo vắng" in shown
    assert "Cũ → Mới" not in shown
    assert "Cũ → Mới" in client.get(page).content.decode()
    assert "Từ ngày: " in client.get(page, {"tu": "31/02/2026"}).content.decode()
    assert "Không có mục nào khớp" in client.get(page, {"ai": "không ai"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["conference", "delegate", "account"])
def test_the_file_has_the_filtered_entries_and_is_written_down(busy, client, an, binh, who):
    client.force_login(an)
    delegate = Delegate.objects.get(full_name="Trần Thị Bốn")
    address = {
        "conference": reverse("audit-file", args=[busy.slug]),
        "delegate": reverse("audit-delegate-file", args=[delegate.pk]),
        "account": reverse("audit-account-file", args=[binh.pk]),
    }[who]
    wanted = "nomination.submit" if who == "account" else "delegate.answer"
    answer = client.get(address, {"viec": wanted})
    from openpyxl import load_workbook

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert list(rows[0]) == audit_trail.HEADERS
    assert len(rows) == 2
    assert AuditEntry.objects.filter(action="audit.export", actor_id=an.pk).count() == 1


@pytest.mark.django_db
def test_page_asks_as_often_for_three_entries_as_for_one(busy, client, an):
    client.force_login(an)
    address = f"{reverse('audit', args=[busy.slug])}?viec=conference.change"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    queries()
    once = queries()
    for _ in range(2):
        record(actor=an, action="conference.change", target=busy)
    assert queries() == once


# ── who read ────────────────────────────────────────────────────────────────────────────────────────


def reads() -> int:
    return AuditEntry.objects.filter(action="delegates.read").count()


@pytest.mark.django_db
def test_lists_are_written_down_once_in_an_hour_for_each_account_and_conference(busy, client, an, world):
    client.force_login(an)
    page = reverse("cockpit-delegates", args=[busy.slug])
    for _ in range(3):
        client.get(page)
    client.get(reverse("nomination-review", args=[busy.slug, busy.nominations.get().pk]))
    assert reads() == 1
    other = make_conference(world, slug="khac")
    client.get(reverse("cockpit-delegates", args=[other.slug]))
    assert reads() == 2
    later = timezone.now() + audit.READ_AGAIN
    record_read(actor=an, action="delegates.read", target=busy, at=later - dt.timedelta(minutes=1))
    assert reads() == 2
    record_read(actor=an, action="delegates.read", target=busy, at=later + dt.timedelta(minutes=1))
    assert reads() == 3


@pytest.mark.django_db
def test_the_desk_leads_to_the_trail_of_an_account_a_delegate_a_conference(client, busy, binh):
    boss = make_user("chinh@bct.example", "Lê Chính", is_staff=True, is_superuser=True)
    client.force_login(boss)
    delegate = Delegate.objects.get(full_name="Trần Thị Bốn")
    for page, trail in (
        (reverse("admin:directory_user_change", args=[binh.pk]), reverse("audit-account", args=[binh.pk])),
        (
            reverse("admin:delegates_delegate_change", args=[delegate.pk]),
            reverse("audit-delegate", args=[delegate.pk]),
        ),
        (
            reverse("admin:conferences_conference_change", args=[busy.pk]),
            reverse("audit", args=[busy.slug]),
        ),
    ):
        assert f'href="{trail}"' in client.get(page).content.decode(), page
        assert client.get(trail).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "action"),
    [
        ("delegates_delegate", "delegates.read"),
        ("directory_user", "user.read"),
        ("directory_mandate", "mandate.read"),
        ("directory_contact", "contact.read"),
        ("directory_personallink", "personallink.read"),
    ],
)
def test_a_look_at_a_list_of_persons_at_the_desk_is_written_down(client, an, binh, model, action):
    page = reverse(f"admin:{model}_changelist")
    client.force_login(binh)
    assert client.get(page).status_code == 404
    client.force_login(an)
    client.get(page)
    client.get(page)
    assert list(AuditEntry.objects.values_list("action", "actor_id")) == [(action, an.pk)]
    assert audit.name_of(action).startswith("Xem danh sách")


def read_at_once(conference, an) -> None:
    """Two pages opened in the same moment."""

    def run():
        try:
            record_read(actor=an, action="delegates.read", target=conference, at=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def meeting(call):
    """The call, once both threads have come to it."""
    barrier = threading.Barrier(2)

    def meet(*args, **options):
        barrier.wait(timeout=20)
        return call(*args, **options)

    return meet


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_make_one_entry(conference, an, monkeypatch):
    monkeypatch.setattr(audit, "_wait_for", meeting(audit._wait_for))
    read_at_once(conference, an)
    assert reads() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_make_two(conference, an, monkeypatch):
    """The control: both have found no entry before either writes one."""
    monkeypatch.setattr(audit, "_wait_for", lambda name: None)
    monkeypatch.setattr(audit, "record", meeting(audit.record))
    read_at_once(conference, an)
    assert reads() == 2


@pytest.mark.django_db(transaction=True)
def test_a_process_that_has_seen_the_entry_asks_nothing(conference, an):
    at = timezone.now()
    record_read(actor=an, action="delegates.read", target=conference, at=at)
    with CaptureQueriesContext(connection) as asked:
        record_read(actor=an, action="delegates.read", target=conference, at=at + dt.timedelta(minutes=59))
    assert len(asked) == 0
    record_read(actor=an, action="delegates.read", target=conference, at=at + dt.timedelta(minutes=61))
    assert reads() == 2


@pytest.mark.django_db(transaction=True)
def test_another_process_finds_the_entry(conference, an):
    record_read(actor=an, action="delegates.read", target=conference, at=timezone.now())
    caches["process"].clear()
    record_read(actor=an, action="delegates.read", target=conference, at=timezone.now())
    assert reads() == 1


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_was_rolled_back_is_not_remembered(conference, an):
    with transaction.atomic():
        record_read(actor=an, action="delegates.read", target=conference, at=timezone.now())
        transaction.set_rollback(True)
    assert reads() == 0
    record_read(actor=an, action="delegates.read", target=conference, at=timezone.now())
    assert reads() == 1

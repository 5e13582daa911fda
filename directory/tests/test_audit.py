"""The audit trail: append-only, complete, and silent about personal data in the log."""

import pytest
import structlog
from django.db import InternalError, connection, transaction

from directory.audit import field_name, record
from directory.models import NOBODY, AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(world, binh):
    return record(
        actor=binh,
        action="nomination.submit",
        target=world.dak_lak.so,
        changes={"phone": ["", "0912345678"]},
        acted_for=world.dak_lak.so.name,
    )


def test_entry_says_who_did_what_for_whom(entry, world, binh):
    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_label) == (binh.pk, "Nguyễn Thị Bình")
    assert entry.acted_for == "Sở Công Thương tỉnh Đắk Lắk"
    assert (entry.object_type, entry.object_id) == ("directory.organisation", str(world.dak_lak.so.pk))
    assert entry.object_label == "Sở Công Thương tỉnh Đắk Lắk"
    assert entry.changes == {"phone": ["", "0912345678"]}
    assert entry.ip is None


def test_somebody_without_an_account_is_named(world):
    entry = record(actor="đại biểu qua đường dẫn cá nhân", action="delegate.confirm", target=world.ministry)
    assert (entry.actor_id, entry.actor_label) == (None, "đại biểu qua đường dẫn cá nhân")


def test_entry_knows_the_address_of_the_request(client, an, world):
    client.force_login(an)
    client.post(
        f"/quan-tri/directory/organisationkind/{world.kinds['so'].pk}/change/",
        {"name": "Sở"},
        REMOTE_ADDR="10.1.2.3",
    )
    assert AuditEntry.objects.get().ip == "10.1.2.3"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM directory_auditentry",
        "UPDATE directory_auditentry SET action = 'x'",
        "UPDATE directory_auditentry SET actor_label = 'x', changes = NULL",
        "UPDATE directory_auditentry SET object_label = 'x'",
        "UPDATE directory_auditentry SET acted_for = '(đã ẩn danh)'",
        "UPDATE directory_auditentry SET changes = '{}'",
        "UPDATE directory_auditentry SET ip = '10.0.0.1'",
        "UPDATE directory_auditentry SET id = id + 1000",
    ],
)
def test_database_refuses_to_rewrite_history(entry, statement):
    before = AuditEntry.objects.values().get()
    with (
        pytest.raises(InternalError, match="audit entries are never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.values().get() == before


def test_retention_may_scrub(entry):
    AuditEntry.objects.update(changes=None, ip=None)
    entry.refresh_from_db()
    assert (entry.changes, entry.ip, entry.actor_label) == (None, None, "Nguyễn Thị Bình")


def test_retention_may_put_nobody_in_place_of_a_name(entry):
    AuditEntry.objects.update(actor_label=NOBODY, object_label=NOBODY, changes=None)
    entry.refresh_from_db()
    assert (entry.actor_label, entry.object_label, entry.actor_id) == (NOBODY, NOBODY, entry.actor_id)
    with pytest.raises(InternalError, match="audit entries are never"), transaction.atomic():
        AuditEntry.objects.update(actor_label="Nguyễn Thị Bình")


def test_log_line_carries_no_personal_data(world, binh, monkeypatch):
    # The module's own logger may have been used before logging was set up anew, and then writes past the ears here.
    monkeypatch.setattr("directory.audit.log", structlog.get_logger("audit"))
    with structlog.testing.capture_logs() as lines:
        entry = record(
            actor=binh,
            action="delegate.correct",
            target=world.dak_lak.so,
            changes={"phone": ["0988310581", "0912345678"], "email": ["a@b.example", "c@d.example"]},
            acted_for="Sở Công Thương tỉnh Đắk Lắk",
        )
    (line,) = lines
    assert line == {
        "event": "audit",
        "log_level": "info",
        "entry": entry.pk,
        "actor": binh.pk,
        "action": "delegate.correct",
        "object": f"directory.organisation:{world.dak_lak.so.pk}",
        "fields": ["email", "phone"],
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("full_name", "họ và tên"),
        ("mandates", "phân công"),
        ("mandates.41", "phân công số 41"),
        ("item.7", "mục số 7"),
        ("abc", "abc"),
        ("groups[0].members[1]", "groups[0].members[1]"),
    ],
)
def test_changes_are_named_in_vietnamese(name, shown):
    assert field_name("directory.user", name) == shown


def test_entry_is_rolled_back_with_what_it_tells_of(world):
    with transaction.atomic():
        record(actor="hệ thống", action="x", target=world.ministry)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()

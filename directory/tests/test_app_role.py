"""Production's second database role: it does the portal's work and can't rewrite the audit trail."""

import contextlib

import psycopg2
import pytest
from psycopg2 import errors

from hoinghi.tests.own_postgres import own_postgres

pytestmark = pytest.mark.slow

ENTRY = """
    INSERT INTO directory_auditentry
        (at, actor_label, acted_for, action, object_type, object_id, object_label, changes, ip)
    VALUES (now(), 'an', '', 'x', 'x', '1', 'x', '{"phone": ["", "0912345678"]}', '10.0.0.1')
"""
REFUSED = [
    "ALTER TABLE directory_auditentry DISABLE TRIGGER directory_audit_guard",
    "ALTER TABLE directory_auditentry DISABLE TRIGGER ALL",
    "DROP TRIGGER directory_audit_guard ON directory_auditentry",
    "CREATE OR REPLACE FUNCTION directory_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    "SET session_replication_role = replica",
    "DELETE FROM directory_auditentry",
    "TRUNCATE directory_auditentry",
    "UPDATE directory_auditentry SET action = 'y'",
    "DROP TABLE directory_auditentry",
    "ALTER TABLE directory_auditentry OWNER TO hoinghi_app",
    "SET ROLE hoinghi",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with own_postgres(tmp_path_factory.mktemp("role") / "home") as running:
        superuser = running._postgres._connect("hoinghi")
        superuser.autocommit = True
        with contextlib.closing(superuser), superuser.cursor() as cursor:
            cursor.execute("CREATE ROLE hoinghi_app LOGIN PASSWORD 'app'")
        running.manage("app_role", "hoinghi_app")
        running.manage("app_role", "hoinghi_app")  # as often as one likes
        yield running


@pytest.fixture
def app(server):
    address = server.url.replace(server.url.split("//")[1].split("@")[0], "hoinghi_app:app")
    with contextlib.closing(psycopg2.connect(address)) as connection:
        yield connection


def test_it_does_the_work_of_the_portal(app):
    with app.cursor() as cursor:
        cursor.execute("INSERT INTO directory_organisationkind (code, name) VALUES ('x', 'X') RETURNING code")
        cursor.execute("UPDATE directory_organisationkind SET name = 'Y' WHERE code = 'x'")
        cursor.execute("DELETE FROM directory_organisationkind WHERE code = 'x'")
        cursor.execute(ENTRY)
        cursor.execute("UPDATE directory_auditentry SET changes = NULL, ip = NULL")
        cursor.execute(
            "SELECT count(*) FROM directory_auditentry WHERE action = 'x' AND changes IS NULL AND ip IS NULL"
        )
        assert cursor.fetchone() == (1,)
    app.rollback()


@pytest.mark.parametrize("statement", REFUSED)
def test_it_can_not_touch_the_trail(app, statement):
    with app.cursor() as cursor:
        cursor.execute(ENTRY)
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute(statement)
    app.rollback()


def test_the_trigger_still_watches_what_the_rights_allow(app):
    with app.cursor() as cursor:
        cursor.execute(ENTRY)
        with pytest.raises(errors.RaiseException, match="only scrubbed"):
            cursor.execute("UPDATE directory_auditentry SET changes = '{}'")
    app.rollback()


def test_tables_of_a_later_migration_are_included(server, app):
    with contextlib.closing(psycopg2.connect(server.url)) as owner, owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id serial PRIMARY KEY)")
    with app.cursor() as cursor:
        cursor.execute("INSERT INTO later DEFAULT VALUES RETURNING id")
        assert cursor.fetchone() == (1,)
    app.rollback()


def test_the_owner_is_not_taken_for_it(server):
    with pytest.raises(Exception, match="non-zero"):
        server.manage("app_role", "hoinghi")

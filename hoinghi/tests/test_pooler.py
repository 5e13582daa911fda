"""The portal behind a real PgBouncer in transaction mode, with two connections for everybody."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as portal
from django.db import connection
from django.urls import reverse

from correspondence.models import Message
from correspondence.tests.letters import write_many
from correspondence.tests.processes import beat, database_url, running, worker
from delegates.models import Seat
from delegates.tests.lists import full_list
from delegates.tests.test_focal_views import post_data
from directory.models import AdministrativeUnit
from hoinghi.tests.own_pooler import own_pooler
from hoinghi.tests.waiting import wait_until
from hoinghi.tests.web_server import session_of, web_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSPHRASE = "mat-khau-sao-luu-cua-kiem-thu"
# More rows than one bite of a cursor; somebody else takes the session before the second bite.
ITERATE = """
import os
import psycopg2
from directory.models import AuditEntry
AuditEntry.objects.bulk_create(AuditEntry(action="test.row", object_label=str(number)) for number in range(50))
rows = AuditEntry.objects.iterator(chunk_size=10)
first = next(rows)
somebody = psycopg2.connect(os.environ["DATABASE_URL"])
somebody.cursor().execute("SELECT 1")
print(1 + sum(1 for row in rows))
"""


@pytest.fixture
def pooler():
    with own_pooler(database_url()) as url:
        yield url


@pytest.fixture
def settings_of(pooler, tmp_path):
    """DATABASE_URL and DATABASE_DIRECT_URL, as every container has them."""
    return {"DATABASE_URL": pooler, "DATABASE_DIRECT_URL": database_url(), "REDIS_URL": portal.REDIS_URL}


def manage(*arguments, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=portal.BASE_DIR,
        env=os.environ | {"MEDIA_ROOT": portal.MEDIA_ROOT, "BACKUP_PASSPHRASE": PASSPHRASE} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_pages_submissions_and_letters(settings_of, smtp_server, tmp_path, binh, an, nomination):
    """Twelve threads of the web server, a worker and beat share two connections."""
    address = reverse("nomination", args=[nomination.pk])
    focal_point, staff = session_of(binh), session_of(an)
    pages = [("/", ""), ("/tim-kiem/?q=cum", ""), (address, focal_point), ("/thu-gui-di/", staff)]
    write_many(50)
    with (
        web_server(tmp_path, **settings_of) as web,
        running(beat(smtp_server, tmp_path, **settings_of), worker(smtp_server, **settings_of)),
    ):
        with ThreadPoolExecutor(12) as pool:
            found = list(pool.map(lambda page: web.status(page[0], cookie=page[1]), pages * 12))
        assert set(found) == {200}
        sent = web.ask(address, post_data(full_list(), 0, "submit"), cookie=focal_point)
        assert sent.status == 302
        wait_until(lambda: not Message.objects.unsent().exists(), seconds=60)
    assert Seat.objects.count() == len(full_list())
    assert Message.objects.filter(state=Message.State.SENT).count() >= 50
    assert len(smtp_server.envelopes) == Message.objects.count()


def test_upgrade_backup_and_restore_go_past_it(settings_of, tmp_path, world):
    done = manage("upgrade", **settings_of)
    assert done.returncode == 0, done.stderr
    assert AdministrativeUnit.objects.filter(level__code="province").count() > 30
    done = manage("backup", tmp_path, **settings_of)
    assert done.returncode == 0, done.stderr
    (saved,) = tmp_path.glob("*.backup")
    done = manage("restore", "--verify", saved, **settings_of)
    assert done.returncode == 0, done.stderr


def test_a_list_longer_than_one_bite(settings_of):
    done = manage("shell", "-v0", "-c", ITERATE, **settings_of)
    assert done.stdout.strip() == "50", done.stderr


def test_control_without_the_setting_cursors_get_lost_and_locks_hold_nobody(pooler):
    """What the setting is for: this very pooler gives the next bite to another session."""
    lost = manage("shell", "-v0", "-c", ITERATE, DATABASE_URL=pooler)
    assert "cursor" in lost.stderr
    assert "does not exist" in lost.stderr
    lock = "from django.db import connection\nwith connection.cursor() as c: c.execute('SELECT pg_advisory_lock(7)')"
    assert manage("shell", "-v0", "-c", lock, DATABASE_URL=pooler).returncode == 0
    # The process has gone, its lock has not: the session belongs to the pooler.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7")
        assert cursor.fetchone() == (1,)

"""manage.py upgrade: everything a new version needs, and only one machine at a time."""

import threading
from io import StringIO

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directory.management.commands.upgrade import LOCK, one_at_a_time
from directory.models import AdministrativeUnit
from hoinghi.tests.waiting import wait_until


@pytest.mark.django_db
def test_upgrade_loads_the_registers_and_may_run_again():
    call_command("upgrade", stdout=StringIO())
    loaded = AdministrativeUnit.objects.count()
    assert AdministrativeUnit.objects.as_of(timezone.localdate()).exists()
    call_command("upgrade", stdout=StringIO())
    assert AdministrativeUnit.objects.count() == loaded


@pytest.mark.django_db(transaction=True)
def test_a_second_upgrade_waits_for_the_first():
    settings = connection.get_connection_params()
    other = psycopg2.connect(**{key: settings[key] for key in ("dbname", "user", "password", "host", "port")})
    other.autocommit = True
    first = other.cursor()
    first.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    entered = threading.Event()

    def second():
        with one_at_a_time():
            entered.set()
        connection.close()

    def somebody_waits():
        first.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_lock%'")
        return first.fetchone()[0]

    thread = threading.Thread(target=second)
    thread.start()
    try:
        wait_until(somebody_waits)
        # Which waits for every statement that runs: nobody may wait for the lock in one.
        first.execute("SET statement_timeout = '20s'")
        first.execute("CREATE INDEX CONCURRENTLY made_while_one_waits ON directory_unitlevel (name)")
        first.execute("DROP INDEX made_while_one_waits")
        assert not entered.is_set()
    finally:
        first.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        thread.join(30)
        other.close()
    assert entered.is_set()

"""What benchmarks of the whole portal stand on: a database of their own, real workers, a conference to invite to."""

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from conferences.documents import draft_invitation
from conferences.models import Conference
from correspondence.documents import issue
from correspondence.models import OfficialDocument
from delegates.models import Nomination
from delegates.publishing import publish
from directory.models import Contact, Organisation, User

# Of the broker's databases one that nothing else uses.
BROKER_DATABASE = 9
PROVINCES = 34  # of the demo's live conference


@contextlib.contextmanager
def portal() -> Iterator[None]:
    """An empty portal: its database is made for the benchmark and thrown away afterwards."""
    logging.disable(logging.WARNING)
    settings.REDIS_URL = urlsplit(settings.REDIS_URL)._replace(path=f"/{BROKER_DATABASE}").geturl()
    current_app.conf.broker_url = settings.CELERY_BROKER_URL = settings.REDIS_URL
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{name}_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def environment_of_children() -> dict[str, str]:
    """What other processes need to work on the same portal."""
    database = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}:{quote(database['PASSWORD'])}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
    }


@contextlib.contextmanager
def workers(count: int, *, mail_port: int = 1) -> Iterator[list[subprocess.Popen]]:
    """Celery workers of one process each, ready to work; no limit per minute."""
    current_app.control.purge()
    environment = environment_of_children() | {
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "OUTBOX_PER_MINUTE": "0",
    }
    command = [sys.executable, "-m", "celery", "--app", "hoinghi", "worker", "--pool", "solo"]
    processes = [
        subprocess.Popen(
            [*command, "--without-mingle", "--without-gossip", "--hostname", f"bench{number}@localhost"],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number in range(count)
    ]
    try:
        wait_until(lambda: len(current_app.control.ping(timeout=1)) == count, seconds=60)
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_until(condition, *, seconds: float, every: float = 0.05) -> None:
    """Poll ``condition`` every few seconds (``every``: what it asks costs the measured job time) until it is true.

    Raises:
        TimeoutError: it is not after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not in {seconds:.0f} s")
        time.sleep(every)


def conference_with(organisations: int) -> Conference:
    """The demo's live conference, published, with so many organisations to invite, one address each."""
    call_command("load_demo", stdout=open(os.devnull, "w"))  # noqa: SIM115
    Conference.objects.filter(state=Conference.State.ANNOUNCED).update(state=Conference.State.CONCLUDED)
    live = Conference.objects.latest("start_at")
    publish(conference=live, actor=staff(), at=timezone.now())
    grow(live, organisations)
    return live


def grow(live: Conference, organisations: int) -> None:
    """Let so many organisations nominate, spread over the provinces, whatever they are."""
    there = live.nominations.exclude(unit=None).select_related("organisation", "unit").order_by("pk")
    hosts = list(there[:PROVINCES])
    more = Organisation.objects.bulk_create(
        Organisation(
            uid=f"bench-{number}",
            kind=hosts[number % len(hosts)].organisation.kind,
            unit=hosts[number % len(hosts)].unit,
            name=f"Sở Công Thương thứ {number}",
        )
        for number in range(live.nominations.count(), organisations)
    )
    Contact.objects.bulk_create(Contact(organisation=each, email=f"{each.uid}@gov.example") for each in more)
    Nomination.objects.bulk_create(
        Nomination(
            conference=live,
            organisation=each,
            unit=each.unit,
            organisation_name=each.name,
            unit_name=each.unit.name,
        )
        for each in more
    )


def staff() -> User:
    return User.objects.filter(is_staff=True).first()


def staff_client() -> Client:
    """A browser of staff who have logged in."""
    client = Client()
    client.force_login(staff(), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def issued_invitation(conference: Conference) -> OfficialDocument:
    """The conference's Giấy mời, with its number."""
    now = timezone.now()
    document = draft_invitation(conference=conference, actor=staff())
    return issue(document=document, number=1, issued_on=timezone.localdate(now), actor=staff(), at=now)


def seconds(job: Callable[[], object]) -> float:
    """How long the job takes."""
    started = time.monotonic()
    job()
    return time.monotonic() - started

"""A year of the whole country in the tables: what pages take, and the jobs of every ten seconds and of the night.

The baseline is the same while only the demo is there; that of claiming is a bare psycopg2 statement that claims as
many letters. Pages are asked for inside this process: nothing but the portal and its database is measured.
"""

import contextlib
import io
import statistics
import zlib
from collections.abc import Callable
from itertools import count

import psycopg2
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from conferences import reminders
from conferences.models import Conference
from conferences.topics import topic_of
from correspondence import copies, mailings, sending
from correspondence.models import Message
from delegates.privacy import anonymising, retention, scrubbing
from directory import soundness
from hoinghi.bench import Figure
from hoinghi.bench._portal import conference_with, environment_of_children, portal, staff_client
from hoinghi.bench._portal import seconds as lasting
from hoinghi.bench._scale import BODIES, CONFERENCES, FILLED, FIRST, fill
from hoinghi.pages import estimated

TIMES = 5
# So many conferences are written for each second that somebody wants to spend.
EACH_SECOND = 5
LISTS = 200  # of a conference, that are made anonymous
SAMPLE = 1  # per cent of the rows, by which a backup is estimated
TOKEN = "scale"
# What a page or job may take, in milliseconds.
PAGES = {
    "outbox": 500,
    "outbox_conference": 500,
    "outbox_failed": 500,
    "outbox_kind": 1000,
    "outbox_search_one": 1000,
    "outbox_search_many": 1000,
    "outbox_last_page": 500,
    "cockpit": 500,
    "delegates": 500,
    "event": 200,
    "audit": 500,
    "nominations_desk": 500,
    "nominations_search": 1000,
    "delegates_desk": 500,
    "delegates_search": 1000,
    "delegates_search_many": 1000,
    "delegates_search_none": 1000,
    "delegates_search_apart": 1000,
    "delegates_search_province": 1000,
    "delegates_search_conference": 1000,
    "register": 500,
    "healthz": 100,
    "metrics": 500,
}
# As sending.claim_due, without what makes it safe to write down afterwards who has taken what.
CLAIM = """
UPDATE correspondence_message SET state = 'claimed' WHERE id IN (
    SELECT id FROM correspondence_message WHERE state = 'queued' AND due_at <= now()
    ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING *
"""


def run(seconds: int | None = None) -> dict[str, Figure]:
    """
    Arguments:
        seconds: for a part of the year only.
    """
    conferences = CONFERENCES if seconds is None else min(CONFERENCES, EACH_SECOND * seconds)
    with portal():
        settings.METRICS_TOKEN = TOKEN
        like = conference_with(BODIES)
        letter = _real_letter()
        small, small_jobs, small_night = _pages(like), _jobs(), _night()
        filling = lasting(lambda: fill(like, conferences))
        large, large_jobs, large_night = _pages(Conference.objects.get(pk=FIRST)), _jobs(), _night()
        return {
            "scale_fill": Figure(filling, "s", filling, goal=900),
            **{f"scale_{name}": Figure(large[name], "ms", small[name], goal) for name, goal in PAGES.items()},
            "scale_jobs": Figure(large_jobs, "ms", small_jobs, goal=200),
            "scale_claim": Figure(*_claiming(), goal=100),
            "scale_check_invariants": Figure(large_night, "s", small_night, goal=900),
            **_room(*letter),
            **_retention(FIRST + conferences - 1),
        }


def _median(job: Callable[[], object]) -> float:
    """Milliseconds of one of several."""
    job()
    return 1000 * statistics.median(lasting(job) for _ in range(TIMES))


def _pages(conference: Conference) -> dict[str, float]:
    """Milliseconds of each page of ``PAGES``."""
    client, topic, numbers = staff_client(), topic_of(conference), count()
    outbox, slug = reverse("outbox"), [conference.slug]
    desk = reverse("admin:index")
    people, lists, trail = (
        reverse(f"admin:{name}_changelist")
        for name in ("delegates_delegate", "delegates_nomination", "directory_auditentry")
    )
    paths = {
        "outbox": outbox,
        "outbox_conference": f"{outbox}?topic={topic}",
        "outbox_failed": f"{outbox}?state=failed",
        "outbox_kind": f"{outbox}?kind=invitation",
        "outbox_search_one": f"{outbox}?q=so+cong+thuong+thu+1234",
        "outbox_search_many": f"{outbox}?q=cong+thuong",
        "outbox_last_page": f"{outbox}?trang=10000",
        "cockpit": reverse("cockpit", args=slug),
        "delegates": reverse("cockpit-delegates", args=slug),
        "event": reverse("conference", args=slug),
        "audit": trail,
        "nominations_desk": lists,
        "nominations_search": f"{lists}?q=cong+thuong+thu+1234",
        "delegates_desk": people,
        "delegates_search": f"{people}?q=nguyen+van+1234+lao+cai",
        "delegates_search_many": f"{people}?q=nguyen+van",
        "delegates_search_none": f"{people}?q=nguyen+khong",
        # Each of thousands, together of nobody.
        "delegates_search_apart": f"{people}?q=nguyen+lao+cai+can+tho",
        "delegates_search_province": f"{people}?q=lao+cai",
        "delegates_search_conference": f"{people}?q=lao+cai&seat__nomination__conference__id__exact={conference.pk}",
        "register": reverse("register"),
        "healthz": reverse("healthz"),
        "metrics": reverse("metrics"),
    }

    def ask(path: str) -> None:
        # A new address each time: of what is kept for others the making is measured. The desk refuses odd ones.
        address = path if path.startswith(desk) else f"{path}{'&' if '?' in path else '?'}lan={next(numbers)}"
        status = client.get(address, headers={"Authorization": f"Bearer {TOKEN}"}).status_code
        if status != 200:
            raise RuntimeError(f"{path}: {status}")

    return {name: _median(lambda path=path: ask(path)) for name, path in paths.items()}


def _jobs() -> float:
    """Milliseconds of what beat has done every few seconds, when there is nothing to do."""

    def look() -> None:
        now = timezone.now()
        sending.recover_dead_leases(now)
        sending.cancel_missed(now)
        mailings.carry_out_waiting()
        copies.wanted().exists()
        reminders.run_due(now)

    return _median(look)


def _night() -> float:
    """Seconds of the check of all data. The files' bytes are read as well, of which there are few here."""
    return lasting(soundness.breaches)


def _claiming() -> tuple[float, str, float]:
    """Milliseconds in which a worker gets its next batch, and a bare statement as many letters."""

    def claim() -> None:
        with transaction.atomic():
            if (
                len(sending.claim_due(worker="bench", limit=sending.BATCH, at=timezone.now()))
                != sending.BATCH
            ):
                raise RuntimeError("Too few letters wait.")
            transaction.set_rollback(True)

    with contextlib.closing(psycopg2.connect(environment_of_children()["DATABASE_URL"])) as bare:

        def plain() -> None:
            with bare.cursor() as cursor:
                cursor.execute(CLAIM, [sending.BATCH])
                cursor.fetchall()
            bare.rollback()

        return _median(claim), "ms", _median(plain)


# ── room ────────────────────────────────────────────────────────────────────────────────────────────


def _real_letter() -> tuple[float, float]:
    """Bytes of a letter as the portal writes it, in the table and in a backup: the mean of the demo's."""
    rows = "SELECT * FROM correspondence_message WHERE html <> ''"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT avg(pg_column_size(m.*)), count(*) FROM ({rows}) m")
        stored, number = cursor.fetchone()
    return float(stored), _packed(rows) / number


def _packed(rows: str) -> int:
    """Bytes of these rows, compressed as pg_dump does it."""
    packing, out = zlib.compressobj(), io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT", out)
    return len(packing.compress(out.getvalue()) + packing.flush())


def _room(stored: float, packed: float) -> dict[str, Figure]:
    """Of database and backup, as if each letter were as long as a real one is."""
    short = f"SELECT * FROM correspondence_message TABLESAMPLE SYSTEM ({SAMPLE})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_database_size(current_database()), avg(pg_column_size(m.*)) FROM ({short}) m"
        )
        database, own = cursor.fetchone()
    letters = estimated(Message._meta.db_table)
    real = database + letters * (stored - float(own))
    samples = (f"SELECT * FROM {model._meta.db_table} TABLESAMPLE SYSTEM ({SAMPLE})" for model in FILLED)
    backup = sum(map(_packed, samples)) * 100 / SAMPLE + letters * packed
    return {
        "scale_letters": Figure(letters, "", letters, goal=0, at_most=False),
        "scale_database": Figure(real / 1e9, "GB", database / 1e9, goal=60),
        "scale_backup": Figure(backup / 1e9, "GB", real / 1e9, goal=20),
    }


# ── retention ───────────────────────────────────────────────────────────────────────────────────────


def _retention(oldest: int) -> dict[str, Figure]:
    """Whom the nightly job looks at, and how long it takes the persons out of the oldest conference.

    Of its lists some are done and the others reckoned from them, its letters are done all.
    """
    now = timezone.now()
    look = _median(lambda: retention.conferences_with_people(now))
    conference = Conference.objects.get(pk=oldest)

    def anonymise() -> None:
        for nomination in conference.nominations.order_by("pk")[:LISTS]:
            with transaction.atomic():
                anonymising.anonymise_list(nomination, now)

    def empty_letters() -> None:
        while scrubbing.scrub_letters(scrubbing.letters_of(conference, before=now)):
            pass

    lists = lasting(anonymise) * BODIES / LISTS
    letters = lasting(empty_letters)
    return {
        "scale_retention_look": Figure(look, "ms", look, goal=1000),
        "scale_retention": Figure(lists + letters, "s", lists, goal=900),
    }

"""A year of the whole country: 500 conferences, 3,321 bodies that send somebody to each, five million letters.

Written by the database itself (INSERT … SELECT) into tables without indexes and keys, which are made again
afterwards: the ORM would take hours. The letters' texts are short; what a real one takes is measured by itself.
"""

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Model
from psycopg2.extras import execute_values

from conferences.models import Conference, InvitedGroup
from correspondence.models import Attachment, Attempt, DocumentCopy, Mailing, Message, OfficialDocument
from delegates.models import AttendanceMark, Delegate, Nomination, NominationVersion, Seat
from directory.models import AuditEntry
from hoinghi.bench._portal import issued_invitation, staff
from hoinghi.text import fold

CONFERENCES = 500
BODIES = 3321
KINDS = ("invitation", "reminder_focal_points", "receipt")
# One list in so many gets a fourth letter; one letter in so many failed, is unknown, was cancelled; the rest went.
FOURTH_OF, FAILED_OF, UNKNOWN_OF, CANCELLED_OF = 20, 200, 5000, 100
SUBJECT = "Mời dự Hội nghị đánh giá kết quả quản lý, phát triển cụm công nghiệp"
# Row (conference n, body b) of every table has the number FIRST + n × BODIES + b: no join is needed.
FIRST = 1_000_000
ROW = f"{FIRST} + n * {BODIES} + b"
CONFERENCE = f"{FIRST} + n"
# Conference 0 lies ahead, the others go back through the year.
BEGINS = f"now() + interval '14 days' - n * interval '{365 * 24 / CONFERENCES} hours'"
INVITED, ANSWERED = "begins - interval '30 days'", "begins - interval '9 days'"
FILLED = (
    *(Nomination, NominationVersion, Seat, Delegate, AttendanceMark, OfficialDocument, DocumentCopy),
    *(Mailing, Message, Attachment, Attempt, AuditEntry),
)


def fill(like: Conference, conferences: int = CONFERENCES) -> Conference:
    """Write it; answers the conference that lies ahead, whose reminders wait to be sent.

    Arguments:
        like: the conference of ``BODIES`` nominating organisations whose kind, texts and bodies the others take.
        conferences: how many, where less than a year is enough.
    """
    document = issued_invitation(like)
    with transaction.atomic(), connection.cursor() as cursor:
        # For this transaction only: a server's own settings stay as they are.
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '128MB'")
        _bodies(cursor, like)
        cursor.execute(
            f"CREATE TEMP TABLE c ON COMMIT DROP AS SELECT n, {BEGINS} AS begins FROM generate_series(0, %s) n",
            [conferences - 1],
        )
        _conferences(cursor, like)
        with _bare(cursor):
            _lists(cursor)
            _letters(cursor, document)
        for model in (Conference, InvitedGroup, *FILLED):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # what autovacuum does by itself in the course of a year
    return Conference.objects.get(pk=FIRST)


def _bodies(cursor, like: Conference) -> None:
    """Who nominates, numbered: the table ``o``."""
    names = like.nominations.order_by("pk").values_list(
        "organisation",
        "organisation_name",
        "unit",
        "unit_name",
        "organisation__contacts",
        "organisation__contacts__email",
    )
    rows = {row[0]: row for row in names}.values()
    cursor.execute(
        "CREATE TEMP TABLE o (b int, organisation bigint, name text, unit bigint, unit_name text, contact bigint,"
        " address text, search text) ON COMMIT DROP"
    )
    numbered = [
        (number, *row[:5], row[5] or f"{number}@gov.example", fold(f"{row[1]} {row[5]} {SUBJECT}"))
        for number, row in enumerate(list(rows)[:BODIES])
    ]
    execute_values(cursor.cursor, "INSERT INTO o VALUES %s", numbered)


def _conferences(cursor, like: Conference) -> None:
    """Each with one group that every body may fill."""
    group = (
        like.groups.filter(max_organisations=None).exclude(nominator=InvitedGroup.Nominator.NOBODY).first()
    )
    _copy(
        cursor,
        like,
        id=CONFERENCE,
        slug="'quy-mo-' || n",
        state="CASE WHEN begins > now() THEN 'announced' ELSE 'concluded' END",
        start_at="begins",
        end_at="begins + interval '4 hours'",
        nomination_deadline="begins - interval '7 days'",
        change_until="NULL",
        hard_close="NULL",
        announced_at=INVITED,
        units_as_of="begins::date",
    )
    _copy(cursor, group, id=CONFERENCE, conference_id=CONFERENCE)


def _lists(cursor) -> None:
    """Of the conference ahead half has answered, of the others everybody; one person each."""
    answered, over = "(n > 0 OR mod(b, 2) = 0)", "begins < now()"
    _insert(
        cursor,
        Nomination,
        "c, o",
        id=ROW,
        conference_id=CONFERENCE,
        organisation_id="organisation",
        organisation_name="name",
        unit_id="unit",
        unit_name="unit_name",
        state=f"CASE WHEN {answered} THEN 'submitted' ELSE 'open' END",
        submitted_at=f"CASE WHEN {answered} THEN {ANSWERED} END",
        invited_at=INVITED,
        version="1",
    )
    lists = f"c, o WHERE {answered}"
    _insert(
        cursor,
        NominationVersion,
        lists,
        id=ROW,
        nomination_id=ROW,
        number="1",
        rows="""jsonb_build_array(jsonb_build_object('full_name', 'Nguyễn Văn ' || b, 'job_title', 'Chủ tịch',
            'phone', '0912345678', 'email', address, 'reserve', false, 'organisation', name))""",
        submitted_by_name="'Đầu mối ' || b",
        submitted_at=ANSWERED,
    )
    _insert(
        cursor,
        Seat,
        lists,
        id=ROW,
        nomination_id=ROW,
        group_id=CONFERENCE,
        position="1",
        organisation_id="organisation",
        unit_id="unit",
        name="name",
        name_key="search",
    )
    _insert(
        cursor,
        Delegate,
        lists,
        id=ROW,
        seat_id=ROW,
        honorific="'Ông'",
        full_name="'Nguyễn Văn ' || b",
        job_title="'Chủ tịch'",
        phone="'0912345678'",
        email="address",
        answer="CASE WHEN mod(b, 3) = 0 THEN 'none' ELSE 'confirmed' END",
        attendance=f"CASE WHEN {over} THEN 'in_person' ELSE 'unmarked' END",
        sort_key="lpad(b::text, 6, '0')",
        search="'nguyen van ' || b || ' chu tich'",
        full_search="''",  # which a trigger writes
    )
    _insert(
        cursor,
        AttendanceMark,
        f"c, o WHERE {over}",
        id=ROW,
        delegate_id=ROW,
        attendance="'in_person'",
        noted_at="begins",
        marked_at="begins",
        marked_by_name="'Cán bộ trực'",
    )


def _letters(cursor, document: OfficialDocument) -> None:
    """In the order in which they were written; each invitation carries a document made for its body."""
    actor = staff()
    _copy(
        cursor,
        document,
        id=CONFERENCE,
        state="'issued'",
        number="n + 1000",
        issued_on=f"({INVITED})::date",
    )
    _insert(
        cursor,
        DocumentCopy,
        "c, o",
        id=ROW,
        document_id=CONFERENCE,
        organisation_id="organisation",
        recipient="name",
        code="upper(substr(md5(n || '-' || b), 1, 16))",
        file_name="'Giấy mời.pdf'",
        size="30000",
        sha256="md5(n || '-' || b) || md5(b || '-' || n)",
        created_at=INVITED,
    )
    written = "begins + (7 * k - 37) * interval '1 day'"
    _insert(
        cursor,
        Mailing,
        f"c, generate_series(1, {len(KINDS)}) k",
        id=f"{FIRST} + {len(KINDS)} * n + k",
        kind=f"(ARRAY{[*KINDS]})[k]",
        topic=f"'conference:' || {FIRST} + n",
        actor_id=str(actor.pk),
        expected=str(BODIES),
        written=str(BODIES),
        created_at=written,
        finished_at=written,
    )
    number = f"(n * {BODIES} + b) * 4 + k"
    _insert(
        cursor,
        Message,
        f"""(SELECT c.*, o.*, k, least({written}, now()) AS written, CASE
                WHEN n = 0 AND k = 2 THEN 'queued'
                WHEN mod({number}, {FAILED_OF}) = 7 THEN 'failed'
                WHEN mod({number}, {UNKNOWN_OF}) = 11 THEN 'unknown'
                WHEN mod({number}, {CANCELLED_OF}) = 13 THEN 'cancelled'
                ELSE 'sent' END AS became
            FROM c, o, LATERAL generate_series(1, {len(KINDS)} + (mod(b, {FOURTH_OF}) = 0)::int) k) l
            ORDER BY written, n, b""",
        key="'bench:' || n || ':' || b || ':' || k",
        topic=f"'conference:' || {FIRST} + n",
        kind=f"(ARRAY{[*KINDS, 'change']})[k]",
        state="became",
        contact_id="contact",
        recipient_name="name",
        address="address",
        subject=f"'{SUBJECT}'",
        text="'Kính gửi ' || name || '. {link}'",
        mailing_id=f"CASE WHEN k <= {len(KINDS)} THEN {FIRST} + {len(KINDS)} * n + k END",
        link_path=f"'/de-cu/' || {ROW} || '/'",
        message_id="'<' || md5('bench:' || n || ':' || b || ':' || k) || '@portal.example>'",
        due_at="written",
        attempts="(became IN ('sent', 'failed', 'unknown'))::int",
        handed_over_at="CASE WHEN became = 'sent' THEN written END",
        sent_at="CASE WHEN became = 'sent' THEN written + interval '1 minute' END",
        answer="CASE WHEN became = 'sent' THEN '250 2.0.0 Ok: queued' ELSE '' END",
        created_at="written",
        search="search",
    )
    _insert(
        cursor,
        Attempt,
        "correspondence_message WHERE attempts = 1 AND key LIKE 'bench:%%'",
        message_id="id",
        at="due_at",
        outcome="CASE state WHEN 'sent' THEN 'sent' WHEN 'failed' THEN 'permanent' ELSE 'unknown' END",
        answer="answer",
    )
    part = "split_part(key, ':', {})::int"
    _insert(
        cursor,
        Attachment,
        "correspondence_message WHERE kind = 'invitation' AND key LIKE 'bench:%%'",
        message_id="id",
        name="'Giấy mời.pdf'",
        content_type="'application/pdf'",
        copy_id=f"{FIRST} + {part.format(2)} * {BODIES} + {part.format(3)}",
    )
    for model, at, action in (
        (DocumentCopy, "created_at", "document.copy"),
        (NominationVersion, "submitted_at", "nomination.submit"),
    ):
        _insert(
            cursor,
            AuditEntry,
            f"{model._meta.db_table} WHERE id >= {FIRST}",
            at=at,
            actor_label="'hệ thống'",
            action=f"'{action}'",
            object_type=f"'{model._meta.label_lower}'",
            object_id="id::text",
            object_label="'bản số ' || id",
            changes="""'{"state": [null, "made"]}'""",
        )


# ── statements ──────────────────────────────────────────────────────────────────────────────────────


def _copy(cursor, row: Model, **values: str) -> None:
    """As many copies of a row as there are conferences; ``values``: column → what it is instead."""
    columns = [field.column for field in row._meta.concrete_fields]
    chosen = ", ".join(values.get(column, f't."{column}"') for column in columns)
    table = row._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({_names(columns)}) SELECT {chosen} FROM {table} t, c WHERE t.id = {row.pk}"
    )


def _insert(cursor, model: type[Model], source: str, **values: str) -> None:
    """Rows of ``source``; ``values``: column → expression, every other column gets its field's default."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or "id" in values]
    columns = [field.column for field in fields]
    defaults = [
        field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if field.column not in values
    ]
    chosen = ", ".join(values.get(column, "%s") for column in columns)
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({_names(columns)}) SELECT {chosen} FROM {source}", defaults
    )


def _names(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


@contextlib.contextmanager
def _bare(cursor) -> Iterator[None]:
    """The filled tables without indexes and keys but their numbers; all is made, and checked, again afterwards."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    tables = [model._meta.db_table for model in FILLED]
    cursor.execute(
        """SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u')""",
        [tables],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        """SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY(%s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)""",
        [tables],
    )
    indexes = cursor.fetchall()
    for table, name, _ in constraints:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")

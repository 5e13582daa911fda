"""A backup that comes back whole, and refuses to come back at all when a byte of it is wrong."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from directory import vault
from hoinghi.tests.own_postgres import own_postgres

PASSPHRASE = "mat-khau-sao-luu-cua-kiem-thu"


def sealed(plain: bytes) -> bytes:
    out = io.BytesIO()
    writer = vault.Writer(out, PASSPHRASE)
    for start in range(0, len(plain), 300_000):
        writer.write(plain[start : start + 300_000])
    writer.finish()
    return out.getvalue()


def opened(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader = vault.Reader(io.BytesIO(data), passphrase)
    return b"".join(iter(lambda: reader.read(100_000), b""))


@pytest.mark.parametrize("size", [0, 1, vault.CHUNK, vault.CHUNK + 1, 3 * vault.CHUNK])
def test_what_was_sealed_opens(size):
    plain = os.urandom(size)
    data = sealed(plain)
    assert opened(data) == plain
    assert size < 100 or plain[:100] not in data


def test_a_sealed_file_that_was_touched_does_not_open():
    data = sealed(os.urandom(2 * vault.CHUNK + 5))
    head = len(vault.MAGIC) + vault.SALT
    piece = vault.CHUNK + vault.TAG
    wrong = {
        "a byte": data[:-50] + bytes([data[-50] ^ 1]) + data[-49:],
        "cut between chunks": data[: head + 2 * piece],
        "cut inside a chunk": data[:-1],
        "chunks swapped": data[:head] + data[head + piece : head + 2 * piece] + data[head : head + piece],
        "another salt": data[:10] + bytes([data[10] ^ 1]) + data[11:],
    }
    for what, broken in wrong.items():
        with pytest.raises(vault.VaultError):
            pytest.fail(f"{what}: {len(opened(broken))} bytes opened")
    with pytest.raises(vault.VaultError):
        opened(data, "một mật khẩu khác hẳn mật khẩu kia")
    with pytest.raises(vault.VaultError):
        opened(b"PK\x03\x04 not ours at all, but long enough")


def manage(url: str, media: Path, *arguments, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": url, "MEDIA_ROOT": str(media), "BACKUP_PASSPHRASE": PASSPHRASE}
        | more,
        capture_output=True,
        text=True,
    )


def content_of(url: str) -> dict[str, str]:
    """Every table with the hash of its rows."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(each::text, chr(10) ORDER BY each::text), '')) FROM \"{table}\" each"
            )
            found[table] = cursor.fetchone()[0]
    connection.close()
    return found


def files_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def run_sql(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_a_backup_comes_back_whole(tmp_path):
    """The drill of docs/van-hanh.md, with counts and hashes compared by other means than the command's own."""
    media, folder, elsewhere = (tmp_path / name for name in ("media", "backups", "media-2"))
    (media / "papers/2026/11").mkdir(parents=True)
    (media / "papers/2026/11/Công văn cử đại biểu.pdf").write_bytes(os.urandom(3_000_000))
    (media / "empty.txt").touch()
    folder.mkdir()
    with own_postgres(tmp_path / "home") as server:
        assert manage(server.url, media, "load_units").returncode == 0
        made = manage(server.url, media, "backup", folder)
        assert made.returncode == 0, made.stderr
        (backup,) = folder.iterdir()
        assert backup.stat().st_mode & 0o777 == 0o600
        assert b"administrativeunit" not in backup.read_bytes()
        before, files = content_of(server.url), files_of(media)
        assert len(before) > 50

        run_sql(server.url, "CREATE DATABASE second")
        second = server.url.rsplit("/", 1)[0] + "/second"
        done = manage(second, elsewhere, "restore", backup)
        assert done.returncode == 0, done.stderr
        assert content_of(second) == before
        assert files_of(elsewhere) == files
        # The audit trail is as closed as it was.
        with pytest.raises(psycopg2.Error, match="never deleted"):
            run_sql(second, "DELETE FROM directory_auditentry")

        # Not over something that is there, unless forced.
        run_sql(second, "DELETE FROM directory_regiontile")
        again = manage(second, elsewhere, "restore", backup)
        assert again.returncode == 1
        assert "không trống" in again.stderr
        forced = manage(second, elsewhere, "restore", backup, "--force")
        assert forced.returncode == 0, forced.stderr
        assert content_of(second) == before

        # What is wrong is found before anything is touched.
        damaged = folder / "damaged"
        data = bytearray(backup.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(data)
        for arguments, more in (
            ([damaged, "--force"], {}),
            ([damaged, "--verify"], {}),
            ([backup, "--verify"], {"BACKUP_PASSPHRASE": "một mật khẩu hoàn toàn khác"}),
            ([backup, "--verify"], {"BACKUP_PASSPHRASE": "ngắn"}),
            ([folder / "missing", "--verify"], {}),
        ):
            refused = manage(second, elsewhere, "restore", *arguments, **more)
            assert refused.returncode == 1, arguments
            assert "Traceback" not in refused.stderr
        assert content_of(second) == before
        assert manage(second, elsewhere, "restore", backup, "--verify").returncode == 0

        # A failing backup leaves nothing half-written; a good one sweeps up the old.
        failed = manage(server.url, media, "backup", folder, PG_BIN="/nowhere", DATABASE_URL=server.url + "x")
        assert failed.returncode == 1
        assert sorted(folder.iterdir()) == sorted([backup, damaged])
        assert manage(server.url, media, "backup", folder, "--keep", "1").returncode == 0
        assert not backup.exists()
        assert len(list(folder.glob("*.backup"))) == 1

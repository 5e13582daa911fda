"""The portal with its files in an S3 bucket: kept, read, packed, mailed, saved and restored as from a disk.

The server is moto, in a process of its own; the portal talks to it over HTTP as to any other.
"""

import io
import os
import tracemalloc
import zipfile

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from conferences.extracting import _on_disk
from conferences.models import Material, MaterialVersion
from conferences.services import add_material_version
from conferences.tests.files import docx, pdf
from directory.invariants import files_are_what_was_stored
from directory.tests.test_backups import files_of, manage
from hoinghi.s3 import S3Storage
from hoinghi.storage_url import storage_of
from hoinghi.tests.own_postgres import own_postgres
from hoinghi.tests.s3_server import BUCKET, s3_server

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server():
    with s3_server() as url:
        yield url


def use(settings, url: str) -> None:
    settings.STORAGE_URL = url
    settings.STORAGES = settings.STORAGES | {"default": storage_of(url)}


@pytest.fixture
def bucket(server, settings, tmp_path):
    """Files go there; a proxy that sends the files of a disk stands in front, as in docker-compose.yml."""
    use(settings, server)
    settings.X_ACCEL_LOCATION = "/_media"
    settings.MEDIA_ROOT = tmp_path / "nothing-here"
    yield default_storage
    assert not settings.MEDIA_ROOT.exists()


@pytest.fixture
def material(conference):
    return Material.objects.create(conference=conference, title="Báo cáo", visibility="public")


@pytest.fixture
def version(bucket, material, an):
    return add_material_version(material=material, upload=pdf(), actor=an)


def test_a_file_goes_out_through_the_portal_whole_and_in_parts(client, version):
    content = pdf().read()
    url = reverse("material", args=[version.pk])
    whole = client.get(url)
    assert b"".join(whole.streaming_content) == content
    assert whole["Content-Length"] == str(len(content))
    for asked, status, expected in (
        ("bytes=10-19", 206, content[10:20]),
        ("bytes=10-", 206, content[10:]),
        ("bytes=-7", 206, content[-7:]),
        (f"bytes={len(content)}-", 416, b""),
    ):
        part = client.get(url, headers={"Range": asked, "If-Range": whole["ETag"]})
        assert (part.status_code, part.getvalue()) == (status, expected), asked
    # Nobody learns where the files are.
    for name, value in whole.items():
        assert "127.0.0.1" not in value, name
        assert BUCKET not in value, name
    assert "Location" not in whole
    assert "X-Accel-Redirect" not in whole
    assert "127.0.0.1" not in version.file.url


def test_a_second_file_of_the_same_name_takes_another(bucket):
    first, second = (bucket.save("documents/tờ.pdf", ContentFile(each)) for each in (b"1", b"2"))
    assert first != second
    assert [bucket.open(name).read() for name in (first, second)] == [b"1", b"2"]


def test_words_are_read_files_are_packed_and_what_is_wrong_is_found(client, bucket, version, an):
    assert list(files_are_what_was_stored()) == []
    other = Material.objects.create(conference=version.material.conference, title="Khác", visibility="public")
    second = add_material_version(material=other, upload=docx(), actor=an)
    with _on_disk(second.file) as path:
        assert zipfile.ZipFile(path).testzip() is None
    packed = client.get(reverse("materials-zip", args=[version.material.conference.slug])).getvalue()
    assert len(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == 2

    bucket.delete(version.file.name)
    bucket.delete(second.file.name)
    bucket.save(second.file.name, ContentFile(b"changed"))
    lost, changed = files_are_what_was_stored()
    assert "không còn tệp" in lost
    assert "đã bị thay đổi" in changed
    with pytest.raises(FileNotFoundError):
        bucket.open(version.file.name)


def test_a_file_of_200_megabytes_costs_no_memory(client, bucket, material, tmp_path):
    long = tmp_path / "lon.pdf"  # on the disk it is mostly a hole
    with long.open("wb") as file:
        file.seek(150 * MEGABYTE)
        file.write(b"from here on")
        file.truncate(200 * MEGABYTE)
    version = MaterialVersion(
        material=material,
        number=1,
        file_name="Bản quét.pdf",
        content_type="application/pdf",
        size=200 * MEGABYTE,
        sha256="0" * 64,
    )
    tracemalloc.start()
    try:
        with long.open("rb") as file:
            version.file = bucket.save("materials/lon.pdf", File(file))
        version.save()
        before, kept = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        url = reverse("material", args=[version.pk])
        whole = sum(map(len, client.get(url).streaming_content))
        part = client.get(url, headers={"Range": f"bytes={150 * MEGABYTE}-"})
        head = next(part.streaming_content)
        part.close()
        sent = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
        bucket.delete("materials/lon.pdf")
    assert whole == 200 * MEGABYTE
    assert head.startswith(b"from here on")
    assert kept < 40 * MEGABYTE  # parts of 8 MB, and what goes over the wire of one
    assert sent < 20 * MEGABYTE  # a tenth, whatever else is collected late


def test_the_doctor_looks_into_the_bucket_and_names_no_secret(server, settings, capsys, monkeypatch):
    def told() -> str:
        with pytest.raises(SystemExit):  # there are no units and no staff
            call_command("doctor")
        return capsys.readouterr().out

    use(settings, server)
    assert f"[tốt] Kho tệp: “{BUCKET}”, ghi được" in told()
    use(settings, server + "-khac")
    said = told()
    assert "[LỖI] Kho tệp: " in said
    assert "STORAGE_URL" in said
    assert "bi/mat" not in said
    assert "bi%2Fmat" not in said


def test_trouble_with_the_bucket_is_what_trouble_with_a_disk_is():
    """Whoever reads a file for a letter or a page tries it again then."""
    away = S3Storage(**storage_of("s3+http://k:s@127.0.0.1:9/b")["OPTIONS"])
    away.client_config.retries = {"max_attempts": 1}
    with pytest.raises(OSError, match="Kho tệp"):
        away.open("x")
    with pytest.raises(OSError, match="Kho tệp"):
        away.save("x", ContentFile(b""))


def test_a_backup_takes_the_files_from_a_bucket_and_puts_them_back_there_or_on_a_disk(server, tmp_path):
    stored = {"papers/2026/11/Công văn cử đại biểu.pdf": os.urandom(9 * MEGABYTE), "documents/rỗng.txt": b""}
    storage = S3Storage(**storage_of(server)["OPTIONS"])
    for name in list_of(storage):
        storage.delete(name)
    for name, content in stored.items():
        storage.save(name, ContentFile(content))
    folder, disk = tmp_path / "backups", tmp_path / "media"
    folder.mkdir()
    with own_postgres(tmp_path / "home") as postgres:
        made = manage(postgres.url, tmp_path / "unused", "backup", folder, STORAGE_URL=server)
        assert made.returncode == 0, made.stderr
        (backup,) = folder.iterdir()

        arguments = ("restore", backup, "--force")
        onto_a_disk = manage(postgres.url, disk, *arguments)
        assert onto_a_disk.returncode == 0, onto_a_disk.stderr
        assert {name: (disk / name).read_bytes() for name in files_of(disk)} == stored

        for name in stored:
            storage.delete(name)
        refused = manage(postgres.url, tmp_path / "unused", "restore", backup, STORAGE_URL=server)
        assert "không trống" in refused.stderr
        back = manage(postgres.url, tmp_path / "unused", *arguments, STORAGE_URL=server)
        assert back.returncode == 0, back.stderr
        assert {name: storage.open(name).read() for name in list_of(storage)} == stored


def list_of(storage) -> list[str]:
    from directory.backups import stored_names

    return list(stored_names(storage))

"""A disk without room: whoever uploads is told so at the field, and neither a row nor half a file stays behind."""

import io
import os
import random
import resource
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from conferences.models import ArticlePhoto, Conference, Material
from conferences.services import papers
from conferences.tests.concluding import conclude, give
from conferences.tests.desk import errors_of, posted_again, rows
from conferences.tests.drafting import make_draft
from directory.invariants import files_are_what_was_stored
from directory.tasks import remove_unfinished_files
from hoinghi.files import UNFINISHED, remove_unfinished

pytestmark = pytest.mark.django_db

ROOM = 256 * 1024
SAID = "Chưa lưu được tệp"


@pytest.fixture
def small_disk(settings, tmp_path):
    """A MEDIA_ROOT of 256 kB; where nobody may mount one, a process that may write no larger file."""
    settings.MEDIA_ROOT = str(tmp_path)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(tmp_path)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
        yield tmp_path
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    yield tmp_path
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def pdf(size: int = 2 * ROOM) -> SimpleUploadedFile:
    return SimpleUploadedFile("Báo cáo.pdf", b"%PDF-1.7\n".ljust(size, b"x"), "application/pdf")


def files_in(folder: Path) -> list[str]:
    return [str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()]


def counted() -> dict[str, int]:
    """Every table of ours with its number of rows; sessions come and go."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.split(".")[0]
        in ("directory", "correspondence", "conferences", "venues", "delegates")
    }


def a_list(conference, nomination, binh, **people):
    conference.paper_rule = Conference.PaperRule.OPTIONAL
    conference.save()
    return binh, reverse("nomination-papers", args=[nomination.pk]), {}, "paper"


def a_paper(conference, world, an, binh, **others):
    at = timezone.now()
    (paper,) = papers.ask(
        conference=conference,
        organisations=[world.dak_lak.so],
        title="Tham luận",
        due_at=conference.start_at,
        actor=an,
        at=at,
    )
    return binh, paper.get_absolute_url(), {"do": "send"}, "send-upload"


def a_task(conference, world, an, binh, **others):
    (task,) = give(conclude(conference, an), an, world.dak_lak.so)
    return binh, task.get_absolute_url(), {"do": "report", "report-note": "Đã xong"}, "report-upload"


def an_opinion(conference, world, an, binh, **others):
    sheet = make_draft(conference, an, organisations=[world.dak_lak.so]).sheets.get()
    return binh, sheet.get_absolute_url(), {"do": "paper", "version": sheet.version}, "paper"


def a_material(conference, an, client, **others):
    Material.objects.create(conference=conference, title="Tài liệu")
    client.force_login(an)
    address = reverse("admin:conferences_conference_change", args=[conference.pk])
    return an, address, posted_again(client.get(address)), "materials-0-upload"


def photos(*uploads) -> dict:
    return rows("photos", *({"upload": each, "alt": "Hội trường", "position": 1} for each in uploads))


def jpeg(side: int) -> SimpleUploadedFile:
    """A photo of noise, which does not get smaller."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(side).randbytes(3 * side * side)).save(buffer, "JPEG")
    return SimpleUploadedFile(f"{side}.jpg", buffer.getvalue())


UPLOADS = (a_list, a_paper, a_task, an_opinion, a_material)


@pytest.mark.parametrize("prepare", UPLOADS, ids=lambda each: each.__name__)
def test_a_full_disk_is_said_at_the_field(
    small_disk, prepare, client, conference, nomination, world, an, binh
):
    who, address, data, field = prepare(
        conference=conference, nomination=nomination, world=world, an=an, binh=binh, client=client
    )
    client.force_login(who)
    before = counted()
    answer = client.post(address, data | {field: pdf()})
    assert answer.status_code in (200, 409)
    assert SAID in answer.content.decode()
    assert counted() == before
    assert files_in(small_disk) == []
    # A file that fits is taken: it was the disk, and nothing of the refused one takes room any more.
    answer = client.post(address, data | {field: pdf(ROOM // 2)})
    assert answer.status_code == 302, answer.content.decode()
    (kept,) = files_in(small_disk)
    assert (small_disk / kept).stat().st_size == ROOM // 2
    assert list(files_are_what_was_stored()) == []


def test_a_file_has_its_name_only_when_it_is_whole(small_disk):
    """Seen from outside while it is being written, as after a kill."""

    class Slow(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"x" * 1000
            seen.extend(files_in(small_disk))
            yield b"y" * 1000

    seen = []
    name = default_storage.save("papers/a.pdf", Slow(b""))
    (unfinished,) = seen
    assert unfinished.startswith(f"{UNFINISHED}/")
    assert files_in(small_disk) == [name]
    assert (small_disk / name).stat().st_mode & 0o777 == 0o644


def test_no_room_where_uploads_are_caught_is_an_error_page_that_says_so(
    conference, nomination, binh, client, settings, small_disk
):
    """Large files are written to a folder for passing things before any view sees them."""
    settings.FILE_UPLOAD_TEMP_DIR = str(small_disk)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(binh)
    client.raise_request_exception = False
    answer = client.post(a_list(conference, nomination, binh)[1], {"paper": pdf()})
    assert answer.status_code == 503
    assert "Cổng tạm thời gián đoạn" in answer.content.decode()
    assert files_in(small_disk) == []


def test_a_photo_of_an_article_is_refused_at_its_field_with_all_that_was_typed(small_disk, client, an):
    client.force_login(an)
    address, typed = (
        reverse("admin:conferences_article_add"),
        {"title": "Tin", "lead": "Mở đầu", "body": "Bài"},
    )
    before = counted()
    # The first one fits and the second does not: none of them stays.
    page = client.post(address, typed | photos(jpeg(100), jpeg(1000)))
    said = errors_of(page)
    assert list(said) == ["photos-0-upload", "photos-1-upload"]
    assert "phải chọn lại tệp" in str(said["photos-0-upload"])
    assert SAID in str(said["photos-1-upload"])
    assert "Mở đầu" in page.content.decode()
    assert counted() == before
    assert files_in(small_disk) == []
    assert client.post(address, typed | photos(jpeg(100))).status_code == 302
    assert len(files_in(small_disk)) == 2
    # Putting another picture in its place leaves the one that is there.
    photo = ArticlePhoto.objects.get()
    there, address = (
        files_in(small_disk),
        reverse("admin:conferences_article_change", args=[photo.article_id]),
    )
    again = photos(jpeg(1000)) | {"photos-0-id": photo.pk, "photos-0-article": photo.article_id}
    page = client.post(address, typed | {"slug": "tin"} | again | {"photos-INITIAL_FORMS": 1})
    assert list(errors_of(page)) == ["photos-0-upload"]
    assert files_in(small_disk) == there


def test_what_a_kill_left_goes_the_next_night(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    assert remove_unfinished(timezone.now()) == 0
    default_storage.save("papers/a.pdf", ContentFile(b"x"))
    day = 24 * 3600
    for name, age in (("old", day + 60), ("new", day - 60)):
        path = tmp_path / UNFINISHED / name
        path.write_bytes(b"half")
        os.utime(path, (timezone.now().timestamp() - age,) * 2)
    remove_unfinished_files()
    assert sorted(files_in(tmp_path)) == [f"{UNFINISHED}/new", "papers/a.pdf"]
    assert "directory.tasks.remove_unfinished_files" in settings.CELERY_BEAT_SCHEDULE

"""Materials: uploads by content, versions that stay, and the right checked at each download."""

import datetime as dt
import threading
import unicodedata

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from conferences import audiences, policies
from conferences.materials import readable_versions
from conferences.models import Conference, Material, MaterialVersion
from conferences.services import add_material_version
from conferences.tests.files import crowded_zip, disguised_docm, docm, docx, exe, ole, pdf, split_zip
from directory.models import AuditEntry

pytestmark = pytest.mark.django_db

NAME = "Chương trình Hội nghị.pdf"


@pytest.fixture
def material(conference):
    return Material.objects.create(
        conference=conference, kind="agenda", title="Chương trình", visibility="public"
    )


@pytest.fixture
def version(material, an):
    return add_material_version(material=material, upload=pdf(NAME), actor=an)


@pytest.fixture
def invited(monkeypatch):
    """What an app above registers: here the accounts of a list are invited."""
    accounts: list = []
    monkeypatch.setattr(audiences, "_invited_checks", [])
    audiences.register_invited(lambda viewer, conference: viewer in accounts)
    return accounts


def url_of(version: MaterialVersion) -> str:
    return reverse("material", args=[version.pk])


def read(client, version: MaterialVersion, method="get", **headers):
    """The answer to a download with its ``body`` read to the end, as a browser does."""
    response = getattr(client, method)(url_of(version), headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


# --- uploading ---


@pytest.mark.parametrize("upload", [pdf, docx])
def test_real_files_are_taken(material, an, upload):
    version = add_material_version(material=material, upload=upload(), actor=an)
    assert (version.number, version.downloads, version.uploaded_by) == (1, 0, an)
    with version.file.open() as kept:
        assert len(kept.read()) == version.size
    assert version.file.name.isascii()


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (exe("Chương trình.pdf"), "không đúng với phần mở rộng"),
        (docm("Báo cáo.docx"), "có macro"),
        (docm("Báo cáo.docm"), "loại tệp này không được nhận"),
        (disguised_docm("Báo cáo.docx"), "có macro"),
        (ole("MsiDigitalSignature", "Cài đặt.doc"), "không đúng với phần mở rộng"),
        (ole("Workbook", "Bảng tính.doc"), "không đúng với phần mở rộng"),
        (crowded_zip(50_000), "không đúng với phần mở rộng"),
        (split_zip(), "không đúng với phần mở rộng"),
        (SimpleUploadedFile("rỗng.pdf", b""), "rỗng"),
        (SimpleUploadedFile("trang.html", b"<script>"), "loại tệp này không được nhận"),
    ],
    ids=[
        *("program", "hidden-macros", "macros", "disguised-macros"),
        *("installer", "workbook", "crowded", "split", "empty", "html"),
    ],
)
def test_other_files_are_refused(material, an, upload, said):
    with pytest.raises(ValidationError, match=said):
        add_material_version(material=material, upload=upload, actor=an)
    assert not MaterialVersion.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "upload",
    [
        ole("WordDocument", "Công văn.doc"),
        ole("Workbook", "Bảng.xls"),
        ole("Book", "Bảng cũ.xls"),
        ole("PowerPoint Document", "Trình chiếu.ppt"),
        crowded_zip(1_000),
    ],
    ids=["doc", "xls", "old-xls", "ppt", "zip"],
)
def test_older_files_and_packages_are_taken(material, an, upload):
    assert add_material_version(material=material, upload=upload, actor=an).size == upload.size


def test_a_file_that_is_too_large_is_refused(material, an, settings):
    settings.UPLOAD_MAX_MB = 0
    with pytest.raises(ValidationError, match="lớn hơn 0 MB"):
        add_material_version(material=material, upload=pdf(), actor=an)


def test_a_decomposed_name_is_composed(material, an):
    """macOS writes file names in NFD."""
    upload = pdf(unicodedata.normalize("NFD", NAME))
    assert add_material_version(material=material, upload=upload, actor=an).file_name == NAME


def test_versions_are_counted_and_never_overwritten(material, an, version):
    second = add_material_version(material=material, upload=pdf(NAME, 2), actor=an)
    assert second.number == 2
    assert second.file.name != version.file.name
    with version.file.open() as first:
        assert first.read() == pdf(NAME).read()
    with pytest.raises(ValidationError, match="giống hệt bản 2"):
        add_material_version(material=material, upload=pdf(NAME, 2), actor=an)


def test_an_upload_shows_on_the_page_of_the_conference(client, conference, material, an):
    before = conference.updated_at
    client.get(conference.get_absolute_url())
    add_material_version(material=material, upload=pdf(NAME), actor=an)
    conference.refresh_from_db()
    assert conference.updated_at > before
    assert "Chương trình</a>" in client.get(conference.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_get_two_numbers(material, an):
    barrier, found = threading.Barrier(2), []

    def upload(number):
        barrier.wait(10)
        found.append(add_material_version(material=material, upload=pdf(NAME, number), actor=an).number)
        connections.close_all()

    threads = [threading.Thread(target=upload, args=[number]) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [1, 2]


# --- who may read ---


CASES = [  # visibility → anonymous, stranger, invited, staff
    ("public", [True, True, True, True]),
    ("invited", [False, False, True, True]),
    ("internal", [False, False, False, True]),
]


@pytest.fixture
def viewers(an, binh, cuc, invited):
    invited.append(binh)
    return [AnonymousUser(), cuc, binh, an]


@pytest.mark.parametrize(("visibility", "rights"), CASES)
def test_who_may_read(version, viewers, visibility, rights):
    version.material.visibility = visibility
    version.material.save()
    now = timezone.now()
    assert [policies.can_read_material(viewer, version.material, now) for viewer in viewers] == rights
    conference = version.material.conference
    assert [bool(readable_versions(viewer, conference, now)) for viewer in viewers] == rights


@pytest.mark.parametrize(
    ("opens", "closes", "open_now"), [(None, None, True), (-1, 1, True), (1, None, False), (None, -1, False)]
)
def test_the_window_is_for_everybody_but_staff(version, viewers, opens, closes, open_now):
    now = timezone.now()
    material = version.material
    material.opens_at = opens and now + dt.timedelta(hours=opens)
    material.closes_at = closes and now + dt.timedelta(hours=closes)
    material.save()
    expected = [open_now, open_now, open_now, True]
    assert [policies.can_read_material(viewer, material, now) for viewer in viewers] == expected
    assert [bool(readable_versions(viewer, material.conference, now)) for viewer in viewers] == expected


def test_the_material_of_a_draft_is_the_staffs(version, viewers):
    Conference.objects.update(state=Conference.State.DRAFT)
    version.material.conference.refresh_from_db()
    now = timezone.now()
    assert [policies.can_read_material(viewer, version.material, now) for viewer in viewers] == [
        False,
        False,
        False,
        True,
    ]


def test_a_material_without_a_file_is_not_listed(material, an):
    assert readable_versions(an, material.conference, timezone.now()) == []


# --- downloading ---


def test_the_download_keeps_its_vietnamese_name(client, version):
    response = read(client, version)
    assert response.status_code == 200
    assert response.body == pdf(NAME).read()
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Chuong trinh hoi nghi.pdf"')
    assert "filename*=UTF-8''Ch%C6%B0%C6%A1ng%20tr%C3%ACnh%20H%E1%BB%99i%20ngh%E1%BB%8B.pdf" in disposition


def test_downloads_are_counted_without_a_name(client, version, binh):
    client.force_login(binh)
    for method in ("get", "get", "head"):
        assert read(client, version, method).status_code == 200
    version.refresh_from_db()
    assert version.downloads == 2
    assert not AuditEntry.objects.filter(action__contains="download").exists()


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999", 206, slice(0, None)),
        ("bytes=999999-", 416, slice(0, 0)),
        ("bytes=-", 200, slice(0, None)),
        ("bytes=0-1,3-4", 200, slice(0, None)),
        ("bytes=" + "9" * 5000 + "-", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
    ],
)
def test_a_broken_download_goes_on(client, version, wanted, status, part):
    whole = pdf(NAME).read()
    response = read(client, version, Range=wanted)
    assert response.status_code == status
    if status == 416:
        assert response["Content-Range"] == f"bytes */{len(whole)}"
        return
    assert response.body == whole[part]
    if status == 206:
        start, stop, _ = part.indices(len(whole))
        assert response["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole)}"


def test_only_the_same_file_goes_on(client, version, material, an):
    etag = read(client, version)["ETag"]
    part = {"Range": "bytes=10-"}
    assert read(client, version, **part, **{"If-Range": etag}).status_code == 206
    assert read(client, version, **part, **{"If-Range": '"other"'}).status_code == 200
    assert read(client, version, **{"If-None-Match": etag}).status_code == 304


def test_a_right_that_ends_ends_the_download(client, version, binh, invited):
    Material.objects.update(visibility="invited")
    invited.append(binh)
    client.force_login(binh)
    etag = read(client, version)["ETag"]
    invited.clear()
    assert client.get(url_of(version)).status_code == 404
    assert client.get(url_of(version), headers={"If-None-Match": etag}).status_code == 404


def test_a_visitor_learns_nothing_about_what_is_not_public(client, version, cuc, invited):
    Material.objects.update(visibility="internal")
    there, not_there = url_of(version), reverse("material", args=[version.pk + 1000])
    answers = [client.get(url) for url in (there, not_there)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [answer["Location"].split("?")[0] for answer in answers] == [reverse("account_login")] * 2
    client.force_login(cuc)
    assert [client.get(url).status_code for url in (there, not_there)] == [404, 404]
    assert client.post(there).status_code == 405


def test_an_old_address_leads_to_what_is_valid_now(client, version, material, an):
    newest = add_material_version(material=material, upload=pdf(NAME, 2), actor=an)
    response = read(client, version)
    assert (response.status_code, response["Location"]) == (302, url_of(newest))
    client.force_login(an)
    assert read(client, version).body == pdf(NAME).read()


def test_behind_a_proxy_the_proxy_sends_the_bytes(client, version, settings):
    settings.X_ACCEL_LOCATION = "/protected/"
    response = read(client, version)
    assert response["X-Accel-Redirect"] == f"/protected/{version.file.name}"
    assert response.content == b""

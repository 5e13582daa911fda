"""Reading papers: the list by agenda item, a file inside a page, all in one ZIP, and files of any size."""

import io
import os
import resource
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences import audiences
from conferences.models import Conference, Material, MaterialVersion
from conferences.services import add_material_version
from conferences.tests.files import docx, pdf
from hoinghi.files import examine
from hoinghi.tests.browser import problems
from hoinghi.tests.cast import publish_agenda
from hoinghi.tests.waiting import wait_until
from hoinghi.zips import MISSING, Entry, zip_of

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


def pages_in_viewer(page) -> int:
    """How many pages Chromium's own PDF viewer has loaded; 0 as long as there is none."""
    page.wait_for_timeout(50)
    viewer = next((frame for frame in page.frames if frame.url.startswith("chrome-extension:")), None)
    toolbar = "document.querySelector('pdf-viewer')?.shadowRoot?.querySelector('viewer-toolbar')"
    return viewer.evaluate(f"{toolbar}?.docLength || 0") if viewer else 0


def add(conference, title, actor, *, upload=None, **values) -> MaterialVersion:
    material = Material.objects.create(
        conference=conference, title=title, **({"visibility": "public"} | values)
    )
    return add_material_version(material=material, upload=upload or pdf(f"{title}.pdf"), actor=actor)


@pytest.fixture
def papers(conference, an):
    """One for everybody, one for the invited, one for staff; the first is for an item of the agenda."""
    item = conference.agenda.create(title="Báo cáo chung", lasts=15)
    publish_agenda(conference)
    return {
        "public": add(conference, "Báo cáo chung", an, agenda_item=item),
        "invited": add(conference, "Tham luận", an, visibility="invited", upload=docx()),
        "internal": add(conference, "Kịch bản điều hành", an, visibility="internal"),
    }


@pytest.fixture
def invited(monkeypatch, binh):
    """binh's province is invited."""
    monkeypatch.setattr(audiences, "_invited_checks", [])
    audiences.register_invited(lambda viewer, conference: viewer == binh)
    return binh


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def get(client, url: str, **headers):
    """The answer, read to the end, which closes the file."""
    response = client.get(url, headers=headers)
    if response.streaming:
        response.body = b"".join(response.streaming_content)
    return response


def package(client, conference) -> zipfile.ZipFile:
    response = get(client, reverse("materials-zip", args=[conference.slug]))
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(response.body))


class TestList:
    def test_papers_stand_under_the_item_that_they_are_for(self, client, conference, papers):
        for name in ("materials", "conference"):
            page = text_of(client.get(reverse(name, args=[conference.slug])))
            assert page.count(reverse("material", args=[papers["public"].pk])) >= 1
            assert reverse("material", args=[papers["invited"].pk]) not in page
        assert "8h00: Báo cáo chung" in text_of(client.get(reverse("materials", args=[conference.slug])))

    def test_a_paper_whose_item_is_gone_is_for_the_whole_conference(self, client, conference, papers):
        conference.agenda.all().delete()
        conference.agenda.create(title="Khác")
        publish_agenda(conference)
        page = text_of(client.get(reverse("materials", args=[conference.slug])))
        assert "Cả hội nghị" in page
        assert "Báo cáo chung</a>" in page

    @pytest.mark.parametrize("who", ["anonymous", "invited", "cuc", "an"])
    def test_everybody_sees_what_they_may(self, client, conference, papers, who, request, invited):
        if who != "anonymous":
            client.force_login(request.getfixturevalue(who))
        page = text_of(client.get(reverse("materials", args=[conference.slug])))
        shown = [name for name, version in papers.items() if f"/tai-lieu/{version.pk}/" in page]
        expected = {"invited": ["public", "invited"], "an": ["public", "invited", "internal"]}
        assert shown == expected.get(who, ["public"])

    def test_it_says_what_to_do_when_there_is_nothing(self, client, conference):
        page = text_of(client.get(reverse("materials", args=[conference.slug])))
        assert "Chưa có tài liệu nào để xem" in page
        assert "Đăng nhập" in page

    def test_a_draft_conference_has_no_page_for_visitors(self, client, conference, papers):
        Conference.objects.update(state="draft")
        for name in ("materials", "materials-zip"):
            assert client.get(reverse(name, args=[conference.slug])).status_code == 404

    def test_it_costs_the_same_with_one_paper_and_with_three(self, client, conference, an):
        client.force_login(an)
        url = reverse("materials", args=[conference.slug])

        def queries():
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            return len(seen)

        add(conference, "Một", an)
        queries()
        with_one = queries()
        add(conference, "Hai", an)
        add(conference, "Ba", an)
        assert queries() == with_one


class TestPreview:
    @pytest.mark.parametrize(
        ("who", "status"), [("anonymous", 302), ("cuc", 404), ("invited", 200), ("an", 200)]
    )
    @pytest.mark.parametrize("name", ["material-preview", "material-inline"])
    def test_the_right_is_asked_each_time(self, client, conference, an, invited, who, status, name, request):
        version = add(conference, "Tham luận", an, visibility="invited")
        if who != "anonymous":
            client.force_login(request.getfixturevalue(who))
        assert get(client, reverse(name, args=[version.pk])).status_code == status

    def test_the_file_is_shown_not_kept_and_runs_nothing(self, client, papers):
        response = get(client, reverse("material-inline", args=[papers["public"].pk]))
        assert response["Content-Disposition"].startswith("inline;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "object-src 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "SAMEORIGIN"

    def test_what_browsers_cannot_show_is_downloaded(self, client, papers, an):
        client.force_login(an)
        word = papers["invited"].pk
        assert client.get(reverse("material-preview", args=[word]))["Location"] == f"/tai-lieu/{word}/"
        inline = get(client, reverse("material-inline", args=[word]))
        assert inline["Content-Disposition"].startswith("attachment;")

    def test_an_old_version_leads_to_the_newest(self, client, papers, an):
        old = papers["public"]
        new = add_material_version(material=old.material, upload=pdf("b.pdf", 2), actor=an)
        assert (
            client.get(reverse("material-preview", args=[old.pk]))["Location"] == f"/tai-lieu/{new.pk}/xem/"
        )
        client.force_login(an)
        assert client.get(reverse("material-preview", args=[old.pk])).status_code == 200

    def test_a_delegate_sees_papers_by_link(self, client, em, papers):
        page = text_of(client.get(reverse("delegate-page", args=[em.token])))
        url = reverse("delegate-preview", args=[em.token, papers["public"].pk])
        assert url in page
        assert reverse("delegate-inline", args=[em.token, papers["public"].pk]) in text_of(client.get(url))
        refused = reverse("delegate-preview", args=[em.token, papers["internal"].pk])
        assert client.get(refused).status_code == 404

    @pytest.mark.browser
    @pytest.mark.django_db(transaction=True)
    def test_reading_on_a_telephone(self, page, live_server, papers, conference, complaints):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(live_server.url + reverse("materials", args=[conference.slug]))
        assert problems(page) == []
        page.get_by_role("link", name="Xem Báo cáo chung").click()
        page.get_by_role("heading", name="Báo cáo chung").wait_for()
        assert problems(page) == []
        assert page.locator("iframe.preview").get_attribute("title") == "Báo cáo chung"
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải về", exact=True).click()
        assert download.value.suggested_filename == "Báo cáo chung.pdf"
        assert complaints == []

    @pytest.mark.browser
    @pytest.mark.django_db(transaction=True)
    def test_the_browser_shows_the_pdf_inside_the_page(
        self, browser_type, browser_type_launch_args, live_server, papers
    ):
        """In a Chromium with its own PDF viewer, which playwright otherwise leaves out with the extensions."""
        viewer = ["--disable-extensions", "--disable-component-extensions-with-background-pages"]
        browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=viewer)
        try:
            page = browser.new_page()
            said = []
            page.on("console", lambda message: said.append(message.text))
            page.goto(live_server.url + reverse("material-preview", args=[papers["public"].pk]))
            assert wait_until(lambda: pages_in_viewer(page)) == 1
            assert said == []
        finally:
            browser.close()


class TestPackage:
    def test_it_has_what_the_reader_may_read_under_vietnamese_names(
        self, client, conference, papers, invited
    ):
        archive = package(client, conference)
        assert archive.testzip() is None
        assert archive.namelist() == ["8h00 Báo cáo chung/Báo cáo chung.pdf"]
        client.force_login(invited)
        archive = package(client, conference)
        assert set(archive.namelist()) == {"8h00 Báo cáo chung/Báo cáo chung.pdf", "Tham luận.docx"}
        with papers["invited"].file.open() as kept:
            assert archive.read("Tham luận.docx") == kept.read()

    def test_a_stranger_gets_nothing_where_nothing_is_public(self, client, conference, an, cuc):
        add(conference, "Kín", an, visibility="invited")
        client.force_login(cuc)
        assert client.get(reverse("materials-zip", args=[conference.slug])).status_code == 404

    def test_every_file_counts_as_downloaded(self, client, conference, papers):
        package(client, conference)
        papers["public"].refresh_from_db()
        papers["internal"].refresh_from_db()
        assert (papers["public"].downloads, papers["internal"].downloads) == (1, 0)

    def test_a_delegate_gets_it_by_link(self, client, em, papers):
        response = get(client, reverse("delegate-materials-zip", args=[em.token]))
        archive = zipfile.ZipFile(io.BytesIO(response.body))
        assert sorted(archive.namelist()) == ["8h00 Báo cáo chung/Báo cáo chung.pdf", "Tham luận.docx"]

    def test_equal_names_get_numbers_and_odd_ones_are_mended(self):
        names = [
            "a.pdf",
            "A.pdf",
            "../../x/..",
            "b:c?.pdf",
            "không đuôi",
            "không đuôi",
            "\0",
            "x" * 400 + ".pdf",
        ]
        entries = [Entry(name, b"1") for name in names]
        archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_of(entries, at=timezone.now()))))
        found = archive.namelist()
        assert len({name.lower() for name in found}) == len(names)
        assert found[:2] == ["a.pdf", "A (2).pdf"]
        assert not any(".." in name.split("/") or name.startswith("/") for name in found)

    def test_a_file_that_is_gone_is_named_and_the_rest_arrives(self, client, conference, papers, an):
        lost = add(conference, "Mất", an)
        lost.file.storage.delete(lost.file.name)
        archive = package(client, conference)
        assert MISSING in archive.namelist()
        assert "Mất.pdf" in archive.read(MISSING).decode()
        assert "8h00 Báo cáo chung/Báo cáo chung.pdf" in archive.namelist()


# --- size costs no memory ---


@pytest.fixture
def large(conference, an):
    """A PDF of 200 MB; on the disk it is mostly a hole."""
    material = Material.objects.create(conference=conference, title="Bản quét", visibility="public")
    version = MaterialVersion(
        material=material,
        number=1,
        file_name="Bản quét.pdf",
        content_type="application/pdf",
        size=200 * MEGABYTE,
        sha256="0" * 64,
    )
    version.file.save("lon.pdf", ContentFile(b"%PDF-1.7"), save=False)
    path = Path(settings.MEDIA_ROOT, version.file.name)
    os.truncate(path, version.size)
    version.save()
    yield version
    path.unlink()


def peak_of(job) -> float:
    """The most memory in MB that ``job`` held at once."""
    tracemalloc.start()
    try:
        job()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def drain(response) -> int:
    return sum(len(piece) for piece in response.streaming_content)


class TestLargeFiles:
    @pytest.mark.parametrize(
        ("name", "headers", "expected"),
        [
            ("material", {}, 200 * MEGABYTE),
            ("material", {"Range": "bytes=1000000-"}, 200 * MEGABYTE - 1_000_000),
            ("material-inline", {}, 200 * MEGABYTE),
        ],
    )
    def test_downloading(self, client, large, name, headers, expected):
        sent = []
        peak = peak_of(
            lambda: sent.append(drain(client.get(reverse(name, args=[large.pk]), headers=headers)))
        )
        assert sent == [expected]
        assert peak < 8

    def test_packing(self, client, large, conference):
        url = reverse("materials-zip", args=[conference.slug])
        sent = []
        assert peak_of(lambda: sent.append(drain(client.get(url)))) < 8
        assert sent[0] > 200 * MEGABYTE

    def test_uploading(self, large, conference, an, settings):
        settings.UPLOAD_MAX_MB = 250
        material = Material.objects.create(conference=conference, title="Lại", visibility="public")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with Path(settings.MEDIA_ROOT, large.file.name).open("rb") as source:
            upload = File(source, name="Bản quét.pdf")
            peak = peak_of(lambda: examine(upload))
            peak = max(
                peak, peak_of(lambda: add_material_version(material=material, upload=upload, actor=an))
            )
        kept = material.versions.get()
        assert kept.size == 200 * MEGABYTE
        kept.file.storage.delete(kept.file.name)
        assert peak < 8
        if sys.platform == "linux":  # in kB there
            assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 50

"""Archive packages: what is in them, that they open without a network, who may have them."""

import datetime as dt
import io
import re
import zipfile
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Article, ArticlePhoto, Conference, Material
from conferences.news.photos import prepare_photo
from conferences.services import add_material_version
from conferences.services.news import keep_photo
from conferences.tests.concluding import conclude, end
from conferences.tests.files import pdf, picture
from delegates.archive import contents, packing
from delegates.models import ArchivePackage
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination, publish_agenda

pytestmark = pytest.mark.django_db
PERSONS = ("Trần Thị Em", "0912345678", "em@daklak")
OPEN = [part.code for part in contents.PARTS if not part.is_personal]


@pytest.fixture
def full(conference, world, an, em):
    """A concluded conference with papers, a conclusion, an article with a photo and a delegate."""
    conference.agenda.create(title="Khai mạc", lasts=15)
    publish_agenda(conference)
    for title, visibility in (
        ("Báo cáo chính", "public"),
        ("Báo cáo chính", "invited"),
        ("Ghi chép", "internal"),
    ):
        paper = Material.objects.create(conference=conference, title=title, visibility=visibility)
        add_material_version(material=paper, upload=pdf(f"{title}.pdf"), actor=an)
    conclude(conference, an, opening="Kết luận tại <b>hội nghị</b>.")
    article = Article.objects.create(
        conference=conference,
        slug="tin-ve-hoi-nghi",
        title="Tin về hội nghị",
        body="Đoạn một.\n\n[Trang Bộ](https://moit.example/)",
        published_at=timezone.now() - dt.timedelta(hours=1),
    )
    photo = ArticlePhoto(article=article, alt="Hội trường", caption="Toàn cảnh")
    keep_photo(photo=photo, prepared=prepare_photo(picture()))
    return conference


def make(conference, an, parts) -> ArchivePackage:
    package = packing.order_package(conference=conference, parts=parts, actor=an, at=timezone.now())
    packing.make_waiting()
    package.refresh_from_db()
    assert package.state == "ready", package.error
    return package


def unpacked(package) -> dict[str, bytes]:
    with package.file.open("rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


class Links(HTMLParser):
    """Every address that a page names."""

    def __init__(self, page: bytes):
        super().__init__()
        self.found: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]


def test_the_index_leads_to_everything_and_nowhere_else(full, an):
    files = unpacked(make(full, an, OPEN))
    reached = {"index.html"}
    for name in [name for name in files if name.endswith(".html")]:
        for link in Links(files[name]).found:
            assert not re.match(r"[a-z]+:|/", link), f"{name}: {link}"
            target = normpath(join(dirname(name), unquote(link)))
            assert target in files, f"{name}: {link}"
            reached.add(target)
    assert reached == set(files)
    assert b"url(" not in files["kieu.css"]


def test_it_has_what_was_chosen(full, an):
    files = unpacked(make(full, an, OPEN))
    assert "Tài liệu/Báo cáo chính.pdf" in files
    assert "Tài liệu/Báo cáo chính (2).pdf" in files
    assert "Tài liệu nội bộ/Ghi chép.pdf" in files
    assert files["Chương trình/Chương trình.pdf"].startswith(b"%PDF")
    assert "Rà soát quy hoạch" in files["Kết luận/Kết luận.html"].decode()
    assert "&lt;b&gt;hội nghị" in files["Kết luận/Kết luận.html"].decode()
    article = files["Tin và ảnh/tin-ve-hoi-nghi.html"].decode()
    assert "Đoạn một." in article
    assert 'alt="Hội trường"' in article
    index = files["index.html"].decode()
    assert full.title in index
    assert "Phòng họp 210 nhà B" in index


def test_it_names_no_delegate_unless_staff_say_so(full, an):
    without = unpacked(make(full, an, OPEN))
    pages = "".join(content.decode() for name, content in without.items() if name.endswith(".html"))
    assert [person for person in PERSONS if person in pages] == []
    assert "dữ liệu cá nhân" not in pages
    assert not AuditEntry.objects.filter(action="delegates.export").exists()
    with_lists = unpacked(make(full, an, ["lists", "attendance", "papers"]))
    assert "Danh sách/Danh sách đại biểu.xlsx" in with_lists
    assert "dữ liệu cá nhân" in with_lists["index.html"].decode()
    assert AuditEntry.objects.filter(action="delegates.export", actor_id=an.pk).exists()


def test_every_step_is_audited(full, an, client):
    client.force_login(an)
    package = make(full, an, ["agenda"])
    response = client.get(reverse("package-file", args=[full.slug, package.pk]))
    assert len(b"".join(response.streaming_content)) == package.size
    assert "Lưu trữ" in response["Content-Disposition"] or "L%C6%B0u" in response["Content-Disposition"]
    client.post(reverse("package", args=[full.slug]), {"do": "remove", "package": package.pk})
    actions = AuditEntry.objects.filter(action__startswith="archive").order_by("pk")
    assert list(actions.values_list("action", "actor_id")) == [
        (f"archive.{verb}", an.pk) for verb in ("order", "make", "download", "remove")
    ]
    assert actions[0].changes == actions[2].changes == {"parts": [None, ["Chương trình"]]}
    assert client.get(reverse("package-file", args=[full.slug, package.pk])).status_code == 404


def test_a_file_that_is_gone_does_not_stop_it(full, an):
    paper = full.materials.first().versions.first()
    paper.file.storage.delete(paper.file.name)
    files = unpacked(make(full, an, ["materials"]))
    assert "TEP-THIEU.txt" in files
    assert "tệp không còn trên máy chủ" in files["index.html"].decode()


def test_it_is_written_piece_by_piece(full, an, monkeypatch):
    """A file is made only when the one before has been written, and progress shows it."""
    package = packing.order_package(conference=full, parts=OPEN, actor=an, at=timezone.now())
    seen = []
    original = contents.Piece.bytes_or_file

    def watched(piece):
        seen.append(ArchivePackage.objects.get(pk=package.pk).done)
        return original(piece)

    monkeypatch.setattr(contents.Piece, "bytes_or_file", watched)
    packing.make_waiting()
    package.refresh_from_db()
    assert seen == list(range(package.total))
    assert package.done == package.total > 5


def test_a_dead_worker_leaves_it_to_the_next(full, an):
    now = timezone.now()
    package = packing.order_package(conference=full, parts=["agenda"], actor=an, at=now)
    taken = packing._take(now)
    assert taken == package
    assert packing._take(now) is None
    assert packing.make_waiting(at=now + packing.LEASE + dt.timedelta(minutes=1)) == 1
    package.refresh_from_db()
    assert (package.state, package.attempts) == ("ready", 2)


def test_what_cannot_be_made_says_so(full, an, monkeypatch):
    def broken(*args):
        raise RuntimeError("hỏng")

    monkeypatch.setattr(packing, "index_page", broken)
    package = packing.order_package(conference=full, parts=["agenda"], actor=an, at=timezone.now())
    packing.make_waiting()
    package.refresh_from_db()
    assert package.state == "failed"
    assert "Lỗi của cổng" in package.error
    packing.order_package(conference=full, parts=["agenda"], actor=an, at=timezone.now())


def test_the_file_goes_when_its_time_is_over(full, an, django_capture_on_commit_callbacks):
    package = make(full, an, ["agenda"])
    name, storage = package.file.name, package.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        packing.make_waiting(at=timezone.now() + packing.KEPT + dt.timedelta(minutes=1))
    package.refresh_from_db()
    assert package.state == "removed"
    assert not storage.exists(name)


class TestPage:
    @pytest.fixture(autouse=True)
    def _staff(self, client, an):
        client.force_login(an)

    def test_persons_are_not_ticked_at_first(self, client, full):
        page = client.get(reverse("package", args=[full.slug])).content.decode()
        ticked = set(re.findall(r'value="(\w+)" id="phan-\w+" checked', page))
        assert ticked == set(OPEN)

    def test_ordering_and_following(self, client, full):
        url = reverse("package", args=[full.slug])
        assert client.post(url, {"do": "order", "part": ["agenda", "materials"]}).status_code == 302
        assert "Số tệp đã đưa vào" in client.get(url).content.decode()
        part = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert 'hx-trigger="every 2s"' in part
        assert "<h1>" not in part
        packing.make_waiting()
        part = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert "hx-trigger" not in part
        assert "Tải về" in part

    def test_a_second_one_waits(self, client, full):
        url = reverse("package", args=[full.slug])
        client.post(url, {"do": "order", "part": ["agenda"]})
        response = client.post(url, {"do": "order", "part": ["news"]})
        assert response.status_code == 409
        assert "đang được tạo" in response.content.decode()
        assert re.findall(r'value="(\w+)" id="phan-\w+" checked', response.content.decode()) == ["news"]

    def test_nothing_chosen(self, client, full):
        response = client.post(reverse("package", args=[full.slug]), {"do": "order"})
        assert "Chọn ít nhất một phần" in response.content.decode()
        assert not ArchivePackage.objects.exists()

    def test_not_before_it_is_over(self, client, conference):
        url = reverse("package", args=[conference.slug])
        assert client.post(url, {"do": "order", "part": ["agenda"]}).status_code == 409
        end(conference)
        assert client.post(url, {"do": "order", "part": ["agenda"]}).status_code == 302

    @pytest.mark.parametrize("pk", ["", "x", "99", "9" * 40])
    def test_no_such_package(self, client, full, pk):
        assert (
            client.post(reverse("package", args=[full.slug]), {"do": "remove", "package": pk}).status_code
            == 404
        )

    def test_one_of_another_conference(self, client, full, world, an):
        package = make(full, an, ["agenda"])
        other = make_conference(world, slug="khac", state=Conference.State.CONCLUDED)
        assert client.get(reverse("package-file", args=[other.slug, package.pk])).status_code == 404

    def test_the_page_costs_the_same_for_one_and_for_three(self, client, full, an):
        url = reverse("package", args=[full.slug])
        make(full, an, ["agenda"])
        client.get(url)

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            return len(seen)

        with_one = queries()
        make(full, an, ["agenda"])
        make(full, an, ["agenda"])
        assert queries() == with_one


def test_making_costs_the_same_for_one_and_for_three_delegates(full, an, world):
    """Lists are read at once, however many people stand in them."""
    now = timezone.now()

    def queries() -> int:
        printed = Conference.objects.printable().get(pk=full.pk)
        with CaptureQueriesContext(connection) as seen:
            contents.pieces_of(conference=printed, parts=contents.CODES, actor=an, at=now)
        return len(seen)

    with_one = queries()
    nomination = make_nomination(full, world.ca_mau)
    for number in range(2):
        make_delegate(nomination, "ubnd-xa", f"Người {number}")
    assert queries() == with_one

"""Every place where a file comes in: what a scanner finds is refused there, and so is what is declared secret."""

import io
import re
import zipfile

import pytest
from django.apps import apps
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conferences.models import Article, Material
from conferences.tests.desk import posted_again, rows
from delegates.models import Nomination
from hoinghi.tests.clamd import EICAR, FakeClamd
from hoinghi.tests.matrix import MATRIX
from hoinghi.tests.things import address

OOXML = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
HEADS = {"pdf": b"%PDF-1.7\n", "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "csv": b"Email\n"}
SECRET = "không được đưa lên Cổng"


def infected(kind: str) -> SimpleUploadedFile:
    """What it says it is at a first look, with the scanners' test file inside."""
    if kind in HEADS:
        return SimpleUploadedFile(f"Tệp.{kind}", HEADS[kind] + EICAR)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(OOXML[kind], "<x/>")
        archive.writestr("note.txt", EICAR)
    return SimpleUploadedFile(f"Tệp.{kind}", buffer.getvalue())


def clean(kind: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"Tệp.{kind}", HEADS.get(kind, b""))


class Door:
    """A page that takes a file.

    Arguments:
        page: the name of its URL in the matrix.
        field: of the file; may name a thing of the matrix.
        kind: a file that it takes.
        data: what else is sent.
        who: of the cast.
        level: the field that says which level of secrecy the file has; "" for photos and tables.
    """

    def __init__(self, page, field, kind, data, *, who="binh", level=""):
        self.page, self.field, self.kind, self.data, self.who, self.level = (
            page,
            field,
            kind,
            data,
            who,
            level,
        )

    def __str__(self):
        return f"{self.page} {self.field} {self.kind}"


# By the module that declares the field.
DOORS = {
    "delegates/paper_forms.py": [
        Door("nomination", "paper", "pdf", {"do": "papers"}, level="classification"),
        Door("nomination-papers", "paper", "pdf", {}, level="classification"),
    ],
    "delegates/entry/forms.py": [Door("nomination", "workbook", "xlsx", {"do": "upload"})],
    "conferences/opinion_forms.py": [
        Door("opinion-sheet", "paper", "pdf", {"do": "papers"}, level="classification"),
    ],
    "conferences/paper_forms.py": [
        Door("paper-request", "send-upload", "pdf", {"do": "send"}, level="send-classification"),
    ],
    "conferences/conclusion_forms.py": [
        Door(
            *("task", "report-upload", "pdf", {"do": "report", "report-note": "Xong"}),
            level="report-classification",
        ),
    ],
    "conferences/draft_forms.py": [
        Door("draft-version", "file", "docx", {"do": "start"}, who="an", level="classification"),
    ],
    "correspondence/views/lifecycle.py": [
        Door("document-sign", "upload", "pdf", {}, who="an", level="classification"),
    ],
    "venues/room_forms.py": [
        Door("booking-tick", "viec-{item}-photo", "jpg", {}, who="dung"),
        Door("booking-describe", "photo", "jpg", {}, who="dung"),
    ],
}
# Walked by tests of their own below, or never kept at all (correspondence/views/verification.py).
OTHERS = {
    *("conferences/row_forms.py", "conferences/news_forms.py", "correspondence/views/verification.py"),
    *("venues/admin.py", "hoinghi/resources.py"),
}
ALL = [door for doors in DOORS.values() for door in doors]
LEVELLED = [door for door in ALL if door.level]
IMPORTS = ["directory_user", "directory_mandate", "directory_contact", "delegates_delegate"]


@pytest.fixture(autouse=True)
def clamd(settings):
    with FakeClamd() as clamd:
        settings.CLAMAV_URL = clamd.url
        yield clamd


@pytest.fixture
def open_world(things, conference):
    """Everything of the matrix, with the list open for papers and the paper asked for once more."""
    conference.paper_rule = "optional"
    conference.save()
    apps.get_model("conferences", "PaperRequest").objects.update(state="returned")
    apps.get_model("conferences", "Task").objects.update(state="given")
    things.document = things.issued
    return things


def kept() -> dict[str, int]:
    """How many files the rows of ours name, and how often lists were saved."""
    found = {"versions": sum(Nomination.objects.values_list("version", flat=True))}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.get_internal_type() == "FileField":
                found[f"{model.__name__}.{field.name}"] = model.objects.exclude(**{field.name: ""}).count()
    return found


def url_of(door: Door, things) -> str:
    return address(door.page, MATRIX[door.page][0], things)


@pytest.mark.parametrize("door", ALL, ids=str)
def test_what_the_scanner_finds_is_refused_at_its_field(door, client, request, open_world, clamd):
    client.force_login(request.getfixturevalue(door.who))
    before = kept()
    field = door.field.format(**vars(open_world))
    answer = client.post(url_of(door, open_world), door.data | {field: infected(door.kind)})
    page = answer.content.decode()
    assert answer.status_code in (200, 409)
    assert "có mã độc (Eicar-Test-Signature)" in page
    assert "Tệp." + door.kind in page
    assert kept() == before
    assert any(EICAR in stream for stream in clamd.streams)


@pytest.mark.parametrize("door", LEVELLED, ids=str)
def test_what_is_declared_secret_is_refused_and_never_looked_at(door, client, request, open_world, clamd):
    client.force_login(request.getfixturevalue(door.who))
    url, before = url_of(door, open_world), kept()
    assert f'name="{door.level}"' in client.get(url).content.decode()
    for level in ("mat", "toi_mat", "tuyet_mat", "khac"):
        answer = client.post(url, door.data | {door.field: clean("pdf"), door.level: level})
        page = answer.content.decode()
        assert answer.status_code in (200, 409)
        assert SECRET in page or (level == "khac" and "khac" in page), level
        assert kept() == before


def test_every_field_for_a_file_stands_in_a_table():
    declared = set()
    for path in portal.BASE_DIR.glob("*/**/*.py"):
        name = str(path.relative_to(portal.BASE_DIR))
        is_ours = not {"tests", "migrations", "models", ".venv", ".local"} & set(name.split("/"))
        if is_ours and re.search(r"forms\.FileField\b|\(ImportForm\)|clean_photo", path.read_text()):
            declared.add(name)
    assert declared == set(DOORS) | OTHERS


class TestDesk:
    @pytest.fixture(autouse=True)
    def an_works(self, client, an):
        client.force_login(an)

    @pytest.mark.parametrize("model", IMPORTS)
    @pytest.mark.parametrize(("kind", "format_"), [("xlsx", "0"), ("csv", "1")])
    def test_an_import(self, client, model, kind, format_, clamd):
        url = reverse(f"admin:{model}_import")
        data = {"format": format_, "resource": "", "do": "draft", "import_file": infected(kind)}
        page = client.post(url, data)
        assert "có mã độc (Eicar-Test-Signature)" in page.content.decode()
        assert "confirm_form" not in page.context or page.context["confirm_form"] is None
        assert len(clamd.streams) == 1

    def test_an_import_that_is_clean_is_shown_to_the_scanner_and_goes_on(self, client, clamd):
        content = "Email,Họ và tên\nmoi@daklak.example,Người Mới\n".encode()
        upload = SimpleUploadedFile("Tài khoản.csv", content)
        page = client.post(reverse("admin:directory_user_import"), {"format": "1", "import_file": upload})
        assert page.context["confirm_form"].initial["original_file_name"] == "Tài khoản.csv"
        assert clamd.streams == [content]

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("a.csv", "Email\nđ".encode("utf-16"), "UTF-8"),
            ("a.csv", b"Email\n\0\n", "bảng mã UTF-8"),
            ("a.csv", b"x" * (5 * 2**20 + 1), "lớn hơn 5 MB"),
            ("a.pdf", b"%PDF-1.7", "Không đọc được tệp này"),
            ("a.xlsm", b"PK", "macro"),
        ],
    )
    def test_what_is_no_table_never_comes_in(self, client, name, content, said):
        upload = SimpleUploadedFile(name, content)
        page = client.post(reverse("admin:directory_user_import"), {"format": "1", "import_file": upload})
        assert said in page.content.decode()

    def test_a_material_of_a_conference(self, client, conference):
        Material.objects.create(conference=conference, title="Tài liệu")
        url = reverse("admin:conferences_conference_change", args=[conference.pk])
        data, before = posted_again(client.get(url)), kept()
        page = client.post(url, data | {"materials-0-upload": infected("pdf")}).content.decode()
        assert "có mã độc" in page
        secret = {"materials-0-upload": clean("pdf"), "materials-0-classification": "mat"}
        assert SECRET in client.post(url, data | secret).content.decode()
        assert kept() == before

    def test_a_photo_of_an_article(self, client, db):
        data = {"title": "Tin", "lead": "x", "body": "x", "slug": ""}
        data |= rows("photos", {"upload": infected("jpg"), "alt": "x", "position": 1})
        assert "có mã độc" in client.post(reverse("admin:conferences_article_add"), data).content.decode()
        assert not Article.objects.exists()

    def test_a_photo_of_a_room(self, client, preparation):
        url = reverse("admin:venues_room_change", args=[preparation["lasting"]])
        before = kept()
        page = client.post(url, {"photo": infected("jpg"), "name": "x"}).content.decode()
        assert "có mã độc" in page
        assert kept() == before


def test_a_paper_that_is_only_compared_is_never_kept(client, open_world):
    url = address("verify", MATRIX["verify"][0], open_world)
    before = kept()
    assert client.post(url, {"tep": infected("pdf")}).status_code == 200
    assert kept() == before

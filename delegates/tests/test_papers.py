"""The signed letter by which a province nominates: taken by its content, kept, asked for where it is required."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from conferences.loading import load_kinds
from conferences.models import Conference
from correspondence.tests import measure
from delegates import services
from delegates.errors import InvalidRows, NominationClosed
from delegates.models import NominationPaper
from delegates.tests.lists import full_list, just_before, person, submit_and_follow
from delegates.tests.test_focal_views import post_data
from directory.models import AuditEntry

Rule = Conference.PaperRule
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def now():
    return timezone.now()


def pdf(name="Công văn cử đại biểu.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


def add(nomination, actor, at, upload=None) -> NominationPaper:
    return services.add_paper(nomination=nomination, upload=upload or pdf(), actor=actor, at=at)


def ask_for(nomination, rule: str) -> None:
    nomination.conference.paper_rule = rule
    nomination.conference.save()


# ── taking ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.JPG", picture("jpeg"), "image/jpeg"),
        ("a.png", picture("png"), "image/png"),
    ],
)
def test_scans_and_pdf_are_kept_as_they_came(nomination, binh, now, name, content, kind):
    paper = add(nomination, binh, now, SimpleUploadedFile(name, content))
    with paper.file.open() as stored:
        assert stored.read() == content
    assert (paper.content_type, paper.uploaded_by) == (kind, binh)
    assert AuditEntry.objects.get(action="nomination.add_paper").acted_for == nomination.organisation_name


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"PK\x03\x04", "Nội dung"),
        ("a.exe", b"MZ", "không được nhận"),
        ("a.pdf", b"MZ\x90", "không đúng với phần mở rộng"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "chỉ nhận tệp PDF"),
        ("a.pdf", b"", "rỗng"),
    ],
)
def test_anything_else_is_refused_and_nothing_stays(nomination, binh, now, name, content, said):
    with pytest.raises(ValidationError, match=said):
        add(nomination, binh, now, SimpleUploadedFile(name, content))
    assert not NominationPaper.objects.exists()


def test_a_large_file_is_refused(nomination, binh, now, monkeypatch):
    monkeypatch.setattr("conferences.signed_papers.MAX_MB", 1)
    with pytest.raises(ValidationError, match="lớn hơn 1 MB"):
        add(nomination, binh, now, pdf(content=PDF + bytes(1024 * 1024)))


def test_several_are_kept_side_by_side_and_the_same_file_once(nomination, binh, now):
    first = add(nomination, binh, now)
    second = add(nomination, binh, now, pdf(content=PDF + b"2"))
    assert add(nomination, binh, now) == first
    assert list(nomination.papers.order_by("pk")) == [first, second]
    assert first.file.name != second.file.name


def test_papers_are_taken_until_lists_close_whatever_became_of_the_list(nomination, binh, an, now):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    services.accept(nomination=nomination, actor=an, at=now)
    closes = nomination.conference.closes_at
    add(nomination, binh, just_before(closes))
    with pytest.raises(NominationClosed):
        add(nomination, binh, closes, pdf(content=PDF + b"2"))


def test_a_conference_without_papers_takes_none(nomination, binh, now):
    ask_for(nomination, Rule.NONE)
    with pytest.raises(NominationClosed, match="không nhận công văn"):
        add(nomination, binh, now)


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_can_be_taken_back_until_the_list_is_sent(
    nomination, binh, now, django_capture_on_commit_callbacks
):
    paper = add(nomination, binh, now)
    storage, name = paper.file.storage, paper.file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_paper(paper=paper, actor=binh, at=now)
    assert not NominationPaper.objects.exists()
    assert not storage.exists(name)


def test_what_was_sent_is_never_deleted(nomination, binh, an, now):
    paper = add(nomination, binh, now)
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    services.return_to_focal_point(nomination=nomination, reason="x", actor=an, at=now)
    with pytest.raises(NominationClosed, match="được giữ lại"):
        services.remove_paper(paper=paper, actor=binh, at=now)
    assert NominationPaper.objects.filter(pk=paper.pk).exists()


def test_a_required_paper_must_be_there_and_is_said_with_all_other_problems(nomination, binh, now):
    ask_for(nomination, Rule.REQUIRED)
    rows = [full_list()[0] | {"phone": ""}, *full_list()[1:]]
    shared = {"nomination": nomination, "version": 0, "actor": binh, "at": now}
    with pytest.raises(InvalidRows) as refused:
        submit_and_follow(rows=rows, **shared)
    assert "công văn cử đại biểu" in refused.value.paper
    assert [error.field for error in refused.value.rows] == ["phone"]
    add(nomination, binh, now)
    assert submit_and_follow(rows=full_list(), **shared).number == 1


@pytest.mark.parametrize("rule", [Rule.NONE, Rule.OPTIONAL])
def test_otherwise_a_list_goes_without(nomination, binh, now, rule):
    ask_for(nomination, rule)
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


def page_of(nomination) -> str:
    return reverse("nomination-papers", args=[nomination.pk])


def test_a_missing_paper_is_said_at_its_field_and_all_that_was_typed_stays(client, nomination, binh):
    ask_for(nomination, Rule.REQUIRED)
    client.force_login(binh)
    data = post_data(full_list(), 0, do="submit")
    page = client.post(nomination.get_absolute_url(), data).content.decode()
    assert 'href="#cong-van"' in page
    assert "yêu cầu kèm công văn" in page
    assert "Lê Văn Một" in page
    nomination.refresh_from_db()
    assert nomination.state == "open"


def test_the_file_may_come_with_the_list(client, nomination, binh):
    ask_for(nomination, Rule.REQUIRED)
    client.force_login(binh)
    data = post_data(full_list(), 0, do="submit") | {"paper": [pdf(), pdf("hai.pdf", PDF + b"2")]}
    assert client.post(nomination.get_absolute_url(), data).status_code == 302
    assert nomination.papers.count() == 2
    nomination.refresh_from_db()
    assert nomination.state == "submitted"


def test_a_bad_file_stops_the_submission_and_loses_nothing(client, nomination, binh):
    client.force_login(binh)
    data = post_data(full_list(), 0, do="submit") | {"paper": [SimpleUploadedFile("a.exe", b"MZ")]}
    page = client.post(nomination.get_absolute_url(), data).content.decode()
    assert "không được nhận" in page
    assert "Lê Văn Một" in page
    assert not nomination.versions.exists()


def test_uploading_alone_keeps_the_typed_rows_on_the_page(client, nomination, binh):
    client.force_login(binh)
    data = post_data(full_list(), 0, do="papers") | {"paper": [pdf()]}
    page = client.post(nomination.get_absolute_url(), data).content.decode()
    assert "Đã nhận 1 tệp" in page
    assert "Lê Văn Một" in page
    assert nomination.papers.count() == 1


def test_the_own_page_takes_and_takes_back(client, nomination, binh):
    client.force_login(binh)
    assert "Chọn tệp" in client.post(page_of(nomination), {}).content.decode()
    assert client.post(page_of(nomination), {"paper": [pdf()]}).status_code == 302
    paper = nomination.papers.get()
    removing = reverse("nomination-paper-remove", args=[nomination.pk, paper.pk])
    assert removing in client.get(page_of(nomination)).content.decode()
    assert client.post(removing).status_code == 302
    assert not nomination.papers.exists()


def test_who_downloads(client, nomination, other_nomination, binh, cuc, dung, an, now):
    paper = add(nomination, binh, now)
    address = reverse("nomination-paper", args=[nomination.pk, paper.pk])
    for who, code in ((binh, 200), (an, 200), (cuc, 404), (dung, 404)):
        client.force_login(who)
        answer = client.get(address)
        assert answer.status_code == code, who
        if code == 200:
            assert b"".join(answer.streaming_content) == PDF
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "attachment" in answer.headers["Content-Disposition"]
            assert "C%C3%B4ng%20v%C4%83n" in answer.headers["Content-Disposition"]
    client.force_login(cuc)
    guessed = reverse("nomination-paper", args=[other_nomination.pk, paper.pk])
    assert client.get(guessed).status_code == 404
    assert client.post(page_of(nomination), {"paper": [pdf()]}).status_code == 404


def test_staff_find_the_paper_on_their_page(client, nomination, binh, an, now):
    paper = add(nomination, binh, now)
    client.force_login(an)
    review = reverse("nomination-review", args=[nomination.conference.slug, nomination.pk])
    address = reverse("nomination-paper", args=[nomination.pk, paper.pk])
    assert address in client.get(review).content.decode()
    assert client.get(page_of(nomination)).status_code == 404


# ── the list to be signed ───────────────────────────────────────────────────────────────────────────


def list_url(nomination) -> str:
    return reverse("nomination-list-pdf", args=[nomination.pk])


def test_the_saved_list_is_printed_under_the_provinces_head(
    client, world, nomination, binh, cuc, viewer, now
):
    load_kinds(actor="kiểm thử")
    world.dak_lak.so.abbreviation = "SCT"
    world.dak_lak.so.parent = world.dak_lak.ubnd_tinh
    world.dak_lak.so.save()
    rows = [*full_list(), person("chu-dau-tu", "Công ty B", full_name="Dự Bị", reserve=True)]
    services.save_draft(nomination=nomination, rows=rows, version=0, actor=binh, at=now)
    client.force_login(binh)
    assert list_url(nomination) in client.get(nomination.get_absolute_url()).content.decode()
    answer = client.get(list_url(nomination))
    assert answer.headers["Content-Type"] == "application/pdf"
    (page,) = measure.pages(answer.content)
    for text in (
        "ỦY BAN NHÂN DÂN",
        "TỈNH ĐẮK LẮK",
        "SỞ CÔNG THƯƠNG",
        "DANH SÁCH ĐẠI BIỂU",
        "Đại biểu của tỉnh Đắk Lắk:",
        "Lê Văn Một",
        "0912 345 678",
        "THỦ TRƯỞNG CƠ QUAN",
    ):
        assert page.run(text), text
    client.force_login(cuc)
    assert client.get(list_url(nomination)).status_code == 404
    client.force_login(viewer)  # reads the same on the page
    assert list_url(nomination) not in client.get(nomination.get_absolute_url()).content.decode()
    assert client.get(list_url(nomination)).status_code == 404


def test_without_anybody_there_is_no_list_to_sign(client, nomination, binh):
    load_kinds(actor="kiểm thử")
    client.force_login(binh)
    answer = client.get(list_url(nomination))
    assert answer.status_code == 409
    assert "chưa có đại biểu nào" in answer.content.decode()

"""Lists of delegates and receipts: what they say, how receipts are numbered, and who may have them."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conferences.loading import load_kinds
from conferences.models import ConferenceDocument
from correspondence import copies, verification
from correspondence.models import Letterhead, Message, OfficialDocument
from correspondence.tests import measure
from delegates import services
from delegates.archive.contents import pieces_of
from delegates.documents import draft_delegate_list, latest_receipt
from delegates.models import Delegate, Nomination, Receipt
from delegates.tests.lists import full_list, person, submit_and_follow
from directory.models import Organisation
from hoinghi.tests.cast import make_delegate, make_nomination
from hoinghi.text import slugify

STATE = OfficialDocument.State


@pytest.fixture
def frames(world):
    """The words that come with the portal."""
    load_kinds(actor="kiểm thử")


@pytest.fixture
def own(world):
    """The issuing unit's own letterhead."""
    return Letterhead.objects.create(
        organisation=world.unit,
        parent_name="BỘ CÔNG THƯƠNG",
        name="CỤC ĐỔI MỚI SÁNG TẠO, CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
        symbol="ĐCK",
        drafting_unit="CTT",
        place="Hà Nội",
        signer_title="CỤC TRƯỞNG",
        recipients="Như trên\nLưu: VT",
    )


def submit(nomination, actor, rows=None):
    nomination.refresh_from_db()
    return submit_and_follow(
        nomination=nomination,
        rows=rows or full_list(),
        version=nomination.version,
        actor=actor,
        at=timezone.now(),
    )


@pytest.fixture
def submitted(frames, own, nomination, binh):
    submit(nomination, binh)
    nomination.refresh_from_db()
    return nomination


# ── receipts ────────────────────────────────────────────────────────────────────────────────────────


def test_a_submitted_list_gets_a_numbered_receipt(submitted, own):
    receipt = latest_receipt(submitted)
    document = receipt.document
    today = timezone.localdate()
    assert (document.state, document.number, document.issued_on) == (STATE.ISSUED, 1, today)
    assert document.notation == "01/PTN-ĐCK"
    assert document.issuer == own.organisation
    assert document.subject == f"Danh sách đại biểu tham dự {submitted.conference.title}"
    version = receipt.version
    moment = timezone.localtime(version.submitted_at)
    assert document.content["paragraphs"] == [
        "Cơ quan gửi: Sở Công Thương tỉnh Đắk Lắk.",
        "Người gửi: Nguyễn Thị Bình.",
        f"Nhận lúc {moment.hour}h{moment:%M} ngày {moment:%d}/{moment.month:0{2 if moment.month < 3 else 1}}/"
        f"{moment.year} (giờ Hà Nội), lần gửi thứ 1.",
        "Số lượng: 04 đại biểu của 04 cơ quan, đơn vị, gồm 01 Sở Công Thương, 02 Ủy ban nhân dân cấp xã, "
        "01 chủ đầu tư hạ tầng CCN.",
    ]
    assert [
        (section["title"], [each["name"] for each in section["people"]])
        for section in document.content["sections"]
    ] == [
        ("Sở Công Thương", ["Trần Thị Bốn"]),
        ("Ủy ban nhân dân cấp xã", ["Lê Văn Một", "Hồ Thị Hai"]),
        ("Chủ đầu tư hạ tầng CCN", ["Vũ Văn Ba"]),
    ]
    assert document.content["unit"] == submitted.conference.issuing_unit_name
    assert ConferenceDocument.objects.filter(conference=submitted.conference, document=document).exists()


def test_an_archive_package_says_whose_list_a_receipt_is_about(submitted, an):
    found = pieces_of(conference=submitted.conference, parts=["lists"], actor=an, at=timezone.now())
    (label,) = [piece.label for piece in found if "Phiếu tiếp nhận" in piece.label]
    assert label.endswith(f": {submitted.sender_name}")


def test_the_mail_says_where_the_receipt_is_downloaded(submitted, settings):
    letter = Message.objects.filter(kind="receipt").first()
    assert settings.PUBLIC_URL + receipt_url(submitted) in letter.text


def test_the_page_of_a_receipt_shows_the_code_to_check_it(client, submitted, binh):
    client.force_login(binh)
    page = client.get(reverse("nomination-receipt", args=[submitted.pk])).content.decode()
    copy = latest_receipt(submitted).document.copies.first()
    assert "<svg" in page
    assert f'href="{verification.path_of(copy.code)}"' in page
    assert client.get(verification.path_of(copy.code)).status_code == 200


def test_the_page_says_for_which_version_the_receipt_was_given(client, submitted, binh):
    client.force_login(binh)
    url = reverse("nomination-receipt", args=[submitted.pk])
    assert "cấp cho bản" not in client.get(url).content.decode()
    delegate = Delegate.objects.select_related("seat__nomination").first()
    new = {"honorific": "bà", "full_name": "Đặng Thị Thay", "job_title": "Chuyên viên", "phone": "0987654321"}
    services.replace(delegate=delegate, person=new, reason="Bận công tác", actor=binh, at=timezone.now())
    assert "cấp cho bản 1" in client.get(url).content.decode()


def test_numbers_run_on_and_a_new_list_replaces_the_receipt(submitted, other_nomination, binh, cuc):
    rows = [
        person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 1"),
        person("chu-dau-tu", "Công ty B", email="b@camau.example"),
    ]
    submit(other_nomination, cuc, rows)
    assert latest_receipt(other_nomination).document.number == 2
    first = latest_receipt(submitted)
    submit(submitted, binh)
    second = latest_receipt(submitted)
    assert (second.document.number, second.document.replaces, second.version.number) == (3, first.document, 2)
    first.document.refresh_from_db()
    assert first.document.state == STATE.REPLACED


def test_a_list_comes_in_even_when_no_receipt_can_be_printed(frames, conference, nomination, binh):
    Letterhead.objects.update(valid_to=dt.date(2025, 2, 28))
    assert submit(nomination, binh).number == 1
    assert latest_receipt(nomination) is None
    rows = [person("ubnd-xa", "Ủy ban nhân dân xã 会"), person("chu-dau-tu", "Công ty B")]
    Letterhead.objects.update(valid_to=None)
    assert submit(nomination, binh, rows).number == 2
    assert not OfficialDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_lists_that_come_in_together_get_different_numbers(conference, world, binh, cuc):
    load_kinds(actor="kiểm thử")
    lists = [make_nomination(conference, province) for province in (world.dak_lak, world.ca_mau)]
    meeting, failures = threading.Barrier(2), []

    def send(nomination, actor, name):
        try:
            meeting.wait(timeout=10)
            submit(nomination, actor, [person("ubnd-xa", name), person("chu-dau-tu", name)])
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    pairs = zip(lists, (binh, cuc), ("Đơn vị A", "Đơn vị B"), strict=True)
    threads = [threading.Thread(target=send, args=arguments) for arguments in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not failures
    assert sorted(Receipt.objects.values_list("document__number", flat=True)) == [1, 2]


def test_the_receipt_goes_along_with_the_mail(submitted):
    letters = Message.objects.filter(kind="receipt")
    assert not letters.due(timezone.now()).exists()
    copies.render_pending()
    assert letters.due(timezone.now()).count() == letters.count() == 2
    for letter in letters:
        attachment = letter.attachments.get()
        assert attachment.copy.document == latest_receipt(submitted).document
        assert "Phiếu tiếp nhận (PDF)" in letter.text


def test_the_mail_of_a_list_that_was_sent_again_at_once_is_stopped(submitted, binh):
    submit(submitted, binh)
    copies.render_pending()
    states = Message.objects.filter(kind="receipt").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "cancelled", "queued", "queued"]


# ── the receipt's PDF ───────────────────────────────────────────────────────────────────────────────


def receipt_url(nomination, number=1):
    return reverse("receipt-pdf", args=[nomination.pk, number])


def test_the_focal_point_downloads_the_receipt(client, submitted, binh, an):
    client.force_login(binh)
    page = client.get(reverse("nomination-receipt", args=[submitted.pk])).content.decode()
    assert receipt_url(submitted) in page
    assert "01/PTN-ĐCK" in page
    response = client.get(receipt_url(submitted))
    assert response["Content-Disposition"].startswith("attachment;")
    (printed,) = measure.pages(b"".join(response.streaming_content))
    assert printed.run("Số: 01/PTN-ĐCK")
    assert printed.run("Lê Văn Một")
    client.force_login(an)
    assert b"".join(client.get(receipt_url(submitted)).streaming_content).startswith(b"%PDF")


def test_whoever_only_looks_reads_the_receipt_on_its_page(client, submitted, viewer):
    client.force_login(viewer)
    page = client.get(reverse("nomination-receipt", args=[submitted.pk])).content.decode()
    assert "01/PTN-ĐCK" in page
    assert receipt_url(submitted) not in page
    assert client.get(receipt_url(submitted)).status_code == 404


@pytest.mark.parametrize("who", ["cuc", "dung"])
def test_a_stranger_learns_nothing_of_a_receipt(client, request, submitted, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(receipt_url(submitted)).status_code == 404
    client.logout()
    assert client.get(receipt_url(submitted)).status_code == 302


def test_a_version_without_a_receipt_is_404(client, submitted, binh):
    client.force_login(binh)
    assert client.get(receipt_url(submitted, 2)).status_code == 404


def test_a_receipt_that_was_replaced_leads_to_the_new_one(client, submitted, binh):
    client.force_login(binh)
    submit(submitted, binh)
    response = client.get(receipt_url(submitted, 1))
    assert response.status_code == 409
    assert "02/PTN-ĐCK" in response.content.decode()


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_the_conference_stands_by_province_without_telephones(
    submitted, other_nomination, an, cuc
):
    rows = [
        person("chu-dau-tu", "Công ty B"),
        person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 1", full_name="Phạm Văn Đủ"),
        person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 2", full_name="Phạm Văn Phòng", reserve=True),
    ]
    submit(other_nomination, cuc, rows)
    Delegate.objects.filter(full_name="Vũ Văn Ba").update(answer=Delegate.Answer.DECLINED)
    document = draft_delegate_list(conference=submitted.conference, actor=an)
    content = document.content
    assert not content["phones"]
    assert [section["title"] for section in content["sections"]] == ["Tỉnh Cà Mau", "Tỉnh Đắk Lắk"]
    ca_mau, dak_lak = (section["people"] for section in content["sections"])
    assert [(each["name"], each["note"]) for each in ca_mau] == [
        ("Phạm Văn Đủ", ""),
        ("Nguyễn Văn Tám", ""),
        ("Phạm Văn Phòng", "Dự phòng"),
    ]
    assert [(each["name"], each["note"]) for each in dak_lak][-1] == ("Vũ Văn Ba", "Báo vắng")
    assert content["closing"] == "Danh sách có 06 đại biểu của 06 cơ quan, đơn vị; 01 người dự phòng./."
    assert document.subject == f"Tham dự {submitted.conference.title}"


def test_units_of_the_ministry_stand_in_vietnamese_order(frames, own, conference, world, an):
    names = ["Cục Công nghiệp", "Cục Điện lực", "Cục Hóa chất"]  # Đ after D, not after Z
    for name in reversed(names):
        office = Organisation.objects.create(uid=slugify(name), kind=world.unit.kind, name=name)
        changes = {"organisation": office, "organisation_name": name, "unit": None, "unit_name": ""}
        make_delegate(make_nomination(conference, world.dak_lak, state=Nomination.State.SUBMITTED, **changes))
    content = draft_delegate_list(conference=conference, actor=an).content
    assert [section["title"] for section in content["sections"]] == names


def test_a_list_that_was_given_back_is_not_in_it(submitted, an):
    services.return_to_focal_point(nomination=submitted, reason="Sai", actor=an, at=timezone.now())
    with pytest.raises(ValidationError, match="còn thiếu: danh sách đại biểu"):
        draft_delegate_list(conference=submitted.conference, actor=an)


def test_a_provinces_own_list_stands_by_group_with_telephones(submitted, an):
    document = draft_delegate_list(conference=submitted.conference, nomination=submitted, actor=an)
    assert document.content["phones"]
    assert document.content["paragraphs"] == ["Đại biểu của tỉnh Đắk Lắk:"]
    assert [section["title"] for section in document.content["sections"]][0] == "Sở Công Thương"
    assert document.content["sections"][0]["people"][0]["phone"] == "0912345678"


def test_a_draft_that_waits_is_brought_up_to_date(submitted, an):
    conference = submitted.conference
    first = draft_delegate_list(conference=conference, actor=an)
    own_list = draft_delegate_list(conference=conference, nomination=submitted, actor=an)
    Delegate.objects.filter(full_name="Vũ Văn Ba").update(full_name="Vũ Văn Tư")
    assert draft_delegate_list(conference=conference, actor=an) == first
    first.refresh_from_db()
    own_list.refresh_from_db()
    assert "Vũ Văn Tư" in str(first.content)
    assert "Vũ Văn Tư" not in str(own_list.content)

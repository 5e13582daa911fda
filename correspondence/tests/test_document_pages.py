"""The staff's pages of a document: read, preview, issue, download; strangers get 404."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import copies
from correspondence.models import Letterhead, OfficialDocument
from correspondence.policies import can_edit_document
from correspondence.tests import measure
from correspondence.tests.test_documents import TITLE, make_draft, make_issued
from directory.models import AuditEntry


@pytest.fixture
def document(world):
    return make_draft(world.letterhead)


@pytest.fixture
def issued(world, an):
    return make_issued(world.letterhead, an)


@pytest.fixture
def desk(client, an):
    """An's browser."""
    client.force_login(an)
    return client


def url(name, thing):
    return reverse(name, args=[thing.pk])


def all_pages(document, copy):
    return [
        url("document", document),
        url("document-issue", document),
        url("document-preview", document),
        url("document-copy", copy),
    ]


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("person", ["binh", "dung", None])
def test_strangers_get_404_and_guests_the_login(request, client, issued, person):
    copy = copies.copy_for(document=issued, recipient="Sở Công Thương tỉnh Đắk Lắk")
    if person:
        client.force_login(request.getfixturevalue(person))
    for address in all_pages(issued, copy):
        for response in (client.get(address), client.post(address)):
            assert response.status_code == (404 if person else 302), address
            assert person or response["Location"].startswith(reverse("account_login"))


def test_an_unknown_document_is_404(desk):
    for name in ("document", "document-issue", "document-preview", "document-copy"):
        assert desk.get(reverse(name, args=[99])).status_code == 404


def test_only_staff_edit_and_only_a_draft(world, document, issued, an, binh):
    assert can_edit_document(an, document)
    assert not can_edit_document(an, issued)
    assert not can_edit_document(binh, document)
    assert not can_edit_document(AnonymousUser(), document)
    assert not OfficialDocument.objects.visible_to(binh).exists()


def test_a_name_that_has_no_room_is_refused_at_its_field(desk, document):
    address = reverse("document-edit", args=[document.pk])
    typed = {name: box.initial for name, box in desk.get(address).context["form"].fields.items()}
    answer = desk.post(address, typed | {"signer_name": "x" * 151})
    assert "150" in answer.context["form"].errors["signer_name"][0]
    assert desk.post(address, typed | {"signer_name": "x" * 150}).status_code == 302


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_a_draft(desk, document):
    page = desk.get(url("document", document)).content.decode()
    assert page.count("<h1") == 1
    for text in (TITLE, "Dự thảo", "Chưa cấp số", "Chưa có họ tên người ký", "Bộ trưởng Bộ Công Thương."):
        assert text in page
    assert url("document-issue", document) in page


def test_a_title_on_two_lines_is_named_as_one(world):
    assert "/ CỤC TRƯỞNG CỤC ĐỔI MỚI SÁNG TẠO, CHUYỂN ĐỔI XANH" in str(world.letterhead)


def test_issuing_without_a_name_of_the_signer_warns(desk, document):
    assert "Chưa có họ tên người ký" in desk.get(url("document-issue", document)).content.decode()
    OfficialDocument.objects.update(signer_name="Ngô Quang Trung")
    assert "Chưa có họ tên người ký" not in desk.get(url("document-issue", document)).content.decode()


def test_the_page_of_an_issued_document(desk, issued):
    copy = copies.copy_for(document=issued, recipient="Sở Công Thương tỉnh Đắk Lắk")
    page = desk.get(url("document", issued)).content.decode()
    for text in ("Giấy mời 05/GM-BCT", "Đã ban hành", "05/01/2026", copy.sha256, url("document-copy", copy)):
        assert text in page
    assert url("document-issue", issued) not in page


def test_one_copy_or_three_cost_the_same_queries(desk, issued):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url("document", issued)).status_code == 200
        return len(captured)

    copies.copy_for(document=issued, recipient="Sở Công Thương 1")
    desk.get(url("document", issued))
    one = queries()
    for number in (2, 3):
        copies.copy_for(document=issued, recipient=f"Sở Công Thương {number}")
    assert queries() == one


def test_the_preview_opens_in_the_browser(desk, document):
    response = desk.get(url("document-preview", document))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline;")
    assert "Gi%E1%BA%A5y%20m%E1%BB%9Di" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    (page,) = measure.pages(response.content)
    assert page.run("Số:").text == "Số:        /GM-BCT"


def test_a_draft_with_a_gap_is_explained_instead_of_printed(desk, document):
    OfficialDocument.objects.update(content=document.content | {"closing": ""})
    response = desk.get(url("document-preview", document))
    assert response.status_code == 409
    assert "còn thiếu: câu kết" in response.content.decode()


def test_a_copy_is_downloaded_under_its_vietnamese_name(desk, issued):
    copy = copies.copy_for(document=issued, recipient="Sở Công Thương tỉnh Đắk Lắk")
    response = desk.get(url("document-copy", copy))
    assert response["Content-Disposition"].startswith("attachment;")
    assert "S%E1%BB%9F%20C%C3%B4ng%20Th%C6%B0%C6%A1ng" in response["Content-Disposition"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")


# ── issuing ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_form_suggests_the_next_number_and_today(desk, world, an):
    today = timezone.localdate()
    make_issued(world.letterhead, an, number=11, issued_on=today)
    page = desk.get(url("document-issue", make_draft(world.letterhead))).content.decode()
    assert 'value="12"' in page
    assert f"sổ GM năm {today.year} là 12." in page
    assert f'value="{today:%d}/' in page


def test_issuing(desk, document):
    response = desk.post(
        url("document-issue", document), {"number": "05", "issued_on": "05/01/2026"}, follow=True
    )
    assert response.redirect_chain == [(url("document", document), 302)]
    assert "Đã ban hành Giấy mời 05/GM-BCT ngày 05/01/2026." in response.content.decode()
    document.refresh_from_db()
    assert (document.state, document.number) == ("issued", 5)
    assert document.issued_on == dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    ("number", "day", "said"),
    [
        ("", "05/01/2026", "Nhập số văn bản."),
        ("05/GM-BCT", "05/01/2026", "Chỉ nhập phần số, ví dụ 05"),
        ("0", "05/01/2026", "Số văn bản phải từ 1 đến 99999."),
        ("5", "05/01/2026", "Số 05/GM-BCT đã cấp ngày 05/01/2026"),
        ("6", "", "Nhập ngày ban hành."),
        ("6", "31/02/2026", "không có trong lịch"),
        ("6", "05/01/2099", "Ngày ban hành không được sau hôm nay"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(desk, world, issued, number, day, said):
    document = make_draft(world.letterhead, subject="Hội nghị khác")
    response = desk.post(url("document-issue", document), {"number": number, "issued_on": day})
    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert f'value="{number}"' in page or not number
    assert f'value="{day}"' in page or not day
    document.refresh_from_db()
    assert document.is_draft


def test_issuing_twice_is_a_conflict(desk, issued):
    for response in (
        desk.get(url("document-issue", issued)),
        desk.post(url("document-issue", issued), {"number": "6", "issued_on": "05/01/2026"}),
    ):
        assert response.status_code == 409
        assert "Giấy mời 05/GM-BCT đã ban hành ngày 05/01/2026" in response.content.decode()
    issued.refresh_from_db()
    assert issued.number == 5


# ── admin ───────────────────────────────────────────────────────────────────────────────────────────

EDITED = {
    "subject": "Hội nghị đã sửa",
    "signer_title": "KT. BỘ TRƯỞNG\r\nTHỨ TRƯỞNG",
    "signer_name": "Nguyễn Văn Mẫu",
    "recipients": "Như trên\r\nLưu: VT, ĐCK",
    "copies-TOTAL_FORMS": "0",
    "copies-INITIAL_FORMS": "0",
}


def admin_url(document):
    return url("admin:correspondence_officialdocument_change", document)


def test_a_draft_is_put_right_in_the_admin(desk, document):
    assert desk.get(admin_url(document)).status_code == 200
    assert desk.post(admin_url(document), EDITED).status_code == 302
    document.refresh_from_db()
    assert (document.subject, document.signer_title) == ("Hội nghị đã sửa", "KT. BỘ TRƯỞNG\nTHỨ TRƯỞNG")
    assert AuditEntry.objects.filter(action="document.edit").count() == 1


def test_the_admin_refuses_what_cannot_be_printed(desk, document):
    response = desk.post(admin_url(document), EDITED | {"subject": "Hội nghị 会"})
    assert response.status_code == 200
    assert "không có ký tự: 会" in response.content.decode()
    document.refresh_from_db()
    assert document.subject == TITLE


def test_an_issued_document_is_only_read_in_the_admin(desk, issued):
    copies.copy_for(document=issued, recipient="Sở Công Thương tỉnh Đắk Lắk")
    page = desk.get(admin_url(issued)).content.decode()
    for text in ("Sở Công Thương tỉnh Đắk Lắk", "05/GM-BCT", "05/01/2026"):
        assert text in page
    assert 'name="_save"' not in page
    assert desk.post(admin_url(issued), EDITED).status_code == 403
    assert desk.post(url("admin:correspondence_officialdocument_delete", issued)).status_code == 403
    issued.refresh_from_db()
    assert issued.subject == TITLE


def test_documents_are_listed_but_not_added_in_the_admin(desk, issued, document):
    page = desk.get(reverse("admin:correspondence_officialdocument_changelist")).content.decode()
    assert "Giấy mời 05/GM-BCT" in page
    assert "Giấy mời (dự thảo)" in page
    assert desk.get(reverse("admin:correspondence_officialdocument_add")).status_code == 403


def test_a_letterhead_is_added_in_the_admin_with_audit(desk, world):
    response = desk.post(
        reverse("admin:correspondence_letterhead_add"),
        {
            "organisation": world.unit.pk,
            "parent_name": "BỘ CÔNG THƯƠNG",
            "name": "CỤC MỚI",
            "symbol": "CM",
            "place": "Hà Nội",
            "signer_title": "KT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG",
            "recipients": "Như trên\nLưu: VT",
            "valid_from": "01/3/2025",
        },
    )
    assert response.status_code == 302, response.context["errors"]
    letterhead = Letterhead.objects.get(symbol="CM")
    assert letterhead.valid_from == dt.date(2025, 3, 1)
    assert str(letterhead) == "CỤC MỚI (CM), KT. CỤC TRƯỞNG / PHÓ CỤC TRƯỞNG"
    assert AuditEntry.objects.filter(action="letterhead.add", object_id=str(letterhead.pk)).exists()

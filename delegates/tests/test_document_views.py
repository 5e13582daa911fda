"""The page of a conference's documents, the forms that draft them, and the page that puts a draft right."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.documents import draft_notice, draft_official_letter
from conferences.loading import load_kinds
from conferences.models import DocumentFrame, Note
from correspondence.documents import issue, rewrite_draft
from correspondence.models import Letterhead, OfficialDocument
from delegates.document_forms import KINDS
from delegates.tests.counting import queries_of
from delegates.tests.test_documents import submit
from hoinghi.tests.cast import make_staff

NOTICE = [{"paragraph": "{organiser} tổ chức {name}."}, {"paragraph": "{organiser} trân trọng thông báo./."}]


@pytest.fixture
def desk(client, an, conference):
    """An's browser; the words that come with the portal."""
    load_kinds(actor="kiểm thử")
    conference.frame.blocks = NOTICE
    conference.frame.invitation = ["{organiser} trân trọng kính mời./."]
    conference.frame.save()
    client.force_login(an)
    return client


@pytest.fixture
def other_head(world):
    return Letterhead.objects.create(
        organisation=world.unit,
        parent_name="BỘ CÔNG THƯƠNG",
        name="CỤC",
        symbol="ĐCK",
        drafting_unit="CTT",
        place="Hà Nội",
        signer_title="KT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG",
        recipients="Như trên\nLưu: VT",
    )


def page_of(conference) -> str:
    return reverse("conference-documents", args=[conference.slug])


def draft_url(conference, kind) -> str:
    return reverse("conference-draft", args=[conference.slug, kind])


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_page_says_what_to_do(desk, conference):
    page = desk.get(page_of(conference)).content.decode()
    assert page.count("<h1") == 1
    assert "Chưa soạn văn bản nào" in page
    for kind in KINDS:
        assert draft_url(conference, kind) in page


def test_the_page_lists_documents_and_receipts(desk, conference, nomination, an, binh):
    letter = draft_official_letter(conference=conference, actor=an)
    notice = draft_notice(conference=conference, actor=an)
    issue(document=notice, number=7, issued_on=timezone.localdate(), actor=an, at=timezone.now())
    submit(nomination, binh)
    page = desk.get(page_of(conference)).content.decode()
    for text in (
        "Công văn (dự thảo)",
        "Thông báo 07/TB-BCT",
        "Dự thảo",
        "Đã ban hành",
        "01/PTN-BCT",
        "Tỉnh Đắk Lắk",
    ):
        assert text in page
    assert reverse("document-edit", args=[letter.pk]) in page
    assert reverse("document-edit", args=[notice.pk]) not in page


def test_one_document_or_three_cost_the_same(desk, conference, nomination, other_nomination, an, binh, cuc):
    draft_notice(conference=conference, actor=an)
    submit(nomination, binh)
    one = queries_of(desk, page_of(conference))
    draft_official_letter(conference=conference, actor=an)
    draft_official_letter(conference=conference, actor=an, by_name=True)
    submit(other_nomination, cuc)
    assert queries_of(desk, page_of(conference)) == one


@pytest.mark.parametrize("name", ["cockpit", "publish"])
def test_other_pages_lead_here(desk, conference, name):
    assert page_of(conference) in desk.get(reverse(name, args=[conference.slug])).content.decode()


# ── drafting ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drafted(desk, conference, nomination, binh, world, kind):
    submit(nomination, binh)
    page = desk.get(draft_url(conference, kind)).content.decode()
    assert page.count("<h1") == 1
    frame = DocumentFrame.objects.filter(kind=KINDS[kind].code).first()
    posted = {"letterhead": world.letterhead.pk, "frame": frame.pk if frame else ""}
    response = desk.post(draft_url(conference, kind), posted, follow=True)
    assert response.status_code == 200
    document = OfficialDocument.objects.exclude(kind="PTN").get()
    assert document.kind == KINDS[kind].code
    drafted = response.content.decode()
    assert f"Đã soạn {document.get_kind_display()}" in drafted
    assert f'href="{page_of(conference)}"' in drafted
    assert desk.get(reverse("document-preview", args=[document.pk]))["Content-Type"] == "application/pdf"


def test_whoever_does_not_issue_reads_who_does(client, desk, conference, world):
    """An organiser drafts, a clerk issues; the page says so, and the way to the issue leads to the draft."""
    client.force_login(make_staff("lan@moit.example", "Cán bộ tổ chức"))
    client.post(draft_url(conference, "giay-moi"), {"letterhead": world.letterhead.pk})
    document = OfficialDocument.objects.get()
    page = client.get(document.get_absolute_url()).content.decode()
    assert "Văn thư cấp số, ghi ngày và ban hành dự thảo này." in page
    assert reverse("document-issue", args=[document.pk]) not in page
    steps = client.get(reverse("publish", args=[conference.slug])).content.decode()
    assert f'<a href="{document.get_absolute_url()}">Ban hành Giấy mời</a>' in steps


def test_letterhead_and_appendix_are_chosen(desk, conference, world, other_head):
    Note.objects.create(conference=conference, text="Chuẩn bị phòng họp.")
    page = desk.get(draft_url(conference, "giay-moi")).content.decode()
    assert page.index("TL. BỘ TRƯỞNG") < page.index("KT. CỤC TRƯỞNG")
    posted = {"letterhead": other_head.pk, "with_notes": "on"}
    assert desk.post(draft_url(conference, "giay-moi"), posted).status_code == 302
    document = OfficialDocument.objects.get()
    assert document.letterhead == other_head
    assert document.content["appendix"]["paragraphs"] == ["(1) Chuẩn bị phòng họp."]


def test_a_letter_to_everybody_by_name(desk, conference, world):
    frame = DocumentFrame.objects.get(code="cong-van-moi-du")
    posted = {"letterhead": world.letterhead.pk, "frame": frame.pk, "by_name": "1"}
    assert desk.post(draft_url(conference, "cong-van"), posted).status_code == 302
    addressees = ["Sở Công Thương tỉnh Cà Mau", "Sở Công Thương tỉnh Đắk Lắk"]
    assert OfficialDocument.objects.get().content["addressees"] == addressees


def test_what_is_missing_is_said_and_nothing_is_drafted(desk, conference, world, other_head):
    conference.focal_kind = None
    conference.save()
    frame = DocumentFrame.objects.filter(kind="CV").first()
    posted = {"letterhead": other_head.pk, "frame": frame.pk}
    response = desk.post(draft_url(conference, "cong-van"), posted)
    assert response.status_code == 200
    page = response.content.decode()
    assert "còn thiếu: nơi kính gửi" in page
    inputs = re.findall(r"<input[^>]*>", page)
    (chosen,) = [each for each in inputs if 'name="letterhead"' in each and "checked" in each]
    assert f'value="{other_head.pk}"' in chosen
    assert not OfficialDocument.objects.exists()


def test_a_letterhead_of_another_time_is_refused(desk, conference, world):
    expired = Letterhead.objects.create(organisation=world.ministry, symbol="X", valid_to="2020-01-01")
    response = desk.post(draft_url(conference, "giay-moi"), {"letterhead": expired.pk})
    assert "Chọn một mẫu đang có hiệu lực." in response.content.decode()


def test_an_unknown_kind_is_404(desk, conference):
    assert desk.get(draft_url(conference, "phieu")).status_code == 404


# ── putting a draft right ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def letter(desk, conference, an):
    return draft_official_letter(conference=conference, actor=an)


def edit_url(document) -> str:
    return reverse("document-edit", args=[document.pk])


def values_of(response) -> dict:
    return {name: field.initial for name, field in response.context["form"].fields.items()}


def test_staff_write_the_paragraphs_anew(desk, letter):
    response = desk.get(edit_url(letter))
    values = values_of(response)
    assert set(values) == {
        "subject",
        "drafting_unit",
        "signer_title",
        "signer_name",
        "recipients",
        "addressees",
        "paragraphs",
    }
    values |= {"paragraphs": "Đoạn một.\n\n  Đoạn  hai./.", "signer_name": "Nguyễn Văn Mẫu"}
    response = desk.post(edit_url(letter), values, follow=True)
    assert "Đã lưu bản thảo." in response.content.decode()
    letter.refresh_from_db()
    assert letter.content["paragraphs"] == ["Đoạn một.", "Đoạn hai./."]
    assert letter.signer_name == "Nguyễn Văn Mẫu"


def test_what_cannot_be_printed_is_said_and_kept(desk, letter):
    values = values_of(desk.get(edit_url(letter)))
    response = desk.post(edit_url(letter), values | {"paragraphs": "会", "addressees": ""})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Không được để trống." in page
    response = desk.post(edit_url(letter), values | {"paragraphs": "会"})
    assert "không có ký tự: 会" in response.content.decode()
    letter.refresh_from_db()
    assert letter.content["paragraphs"][0] != "会"


def test_the_page_tells_of_changed_data_and_takes_edits_back(desk, letter, an):
    values = values_of(desk.get(edit_url(letter)))
    assert "Lấy lại theo dữ liệu" not in desk.get(edit_url(letter)).content.decode()
    desk.post(edit_url(letter), values | {"paragraphs": "Tự viết./."})
    letter.refresh_from_db()
    content = {key: value for key, value in letter.content.items() if key != "by_hand"}
    rewrite_draft(document=letter, content=content | {"paragraphs": ["Giờ mới./."]}, actor=an)
    page = desk.get(edit_url(letter)).content.decode()
    assert "Dữ liệu đã thay đổi sau khi bản thảo được sửa tay" in page
    assert "Giờ mới./." in page
    desk.post(edit_url(letter), {"do": "restore"})
    letter.refresh_from_db()
    assert letter.content["paragraphs"] == ["Giờ mới./."]
    assert "by_hand" not in letter.content


def test_an_issued_document_is_not_put_right(desk, letter, an):
    issue(document=letter, number=1, issued_on=timezone.localdate(), actor=an, at=timezone.now())
    assert desk.get(edit_url(letter)).status_code == 409
    assert desk.post(edit_url(letter), {"subject": "x"}).status_code == 409


def test_minutes_show_all_that_the_secretary_fills_in(desk, conference, an):
    from conferences.documents import draft_minutes

    form = desk.get(edit_url(draft_minutes(conference=conference, actor=an))).context["form"]
    assert {"secretary", "secretary_name", "chair_name", "closing", "present"} <= set(form.fields)
    assert "signer_name" not in form.fields
    assert not form.fields["secretary"].required

"""Công văn, thông báo, biên bản and the appendix of a conference: what they say, and how drafts follow it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from conferences.documents import (
    draft_invitation,
    draft_minutes,
    draft_notice,
    draft_official_letter,
    invitation_content,
    letterheads_for,
)
from conferences.followers import CannotFollow, follow
from conferences.loading import load
from conferences.models import DocumentFrame
from conferences.tests.conference_files import SEED_000, TWIN, load_standard
from correspondence.documents import edit_draft, issue, render_pdf, restore_draft
from correspondence.drafting import outdated
from correspondence.models import OfficialDocument
from correspondence.tests import measure
from directory.models import AuditEntry
from hoinghi.text import VIETNAM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

NAME = "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp"
AT = dt.datetime(2026, 11, 20, 8, tzinfo=VIETNAM)


@pytest.fixture
def conference(db):
    load_standard()
    return load(SEED_000)


@pytest.fixture
def twin(db):
    load_standard()
    return load(TWIN, start=dt.date(2026, 12, 4))


def move(conference, actor) -> None:
    """Another hour: every text that says when has to follow."""
    conference.start_at = dt.datetime(2021, 7, 2, 13, 30, tzinfo=VIETNAM)
    conference.end_at = dt.datetime(2021, 7, 2, 17, tzinfo=VIETNAM)
    conference.save()
    follow(conference=conference, actor=actor, at=timezone.now())


# ── what they say ───────────────────────────────────────────────────────────────────────────────────


def test_an_official_letter(conference, an):
    document = draft_official_letter(conference=conference, actor=an)
    assert document.subject == f"đề nghị cử đại biểu dự {NAME}"
    assert document.notation == "       /BCT-CTĐP"
    assert document.content["addressees"] == ["Sở Công Thương các tỉnh, thành phố trực thuộc trung ương"]
    assert document.content["paragraphs"] == [
        f"Thực hiện chương trình công tác, Bộ Công Thương tổ chức {NAME} (CCN) nhằm đánh giá hệ thống chính sách "
        "hiện hành, vai trò của cụm công nghiệp đối với phát triển kinh tế - xã hội tại các tỉnh, thành phố, khó "
        "khăn, vướng mắc và đề xuất, kiến nghị, giải pháp thực hiện trong thời gian tới. Bộ Công Thương đề nghị "
        "Quý cơ quan phối hợp thực hiện một số nội dung như sau:",
        "1. Thời gian, địa điểm",
        "- Thời gian: ½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6).",
        "- Tại Bộ Công Thương: Phòng họp trực tuyến của Tổng cục Quản lý thị trường, số 91 Đinh Tiên Hoàng, "
        "Hoàn Kiếm, Hà Nội.",
        "- Tại địa phương: Phòng họp trực tuyến của Cục Quản lý thị trường các tỉnh, thành phố trực thuộc "
        "trung ương.",
        "2. Chủ trì Hội nghị: Bộ trưởng Bộ Công Thương.",
        "3. Cử đại biểu tham dự Hội nghị",
        "- Lựa chọn, mời 1÷2 Ủy ban nhân dân cấp huyện và 1÷2 chủ đầu tư hạ tầng CCN trên địa bàn tham dự "
        "Hội nghị.",
        "- Tổng hợp, gửi danh sách đại biểu về Cục Công Thương địa phương trước ngày 01/7/2021.",
        "Chi tiết xin liên hệ với đồng chí Nguyễn Anh Tuấn, điện thoại: 024.22218288/0988310581, email: "
        "tuannanh@moit.gov.vn.",
        "Bộ Công Thương trân trọng đề nghị Quý cơ quan phối hợp thực hiện./.",
    ]


def test_an_official_letter_may_name_every_focal_organisation(conference, an):
    document = draft_official_letter(conference=conference, actor=an, by_name=True)
    addressees = document.content["addressees"]
    assert len(addressees) == 63
    assert addressees[0] == "Sở Công Thương tỉnh An Giang"
    assert addressees[-1] == "Sở Công Thương tỉnh Yên Bái"


def test_the_address_line_of_the_letterhead_goes_along(conference, an):
    letterhead = conference.letterhead
    letterhead.address_line = "Địa chỉ: số 54 Hai Bà Trưng, Hà Nội"
    letterhead.save()
    document = draft_official_letter(conference=conference, actor=an)
    assert document.content["address_line"] == "Địa chỉ: số 54 Hai Bà Trưng, Hà Nội"
    assert "address_line" not in draft_notice(conference=conference, actor=an).content


def test_a_notice_says_what_the_web_notice_says_and_closes_last(conference, an, settings):
    settings.PUBLIC_URL = "https://hoinghi.example"
    document = draft_notice(conference=conference, actor=an)
    page = "https://hoinghi.example/hoi-nghi/cum-cong-nghiep-2021/"
    assert document.subject == f"Mời tham dự {NAME}"
    assert document.notation.strip() == "/TB-BCT"
    paragraphs = document.content["paragraphs"]
    assert paragraphs[0].startswith(
        f"Thực hiện chương trình công tác, Bộ Công Thương tổ chức {NAME} (CCN) nhằm"
    )
    assert paragraphs[1:3] == [
        "1. Thời gian, địa điểm",
        "- Thời gian: ½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6).",
    ]
    # On paper nobody clicks.
    link = f"4. Nội dung: Chương trình Hội nghị kèm theo tải về tại địa chỉ {page}#chuong-trinh."
    assert link in paragraphs
    assert "Ghi chú:" in paragraphs
    assert paragraphs[-2].endswith(f"truy cập tải về tại địa chỉ {page}#tai-lieu.")
    assert paragraphs[-1] == (
        "Bộ Công Thương trân trọng kính mời Quý Ủy ban, cơ quan, đơn vị tới dự, tham gia ý kiến tại Hội nghị./."
    )
    assert "CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG" not in paragraphs


def test_minutes_follow_the_agenda_and_leave_out_breaks(twin, an):
    document = draft_minutes(conference=twin, actor=an)
    assert {key: value for key, value in document.content.items() if key != "place"} == {
        "frame": "bien-ban",
        "start": "8h00 ngày 04/12/2026",
        "present": [
            "Về phía Bộ Công Thương: Lãnh đạo Bộ; Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công và đại "
            "diện các đơn vị có liên quan trong Bộ",
            "Về phía địa phương: Đại diện Lãnh đạo Ủy ban nhân dân cấp tỉnh, Sở Công Thương, Ủy ban nhân dân cấp "
            "xã và chủ đầu tư hạ tầng CCN trên địa bàn các tỉnh, thành phố",
        ],
        "chair": "Bộ trưởng Bộ Công Thương",
        "secretary": "",
        "paragraphs": [
            "Hội nghị đã diễn ra theo các nội dung sau:",
            "- Kết nối, thử đường truyền các điểm cầu: Cán bộ kỹ thuật.",
            "- Tuyên bố lý do, giới thiệu đại biểu: Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công.",
            "- Phát biểu khai mạc: Bộ trưởng Bộ Công Thương.",
            "- Báo cáo đánh giá hệ thống chính sách hiện hành, vai trò của cụm công nghiệp (CCN): Cục Đổi mới "
            "sáng tạo, Chuyển đổi xanh và Khuyến công.",
            "- Tham luận về khó khăn, vướng mắc: Ủy ban nhân dân cấp tỉnh, Sở Công Thương, chủ đầu tư hạ tầng CCN.",
            "- Thảo luận đề xuất, kiến nghị, giải pháp thực hiện trong thời gian tới: Đại biểu tại các điểm cầu.",
            "- Phát biểu kết luận: Bộ trưởng Bộ Công Thương.",
        ],
        "closing": "Hội nghị kết thúc vào 11h30, ngày 04/12/2026./.",
        "chair_name": "",
        "secretary_name": "",
    }


def test_minutes_are_issued_only_when_the_secretary_has_filled_them_in(twin, an):
    document = draft_minutes(conference=twin, actor=an)
    issued = {"document": document, "number": 1, "issued_on": AT.date(), "actor": an, "at": AT}
    with pytest.raises(ValidationError, match="còn thiếu: thư ký, họ tên chủ tọa, họ tên thư ký"):
        issue(**issued)
    values = {
        "secretary": "Bà Trần Thị B, chuyên viên",
        "chair_name": "Lê Văn A",
        "secretary_name": "Trần Thị B",
    }
    edit_draft(document=document, values=values, actor=an)
    issue(**issued)
    assert document.notation == "01/BB-BCT"


def test_notes_go_to_an_appendix_that_the_invitation_names(conference):
    content = invitation_content(conference, with_notes=True)
    assert content["paragraphs"][-1] == "Một số nội dung đề nghị phối hợp thực hiện nêu tại Phụ lục kèm theo."
    appendix = content["appendix"]
    assert appendix["title"] == "Một số nội dung đề nghị phối hợp thực hiện"
    assert [paragraph[:3] for paragraph in appendix["paragraphs"]] == ["(1)", "- L", "- P", "(2)", "(3)"]
    without = invitation_content(conference)
    assert "appendix" not in without
    assert not any("Phụ lục" in paragraph for paragraph in without["paragraphs"])


def test_a_conference_without_notes_has_no_appendix(conference):
    conference.notes.all().delete()
    assert "appendix" not in invitation_content(conference, with_notes=True)


# ── drafting ────────────────────────────────────────────────────────────────────────────────────────


def test_pressing_twice_gives_one_draft(conference, an):
    first, second = (draft_official_letter(conference=conference, actor=an) for _ in range(2))
    assert first == second
    edit_draft(document=first, values={"paragraphs": "Chữ khác./."}, actor=an)
    assert draft_official_letter(conference=conference, actor=an) != first


def test_staff_choose_letterhead_and_words(twin, an):
    offered = letterheads_for(twin, AT.date())
    assert offered[0] == twin.letterhead
    assert [each.code for each in offered] == [
        "bct-dck",
        "bct-pho-dck",
        "bct-thu-truong-dck",
        "bct-bo-truong-dck",
        "dck",
        "dck-pho",
    ]
    frame = DocumentFrame.objects.get(code="cong-van-moi-du")
    document = draft_official_letter(conference=twin, actor=an, letterhead=offered[-1], frame=frame)
    assert document.subject == f"mời dự {NAME}"
    assert document.notation.strip() == "/ĐCK-CTT"
    assert document.signer_title == "KT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG"


def test_a_frame_that_cites_nothing_is_named(conference, an):
    DocumentFrame.objects.filter(kind="TB").update(subject="Theo {khong-co}")
    with pytest.raises(ValidationError, match="Khung “Thông báo mời dự.*khong-co"):
        draft_notice(conference=conference, actor=an)
    DocumentFrame.objects.all().delete()
    with pytest.raises(ValidationError, match="Chưa có khung văn bản nào cho loại “Thông báo”"):
        draft_notice(conference=conference, actor=an)
    assert not OfficialDocument.objects.exists()


def test_a_letter_without_addressees_is_refused_by_name(conference, an):
    conference.focal_kind = None
    with pytest.raises(ValidationError, match="còn thiếu: nơi kính gửi"):
        draft_official_letter(conference=conference, actor=an)


@pytest.mark.parametrize(
    ("kind", "blocks", "said"), [("CV", [], "Chỉ thông báo"), ("TB", ["x"], "loại: câu chữ")]
)
def test_a_broken_frame_is_refused(db, kind, blocks, said):
    frame = DocumentFrame(code="x", kind=kind, name="X", subject="X", blocks=blocks)
    with pytest.raises(ValidationError, match=said):
        frame.full_clean()


def test_staff_change_the_words_at_their_desk(client, conference, an):
    client.force_login(an)
    address = reverse("admin:conferences_documentframe_change", args=["thong-bao-to-chuc"])
    assert client.get(address).status_code == 200
    posted = {
        "code": "thong-bao-to-chuc",
        "kind": "TB",
        "name": "Thông báo",
        "position": "4",
        "subject": "Về {name}",
    }
    broken = client.post(address, posted | {"blocks": '[{"dahs": "x"}]'})
    assert "Mỗi phần phải có đúng một loại" in broken.content.decode()
    assert client.post(address, posted | {"blocks": '[{"paragraph": "{name}./."}]'}).status_code == 302
    assert AuditEntry.objects.filter(action="documentframe.change").exists()
    document = draft_notice(conference=conference, actor=an)
    assert (document.subject, document.content["paragraphs"]) == (f"Về {NAME}", [f"{NAME} (CCN)./."])


# ── following ───────────────────────────────────────────────────────────────────────────────────────


def test_every_draft_follows_its_conference(conference, an):
    drafts = [
        draft_invitation(conference=conference, actor=an, with_notes=True),
        draft_official_letter(conference=conference, actor=an, by_name=True),
        draft_notice(conference=conference, actor=an),
        draft_minutes(conference=conference, actor=an),
    ]
    conference.title = "Hội nghị toàn quốc về cụm công nghiệp"
    move(conference, an)
    for document in drafts:
        document.refresh_from_db()
        assert "Hội nghị toàn quốc" in document.subject
        assert "13h30" in str(document.content), document
        assert "8h00" not in str(document.content), document
    assert "appendix" in drafts[0].content
    assert len(drafts[1].content["addressees"]) == 63


def test_what_staff_wrote_by_hand_stays_and_is_flagged(conference, an):
    document = draft_official_letter(conference=conference, actor=an)
    own = "Đề nghị Quý Sở cử đại biểu dự Hội nghị vào 8h00./."
    edit_draft(document=document, values={"paragraphs": own, "subject": "cử đại biểu"}, actor=an)
    follow(conference=conference, actor=an, at=timezone.now())
    document.refresh_from_db()
    assert outdated(document) == {}
    move(conference, an)
    document.refresh_from_db()
    assert (document.subject, document.content["paragraphs"]) == ("cử đại biểu", [own])
    ((label, text),) = outdated(document).items()
    assert label == "Nội dung (mỗi dòng một đoạn)"
    assert "13h30" in text
    with pytest.raises(ValidationError, match="Dữ liệu đã thay đổi sau khi bản thảo được sửa tay"):
        issue(document=document, number=1, issued_on=dt.date(2021, 6, 25), actor=an, at=AT)
    everything = {
        "subject": "cử đại biểu",
        "addressees": "Sở Công Thương",
        "paragraphs": own.replace("8h", "13h"),
    }
    edit_draft(document=document, values=everything, actor=an)
    assert outdated(document) == {}
    issue(document=document, number=1, issued_on=dt.date(2021, 6, 25), actor=an, at=AT)


def test_what_was_written_by_hand_can_be_taken_back(conference, an):
    document = draft_official_letter(conference=conference, actor=an)
    before = (document.subject, dict(document.content))
    edit_draft(document=document, values={"paragraphs": "Khác./.", "subject": "khác"}, actor=an)
    move(conference, an)
    restore_draft(document=document, actor=an)
    document.refresh_from_db()
    assert document.subject == before[0]
    assert "13h30" in str(document.content["paragraphs"])
    assert set(document.content) == set(before[1])


def test_a_draft_whose_frame_is_gone_stays_as_it_is(conference, an):
    document = draft_official_letter(conference=conference, actor=an)
    before = document.content
    DocumentFrame.objects.all().delete()
    move(conference, an)
    document.refresh_from_db()
    assert document.content == before


def test_a_change_that_a_letter_cannot_follow_is_refused(conference, an):
    draft_official_letter(conference=conference, actor=an)
    DocumentFrame.objects.filter(kind="CV").update(subject="Theo {fact:khong-co}")
    with pytest.raises(CannotFollow, match="Công văn dự thảo.*fact:khong-co"):
        follow(conference=conference, actor=an, at=timezone.now())


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────


def test_the_invitation_of_2021_fits_one_page_and_with_its_notes_two(conference, an):
    conference.letterhead.signer_name = "Nguyễn Văn Mẫu"
    conference.letterhead.save()
    recipient = "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu"
    alone, with_notes = (
        measure.pages(
            render_pdf(draft_invitation(conference=conference, actor=an, with_notes=with_notes), recipient)
        )
        for with_notes in (False, True)
    )
    assert (len(alone), len(with_notes)) == (1, 2)
    assert {run.size for page in with_notes for run in page.runs if run.y > 60} <= {11, 12, 13, 14}
    assert [run.text for run in with_notes[1].runs][:2] == [
        "Phụ lục",
        "MỘT SỐ NỘI DUNG ĐỀ NGHỊ PHỐI HỢP THỰC HIỆN",
    ]
    text = " ".join(run.text for run in with_notes[1].runs)
    assert "1÷2 Ủy ban nhân dân cấp huyện" in text
    assert with_notes[0].run("TL. BỘ TRƯỞNG")

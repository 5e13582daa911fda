import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import DraftDocument, Opinion, OpinionSheet
from conferences.services import dispositions
from conferences.tests.drafting import TEXT, clause_of, make_draft, send
from conferences.tests.word_files import bomb, broken, docx_of
from hoinghi.tests.cast import make_conference, make_province

NASTY = [
    "<script>alert(1)</script>",
    "\u202eđảo ngược",
    "x" * 10_000,
    "'; DROP TABLE",
    "{{ user }}",
    "{khong_co}",
]


@pytest.fixture
def draft(conference, world, an):
    return make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so])


@pytest.fixture
def sheet(draft, world):
    return draft.sheets.get(organisation=world.dak_lak.so)


@pytest.fixture
def focal(client, binh):
    client.force_login(binh)
    return client


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


def desk(draft, name="draft-desk", *more):
    return reverse(name, args=[draft.conference.slug, draft.pk, *more])


def text_of(answer) -> str:
    return answer.content.decode()


def cost(client, url) -> int:
    client.get(url)  # what a process reads once and keeps is no cost of the page
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# ── the sheet ───────────────────────────────────────────────────────────────────────────────────────


def post(client, sheet, **data):
    return client.post(sheet.get_absolute_url(), {"version": sheet.version, "do": "submit"} | data)


def test_a_box_opens_below_its_clause_and_what_was_typed_stays(focal, draft, sheet):
    clause = clause_of(draft, "Điều 1")
    answer = post(focal, sheet, do=f"open:{clause.pk}", general="Đang viết dở")
    page = text_of(answer)
    assert answer.status_code == 200
    assert f'name="clause-{clause.pk}"' in page
    assert "autofocus" in page
    assert "Đang viết dở" in page
    assert not sheet.opinions.exists()


def test_sending_and_sending_again(focal, draft, sheet):
    clause = clause_of(draft, "Khoản 2 Điều 2")
    answer = post(focal, sheet, general="Nhất trí", **{f"clause-{clause.pk}": "Thêm hợp tác xã"})
    assert answer.status_code == 302
    sheet.refresh_from_db()
    assert {opinion.text for opinion in sheet.opinions.all()} == {"Nhất trí", "Thêm hợp tác xã"}
    page = text_of(focal.get(sheet.get_absolute_url()))
    assert "Thêm hợp tác xã" in page
    assert "Lần 1" in page
    # Clearing a box takes the opinion back.
    post(focal, sheet, general="Nhất trí", **{f"clause-{clause.pk}": ""})
    assert {opinion.text for opinion in sheet.opinions.all()} == {"Nhất trí"}


def test_a_draft_is_kept_and_comes_back(focal, draft, sheet):
    assert post(focal, sheet, do="save", general="Nháp").status_code == 302
    assert "Nháp" in text_of(focal.get(sheet.get_absolute_url()))
    sheet.refresh_from_db()
    assert sheet.state == OpinionSheet.State.DRAFT


def test_opening_is_remembered_for_the_organisation_not_for_staff(client, sheet, an, binh):
    for user, opened in ((an, False), (binh, True)):
        client.force_login(user)
        client.get(sheet.get_absolute_url())
        sheet.refresh_from_db()
        assert (sheet.opened_at is not None) is opened


def test_whoever_only_reads_meets_words_and_no_empty_boxes(client, draft, sheet, viewer, binh, world):
    client.force_login(viewer)
    page = text_of(client.get(sheet.get_absolute_url()))
    assert "Không có ý kiến chung." in page
    assert ("<textarea" in page, 'type="checkbox"' in page) == (False, False)
    send(draft, world.dak_lak.so, binh, {None: "Ý kiến <chung>"})
    page = text_of(client.get(sheet.get_absolute_url()))
    assert "<p>Ý kiến &lt;chung&gt;</p>" in page
    assert "<textarea" not in page


def test_a_stranger_gets_404(client, sheet, cuc, dung):
    for user in (cuc, dung):
        client.force_login(user)
        assert client.get(sheet.get_absolute_url()).status_code == 404
        assert post(client, sheet, general="x").status_code == 404
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"agrees": "on", "general": "Có ý kiến"}, "bỏ dấu ở ô"),
        ({}, "Chưa có ý kiến nào"),
        ({"general": "x" * 20_001}, "dài quá 20000"),
        ({"general": "C¸c ®¬n vÞ"}, "bảng mã cũ"),
    ],
)
def test_what_cannot_be_sent_is_explained_and_kept(focal, sheet, data, said):
    answer = post(focal, sheet, **data)
    page = text_of(answer)
    assert answer.status_code == 200
    assert said in page
    assert "error-summary" in page
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_is_typed_is_text(client, an, focal, draft, sheet, nasty):
    clause = clause_of(draft, "Điều 1")
    assert post(focal, sheet, general=nasty, **{f"clause-{clause.pk}": nasty}).status_code == 302
    client.force_login(an)
    for url in (sheet.get_absolute_url(), desk(draft, "draft-opinions"), desk(draft, "draft-publish")):
        page = text_of(client.get(url))
        assert "<script>alert" not in page
    for kind in ("pdf", "docx"):
        assert client.get(desk(draft, "draft-table", kind)).status_code == 200


def test_after_the_deadline_what_was_typed_stays_and_nothing_is_saved(focal, draft, sheet):
    DraftDocument.objects.update(deadline=timezone.now() - dt.timedelta(minutes=1))
    answer = post(focal, sheet, general="Muộn mất rồi")
    assert answer.status_code == 409
    assert "Muộn mất rồi" in text_of(answer)
    assert "hết hạn góp ý" in text_of(answer)
    assert not Opinion.objects.exists()


def test_a_colleague_was_faster(focal, sheet):
    assert post(focal, sheet, general="Một").status_code == 302
    answer = post(focal, sheet, general="Hai", version=0)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Hai" in page
    assert "Bản đồng nghiệp đã lưu" in page
    assert [opinion.text for opinion in sheet.opinions.all()] == ["Một"]


@pytest.mark.parametrize("verb", ["open:abc", "open:99999999999999999999", "nothing", "remove:1", "open:"])
def test_odd_verbs_break_nothing(focal, sheet, verb):
    assert post(focal, sheet, do=verb).status_code in (200, 302, 404)


def test_a_signed_letter_comes_and_goes(focal, sheet):
    def upload(name="Công văn.pdf", content=b"%PDF-1.7\n"):
        return post(focal, sheet, do="save", paper=SimpleUploadedFile(name, content))

    assert upload().status_code == 302
    kept = sheet.papers.get()
    url = reverse("opinion-paper", args=[sheet.pk, kept.pk])
    assert b"".join(focal.get(url).streaming_content) == b"%PDF-1.7\n"
    sheet.refresh_from_db()
    answer = upload("a.exe", b"MZ")
    assert answer.status_code == 200
    assert "không được nhận" in text_of(answer)
    assert post(focal, sheet, do=f"remove:{kept.pk}").status_code == 200
    assert not sheet.papers.exists()


def test_opinions_on_an_older_version_are_shown_apart(focal, draft, sheet, an):
    from conferences.services import drafts

    clause = clause_of(draft, "Điều 1")
    post(focal, sheet, **{f"clause-{clause.pk}": "Về bản một"})
    version = drafts.start_version(draft=draft, text=TEXT, actor=an)
    drafts.issue_version(version=version, actor=an, at=timezone.now())
    page = text_of(focal.get(sheet.get_absolute_url()))
    assert "Ý kiến đã ghi cho bản trước" in page
    assert "Về bản một" in page


def test_the_own_list_shows_what_waits_first(focal, draft, sheet, conference, an, world):
    page = text_of(focal.get(reverse("opinion-sheets")))
    assert page.index("Chờ góp ý") < page.index(draft.title)
    post(focal, sheet, agrees="on")
    page = text_of(focal.get(reverse("opinion-sheets")))
    assert page.index("Đã góp ý, đã hết hạn") < page.index(draft.title)
    assert "Thống nhất" in page


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_public_draft_is_read_by_everybody(client, draft):
    url = draft.get_absolute_url()
    assert client.get(url).status_code == 302  # to the login
    DraftDocument.objects.update(readers="public")
    page = text_of(client.get(url))
    assert "Phạm vi điều chỉnh" in page
    assert "không có dân cư sinh sống" in page


def test_the_conference_page_names_public_drafts_and_published_results(client, draft, world, an, binh):
    url = draft.conference.get_absolute_url()
    assert draft.title not in text_of(client.get(url))
    DraftDocument.objects.update(readers="public")
    client.force_login(an)
    assert draft.title in text_of(client.get(url))


def test_the_published_result_is_public_or_not(client, draft, world, an, binh):
    send(draft, world.dak_lak.so, binh, {"": "Nhất trí chủ trương"})
    dispositions.answer(
        draft=draft,
        opinions=Opinion.objects.values_list("pk", flat=True),
        disposition="accepted",
        reply="",
        actor=an,
        at=timezone.now(),
    )
    later = draft.deadline + dt.timedelta(seconds=1)
    url = reverse("draft-result", args=[draft.pk])
    dispositions.publish_result(draft=draft, readers="invited", actor=an, at=later)
    assert client.get(url).status_code == 302
    dispositions.publish_result(draft=draft, readers="public", actor=an, at=later)
    page = text_of(client.get(url))
    assert "Nhất trí chủ trương" in page
    assert "Bình" not in page
    for kind in ("pdf", "docx"):
        assert client.get(reverse("draft-result-file", args=[draft.pk, kind])).status_code == 200
    assert client.get(reverse("draft-result-file", args=[draft.pk, "exe"])).status_code == 404


# ── the delegate ────────────────────────────────────────────────────────────────────────────────────


def test_a_delegate_speaks_by_the_personal_link(client, draft, em):
    url = reverse("delegate-opinion", args=[em.token, draft.pk])
    assert "chỉ lấy ý kiến của cơ quan" in text_of(client.get(url))
    assert client.post(url, {"general": "x", "version": 0}).status_code == 409
    DraftDocument.objects.update(delegates_may=True)
    answer = client.post(url, {"general": "Ý kiến của tôi", "version": 0, "do": "submit"})
    assert answer.status_code == 302
    sheet = draft.sheets.get(holder=f"delegate:{em.delegate.pk}")
    assert [opinion.text for opinion in sheet.opinions.all()] == ["Ý kiến của tôi"]
    assert sheet.organisation_name == em.delegate.seat.name
    assert "Ý kiến của tôi" in text_of(client.get(url))
    assert draft.title in text_of(client.get(reverse("delegate-page", args=[em.token])))


def test_the_delegates_page_does_not_exist_for_other_drafts(client, world, an, em):
    other = make_conference(world, slug="khac")
    foreign = make_draft(other, an, organisations=[world.ca_mau.so])
    assert client.get(reverse("delegate-opinion", args=[em.token, foreign.pk])).status_code == 404


# ── the staff's desk ────────────────────────────────────────────────────────────────────────────────


def test_from_nothing_to_asking(staff, conference, world):
    answer = staff.post(
        reverse("draft-new", args=[conference.slug]),
        {"title": "Dự thảo Thông tư", "deadline": "17h00 ngày 15/12/2099", "readers": "public"},
    )
    draft = DraftDocument.objects.get()
    assert answer.url == desk(draft, "draft-version")
    staff.post(answer.url, {"do": "start", "file": docx_of(*TEXT.splitlines())})
    page = text_of(staff.get(answer.url))
    assert "Khoản 1 Điều 2" in page
    version = draft.versions.get()
    staff.post(answer.url, {"do": "issue", "text": version.text, "note": ""})
    staff.post(desk(draft, "draft-ask"), {"organisation": [world.dak_lak.so.pk, world.ca_mau.so.pk]})
    assert staff.post(desk(draft), {"do": "open"}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_asking
    assert "Sở Công Thương tỉnh Cà Mau" in text_of(staff.get(desk(draft)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"title": "", "readers": "public"}, "Ghi tên dự thảo"),
        ({"title": "x" * 10_000, "readers": "public"}, "Tên dài quá 500"),
        ({"title": "A", "readers": "public", "deadline": "mai"}, "mai"),
        ({"title": "A", "readers": "nobody"}, "error-summary"),
    ],
)
def test_a_draft_that_cannot_be_saved_is_explained(staff, conference, data, said):
    answer = staff.post(reverse("draft-new", args=[conference.slug]), data)
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not DraftDocument.objects.exists()


@pytest.mark.parametrize("upload", [bomb, broken, lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7\n")])
def test_a_file_that_is_no_draft_is_explained(staff, draft, upload):
    answer = staff.post(desk(draft, "draft-version"), {"do": "start", "file": upload()})
    assert answer.status_code == 200
    assert "error-summary" in text_of(answer)
    assert draft.versions.count() == 1


def test_the_division_is_put_right_before_it_is_issued(staff, draft):
    url = desk(draft, "draft-version")
    staff.post(url, {"do": "start", "text": "Điều 1. Một\n1. Ý\n2. Hai"})
    version = draft.versions.first()
    page = text_of(staff.post(url, {"do": "join:2", "text": version.text}))
    version.refresh_from_db()
    assert version.text == "[Điều] Điều 1. Một\n[Khoản] 1. Ý\n2. Hai"
    assert "Khoản 2 Điều 1" not in page
    answer = staff.post(url, {"do": "issue", "text": "Không có dấu nào"})
    assert answer.status_code == 200
    assert "Chưa chia được dự thảo" in text_of(answer)
    assert draft.current_version().number == 1


def test_one_answer_for_those_that_are_ticked(staff, draft, world, binh, cuc):
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Một", "": "Chung"})
    send(draft, world.ca_mau.so, cuc, {"Điều 1": "Hai"})
    url = desk(draft, "draft-opinions")
    keys = list(Opinion.objects.filter(clause__isnull=False).values_list("pk", flat=True))
    answer = staff.post(url, {"opinion": keys, "disposition": "explained", "reply": ""})
    assert "Ghi nội dung tiếp thu, giải trình" in text_of(answer)
    answer = staff.post(url, {"disposition": "accepted", "reply": "x"})
    assert "Đánh dấu ít nhất một ý kiến" in text_of(answer)
    assert staff.post(url, {"opinion": keys, "disposition": "partly", "reply": "Đã sửa"}).status_code == 302
    assert Opinion.objects.filter(disposition="partly").count() == 2
    assert "Chung" not in text_of(staff.get(f"{url}?loc=partly"))
    assert "Hai" in text_of(staff.get(f"{url}?q=ca+mau"))
    one = text_of(staff.get(f"{url}?chon={keys[0]}"))
    assert "Đã sửa</textarea>" in one.replace("\n", "")


@pytest.mark.parametrize("query", ["?loc=x", "?trang=abc", "?chon=abc", "?trang=99"])
def test_odd_queries_break_nothing(staff, draft, query):
    assert staff.get(desk(draft, "draft-opinions") + query).status_code == 200
    assert staff.get(desk(draft, "draft-ask") + query).status_code == 200


def test_publishing_says_why_not(staff, draft, world, binh):
    send(draft, world.dak_lak.so, binh, {"": "x"})
    answer = staff.post(desk(draft, "draft-publish"), {"readers": "public", "do": "publish"})
    assert answer.status_code == 409
    assert "Chưa hết hạn góp ý" in text_of(answer)


def test_searching_the_register_without_diacritics(staff, draft, world):
    page = text_of(staff.get(desk(draft, "draft-ask") + "?q=chi+cuc+dak"))
    assert "Chi cục Quản lý thị trường tỉnh Đắk Lắk" in page


def test_pages_cost_the_same_for_one_and_for_three(staff, client, conference, world, an, binh):
    """Every list with one row and with three: organisations, opinions, drafts."""
    provinces = [world.dak_lak] + [
        make_province(f"7{number}-x", f"X{number}", world.kinds, world.levels) for number in (1, 2)
    ]

    def costs(draft):
        urls = [
            desk(draft),
            desk(draft, "draft-opinions"),
            desk(draft, "draft-publish"),
            desk(draft, "draft-ask"),
        ]
        return [cost(client, url) for url in urls]

    one = make_draft(conference, an, organisations=[world.dak_lak.so])
    send(one, world.dak_lak.so, an, {"Điều 1": "x"})
    first = costs(one)
    overview = cost(client, reverse("drafts", args=[conference.slug]))
    three = make_draft(conference, an, organisations=[province.so for province in provinces])
    for province in provinces:
        send(three, province.so, an, {"Điều 1": "x", "Khoản 1 Điều 2": "y"})
    make_draft(conference, an, asking=False)
    assert costs(three) == first
    assert cost(client, reverse("drafts", args=[conference.slug])) == overview
    client.force_login(binh)
    mine = one.sheets.get()
    sheet = cost(client, mine.get_absolute_url())
    assert cost(client, three.sheets.get(organisation=world.dak_lak.so).get_absolute_url()) == sheet


def test_the_own_list_costs_the_same_for_one_and_for_three(focal, conference, world, an):
    make_draft(conference, an, organisations=[world.dak_lak.so])
    first = cost(focal, reverse("opinion-sheets"))
    for _ in range(2):
        make_draft(conference, an, organisations=[world.dak_lak.so])
    assert cost(focal, reverse("opinion-sheets")) == first

"""The staff's pages for the words of letters."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import texts
from correspondence.accounts import invite_account
from correspondence.models import Message, TextOverride
from correspondence.tests.test_documents import make_issued
from correspondence.texts import Wording
from directory.audit import name_of
from directory.models import AuditEntry
from hoinghi.tests.cast import make_delegate

pytestmark = pytest.mark.django_db
LIST = reverse("letter-texts")
PAGE = reverse("letter-text", args=["set_password"])
RESTORE = reverse("letter-text-restore", args=["set_password"])
TYPED = {
    "subject": "Mở tài khoản cho {user}",
    "greeting": "Thưa {user},",
    "body": "Đoạn <b>một</b>.\r\n\r\nĐặt trước {until}.",
    "link_label": "Mở",
    "version": "",
}


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def text_of(response) -> str:
    return response.content.decode()


def save(desk, **changes):
    return desk.post(PAGE, TYPED | {"do": "save"} | changes)


def preview_of(desk, page: str) -> str:
    return text_of(desk.get(re.search(r'<iframe[^>]* src="([^"]+)"', page)[1]))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_text_is_listed_with_who_changed_it(desk, an):
    page = text_of(desk.get(LIST))
    assert page.count("Mẫu gốc") == len(texts.registered()) >= 8
    save(desk)
    page = text_of(desk.get(LIST))
    assert page.count("Đã sửa") == 1
    assert "Mở tài khoản cho {user}" in page
    assert "Lê Văn An" in page


def test_the_list_asks_nothing_row_by_row(desk, an):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIST)
        return len(captured)

    save(desk)
    queries()  # what every page's frame prints is cached from now on
    one = queries()
    for text in texts.registered()[:3]:
        if text.code != "set_password":
            TextOverride.objects.create(code=text.code, subject="x", greeting="x", body="x", updated_by=an)
    assert queries() == one


def test_the_page_explains_the_placeholders_and_shows_a_real_letter(desk, binh):
    page = text_of(desk.get(PAGE))
    assert "<code>{until}</code>" in page
    assert "Giờ, ngày đường dẫn hết hạn" in page
    assert "Kính gửi: {user}," in page  # in the field
    assert "Kính gửi: Nguyễn Thị Bình," in page  # in the preview's text
    assert "Kính gửi: Nguyễn Thị Bình," in preview_of(desk, page)


def test_a_preview_on_the_latest_conference(desk, nomination, an, binh):
    make_delegate(nomination)
    type(nomination).objects.update(invited_at=timezone.now())
    make_issued(nomination.conference.letterhead, an)
    for text in texts.registered():
        values, _ = text.sample(text.code)
        assert text.placeholders.keys() <= values.keys(), text.code
        page = text_of(desk.get(reverse("letter-text", args=[text.code])))
        assert "mail-frame" in page, text.code
        assert "{link}" not in preview_of(desk, page)
    page = text_of(desk.get(reverse("letter-text", args=["invitation"])))
    assert nomination.conference.title in preview_of(desk, page)


def test_without_a_conference_the_page_says_what_is_missing(desk, world):
    page = text_of(desk.get(reverse("letter-text", args=["invitation"])))
    assert "Chưa có dữ liệu để xem trước" in page
    assert "<iframe" not in page


def test_unknown_texts_and_previews_are_404(desk):
    assert desk.get(reverse("letter-text", args=["khong-co"])).status_code == 404
    assert desk.get(reverse("letter-text-restore", args=["khong-co"])).status_code == 404
    assert desk.get(reverse("letter-preview", args=["a" * 64])).status_code == 404


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_preview_keeps_what_was_typed_and_stores_nothing(desk):
    page = text_of(desk.post(PAGE, TYPED | {"do": "preview"}))
    assert 'value="Mở tài khoản cho {user}"' in page
    assert "Đoạn &lt;b&gt;một&lt;/b&gt;." in page
    assert "Tiêu đề: <b>Mở tài khoản cho Lê Văn An</b>" in page
    html = preview_of(desk, page)
    assert "Thưa Lê Văn An," in html
    assert "Đoạn &lt;b&gt;một&lt;/b&gt;." in html  # words, never markup
    assert "•••" in html
    assert not TextOverride.objects.exists()
    assert not AuditEntry.objects.filter(action="text.save").exists()


def test_the_preview_frame_runs_nothing(desk):
    page = text_of(desk.get(PAGE))
    assert re.search(r"<iframe[^>]* sandbox>", page)
    answer = desk.get(re.search(r'<iframe[^>]* src="([^"]+)"', page)[1])
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"


def test_saved_words_go_into_the_next_letter_and_the_audit_trail(desk, an, binh):
    old = invite_account(user=binh, actor=an, at=timezone.now())
    assert save(desk).url == PAGE
    new = invite_account(user=binh, actor=an, at=timezone.now() + dt.timedelta(minutes=9))
    assert new.subject == "Mở tài khoản cho Nguyễn Thị Bình"
    assert "Đoạn <b>một</b>." in new.text
    assert "Đoạn &lt;b&gt;một&lt;/b&gt;." in new.html
    assert new.parts["paragraphs"][0] == "Đoạn <b>một</b>."
    assert Message.objects.get(pk=old.pk).subject == "Đặt mật khẩu tài khoản Cổng hội nghị"
    entry = AuditEntry.objects.get(action="text.save")
    assert entry.actor_id == an.pk
    assert entry.changes["subject"] == ["Đặt mật khẩu tài khoản Cổng hội nghị", "Mở tài khoản cho {user}"]
    assert name_of(entry.action) == "Sửa mẫu thư"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subject": ""}, "Nhập tiêu đề của thư."),
        ({"body": " "}, "Nhập nội dung của thư."),
        ({"subject": "x" * 301}, "300"),
        ({"body": "{user.password}"}, "Không có chỗ điền {user.password} trong thư này."),
        ({"greeting": "Thưa {uesr}"}, "Có phải là {user}?"),
        ({"link_label": "Mở {"}, "không có dấu } đi cùng"),
    ],
)
@pytest.mark.parametrize("do", ["save", "preview"])
def test_bad_words_are_explained_at_their_field_and_kept(desk, changes, message, do):
    page = text_of(desk.post(PAGE, TYPED | changes | {"do": do}))
    assert message in page
    assert 'id="id_' in page
    assert "Thưa {" in page
    assert "<iframe" not in page
    assert not TextOverride.objects.exists()


def test_a_required_placeholder_is_missed_by_name(desk, nomination):
    url = reverse("letter-text", args=["nomination_extended"])
    page = text_of(desk.post(url, TYPED | {"subject": "a", "greeting": "b", "body": "c", "do": "save"}))
    assert "Thiếu {until} (hạn mới, giờ và ngày (giờ Hà Nội))." in page


def test_a_colleagues_words_are_never_overwritten_unseen(desk, an):
    save(desk)
    answer = save(desk, subject="Của tôi")  # opened before the first was saved
    page = text_of(answer)
    assert answer.status_code == 409
    assert "đã được người khác sửa" in page
    assert 'value="Của tôi"' in page
    assert "Mở tài khoản cho {user}" in page  # theirs
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    assert save(desk, subject="Của tôi", version=version).status_code == 302
    assert TextOverride.objects.get().subject == "Của tôi"


def test_words_that_no_longer_fit_are_said_to_be_so(desk, an):
    TextOverride.objects.create(code="set_password", subject="{gone}", greeting="x", body="x")
    page = text_of(desk.get(PAGE))
    assert "Bản đã sửa không dùng được nữa" in page
    assert "<iframe" not in page


# ── back to the file ────────────────────────────────────────────────────────────────────────────────


def test_going_back_to_the_file_is_asked_done_and_audited(desk, an):
    save(desk)
    page = text_of(desk.get(RESTORE))
    assert "Mở tài khoản cho {user}" in page
    assert TextOverride.objects.exists()  # asking changes nothing
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    assert desk.post(RESTORE, {"version": version}).url == PAGE
    assert not TextOverride.objects.exists()
    entry = AuditEntry.objects.get(action="text.restore")
    assert entry.changes["subject"][0] == "Mở tài khoản cho {user}"


def test_words_changed_meanwhile_are_not_thrown_away(desk, an):
    save(desk)
    answer = desk.post(RESTORE, {"version": "cũ"})
    assert answer.status_code == 409
    assert "đã được người khác sửa" in text_of(answer)
    assert TextOverride.objects.exists()


def test_two_first_saves_make_one_text(an):
    wording = Wording("a {user}", "b", "c")
    texts.save_wording(code="set_password", wording=wording, version="", actor=an)
    with pytest.raises(texts.ChangedMeanwhile):
        texts.save_wording(code="set_password", wording=wording, version="", actor=an)


def test_the_service_refuses_what_the_page_would(an):
    with pytest.raises(ValueError, match="gone"):
        texts.save_wording(code="set_password", wording=Wording("{gone}", "", ""), version="", actor=an)

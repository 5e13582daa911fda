"""The notice on processing personal data: numbered, safe, and never changed once people were shown it."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from directory import notices
from directory.models import AuditEntry, PrivacyNotice

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 6, 1)


def make_notice(number: int, text: str = "Chữ", valid_from: dt.date = dt.date(2026, 1, 1)) -> PrivacyNotice:
    return PrivacyNotice.objects.create(number=number, text=text, valid_from=valid_from)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=timezone.get_current_timezone())


def test_the_newest_that_has_begun_counts():
    make_notice(1)
    make_notice(2, valid_from=TODAY)
    make_notice(3, valid_from=TODAY + dt.timedelta(days=1))
    assert notices.current(noon(TODAY)).number == 2
    assert notices.current(noon(TODAY - dt.timedelta(days=1))).number == 1
    assert notices.current(noon(dt.date(2025, 12, 31))) is None


def test_the_file_is_loaded_once_and_a_changed_text_needs_a_new_number(tmp_path):
    call_command("load_privacy_notice", verbosity=0)
    call_command("load_privacy_notice", verbosity=0)
    loaded = PrivacyNotice.objects.order_by("number").values_list("number", "valid_from")
    assert list(loaded) == [(1, dt.date(2026, 1, 1)), (2, dt.date(2026, 11, 29))]
    notice = PrivacyNotice.objects.get(number=1)
    assert notice.text.startswith("Cổng chỉ thu thập")
    assert AuditEntry.objects.filter(action="notice.publish").count() == 2

    other = tmp_path / "other.md"
    other.write_text("---\nnumber: 1\nvalid_from: 2026-01-01\n---\nChữ khác\n", encoding="utf-8")
    with pytest.raises(CommandError, match="đặt số mới"):
        call_command("load_privacy_notice", file=other)
    notice.refresh_from_db()
    assert notice.text.startswith("Cổng chỉ thu thập")


def test_a_text_can_not_bring_html_into_the_page():
    notice = make_notice(
        1, "## Mục\n\n<script>alert(1)</script> [x](javascript:alert(1)) <b onclick=x>\n\n- một"
    )
    html = notices.rendered(notice)
    assert "<h2>Mục</h2>" in html
    assert "<li>một</li>" in html
    assert "<script" not in html
    assert "<a" not in html
    assert "<b" not in html


def test_page_shows_the_current_and_the_earlier_one(client):
    make_notice(1, "Bản cũ")
    make_notice(2, "Bản nay", timezone.localdate())
    make_notice(3, "Bản sau", timezone.localdate() + dt.timedelta(days=2))
    now = client.get(reverse("privacy")).content.decode()
    assert "Thông báo số 2" in now
    assert "Bản nay" in now
    assert "đã được thay" not in now
    old = client.get(reverse("privacy-version", args=[1])).content.decode()
    assert "Bản cũ" in old
    assert "đã được thay" in old
    assert client.get(reverse("privacy-version", args=[3])).status_code == 404
    assert client.get(reverse("privacy-version", args=[9])).status_code == 404


def test_page_without_a_notice_says_whom_to_ask(client, settings):
    settings.DATA_PROTECTION_CONTACT = "Trần Văn Bảo, 024 2221 0000"
    page = client.get(reverse("privacy")).content.decode()
    assert "Chưa có thông báo" in page
    assert "Trần Văn Bảo" in page


def test_staff_add_the_next_one_and_can_not_touch_one_that_counts(client, an):
    make_notice(1)
    client.force_login(an)
    add = reverse("admin:directory_privacynotice_add")
    refused = client.post(add, {"valid_from": "01/01/2026", "text": "Chữ mới"})
    assert "không đổi được nữa" in refused.content.decode()
    later = timezone.localdate() + dt.timedelta(days=3)
    assert client.post(add, {"valid_from": f"{later:%d/%m/%Y}", "text": "Chữ mới"}).status_code == 302
    assert PrivacyNotice.objects.get(number=2).text == "Chữ mới"
    change = reverse("admin:directory_privacynotice_change", args=[PrivacyNotice.objects.get(number=1).pk])
    assert client.post(change, {"valid_from": f"{later:%d/%m/%Y}", "text": "Đổi"}).status_code in (403, 404)
    assert PrivacyNotice.objects.get(number=1).text == "Chữ"

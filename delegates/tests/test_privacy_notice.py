"""The notice goes with the nomination: shown, kept with each version, and named in letters."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.agenda_pdf import agenda_pdf
from correspondence.models import Message
from delegates.tests.inviting import invite
from delegates.tests.lists import full_list, submit_and_follow
from directory.models import PrivacyNotice
from hoinghi.tests.cast import publish_agenda

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    return PrivacyNotice.objects.create(number=4, text="Chữ", valid_from=dt.date(2026, 1, 1))


def submit(nomination, binh):
    return submit_and_follow(
        nomination=nomination, rows=full_list(), version=nomination.version, actor=binh, at=timezone.now()
    )


def test_a_version_keeps_which_notice_was_shown(notice, nomination, binh, client):
    client.force_login(binh)
    page = client.get(reverse("nomination", args=[nomination.pk])).content.decode()
    assert f'<a href="/du-lieu-ca-nhan/4/">{notice}</a>' in page
    assert submit(nomination, binh).privacy_notice == notice
    PrivacyNotice.objects.create(number=5, text="Sau", valid_from=timezone.localdate())
    history = client.get(reverse("nomination-history", args=[nomination.pk])).content.decode()
    assert "/du-lieu-ca-nhan/4/" in history
    assert "/du-lieu-ca-nhan/5/" not in history


def test_letters_name_the_notice_by_its_number(notice, nomination, binh, settings):
    submit(nomination, binh)
    letter = Message.objects.filter(kind="delegate").first()
    address = f"{settings.PUBLIC_URL}/du-lieu-ca-nhan/4/"
    assert f"Thông báo xử lý dữ liệu cá nhân số 4: {address}" in letter.text
    assert f'<a href="{address}">' in letter.html


def test_own_page_of_a_delegate_links_it(notice, client, em):
    page = client.get(reverse("delegate-page", args=[em.token])).content.decode()
    assert "/du-lieu-ca-nhan/4/" in page


def test_without_a_notice_nothing_breaks(nomination, binh):
    assert submit(nomination, binh).privacy_notice is None
    assert "Thông báo xử lý" not in Message.objects.filter(kind="delegate").first().text


def test_without_a_notice_the_own_page_links_where_to_ask(client, em):
    page = client.get(reverse("delegate-page", args=[em.token])).content.decode()
    assert 'href="/du-lieu-ca-nhan/"' in page


def test_whoever_is_invited_is_told_that_there_may_be_a_recording(conference, nomination, binh, an):
    """Luật 91/2025/QH15, Điều 32.2: in the letters and on the agenda of conferences since then."""
    at = timezone.now()
    submit(nomination, binh)
    invite(conference=conference, actor=an, at=at)
    for kind in ("delegate", "invitation"):
        assert "Ghi âm, ghi hình: có thể có" in Message.objects.filter(kind=kind).first().text, kind
    publish_agenda(conference)
    assert "Có thể có ghi âm, ghi hình" in words(agenda_pdf(conference))
    conference.start_at = dt.datetime(2021, 7, 2, tzinfo=dt.UTC)
    assert "ghi âm" not in words(agenda_pdf(conference, draft=True))


def words(pdf: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)

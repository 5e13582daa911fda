"""The delegate's page behind the personal link."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, Material, MaterialVersion
from correspondence.models import Message
from delegates.models import Delegate
from directory import links
from directory.models import AuditEntry, PersonalLink


@pytest.fixture
def url(em):
    return reverse("delegate-page", args=[em.token])


def add_material(conference, title: str, visibility: str) -> MaterialVersion:
    material = Material.objects.create(conference=conference, title=title, visibility=visibility)
    version = MaterialVersion(
        material=material,
        number=1,
        file_name=f"{title}.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    version.file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    return version


def test_the_page_tells_time_place_and_what_to_read(client, em, url, conference):
    shown = add_material(conference, "Báo cáo", Material.Visibility.INVITED)
    add_material(conference, "Bản nội bộ", Material.Visibility.INTERNAL)
    text = client.get(url).content.decode()
    assert "Trần Thị Em" in text
    assert conference.title in text
    assert reverse("delegate-material", args=[em.token, shown.pk]) in text
    assert "Bản nội bộ" not in text


def test_the_address_is_kept_secret(client, url):
    page = client.get(url)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert "noindex" in page.headers["X-Robots-Tag"]


@pytest.mark.parametrize("token", ["1-", "x", "999999-abc", "1-" + "0" * 40, "²-x", "9" * 30 + "-x"])
def test_a_made_up_link_finds_nothing(client, db, token):
    assert client.get(reverse("delegate-page", args=[token])).status_code == 404


def test_confirming_once_and_again(client, em, url):
    for _ in range(2):
        assert client.post(url, {"do": "yes"}).status_code == 302
    em.delegate.refresh_from_db()
    assert em.delegate.answer == Delegate.Answer.CONFIRMED
    assert "Xác nhận" in client.get(url).content.decode()
    assert AuditEntry.objects.filter(action="delegate.answer").exists()


def test_declining_needs_a_reason_and_tells_the_focal_point(client, em, url):
    assert "Nhập lý do" in client.post(url, {"do": "no"}).content.decode()
    client.post(url, {"do": "no", "reason": "Đi công tác"})
    em.delegate.refresh_from_db()
    assert (em.delegate.answer, em.delegate.answer_reason) == (Delegate.Answer.DECLINED, "Đi công tác")
    told = Message.objects.get(kind="delegate_declined")
    assert (told.address, "Đi công tác" in told.text) == ("sct-dak-lak@gov.example", True)


def test_after_the_start_no_answer_is_taken(client, em, url):
    start = timezone.now() - dt.timedelta(hours=1)
    Conference.objects.update(start_at=start, nomination_deadline=start - dt.timedelta(days=1))
    page = client.post(url, {"do": "yes"})
    assert page.status_code == 409
    em.delegate.refresh_from_db()
    assert em.delegate.answer == Delegate.Answer.NONE


def test_downloading_a_paper(client, em, conference):
    version = add_material(conference, "Báo cáo đánh giá", Material.Visibility.INVITED)
    answer = client.get(reverse("delegate-material", args=[em.token, version.pk]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert "filename*=UTF-8''B%C3%A1o%20c%C3%A1o" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("visibility", [Material.Visibility.INTERNAL])
def test_an_internal_paper_does_not_exist_for_delegates(client, em, conference, visibility):
    version = add_material(conference, "Nội bộ", visibility)
    assert client.get(reverse("delegate-material", args=[em.token, version.pk])).status_code == 404


def test_the_calendar_file(client, em):
    answer = client.get(reverse("delegate-calendar", args=[em.token]))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in answer.content


@pytest.mark.parametrize("name", ["delegate-page", "delegate-calendar"])
def test_an_expired_link_offers_a_new_one(client, em, name):
    PersonalLink.objects.update(expires_at=timezone.now())
    page = client.get(reverse(name, args=[em.token]))
    assert page.status_code == 410
    assert reverse("delegate-new-link", args=[em.token]) in page.content.decode()
    assert "Trần Thị Em" not in page.content.decode()


def test_a_new_link_goes_to_the_same_address_once(client, em):
    PersonalLink.objects.update(expires_at=timezone.now())
    address = reverse("delegate-new-link", args=[em.token])
    answers = [client.post(address) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    message = Message.objects.get()
    assert message.address == em.delegate.email
    page = client.get(links.path_of(message.link))
    assert "Trần Thị Em" in page.content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"state": Delegate.State.REPLACED}, {"state": Delegate.State.WITHDRAWN}, {"email": "khac@x.example"}],
)
def test_nobody_else_gets_a_new_link_and_the_answer_does_not_tell(client, em, changes):
    PersonalLink.objects.update(revoked_at=timezone.now())
    Delegate.objects.filter(pk=em.delegate.pk).update(**changes)
    assert client.post(reverse("delegate-new-link", args=[em.token])).status_code == 200
    assert not Message.objects.exists()

"""The QR of a badge: it says whether the badge counts, and to nobody but staff whose it is."""

import unicodedata

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from delegates import checking, services
from delegates.models import Delegate
from delegates.tests.lists import full_list, person
from delegates.tests.test_replacing import NEW, named


@pytest.fixture
def listed(nomination, binh):
    rows = [*full_list(), person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Dự Bị", reserve=True)]
    services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=timezone.now())
    nomination.refresh_from_db()
    return nomination


def page(client, delegate: Delegate) -> str:
    answer = client.get(reverse("verify-delegate", args=[checking.code_of(delegate)]))
    assert answer.status_code == 200
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_a_badge_follows_its_delegate(client, listed, binh):
    one, two, reserve = named("Lê Văn Một"), named("Hồ Thị Hai"), named("Dự Bị")
    assert "Thẻ có giá trị" in page(client, one)
    assert "Đại biểu dự phòng" in page(client, reserve)
    now = timezone.now()
    new = services.replace(delegate=one, person=NEW, reason="x", actor=binh, at=now)
    services.withdraw_delegate(delegate=two, reason="x", actor=binh, at=now)
    assert "Đại biểu đã được thay thế" in page(client, one)
    assert "Thẻ có giá trị" in page(client, new)
    assert "Đại biểu đã rút" in page(client, two)
    Conference.objects.update(state=Conference.State.CANCELLED)
    assert "Hội nghị đã hủy" in page(client, new)


def test_a_code_may_be_typed_as_the_badge_prints_it(listed):
    delegate = named("Lê Văn Một")
    printed = checking.typed_code_of(delegate.pk)
    for typed in (printed, printed.upper(), printed.replace(" ", ""), f" {printed}\n"):
        assert checking.delegate_by(checking.code_in(typed)) == delegate
    assert checking.code_in(checking.address_of(delegate) + "/\n") == checking.code_of(delegate)


@pytest.mark.parametrize(
    ("signature", "typed"),
    [
        ("aa1ee2dd3af4eef5", "Â1 ê2Đ3 à4 ề5"),  # Telex
        ("a1e6d9a8b2e2aaff", "áêđă b2èaaff"),  # VNI
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_a_vietnamese_keyboard_makes_of_a_code_is_undone(listed, monkeypatch, signature, typed, form):
    delegate = named("Lê Văn Một")
    monkeypatch.setattr(checking, "_signature", lambda pk: signature)
    code = checking.code_in(unicodedata.normalize(form, f"{delegate.pk}-{typed}"))
    assert checking.delegate_by(code) == delegate
    assert checking.delegate_by(checking.code_in(f"{delegate.pk}-{typed}0")) is None


@pytest.mark.parametrize("who", ["binh", "cuc", "dung", None])
def test_the_public_reads_no_personal_data(client, listed, request, who):
    delegate = named("Lê Văn Một")
    if who:
        client.force_login(request.getfixturevalue(who))
    text = page(client, delegate)
    personal = (delegate.full_name, delegate.phone, delegate.email, delegate.job_title, delegate.seat.name)
    assert not [each for each in personal if each in text]


def test_staff_read_name_and_organisation_only(client, listed, an):
    client.force_login(an)
    delegate = named("Lê Văn Một")
    text = page(client, delegate)
    assert "Lê Văn Một" in text
    assert delegate.seat.name in text
    assert delegate.phone not in text
    assert delegate.email not in text


def test_nobody_makes_up_a_code(client, listed):
    one, two = named("Lê Văn Một"), named("Hồ Thị Hai")
    signature = checking.code_of(one).partition("-")[2]
    for code in (f"{two.pk}-{signature}", f"{one.pk}-", "1-x", "²-x", "x", f"{'9' * 30}-x"):
        page = client.get(reverse("verify-delegate", args=[code]))
        assert page.status_code == 404
        assert "Không phải thẻ của Cổng" in page.content.decode()


def test_the_address_is_the_portals(listed, settings):
    delegate = named("Lê Văn Một")
    assert checking.address_of(delegate).startswith(f"{settings.PUBLIC_URL}/xac-minh/dai-bieu/{delegate.pk}-")

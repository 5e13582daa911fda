"""The pages about dates, roles, questions and reserves in a real browser: accessible, on a phone as well."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import GroupRole, Question
from delegates import letters, services
from delegates.models import Delegate
from delegates.tests.lists import full_list, person
from directory import links
from hoinghi.tests.browser import problems, sign_in
from hoinghi.text import format_moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 390)


@pytest.fixture
def asking(nomination):
    """A list whose department sends two roles and answers two questions."""
    so = nomination.conference.groups.get(code="so")
    GroupRole.objects.create(group=so, position=1, name="lãnh đạo Sở", max_persons=1)
    GroupRole.objects.create(group=so, position=2, name="chuyên viên", min_persons=0, max_persons=2)
    Question.objects.create(conference=nomination.conference, text="Đăng ký phát biểu tham luận")
    meal = Question.objects.create(
        conference=nomination.conference,
        text="Suất ăn trưa",
        kind=Question.Kind.CHOICE,
        choices="Thường\nChay",
    )
    meal.groups.add(so)
    return nomination


@pytest.fixture
def sent(asking, binh):
    """Sent in full, with a commune in reserve; one delegate can't come."""
    rows = full_list()
    rows[0]["role"] = "lãnh đạo Sở"
    rows.append(person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 3", full_name="Người Dự Bị", reserve=True))
    services.submit(nomination=asking, rows=rows, version=0, actor=binh, at=timezone.now())
    Delegate.objects.filter(full_name="Lê Văn Một").update(answer="declined", answer_reason="Đi công tác")
    asking.refresh_from_db()
    return asking


def look(page, address: str) -> None:
    """Open the page at every width; axe and the screen must be content."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address, wait_until="networkidle")
        assert problems(page) == [], (address, width)


def test_a_late_list_asks_for_time_and_staff_grant_it(
    page, live_server, client, asking, binh, an, complaints
):
    sign_in(page, live_server, client, binh)
    address = live_server.url + reverse("nomination", args=[asking.pk])
    page.goto(address)
    page.get_by_label("Họ và tên").first.fill("Nguyễn Văn Tám")
    asking.conference.nomination_deadline = timezone.now()
    asking.conference.save()
    page.get_by_role("button", name="Gửi danh sách").click()
    assert "Đã hết hạn gửi" in page.content()
    complaints.clear()  # Chromium calls the 409 an error
    assert problems(page) == []
    page.get_by_label("Xin gia hạn đến").fill(format_moment(timezone.now() + dt.timedelta(hours=3)))
    page.get_by_label("Lý do").first.fill("Chờ ý kiến lãnh đạo")
    page.get_by_role("button", name="Gửi đề nghị gia hạn").click()
    assert page.get_by_label("Họ và tên").first.input_value() == "Nguyễn Văn Tám"
    look(page, address)
    sign_in(page, live_server, client, an)
    look(page, live_server.url + reverse("nomination-review", args=[asking.conference.slug, asking.pk]))
    page.get_by_role("button", name="Gia hạn", exact=True).first.click()
    assert "Đã gia hạn cho tỉnh Đắk Lắk" in page.content()
    assert complaints == []


def test_somebody_withdraws_and_the_reserve_moves_up(page, live_server, client, sent, binh, an, complaints):
    sign_in(page, live_server, client, binh)
    address = live_server.url + reverse("nomination", args=[sent.pk])
    look(page, address)
    page.get_by_role("link", name="Rút Lê Văn Một khỏi danh sách").click()
    assert problems(page) == []
    page.get_by_label("Lý do").fill("Đi công tác")
    page.get_by_role("button", name="Rút khỏi danh sách").click()
    page.get_by_role("button", name="Đưa lên chính thức").click()
    assert "Đã đưa Người Dự Bị lên danh sách chính thức" in page.content()
    look(page, live_server.url + reverse("nomination-history", args=[sent.pk]))
    sign_in(page, live_server, client, an)
    cockpit = live_server.url + reverse("cockpit", args=[sent.conference.slug])
    look(page, f"{cockpit}?trang_thai=submitted&chon=1")
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    assert problems(page) == []
    page.get_by_role("button", name="Tiếp nhận 1 danh sách").click()
    assert "Đã tiếp nhận 1 danh sách" in page.content()
    assert complaints == []


def test_a_delegate_answers_and_staff_count(page, live_server, client, sent, an, complaints):
    delegate = Delegate.objects.select_related("seat__nomination__conference").get(full_name="Trần Thị Bốn")
    token = links.token_of(letters.delegate_link(delegate, timezone.now()))
    look(page, live_server.url + reverse("delegate-page", args=[token]))
    page.get_by_role("link", name="Trả lời hoặc sửa").click()
    look(page, page.url)
    page.get_by_label("Suất ăn trưa").select_option("Chay")
    page.get_by_role("button", name="Ghi câu trả lời").click()
    sign_in(page, live_server, client, an)
    counts = live_server.url + reverse("cockpit-questions", args=[sent.conference.slug])
    meal = Question.objects.get(text="Suất ăn trưa")
    look(page, f"{counts}?cau={meal.pk}")
    assert "Trần Thị Bốn" in page.content()
    assert complaints == []

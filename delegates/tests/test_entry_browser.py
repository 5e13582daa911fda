"""A focal point's work in Chromium: with and without scripts, on a desk and on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from delegates.models import Nomination
from hoinghi.tests.browser import problems, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def url(nomination, live_server):
    return live_server.url + reverse("nomination", args=[nomination.pk])


def fill(page, row: int, **values) -> None:
    for field, value in values.items():
        page.locator(f"#id_r{row}-{field}").fill(value)


PEOPLE = {
    2: {"full_name": "Lê Văn Một", "job_title": "Chủ tịch", "phone": "0912345671"},
    3: {
        "organisation": "Công ty CP Hạ tầng A",
        "full_name": "Vũ Văn Ba",
        "job_title": "Giám đốc",
        "phone": "0912345672",
    },
    4: {
        "organisation": "Công ty CP Hạ tầng B",
        "full_name": "Hồ Thị Hai",
        "job_title": "Phó Giám đốc",
        "phone": "024 2221 8288",
    },
}


@pytest.mark.parametrize("width", [1280, 390])
def test_a_whole_list_with_scripts_and_keys_alone(
    width, url, nomination, live_server, page, complaints, client, binh
):
    sign_in(page, live_server, client, binh)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    assert problems(page) == []
    # The commune is searched by typing without diacritics and picked with the keys.
    picker = page.get_by_role("combobox", name="Cơ quan, đơn vị").nth(2)
    picker.focus()
    page.keyboard.type("dak lak 2")
    option = page.get_by_role("option", name="Ủy ban nhân dân xã Đắk Lắk 2")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert problems(page) == []
    page.keyboard.press("Enter")
    expect(picker).to_have_value("Ủy ban nhân dân xã Đắk Lắk 2")
    expect(option).to_be_hidden()
    fill(page, 2, **PEOPLE[2])
    page.keyboard.press("Tab")
    # The quota is counted again without leaving the page.
    expect(page.locator("#chi-tieu-ubnd-xa")).to_contain_text("Đã chọn 1/2")
    fill(page, 3, **PEOPLE[3])
    page.locator("#them-chu-dau-tu").press("Enter")
    expect(page.locator("#id_r4-organisation")).to_be_focused()
    expect(page.locator("#da-lam")).to_contain_text("Đã thêm đại biểu 5")
    fill(page, 4, **PEOPLE[4])
    expect(page.locator("#id_r3-full_name")).to_have_value("Vũ Văn Ba")
    page.locator("#them-chu-dau-tu").press("Enter")
    expect(page.locator("#id_r5-organisation")).to_be_focused()
    page.locator("#bo-r5").press("Enter")
    expect(page.locator("#r5")).to_have_count(0)
    expect(page.locator("#bo-r4")).to_be_focused()
    expect(page.locator("#chi-tieu-chu-dau-tu")).to_contain_text("Đã chọn 2/2")
    assert problems(page) == []
    nomination.refresh_from_db()
    assert nomination.state == Nomination.State.OPEN
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phiếu tiếp nhận")
    nomination.refresh_from_db()
    assert [row["full_name"] for row in nomination.draft] == ["Lê Văn Một", "Vũ Văn Ba", "Hồ Thị Hai"]
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_whole_list_without_scripts(width, url, nomination, live_server, browser, client, binh):
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, live_server, client, binh)
    page.goto(url)
    fill(page, 2, organisation="dak lak 2", **PEOPLE[2])
    fill(page, 3, **PEOPLE[3])
    page.locator("#them-chu-dau-tu").click()
    fill(page, 4, **PEOPLE[4])
    page.locator("#them-ubnd-xa").click()
    page.locator("#bo-r5").click()
    expect(page.locator("#id_r4-full_name")).to_have_value("Hồ Thị Hai")
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phiếu tiếp nhận")
    nomination.refresh_from_db()
    assert nomination.draft[0]["organisation"] == "Ủy ban nhân dân xã Đắk Lắk 2"
    context.close()


def test_after_the_session_ended_nothing_typed_is_lost(url, live_server, page, client, binh):
    sign_in(page, live_server, client, binh)
    page.goto(url)
    fill(page, 3, **PEOPLE[3])
    page.context.clear_cookies()
    page.locator("#them-chu-dau-tu").click()
    expect(page.locator("#chua-lam")).to_be_visible()
    expect(page.locator("#id_r3-full_name")).to_have_value("Vũ Văn Ba")

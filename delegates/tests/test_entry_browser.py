"""A focal point's work in Chromium: with and without scripts, on a desk and on a phone."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from delegates import services
from delegates.models import Delegate, Nomination
from delegates.tests.lists import full_list
from delegates.tests.test_reuse import earlier_list
from delegates.tests.workbooks import FIRST, put, saved, someone
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
    page.locator("#them-ubnd-xa").press("Enter")
    expect(page.locator("#id_r5-organisation")).to_be_focused()
    page.keyboard.type("dak lak 3")
    third = page.get_by_role("option", name="Ủy ban nhân dân xã Đắk Lắk 3")
    expect(third).to_be_visible()
    page.keyboard.press("Escape")
    expect(third).to_be_hidden()
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


@pytest.fixture
def desk(request, browser):
    """A page with or without scripts, as wide as asked: ``request.param`` is (scripts, width)."""
    scripts, width = request.param
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": width, "height": 900}, accept_downloads=True
    )
    yield context.new_page()
    context.close()


SIXTY = [
    *(someone(**{"Họ và tên": f"Nguyễn Văn {n}", "Email": f"n{n}@daklak.example"}) for n in range(57)),
    someone(**{"Nhóm": "Ủy ban nhân dân cấp xã", "Cơ quan, đơn vị": "dak lak 1", "Họ và tên": "Lê Văn Một"}),
    someone(
        **{
            "Nhóm": "Ủy ban nhân dân cấp xã",
            "Cơ quan, đơn vị": "UBND xã Đắk Lắk 2",
            "Họ và tên": "Hồ Thị Hai",
        }
    ),
    someone(**{"Nhóm": "chủ đầu tư hạ tầng CCN", "Cơ quan, đơn vị": "Công ty A", "Họ và tên": "Vũ Văn Ba"}),
]
# Index of the person, column, what is wrong there.
MISTAKES = [
    (3, "Điện thoại", "0912 34"),
    (11, "Họ và tên", None),
    (24, "Chức vụ", '=CONCATENATE("Giám"," đốc")'),
    (40, "Nhóm", "Đoàn đại biểu"),
    (58, "Email", "hai@daklak"),
]


@pytest.mark.parametrize("desk", [(True, 1280), (False, 390)], indirect=True, ids=["scripts", "no scripts"])
def test_sixty_people_from_a_workbook_with_five_mistakes(desk, url, nomination, live_server, client, binh):
    import openpyxl

    page = desk
    sign_in(page, live_server, client, binh)
    page.goto(url)
    page.get_by_text("Tải lên danh sách từ tệp Excel").click()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Tải mẫu về").click()
    book = openpyxl.load_workbook(BytesIO(downloaded.value.path().read_bytes()))
    put(book, *SIXTY)
    for index, column, wrong in MISTAKES:
        put(book, {column: wrong}, first=FIRST + index)
    for mended, (index, column, _) in enumerate(MISTAKES):
        send_file(page, book)
        rows = page.locator("#bang-loi tbody tr")
        expect(rows).to_have_count(len(MISTAKES) - mended)
        expect(rows.first).to_contain_text(str(FIRST + index))
        expect(rows.first).to_contain_text(column)
        assert page.locator(".person").count() < 10
        put(book, {column: SIXTY[index][column]}, first=FIRST + index)
    send_file(page, book)
    expect(page.get_by_text("Đã thêm 60 người")).to_have_count(2)
    expect(page.locator("#chi-tieu-ubnd-xa")).to_contain_text("Đã chọn 2/2")
    nomination.refresh_from_db()
    assert nomination.state == Nomination.State.OPEN
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phiếu tiếp nhận")
    nomination.refresh_from_db()
    assert nomination.state == Nomination.State.SUBMITTED
    assert len(nomination.draft) == 60
    assert nomination.draft[58]["organisation"] == "Ủy ban nhân dân xã Đắk Lắk 2"


def send_file(page, book) -> None:
    details = page.locator("details", has_text="Tải lên danh sách từ tệp Excel")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    page.get_by_label("Tệp danh sách đã điền").set_input_files(
        {"name": "Danh sách Đắk Lắk.xlsx", "mimeType": "application/octet-stream", "buffer": saved(book)}
    )
    page.get_by_role("button", name="Đọc tệp").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_error_table_and_the_tools_are_accessible(
    width, url, world, nomination, live_server, page, complaints, client, binh
):
    import openpyxl

    earlier_list(world, binh, weeks=9, rows=full_list())
    sign_in(page, live_server, client, binh)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    for summary in page.locator(".quick summary, .again summary").all():
        summary.click()
    assert problems(page) == []
    book = openpyxl.load_workbook(BytesIO(client.get(f"{url.removeprefix(live_server.url)}mau.xlsx").content))
    put(book, someone(**{"Họ và tên": None, "Điện thoại": "0912 34"}), someone(**{"Nhóm": "Đoàn tàu"}))
    send_file(page, book)
    expect(page.locator("#bang-loi")).to_be_focused()
    assert problems(page) == []
    page.get_by_text("Dán từ Excel").click()
    page.get_by_label("Các dòng chép từ Excel").fill("Đoàn tàu\tSở Công Thương\t\tNguyễn Văn Tám")
    page.get_by_role("button", name="Thêm vào danh sách").click()
    expect(page.locator("#bang-loi")).to_contain_text("Đoàn tàu")
    assert problems(page) == []
    assert complaints == []


@pytest.mark.parametrize("desk", [(True, 1280), (False, 390)], indirect=True, ids=["scripts", "no scripts"])
def test_sending_last_times_people_again_and_pasting_the_rest(
    desk, url, world, nomination, live_server, client, binh
):
    page = desk
    earlier_list(world, binh, weeks=9, rows=full_list())
    sign_in(page, live_server, client, binh)
    page.goto(url)
    again = page.locator("#lan-truoc-ubnd-xa")
    again.locator("summary").click()
    again.get_by_label("Hồ Thị Hai").check()
    again.get_by_role("button", name="Cử lại").click()
    expect(page.locator("#id_r2-full_name")).to_have_value("Hồ Thị Hai")
    expect(page.locator("#chi-tieu-ubnd-xa")).to_contain_text("Đã chọn 1/2")
    page.get_by_text("Dán từ Excel").click()
    page.get_by_label("Các dòng chép từ Excel").fill(
        "Họ tên\tĐơn vị\tChức vụ\tSĐT\nÔng Vũ Văn Ba\tCông ty CP A\tGiám đốc\t912345678"
    )
    page.get_by_label("Nhóm của các dòng không ghi nhóm").select_option("chu-dau-tu")
    page.get_by_role("button", name="Thêm vào danh sách").click()
    expect(page.locator("#id_r3-phone")).to_have_value("0912345678")
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phiếu tiếp nhận")
    nomination.refresh_from_db()
    assert [row["full_name"] for row in nomination.draft] == ["Hồ Thị Hai", "Vũ Văn Ba"]


@pytest.mark.parametrize("desk", [(True, 1280), (False, 390)], indirect=True, ids=["scripts", "no scripts"])
def test_somebody_typed_over_a_row_is_asked_about(desk, url, nomination, live_server, client, binh, request):
    page, has_scripts = desk, "no scripts" not in request.node.name
    services.submit(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    sign_in(page, live_server, client, binh)
    page.goto(url)
    who = page.get_by_label("Đây là ai?")
    expect(who).to_have_count(0)
    fill(page, 1, full_name="Đặng Thị Thay", email="thay@daklak.example")
    if has_scripts:
        page.keyboard.press("Tab")
    else:
        page.get_by_role("button", name="Gửi danh sách").click()
        page.get_by_role("link", name="đây là ai?").click()
    expect(who).to_be_visible()
    assert not has_scripts or problems(page) == []
    who.select_option("other")
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phiếu tiếp nhận")
    assert Delegate.objects.get(full_name="Đặng Thị Thay").replaces.full_name == "Lê Văn Một"

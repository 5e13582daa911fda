"""Drafts, opinions, conclusions and tasks in Chromium: a focal point on a phone, staff at a desk."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from conferences.models import OpinionSheet, PaperRequest, Task
from conferences.tests.concluding import conclude, give
from conferences.tests.drafting import make_draft, send
from conferences.tests.files import pdf
from hoinghi.tests.browser import problems, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_a_focal_point_gives_an_opinion_on_a_phone(
    conference, world, an, binh, live_server, page, complaints, client
):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so])
    sign_in(page, live_server, client, binh)
    page.set_viewport_size(PHONE)
    page.goto(live_server.url)
    page.get_by_role("link", name="Góp ý", exact=True).click()
    assert problems(page) == []
    page.get_by_role("link", name=draft.title).click()
    page.get_by_role("button", name="Góp ý Khoản 1 Điều 2").click()
    box = page.get_by_label("Góp ý Khoản 1 Điều 2")
    expect(box).to_be_in_viewport()  # the one that was asked for, without looking for it
    assert problems(page) == []
    box.fill("Bỏ cụm từ “không có dân cư sinh sống”")
    page.get_by_label("Ý kiến chung đối với cả dự thảo").fill("Nhất trí sự cần thiết ban hành")
    page.get_by_role("button", name="Gửi góp ý").click()
    page.get_by_text("Đã gửi góp ý.").wait_for()
    assert problems(page) == []
    sheet = OpinionSheet.objects.get()
    assert {opinion.text for opinion in sheet.opinions.all()} == {
        "Bỏ cụm từ “không có dân cư sinh sống”",
        "Nhất trí sự cần thiết ban hành",
    }
    assert complaints == []


def test_a_focal_point_reports_a_task_on_a_phone(
    conference, world, an, binh, live_server, page, complaints, client
):
    give(conclude(conference, an), an, world.dak_lak.so)
    sign_in(page, live_server, client, binh)
    page.set_viewport_size(PHONE)
    page.goto(live_server.url)
    page.get_by_role("link", name="Nhiệm vụ", exact=True).click()
    assert problems(page) == []
    page.get_by_role("link", name="Rà soát quy hoạch các cụm công nghiệp").click()
    page.get_by_role("button", name="Báo cáo đã hoàn thành").click()
    page.get_by_role("alert").filter(has_text="Ghi kết quả thực hiện").first.wait_for()
    page.get_by_label("Kết quả thực hiện").fill("Đã rà soát xong")
    page.get_by_role("button", name="Báo cáo đã hoàn thành").click()
    page.get_by_text("đơn vị tổ chức sẽ xem xét").wait_for()
    assert problems(page) == []
    assert Task.objects.get().state == Task.State.REPORTED
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_staffs_pages(width, conference, world, an, binh, live_server, page, complaints, client):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so], readers="public")
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Mở rộng phạm vi", "": "Nhất trí"})
    prepared = make_draft(conference, an, asking=False)
    conclusion = conclude(conference, an)
    (task,) = give(conclusion, an, world.dak_lak.so)
    sign_in(page, live_server, client, an)
    page.set_viewport_size({"width": width, "height": 900})
    slug = conference.slug
    paths = [
        conference.get_absolute_url(),
        draft.get_absolute_url(),
        reverse("drafts", args=[slug]),
        reverse("draft-new", args=[slug]),
        *(
            reverse(name, args=[slug, each.pk])
            for name in ("draft-desk", "draft-version", "draft-ask", "draft-opinions", "draft-publish")
            for each in (draft, prepared)
        ),
        reverse("conclusion-desk", args=[slug]),
        reverse("task-give", args=[slug, task.item_id]),
        reverse("task-desk"),
        task.get_absolute_url(),
    ]
    for path in paths:
        page.goto(live_server.url + path)
        assert problems(page) == [], path
        assert page.locator("h1").count() == 1, path
    page.goto(live_server.url + reverse("draft-version", args=[slug, prepared.pk]))
    page.get_by_label("Hoặc dán nội dung").fill("Điều 1. Một\n1. Ý thứ nhất\n2. Ý thứ hai")
    page.get_by_role("button", name="Chia điều, khoản").click()
    page.get_by_role("heading", name="Chia điều, khoản: bản 2").wait_for()
    assert problems(page) == []
    assert complaints == []


def test_staff_ask_for_a_paper_a_focal_point_sends_it_on_a_phone(
    conference, world, an, binh, nomination, live_server, page, complaints, client
):
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + reverse("paper-desk", args=[conference.slug]))
    assert problems(page) == []
    page.get_by_role("link", name="Yêu cầu đơn vị gửi tài liệu").click()
    page.get_by_label("Tên tài liệu").fill("Tham luận về hạ tầng")
    page.get_by_label("Hạn gửi").fill("16h30 ngày 28/6/2099")
    page.get_by_label("Tìm trong danh bạ cơ quan").fill("so cong thuong dak lak")
    page.get_by_label("Tìm trong danh bạ cơ quan").press("Enter")
    page.get_by_label(world.dak_lak.so.name).check()
    assert problems(page) == []
    page.get_by_role("button", name="Gửi yêu cầu").click()
    page.get_by_text("Đã yêu cầu 1 đơn vị").wait_for()

    page.context.clear_cookies()
    sign_in(page, live_server, client, binh)
    page.set_viewport_size(PHONE)
    page.goto(live_server.url)
    page.get_by_role("link", name="Gửi tài liệu", exact=True).click()
    assert problems(page) == []
    page.get_by_role("link", name="Tham luận về hạ tầng").click()
    page.get_by_role("button", name="Gửi tài liệu").click()
    page.get_by_role("alert").filter(has_text="Chọn tệp cần gửi").first.wait_for()
    name, content = "Tham luận Đắk Lắk.pdf", pdf().read()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="Gửi tài liệu").click()
    page.get_by_text("đơn vị tổ chức sẽ duyệt").wait_for()
    assert problems(page) == []

    page.context.clear_cookies()
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + PaperRequest.objects.get().get_absolute_url())
    assert problems(page) == []
    page.get_by_role("button", name="Duyệt, đưa vào tài liệu hội nghị").click()
    page.get_by_text("Đã duyệt và đưa vào tài liệu hội nghị").wait_for()
    assert conference.materials.get().versions.get().file_name == name
    assert complaints == []

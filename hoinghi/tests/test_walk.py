"""The whole job, once, as the cast does it: on the live twin, in a browser, over real SMTP and a real broker."""

import email
import io
import re
from email.policy import default

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from conferences.models import Conference
from delegates.demo.accounts import PASSWORD
from directory.models import Contact, User
from hoinghi.celery import app
from hoinghi.tests.browser import problems
from hoinghi.tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEPARTMENT = "sct-66-dak-lak-2025"


@pytest.fixture
def twin(db, settings):
    """The demo as bin/run loads it: the units, the seeds, the live twin and one account per role."""
    settings.DEMO = True
    settings.OUTBOX_ALLOWED_DOMAINS = ["example"]
    call_command("load_demo", verbosity=0)
    return Conference.objects.get(state=Conference.State.PLANNED)


@pytest.fixture
def worker(settings, live_server):
    """A real Celery worker on the real broker; letters carry the address of the live server."""
    settings.PUBLIC_URL = live_server.url
    with start_worker(app, pool="solo", perform_ping_check=False):
        yield


class Mailbox:
    """What the mail server received, found by recipient."""

    def __init__(self, server):
        self.server = server

    def latest(self, address: str, subject: str):
        found = [
            message
            for envelope in self.server.envelopes
            if address in envelope.rcpt_tos
            for message in [email.message_from_bytes(envelope.content, policy=default)]
            if subject in message["Subject"]
        ]
        return found[-1] if found else None

    def wait(self, address: str, subject: str):
        return wait_until(lambda: self.latest(address, subject), seconds=60)


def link_in(message) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(r"https?://\S+", text).group()


def check_page(page) -> None:
    """The page is no error page, has one h1, breaks no rule that axe knows and fits its window."""
    assert page.locator(".notfound__code").count() == 0, page.content()
    assert page.locator("h1").count() == 1, page.url
    assert problems(page) == [], page.url


@pytest.fixture
def complaints():
    """What the browsers say against the pages: CSP violations, script errors."""
    return []


@pytest.fixture
def open_page(new_context, complaints):
    """Open a browser of one person's own."""

    def opened():
        page = new_context().new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    return opened


def log_in(page, live_server, address: str) -> None:
    page.goto(live_server.url + reverse("account_login"))
    fill_login(page, address)


def fill_login(page, address: str) -> None:
    check_page(page)
    page.get_by_label("Email").fill(address)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def test_the_whole_job(twin, worker, live_server, smtp_server, open_page, complaints):
    mailbox = Mailbox(smtp_server)
    staff_publish_and_invite(open_page(), live_server, twin)
    contact = Contact.objects.filter(organisation__uid=DEPARTMENT).first()
    invitation = mailbox.wait(contact.email, "Mời dự")
    names = [part.get_filename() for part in invitation.iter_attachments()]
    assert [name.rsplit(".")[-1] for name in names] == ["pdf", "ics"]
    assert names[0].startswith("Giấy mời")
    focal_point_nominates(open_page(), live_server, link_in(invitation))
    letter = mailbox.wait("mot@daklak.example", "Lời mời dự")
    delegate_answers(open_page(), link_in(letter))
    staff_see_and_export(open_page(), live_server, twin)
    assert complaints == []


def staff_publish_and_invite(page, live_server, twin):
    log_in(page, live_server, account("an"))
    page.goto(live_server.url + reverse("publish", args=[twin.slug]))
    check_page(page)
    page.get_by_role("button", name="Công bố hội nghị").click()
    check_page(page)
    page.get_by_role("button", name=re.compile("^Soạn")).click()
    check_page(page)
    page.get_by_label("Ngày ban hành").fill(f"{twin.created_at:%d/%m/%Y}")
    page.get_by_role("main").get_by_role("button", name="Ban hành").click()
    check_page(page)
    page.goto(live_server.url + reverse("invite", args=[twin.slug]))
    check_page(page)
    page.get_by_label("Tôi đã đọc").check()
    page.get_by_role("button", name=re.compile(r"Gửi \d+ thư")).click()
    check_page(page)
    page.get_by_text("Đợt gửi đã xong").wait_for(timeout=60_000)
    check_page(page)


def focal_point_nominates(page, live_server, link: str):
    page.goto(link)
    fill_login(page, account("binh"))
    check_page(page)
    communes = page.locator("section.group", has_text="cấp xã")
    offered = communes.locator("datalist option")
    add = communes.get_by_role("button", name=re.compile("^Thêm"))
    for count in range(communes.locator("fieldset").count(), 3):
        add.click()
        expect(communes.locator("fieldset")).to_have_count(count + 1)
    for number, address in enumerate(("mot@daklak.example", "hai@daklak.example", "ba@daklak.example")):
        fill_person(
            communes.locator("fieldset").nth(number),
            organisation=offered.nth(number).get_attribute("value"),
            full_name=f"Nguyễn Văn {('Một', 'Hai', 'Ba')[number]}",
            address=address,
        )
    investors = page.locator("section.group", has_text="chủ đầu tư")
    fill_person(investors.locator("fieldset").first, "Công ty CP Hạ tầng A", "Vũ Thị Tư", "tu@congty.example")
    page.get_by_role("button", name="Gửi danh sách").last.click()
    check_page(page)
    assert "Nhiều hơn chỉ tiêu 1 đơn vị" in page.content()
    communes.get_by_role("button", name=re.compile("^Bỏ")).nth(2).click()
    # The row goes without a new page; what is sent before it has gone still holds it.
    expect(communes.locator("fieldset")).to_have_count(2)
    page.get_by_role("button", name="Gửi danh sách").last.click()
    page.wait_for_url("**/phieu/")
    check_page(page)
    assert "Phiếu tiếp nhận" in page.get_by_role("heading", level=1).inner_text().replace("\xa0", " ")


def fill_person(row, organisation: str, full_name: str, address: str) -> None:
    row.get_by_label("Cơ quan, đơn vị").fill(organisation)
    row.get_by_label("Họ và tên").fill(full_name)
    row.get_by_label("Chức vụ").fill("Phó Chủ tịch")
    row.get_by_label("Điện thoại").fill("0912345678")
    row.get_by_label("Email").fill(address)


def delegate_answers(page, link: str):
    page.goto(link)
    check_page(page)
    assert "Nguyễn Văn Một" in page.content()
    with page.expect_download() as download:
        page.locator("ul.files a").first.click()
    with open(download.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
    page.get_by_role("button", name="Xác nhận tham dự").click()
    check_page(page)
    assert "Đã xác nhận tham dự" in page.content()


def staff_see_and_export(page, live_server, twin):
    import openpyxl

    log_in(page, live_server, account("an"))
    page.goto(live_server.url + reverse("cockpit", args=[twin.slug]))
    check_page(page)
    row = page.get_by_role("row", name=re.compile("Đắk Lắk"))
    assert "Đã gửi" in row.inner_text()
    assert "2/2" in row.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("XLSX")).click()
    with open(download.value.path(), "rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    cells = [cell.value for line in book.worksheets[0].iter_rows() for cell in line]
    assert "Nguyễn Văn Một" in cells
    assert "0912345678" in cells


def account(name: str) -> str:
    """The demo's address of a member of the cast."""
    return User.objects.get(email__startswith=f"{name}@").email

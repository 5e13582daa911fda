"""The demo's mailbox: what was caught is shown, nothing in it runs, and outside the demo it is not there."""

from email.message import EmailMessage

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.DEMO = True
    settings.HOINGHI_HOME = tmp_path
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


def keep(folder, name, *, subject="Mời dự Hội nghị", html="", file_name=""):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "cong@portal.example",
        "Sở Đắk Lắk <sct@daklak.example>",
        subject,
    )
    mail.set_content("Kính gửi Quý Sở: http://127.0.0.1:8000/loi-moi/")
    if html:
        mail.add_alternative(html, subtype="html")
    if file_name:
        mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename=file_name)
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


def test_newest_first_and_found_without_diacritics(client, folder):
    keep(folder, "20261121-080000-1", subject="Thư thứ nhất")
    keep(folder, "20261121-090000-2", subject="Thư thứ hai")
    html = client.get(reverse("demo_mail")).content.decode()
    assert html.index("Thư thứ hai") < html.index("Thư thứ nhất")
    found = client.get(reverse("demo_mail"), {"q": "thu HAI"}).content.decode()
    assert "Thư thứ hai" in found
    assert "Thư thứ nhất" not in found


def test_empty_mailbox_says_what_to_do(client, folder):
    assert "Chưa có thư nào" in client.get(reverse("demo_mail")).content.decode()


def test_page_shows_headers_text_and_files(client, folder):
    keep(folder, "20261121-080000-1", html="<p>Kính gửi</p>", file_name="Giấy mời.pdf")
    html = client.get(reverse("demo_mail_page", args=["20261121-080000-1"])).content.decode()
    assert "sct@daklak.example" in html
    assert 'href="http://127.0.0.1:8000/loi-moi/"' in html
    assert "Giấy mời.pdf" in html
    file = client.get(reverse("demo_mail_file", args=["20261121-080000-1", 0]))
    assert file.content == b"%PDF-1.7"
    assert file["Content-Disposition"].startswith("attachment;")
    assert client.get(reverse("demo_mail_file", args=["20261121-080000-1", 1])).status_code == 404


def test_html_part_cannot_run_anything(client, folder):
    keep(folder, "20261121-080000-1", html="<html><head></head><script>alert(1)</script></html>")
    page = client.get(reverse("demo_mail_page", args=["20261121-080000-1"]))
    assert b"<script" not in page.content
    part = client.get(reverse("demo_mail_html", args=["20261121-080000-1"]))
    assert "sandbox" in part["Content-Security-Policy"]
    assert "allow-scripts" not in part["Content-Security-Policy"]
    assert part["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("name", ["demo_mail_page", "demo_mail_html"])
def test_unknown_mail_is_404(client, folder, name):
    assert client.get(reverse(name, args=["20261121-080000-9"])).status_code == 404


def test_outside_the_demo_there_is_no_mailbox(client, folder, settings):
    keep(folder, "20261121-080000-1", html="<p>x</p>", file_name="a.pdf")
    settings.DEMO = False
    for url in (
        reverse("demo_mail"),
        reverse("demo_mail_page", args=["20261121-080000-1"]),
        reverse("demo_mail_html", args=["20261121-080000-1"]),
        reverse("demo_mail_file", args=["20261121-080000-1", 0]),
    ):
        assert client.get(url).status_code == 404

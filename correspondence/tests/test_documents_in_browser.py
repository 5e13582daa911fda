"""The pages of official documents in a real browser: accessible, no wider than the screen, CSP kept."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from correspondence import copies, lifecycle
from correspondence.models import Message
from correspondence.outbox import CopyAttachment
from correspondence.tests.letters import write
from correspondence.tests.test_documents import issue, make_draft, make_issued
from hoinghi.tests.browser import problems, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [1280, 390]


@pytest.fixture
def papers(world, an):
    """A draft, and documents in force, replaced and recalled, each with copies and letters."""
    replaced = make_issued(world.letterhead, an, number=3)
    in_force = make_issued(world.letterhead, an, number=5)
    recalled = make_issued(world.letterhead, an, number=9)
    made = {}
    for document in (replaced, in_force, recalled):
        so = world.dak_lak.so
        made[document.pk] = copies.copy_for(document=document, recipient=so.name, organisation=so)
        copies.copy_for(document=document, recipient="đồng chí Trần Thị Em, Phó Giám đốc Sở Công Thương")
        for number, state in enumerate((Message.State.SENT, Message.State.QUEUED)):
            message = write(
                f"x:{document.pk}:{number}",
                attachments=[CopyAttachment(made[document.pk])],
                address=f"{number}@gov.example",
            )
            Message.objects.filter(pk=message.pk).update(state=state, sent_at=timezone.now())
    signed = SimpleUploadedFile("Giấy mời đã ký số ngày 05.01.2026.pdf", b"%PDF-1.7 signed")
    lifecycle.add_signed_copy(document=in_force, upload=signed, actor=an)
    new = lifecycle.replace(document=replaced, actor=an)
    issue(new, an, number=11, issued_on=dt.date(2026, 1, 9))
    copies.copy_for(document=new, recipient=world.dak_lak.so.name, organisation=world.dak_lak.so)
    lifecycle.recall(
        document=recalled,
        reason="Ghi sai ngày tổ chức hội nghị; văn bản đúng sẽ được gửi sau.",
        actor=an,
        at=timezone.now(),
        tell=True,
    )
    return {
        "draft": make_draft(world.letterhead),
        "replaced": replaced,
        "in_force": in_force,
        "recalled": recalled,
        "copies": made,
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_staff_pages_are_accessible_and_fit(width, live_server, page, client, an, complaints, papers):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, client, an)
    addresses = [papers[each].get_absolute_url() for each in ("draft", "replaced", "in_force", "recalled")]
    addresses += [
        reverse(f"document-{name}", args=[papers["in_force"].pk]) for name in ("sign", "replace", "recall")
    ]
    addresses += [reverse("register"), reverse("register") + "?q=khong-co"]
    for address in addresses:
        page.goto(live_server.url + address)
        assert problems(page) == [], address
        assert page.locator("h1").count() == 1
    page.goto(live_server.url + reverse("document-recall", args=[papers["in_force"].pk]))
    page.get_by_role("button", name="Thu hồi văn bản").click()
    assert problems(page) == []
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_are_accessible_and_fit(width, live_server, page, complaints, papers):
    page.set_viewport_size({"width": width, "height": 900})
    addresses = [reverse("verify", args=[copy.code]) for copy in papers["copies"].values()]
    addresses += [reverse("verify-form"), reverse("verify-form") + "?ma=khong-phai-ma"]
    for address in addresses:
        page.goto(live_server.url + address)
        assert problems(page) == [], address
        assert page.locator("h1").count() == 1
    assert complaints == []


def test_somebody_without_script_types_the_code_and_checks_the_file(browser, live_server, papers, tmp_path):
    copy = papers["copies"][papers["recalled"].pk]
    file = tmp_path / "Giấy mời.pdf"
    with copy.file.open("rb") as stored:
        file.write_bytes(stored.read())
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(live_server.url + reverse("verify-form"))
    page.get_by_label("Mã xác minh").fill(f" {copy.code[:8].lower()} {copy.code[8:]}")
    page.get_by_role("button", name="Kiểm tra").click()
    assert "đã bị thu hồi" in page.locator("main").inner_text()
    page.set_input_files("[name=tep]", file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    assert "Tệp đúng là bản đã ban hành" in page.locator("main").inner_text()
    context.close()

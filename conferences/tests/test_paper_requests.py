"""Papers that staff ask for: asked, sent, approved into the materials, returned, reminded."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences import reminders
from conferences.models import Conference, ExtractedText, MaterialVersion, PaperRequest, PaperSubmission
from conferences.services import WrongState, papers
from correspondence.models import Message
from hoinghi.text import format_moment

State = PaperRequest.State
READERS = ["binh@daklak.example", "sct-dak-lak@gov.example"]


def pdf(text: str = "", name: str = "Tham luận.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + text.encode())


def ask(conference, an, *organisations, days=7, **values):
    at = timezone.now()
    options = {"title": "Tham luận", "due_at": at + dt.timedelta(days=days), "actor": an, "at": at}
    return papers.ask(conference=conference, organisations=organisations, **options | values)


def send(paper, user, upload=None, **values):
    return papers.submit(request=paper, upload=upload or pdf(), actor=user, at=timezone.now(), **values)


def letters(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("address", flat=True))


@pytest.fixture
def paper(conference, world, an, binh):
    (made,) = ask(conference, an, world.dak_lak.so, guidance="Không quá 5 trang")
    return made


def test_there_is_an_end_to_sending(paper, binh, monkeypatch):
    monkeypatch.setattr(papers, "MOST", 2)
    send(paper, binh, pdf("1"))
    send(paper, binh, pdf("2"))
    with pytest.raises(WrongState, match="Đã gửi 2 lần"):
        send(paper, binh, pdf("3"))


def test_a_secret_file_is_refused_by_what_its_sender_says(client, binh, paper):
    client.force_login(binh)
    page = reverse("paper-request", args=[paper.pk])
    assert "Độ mật của tệp" in client.get(page).content.decode()
    data = {"do": "send", "send-classification": "mat", "send-note": "Xin gửi"}
    refused = client.post(page, data | {"send-upload": pdf()})
    assert "Tệp độ “Mật” không được đưa lên Cổng" in refused.content.decode()
    assert "Xin gửi" in refused.content.decode()
    assert not PaperSubmission.objects.exists()
    assert client.post(page, data | {"send-classification": "none", "send-upload": pdf()}).status_code == 302
    kept = PaperSubmission.objects.get().file.name.rpartition("/")[2]
    assert len(kept) == 32 + len(".pdf")


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


def test_each_is_asked_once_and_told(paper, conference, world, an):
    new = ask(conference, an, world.dak_lak.so, world.ca_mau.so)
    assert [each.organisation_name for each in new] == [world.ca_mau.so.name]
    assert letters("paper_asked") == sorted([*READERS, "sct-ca-mau@gov.example"])
    text = Message.objects.filter(kind="paper_asked").order_by("pk").first().text
    assert all(words in text for words in ("Tham luận", "Không quá 5 trang", format_moment(paper.due_at)))


@pytest.mark.parametrize(("days", "nobody", "field"), [(-1, False, "due_at"), (1, True, "organisations")])
def test_a_time_that_is_over_or_nobody_is_refused(conference, world, an, days, nobody, field):
    with pytest.raises(ValidationError) as refused:
        ask(conference, an, *([] if nobody else [world.dak_lak.so]), days=days)
    assert list(refused.value.message_dict) == [field]
    assert not PaperRequest.objects.exists()


@pytest.mark.parametrize("state", [Conference.State.DRAFT, Conference.State.CANCELLED])
def test_nobody_is_asked_for_a_draft_or_what_is_called_off(conference, world, an, state):
    Conference.objects.filter(pk=conference.pk).update(state=state)
    with pytest.raises(WrongState):
        ask(conference, an, world.dak_lak.so)


# ── from the file to the material ───────────────────────────────────────────────────────────────────


def test_sent_returned_sent_approved_and_a_later_version(paper, conference, an, binh):
    at = timezone.now()
    send(paper, binh, note="Bản dự thảo")
    assert letters("paper_submitted") == ["lien@moit.example"]
    assert not conference.materials.exists()
    papers.return_paper(request=paper, number=1, reason="Thiếu số liệu", actor=an, at=at)
    paper.refresh_from_db()
    assert (paper.state, paper.reason) == (State.RETURNED, "Thiếu số liệu")
    assert letters("paper_returned") == READERS
    assert "Thiếu số liệu" in Message.objects.filter(kind="paper_returned").first().text
    send(paper, binh, pdf("2"))
    version = papers.approve(request=paper, number=2, actor=an, at=at)
    material = conference.materials.get()
    assert (material.title, material.visibility, version.file_name) == (
        f"Tham luận – {paper.organisation_name}",
        "invited",
        "Tham luận.pdf",
    )
    with version.file.open() as kept:
        assert kept.read() == pdf("2").read()
    assert letters("paper_approved") == READERS
    # What is sent after that is read by staff before it takes the place of the first.
    send(paper, binh, pdf("3"))
    assert material.versions.count() == 1
    papers.approve(request=paper, number=3, actor=an, at=at)
    assert [each.number for each in material.versions.all()] == [2, 1]
    assert conference.materials.count() == 1


@pytest.mark.parametrize("title", ["Tham luận của Sở Công Thương tỉnh Đắk Lắk", "x" * 240])
def test_whose_paper_it_is_stands_in_the_title_once_and_where_it_fits(paper, conference, an, binh, title):
    type(paper).objects.filter(pk=paper.pk).update(title=title)
    send(paper, binh)
    papers.approve(request=paper, number=1, actor=an, at=timezone.now())
    assert paper.organisation_name == "Sở Công Thương tỉnh Đắk Lắk"
    assert conference.materials.get().title == title


def test_a_newer_file_takes_the_place_of_one_that_waits_and_is_not_approved_unread(paper, an, binh):
    send(paper, binh)
    send(paper, binh, pdf("2"))
    assert [each.state for each in paper.submissions.all()] == ["waiting", "returned"]
    with pytest.raises(WrongState, match="lần 2"):
        papers.approve(request=paper, number=1, actor=an, at=timezone.now())
    assert not MaterialVersion.objects.exists()


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("a.pdf", b"<html>"), "không đúng với phần mở rộng"),
        (SimpleUploadedFile("a.exe", b"MZ"), "không được nhận"),
        (pdf(), "giống hệt"),
    ],
    ids=["content", "kind", "same"],
)
def test_files_are_checked_by_content(paper, binh, upload, said):
    send(paper, binh)
    with pytest.raises(ValidationError, match=said) as refused:
        send(paper, binh, upload)
    assert list(refused.value.message_dict) == ["upload"]
    assert PaperSubmission.objects.count() == 1


def test_what_is_not_wanted_any_more_is_not_taken(paper, an, binh):
    papers.withdraw(request=paper, actor=an, at=timezone.now())
    assert letters("paper_withdrawn") == READERS
    with pytest.raises(WrongState):
        send(paper, binh)
    assert not PaperSubmission.objects.exists()


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────


def test_reminded_before_the_date_until_something_is_sent(paper, conference, binh):
    waiting = conference.reminders.filter(audience="papers", state="waiting").order_by("due_at")
    assert waiting.count() == 2
    first, last = waiting
    assert first.due_at < last.due_at < paper.due_at
    assert reminders.run_due(first.due_at) == 2
    assert letters("reminder_papers") == READERS
    send(paper, binh)
    assert not waiting.all().exists()
    assert reminders.run_due(last.due_at) == 0


def test_another_date_is_told_and_moves_the_reminders(paper, conference, an):
    later = paper.due_at + dt.timedelta(days=20)
    papers.change_due(request=paper, due_at=later, actor=an, at=timezone.now())
    assert letters("paper_due") == READERS
    assert set(conference.reminders.filter(audience="papers").values_list("date", flat=True)) == {later}


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


def test_asked_sent_and_approved_on_the_pages(client, conference, world, an, binh, nomination):
    item = conference.agenda.create(title="Thảo luận", starts_after=60)
    client.force_login(an)
    url = reverse("paper-ask", args=[conference.slug])
    typed = {"title": "Báo cáo", "due_at": "8h00 ngày 01/1/2020", "visibility": "public"}
    page = client.post(url, typed | {"agenda_item": item.pk}).content.decode()
    assert "Đánh dấu ít nhất một đơn vị" in page
    assert 'value="Báo cáo"' in page
    organisation = {"organisation": [world.dak_lak.so.pk]}
    refused = client.post(url, typed | organisation).content.decode()
    assert "đã qua" in refused
    assert f'value="{world.dak_lak.so.pk}" id="c{world.dak_lak.so.pk}" checked' in refused
    due = format_moment(timezone.now() + dt.timedelta(days=5))
    asked = client.post(url, typed | organisation | {"due_at": due, "agenda_item": item.pk}, follow=True)
    assert "Đã yêu cầu 1 đơn vị" in asked.content.decode()
    paper = PaperRequest.objects.get()

    client.force_login(binh)
    assert "Báo cáo" in client.get(reverse("paper-requests")).content.decode()
    refused = client.post(paper.get_absolute_url(), {"do": "send", "send-note": "Kính gửi"}).content.decode()
    assert "Chọn tệp cần gửi" in refused
    assert "Kính gửi</textarea>" in refused
    sent = client.post(paper.get_absolute_url(), {"do": "send", "send-upload": pdf()}, follow=True)
    assert "chờ duyệt" in sent.content.decode()
    assert client.post(paper.get_absolute_url(), {"do": "approve", "approve-number": 1}).status_code == 404

    client.force_login(an)
    assert "1 chờ duyệt" in client.get(reverse("paper-desk", args=[conference.slug])).content.decode()
    assert "1 tài liệu chờ duyệt" in client.get(reverse("cockpit", args=[conference.slug])).content.decode()
    assert client.post(paper.get_absolute_url(), {"do": "approve", "approve-number": 1}).status_code == 302
    stale = client.post(
        paper.get_absolute_url(), {"do": "return", "return-number": 1, "return-reason": "Sai"}
    )
    assert stale.status_code == 409
    client.logout()
    public = client.get(reverse("materials", args=[conference.slug])).content.decode()
    assert "Báo cáo" in public


def test_strangers_do_not_learn_of_it(client, paper, cuc, dung):
    for user in (cuc, dung):
        client.force_login(user)
        assert client.get(paper.get_absolute_url()).status_code == 404
        assert client.post(paper.get_absolute_url(), {"do": "send"}).status_code == 404


def test_the_desk_asks_as_often_for_one_as_for_three(
    client, conference, world, an, django_assert_num_queries, paper
):
    client.force_login(an)
    url = reverse("paper-desk", args=[conference.slug])
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    ask(conference, an, world.dak_lak.so, world.ca_mau.so, title="Báo cáo")
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_staff_see_what_the_search_cannot_read(client, conference, an, paper, binh):
    send(paper, binh)
    version = papers.approve(request=paper, number=1, actor=an, at=timezone.now())
    ExtractedText.objects.update_or_create(
        version=version, defaults={"state": "unreadable", "problem": "tệp có mật khẩu"}
    )
    client.force_login(an)
    page = client.get(reverse("paper-desk", args=[conference.slug])).content.decode()
    assert "Không đọc được: tệp có mật khẩu" in page


def test_searching_the_register_keeps_what_was_typed_and_ticked(client, conference, world, an, nomination):
    client.force_login(an)
    url = reverse("paper-ask", args=[conference.slug])
    typed = {"title": "Báo cáo", "due_at": "chưa rõ", "visibility": "public", "guidance": "5 trang\n<b>"}
    ticked = {"organisation": [world.dak_lak.so.pk]}
    page = client.post(url, typed | ticked | {"do": "tim", "q": "ca mau"}).content.decode()
    assert 'value="Báo cáo"' in page
    assert 'value="chưa rõ"' in page
    assert "5 trang\n&lt;b&gt;</textarea>" in page
    assert '<option value="public" selected>' in page
    assert f'id="c{world.dak_lak.so.pk}" checked' in page
    assert f'id="c{world.ca_mau.so.pk}"' in page
    assert "alert--error" not in page
    assert not PaperRequest.objects.exists()
    all_found = client.post(url, typed | ticked | {"do": "tat-ca", "q": "so cong thuong ca mau"})
    for organisation in (world.ca_mau.so, world.dak_lak.so):
        assert f'id="c{organisation.pk}" checked' in all_found.content.decode()

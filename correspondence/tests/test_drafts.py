"""Held letters: read and put right one by one, released together."""

import json
import re
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import drafts, handling
from correspondence.letters import render_letter
from correspondence.models import Mailing, Message
from correspondence.outbox import OutgoingLetter, enqueue_many
from correspondence.sending import send_due
from correspondence.tests.letters import state_of, wait_for_a_waiting_lock, write
from directory.models import AuditEntry

State = Message.State
pytestmark = pytest.mark.django_db
PARTS = {
    "subject": "Mời dự Hội nghị",
    "greeting": "Kính gửi: Sở Công Thương,",
    "heading": "Hội nghị",
    "facts": [("Thời gian", "8h00")],
    "paragraphs": ["Đoạn một.", "Dòng {một}\nDòng hai."],
    "link": "{link}",
    "link_label": "Mở",
}
TYPED = {
    "address": "moi@gov.example",
    "subject": "Mời dự <b>Hội nghị</b>",
    "greeting": "Kính gửi: Sở Công Thương tỉnh Cà Mau,",
    "body": "Đoạn khác.\r\n\r\nĐoạn & hai.",
}


def held(key: str = "a", **changes) -> Message:
    return write(key, held=True, link_path="/de-cu/7/", **(vars(render_letter("letter", PARTS)) | changes))


def held_mailing(count: int, kind: str = "invitation") -> list[Message]:
    """A mailing of held letters."""
    mailing = Mailing.objects.create(kind=kind, topic="conference:1", held=True)
    letters = [
        OutgoingLetter(
            key=f"{mailing.pk}:{number}",
            topic="conference:1",
            kind=kind,
            address=f"so-{number}@gov.example",
            recipient_name=f"Sở {number}",
            link_path="/de-cu/7/",
            **vars(render_letter("letter", PARTS)),
        )
        for number in range(count)
    ]
    enqueue_many(letters, at=timezone.now(), mailing=mailing, held=True)
    return list(mailing.messages.order_by("pk"))


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def page_of(message: Message) -> str:
    return reverse("outbox-edit", args=[message.pk])


def text_of(response) -> str:
    return response.content.decode()


def save(desk, message: Message, **changes):
    version = {} if "version" in changes else {"version": drafts.version_of(message)}
    return desk.post(page_of(message), TYPED | version | changes)


def test_the_page_shows_the_words(desk):
    message = held()
    assert page_of(message) in text_of(desk.get(message.get_absolute_url()))
    page = text_of(desk.get(page_of(message)))
    assert 'value="Mời dự Hội nghị"' in page
    assert "Đoạn một.\n\nDòng {một}\nDòng hai.</textarea>" in page


def test_both_texts_are_rendered_anew(desk, an, smtp_server):
    message = held()
    assert save(desk, message).url == page_of(message)
    message.refresh_from_db()
    assert message.state == State.DRAFT
    assert (message.address, message.subject) == ("moi@gov.example", "Mời dự <b>Hội nghị</b>")
    for words in ("Đoạn khác.", "Kính gửi: Sở Công Thương tỉnh Cà Mau,", "8h00", "{link}"):
        assert words in message.text
        assert words in message.html
    assert "Đoạn & hai." in message.text
    assert "Đoạn &amp; hai." in message.html
    assert "Đoạn một" not in message.text + message.html
    assert message.parts["paragraphs"] == ["Đoạn khác.", "Đoạn & hai."]
    assert "moi@gov" in message.search
    entry = AuditEntry.objects.get(action="message.edit")
    assert entry.changes["address"] == ["sct-dak-lak@gov.example", "moi@gov.example"]
    assert "Sửa thư nháp" in text_of(desk.get(message.get_absolute_url()))
    desk.post(reverse("outbox-confirm", args=["cho-gui"]), {"thu": message.pk})
    send_due()
    [mail] = smtp_server.mails
    assert mail["To"].addresses[0].addr_spec == "moi@gov.example"
    assert "Đoạn khác." in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": "khong phai"}, "khong phai"),
        ({"address": "a@bo-cong-thuong.vn"}, "chỉ được gửi thư tới địa chỉ có đuôi .example"),
        ({"subject": " "}, "Nhập tiêu đề của thư."),
        ({"greeting": ""}, "Nhập lời chào"),
        ({"body": "\n\n"}, "Nhập nội dung của thư."),
    ],
)
def test_bad_input_is_explained_and_kept(desk, settings, changes, message):
    settings.OUTBOX_ALLOWED_DOMAINS = ["example"]
    letter = held()
    answer = save(desk, letter, **changes)
    page = text_of(answer)
    assert answer.status_code == 200
    assert message in page
    assert "Kính gửi: Sở Công Thương tỉnh Cà Mau," in page or "greeting" in changes
    letter.refresh_from_db()
    assert letter.subject == "Mời dự Hội nghị"
    assert not AuditEntry.objects.filter(action="message.edit").exists()


def test_a_letter_without_a_link_cannot_get_one(desk):
    letter = render_letter("letter", PARTS | {"link": ""})
    message = write("b", held=True, **vars(letter))
    assert "không dùng được {link}" in text_of(save(desk, message, body="Mở {link}"))


def test_a_letter_that_was_released_meanwhile_is_409_with_what_was_typed(desk, an):
    message = held()
    version = drafts.version_of(message)
    handling.release(message=message, actor=an, at=timezone.now())
    answer = save(desk, message, version=version)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "đang ở trạng thái “Chờ gửi”" in page
    assert "Đoạn &amp; hai.</textarea>" in page
    assert "Lưu thư" not in page
    message.refresh_from_db()
    assert message.subject == "Mời dự Hội nghị"
    assert desk.get(page_of(message)).status_code == 409


def test_a_colleagues_words_are_never_overwritten_unseen(desk):
    message = held()
    version = drafts.version_of(message)
    save(desk, message, subject="Của người khác")
    answer = save(desk, message, version=version, subject="Của tôi")
    page = text_of(answer)
    assert answer.status_code == 409
    assert 'value="Của tôi"' in page
    assert "Của người khác" in page
    new = re.search(r'name="version" value="([^"]+)"', page)[1]
    assert save(desk, message, version=new, subject="Của tôi").status_code == 302
    message.refresh_from_db()
    assert message.subject == "Của tôi"


def test_a_letter_without_parts_or_sent_cannot_be_edited(desk):
    for message in (
        write("old", held=True),
        write("queued", **vars(render_letter("letter", PARTS | {"link": ""}))),
    ):
        assert page_of(message) not in text_of(desk.get(message.get_absolute_url()))
        assert desk.get(page_of(message)).status_code == 409
        assert save(desk, message).status_code == 409


def test_strangers_find_nothing(client, binh):
    message = held()
    client.force_login(binh)
    assert client.get(page_of(message)).status_code == 404
    assert save(client, message).status_code == 404


def test_from_one_letter_of_the_mailing_to_the_next(desk, an):
    first, second, third = held_mailing(3)
    held_mailing(1)  # another mailing is no neighbour
    page = text_of(desk.get(page_of(second)))
    assert "thư 2 trên 3 thư đang giữ lại" in page
    assert f'<a href="{page_of(first)}">Thư trước</a>' in page
    assert f'<a href="{page_of(third)}">Thư sau</a>' in page
    assert save(desk, second, next="1").url == page_of(third)
    assert save(desk, third, next="1").url == page_of(third)  # the last one stays
    handling.cancel(message=second, actor=an, at=timezone.now())
    assert f'<a href="{page_of(third)}">Thư sau</a>' in text_of(desk.get(page_of(first)))


def test_the_page_asks_no_more_for_many_letters(desk):
    def queries(message):
        with CaptureQueriesContext(connection) as captured:
            desk.get(page_of(message))
        return len(captured)

    queries(held("warm"))
    assert queries(held_mailing(1)[0]) == queries(held_mailing(3)[0])


def test_a_mailing_is_released_together(desk, smtp_server):
    mine = held_mailing(3)
    other = held_mailing(1)[0]
    query = {"dot": mine[0].mailing_id, "tat_ca": 1}
    page = text_of(desk.get(reverse("outbox-confirm", args=["cho-gui"]), query))
    assert "Sẽ gửi <b>3 thư</b> tới <b>3 địa chỉ</b>." in page
    choices = re.findall(r'name="thu" value="([^"]+)"', page)
    desk.post(reverse("outbox-confirm", args=["cho-gui"]), {"thu": choices})
    assert send_due() == 3
    assert state_of(other) == State.DRAFT
    assert len(smtp_server.mails) == 3


def test_a_letter_written_again_can_still_be_rendered_anew(an):
    message = held()
    handling.cancel(message=message, actor=an, at=timezone.now())
    again = handling.send_again(message=message, number=1, actor=an, at=timezone.now())
    message.refresh_from_db()
    assert again.parts["paragraphs"] == PARTS["paragraphs"]
    assert again.text == message.text


def test_the_outbox_says_how_many_are_held(desk):
    held_mailing(2)
    page = text_of(desk.get(reverse("outbox")))
    assert "2 thư đang giữ lại" in page
    assert "Cho gửi 2 thư" in page


def test_parts_are_plain_json(db):
    message = held()
    message.refresh_from_db()
    assert json.loads(json.dumps(message.parts)) == message.parts


# ── races ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_a_release_waits_for_an_edit_and_then_sends_the_new_words(an, smtp_server):
    message = held()
    edited, may_commit = threading.Event(), threading.Event()

    @transaction.atomic
    def edit():
        words = {"subject": "Mới", "greeting": "Kính gửi", "paragraphs": ["Mới"]}
        version = drafts.version_of(message)
        drafts.edit(message=message, address=message.address, version=version, actor=an, **words)
        edited.set()
        assert may_commit.wait(20)

    def release():
        handling.release(message=message, actor=an, at=timezone.now())

    def in_a_connection_of_its_own(work):
        def run():
            try:
                work()
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    threads = [in_a_connection_of_its_own(edit)]
    assert edited.wait(20)
    threads.append(in_a_connection_of_its_own(release))
    wait_for_a_waiting_lock()
    may_commit.set()
    for thread in threads:
        thread.join()
    send_due()
    assert smtp_server.mails[0]["Subject"] == "Mới"

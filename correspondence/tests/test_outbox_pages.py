"""The staff's outbox: what it shows, who may see it, and that nothing is sent that nobody has read of."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import copies, handling, labels, lifecycle
from correspondence.models import Attempt, Message, OfficialDocument
from correspondence.outbox import CopyAttachment, FileAttachment
from correspondence.sending import send_due
from correspondence.tests import papers
from correspondence.tests.letters import state_of, write, write_many
from directory import links
from directory.models import AuditEntry, Contact

State = Message.State
pytestmark = pytest.mark.django_db
OUTBOX = reverse("outbox")


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def in_state(state: str, key: str = "", **changes) -> Message:
    message = write(key or f"test:{state}", **changes)
    Message.objects.filter(pk=message.pk).update(state=state)
    message.refresh_from_db()
    return message


def text_of(response) -> str:
    return response.content.decode()


def confirm(action: str) -> str:
    return reverse("outbox-confirm", args=[action])


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────


def pages_of(message: Message) -> list[str]:
    return [
        OUTBOX,
        message.get_absolute_url(),
        reverse("outbox-html", args=[message.pk]),
        reverse("outbox-attachment", args=[message.attachments.get().pk]),
        confirm("huy") + f"?thu={message.pk}",
    ]


@pytest.fixture
def message(db):
    return write(attachments=[FileAttachment("Lịch.ics", "text/calendar", b"BEGIN:VCALENDAR")])


def test_staff_see_everything(desk, message):
    for url in pages_of(message):
        assert desk.get(url).status_code == 200, url


def test_others_find_nothing(client, message, binh, cuc, dung):
    for user in (binh, cuc, dung):
        client.force_login(user)
        for url in pages_of(message):
            assert client.get(url).status_code == 404, url
        assert client.post(confirm("huy"), {"thu": message.pk}).status_code == 404
    assert state_of(message) == State.QUEUED


def test_the_public_is_sent_to_the_login(client, message):
    for url in pages_of(message):
        assert client.get(url).url.startswith(reverse("account_login"))
    assert client.post(confirm("huy"), {"thu": message.pk}).url.startswith(reverse("account_login"))
    assert state_of(message) == State.QUEUED


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def test_boxes_count_and_lead_to_their_letters(desk):
    in_state(State.FAILED, "a", recipient_name="Sở Lai Châu")
    in_state(State.SENT, "b", recipient_name="Sở Hà Nội")
    in_state(State.SENT, "c", recipient_name="Sở Huế")
    in_state(State.CLAIMED, "d", recipient_name="Sở Cà Mau")
    page = text_of(desk.get(OUTBOX))
    assert '<a href="?state=sent"><b>2</b>Đã gửi' in page
    assert '<a href="?state=failed"><b>1</b>Không tới' in page
    assert '<a href="?state=sending"><b>1</b>Đang gửi' in page
    assert "1 thư không tới nơi" in page
    failed = text_of(desk.get(OUTBOX, {"state": "failed"}))
    assert "Sở Lai Châu" in failed
    assert "Sở Hà Nội" not in failed
    assert "<b>2</b>Đã gửi" in failed  # the boxes stay
    assert "Sở Cà Mau" in text_of(desk.get(OUTBOX, {"state": "sending"}))
    assert desk.get(OUTBOX, {"state": "nonsense", "trang": "x"}).status_code == 200


@pytest.mark.parametrize("words", ["dak lak", "ĐẮK LẮK", "Đắk", "daklak@gov", "de cu dak"])
def test_search_needs_no_diacritics(desk, words):
    write(
        "a",
        recipient_name="Sở Công Thương tỉnh Đắk Lắk",
        address="daklak@gov.example",
        subject="Đề cử đại biểu",
    )
    write("b", recipient_name="Sở Công Thương tỉnh Cà Mau", address="camau@gov.example", subject="Khác")
    page = text_of(desk.get(OUTBOX, {"q": words}))
    assert "daklak@gov.example" in page
    assert "camau@gov.example" not in page


def test_one_topic_and_one_kind(desk, monkeypatch):
    monkeypatch.setattr(
        labels, "_topics", {"conference": lambda topics: {"conference:1": "Hội nghị cụm công nghiệp"}}
    )
    monkeypatch.setattr(labels, "_kinds", {"invite": "Thư mời"})
    write("a", recipient_name="Sở Một")
    write("b", recipient_name="Sở Hai", topic="conference:2")
    write("c", recipient_name="Sở Ba", kind="receipt")
    page = text_of(desk.get(OUTBOX, {"topic": "conference:1", "kind": "invite"}))
    assert "Sở Một" in page
    assert "Sở Hai" not in page
    assert "Sở Ba" not in page
    assert '<p class="lead">Hội nghị cụm công nghiệp</p>' in page
    assert '<option value="invite" selected>Thư mời</option>' in page
    assert '<option value="conference:2">conference:2</option>' in page


def test_long_lists_have_pages(desk):
    write_many(51)
    first = text_of(desk.get(OUTBOX, {"q": "so-"}))
    assert "so-50@" in first
    assert "so-0@" not in first
    assert 'href="?q=so-&amp;trang=2"' in first
    assert "so-0@" in text_of(desk.get(OUTBOX, {"q": "so-", "trang": 2}))


def test_empty_lists_say_what_to_do(desk):
    assert "Chưa có thư nào" in text_of(desk.get(OUTBOX))
    assert "Không có thư nào khớp" in text_of(desk.get(OUTBOX, {"q": "x"}))


def test_a_stuck_outbox_is_said(desk):
    write(due_at=timezone.now() - dt.timedelta(minutes=4))
    assert "Thư chờ lâu nhất" not in text_of(desk.get(OUTBOX))
    Message.objects.update(due_at=timezone.now() - dt.timedelta(hours=2))
    assert "Thư chờ lâu nhất đã chờ 2 giờ." in text_of(desk.get(OUTBOX))


def test_as_many_queries_for_three_letters_as_for_one(desk, world):
    def fill(number):
        contact = Contact.objects.create(organisation=world.dak_lak.so, email=f"x{number}@gov.example")
        message = write(
            f"q:{number}", contact=contact, attachments=[FileAttachment("a.ics", "text/calendar", b"x")]
        )
        Attempt.objects.create(message=message, at=timezone.now(), outcome="transient", answer="451")
        Message.objects.filter(pk=message.pk).update(state=State.FAILED)
        return message

    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    message = fill(1)
    everything = confirm("thu-lai") + "?tat_ca=1"
    desk.get(OUTBOX)
    one = [queries(url) for url in (OUTBOX, message.get_absolute_url(), everything)]
    for number in (2, 3):
        fill(number)
        Attempt.objects.create(message=message, at=timezone.now(), outcome="transient", answer="451")
    assert [queries(url) for url in (OUTBOX, message.get_absolute_url(), everything)] == one


def test_a_look_at_the_list_is_written_down_once_in_an_hour(desk, an, client, binh):
    for _ in range(2):
        desk.get(OUTBOX, {"q": "Sở"})
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.actor_id, entry.changes) == ("message.read", an.pk, None)
    client.force_login(binh)
    assert client.get(OUTBOX).status_code == 404
    assert AuditEntry.objects.count() == 1


# ── one letter ──────────────────────────────────────────────────────────────────────────────────────


def test_the_page_tells_the_whole_story(desk, smtp_server, world, an):
    contact = Contact.objects.get(organisation=world.dak_lak.so)
    smtp_server.refuse(contact.email, "550 5.1.1 Hộp thư không tồn tại <script>")
    message = write(
        contact=contact,
        address=contact.email,
        reply_to="lien@moit.example",
        link_path="/de-cu/7/",
        text="Mở {link}",
        attachments=[FileAttachment("Lịch hội nghị.ics", "text/calendar", b"BEGIN:VCALENDAR")],
    )
    send_due()
    page = text_of(desk.get(message.get_absolute_url()))
    for words in (
        contact.email,
        message.subject,
        "lien@moit.example",
        "Lịch hội nghị.ics",
        "15 B",
        "Bị từ chối, lần thử 1",
        "550 5.1.1",
        "/de-cu/7/",
        "Không tới",
        reverse("admin:directory_contact_change", args=[contact.pk]),
    ):
        assert words in page, words
    assert "<script>" not in page
    handling.retry(message=message, actor=an, at=timezone.now())
    assert "Cho gửi lại" in text_of(desk.get(message.get_absolute_url()))


def test_personal_links_are_masked_everywhere(desk, binh):
    link = links.issue(
        purpose="set_password",
        holder=f"user:{binh.pk}",
        scope="",
        address=binh.email,
        label="",
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    message = write(text="Mở {link}", html='<html><body><a href="{link}">Mở</a></body></html>', link=link)
    token = links.token_of(link)
    for url in (
        message.get_absolute_url(),
        reverse("outbox-html", args=[message.pk]),
        confirm("huy") + f"?thu={message.pk}",
    ):
        page = text_of(desk.get(url))
        assert token not in page
        assert "{link}" not in page
    assert "/•••" in text_of(desk.get(message.get_absolute_url()))


def test_the_html_part_cannot_run_or_load_anything(desk):
    message = write(html="<html><body><script>alert(1)</script></body></html>")
    page = text_of(desk.get(message.get_absolute_url()))
    assert "sandbox></iframe>" in page
    assert "<script" not in page
    part = desk.get(reverse("outbox-html", args=[message.pk]))
    assert part["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert part["Content-Security-Policy"].endswith("; sandbox")
    assert part["X-Content-Type-Options"] == "nosniff"
    plain = write("plain", html="")
    assert desk.get(reverse("outbox-html", args=[plain.pk])).status_code == 404


def test_attachments_are_downloads(desk, message):
    answer = desk.get(reverse("outbox-attachment", args=[message.attachments.get().pk]))
    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''L%E1%BB%8Bch.ics" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def with_invitation(world):
    """A letter whose invitation no worker has made yet."""
    document = papers.issued(OfficialDocument.Kind.INVITATION, world.letterhead)
    copy = copies.ask_for_copy(document=document, recipient="Sở Công Thương tỉnh Đắk Lắk")
    return write(attachments=[CopyAttachment(copy)])


def test_an_attachment_that_no_worker_has_made_is_made_when_it_is_opened(desk, with_invitation):
    assert "tạo khi gửi hoặc khi mở" in text_of(desk.get(with_invitation.get_absolute_url()))
    url = reverse("outbox-attachment", args=[with_invitation.attachments.get().pk])
    first, again = (b"".join(desk.get(url).streaming_content) for _ in range(2))
    assert first.startswith(b"%PDF-")
    assert again == first
    assert copies.render_pending() == 0


def test_an_attachment_that_cannot_be_made_any_more_says_why(desk, with_invitation, an):
    attachment = with_invitation.attachments.get()
    lifecycle.recall(document=attachment.copy.document, reason="Sai", actor=an, at=timezone.now())
    answer = desk.get(reverse("outbox-attachment", args=[attachment.pk]))
    assert answer.status_code == 409
    assert "không còn hiệu lực" in text_of(answer)


# ── actions ─────────────────────────────────────────────────────────────────────────────────────────


def test_asking_changes_nothing_and_says_how_many_go_to_whom(desk):
    first, second = (
        in_state(State.FAILED, "a", address="a@gov.example"),
        in_state(State.FAILED, "b", address="a@gov.example"),
    )
    sent = in_state(State.SENT, "c")
    page = text_of(desk.get(confirm("thu-lai"), {"thu": [first.pk, second.pk, sent.pk]}))
    assert "Sẽ gửi <b>2 thư</b> tới <b>1 địa chỉ</b>." in page
    assert "Bỏ qua 1 thư đã chọn" in page
    assert "Gửi lại 2 thư" in page
    assert {state_of(first), state_of(second)} == {State.FAILED}


def test_retrying_sends_what_was_shown_and_nothing_else(desk, smtp_server, an):
    failed = in_state(State.FAILED, "a", address="a@gov.example")
    other = in_state(State.FAILED, "b", address="b@gov.example")
    response = desk.post(confirm("thu-lai"), {"thu": [failed.pk]}, follow=True)
    assert response.redirect_chain == [(failed.get_absolute_url(), 302)]
    assert "Đã đưa 1 thư vào hàng chờ." in text_of(response)
    send_due()
    assert (state_of(failed), state_of(other)) == (State.SENT, State.FAILED)
    entry = AuditEntry.objects.get(action="message.retry")
    assert (entry.actor_id, entry.object_id) == (an.pk, str(failed.pk))


def test_retrying_all_keeps_to_the_filters(desk):
    mine = in_state(State.FAILED, "a", topic="conference:1", recipient_name="Sở Lai Châu")
    in_state(State.FAILED, "b", topic="conference:2", recipient_name="Sở Kon Tum")
    in_state(State.SENT, "c", topic="conference:1", recipient_name="Sở Huế")
    listed = text_of(desk.get(OUTBOX, {"topic": "conference:1"}))
    assert f"{confirm('thu-lai')}?topic=conference%3A1&amp;tat_ca=1" in listed
    page = text_of(desk.get(confirm("thu-lai"), {"topic": "conference:1", "tat_ca": 1}))
    assert "Sở Lai Châu" in page
    assert "Sở Kon Tum" not in page
    assert "Sở Huế" not in page
    assert f'name="thu" value="{mine.pk}"' in page


@pytest.mark.parametrize("data", [{}, {"thu": []}, {"thu": ["x", "9" * 30, "-1", "0"]}])
def test_an_empty_selection_does_nothing(desk, data):
    message = in_state(State.FAILED)
    assert "Không có thư nào để làm việc này" in text_of(desk.get(confirm("thu-lai"), data))
    response = desk.post(confirm("thu-lai"), data, follow=True)
    assert "Chưa chọn thư nào, nên không có gì thay đổi." in text_of(response)
    assert state_of(message) == State.FAILED


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("thu-lai", State.FAILED, State.QUEUED),
        ("huy", State.QUEUED, State.CANCELLED),
        ("huy", State.CLAIMED, State.CANCELLED),
        ("huy", State.FAILED, State.CANCELLED),
        ("cho-gui", State.DRAFT, State.QUEUED),
        ("gui-thu-chua-ro", State.UNKNOWN, State.QUEUED),
        ("ghi-da-gui", State.UNKNOWN, State.SENT),
    ],
)
def test_each_action_does_what_it_says(desk, action, before, after):
    message = in_state(before)
    assert action in text_of(desk.get(message.get_absolute_url()))
    desk.post(confirm(action), {"thu": message.pk})
    assert state_of(message) == after


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("thu-lai", State.SENT),
        ("thu-lai", State.UNKNOWN),
        ("huy", State.SENT),
        ("huy", State.SENDING),
        ("huy", State.UNKNOWN),
        ("cho-gui", State.SENT),
        ("gui-thu-chua-ro", State.SENDING),
        ("ghi-da-gui", State.QUEUED),
        ("gui-them", State.QUEUED),
        ("gui-them", State.FAILED),
        ("gui-them", State.UNKNOWN),
    ],
)
def test_a_letter_that_went_on_meanwhile_is_left_alone(desk, action, state):
    message = in_state(state)
    assert confirm(action) not in text_of(desk.get(message.get_absolute_url()))
    response = desk.post(confirm(action), {"thu": f"{message.pk}:1"}, follow=True)
    assert "Bỏ qua: Thư gửi sct-dak-lak@gov.example đang ở trạng thái" in text_of(response)
    assert state_of(message) == state
    assert Message.objects.count() == 1


def test_unknown_actions_are_404(desk):
    assert desk.get(confirm("xoa-het")).status_code == 404
    assert desk.post(confirm("xoa-het")).status_code == 404


def test_retry_goes_to_the_address_that_staff_have_mended(desk, smtp_server, world):
    contact = Contact.objects.get(organisation=world.dak_lak.so)
    message = in_state(State.FAILED, contact=contact, address=contact.email)
    contact.email = "moi@gov.example"
    contact.save()
    desk.post(confirm("thu-lai"), {"thu": message.pk})
    send_due()
    assert smtp_server.envelopes[0].rcpt_tos == ["moi@gov.example"]
    assert state_of(message) == State.SENT
    assert "moi@gov.example" in text_of(desk.get(OUTBOX, {"q": "moi@gov"}))


def test_retry_starts_the_ladder_anew(desk):
    message = in_state(State.FAILED)
    Message.objects.update(attempts=11, not_after=timezone.now() - dt.timedelta(days=1))
    desk.post(confirm("thu-lai"), {"thu": message.pk})
    message.refresh_from_db()
    assert (message.attempts, message.not_after) == (0, None)


def test_an_unknown_letter_is_released_as_the_same_letter(desk, smtp_server):
    message = in_state(State.UNKNOWN)
    assert "Người nhận có thể đã có thư này" in text_of(
        desk.get(confirm("gui-thu-chua-ro"), {"thu": message.pk})
    )
    desk.post(confirm("gui-thu-chua-ro"), {"thu": message.pk})
    send_due()
    assert smtp_server.mails[0]["Message-ID"] == message.message_id


def test_sending_again_writes_a_new_letter_that_names_the_old(desk, smtp_server):
    message = write("invite:1", attachments=[FileAttachment("a.ics", "text/calendar", b"x")])
    send_due()
    page = text_of(desk.get(confirm("gui-them"), {"thu": message.pk}))
    assert f'name="thu" value="{message.pk}:1"' in page
    for _ in range(2):  # the same page sent twice
        desk.post(confirm("gui-them"), {"thu": f"{message.pk}:1"})
    again = Message.objects.get(again_of=message)
    assert again.key == "invite:1:again1"
    assert again.message_id != message.message_id
    assert again.attachments.get().content.tobytes() == b"x"
    send_due()
    assert [mail["Message-ID"] for mail in smtp_server.mails] == [message.message_id, again.message_id]
    assert again.get_absolute_url() in text_of(desk.get(message.get_absolute_url()))
    assert f'value="{message.pk}:2"' in text_of(desk.get(confirm("gui-them"), {"thu": message.pk}))
    # Again of an again is numbered by the first letter.
    desk.post(confirm("gui-them"), {"thu": f"{again.pk}:2"})
    assert Message.objects.latest("pk").key == "invite:1:again2"


@pytest.mark.parametrize("choice", ["{}", "{}:0", "{}:x", "{}:-1", "{}:99999"])
def test_a_forged_repetition_is_refused(desk, choice):
    message = in_state(State.SENT)
    assert desk.post(confirm("gui-them"), {"thu": choice.format(message.pk)}).status_code == 404
    assert Message.objects.count() == 1

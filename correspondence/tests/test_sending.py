"""Letters over real SMTP: what arrives, and what stands in the row afterwards."""

import asyncio
import datetime as dt
import hashlib
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import F
from django.utils import timezone

from correspondence import sending
from correspondence.backlog import oldest_unsent_age
from correspondence.handling import cancel
from correspondence.models import Attempt, DocumentCopy, Message, OfficialDocument
from correspondence.outbox import CopyAttachment, FileAttachment
from correspondence.sending import LADDER, claim_due, recover_dead_leases, send_claimed, send_due
from correspondence.tests.letters import state_of, write, write_many
from directory import links
from directory.models import Contact

State = Message.State
pytestmark = pytest.mark.django_db
LONG_NAME = "Giấy mời Ủy ban nhân dân thành phố Hồ Chí Minh dự Hội nghị trực tuyến (bản 2).pdf"


@pytest.fixture
def contact(world):
    return Contact.objects.get(organisation=world.dak_lak.so)


def test_a_letter_arrives_whole(smtp_server, settings):
    settings.PUBLIC_URL = "https://hoinghi.example"
    message = write(
        text="Kính gửi: Sở Công Thương,\n.\nMở {link}\n",
        html='<html><body><a href="{link}">Đề cử</a></body></html>',
        link_path="/de-cu/7/",
        reply_to="lien@moit.example",
        attachments=[
            FileAttachment(
                "Lịch hội nghị.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR"
            ),
            FileAttachment(LONG_NAME, "application/pdf", b"%PDF-1.7"),
        ],
    )
    assert send_due() == 1
    (envelope,), (mail,) = smtp_server.envelopes, smtp_server.mails
    assert envelope.mail_from == "hoinghi@portal.example"
    assert envelope.rcpt_tos == ["sct-dak-lak@gov.example"]
    assert str(mail["From"]) == "Cổng hội nghị <hoinghi@portal.example>"
    assert str(mail["To"]) == "Sở Công Thương tỉnh Đắk Lắk <sct-dak-lak@gov.example>"
    assert mail["Subject"] == message.subject
    assert mail["Reply-To"] == "lien@moit.example"
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert abs(mail["Date"].datetime - timezone.now()) < dt.timedelta(minutes=1)
    assert mail["Date"].datetime.utcoffset() == dt.timedelta(hours=7)
    assert mail.get_content_type() == "multipart/mixed"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text == "Kính gửi: Sở Công Thương,\n.\nMở https://hoinghi.example/de-cu/7/\n"
    assert 'href="https://hoinghi.example/de-cu/7/"' in mail.get_body(("html",)).get_content()
    calendar, pdf = mail.iter_attachments()
    assert calendar.get_filename() == "Lịch hội nghị.ics"
    assert calendar.get_content_type() == "application/ics"
    assert pdf.get_filename() == LONG_NAME
    assert pdf.get_content() == b"%PDF-1.7"
    assert b"filename*" in envelope.content  # RFC 2231
    assert max(map(len, envelope.content.split(b"\r\n"))) < 998

    message.refresh_from_db()
    assert message.state == State.SENT
    assert message.attempts == 1
    assert message.answer == "250 Kept"
    assert abs(message.sent_at - timezone.now()) < dt.timedelta(minutes=1)
    assert [each.outcome for each in message.attempt_log.all()] == ["sent"]


@pytest.mark.parametrize(
    "name",
    [
        'Ông "Ba" <Nguyễn>, Giám đốc; (Sở) CT',
        "Nguyen Van A, " * 9,
        "Ủy ban nhân dân, " * 12,
        "a\r\nBcc: evil@gov.example",
        "=?utf-8?q?x?= Đ",
        "",
    ],
)
def test_no_name_or_subject_adds_a_header_or_a_recipient(smtp_server, name):
    write(recipient_name=name, subject=f"{name} Mời")
    send_due()
    (envelope,), (mail,) = smtp_server.envelopes, smtp_server.mails
    assert envelope.rcpt_tos == ["sct-dak-lak@gov.example"]
    once = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language"]
    assert sorted(mail.keys()) == sorted([*once, "Auto-Submitted", "X-Auto-Response-Suppress"])
    # Read by RFC 2047 alone: the parser of Python 3.11 leaves spaces between the encoded words of a name.
    raw = message_from_bytes(envelope.content)
    ((words, address),) = getaddresses([raw["To"]])
    assert address == "sct-dak-lak@gov.example"
    message = Message.objects.get()
    assert str(make_header(decode_header(words))) == message.recipient_name
    assert str(make_header(decode_header(raw["Subject"]))) == message.subject
    assert not mail.defects


def test_only_due_and_queued_letters_go(smtp_server):
    write("later", due_at=timezone.now() + dt.timedelta(minutes=1))
    write("held", held=True)
    now = write("now")
    assert send_due() == 1
    assert [each["Message-ID"] for each in smtp_server.mails] == [now.message_id]


def test_one_connection_carries_a_batch(smtp_server):
    sessions = set()

    async def handle_EHLO(server, session, envelope, hostname, responses):
        sessions.add(id(session))
        session.host_name = hostname
        return responses

    smtp_server.handle_EHLO = handle_EHLO
    write_many(30)
    send_due()
    assert len(smtp_server.mails) == 30
    assert len(sessions) == 1


def test_a_run_ends_after_its_time_and_has_woken_the_next(smtp_server, monkeypatch):
    woken = []
    monkeypatch.setattr(sending, "wake", woken.append)
    monkeypatch.setattr(sending, "RUN_FOR", dt.timedelta(0))
    monkeypatch.setattr(sending, "BATCH", 4)
    write_many(10)
    assert [send_due() for _ in range(4)] == [4, 4, 2, 0]
    assert len(woken) == 2  # not for the last, which took all that was left
    assert len(smtp_server.mails) == 10


# ── refused ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_address_stops_at_once_and_the_rest_still_go(smtp_server, contact):
    smtp_server.refuse(contact.email, "550 5.1.1 Hộp thư không tồn tại")
    bad, good = (
        write("bad", contact=contact, address=contact.email),
        write("good", address="khac@gov.example"),
    )
    send_due()
    assert (state_of(bad), state_of(good)) == (State.FAILED, State.SENT)
    assert bad.answer.startswith("550 5.1.1 ")
    contact.refresh_from_db()
    assert contact.refused_at is not None
    assert contact.refusal == bad.answer


@pytest.mark.parametrize("answer", ["552 5.2.2 Mailbox full", "550 5.7.1 Spam"])
def test_an_answer_about_something_else_does_not_mark_the_address(smtp_server, contact, answer):
    smtp_server.refuse(contact.email, answer)
    message = write(contact=contact, address=contact.email)
    send_due()
    assert state_of(message) == State.FAILED
    contact.refresh_from_db()
    assert contact.refused_at is None


def test_an_accepted_letter_clears_the_mark_of_the_address(smtp_server, contact):
    Contact.objects.update(refused_at=timezone.now(), refusal="550")
    write(contact=contact, address=contact.email)
    send_due()
    contact.refresh_from_db()
    assert (contact.refused_at, contact.refusal) == (None, "")


def test_content_that_the_server_refuses_fails(smtp_server):
    async def handle_DATA(server, session, envelope):
        return "554 5.7.1 Refused by policy"

    smtp_server.handle_DATA = handle_DATA
    messages = write_many(2)
    send_due()
    assert {state_of(each) for each in messages} == {State.FAILED}
    assert messages[0].answer == "554 5.7.1 Refused by policy"


# ── passing troubles ────────────────────────────────────────────────────────────────────────────────


def test_a_passing_trouble_climbs_the_ladder_and_then_stops(smtp_server):
    smtp_server.refuse("sct-dak-lak@gov.example", "451 4.3.0 Try again later")
    message = write()
    for step in LADDER:
        send_due(at=timezone.now() + dt.timedelta(microseconds=1))
        assert state_of(message) == State.QUEUED
        assert abs(message.due_at - timezone.now() - step) < dt.timedelta(seconds=5)
        Message.objects.update(due_at=timezone.now())
    send_due()
    assert state_of(message) == State.FAILED
    assert message.attempts == len(LADDER) + 1
    assert {each.answer for each in message.attempt_log.all()} == {"451 4.3.0 Try again later"}


def test_after_the_trouble_the_letter_goes(smtp_server):
    smtp_server.refuse("sct-dak-lak@gov.example", "451 4.3.0 Try again later")
    message = write()
    send_due()
    smtp_server.accept("sct-dak-lak@gov.example")
    assert send_due() == 0  # not due yet
    assert send_due(at=timezone.now() + dt.timedelta(seconds=11)) == 1
    assert state_of(message) == State.SENT


def test_a_server_that_is_away_is_asked_once_per_batch(smtp_server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    messages = write_many(20)
    send_due()
    assert {state_of(each) for each in messages} == {State.QUEUED}
    assert {each.attempts for each in messages} == {1}
    assert messages[0].answer.startswith("Không kết nối được máy chủ thư: ")
    assert messages[0].handed_over_at is None
    settings.EMAIL_PORT = port
    send_due(at=timezone.now() + dt.timedelta(seconds=11))
    assert len(smtp_server.mails) == 20


@pytest.mark.parametrize("farewell", ["421 4.7.0 Too many letters", None])
def test_a_server_that_hangs_up_between_letters_is_called_again(smtp_server, farewell):
    """Some servers close the line after so many letters: the next letter goes at once over a new one."""
    seen = {}

    async def handle_MAIL(server, session, envelope, address, options):
        seen[id(session)] = seen.get(id(session), 0) + 1
        if seen[id(session)] > 3:
            if farewell:
                return farewell
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    smtp_server.handle_MAIL = handle_MAIL
    messages = write_many(10)
    send_due()
    assert {state_of(each) for each in messages} == {State.SENT}
    assert {each.attempts for each in messages} == {1}
    assert len(smtp_server.mails) == 10


def test_a_line_lost_before_the_letter_is_out_is_tried_again(smtp_server):
    async def handle_RCPT(server, session, envelope, address, options):
        server.transport.abort()

    smtp_server.handle_RCPT = handle_RCPT
    message = write()
    send_due()
    assert state_of(message) == State.QUEUED
    assert message.answer.startswith("Mất kết nối trước khi trao xong thư: ")


def test_a_line_lost_before_the_answer_leaves_the_letter_unknown(smtp_server):
    keep = smtp_server.handle_DATA

    async def handle_DATA(server, session, envelope):
        await keep(server, session, envelope)
        server.transport.abort()

    smtp_server.handle_DATA = handle_DATA
    messages = write_many(2)
    send_due()
    assert {state_of(each) for each in messages} == {State.UNKNOWN}
    assert messages[0].answer.startswith("Máy chủ đã nhận nội dung thư nhưng không trả lời")
    send_due(at=timezone.now() + dt.timedelta(days=1))
    assert len(smtp_server.mails) == 2  # nobody sends it again by itself


# ── leases ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_dead_worker_had_only_claimed_goes_back_to_the_queue(smtp_server):
    message = write()
    claim_due(worker="dead", limit=10, at=timezone.now())
    assert state_of(message) == State.CLAIMED
    recover_dead_leases(timezone.now() + dt.timedelta(seconds=29))
    assert state_of(message) == State.CLAIMED
    recover_dead_leases(timezone.now() + dt.timedelta(seconds=31))
    assert state_of(message) == State.QUEUED
    send_due()
    assert state_of(message) == State.SENT


def test_what_a_dead_worker_was_handing_over_is_unknown(smtp_server):
    message = write()
    (claimed,) = claim_due(worker="dead", limit=10, at=timezone.now())
    assert sending._mark_sending(claimed, None, "dead")
    recover_dead_leases(timezone.now() + dt.timedelta(seconds=31))
    assert state_of(message) == State.UNKNOWN
    assert message.attempt_log.get().outcome == Attempt.Outcome.UNKNOWN
    assert send_due(at=timezone.now() + dt.timedelta(hours=1)) == 0


def test_a_slow_worker_that_lost_its_lease_does_not_send(smtp_server):
    message = write()
    slow = claim_due(worker="slow", limit=10, at=timezone.now())
    recover_dead_leases(timezone.now() + dt.timedelta(seconds=31))
    send_claimed(slow, worker="slow")
    assert smtp_server.mails == []
    assert state_of(message) == State.QUEUED


def test_a_slow_worker_that_knows_the_end_writes_it_over_unknown(smtp_server, monkeypatch):
    message = write()
    claimed = claim_due(worker="slow", limit=10, at=timezone.now())

    class Slow(sending.Transport):
        def hand_over(self, **letter):
            outcome = super().hand_over(**letter)
            recover_dead_leases(timezone.now() + dt.timedelta(minutes=1))
            assert state_of(message) == State.UNKNOWN
            return outcome

    monkeypatch.setattr(sending, "Transport", Slow)
    send_claimed(claimed, worker="slow")
    assert state_of(message) == State.SENT


def test_a_letter_cancelled_after_its_claim_does_not_go(smtp_server, an):
    message = write()
    claimed = claim_due(worker="w", limit=10, at=timezone.now())
    cancel(message=message, actor=an, at=timezone.now())
    send_claimed(claimed, worker="w")
    assert smtp_server.mails == []
    assert state_of(message) == State.CANCELLED


def test_what_became_of_a_letter_is_kept_when_the_next_one_is_cancelled(smtp_server, an):
    """The result of one letter is written together with the next one's handover, which may be refused."""
    messages = write_many(3)
    claimed = claim_due(worker="w", limit=10, at=timezone.now())
    cancel(message=messages[1], actor=an, at=timezone.now())
    send_claimed(claimed, worker="w")
    assert [state_of(message) for message in messages] == [State.SENT, State.CANCELLED, State.SENT]
    assert [message.attempt_log.count() for message in messages] == [1, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_a_live_worker_writes_down_the_result_when_the_database_is_back(smtp_server):
    """While the server takes the letter, the worker's database connection is cut."""
    messages = write_many(3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (worker,) = cursor.fetchone()
    keep = smtp_server.handle_DATA

    async def handle_DATA(server, session, envelope):
        if len(smtp_server.envelopes) == 1:
            await asyncio.to_thread(cut, worker)
        return await keep(server, session, envelope)

    smtp_server.handle_DATA = handle_DATA
    send_due()
    assert {state_of(message) for message in messages} == {State.SENT}
    assert len(smtp_server.mails) == 3


def cut(backend: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    connection.close()


# ── too late, forbidden, spoiled ────────────────────────────────────────────────────────────────────


def test_a_letter_whose_time_has_passed_is_not_sent(smtp_server):
    message = write(not_after=timezone.now() + dt.timedelta(minutes=5))
    assert send_due(at=timezone.now() + dt.timedelta(minutes=6)) == 0
    assert state_of(message) == State.CANCELLED
    assert message.answer == "Không gửi: đã quá thời hạn của thư trước khi gửi được."


def test_a_queued_letter_to_a_domain_that_is_no_longer_allowed_is_stopped(smtp_server, settings):
    message = write(address="so@moit.gov.vn")
    settings.OUTBOX_ALLOWED_DOMAINS = ["example"]
    send_due()
    assert state_of(message) == State.FAILED
    assert smtp_server.mails == []


def _link(purpose: str):
    return links.issue(
        purpose=purpose,
        holder="test:1",
        scope="",
        address="a@b.example",
        label="",
        expires_at=timezone.now() + dt.timedelta(days=1),
    )


@pytest.fixture
def copy(world):
    document = OfficialDocument.objects.create(
        kind="GM",
        letterhead=world.letterhead,
        issuer=world.ministry,
        register="GM",
        subject="s",
        state=OfficialDocument.State.ISSUED,
        number=5,
        issued_on=dt.date(2026, 1, 5),
    )
    content = b"%PDF-1.7 giay moi"
    return DocumentCopy.objects.create(
        document=document,
        recipient="Sở Công Thương tỉnh Đắk Lắk",
        file=ContentFile(content, "giay-moi.pdf"),
        file_name="Giấy mời.pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_a_copy_of_a_document_is_attached_under_its_vietnamese_name(smtp_server, copy):
    write(attachments=[CopyAttachment(copy)])
    send_due()
    (pdf,) = smtp_server.mails[0].iter_attachments()
    assert pdf.get_filename() == "Giấy mời.pdf"
    assert pdf.get_content() == b"%PDF-1.7 giay moi"


def test_a_copy_that_was_changed_or_lost_is_not_sent(smtp_server, copy):
    changed = write("changed", attachments=[CopyAttachment(copy)])
    with open(copy.file.path, "wb") as file:
        file.write(b"%PDF-1.7 something else")
    send_due()
    copy.file.storage.delete(copy.file.name)
    lost, good = write("lost", attachments=[CopyAttachment(copy)]), write("good", address="khac@gov.example")
    send_due()
    assert [state_of(each) for each in (changed, lost, good)] == [State.FAILED, State.FAILED, State.SENT]
    assert "mã băm không khớp" in changed.answer
    assert "không tìm thấy tệp “Giấy mời.pdf”" in lost.answer


def test_one_letter_that_cannot_be_made_does_not_hold_up_the_others(smtp_server):
    early = timezone.now() - dt.timedelta(hours=1)
    nowhere = write("nowhere", due_at=early)
    Message.objects.filter(pk=nowhere.pk).update(address="không có")
    pageless = write("pageless", due_at=early, text="{link}", link=_link(purpose="no such page"))
    good = write("good")
    send_due()
    assert [state_of(each) for each in (nowhere, pageless, good)] == [State.FAILED, State.FAILED, State.SENT]
    assert "thiếu dấu @" in nowhere.answer
    assert pageless.answer == "Không soạn được thư: KeyError"


# ── pace and age ────────────────────────────────────────────────────────────────────────────────────


def test_no_more_than_the_limit_goes_out_in_a_minute(smtp_server, settings):
    settings.OUTBOX_PER_MINUTE = 12
    write_many(30)
    assert send_due() == 12
    assert send_due() == 0
    Attempt.objects.update(at=F("at") - dt.timedelta(seconds=55))
    assert send_due() == 0
    Attempt.objects.update(at=F("at") - dt.timedelta(seconds=6))
    assert send_due() == 12
    assert len(smtp_server.mails) == 24


def test_the_oldest_unsent_letter_is_counted_from_its_first_try(smtp_server):
    now = timezone.now()
    assert oldest_unsent_age(now) is None
    write("later", due_at=now + dt.timedelta(hours=1))
    assert oldest_unsent_age(now) is None
    smtp_server.refuse("sct-dak-lak@gov.example", "451 4.3.0 Try again later")
    message = write("tried", due_at=now - dt.timedelta(minutes=3))
    assert oldest_unsent_age(now) == dt.timedelta(minutes=3)
    send_due()
    message.refresh_from_db()
    assert message.due_at > timezone.now()
    age = oldest_unsent_age(timezone.now() + dt.timedelta(minutes=1))
    assert dt.timedelta(seconds=60) <= age < dt.timedelta(seconds=70)

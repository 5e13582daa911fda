"""Letters that came back: real reports of Postfix, Exchange, Gmail, qmail and Exim, and whatever else arrives."""

import datetime as dt
import io
import mailbox
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import bounces, delivery_reports, handling
from correspondence.bounces import Result, read_mail
from correspondence.models import Bounce, Message
from correspondence.sending import send_due
from correspondence.tests.letters import state_of, write
from directory.models import AuditEntry, Contact

State = Message.State
FILES = Path(__file__).parent / "bounces"
MESSAGE_ID = "<0123456789abcdef0123456789abcdef01234567@hoinghi.example>"
AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
FAILED = ["postfix-failed", "exchange-failed", "gmail-failed", "qmail-failed", "exim-failed"]


def mail(name: str) -> bytes:
    return (FILES / f"{name}.eml").read_bytes()


@pytest.fixture
def message(world):
    """A letter that went out to the Sở of Đắk Lắk."""
    contact = Contact.objects.get(organisation=world.dak_lak.so)
    contact.email = "sct@daklak.example"
    contact.save()
    message = write(contact=contact, address=contact.email)
    Message.objects.filter(pk=message.pk).update(
        state=State.SENT, message_id=MESSAGE_ID, sent_at=AT - dt.timedelta(days=1)
    )
    message.refresh_from_db()
    return message


# ── what the servers say ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "status", "recipient", "words"),
    [
        (
            "postfix-failed",
            "5.1.1",
            "sct@daklak.example",
            "550 5.1.1 <sct@daklak.example>: Recipient address rejected",
        ),
        ("exchange-failed", "5.1.10", "sct@daklak.example", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
        ("gmail-failed", "5.1.1", "sct.daklak@gmail.example", "550-5.1.1 The email account that you tried"),
        ("qmail-failed", "5.1.1", None, "Hi. This is the qmail-send program"),
        ("exim-failed", "", "sct@laichau.example", "This message was created automatically"),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_final_report_is_understood(name, status, recipient, words, line_end):
    report = delivery_reports.read(mail(name).replace(b"\n", line_end))
    assert report.message_ids[0] == MESSAGE_ID
    assert (report.is_final, report.status) == (True, status)
    assert report.recipients == ({recipient} if recipient else set())
    assert report.words.startswith(words)
    assert report.sent_at.date() in (dt.date(2026, 11, 22), dt.date(2026, 11, 23))
    assert report.is_about_the_address


def test_a_delay_is_no_failure():
    report = delivery_reports.read(mail("postfix-delayed"))
    assert (report.message_ids[0], report.is_final, report.status) == (MESSAGE_ID, False, "4.4.1")


@pytest.mark.parametrize("name", ["vacation", "read-receipt", "person", "delivered"])
def test_other_mails_are_no_reports(name):
    assert delivery_reports.read(mail(name)) is None


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.3.4", "4.4.7"])
def test_a_full_mailbox_or_a_rule_does_not_make_an_address_wrong(status):
    report = delivery_reports.read(
        mail("postfix-failed").replace(b"Status: 5.1.1", f"Status: {status}".encode())
    )
    assert report.is_final
    assert not report.is_about_the_address


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"message/rfc822", b"application/octet-stream"),  # nothing but the report's own headers is left
        (b"Message-ID: <0123", b"X-Lost: <0123"),
    ],
)
def test_a_letter_is_found_by_what_the_report_answers(old, new):
    assert delivery_reports.read(mail("exchange-failed").replace(old, new)).message_ids[0] == MESSAGE_ID


# ── what the portal does ────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize("name", FAILED)
def test_a_letter_that_came_back_has_failed(message, name):
    reading = read_mail(mail(name), at=AT)
    assert reading.result is Result.NEW
    assert state_of(message) == State.FAILED
    assert message.answer.startswith("Thư bị trả lại:")
    bounce = message.bounces.get()
    assert bounce.is_final
    assert bounce.received_at <= AT
    message.contact.refresh_from_db()
    assert message.contact.refused_at == AT
    entry = AuditEntry.objects.get(action="message.bounce")
    assert entry.changes == {"state": ["sent", "failed"]}


@pytest.mark.django_db
def test_a_delay_is_noted_and_changes_nothing(message):
    assert read_mail(mail("postfix-delayed"), at=AT).result is Result.NEW
    assert state_of(message) == State.SENT
    assert not message.bounces.get().is_final
    message.contact.refresh_from_db()
    assert message.contact.refused_at is None


@pytest.mark.django_db
def test_the_same_report_read_twice_is_noted_once(message, an):
    read_mail(mail("postfix-failed"), at=AT)
    Message.objects.update(state=State.SENT)  # sent again meanwhile
    assert read_mail(mail("postfix-failed"), at=AT).result is Result.KNOWN
    assert Bounce.objects.count() == 1
    assert state_of(message) == State.SENT


@pytest.mark.django_db
def test_the_mended_address_gets_the_same_letter(message, an, smtp_server):
    read_mail(mail("postfix-failed"), at=AT)
    message.contact.email = "moi@daklak.example"
    message.contact.save()
    handling.retry(message=Message.objects.get(pk=message.pk), actor=an, at=timezone.now())
    send_due()
    assert smtp_server.envelopes[0].rcpt_tos == ["moi@daklak.example"]
    assert smtp_server.mails[0]["Message-ID"] == MESSAGE_ID
    message.contact.refresh_from_db()
    assert message.contact.refused_at is None
    # A second server reports the old address late: the letter has arrived at the new one.
    late = mail("postfix-failed").replace(b"4Xw2bT5z3Nz8@", b"another@")
    assert read_mail(late, at=AT).result is Result.NEW
    assert state_of(message) == State.SENT
    # The new address comes back too: that is news.
    read_mail(late.replace(b"another@", b"third@").replace(b"sct@daklak", b"moi@daklak"), at=AT)
    assert state_of(message) == State.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.CANCELLED, State.FAILED])
def test_a_letter_that_is_somewhere_else_is_not_touched(message, state):
    Message.objects.update(state=state)
    assert read_mail(mail("postfix-failed"), at=AT).result is Result.NEW
    assert state_of(message) == state


@pytest.mark.django_db
def test_a_letter_of_unknown_fate_is_known_to_have_failed(message):
    Message.objects.update(state=State.UNKNOWN)
    read_mail(mail("postfix-failed"), at=AT)
    assert state_of(message) == State.FAILED


@pytest.mark.django_db
def test_a_report_about_somebody_elses_letter_is_left(message):
    foreign = mail("postfix-failed").replace(b"0123456789abcdef", b"f" * 16)
    assert read_mail(foreign, at=AT).result is Result.FOREIGN
    assert not Bounce.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "date", ["Mon, 22 Nov 2099 08:00:05 +0700", "Thu, 01 Jan 1 00:00:00 -0000", "bậy", ""]
)
def test_a_clock_that_is_wrong_does_no_harm(message, date):
    odd = mail("postfix-failed").replace(
        b"Date: Mon, 22 Nov 2026 08:00:05 +0700 (+07)", f"Date: {date}".encode()
    )
    read_mail(odd, at=AT)
    assert message.bounces.get().received_at == AT


# ── what anybody may send ───────────────────────────────────────────────────────────────────────────

REPORT = b'From: x@y\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
STATUS = b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"\xff\xfe" * 500,
        b"From: \n\n",
        REPORT,
        REPORT + b"--b",
        REPORT + b"--b\nContent-Type: message/delivery-status\n\n--b--",
        REPORT + STATUS + b"Action: failed\n\n--b--",
        REPORT + STATUS + b"Action: \xff\xfe\nStatus: \0\n\n--b--",
        REPORT + STATUS + b"Action: failed\nStatus: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\n--b--",
        REPORT + STATUS + b"Action: failed\n\n--b\nContent-Type: text/rfc822-headers; charset=bad\n"
        b"Content-Transfer-Encoding: base64\n\n!!!!\n--b--",
        REPORT
        + b"--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--",
        b'Content-Type: multipart/mixed; boundary="\n\nx',
        b"Content-Type: multipart/report; boundary*0*=x''%ff; report-type*=bad''%ff%00\n\nx",
        b"From: MAILER-DAEMON@x\nContent-Type: text/plain; charset=\xff\xfe\n\n5.1.1 "
        + MESSAGE_ID.encode()[:30],
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000)),
        b"Content-Type: message/rfc822\n\n" * 5000,
        b"From: MAILER-DAEMON@x\n\n" + b"<" * 900_000,
        b"From: MAILER-DAEMON@x\n\n" + b"a1b2" * 250_000,
        b"From: MAILER-DAEMON@x\n\n" + b"5." * 450_000,
        b"X-A: b\n" * 140_000,
    ],
    ids=range(21),
)
def test_hostile_mails_do_nothing(message, content):
    started = timezone.now()
    assert read_mail(content, at=AT).result in (Result.OTHER, Result.UNREADABLE)
    assert timezone.now() - started < dt.timedelta(seconds=5)
    assert not Bounce.objects.exists()
    assert state_of(message) == State.SENT


@pytest.mark.django_db
def test_nul_long_words_and_wild_charsets_are_stored_clean(message):
    odd = (
        mail("postfix-failed")
        .replace(b"rejected: User", b"\0\xff" * 2000 + b"rejected: User")
        .replace(b"Status: 5.1.1", b"Status: \x005.1.1\0")
        .replace(b"<4Xw2bT5z3Nz8@mail.moit.example>", b"<4Xw2\0bT5z3Nz8@mail.moit.example>")
        .replace(b"charset=utf-8", b"charset=khong-co")
    )
    assert read_mail(odd, at=AT).result is Result.NEW
    bounce = message.bounces.get()
    assert "\0" not in bounce.words + bounce.status + bounce.report_id
    assert len(bounce.words) <= 1000


@pytest.mark.django_db
def test_a_returned_letter_of_twenty_megabytes_is_read_at_its_beginning(message):
    big = mail("postfix-failed").replace("Kính gửi".encode(), b"A" * 20_000_000)
    assert read_mail(big, at=AT).result is Result.NEW


@pytest.mark.django_db
def test_a_thousand_guesses_are_not_all_looked_up(message):
    ids = " ".join(f"<{n:040x}@x.example>" for n in range(5000))
    many = mail("exim-failed").replace(MESSAGE_ID.encode(), ids.encode())
    with CaptureQueriesContext(connection) as captured:
        read_mail(many, at=AT)
    assert len(captured) < 30


# ── the command ─────────────────────────────────────────────────────────────────────────────────────


def run(*args, stdin: bytes = b"", monkeypatch=None) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    if monkeypatch:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
    call_command("read_bounces", *map(str, args), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_a_maildir_is_read_and_left_as_it_is(message, tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir")
    for name in ("postfix-failed", "gmail-failed", "vacation", "person"):
        box.add(mail(name))
    box.add(REPORT + b"--b--")
    (tmp_path / "Maildir" / "cur" / "broken-link").symlink_to(tmp_path / "nothing")
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "Maildir").glob("*/1*"))
    out, err = run(tmp_path / "Maildir")
    assert "Đã đọc 5 thư; mới: 2, đã đọc trước đây: 0, báo về thư không phải của cổng: 0" in out
    assert "không phải thư báo: 2, thư báo không đọc được: 1" in out
    assert "Maildir/new/" in err
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "Maildir").glob("*/1*")) == before
    assert "mới: 0, đã đọc trước đây: 2" in run(tmp_path / "Maildir")[0]
    assert Bounce.objects.count() == 2


@pytest.mark.django_db
def test_old_mails_of_a_maildir_are_passed_over(message, tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(mail("postfix-failed"))
    for path in (tmp_path / "Maildir" / "new").iterdir():
        os.utime(path, (0, 0))
    assert "Đã đọc 0 thư" in run(tmp_path / "Maildir")[0]


@pytest.mark.django_db
def test_an_mbox_is_read(message, tmp_path):
    box = mailbox.mbox(tmp_path / "bounces.mbox")
    for name in ("postfix-delayed", "exchange-failed"):
        box.add(mail(name))
    box.close()
    content = (tmp_path / "bounces.mbox").read_bytes()
    assert "mới: 2" in run(tmp_path / "bounces.mbox")[0]
    assert (tmp_path / "bounces.mbox").read_bytes() == content


@pytest.mark.django_db
def test_one_mail_is_piped_and_read_to_its_end(message, monkeypatch):
    piped = mail("postfix-failed") + b"A" * 3_000_000
    assert "mới: 1" in run("-", stdin=piped, monkeypatch=monkeypatch)[0]
    assert sys.stdin.buffer.read() == b""  # a server takes a pipe that closes early for a failure


@pytest.mark.django_db
def test_with_the_database_away_the_mail_server_is_asked_to_come_again(message, monkeypatch):
    def away(*args, **options):
        raise OperationalError("away")

    monkeypatch.setattr(bounces.Bounce.objects, "get_or_create", away)
    with pytest.raises(CommandError) as refused:
        run("-", stdin=mail("postfix-failed"), monkeypatch=monkeypatch)
    assert refused.value.returncode == 75


@pytest.mark.parametrize("make", [lambda path: path / "nothing", lambda path: path])
def test_a_mailbox_that_is_none_is_named(tmp_path, make):
    with pytest.raises(CommandError, match=str(tmp_path)):
        run(make(tmp_path))


# ── what staff see ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_staff_see_what_came_back_and_mend_it(client, an, message):
    client.force_login(an)
    read_mail(mail("postfix-delayed"), at=AT)
    late = client.get(reverse("outbox")).content.decode()
    assert "đến chậm" in late
    page = client.get(message.get_absolute_url()).content.decode()
    assert "Máy chủ báo thư đến chậm, 4.4.1" in page
    assert "connect to mx.daklak.example" in page
    read_mail(mail("postfix-failed"), at=AT)
    listed = client.get(reverse("outbox")).content.decode()
    assert "bị trả lại" in listed
    assert "đến chậm" not in listed
    assert "1 thư không tới nơi" in listed
    page = client.get(message.get_absolute_url()).content.decode()
    assert "Thư bị trả lại, 5.1.1" in page
    assert "User unknown in virtual mailbox table" in page
    assert reverse("admin:directory_contact_change", args=[message.contact_id]) in page


@pytest.mark.django_db
def test_the_list_asks_nothing_row_by_row(client, an, message):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("outbox"))
        return len(captured)

    client.force_login(an)
    read_mail(mail("postfix-failed"), at=AT)
    queries()
    one = queries()
    for number in range(2):
        other = write(f"other:{number}")
        Bounce.objects.create(message=other, report_id=str(number), received_at=AT, is_final=False)
    assert queries() == one

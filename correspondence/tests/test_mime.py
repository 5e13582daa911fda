"""A letter as it stands on the wire, read by a parser that knows nothing of how it was written."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from html.parser import HTMLParser
from urllib.parse import unquote

import icalendar
import pytest
from django.conf import settings

from correspondence import labels
from correspondence.letters import render_letter
from correspondence.mime import compose, wrapped
from correspondence.outbox import FileAttachment
from correspondence.tests.letters import write

pytestmark = pytest.mark.django_db
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//VI\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
    "DTSTAMP:20261101T000000Z\r\nDTSTART:20261201T010000Z\r\nSUMMARY:Hội nghị\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
PARTS = {
    "subject": "Mời dự Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp của các tỉnh, thành phố",
    "organisation": "Bộ Công Thương",
    "greeting": "Kính gửi: Sở Công Thương tỉnh Đắk Lắk,",
    "heading": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
    "facts": [("Thời gian", "½ ngày, từ 8h00 ngày 02/7/2026 (Thứ 5)")],
    "paragraphs": [
        "Đề nghị Quý cơ quan là đơn vị đầu mối tổng hợp, gửi danh sách đại biểu trên Cổng hội nghị trước hạn.",
        "- đồng chí Nguyễn Thị <Bình> & đồng chí Lê Văn An, Giám đốc Sở Công Thương tỉnh Đắk Lắk, trưởng đoàn",
    ],
    "link": "{link}",
    "link_label": "Gửi danh sách",
    "link_note": "Trang này cần đăng nhập.",
    "signature": "CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG",
    "contact": "đồng chí Nguyễn Văn Liên",
}


def calendar(method: str) -> FileAttachment:
    return FileAttachment(
        "Lịch hội nghị.ics",
        f"text/calendar; charset=utf-8; method={method}",
        EVENT.format(method=method).encode(),
    )


def sent(**changes) -> bytes:
    letter = vars(render_letter("letter", PARTS))
    return compose(write(**(letter | {"link_path": "/de-cu/7/"} | changes)))


def parsed(**changes):
    return message_from_bytes(sent(**changes), policy=policy.default)


def tree(part) -> list:
    """The types of a mail's parts, nested as they are."""
    inner = [tree(each) for each in part.iter_parts()] if part.is_multipart() else []
    return [part.get_content_type(), *inner]


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────


def test_text_comes_before_html():
    mail = parsed()
    assert tree(mail) == ["multipart/alternative", ["text/plain"], ["text/html"]]
    assert [part.get_content_charset() for part in mail.iter_parts()] == ["utf-8", "utf-8"]


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_to_an_event_is_a_part_of_the_body_and_a_file(method):
    pdf = FileAttachment("Giấy mời.pdf", "application/pdf", b"%PDF-1.7")
    mail = parsed(attachments=[pdf, calendar(method)])
    assert tree(mail) == [
        "multipart/mixed",
        ["multipart/alternative", ["text/plain"], ["text/html"], ["text/calendar"]],
        ["application/pdf"],
        ["application/ics"],
    ]
    body, _, file = mail.iter_parts()
    event = list(body.iter_parts())[-1]
    assert event["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert event["Content-Disposition"] is None
    assert (
        event.get_payload(decode=True)
        == file.get_payload(decode=True)
        == EVENT.format(method=method).encode()
    )
    assert icalendar.Calendar.from_ical(event.get_payload(decode=True))["METHOD"] == method
    assert file.get_filename() == "Lịch hội nghị.ics"


def test_an_event_for_anybody_is_a_file_only():
    mail = parsed(attachments=[calendar("PUBLISH")])
    assert tree(mail) == [
        "multipart/mixed",
        ["multipart/alternative", ["text/plain"], ["text/html"]],
        ["text/calendar"],
    ]
    assert list(mail.iter_attachments())[0]["Content-Type"].params["method"] == "PUBLISH"


# ── names ───────────────────────────────────────────────────────────────────────────────────────────

NAMES = [
    "Giấy mời – Sở Công Thương tỉnh Đắk Lắk.pdf",
    "plain.pdf",
    "có ; dấu = và 'nháy'.pdf",
    "Danh sách đại biểu " * 5 + ".pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_file_names_are_read_by_new_and_by_old_programs(name):
    raw = sent(attachments=[FileAttachment(name, "application/pdf", b"%PDF")])
    stem = re.sub(r"\.pdf$", "", name)[:80]
    [file] = message_from_bytes(raw, policy=policy.default).iter_attachments()
    assert file.get_filename() == f"{stem}.pdf"
    # What looks at the type's name only, and decodes it as a header.
    [old] = [
        part for part in BytesParser().parsebytes(raw).walk() if part.get_content_type() == "application/pdf"
    ]
    assert str(make_header(decode_header(old.get_param("name").replace("\n", "")))) == f"{stem}.pdf"


def test_names_in_headers_need_no_quotes():
    name = 'Sở CT, "Đắk Lắk" <a@b.example>'  # one encoded word: Python 3.11 reads two with a space between
    mail = parsed(recipient_name=name)
    [to] = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, "sct-dak-lak@gov.example")
    assert mail["Subject"] == PARTS["subject"]


def test_nothing_typed_becomes_a_header():
    wild = "x\r\nBcc: y@z.example\r\n\r\nz"
    letter = vars(render_letter("letter", PARTS | {"subject": wild, "greeting": wild}))
    raw = sent(**letter, recipient_name=wild, attachments=[FileAttachment(wild, "application/pdf", b"%PDF")])
    assert message_from_bytes(raw, policy=policy.default)["Bcc"] is None
    assert b"\nBcc" not in raw.replace(b"\r", b"")


def test_the_wire_is_plain_ascii_in_short_lines():
    raw = sent(attachments=[FileAttachment(name, "application/pdf", b"%PDF") for name in NAMES])
    lines = raw.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert raw.isascii()
    assert max(map(len, lines)) < 998
    # Long is only what may not be broken: a name by RFC 2231.
    assert [line for line in lines if len(line) > 78 and not line.startswith(b" filename*=")] == []


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_headers_say():
    mail = parsed(reply_to="lien@moit.example")
    assert mail["Date"].endswith(" +0700")
    assert mail["Content-Language"] == "vi"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "lien@moit.example"
    assert mail["Message-ID"].startswith("<")
    assert mail["List-Unsubscribe"] is None
    assert {name for name in mail.keys() if mail.get_all(name)[1:]} == set()  # noqa: SIM118  each once


def test_only_reminders_say_how_to_get_no_more(monkeypatch):
    monkeypatch.setattr(labels, "_reminders", {"reminder_deadline"})
    mail = parsed(kind="reminder_deadline", reply_to="lien@moit.example")
    address, _, query = mail["List-Unsubscribe"].strip("<> ").partition("?")
    assert address == "mailto:lien@moit.example"
    assert unquote(query) == "subject=Đề nghị không gửi thư nhắc (conference:1)"
    assert parsed(key="b", kind="reminder_deadline")["List-Unsubscribe"] is None  # nobody to write to
    assert parsed(key="c", reply_to="lien@moit.example")["List-Unsubscribe"] is None


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_plain_text_reads_well():
    text = parsed().get_body(("plain",)).get_content().replace("\r\n", "\n")
    lines = text.splitlines()
    link = f"{settings.PUBLIC_URL}/de-cu/7/"
    assert link in lines  # alone on its line
    assert lines[0] == "Kính gửi: Sở Công Thương tỉnh Đắk Lắk,"
    assert max(map(len, lines)) <= 76
    assert "\n\n\n" not in text
    assert "- đồng chí Nguyễn Thị <Bình> & đồng chí Lê Văn An, Giám đốc Sở Công Thương\n  tỉnh" in text
    assert "\n-- \n" in text
    assert not re.search(r"</?\w+[ >/]|&\w+;", text.replace("<Bình>", ""))


def test_addresses_are_never_broken():
    address = f"https://hoinghi.moit.example/{'a' * 120}/"
    assert address in wrapped(f"Mở {address} để xem thông báo mời họp, rồi gửi danh sách đại biểu.").split(
        "\n"
    )


@pytest.mark.parametrize("missing", [*sorted(PARTS.keys() - {"subject"}), None])
def test_what_is_missing_leaves_no_hole(missing):
    parts = {
        name: value for name, value in PARTS.items() if name != missing and (missing or name == "subject")
    }
    letter = render_letter("letter", parts)
    assert "\n\n\n" not in letter.text
    assert letter.text == letter.text.strip() + "\n"
    assert "None" not in letter.text + letter.html


class Links(HTMLParser):
    """What a letter's HTML would load or lead to."""

    def __init__(self, html: str):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [
            (tag, name, value)
            for name, value in attrs
            if name in ("src", "href", "background", "style", "action")
        ]


def test_the_html_loads_nothing_and_tracks_nobody():
    html = parsed().get_body(("html",)).get_content()
    assert Links(html).found == [("a", "href", f"{settings.PUBLIC_URL}/de-cu/7/")]
    assert "url(" not in html
    assert "@import" not in html
    assert "&lt;Bình&gt; &amp; đồng chí" in html


def test_only_the_portals_own_addresses_become_links():
    own = f"{settings.PUBLIC_URL}/hoi-nghi/cum-cong-nghiep/"
    words = f'Xem {own}. Hay https://xau.example/ "><script>'
    found = Links(render_letter("letter", PARTS | {"link": "", "paragraphs": [words]}).html).found
    assert found == [("a", "href", own)]

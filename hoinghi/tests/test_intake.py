"""What is sent has to be text and not too much of it; whatever else comes is refused in Vietnamese, never an error."""

from contextlib import nullcontext
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hoinghi import wsgi
from hoinghi.intake import FORM_MB, IntakeMiddleware

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"
NO_TEXT = [b"\0", b"h\0i", b"\xff", b"H\xe1\xbb", b"\xc0\xaf", b"\xed\xa0\x80"]
TEXT = ["", "Hội nghị", "ho\u0302\u0323i", "🎉", "\ufffd", "\x07\x1b", "%", "\u202e\u2028"]
# Fixtures of the database and the client are the same for all examples: nothing is written.
many = examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def form_of(value: bytes, kind: str) -> tuple[bytes, str]:
    """A form whose field ``q`` holds these bytes, and its content type."""
    if kind == URLENCODED:
        return b"q=" + quote_from_bytes(value).encode(), URLENCODED
    return encode_multipart(BOUNDARY, {"q": "@@@"}).replace(b"@@@", value), MULTIPART_CONTENT


def post(client, address: str, body: bytes, content_type: str, **environment):
    """Send these bytes as they are; ``client.post`` would make a form of its own of them."""
    return client.generic("POST", address, body, content_type=content_type, **environment)


def is_refused(response, code: int = 400, heading: str = "Yêu cầu không hợp lệ") -> bool:
    """A whole page that says so, under the rules for every page."""
    page = response.content.decode()
    assert response.status_code == code, page[:500]
    assert f"<h1>{heading}</h1>" in page
    assert '<html lang="vi">' in page
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    return True


class TestAddress:
    @pytest.mark.parametrize("bad", NO_TEXT)
    @pytest.mark.parametrize(
        "address",
        ["/{}", "/hoi-nghi/{}/", "/quan-tri/{}", "/?q={}", "/tim-kiem/?{}=1", "/tim-kiem/?q=a&q={}"],
    )
    def test_what_is_no_text_is_refused(self, client, address, bad):
        assert is_refused(client.get(address.format(quote_from_bytes(bad))))

    @pytest.mark.parametrize("bad", NO_TEXT)
    def test_also_where_nothing_escapes_it(self, client, bad):
        assert is_refused(client.get("/tim-kiem/", QUERY_STRING="q=" + bad.decode("latin-1")))

    @pytest.mark.parametrize("text", TEXT)
    def test_every_text_is_let_through(self, client, text):
        assert client.get("/tim-kiem/", {"q": text}).status_code == 200
        assert client.get(f"/hoi-nghi/{quote_from_bytes(text.encode())}x/").status_code == 404

    def test_a_refusal_is_nobodys_page(self, client):
        """Neither kept for the next visitor, nor made of what was sent."""
        assert client.get("/tim-kiem/", {"q": "a"}).status_code == 200
        response = client.get("/tim-kiem/?q=<script>%00")
        assert "script>" not in response.content.decode()
        assert "ETag" not in response
        assert client.get("/tim-kiem/", {"q": "a"}).status_code == 200

    @pytest.mark.parametrize("address", ["/api/v1/events?province=%00", "/api/v1/events/%ff", "/api/v1/%00"])
    def test_a_program_is_told_in_json(self, client, address):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert "UTF-8" in response.json()["detail"]
        assert response["Access-Control-Allow-Origin"] == "*"


class TestForm:
    @pytest.mark.parametrize("bad", NO_TEXT)
    @pytest.mark.parametrize("kind", [URLENCODED, MULTIPART_CONTENT], ids=["urlencoded", "multipart"])
    def test_what_is_no_text_is_refused(self, client, an, kind, bad):
        client.force_login(an)
        body, content_type = form_of(bad, kind)
        assert is_refused(post(client, reverse("templates"), body, content_type))

    @pytest.mark.parametrize("kind", [URLENCODED, MULTIPART_CONTENT], ids=["urlencoded", "multipart"])
    def test_nor_may_the_name_of_a_field_be(self, client, kind):
        body, content_type = form_of(b"x", kind)
        body = body.replace(b'name="q"', b'name="q\0"').replace(b"q=", b"q%00=")
        assert is_refused(post(client, reverse("account_login"), body, content_type))

    @pytest.mark.parametrize("text", TEXT)
    @pytest.mark.parametrize("kind", [URLENCODED, MULTIPART_CONTENT], ids=["urlencoded", "multipart"])
    def test_every_text_reaches_the_form(self, client, kind, text):
        body, content_type = form_of(text.encode(), kind)
        response = post(client, reverse("account_login"), body, content_type)
        assert response.status_code == 200  # with what it says against an empty login
        assert "errorlist" in response.content.decode() or "is-invalid" in response.content.decode()

    def test_a_file_may_hold_any_bytes(self, client):
        file = SimpleUploadedFile("a.bin", b"\0\xff" * 2_000_000)  # too large to be kept in memory
        assert client.post(reverse("account_login"), {"login": "a", "tep": file}).status_code == 200

    def test_whoever_is_not_let_in_learns_nothing_else(self, client, binh):
        client.force_login(binh)
        body, content_type = form_of(b"\0", URLENCODED)
        assert post(client, "/khong-co/", body, content_type).status_code == 404


class TestLetters:
    """Python has codecs that read NUL, half a letter or an error into honest bytes; a client may name any of them."""

    CODECS = ["unicode_escape", "utf-7", "utf-16", "base64", "idna", "undefined", "none-such"]

    @pytest.fixture(autouse=True)
    def served(self, client, monkeypatch):
        """As gunicorn has it served, up to Django's own door."""
        behind = client.handler
        monkeypatch.setattr(wsgi, "_portal", lambda environ, start_response: behind(environ))
        client.handler = lambda environ: wsgi.application(environ, None)

    @pytest.mark.parametrize("codec", CODECS)
    @pytest.mark.parametrize("spelling", ["charset={}", 'Charset = "{}"', "charset*=utf-8''{}"])
    def test_a_query_is_read_as_utf_8(self, client, codec, spelling):
        for text in (r"\x00", r"\ud800", "+AAA-", "ab"):
            kind = f"text/plain; {spelling.format(codec)}"
            page = client.get("/tim-kiem/", {"q": text}, CONTENT_TYPE=kind)
            assert (page.status_code, f'value="{text}"' in page.content.decode()) == (200, True), text

    @pytest.mark.parametrize("codec", CODECS)
    def test_so_is_a_form(self, client, codec):
        body, kind = form_of(rb"a\x00\ud800", MULTIPART_CONTENT)
        for path, status in ((reverse("account_login"), 200), ("/khong-co/", 404)):
            assert post(client, path, body, f"{kind}; charset={codec}").status_code == status
        body, kind = form_of(b"\xff", URLENCODED)
        assert is_refused(post(client, reverse("account_login"), body, f"{kind}; charset={codec}"))


class TestSize:
    TOO_LARGE = "Nội dung gửi lên quá lớn"

    def test_a_body_over_the_limit_is_not_read(self, settings):
        settings.UPLOAD_MAX_MB = 1
        length = (1 + FORM_MB) * 1024 * 1024
        passed = []
        look = IntakeMiddleware(passed.append)
        for size in (length, length + 1):
            request = RequestFactory().generic("POST", "/", b"", CONTENT_LENGTH=str(size))
            with pytest.raises(RequestDataTooBig) if size > length else nullcontext():
                look(request)
        assert len(passed) == 1

    def test_it_is_told_with_what_may_be_sent(self, client, settings):
        settings.UPLOAD_MAX_MB = 7
        response = post(client, "/tai-khoan/login/", b"", URLENCODED, CONTENT_LENGTH="99999999999")
        assert is_refused(response, 413, self.TOO_LARGE)
        assert "Mỗi tệp không quá 7 MB" in response.content.decode()

    def test_more_text_than_a_form_has(self, client):
        body = urlencode({"login": "x" * 3_000_000}).encode()
        response = client.post(reverse("account_login"), body, content_type=URLENCODED)
        assert is_refused(response, 413, self.TOO_LARGE)
        response = client.post(reverse("account_login"), {"login": "x" * 3_000_000})
        assert is_refused(response, 413, self.TOO_LARGE)

    def test_more_fields_than_a_form_has(self, client):
        body = "&".join(f"a{number}=" for number in range(6000)).encode()
        assert is_refused(client.post(reverse("account_login"), body, content_type=URLENCODED))

    @pytest.mark.parametrize("length", ["", "-5"])
    def test_a_length_that_is_none(self, client, length):
        response = post(client, reverse("account_login"), b"", URLENCODED, CONTENT_LENGTH=length)
        assert response.status_code in (200, 400)


class TestAnything:
    """Whatever bytes arrive, there is an answer; and whatever is text is never refused for not being any."""

    @many
    @given(st.binary(max_size=40))
    def test_in_the_path(self, client, sent):
        code = client.get(f"/hoi-nghi/{quote_from_bytes(sent)}x/").status_code
        # What is written as %FF after all unescaping cannot be told from the byte; no address has it.
        assert code == (404 if is_text(sent) else 400) or b"%" in sent and code in (400, 404)

    @many
    @given(st.binary(max_size=40))
    def test_in_the_query(self, client, sent):
        code = client.get(f"/tim-kiem/?q={quote_from_bytes(sent)}").status_code
        assert code == (200 if is_text(sent) else 400)

    @many
    @given(st.binary(max_size=40), st.sampled_from([URLENCODED, MULTIPART_CONTENT]))
    def test_in_a_form(self, client, sent, kind):
        body, content_type = form_of(sent, kind)
        code = post(client, "/", body, content_type).status_code
        assert code == (405 if is_text(sent) else 400)

    @many
    @given(
        st.binary(max_size=200), st.sampled_from([URLENCODED, MULTIPART_CONTENT, "multipart/form-data", "x"])
    )
    def test_instead_of_a_form(self, client, sent, content_type):
        response = post(client, "/", sent, content_type)
        assert response.status_code in (405, 400)


def is_text(sent: bytes) -> bool:
    try:
        return "\0" not in sent.decode()
    except UnicodeDecodeError:
        return False

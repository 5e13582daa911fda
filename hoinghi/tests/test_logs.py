"""Logs carry ids and no personal data."""

import json
import logging

import pytest
import structlog
from django.db import DatabaseError, transaction
from django.urls import reverse

from directory.models import User
from hoinghi import logs

TOKEN = "12-" + "0123456789abcdef" * 2 + "01234567"
WRITER = "an@moit.example"
PHONE = "0912345678"  # not in a line that a traceback shows


@pytest.fixture
def lines(settings):
    """The log as production writes it."""
    written = []

    class Kept(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Kept()
    logging.config.dictConfig(logs.configure(json=True, level="INFO"))
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written]
    logging.getLogger().removeHandler(handler)
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.django_db
def test_a_request_is_one_line_without_query_and_address(client, lines):
    client.get(reverse("healthz"), {"q": "Nguyễn Văn A"}, REMOTE_ADDR="203.0.113.9")
    (line,) = [each for each in lines() if each["event"] == "request_finished"]
    assert line["request"] == "GET /healthz"
    assert line["code"] == 200
    assert line["request_id"]
    assert "203.0.113.9" not in json.dumps(line)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"/ve/{TOKEN}/", "/tai-khoan/password/reset/key/1-c9x2ab-0f3d/"])
def test_links_that_open_something_are_masked(client, lines, path):
    client.get(path)
    text = json.dumps(lines())
    assert "request_finished" in text
    assert path.rstrip("/").rsplit("/", 1)[-1] not in text


def test_addresses_and_passwords_are_masked_in_every_field_and_traceback(lines):
    try:
        raise ValueError("refused: an@moit.example")
    except ValueError:
        structlog.get_logger("a").exception("failed", host="redis://:secret@127.0.0.1:6379/0")
    logging.getLogger("library").warning("to %s", "binh@daklak.example")
    text = json.dumps(lines())
    assert "ValueError" in text
    assert "library" in text
    for secret in ("an@moit", "secret", "binh@daklak"):
        assert secret not in text


@pytest.mark.django_db
def test_what_the_database_refuses_is_told_without_the_row(binh, lines):
    """PostgreSQL repeats the values that it refuses: here an account's name and telephone."""
    for change in (
        lambda: User.objects.filter(pk=binh.pk).update(full_name=None),
        lambda: User.objects.extra(where=[f"khong_co = 1 AND phone = '{PHONE}'"]).count(),
    ):
        try:
            with transaction.atomic():
                change()
        except DatabaseError:
            structlog.get_logger("a").exception("failed", given=[WRITER])
    said = lines()
    assert [line["event"] for line in said] == ["failed", "failed"]
    assert "violates not-null constraint" in said[0]["exception"]
    assert "The above exception was the direct cause" in said[0]["exception"]
    text = json.dumps(said, ensure_ascii=False)
    for secret in (binh.full_name, binh.email, PHONE, WRITER):
        assert secret not in text

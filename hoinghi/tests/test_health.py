"""/healthz and /readyz: what they say when something behind the portal is away."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message

NOTHING_TO_TELL = {"status": "ok", "oldest_unsent_seconds": None, "breaches": None}


def waiting_message(key, *, due_at):
    return Message.objects.create(
        key=key,
        topic="t",
        kind="test",
        recipient_name="Sở Công Thương",
        address="sct@daklak.example",
        subject="s",
        text="t",
        message_id=f"<{key}@portal.example>",
        due_at=due_at,
    )


@pytest.mark.django_db
def test_healthz_tells_the_age_of_the_oldest_unsent_letter(client):
    assert client.get(reverse("healthz")).json() == NOTHING_TO_TELL
    now = timezone.now()
    waiting_message("later", due_at=now + dt.timedelta(hours=1))
    waiting_message("old", due_at=now - dt.timedelta(minutes=5))
    waiting_message("new", due_at=now - dt.timedelta(minutes=1))
    assert 300 <= client.get(reverse("healthz")).json()["oldest_unsent_seconds"] < 320


@pytest.mark.django_db
def test_readyz_with_everything_in_place(client):
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True}


@pytest.mark.django_db
def test_readyz_names_a_broker_that_is_away(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "broker": False}


def test_readyz_names_a_database_that_is_away(client, django_db_blocker, monkeypatch):
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "PORT", "1")
        answer = client.get(reverse("readyz"))
        alive = client.get(reverse("healthz"))
        connection.close()
    assert answer.status_code == 503
    assert answer.json() == {"database": False, "broker": True}
    assert alive.json() == NOTHING_TO_TELL

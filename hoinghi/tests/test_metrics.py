"""/metrics: for whoever knows the token, and what it counts."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from correspondence.models import Message
from directory import soundness
from hoinghi.tests.test_health import waiting_message

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40


@pytest.mark.parametrize("sent", ["", f"Bearer {TOKEN}x", TOKEN, "Bearer ", "Bearer đ"])
def test_without_the_token_there_is_nothing(client, settings, sent):
    settings.METRICS_TOKEN = TOKEN
    assert client.get(reverse("metrics"), headers={"Authorization": sent}).status_code == 404


def test_without_a_token_in_the_settings_it_is_closed(client):
    assert client.get(reverse("metrics"), headers={"Authorization": "Bearer "}).status_code == 404


def test_what_it_counts(client, settings, django_assert_max_num_queries):
    settings.METRICS_TOKEN = TOKEN
    now = timezone.now()
    for number in range(3):
        waiting_message(str(number), due_at=now - dt.timedelta(minutes=5))
    Message.objects.filter(key="2").update(state=Message.State.FAILED)
    soundness.check(at=now)
    with django_assert_max_num_queries(8):
        answer = client.get(reverse("metrics"), headers={"Authorization": f"Bearer {TOKEN}"})
    samples = [each for family in text_string_to_metric_families(answer.text) for each in family.samples]
    states = {each.labels["state"]: each.value for each in samples if each.labels}
    values = {each.name: each.value for each in samples if not each.labels}
    assert (states["queued"], states["failed"], states["sent"]) == (2, 1, 0)
    assert 300 <= values["hoinghi_outbox_oldest_unsent_seconds"] < 320
    assert values["hoinghi_data_breaches"] == 0
    assert values["hoinghi_data_checked_timestamp_seconds"] == pytest.approx(now.timestamp(), abs=1)
    assert "sct@daklak.example" not in answer.text

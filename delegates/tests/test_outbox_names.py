"""The staff's outbox calls the letters of a conference by their names."""

from django.urls import reverse
from django.utils import timezone

from correspondence.outbox import enqueue
from delegates.letters import KINDS, topic_of


def test_conference_and_kinds_are_named(client, an, conference):
    for kind in KINDS:
        enqueue(
            key=kind,
            topic=topic_of(conference),
            kind=kind,
            address="a@gov.example",
            recipient_name="Sở Công Thương",
            subject="Thư",
            text="Thư",
            at=timezone.now(),
        )
    client.force_login(an)
    page = client.get(reverse("outbox"), {"topic": topic_of(conference)}).content.decode()
    assert f'<p class="lead">{conference.title}</p>' in page
    for label in KINDS.values():
        assert label in page

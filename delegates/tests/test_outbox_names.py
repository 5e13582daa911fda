"""The staff's outbox calls the letters of a conference by their names."""

from django.urls import reverse
from django.utils import timezone

from correspondence.outbox import enqueue
from correspondence.texts import registered
from delegates.letters import topic_of


def test_conference_and_kinds_are_named(client, an, conference):
    kinds = {text.code: text.name for text in registered()}
    assert kinds["receipt"] == "Phiếu tiếp nhận danh sách"
    for kind in kinds:
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
    for label in kinds.values():
        assert label in page

"""Inviting when the Giấy mời has been replaced or recalled: everybody gets the new one, once."""

import pytest
from django.utils import timezone

from conferences.documents import draft_invitation, invitation_version
from correspondence import documents, lifecycle
from correspondence.models import Message
from delegates import invitations
from delegates.tests.inviting import invite

State = Message.State


@pytest.fixture
def invited(nomination, other_nomination, an):
    """A conference whose Giấy mời has gone to one province and waits for the other."""
    frame = nomination.conference.frame
    frame.invitation = ["Kính mời Quý cơ quan tới dự./."]
    frame.save()
    document = issue(draft_invitation(conference=nomination.conference, actor=an), an, 1)
    invite(conference=nomination.conference, actor=an, at=timezone.now())
    first = Message.objects.order_by("pk").first()
    Message.objects.filter(pk=first.pk).update(state=State.SENT)
    return document


def issue(document, actor, number):
    now = timezone.now()
    return documents.issue(
        document=document, number=number, issued_on=timezone.localdate(now), actor=actor, at=now
    )


def planned(conference) -> int:
    return len(invitations.plan(conference, timezone.now()).letters)


def test_a_replacement_goes_to_all_again_and_only_once(invited, conference, an):
    assert planned(conference) == 0
    new = lifecycle.replace(document=invited, actor=an)
    assert planned(conference) == 0
    issue(new, an, 2)
    assert planned(conference) == 2
    invite(conference=conference, actor=an, at=timezone.now())
    assert planned(conference) == 0
    letters = Message.objects.order_by("pk")
    assert [letter.state for letter in letters] == [State.SENT, State.CANCELLED, State.QUEUED, State.QUEUED]
    carried = [letter.attachments.get(copy__isnull=False).copy.document for letter in letters]
    assert carried == [invited, invited, new, new]


def test_after_a_recall_nobody_is_invited_until_there_is_a_new_document(invited, conference, an):
    lifecycle.recall(document=invited, reason="Sai ngày", actor=an, at=timezone.now(), tell=True)
    assert (planned(conference), invitation_version(conference)) == (0, 1)
    draft = draft_invitation(conference=conference, actor=an)
    assert planned(conference) == 0
    issue(draft, an, 2)
    assert (planned(conference), invitation_version(conference)) == (2, 2)


def test_two_documents_in_force_are_no_reason_to_invite_again(invited, conference, an):
    conference.chair_title = "Thứ trưởng"
    conference.save()
    issue(draft_invitation(conference=conference, actor=an), an, 2)
    assert planned(conference) == 0

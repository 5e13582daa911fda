"""Workers that are killed while they write invitations, make their PDFs and send them: nothing lost or doubled."""

import hashlib
import random
import time
from collections import Counter

import pytest
from django.db import transaction
from django.utils import timezone

from conferences.documents import draft_invitation
from correspondence.documents import issue
from correspondence.models import DocumentCopy, Mailing, Message
from correspondence.tests.processes import beat, is_listening, kill, running, worker
from delegates import invitations
from hoinghi.tests.cast import make_nomination, make_province
from hoinghi.tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROVINCES = 60
KILLS = 3


@pytest.fixture
def provinces(conference, world, an):
    """Many lists, and a Giấy mời that has its number."""
    conference.frame.invitation = ["Kính mời Quý cơ quan tới dự./."]
    conference.frame.save()
    for number in range(PROVINCES):
        province = make_province(f"{number:02}-tinh-{number}", f"Tỉnh {number}", world.kinds, world.levels)
        make_nomination(conference, province)
    now = timezone.now()
    document = draft_invitation(conference=conference, actor=an)
    issue(document=document, number=1, issued_on=timezone.localdate(now), actor=an, at=now)
    return conference


def is_being_written(mailing: Mailing) -> bool:
    """Whether a worker holds the order."""
    with transaction.atomic():
        free = Mailing.objects.filter(pk=mailing.pk).select_for_update(skip_locked=True)
        return not free.exists() and Mailing.objects.waiting().filter(pk=mailing.pk).exists()


def made() -> int:
    return DocumentCopy.objects.exclude(sha256="").count()


def test_an_order_survives_its_workers(provinces, an, smtp_server, tmp_path):
    with running(beat(smtp_server, tmp_path), worker(smtp_server)) as processes:

        def kill_worker():
            kill(processes[1])
            processes[1] = worker(smtp_server)

        wait_until(is_listening, seconds=60)
        mailing = invitations.order(conference=provinces, letters_read=PROVINCES, actor=an, at=timezone.now())
        for _ in range(KILLS):
            wait_until(lambda: is_being_written(mailing) or Message.objects.exists(), seconds=60)
            time.sleep(random.random() / 10)
            kill_worker()
        for number in range(KILLS):
            wait_until(lambda least=PROVINCES * number // KILLS: made() > least, seconds=60)
            kill_worker()
        wait_until(lambda: Mailing.objects.get().finished_at, seconds=60)
        wait_until(lambda: not Message.objects.unsent().exists(), seconds=60)
    mailing.refresh_from_db()
    assert (mailing.written, mailing.error) == (PROVINCES, "")
    states = Counter(Message.objects.values_list("state", flat=True))
    assert states["sent"] + states["unknown"] == PROVINCES
    assert states["unknown"] <= 2 * KILLS
    received = Counter(address for envelope in smtp_server.envelopes for address in envelope.rcpt_tos)
    assert len(received) >= states["sent"]
    assert max(received.values()) == 1
    assert DocumentCopy.objects.count() == made() == PROVINCES
    for copy in DocumentCopy.objects.all():
        with copy.file.open("rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == copy.sha256

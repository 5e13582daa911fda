"""The outbox at work: 3,000 letters with a PDF each by two workers; 300 invitations from the click on.

The baseline is a bare smtplib loop that hands the very same bytes to the same server over one connection.
"""

import hashlib
import smtplib
import time

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from correspondence.copies import ask_for_copies, wanted
from correspondence.documents import render_pdf
from correspondence.mime import compose, sender_address
from correspondence.models import DocumentCopy, Message, OfficialDocument
from correspondence.outbox import CopyAttachment, OutgoingLetter, enqueue_many
from correspondence.waking import SEND, wake
from delegates.letters import invitation_letter
from hoinghi.bench import Figure
from hoinghi.bench._portal import (
    conference_with,
    issued_invitation,
    portal,
    seconds,
    staff_client,
    wait_until,
    workers,
)
from hoinghi.bench._sink import Sink

LETTERS = 3000
INVITATIONS = 300
WARM_UP = 200


def run() -> dict[str, Figure]:
    with portal(), Sink() as sink:
        conference = conference_with(INVITATIONS)
        document = issued_invitation(conference)
        with workers(2, mail_port=sink.port):
            _write(conference, document, WARM_UP, "warm")
            _send(sink)
            _write(conference, document, LETTERS, "bench")
            payloads = [(message.address, compose(message)) for message in _drafts().iterator(500)]
            before = _bare_loop(payloads, sink)
            ours = _send(sink)
            bare = (before + _bare_loop(payloads, sink)) / 2
            request, burst = _invite(conference, document, sink)
            client = staff_client()
            client.get(reverse("help"))
            page = seconds(lambda: client.get(reverse("help")))
    return {
        "mail_rate": Figure(LETTERS / ours, "/s", LETTERS / bare, goal=0.5, of="ratio", at_most=False),
        "mail_300": Figure(burst, "s", bare * INVITATIONS / LETTERS, goal=1.5),
        "mail_request": Figure(request, "s", page, goal=0.3),
    }


def _write(conference: Conference, document: OfficialDocument, count: int, name: str) -> None:
    """Held letters, each with a PDF of its own that is made already."""
    page = render_pdf(document, "Sở Công Thương")
    copies = []
    for number in range(count):
        content = page + b"\n%% %d" % number
        copy = DocumentCopy(
            document=document,
            recipient=f"{name} {number}",
            file_name="Giấy mời.pdf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        copy.file.save(f"{name}-{number}.pdf", ContentFile(content), save=False)
        copies.append(copy)
    copies = DocumentCopy.objects.bulk_create(copies)
    words = invitation_letter(conference.nominations.first(), with_document=True)
    letters = (
        OutgoingLetter(
            key=f"{name}:{number}",
            topic="bench",
            kind="invitation",
            address=f"{name}-{number}@gov.example",
            recipient_name=f"Sở Công Thương thứ {number}",
            subject=words.subject,
            text=words.text,
            html=words.html,
            link_path="/",
            attachments=(CopyAttachment(copy),),
        )
        for number, copy in enumerate(copies)
    )
    enqueue_many(letters, at=timezone.now(), held=True)


def _drafts():
    held = Message.objects.filter(state=Message.State.DRAFT).order_by("pk")
    return held.select_related("link").prefetch_related("attachments__copy__document")


def _send(sink: Sink) -> float:
    """Let every held letter go; seconds until the last one is there."""
    wanted = sink.count + _drafts().count()
    Message.objects.filter(state=Message.State.DRAFT).update(state=Message.State.QUEUED)
    started = time.monotonic()
    wake(SEND)
    sink.wait_for(wanted)
    return sink.times()[-1] - started


def _bare_loop(payloads: list[tuple[str, bytes]], sink: Sink) -> float:
    sender = sender_address()
    started = time.monotonic()
    with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        for address, payload in payloads:
            smtp.sendmail(sender, address, payload)
    return time.monotonic() - started


def _invite(conference: Conference, document: OfficialDocument, sink: Sink) -> tuple[float, float]:
    """Confirm the invitations in the browser; seconds of the request, and from the first letter to the last.

    Their PDFs are made already: how long that takes is measured by ``bin/bench pdf``.
    """
    names = conference.nominations.values_list("organisation_name", flat=True)
    ask_for_copies(document=document, recipients=dict.fromkeys(names))
    # By the workers: WeasyPrint would leave behind so much that the request pays for the memory's tidying up.
    wait_until(lambda: not wanted().exists(), seconds=120)
    client, before = staff_client(), sink.count
    url = reverse("invite", args=[conference.slug])
    client.get(url)
    request = seconds(lambda: client.post(url, {"letters": INVITATIONS, "read": "on"}))
    sink.wait_for(before + INVITATIONS)
    times = sink.times(before)
    return request, times[-1] - times[0]

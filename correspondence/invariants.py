"""What must be true of letters and official documents."""

import datetime as dt

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from correspondence.models import Message, OfficialDocument
from directory.soundness import invariant

# A live worker renews its lease every few seconds, and a dead one's is taken back within a minute.
STUCK = dt.timedelta(hours=1)


@invariant("Thư đã gửi có Message-ID và thời điểm gửi")
def sent_letters_are_named():
    sent = Message.objects.filter(state=Message.State.SENT)
    for message in sent.filter(Q(message_id="") | Q(sent_at__isnull=True)).only("pk"):
        yield f"thư số {message.pk}"


@invariant("Không thư nào nằm mãi ở tiến trình gửi")
def no_letter_is_stuck():
    leased = Message.objects.filter(state__in=[Message.State.CLAIMED, Message.State.SENDING])
    for message in leased.filter(lease_until__lt=timezone.now() - STUCK).only("pk"):
        yield f"thư số {message.pk}"


@invariant("Thư đã gửi có đủ tệp kèm")
def sent_letters_have_their_papers():
    """Of those that the portal has handed over; the demo writes its past as sent, and its papers are made later."""
    unmade = Message.objects.filter(
        state=Message.State.SENT,
        attempt_log__isnull=False,
        attachments__copy__isnull=False,
        attachments__copy__sha256="",
    )
    for message in unmade.distinct().only("pk"):
        yield f"thư số {message.pk}"


@invariant("Mỗi số văn bản chỉ cấp một lần trong năm")
def document_numbers_are_unique():
    numbered = OfficialDocument.objects.filter(number__isnull=False, issued_on__isnull=False)
    twice = (
        numbered.order_by()
        .values("issuer", "register", "number", year=ExtractYear("issued_on"))
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    for each in twice:
        yield f"số {each['number']} sổ {each['register']} năm {each['year']}: {each['times']} văn bản"


@invariant("Văn bản đã ban hành có số và ngày")
def issued_documents_are_numbered():
    issued = OfficialDocument.objects.exclude(state=OfficialDocument.State.DRAFT)
    for document in issued.filter(Q(number__isnull=True) | Q(issued_on__isnull=True)).only("pk"):
        yield f"văn bản số {document.pk}"

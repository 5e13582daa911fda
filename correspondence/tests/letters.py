"""Letters for the tests of the outbox."""

from django.db import connection
from django.utils import timezone

from correspondence.models import Message
from correspondence.outbox import OutgoingLetter, enqueue, enqueue_many
from hoinghi.tests.waiting import wait_until


def values(key: str, **changes) -> dict:
    """Arguments of ``OutgoingLetter``."""
    return {
        "key": key,
        "topic": "conference:1",
        "kind": "invite",
        "address": "sct-dak-lak@gov.example",
        "recipient_name": "Sở Công Thương tỉnh Đắk Lắk",
        "subject": "Mời dự Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        "text": "Kính gửi: Sở Công Thương tỉnh Đắk Lắk,\n\nTrân trọng kính mời./.\n",
        "html": "<html><body><p>Kính gửi: Sở Công Thương tỉnh Đắk Lắk</p></body></html>",
    } | changes


def letter(key: str = "test:1", **changes) -> OutgoingLetter:
    return OutgoingLetter(**values(key, **changes))


def write(key: str = "test:1", **changes) -> Message:
    """One queued letter; ``changes`` are arguments of ``enqueue``."""
    return enqueue(**{"at": timezone.now()} | values(key, **changes))


def write_many(count: int, prefix: str = "test") -> list[Message]:
    """``count`` letters to as many recipients."""
    letters = [letter(f"{prefix}:{number}", address=f"so-{number}@gov.example") for number in range(count)]
    enqueue_many(letters, at=timezone.now())
    return list(Message.objects.filter(key__startswith=f"{prefix}:").order_by("pk"))


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def wait_for_a_waiting_lock() -> None:
    """Until some other connection waits for a lock: only then are two transactions really at the same place."""

    def somebody_waits():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return cursor.fetchone()[0]

    wait_until(somebody_waits)

"""What beat does for the data as a whole."""

from celery import shared_task
from django.utils import timezone

from directory import soundness


@shared_task
def check_invariants() -> None:
    """Sent every night by beat."""
    soundness.check(at=timezone.now())

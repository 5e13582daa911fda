"""What beat does for the data as a whole."""

from celery import shared_task
from django.utils import timezone

from directory import session_limits, soundness
from hoinghi import files


@shared_task
def check_invariants() -> None:
    """Sent every night by beat."""
    soundness.check(at=timezone.now())


@shared_task
def remove_unfinished_files() -> None:
    """Sent every night by beat."""
    files.remove_unfinished(timezone.now())


@shared_task
def forget_expired_sessions() -> None:
    """Sent every night by beat."""
    session_limits.forget_expired(timezone.now())

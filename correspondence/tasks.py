"""Celery only wakes: what is to be done stands in the tables."""

from celery import shared_task

from correspondence import sending


@shared_task
def send_due_messages() -> None:
    """Sent on commit by whoever writes letters, and every few seconds by beat."""
    sending.send_due()

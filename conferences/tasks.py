"""Celery only wakes: when which reminder is due stands in the table."""

from celery import shared_task
from django.utils import timezone

from conferences import reminders


@shared_task
def remind() -> None:
    """Sent every minute by beat."""
    reminders.run_due(timezone.now())

"""Celery only wakes: when which reminder is due stands in the table."""

from celery import shared_task
from django.utils import timezone

from conferences import extracting, indexing, photo_report, reminders
from conferences.models import Conference


@shared_task
def remind() -> None:
    """Sent every minute by beat."""
    reminders.run_due(timezone.now())


@shared_task
def index_changes() -> None:
    """Sent by beat every few seconds, and by whoever changes a conference."""
    indexing.index_changes()


@shared_task
def read_files() -> None:
    """Sent by beat, and by whoever uploads a file."""
    extracting.read_waiting()


@shared_task
def print_photos(pk: int) -> None:
    """Sent by whoever asks for the PDF of a conference's photos that is not kept yet."""
    photo_report.make(Conference.objects.printable().get(pk=pk), timezone.now())

"""Celery only wakes: what is to be made stands in the table."""

from celery import shared_task

from delegates.archive import packing


@shared_task
def make_packages() -> None:
    """Sent by beat every minute, and by whoever orders a package."""
    packing.make_waiting()

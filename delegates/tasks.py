"""Celery carries out what was ordered on a page."""

from celery import shared_task
from django.utils import timezone

from delegates import material_notices, printing
from delegates.archive import packing
from delegates.services import retention, unused


@shared_task
def make_packages() -> None:
    """Sent by beat every minute, and by whoever orders a package: what is to be made stands in the table."""
    packing.make_waiting()


@shared_task
def tell_materials() -> None:
    """Sent by beat every minute: what nobody has told of stands in the tables."""
    material_notices.follow_up(timezone.now())


@shared_task
def print_sheets(key: str) -> None:
    """Sent by ``delegates.printing.place_order``."""
    printing.carry_out(key)


@shared_task
def keep_retention() -> None:
    """Sent every night by beat: announces whose time is over, takes the persons out of what has waited."""
    at = timezone.now()
    retention.keep(at)
    unused.keep(at)

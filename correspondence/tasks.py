"""Celery only wakes: what is to be done stands in the tables.

Each is sent on commit by whoever writes the rows (``correspondence.waking``), and every few seconds by beat.
"""

from celery import shared_task

from correspondence import copies, mailings, sending


@shared_task
def carry_out_mailings() -> None:
    mailings.carry_out_waiting()


@shared_task
def render_pending_copies() -> None:
    copies.render_pending()


@shared_task
def send_due_messages() -> None:
    sending.send_due()

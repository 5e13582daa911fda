"""Celery only wakes the work up: what is due lives in our own tables, never in a task's ``eta``."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoinghi.settings")

app = Celery("hoinghi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Lines of a task carry its id and the id of the request that asked for it.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_like_the_web(**kwargs):
    """With a receiver of this signal Celery leaves logging alone."""
    logging.config.dictConfig(settings.LOGGING)

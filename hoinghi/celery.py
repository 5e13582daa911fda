"""Celery only wakes the work up: what is due lives in our own tables, never in a task's ``eta``."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoinghi.settings")

app = Celery("hoinghi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Lines of a task carry its id and the id of the request that asked for it.
app.steps["worker"].add(DjangoStructLogInitStep)

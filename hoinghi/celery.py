"""Celery only wakes the work up: what is due lives in our own tables, never in a task's ``eta``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoinghi.settings")

app = Celery("hoinghi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

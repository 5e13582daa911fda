"""WSGI entry for gunicorn: ``gunicorn hoinghi.wsgi``."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoinghi.settings")

application = get_wsgi_application()

# What has been loaded by now stays until the end: no collection has to walk through it again, and workers
# that are forked from here go on sharing its memory.
gc.collect()
gc.freeze()

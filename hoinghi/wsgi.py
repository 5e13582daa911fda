"""WSGI entry for gunicorn: ``gunicorn hoinghi.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoinghi.settings")

application = get_wsgi_application()

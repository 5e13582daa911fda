"""WSGI entry for gunicorn: ``gunicorn hoinghi.wsgi``."""

import gc
import os
import re

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoinghi.settings")

# "text/html; charset=x", "charset*=utf-8''x"
CHARSET = re.compile(r";\s*charset\*?\s*=\s*(\"[^\"]*\"|[^;]*)", re.IGNORECASE)

_portal = get_wsgi_application()


def application(environ, start_response):
    """The portal, whose letters are UTF-8 whatever a client calls them.

    Django decodes forms and even the query by any codec of Python's that the client names: some make NUL or half
    letters of honest bytes, past all who look for them (``hoinghi.intake``); some are none for text and end the
    request before there is one, without a page, with its whole address in the log.
    """
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        environ["CONTENT_TYPE"] = CHARSET.sub("", environ["CONTENT_TYPE"])
    return _portal(environ, start_response)


# What has been loaded by now stays until the end: no collection has to walk through it again, and workers
# that are forked from here go on sharing its memory.
gc.collect()
gc.freeze()

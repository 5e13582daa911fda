"""The baseline of pages: Django with one view that says hello, no middleware, no database (``gunicorn``'s target)."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="hello", MIDDLEWARE=[])


def hello(request) -> HttpResponse:
    return HttpResponse(b"hello", headers={"Content-Length": "5"})


urlpatterns = [path("", hello)]
application = get_wsgi_application()

"""Fixtures for every test: own broker database, own media folder, real SMTP, the system's Chromium."""

import os
import shutil

import pytest
from django.conf import settings

pytest_plugins = ["hoinghi.tests.cast"]


def pytest_configure(config):
    """Give each xdist worker a Redis database of its own, before anything connects."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    settings.REDIS_URL = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{int(worker) + 1}"
    settings.CELERY_BROKER_URL = settings.REDIS_URL
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    # Names without hashes, straight from static/: no collectstatic before each run.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(autouse=True, scope="session")
def media_root(tmp_path_factory):
    """Uploads of the tests go to a folder of this session."""
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def empty_cache():
    """Rate limits and cached pages of one test never reach the next."""
    yield
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Chromium of the system (pytest-playwright would look for its own download)."""
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}

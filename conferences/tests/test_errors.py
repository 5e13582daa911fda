"""What is answered when something broke: patience where it will pass, an error where somebody has to mend it."""

import errno

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError

from conferences.api.problems import server_error
from hoinghi.files import NotStored


def answer(rf, error: Exception, path: str = "/"):
    try:
        raise error
    except Exception:  # noqa: BLE001
        return server_error(rf.get(path))


PASSING = [
    OperationalError("server closed the connection"),
    InterfaceError("connection already closed"),
    OSError(errno.ENOSPC, "No space left on device"),
    NotStored("Chưa lưu được tệp"),
]
LASTING = [ValueError("x"), IntegrityError("x"), DataError("x"), FileNotFoundError(errno.ENOENT, "x")]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_what_will_pass_asks_for_patience(rf, error):
    page, data = answer(rf, error), answer(rf, error, "/api/v1/events")
    assert (page.status_code, data.status_code) == (503, 503)
    assert page["Retry-After"] == data["Retry-After"] == "30"
    assert "Cổng tạm thời gián đoạn" in page.content.decode()
    assert str(error) not in page.content.decode()
    assert data["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_will_not_pass_is_an_error(rf, error):
    page, data = answer(rf, error), answer(rf, error, "/api/v1/events")
    assert (page.status_code, data.status_code) == (500, 500)
    assert "Retry-After" not in page

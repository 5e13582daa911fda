"""What an error report says of a person: nothing. Real reports, caught before they leave."""

import json

import pytest
import sentry_sdk
from django.test import RequestFactory
from sentry_sdk.transport import Transport

from hoinghi.reports import report_errors


class Kept(Transport):
    def __init__(self):
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope):
        self.events += [item.payload.json for item in envelope.items if item.type == "event"]


@pytest.fixture
def kept():
    """Reports of this test; afterwards nothing is reported again."""
    transport = Kept()
    with sentry_sdk.isolation_scope():
        report_errors("https://key@sentry.example/1", transport=transport, default_integrations=False)
        yield transport
        sentry_sdk.init()


def test_a_report_names_the_place_and_no_person(kept):
    link = "12-" + "a" * 40
    request = RequestFactory().post(f"/dai-bieu/{link}/thong-tin/?q=Nguyễn", {"full_name": "Trần Thị Em"})
    secret_value = "Trần Thị Em"
    sentry_sdk.set_user({"id": 7, "email": "em@daklak.example", "ip_address": "203.0.113.9"})
    with sentry_sdk.new_scope() as scope:
        scope.add_event_processor(
            lambda event, hint: (
                event
                | {
                    "request": {
                        "method": request.method,
                        "url": request.build_absolute_uri(request.path),
                        "query_string": "q=Nguyễn",
                        "data": {"full_name": secret_value},
                        "cookies": {"sessionid": "bi-mat"},
                        "headers": {"X-Forwarded-For": "203.0.113.9"},
                    }
                }
            )
        )
        try:
            raise ValueError("Không gửi được tới em@daklak.example")
        except ValueError:
            sentry_sdk.capture_exception()
    (event,) = kept.events
    said = json.dumps(event, ensure_ascii=False)
    for word in (link, "Trần Thị Em", "em@daklak", "203.0.113.9", "bi-mat", "Nguyễn"):
        assert word not in said, word
    assert event["request"] == {"method": "POST", "url": "http://testserver/dai-bieu/***/thong-tin/"}
    assert event["exception"]["values"][0]["value"] == "Không gửi được tới ***"
    assert "test_a_report_names_the_place_and_no_person" in said

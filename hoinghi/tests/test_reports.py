"""What an error report says of a person: nothing. Real reports, caught before they leave."""

import json

import pytest
import sentry_sdk
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


LINK = "12-" + "a" * 40
PERSONAL = {
    "method": "POST",
    "url": f"https://portal.example/dai-bieu/{LINK}/thong-tin/",
    "query_string": "q=Nguyễn",
    "data": {"full_name": "Trần Thị Em"},
    "cookies": {"sessionid": "bi-mat"},
    "headers": {"X-Forwarded-For": "203.0.113.9"},
}
USER = {"id": 7, "email": "em@daklak.example", "ip_address": "203.0.113.9"}
ERROR = ValueError("Không gửi được tới em@daklak.example")


def fail():
    # Far from the words above: a report shows the lines around this one.
    raise ERROR


def test_a_report_names_the_place_and_no_person(kept):
    sentry_sdk.set_user(USER)
    with sentry_sdk.new_scope() as scope:
        scope.add_event_processor(lambda event, hint: event | {"request": PERSONAL})
        try:
            fail()
        except ValueError:
            sentry_sdk.capture_exception()
    (event,) = kept.events
    assert event["request"] == {"method": "POST", "url": "https://portal.example/dai-bieu/***/thong-tin/"}
    (error,) = event["exception"]["values"]
    assert error["value"] == "Không gửi được tới ***"
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"
    said = json.dumps(event, ensure_ascii=False)
    for word in (LINK, "Trần Thị Em", "em@daklak", "203.0.113.9", "bi-mat", "Nguyễn"):
        assert word not in said, word

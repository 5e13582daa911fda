"""/.well-known/security.txt: there when somebody is named, as RFC 9116 has it."""

import datetime as dt

import pytest
from django.utils import timezone

from hoinghi.security_contacts import read_contacts
from hoinghi.tests.test_settings import in_production

pytestmark = pytest.mark.django_db
ADDRESS = "/.well-known/security.txt"


def test_nobody_is_named(client):
    assert client.get(ADDRESS).status_code == 404


def test_what_it_says(client, settings):
    settings.SECURITY_CONTACT = read_contacts(["attt@moit.example", "https://moit.example/bao-loi"])
    settings.PUBLIC_URL = "https://hoinghi.moit.example"
    response = client.get(ADDRESS)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    fields = [line.split(": ", 1) for line in response.text.splitlines()]
    assert [value for name, value in fields if name == "Contact"] == [
        "mailto:attt@moit.example",
        "https://moit.example/bao-loi",
    ]
    others = {name: value for name, value in fields if name != "Contact"}
    assert others.keys() == {"Expires", "Preferred-Languages", "Canonical"}
    assert others["Canonical"] == f"https://hoinghi.moit.example{ADDRESS}"
    left = dt.datetime.fromisoformat(others["Expires"]) - timezone.now()
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("attt@moit.example", "mailto:attt@moit.example"),
        (" mailto:attt@moit.example ", "mailto:attt@moit.example"),
        ("tel:+84-24-2220-2222", "tel:+84-24-2220-2222"),
        ("https://moit.example/x?a=1", "https://moit.example/x?a=1"),
    ],
)
def test_whom_one_may_name(text, contact):
    assert read_contacts([text, ""]) == [contact]


@pytest.mark.parametrize(
    "text", ["ông An", "http://moit.example", "tel:02422202222", "https://a\nContact: b", "a@b", "mailto:"]
)
def test_whom_not(text):
    with pytest.raises(ValueError, match="no mailbox"):
        read_contacts([text])


def test_the_portal_does_not_start_with_an_odd_one():
    done = in_production("-c", "import hoinghi.settings", SECURITY_CONTACT="ông An")
    assert done.returncode != 0
    assert "SECURITY_CONTACT" in done.stderr

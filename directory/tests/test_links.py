"""Personal links: each opens its own purpose, for its time, and the table holds nothing usable."""

import datetime as dt

import pytest
from django.utils import timezone

from directory import links
from directory.models import AuditEntry, PersonalLink
from directory.services import revoke_link

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def issue(holder: str = "delegate:1", purpose: str = "delegate", days: int = 1) -> PersonalLink:
    return links.issue(
        purpose=purpose,
        holder=holder,
        scope="conference:1",
        address="em@daklak.example",
        label="Trần Thị Em",
        expires_at=NOW + dt.timedelta(days=days),
    )


def open_link(token: str, purpose: str = "delegate", at: dt.datetime = NOW):
    return links.open_link(token, purpose=purpose, at=at)


def test_token_opens_its_own_link():
    link, other = issue(), issue("delegate:2")
    assert open_link(links.token_of(link)) == link
    assert open_link(links.token_of(other)) == other


def test_token_serves_one_purpose():
    assert open_link(links.token_of(issue()), purpose="set_password") is None


def test_relabelled_link_does_not_open_the_other_purpose():
    link = issue()
    token = links.token_of(link)
    PersonalLink.objects.update(purpose="set_password")
    assert open_link(token, purpose="set_password") is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token, other: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token, other: token[:-1],
        lambda token, other: token + "0",
        lambda token, other: f"{other.pk}-{token.partition('-')[2]}",
        lambda token, other: token.partition("-")[0],
        lambda token, other: token.replace("-", ""),
        lambda token, other: "٣" + token[1:],
        lambda token, other: "9" * 19 + token[1:],
        lambda token, other: "",
        lambda token, other: "-",
        lambda token, other: token.upper() if token.upper() != token else "",
    ],
)
def test_tampered_token_opens_nothing(spoil):
    link, other = issue(), issue("delegate:2")
    assert open_link(spoil(links.token_of(link), other)) is None


def test_expired_link_says_whose_it_was():
    link = issue()
    with pytest.raises(links.DeadLink) as dead:
        open_link(links.token_of(link), at=link.expires_at)
    assert dead.value.link == link


def test_revoking_stops_every_link_of_the_holder_and_no_other():
    first, second, other = issue(), issue(), issue("delegate:2")
    assert links.revoke(holder="delegate:1", at=NOW) == 2
    assert links.revoke(holder="delegate:1", at=NOW) == 0
    for link in (first, second):
        with pytest.raises(links.DeadLink):
            open_link(links.token_of(link))
    assert open_link(links.token_of(other)) == other


def test_tampered_token_of_a_dead_link_tells_nothing():
    link = issue(days=-1)
    assert open_link(links.token_of(link)[:-1] + "g") is None


def test_staff_revoke_one_link_once(an):
    link, other = issue(), issue()
    assert revoke_link(link=link, actor=an, at=NOW)
    assert not revoke_link(link=link, actor=an, at=NOW)
    assert open_link(links.token_of(other)) == other
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.object_id) == ("personallink.revoke", an.pk, str(link.pk))


def test_table_holds_nothing_usable(settings):
    link = issue()
    token = links.token_of(link)
    stored = " ".join(str(value) for value in PersonalLink.objects.values().get().values())
    assert token not in stored
    assert token.partition("-")[2] not in stored
    settings.SECRET_KEY = "another key of another installation, long enough for Django"
    assert open_link(token) is None

"""Announced, held, released: the same steps and buttons for a conference, an account, an address and a contact."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from delegates.models import Retention, UnusedRetention
from delegates.services import retention, unused, waiting
from delegates.services.waiting import RetentionRefused
from directory.models import AuditEntry, Contact, User
from hoinghi.tests.cast import make_user
from venues.models import Room, RoomContact

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=1200)


@pytest.fixture
def over(held):
    then = timezone.now() - LONG_AGO
    Conference.objects.filter(pk=held.pk).update(
        start_at=then, end_at=then + dt.timedelta(hours=4), nomination_deadline=then
    )
    held.refresh_from_db()
    return held


@pytest.fixture(params=["conference", "account", "contact", "room-contact"])
def subject(request, world):
    """Each is due since long ago."""
    match request.param:
        case "conference":
            return request.getfixturevalue("over")
        case "account":
            return make_user(
                "cu@daklak.example", "Cũ", is_active=False, date_joined=timezone.now() - LONG_AGO
            )
        case "contact":
            return world.dak_lak.so.contacts.create(email="hop-thu@daklak.example", is_active=False)
        case "room-contact":
            return Room.objects.create(name="Hội trường cũ", is_hidden=True).contacts.create(full_name="Cũ")


@pytest.fixture
def page(subject) -> str:
    if isinstance(subject, Conference):
        return reverse("retention", args=[subject.slug])
    names = {User: "account", Contact: "contact", RoomContact: "room-contact"}
    return reverse(f"retention-{names[type(subject)]}", args=[subject.pk])


def row(subject) -> Retention | UnusedRetention:
    return (Retention if isinstance(subject, Conference) else UnusedRetention).objects.get()


def announce(subject, actor, at) -> None:
    if isinstance(subject, Conference):
        retention.announce(conference=subject, actor=actor, at=at)
    else:
        unused.announce(holder=subject, actor=actor, at=at)


def test_the_wait_begins_once(subject, an):
    at = timezone.now()
    announce(subject, an, at)
    assert (row(subject).announced_at, row(subject).runs_at) == (at, at + dt.timedelta(days=14))
    with pytest.raises(RetentionRefused, match="Đã báo rồi"):
        announce(subject, an, at)


def test_a_hold_ends_the_wait_and_a_release_lets_it_begin_anew(subject, an):
    at = timezone.now()
    announce(subject, an, at)
    waiting.hold(subject=subject, reason="Có khiếu nại", actor=an, at=at)
    assert (row(subject).runs_at, row(subject).held_by) == (None, an)
    for refused in (
        lambda: announce(subject, an, at),
        lambda: waiting.hold(subject=subject, reason="Nữa", actor=an, at=at),
    ):
        with pytest.raises(RetentionRefused, match="Đang giữ lại"):
            refused()
    waiting.release(subject=subject, actor=an)
    with pytest.raises(RetentionRefused, match="Không có gì"):
        waiting.release(subject=subject, actor=an)
    announce(subject, an, at)
    assert list(
        AuditEntry.objects.filter(action__startswith="retention.")
        .order_by("pk")
        .values_list("action", flat=True)
    ) == [
        "retention.announce",
        "retention.hold",
        "retention.release",
        "retention.announce",
    ]


def test_what_is_gone_is_neither_held_nor_announced(subject, an):
    at = timezone.now()
    announce(subject, an, at)
    type(row(subject)).objects.update(finished_at=at)
    for refused in (
        lambda: announce(subject, an, at),
        lambda: waiting.hold(subject=subject, reason="x", actor=an, at=at),
        lambda: waiting.release(subject=subject, actor=an),
    ):
        with pytest.raises(RetentionRefused, match="đã được ẩn danh"):
            refused()


# ── the buttons ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_begins_the_wait_and_says_so(client, an, page):
    client.force_login(an)
    assert client.post(page, {"do": "announce"}).status_code == 302
    assert "Sắp ẩn danh" in client.get(page).content.decode()
    refused = client.post(page, {"do": "announce"})
    assert refused.status_code == 409
    assert "Đã báo rồi." in refused.content.decode()


def test_holding_needs_a_reason_and_is_shown(client, an, page, subject):
    client.force_login(an)
    assert "Nhập lý do giữ lại." in client.post(page, {"do": "hold", "reason": ""}).content.decode()
    client.post(page, {"do": "hold", "reason": "Đang thanh tra"})
    assert "Đang thanh tra" in client.get(page).content.decode()
    assert "Đang thanh tra" in client.get(reverse("retentions")).content.decode()
    client.post(page, {"do": "release"})
    assert row(subject).held_at is None


def test_a_button_that_is_not_there_is_not_found(client, an, page):
    client.force_login(an)
    assert client.post(page, {"do": "finish"}).status_code == 404

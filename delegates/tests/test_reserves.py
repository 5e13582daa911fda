"""From the reserve to a counted place: only when one is free, never beyond the quota."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import GroupRole
from correspondence.models import Message
from delegates import services
from delegates.errors import NominationClosed
from delegates.models import Delegate, Seat
from delegates.tests.lists import full_list, person
from directory.models import PersonalLink


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def listed(nomination, binh, now):
    """Both places of the communes taken, a third commune in reserve."""
    rows = [
        *full_list(),
        person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 3", full_name="Người Dự Bị", reserve=True),
    ]
    services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=now)
    nomination.refresh_from_db()
    return nomination


def named(name) -> Delegate:
    return Delegate.objects.select_related("seat__nomination").get(full_name=name)


def test_nobody_moves_up_while_the_quota_is_full(listed, binh, now):
    with pytest.raises(NominationClosed, match="đã đủ 2/2 đơn vị"):
        services.promote_reserve(delegate=named("Người Dự Bị"), actor=binh, at=now)
    assert not Message.objects.filter(recipient_name="Người Dự Bị").exists()


def test_a_place_that_is_given_up_goes_to_the_reserve(listed, binh, now):
    gone = named("Lê Văn Một")
    services.withdraw_delegate(delegate=gone, reason="Chuyển công tác", actor=binh, at=now)
    services.promote_reserve(delegate=named("Người Dự Bị"), actor=binh, at=now)
    moved = named("Người Dự Bị")
    assert (moved.seat.position, moved.seat.is_reserve, moved.seat.unit.name) == (1, False, "Xã Đắk Lắk 3")
    assert not PersonalLink.objects.filter(holder=f"delegate:{gone.pk}", revoked_at=None).exists()
    assert Message.objects.filter(kind="delegate", recipient_name="Người Dự Bị").count() == 1
    assert not Seat.objects.live().filter(is_reserve=True).exists()


def test_each_move_is_a_kept_version_with_its_reason_and_stays_in_the_draft(listed, binh, an, now, client):
    services.withdraw_delegate(delegate=named("Lê Văn Một"), reason="Ốm", actor=binh, at=now)
    services.promote_reserve(delegate=named("Người Dự Bị"), actor=an, at=now)
    listed.refresh_from_db()
    kept = [len(version.rows) for version in listed.versions.order_by("number")]
    assert kept == [5, 4, 4]
    assert listed.versions.first().submitted_by_name == "Lê Văn An"
    assert not any(row["reserve"] for row in listed.draft)
    client.force_login(binh)
    history = client.get(reverse("nomination-history", args=[listed.pk])).content.decode()
    assert re.search(r"<b>Lê Văn Một</b>[^<]*<br><span class=\"small\">“Ốm”</span>", history)
    services.submit(nomination=listed, rows=listed.draft, version=listed.version, actor=binh, at=now)
    assert named("Người Dự Bị").seat.position is not None


def test_somebody_who_is_not_in_reserve_or_gone_does_not_move(listed, binh, now):
    with pytest.raises(NominationClosed, match="không ở danh sách dự phòng"):
        services.promote_reserve(delegate=named("Hồ Thị Hai"), actor=binh, at=now)
    services.withdraw_delegate(delegate=named("Người Dự Bị"), reason="x", actor=binh, at=now)
    with pytest.raises(NominationClosed, match="không còn trong danh sách"):
        services.promote_reserve(delegate=named("Người Dự Bị"), actor=binh, at=now)


def test_a_second_person_of_the_same_organisation_waits_beside_it(nomination, binh, now):
    group = nomination.conference.groups.get(code="so")
    group.max_persons = 1
    group.save()
    own = "Sở Công Thương tỉnh Đắk Lắk"
    rows = [*full_list(), person("so", own, full_name="Phó Giám Đốc", reserve=True)]
    services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=now)
    counted, reserve = Seat.objects.live().filter(group=group).order_by("is_reserve")
    assert (counted.name_key, reserve.is_reserve) == (reserve.name_key, True)
    assert not Delegate.objects.attending().filter(full_name="Phó Giám Đốc").exists()
    with pytest.raises(NominationClosed, match="đã đủ 1/1 người"):
        services.promote_reserve(delegate=named("Phó Giám Đốc"), actor=binh, at=now)
    services.withdraw_delegate(delegate=named("Trần Thị Bốn"), reason="x", actor=binh, at=now)
    services.promote_reserve(delegate=named("Phó Giám Đốc"), actor=binh, at=now)
    assert Delegate.objects.attending().filter(full_name="Phó Giám Đốc").exists()


def test_a_role_that_is_filled_lets_nobody_of_it_move_up(nomination, binh, now):
    group = nomination.conference.groups.get(code="so")
    GroupRole.objects.create(group=group, name="lãnh đạo Sở", max_persons=1)
    GroupRole.objects.create(group=group, name="chuyên viên", min_persons=0, max_persons=2)
    own = "Sở Công Thương tỉnh Đắk Lắk"
    rows = [
        full_list()[0] | {"role": "lãnh đạo Sở"},
        *full_list()[1:],
        person("so", own, full_name="Phó Giám Đốc", role="lãnh đạo Sở", reserve=True),
        person("so", own, full_name="Chuyên Viên", role="chuyên viên", reserve=True),
    ]
    services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=now)
    with pytest.raises(NominationClosed, match="đã đủ 1/1 lãnh đạo Sở"):
        services.promote_reserve(delegate=named("Phó Giám Đốc"), actor=binh, at=now)
    services.promote_reserve(delegate=named("Chuyên Viên"), actor=binh, at=now)


def test_the_page_offers_the_free_place_and_strangers_find_nothing(client, listed, binh, cuc, now):
    page = reverse("nomination", args=[listed.pk])
    moving = reverse("nomination-promote", args=[listed.pk, named("Người Dự Bị").pk])
    withdrawing = reverse("nomination-withdraw", args=[listed.pk, named("Lê Văn Một").pk])
    client.force_login(cuc)
    assert client.post(moving).status_code == client.post(withdrawing, {"reason": "x"}).status_code == 404
    client.force_login(binh)
    assert moving not in client.get(page).content.decode()
    assert client.post(moving).status_code == 409
    assert "Nhập lý do" in client.post(withdrawing, {"reason": ""}).content.decode()
    assert client.post(withdrawing, {"reason": "Chuyển công tác"}).status_code == 302
    assert client.get(withdrawing).status_code == 409  # nobody is left to be taken off
    assert moving in client.get(page).content.decode()
    assert client.post(moving).headers["Location"] == page
    assert not named("Người Dự Bị").seat.is_reserve

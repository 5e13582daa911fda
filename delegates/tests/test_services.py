"""The rules of nomination, each through the function that the pages call."""

import datetime as dt

import pytest
from django.utils import timezone

from conferences.models import Conference
from correspondence.models import Message
from delegates import services
from delegates.errors import InvalidRows, NominationClosed, StaleVersion
from delegates.models import Delegate, Nomination
from delegates.tests.lists import full_list, just_before, person, submit_and_follow
from directory.models import AuditEntry, PersonalLink

State = Nomination.State


@pytest.fixture
def now():
    return timezone.now()


def submit(nomination, actor, at, rows=None, version=None):
    nomination.refresh_from_db()
    return submit_and_follow(
        nomination=nomination,
        rows=full_list() if rows is None else rows,
        version=nomination.version if version is None else version,
        actor=actor,
        at=at,
    )


def test_every_province_of_the_reference_date_gets_one_list(conference, world, an, now):
    services.open_nominations(conference=conference, actor=an, at=now)
    services.open_nominations(conference=conference, actor=an, at=now)
    names = conference.nominations.order_by("unit__sort_key").values_list("organisation_name", flat=True)
    assert list(names) == ["Sở Công Thương tỉnh Cà Mau", "Sở Công Thương tỉnh Đắk Lắk"]


def test_a_province_that_is_not_yet_or_no_longer_there_gets_none(conference, world, an, now):
    world.ca_mau.unit.valid_to = conference.reference_date - dt.timedelta(days=1)
    world.ca_mau.unit.save()
    services.open_nominations(conference=conference, actor=an, at=now)
    assert list(conference.nominations.values_list("unit", flat=True)) == [world.dak_lak.unit.pk]


def test_a_draft_keeps_what_was_typed_complete_or_not(nomination, binh, now):
    row = {"group": "so", "full_name": "  Nguyễn  Văn A ", "phone": "09"}
    services.save_draft(nomination=nomination, rows=[row], version=0, actor=binh, at=now)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.version) == (State.DRAFT, 1)
    assert (nomination.draft[0]["full_name"], nomination.draft[0]["phone"]) == ("Nguyễn Văn A", "09")
    assert not nomination.seats.exists()


def test_submitting_seats_everybody_and_keeps_the_version(nomination, binh, now):
    version = submit(nomination, binh, now)
    nomination.refresh_from_db()
    assert (nomination.state, version.number, version.submitted_by_name) == (
        State.SUBMITTED,
        1,
        "Nguyễn Thị Bình",
    )
    seats = nomination.seats.counted().values_list("group__code", "position", "places", "name")
    assert list(seats) == [
        ("so", 1, None, "Sở Công Thương tỉnh Đắk Lắk"),
        ("ubnd-xa", 1, 2, "Ủy ban nhân dân xã Đắk Lắk 1"),
        ("ubnd-xa", 2, 2, "Ủy ban nhân dân xã Đắk Lắk 2"),
        ("chu-dau-tu", 1, 2, "Công ty CP Hạ tầng A"),
    ]
    assert nomination.seats.get(position=2).unit.name == "Xã Đắk Lắk 2"
    entry = AuditEntry.objects.get(action="nomination.submit")
    assert (entry.actor_label, entry.acted_for) == ("Nguyễn Thị Bình", "Sở Công Thương tỉnh Đắk Lắk")


def test_submitting_writes_the_receipt_and_one_letter_per_delegate_with_an_address(nomination, binh, now):
    submit(nomination, binh, now)
    receipts = Message.objects.filter(kind="receipt").values_list("address", flat=True)
    assert sorted(receipts) == ["binh@daklak.example", "sct-dak-lak@gov.example"]
    letters = Message.objects.filter(kind="delegate")
    assert sorted(letters.values_list("address", flat=True)) == [
        "bon@daklak.example",
        "hai@daklak.example",
        "mot@daklak.example",
    ]
    assert all("{link}" in message.text and message.link_id for message in letters)


def test_a_refused_list_leaves_nothing_behind(nomination, binh, now):
    rows = [*full_list(), person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 3")]
    with pytest.raises(InvalidRows) as refused:
        submit(nomination, binh, now, rows)
    assert "ubnd-xa" in refused.value.groups
    nomination.refresh_from_db()
    assert (nomination.state, nomination.version) == (State.OPEN, 0)
    assert not nomination.seats.exists()
    assert not Message.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_deadline_is_an_instant(nomination, binh):
    deadline = nomination.conference.nomination_deadline
    with pytest.raises(NominationClosed, match="Đã hết hạn gửi lúc"):
        submit(nomination, binh, deadline)
    submit(nomination, binh, just_before(deadline))


def test_an_extension_reopens_the_list_for_this_province_alone(nomination, other_nomination, binh, cuc, an):
    deadline = nomination.conference.nomination_deadline
    until = deadline + dt.timedelta(hours=6)
    services.extend(nomination=nomination, until=until, reason="Mất điện", actor=an, at=deadline)
    submit(nomination, binh, just_before(until))
    with pytest.raises(NominationClosed):
        submit(other_nomination, cuc, just_before(until))
    assert Message.objects.filter(kind="nomination_extended").count() == 2


@pytest.mark.parametrize("shift", [dt.timedelta(0), dt.timedelta(days=30)])
def test_an_extension_must_lie_between_now_and_the_start(nomination, an, now, shift):
    with pytest.raises(NominationClosed, match="Hạn mới"):
        services.extend(nomination=nomination, until=now + shift, reason="x", actor=an, at=now)


def test_a_colleagues_work_is_never_overwritten(nomination, binh, now):
    services.save_draft(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    with pytest.raises(StaleVersion):
        services.save_draft(nomination=nomination, rows=[], version=0, actor=binh, at=now)
    with pytest.raises(StaleVersion):
        submit(nomination, binh, now, version=0)
    nomination.refresh_from_db()
    assert len(nomination.draft) == 4


def test_a_new_version_keeps_the_people_it_keeps(nomination, binh, now):
    submit(nomination, binh, now)
    one, two = (Delegate.objects.get(full_name=name) for name in ("Lê Văn Một", "Hồ Thị Hai"))
    Delegate.objects.filter(pk=two.pk).update(answer=Delegate.Answer.CONFIRMED)
    nomination.refresh_from_db()
    rows = [row for row in reversed(nomination.draft) if row["full_name"] != "Lê Văn Một"]
    submit(nomination, binh, now, rows)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.state == Delegate.State.WITHDRAWN
    assert (two.state, two.answer, two.seat.position) == (
        Delegate.State.PROPOSED,
        Delegate.Answer.CONFIRMED,
        1,
    )
    assert not PersonalLink.objects.filter(holder=f"delegate:{one.pk}", revoked_at=None).exists()
    assert nomination.versions.count() == 2
    assert Message.objects.filter(kind="delegate").count() == 3


def test_a_delegate_of_another_province_cannot_be_taken_over(nomination, other_nomination, binh, cuc, now):
    submit(nomination, binh, now)
    stranger = Delegate.objects.get(full_name="Lê Văn Một")
    rows = [row | {"delegate_id": stranger.pk} for row in full_list()[:1]]
    rows += [person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 1"), person("chu-dau-tu", "Công ty B")]
    submit(other_nomination, cuc, now, rows)
    stranger.refresh_from_db()
    assert (stranger.seat.nomination, stranger.full_name) == (nomination, "Lê Văn Một")


def test_staff_return_with_a_reason_and_the_focal_point_is_told(nomination, binh, an, now):
    submit(nomination, binh, now)
    services.return_to_focal_point(nomination=nomination, reason="Thiếu số điện thoại", actor=an, at=now)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.reason) == (State.RETURNED, "Thiếu số điện thoại")
    told = Message.objects.filter(kind="nomination_returned")
    assert told.count() == 2
    assert "Thiếu số điện thoại" in told[0].text
    submit(nomination, binh, now)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.reason) == (State.SUBMITTED, "")


def test_an_accepted_list_is_closed_until_staff_return_it(nomination, binh, an, now):
    submit(nomination, binh, now)
    services.accept(nomination=nomination, actor=an, at=now)
    with pytest.raises(NominationClosed, match="đã được tiếp nhận"):
        submit(nomination, binh, now)


def test_only_a_submitted_list_is_accepted_or_returned(nomination, an, now):
    with pytest.raises(NominationClosed, match="chưa được gửi"):
        services.accept(nomination=nomination, actor=an, at=now)
    with pytest.raises(NominationClosed, match="chưa được gửi"):
        services.return_to_focal_point(nomination=nomination, reason="x", actor=an, at=now)


def test_declining_withdraws_everybody_and_can_be_taken_back(nomination, binh, now):
    submit(nomination, binh, now)
    nomination.refresh_from_db()
    services.decline(
        nomination=nomination, reason="Trùng kỳ họp HĐND", version=nomination.version, actor=binh, at=now
    )
    assert not nomination.seats.live().exists()
    assert not Delegate.objects.filter(state=Delegate.State.PROPOSED).exists()
    submit(nomination, binh, now)
    assert nomination.seats.live().count() == 4


@pytest.mark.parametrize(
    "state", [Conference.State.DRAFT, Conference.State.POSTPONED, Conference.State.CANCELLED]
)
def test_nothing_is_taken_unless_the_conference_is_announced(nomination, binh, now, state):
    Conference.objects.update(state=state)
    with pytest.raises(NominationClosed):
        submit(nomination, binh, now)


def test_communes_whose_names_differ_in_diacritics_only_are_two(nomination, binh, world):
    """Eight provinces have such communes; taken for one they would share a seat."""
    communes = world.dak_lak.unit.children.order_by("pk")
    for commune, name in zip(communes, ("Xã Ba Tơ", "Xã Ba Tô"), strict=False):
        commune.name = name
        commune.save()
    rows = [
        person("ubnd-xa", "UBND xã Ba Tơ", full_name="Lê Văn Một"),
        person("ubnd-xa", "Ủy ban nhân dân xã Ba Tô", full_name="Hồ Thị Hai"),
        person("chu-dau-tu", "Công ty A"),
    ]
    submit_and_follow(nomination=nomination, rows=rows, version=0, actor=binh, at=timezone.now())
    seats = nomination.seats.live().filter(group__code="ubnd-xa")
    assert [seat.unit.name for seat in seats] == ["Xã Ba Tơ", "Xã Ba Tô"]


def test_a_name_that_several_share_is_asked_about_with_everything_else(nomination, binh):
    rows = [person("ubnd-xa", "dak lak"), person("chu-dau-tu", "Công ty A", phone="0900")]
    with pytest.raises(InvalidRows) as refused:
        submit_and_follow(nomination=nomination, rows=rows, version=0, actor=binh, at=timezone.now())
    assert [(error.row, error.field) for error in refused.value.rows] == [(0, "organisation"), (1, "phone")]
    assert "3 đơn vị" in refused.value.rows[0].message

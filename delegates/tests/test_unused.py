"""Accounts switched off and addresses not used any more: due, announced, waited, gone; or held, or used again."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence.accounts import invite_account
from correspondence.models import Message
from correspondence.outbox import enqueue
from delegates.models import NominationVersion, UnusedRetention
from delegates.privacy import kept, retention, unused
from delegates.services import data_requests, waiting
from delegates.services import retention as conferences
from delegates.services import unused as services
from delegates.services.data_requests import RequestRefused
from delegates.services.waiting import RetentionRefused
from delegates.tests.everywhere import places_of
from delegates.tests.lists import full_list, submit_and_follow
from directory.audit import record
from directory.models import NOBODY, AuditEntry, Mandate, PersonalLink, User
from directory.services import close_account
from hoinghi.tests.cast import give_mandate, make_user
from venues import services as venues
from venues.models import Officer, Room
from venues.tests.rooms import local, person

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TRACES = ("Hà Văn Khôi", "khoi@daklak.example", "0966555444", "Trưởng phòng Cụm")
# What an account did with a list is the archive's; its account's own columns are emptied.
ARCHIVE = {"correspondence_officialdocument", "correspondence_documentcopy", "correspondence_signedcopy"}


@pytest.fixture
def khoi(world, nomination, an):
    """A focal point who has done everything that an account can do, and whose role has ended."""
    user = make_user("khoi@daklak.example", "Hà Văn Khôi", phone="0966555444", job_title="Trưởng phòng Cụm")
    give_mandate(user, world.dak_lak.so)
    at = nomination.conference.nomination_deadline - DAY
    invite_account(user=user, actor=an, at=at)
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=user, at=at)
    request = data_requests.ask(holder=user, kind="correct", text="Hà Văn Khôi đổi số 0966555444", at=at)
    data_requests.answer(request=request, is_done=True, text="Đã sửa cho Hà Văn Khôi", actor=an, at=at)
    record(actor=an, action="user.change", target=user, changes={"phone": ["", "0966555444"]})
    record(actor=an, action="mandate.change", target=user.mandates.get())
    record(actor=an, action="x", target=nomination, changes={"người": ["", "Hà Văn Khôi"]})
    enqueue(
        key="task_given:khoi@daklak.example",
        topic=f"conference:{nomination.conference_id}",
        kind="task_given",
        address="Khoi@daklak.example",
        recipient_name="Hà Văn Khôi",
        subject="Gửi Hà Văn Khôi",
        text="Đồng chí Hà Văn Khôi",
        user=user,
        at=at,
    )
    Message.objects.filter(state=Message.State.QUEUED).update(state=Message.State.SENT, sent_at=at)
    user.mandates.update(valid_to=timezone.localdate())
    close_account(user=user, actor=an)
    user.refresh_from_db()
    return user


@pytest.fixture
def late() -> dt.datetime:
    """Long after everything."""
    return timezone.now() + retention.unused_time() + 60 * DAY


def names(found) -> set[str]:
    return set(found.values_list("email", flat=True))


# ── which ───────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_is_off_and_unused_for_so_long_is_due(khoi, binh, late):
    assert names(unused.accounts(late)) == {khoi.email}
    assert not unused.accounts(timezone.now()).exists()


@pytest.mark.parametrize("why", ["on", "login", "role", "asked", "officer"])
def test_what_is_used_in_any_way_is_not_due(khoi, late, why, conference, world, an):
    match why:
        case "on":
            User.objects.filter(pk=khoi.pk).update(is_active=True)
        case "login":
            User.objects.filter(pk=khoi.pk).update(last_login=late - 10 * DAY)
        case "role":
            Mandate.objects.filter(user=khoi).update(valid_to=(late - 10 * DAY).date())
        case "asked":
            data_requests.ask(holder=khoi, kind="see", text="", at=late)
        case "officer":
            venues.prepare_rooms(conference=conference, actor=an, at=timezone.now())
            booking = local(conference, world.dak_lak)
            named = venues.name_officer(booking=booking, person=person(), actor=an, at=timezone.now())
            Officer.objects.filter(pk=named.pk).update(user=khoi)
    assert not unused.accounts(late).exists()


def test_an_address_is_due_when_no_letter_has_gone_for_so_long(world, late):
    contact = world.dak_lak.so.contacts.create(email="cu@daklak.example", full_name="Hà Văn Khôi")
    assert not unused.contacts(late).exists()
    contact.is_active = False
    contact.save()
    assert names(unused.contacts(late)) == {"cu@daklak.example"}
    letter = enqueue(
        key="x",
        topic="x",
        kind="x",
        address=contact.email,
        recipient_name="x",
        subject="x",
        text="x",
        contact=contact,
        at=late,
    )
    Message.objects.filter(pk=letter.pk).update(created_at=late - 10 * DAY)
    assert not unused.contacts(late).exists()


# ── the job ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_person_is_found_nowhere_and_what_was_done_stays(khoi, late):
    def figures():
        return (
            Message.objects.count(),
            AuditEntry.objects.exclude(action__startswith="retention").count(),
            AuditEntry.objects.filter(actor_id=khoi.pk).count(),
            list(NominationVersion.objects.values_list("number", "submitted_by")),
            list(Mandate.objects.filter(user=khoi).values_list("organisation", "role", "valid_to")),
        )

    before = places_of(TRACES)
    assert {trace for _, _, trace in before} == set(TRACES)
    # Letters to others that name who sent the list go with its conference, long before.
    conferences.keep(late - 60 * DAY)
    Message.objects.filter(state=Message.State.QUEUED).update(state=Message.State.SENT, sent_at=late)
    conferences.keep(late - 30 * DAY)
    services.keep(late)
    assert UnusedRetention.objects.get().runs_at == late + 14 * DAY
    counted = figures()
    services.keep(late + 13 * DAY)
    assert User.objects.filter(full_name="Hà Văn Khôi").exists()
    services.keep(late + 14 * DAY)
    left = {place for place in places_of(TRACES) if place[0] not in ARCHIVE}
    assert left == set()
    assert figures() == counted
    khoi.refresh_from_db()
    assert (khoi.full_name, khoi.email) == (NOBODY, f"tai-khoan-{khoi.pk}@an-danh.invalid")
    assert not khoi.has_usable_password()
    assert not PersonalLink.objects.filter(holder=f"user:{khoi.pk}", revoked_at=None).exists()
    assert UnusedRetention.objects.get().finished_at == late + 14 * DAY
    services.keep(late + 15 * DAY)
    finished = AuditEntry.objects.filter(action="retention.finish", object_type="delegates.unusedretention")
    assert finished.count() == 1


def test_what_the_archive_keeps_of_it_is_named_in_one_place():
    assert all(kept.keeps(table, "content") for table in ARCHIVE)


def test_who_asks_to_be_deleted_is_gone_at_once_when_the_account_is_off(khoi, an):
    at = timezone.now()
    request = data_requests.ask(holder=khoi, kind="delete", text="Xóa Hà Văn Khôi", at=at)
    User.objects.filter(pk=khoi.pk).update(is_active=True)
    with pytest.raises(RequestRefused, match="khóa tài khoản"):
        data_requests.answer(request=request, is_done=True, text="Xóa", actor=an, at=at)
    User.objects.filter(pk=khoi.pk).update(is_active=False)
    request.refresh_from_db()
    data_requests.answer(request=request, is_done=True, text="Đã xóa", actor=an, at=at)
    khoi.refresh_from_db()
    assert (khoi.full_name, khoi.phone) == (NOBODY, "")
    answer = Message.objects.get(kind="data_request_answered", text__contains="Đã xóa")
    assert (answer.address, answer.link_path) == ("khoi@daklak.example", reverse("privacy"))
    assert UnusedRetention.objects.get().finished_at == at
    Message.objects.filter(pk=answer.pk).update(state=Message.State.SENT, sent_at=at)
    services.keep(at + 13 * DAY)
    services.keep(at + 15 * DAY)
    left = {place for place in places_of(TRACES) if place[0] not in ARCHIVE}
    assert {place[0] for place in left} <= {"correspondence_message"}, (
        "letters to others, until the conference's time"
    )
    assert not Message.objects.filter(address__iexact="khoi@daklak.example").exists()


def test_an_address_goes_and_its_organisation_stays(world, late):
    contact = world.dak_lak.so.contacts.create(
        email="khoi@daklak.example", full_name="Hà Văn Khôi", phone="0966555444", is_active=False
    )
    record(actor="x", action="contact.add", target=contact, changes={"email": ["", contact.email]})
    services.keep(late)
    services.keep(late + 14 * DAY)
    assert places_of(TRACES) == set()
    contact.refresh_from_db()
    assert contact.organisation == world.dak_lak.so


class TestRoomContacts:
    """Whom to call about a room: as long as it is in use, and for a while after the last meeting there."""

    @pytest.fixture
    def whom(self, conference, world, an):
        venues.prepare_rooms(conference=conference, actor=an, at=timezone.now())
        room = local(conference, world.dak_lak).room
        contact = room.contacts.create(
            full_name="Hà Văn Khôi",
            job_title="Trưởng phòng Cụm",
            phone="0966555444",
            email="khoi@daklak.example",
        )
        changes = {f"contacts.{contact.pk}": [None, "Hà Văn Khôi"], "name": ["A", "B"]}
        record(actor=an, action="room.change", target=room, changes=changes)
        return contact

    def test_only_of_a_hidden_room_where_nobody_has_met_for_so_long(self, whom, conference, late):
        assert not unused.room_contacts(late).exists()
        Room.objects.filter(pk=whom.room_id).update(is_hidden=True)
        assert list(unused.room_contacts(late)) == [whom]
        assert not unused.room_contacts(conference.end_at + retention.unused_time() - DAY).exists()

    def test_the_person_goes_and_the_room_stays(self, whom, late):
        Room.objects.filter(pk=whom.room_id).update(is_hidden=True)
        services.keep(late)
        services.keep(late + 13 * DAY)
        whom.refresh_from_db()
        assert whom.full_name == "Hà Văn Khôi"
        services.keep(late + 14 * DAY)
        assert places_of(TRACES) == set()
        whom.refresh_from_db()
        assert (whom.full_name, whom.phone, whom.email) == (NOBODY, "", "")
        assert whom.room.bookings.exists()

    def test_a_room_that_is_used_again_keeps_its_contact(self, whom, late):
        Room.objects.filter(pk=whom.room_id).update(is_hidden=True)
        services.keep(late)
        Room.objects.filter(pk=whom.room_id).update(is_hidden=False)
        assert not services.carry_out(holder=whom, at=late + 14 * DAY)
        assert UnusedRetention.objects.get().announced_at is None


def test_an_account_that_is_switched_on_again_stays_and_waits_anew(khoi, late):
    services.keep(late)
    User.objects.filter(pk=khoi.pk).update(is_active=True)
    assert not services.carry_out(holder=khoi, at=late + 14 * DAY)
    assert UnusedRetention.objects.get().announced_at is None
    khoi.refresh_from_db()
    assert khoi.full_name == "Hà Văn Khôi"


def test_a_hold_stops_it_until_it_is_released(khoi, late, an):
    services.keep(late)
    waiting.hold(subject=khoi, reason="Có khiếu nại", actor=an, at=late)
    services.keep(late + 20 * DAY)
    assert User.objects.filter(full_name="Hà Văn Khôi").exists()
    with pytest.raises(RetentionRefused, match="Có khiếu nại"):
        services.announce(holder=khoi, actor=an, at=late)
    waiting.release(subject=khoi, actor=an)
    services.keep(late + 20 * DAY)
    assert UnusedRetention.objects.get().runs_at == late + 34 * DAY


def test_an_account_in_use_is_not_announced(binh, an):
    with pytest.raises(RetentionRefused, match="Còn được dùng"):
        services.announce(holder=binh, actor=an, at=timezone.now())


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def old(khoi):
    """The same account, unused since long ago."""
    long_ago = timezone.now() - retention.unused_time() - 60 * DAY
    User.objects.filter(pk=khoi.pk).update(date_joined=long_ago, invited_at=long_ago)
    Mandate.objects.filter(user=khoi).update(valid_from=long_ago.date(), valid_to=long_ago.date())
    return khoi


def test_staff_see_what_is_due_and_what_would_change(client, an, old):
    client.force_login(an)
    assert "Hà Văn Khôi" in client.get(reverse("retentions")).content.decode()
    assert "Sẽ thay đổi gì" in client.get(reverse("retention-account", args=[old.pk])).content.decode()


def test_the_overview_asks_as_often_for_three_as_for_one(client, an, old, world):
    client.force_login(an)
    client.get(reverse("retentions"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("retentions"))
        return len(asked)

    once = queries()
    for number in (1, 2):
        make_user(
            f"cu{number}@daklak.example", "Cũ", is_active=False, date_joined=old.date_joined - 900 * DAY
        )
        world.dak_lak.so.contacts.create(email=f"hop-thu{number}@daklak.example", is_active=False)
    assert queries() == once

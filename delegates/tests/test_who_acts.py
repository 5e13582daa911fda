"""Who acts for a list on a day: backups like the others, and days that begin at midnight in Hanoi."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from correspondence.models import Message
from delegates import invitations, letters, policies, reminding, services
from directory.models import Contact, Mandate
from hoinghi.tests.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def pho(world):
    """The backup of Đắk Lắk."""
    user = make_user("pho@daklak.example", "Ngô Văn Phó")
    Mandate.objects.create(user=user, organisation=world.dak_lak.so, is_backup=True)
    return user


def reminded(found) -> set[str]:
    return {member.address for member in found}


def test_a_backup_acts_like_a_focal_point(nomination, pho, client, now):
    assert policies.acts_for(pho, nomination, now)
    client.force_login(pho)
    assert client.get(nomination.get_absolute_url()).context["editable"]
    services.save_draft(nomination=nomination, rows=[], version=0, actor=pho, at=now)


def test_backups_are_reminded_as_backup_addresses_are(conference, nomination, binh, pho, now):
    assert reminded(reminding.focal_points(conference, now)) == {binh.email, "sct-dak-lak@gov.example"}
    assert reminded(reminding.backup_addresses(conference, now)) == {pho.email}


def test_a_backup_who_is_alone_gets_the_ordinary_letters(conference, nomination, pho, now):
    assert pho.email in reminded(reminding.focal_points(conference, now))
    assert reminding.backup_addresses(conference, now) == []


def test_a_backup_who_is_a_usual_address_is_not_reminded_twice(conference, nomination, binh, pho, now):
    Contact.objects.create(organisation=nomination.organisation, email="PHO@daklak.example")
    assert reminding.backup_addresses(conference, now) == []


def test_backups_are_not_told_as_long_as_others_are_there(nomination, binh, pho, now):
    letters.tell_returned(nomination=nomination, at=now)
    told = set(Message.objects.values_list("address", flat=True))
    assert told == {binh.email, "sct-dak-lak@gov.example"}


def test_reminders_cost_the_same_for_one_and_three_backups(
    conference, nomination, other_nomination, binh, cuc, pho, world, now
):
    with CaptureQueriesContext(connection) as one:
        reminding.backup_addresses(conference, now)
    for number in (2, 3):
        user = make_user(f"pho{number}@x.example", f"Phó {number}")
        Mandate.objects.create(user=user, organisation=world.ca_mau.so, is_backup=True)
    again = type(conference).objects.get(pk=conference.pk)
    with CaptureQueriesContext(connection) as three:
        assert len(reminding.backup_addresses(again, now)) == 3
    assert len(three) == len(one)


class TestDaysBeginAtMidnightInHanoi:
    """Half past midnight in Hanoi is still the day before in UTC."""

    EARLY = dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=7))).astimezone(dt.UTC)

    def test_a_new_mandate_holds_from_its_first_minute(self, nomination, world):
        user = make_user("moi@daklak.example", "Người Mới")
        Mandate.objects.create(user=user, organisation=world.dak_lak.so, valid_from=dt.date(2026, 11, 25))
        assert policies.acts_for(user, nomination, self.EARLY)
        assert not policies.acts_for(user, nomination, self.EARLY - dt.timedelta(hours=1))

    def test_an_ended_mandate_ends_at_midnight(self, nomination, binh):
        Mandate.objects.filter(user=binh).update(valid_to=dt.date(2026, 11, 24))
        assert not policies.acts_for(binh, nomination, self.EARLY)

    @pytest.fixture
    def heir(self, world, nomination):
        """The department of Cà Mau takes over that of Đắk Lắk on 25/11/2026."""
        old = world.dak_lak.so
        old.valid_to, old.successor = dt.date(2026, 11, 24), world.ca_mau.so
        old.save()
        nomination.refresh_from_db()
        return world.ca_mau.so

    def test_invitations_go_to_the_heir_from_midnight(self, conference, heir):
        def invited(at):
            return [contact.organisation for _, contact in invitations.plan(conference, at).letters]

        assert invited(self.EARLY) == [heir]
        assert invited(self.EARLY - dt.timedelta(hours=1)) != [heir]

    def test_letters_about_a_list_go_to_whoever_holds_the_place(self, nomination, heir, binh, cuc):
        letters.tell_returned(nomination=nomination, at=self.EARLY)
        told = set(Message.objects.values_list("address", flat=True))
        assert told == {cuc.email, "sct-ca-mau@gov.example"}
        # The name stays as it was printed.
        assert Message.objects.filter(recipient_name=nomination.organisation_name).exists()

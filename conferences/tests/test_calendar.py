"""The conference as a calendar entry: one identity, a number that grows with what it says, and its states."""

import datetime as dt

import icalendar
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from conferences.calendar import conference_event, event_of
from conferences.followers import follow
from conferences.models import Conference, ConferenceFact, Material
from conferences.services import add_material_version

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def conference(conference, an):
    conference.frame.invitation = []
    conference.frame.save()
    return followed(conference, an)


def followed(conference: Conference, an) -> Conference:
    follow(conference=conference, actor=an, at=timezone.now())
    return Conference.objects.get(pk=conference.pk)


def edit(**values):
    def change(conference):
        for name, value in values.items():
            setattr(conference, name, value)
        conference.save()

    return change


def move(conference):
    conference.start_at += dt.timedelta(hours=1)
    conference.save()


def central(conference):
    conference.places.filter(role="central").update(room_name="Hội trường lớn")


def contact(conference):
    conference.contacts.update(email="khac@moit.example")


def link(conference):
    ConferenceFact.objects.create(
        conference=conference, code="hop", type="link", value="https://hop.example/"
    )


@pytest.mark.parametrize(
    "change",
    [
        move,
        central,
        contact,
        link,
        edit(title="Hội nghị tổng kết"),
        edit(chair_title="Thứ trưởng Bộ Công Thương"),
        edit(state=Conference.State.POSTPONED),
        edit(state=Conference.State.CANCELLED),
    ],
)
def test_the_number_grows_with_what_calendars_show(conference, an, change):
    before = event_of(conference)
    change(conference)
    after = event_of(followed(conference, an))
    assert after.uid == before.uid
    assert after.sequence > before.sequence


@pytest.mark.parametrize(
    "change",
    [
        edit(),
        edit(purpose="đánh giá hệ thống chính sách"),
        edit(nomination_deadline=None),
        edit(approval_reference="Tờ trình số 12"),
    ],
)
def test_the_number_stays_with_what_calendars_do_not_show(conference, an, change):
    before = event_of(conference).sequence
    change(conference)
    assert event_of(followed(conference, an)).sequence == before


def test_a_paper_does_not_touch_the_number(conference, an):
    before = event_of(conference).sequence
    material = Material.objects.create(conference=conference, title="Báo cáo")
    add_material_version(material=material, upload=ContentFile(PDF, "bao-cao.pdf"), actor=an)
    assert event_of(Conference.objects.get(pk=conference.pk)).sequence == before


def test_the_number_never_shrinks_even_when_the_clock_does(conference, an):
    before = event_of(conference).sequence
    with time_machine.travel(timezone.now() - dt.timedelta(days=400)):
        move(conference)
        assert event_of(followed(conference, an)).sequence == before + 1


@pytest.mark.parametrize(
    ("state", "status", "prefix"),
    [
        ("planned", "TENTATIVE", ""),
        ("announced", "CONFIRMED", ""),
        ("concluded", "CONFIRMED", ""),
        ("postponed", "TENTATIVE", "HOÃN: "),
        ("cancelled", "CANCELLED", "HỦY: "),
    ],
)
def test_the_entry_says_the_state(conference, state, status, prefix):
    conference.state = state
    event = event_of(conference)
    assert (event.status, event.summary) == (status, prefix + conference.title)


def test_only_who_is_invited_learns_how_to_join(conference):
    link(conference)
    public = conference_event(conference, at=timezone.now())
    personal = conference_event(conference, attendee=("Em", "em@daklak.example"), at=timezone.now())
    assert b"hop.example" not in public.content
    (event,) = icalendar.Calendar.from_ical(personal.content).walk("VEVENT")
    assert "Đường dẫn: https://hop.example/" in event["DESCRIPTION"]


def test_without_a_contact_the_entry_still_names_an_organiser(conference, settings):
    settings.DEFAULT_FROM_EMAIL = "Cổng hội nghị <cong@moit.example>"
    conference.contacts.all().delete()
    assert event_of(conference).organiser_email == "cong@moit.example"

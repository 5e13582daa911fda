"""Fixtures of this app's tests: a conference with rooms, one of them ready to be prepared, its officer by link."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from venues import services
from venues.models import Booking
from venues.tests.rooms import local, person, token_of


@pytest.fixture
def prepared(conference, an):
    """The conference of the cast with its rooms and an empty checklist."""
    services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
    conference.checklist.all().delete()
    return conference


@pytest.fixture
def booking(prepared, world):
    """The room of Đắk Lắk, whose address is known."""
    found = local(prepared, world.dak_lak)
    Booking.objects.filter(pk=found.pk).update(address="số 1 Lê Duẩn")
    found.refresh_from_db()
    return found


@pytest.fixture
def giang(booking, an):
    """An officer of Đắk Lắk's room without an account; ``giang.token`` opens the page."""
    officer = services.name_officer(booking=booking, person=person(), actor=an, at=timezone.now())
    return SimpleNamespace(officer=officer, token=token_of(officer))

"""The database itself holds the quota and the one-list-per-province rule."""

import pytest
from django.db import IntegrityError, transaction

from delegates.models import Seat
from hoinghi.tests.cast import make_delegate, make_nomination


def test_a_seat_beyond_the_quota_is_refused_by_the_database(nomination):
    group = nomination.conference.groups.get(code="ubnd-xa")
    for position in (1, 2):
        Seat.objects.create(
            nomination=nomination, group=group, position=position, places=2, name=f"Xã {position}"
        )
    with pytest.raises(IntegrityError, match="seat_within_quota"), transaction.atomic():
        Seat.objects.create(nomination=nomination, group=group, position=3, places=2, name="Xã 3")
    with pytest.raises(IntegrityError, match="seat_position_once"), transaction.atomic():
        Seat.objects.create(nomination=nomination, group=group, position=2, places=2, name="Xã 3")


def test_an_organisation_sits_once_in_a_group_however_it_is_spelled(nomination):
    group = nomination.conference.groups.get(code="chu-dau-tu")
    Seat.objects.create(nomination=nomination, group=group, position=1, places=2, name="Công ty Đại Phát")
    with pytest.raises(IntegrityError, match="seat_organisation_once"), transaction.atomic():
        Seat.objects.create(nomination=nomination, group=group, position=2, places=2, name="CÔNG TY ĐẠI PHÁT")


def test_one_list_per_focal_organisation(nomination, world):
    with pytest.raises(IntegrityError, match="nomination_once"), transaction.atomic():
        make_nomination(nomination.conference, world.dak_lak)


def test_delegates_are_ordered_by_given_name(nomination):
    for name in ("Nguyễn Văn Út", "Lê Thị Ánh", "Trần Văn Dũng", "Phạm Đạt", "Hồ An"):
        make_delegate(nomination, full_name=name)
    names = [
        delegate.full_name.split()[-1] for delegate in nomination.seats.first().delegates.model.objects.all()
    ]
    assert names == ["An", "Ánh", "Dũng", "Đạt", "Út"]

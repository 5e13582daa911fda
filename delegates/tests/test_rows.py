"""What a list must hold before it can be submitted: said at the row or at the group."""

import datetime as dt

import pytest

from delegates import pickers, rows
from delegates.errors import InvalidRows
from delegates.pickers import choices
from delegates.tests.lists import person
from hoinghi import sharing
from hoinghi.tests.waiting import Clock


def problems(conference, nomination, *people):
    groups = rows.nominated_groups(nomination)
    with pytest.raises(InvalidRows) as refused:
        rows.check(rows.clean(list(people)), groups)
    return refused.value


def complete():
    """A list that is right, by group; a test spoils one thing in it."""
    return [
        person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 1"),
        person("chu-dau-tu", "Công ty CP Hạ tầng A"),
    ]


def test_a_complete_list_passes(conference, nomination):
    rows.check(rows.clean(complete()), rows.nominated_groups(nomination))


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("phone", "0900 00", "0900 00"),
        ("phone", "", "Nhập số điện thoại"),
        ("email", "vuvang@congty", "tên miền"),
        ("full_name", "", "Nhập họ và tên"),
        ("job_title", "", "Nhập chức vụ"),
        ("organisation", "", "Chọn hoặc nhập tên cơ quan"),
    ],
)
def test_a_bad_value_is_named_at_its_row_and_field(conference, nomination, field, value, part):
    people = complete()
    people[1][field] = value
    found = problems(conference, nomination, *people)
    assert [(error.row, error.field) for error in found.rows] == [(1, field)]
    assert part in found.rows[0].message


def test_too_few_and_too_many_organisations_are_said_at_the_group(conference, nomination):
    people = [person("chu-dau-tu", f"Công ty {letter}") for letter in "ABC"]
    found = problems(conference, nomination, *people)
    assert "cần 1÷2" in found.groups["ubnd-xa"]
    assert "Nhiều hơn chỉ tiêu 1 đơn vị" in found.groups["chu-dau-tu"]


def test_the_quota_counts_organisations_not_persons(conference, nomination):
    people = [*complete(), person("ubnd-xa", "ỦY BAN NHÂN DÂN xã Đắk Lắk  1", full_name="Người thứ hai")]
    rows.check(rows.clean(people), rows.nominated_groups(nomination))


def test_persons_of_one_organisation_have_their_own_limit(conference, nomination):
    conference.groups.filter(code="ubnd-xa").update(max_persons=1)
    people = [*complete(), person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 1", full_name="Người thứ hai")]
    found = problems(conference, nomination, *people)
    assert "nhiều nhất 1 người" in found.groups["ubnd-xa"]


def test_reserve_rows_do_not_count(conference, nomination):
    people = [*complete(), *(person("chu-dau-tu", f"Dự phòng {n}", reserve=True) for n in range(3))]
    rows.check(rows.clean(people), rows.nominated_groups(nomination))


def test_blank_rows_are_dropped(conference, nomination):
    blank = {"group": "so", "organisation": "Sở Công Thương tỉnh Đắk Lắk", "honorific": "đồng chí"}
    assert rows.clean([blank]) == []


def test_the_picker_offers_only_the_own_provinces_units_of_that_day(conference, nomination, world):
    group = conference.groups.get(code="ubnd-xa")
    names = [choice.name for choice in choices(group, nomination)]
    assert names == [f"Ủy ban nhân dân xã Đắk Lắk {n}" for n in (1, 2, 3)]
    gone = world.dak_lak.unit.children.get(name="Xã Đắk Lắk 2")
    gone.valid_to = conference.reference_date.replace(year=2020)
    gone.save()
    assert len(choices(group, nomination)) == 2


def test_a_group_for_other_provinces_is_not_asked_for(conference, nomination, world):
    group = conference.groups.get(code="chu-dau-tu")
    group.provinces.add(world.ca_mau.unit)
    assert "chu-dau-tu" not in [g.code for g in rows.nominated_groups(nomination)]


class TestNamesOfTheRegister:
    """Read once in some seconds by each process; conftest switches that off for all other tests."""

    @pytest.fixture
    def clock(self, settings, monkeypatch):
        settings.SHARED_PAGES_MB = 16
        monkeypatch.setattr(pickers, "_register", sharing.Parts(most=9))
        monkeypatch.setattr(sharing.time, "monotonic", now := Clock())
        return now

    def test_they_are_not_asked_for_again_by_the_next_list_of_the_province(
        self, conference, nomination, clock, django_assert_num_queries
    ):
        groups = rows.nominated_groups(nomination)
        first = pickers.offered_by(groups, nomination)
        with django_assert_num_queries(0):
            assert pickers.offered_by(groups, nomination) == first

    def test_another_province_and_another_day_have_their_own(
        self, conference, nomination, other_nomination, clock, world
    ):
        group = conference.groups.get(code="ubnd-xa")
        assert choices(group, nomination) != choices(group, other_nomination)
        gone = world.dak_lak.unit.children.get(name="Xã Đắk Lắk 2")
        gone.valid_to = conference.reference_date
        gone.save()
        assert len(choices(group, nomination)) == 3
        nomination.conference.units_as_of = conference.reference_date + dt.timedelta(days=1)
        assert len(choices(group, nomination)) == 2

    def test_a_new_name_is_offered_some_seconds_later(self, conference, nomination, clock, world):
        group = conference.groups.get(code="ubnd-xa")
        before = choices(group, nomination)
        world.dak_lak.unit.children.filter(name="Xã Đắk Lắk 2").update(name="Xã Đắk Lắk mới")
        assert choices(group, nomination) == before
        clock.now += sharing.OLDEST + 1
        assert "Ủy ban nhân dân xã Đắk Lắk mới" in [choice.name for choice in choices(group, nomination)]

    def test_an_organisation_that_nominates_its_own_people_has_its_own_name(
        self, conference, nomination, other_nomination, clock
    ):
        group = conference.groups.get(code="ubnd-xa")
        group.nominator = group.Nominator.ITSELF
        for found in (nomination, other_nomination):
            assert [choice.name for choice in choices(group, found)] == [found.organisation_name]

"""Whom the organisation sent before is offered again: its own people only, each once, with the newest values."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from delegates import services
from delegates.entry import reuse
from delegates.models import Nomination
from delegates.privacy.anonymising import anonymise_list
from delegates.rows import nominated_groups
from delegates.tests.lists import full_list, person
from delegates.tests.test_focal_views import post_data
from hoinghi.tests.cast import make_conference, make_nomination


def earlier_list(world, user, *, weeks: int, rows: list[dict], province=None, slug="") -> Nomination:
    """A list that was submitted for a conference some weeks before the present one."""
    conference = make_conference(world, slug=slug or f"truoc-{weeks}")
    past = make_nomination(conference, province or world.dak_lak)
    services.submit(nomination=past, rows=rows, version=0, actor=user, at=timezone.now())
    conference.start_at -= dt.timedelta(weeks=weeks)
    conference.end_at -= dt.timedelta(weeks=weeks)
    conference.nomination_deadline -= dt.timedelta(weeks=weeks)
    conference.save()
    return past


@pytest.fixture
def earlier(world, binh):
    return earlier_list(world, binh, weeks=20, rows=full_list())


def offered(nomination) -> dict[str, list[str]]:
    found = reuse.earlier_people(nomination, nominated_groups(nomination))
    return {code: [each.full_name for each in people] for code, people in found.items()}


def test_people_of_the_own_earlier_lists_by_group(nomination, earlier):
    assert offered(nomination) == {
        "so": ["Trần Thị Bốn"],
        "ubnd-xa": ["Lê Văn Một", "Hồ Thị Hai"],
        "chu-dau-tu": ["Vũ Văn Ba"],
    }


def test_who_was_made_anonymous_is_not_offered(nomination, earlier):
    anonymise_list(earlier, timezone.now())
    assert offered(nomination) == {}


def test_the_newest_values_of_a_person_win(nomination, earlier, world, binh):
    rows = full_list()
    rows[0]["job_title"] = "Giám đốc"
    earlier_list(world, binh, weeks=4, rows=rows)
    found = reuse.earlier_people(nomination, nominated_groups(nomination))["so"]
    assert [each.job_title for each in found] == ["Giám đốc"]


def test_nobody_else_s_people_later_ones_or_unsent_ones(
    nomination, other_nomination, earlier, world, binh, cuc
):
    foreign = [
        person("ubnd-xa", "Xã Cà Mau 1", full_name="Người Cà Mau"),
        person("chu-dau-tu", "Công ty B", full_name="Người Cà Mau Khác"),
    ]
    earlier_list(world, cuc, weeks=3, rows=foreign, province=world.ca_mau)
    earlier_list(
        world, binh, weeks=-3, rows=[dict(row, full_name=f"{row['full_name']} Sau") for row in full_list()]
    )
    names = [name for people in offered(nomination).values() for name in people]
    assert len(names) == 4
    assert not any("Cà Mau" in name or "Sau" in name for name in names)
    earlier.state = Nomination.State.RETURNED
    earlier.save()
    assert offered(nomination) == {}


def test_two_of_one_name_in_one_list_are_two_people(nomination, world, binh):
    rows = full_list()
    rows.append(dict(rows[0], job_title="Chuyên viên"))
    earlier_list(world, binh, weeks=5, rows=rows)
    assert offered(nomination)["so"] == ["Trần Thị Bốn", "Trần Thị Bốn"]


def test_a_group_is_known_by_its_name_when_its_code_changed(nomination, earlier):
    nomination.conference.groups.filter(code="ubnd-xa").update(code="xa-phuong")
    assert offered(nomination)["xa-phuong"] == ["Lê Văn Một", "Hồ Thị Hai"]


@pytest.fixture
def url(nomination):
    return reverse("nomination", args=[nomination.pk])


def test_chosen_people_come_into_the_form_and_are_no_longer_offered(client, binh, url, nomination, earlier):
    client.force_login(binh)
    page = client.get(url)
    assert "Đã cử lần trước (2)" in page.content.decode()
    first = earlier.seats.get(name__endswith="Đắk Lắk 1").delegates.get()
    again = client.post(url, {"version": 0, "do": "again:ubnd-xa", "again-ubnd-xa": [first.pk]})
    text = again.content.decode()
    assert 'value="Lê Văn Một"' in text
    assert 'value="mot@daklak.example"' in text
    assert 'value="Hồ Thị Hai"' not in text
    assert "Đã cử lần trước (1)" in text
    nomination.refresh_from_db()
    assert nomination.version == 0


def test_with_scripts_only_the_rows_and_the_offer_are_exchanged(client, binh, url, earlier):
    client.force_login(binh)
    first = earlier.seats.get(name__endswith="Đắk Lắk 1").delegates.get()
    data = post_data([{"group": "ubnd-xa", "organisation": "", "full_name": ""}], 0, "again:ubnd-xa")
    text = client.post(
        url, data | {"again-ubnd-xa": [first.pk]}, headers={"HX-Request": "true"}
    ).content.decode()
    assert '<fieldset class="person" id="r0" hx-swap-oob="true">' in text  # the blank row is filled
    assert "Đã cử lần trước (1)" in text


def test_another_organisations_people_cannot_be_asked_for(client, binh, url, world, cuc, nomination):
    foreign = earlier_list(
        world,
        cuc,
        weeks=3,
        rows=[
            person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 1", full_name="Người Cà Mau"),
            person("chu-dau-tu", "Công ty B"),
        ],
        province=world.ca_mau,
    )
    stranger = foreign.seats.get(name__endswith="Cà Mau 1").delegates.get()
    client.force_login(binh)
    page = client.post(url, {"version": 0, "do": "again:ubnd-xa", "again-ubnd-xa": [stranger.pk, "x", ""]})
    assert "Người Cà Mau" not in page.content.decode()
    assert "Chưa chọn ai" in page.content.decode()


def test_the_offer_costs_the_same_for_one_and_three_lists(
    client, binh, url, world, earlier, django_assert_max_num_queries
):
    client.force_login(binh)
    counts = []
    for weeks in (3, 6):
        client.get(url)
        with django_assert_max_num_queries(60) as counted:
            client.get(url)
        counts.append(len(counted))
        rows = [dict(row, full_name=f"{row['full_name']} {weeks}") for row in full_list()]
        earlier_list(world, binh, weeks=weeks, rows=rows)
    with django_assert_max_num_queries(60) as counted:
        client.get(url)
    assert counts == [len(counted)] * 2


def test_the_people_of_organisations_merged_into_this_one_are_offered(
    client, cuc, nomination, world, binh, url
):
    """Whoever goes on for Cà Mau's department knows its people, under the name that holds today."""
    rows = [
        person("so", world.ca_mau.so.name, full_name="Người Sở Cũ"),
        person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 1", full_name="Người Xã Cũ"),
        person("chu-dau-tu", "Công ty B", full_name="Người Công Ty"),
    ]
    earlier_list(world, cuc, weeks=30, rows=rows, province=world.ca_mau)
    old = world.ca_mau.so
    old.valid_to, old.successor = timezone.localdate() - dt.timedelta(days=100), world.dak_lak.so
    old.save()
    assert offered(nomination) == {
        "so": ["Người Sở Cũ"],
        "ubnd-xa": ["Người Xã Cũ"],
        "chu-dau-tu": ["Người Công Ty"],
    }
    client.force_login(binh)
    someone = reuse.earlier_people(nomination, nominated_groups(nomination))["so"][0]
    text = client.post(url, {"version": 0, "do": "again:so", "again-so": [someone.pk]}).content.decode()
    assert 'value="Người Sở Cũ"' in text
    assert f'value="{world.dak_lak.so.name}"' in text
    assert f'value="{old.name}"' not in text

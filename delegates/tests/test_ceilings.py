"""What the staff's long pages may cost: queries that do not grow, and bytes that a slow line carries."""

import pytest
from django.urls import reverse
from django.utils import timezone

from delegates.models import Delegate, Seat
from delegates.tests.counting import queries_of
from hoinghi.tests.cast import make_conference, make_nomination, make_province

PROVINCES = 63
PEOPLE = 300
KILOBYTE = 1000
MOST_KILOBYTES = 150
# As long as names get: "Bà Rịa - Vũng Tàu", "Quỹ Khuyến công và Tư vấn phát triển công nghiệp".
PROVINCE = "Bà Rịa - Vũng Tàu {}"
NAME = "Nguyễn Thị Phương Hồng {}"
POST = "Phó Giám đốc phụ trách"
ORGANISATION = "Ủy ban nhân dân phường Phú Mỹ Hưng {}"


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def grow(world):
    """A conference that has so many lists, each with so many delegates, all invited, opened and submitted."""
    made = []
    conference = make_conference(world, slug="hoi-nghi-truc-tuyen-cum-cong-nghiep")
    groups = list(conference.groups.exclude(nominator="nobody"))

    def grown(lists: int, people: int):
        at = timezone.now()
        for number in range(len(made), lists):
            province = make_province(f"{number:02d}-them", PROVINCE.format(number), world.kinds, world.levels)
            made.append(
                make_nomination(
                    conference,
                    province,
                    state="submitted",
                    invited_at=at,
                    opened_at=at,
                    saved_at=at,
                    submitted_at=at,
                )
            )
        for nomination in made:
            _fill(nomination, groups, people)
        return conference

    return grown


def _fill(nomination, groups, people):
    there = nomination.seats.count()
    seats = [
        Seat(
            nomination=nomination,
            group=groups[number % len(groups)],
            position=number // len(groups) + 1,
            places=None,
            name=ORGANISATION.format(number),
        )
        for number in range(there, people)
    ]
    for seat in Seat.objects.bulk_create(seats):
        Delegate.objects.create(
            seat=seat,
            honorific="đồng chí",
            full_name=NAME.format(seat.pk),
            job_title=POST,
            phone="0912345678",
        )


@pytest.mark.parametrize(("name", "most"), [("cockpit", 8), ("cockpit-delegates", 8), ("cockpit-export", 6)])
def test_queries_do_not_grow(staff, grow, name, most):
    conference = grow(1, 1)
    page = reverse(name, args=[conference.slug])
    one = queries_of(staff, page)
    grow(3, 3)
    assert queries_of(staff, page) == one <= most


def test_the_cockpit_of_all_provinces_is_light(staff, grow):
    conference = grow(PROVINCES, 4)
    page = reverse("cockpit", args=[conference.slug])
    content = staff.get(page).content
    assert content.count(b'form="xu-ly"') == PROVINCES
    assert len(content) / KILOBYTE <= MOST_KILOBYTES
    assert queries_of(staff, page) <= 8


def test_the_list_of_three_hundred_is_light(staff, grow):
    conference = grow(1, PEOPLE)
    page = reverse("cockpit-delegates", args=[conference.slug])
    content = staff.get(page).content
    assert content.decode().count('<tr><td class="num">') == PEOPLE
    assert len(content) / KILOBYTE <= MOST_KILOBYTES

"""The desk's search among the people of all conferences: whom it finds, and that its column stays right."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from delegates import own_data
from delegates.models import Delegate
from delegates.privacy import anonymising
from delegates.tests.lists import full_list, submit_and_follow
from delegates.tests.test_bulk import bring_in, investor, line, table
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination

pytestmark = pytest.mark.django_db
LIST = reverse("admin:delegates_delegate_changelist")


@pytest.fixture
def found(client, an):
    """Asks the desk; answers whom it shows."""
    client.force_login(an)

    def ask(words: str) -> list[str]:
        response = client.get(LIST, {"q": words})
        assert response.status_code == 200
        return sorted(delegate.full_name for delegate in response.context["cl"].result_list)

    return ask


@pytest.fixture
def people(nomination, other_nomination):
    make_delegate(nomination, "so", "Trần Thị Ánh", job_title="Phó Giám đốc")
    make_delegate(other_nomination, "chu-dau-tu", "Lê Văn Đức", job_title="Chủ tịch")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Ánh", ["Trần Thị Ánh"]),
        ("anh", ["Trần Thị Ánh"]),
        ("A\u0301NH", ["Trần Thị Ánh"]),  # decomposed
        ("duc", ["Lê Văn Đức"]),
        ("pho giam doc", ["Trần Thị Ánh"]),
        ("Sở Công Thương", ["Trần Thị Ánh"]),
        ("ha tang ccn", ["Lê Văn Đức"]),
        ("dak lak", ["Trần Thị Ánh"]),
        ("Cà Mau", ["Lê Văn Đức"]),
        ("tỉnh", ["Lê Văn Đức", "Trần Thị Ánh"]),
        ("ca mau duc chu", ["Lê Văn Đức"]),  # words of three columns, in any order
        ("ca mau anh", []),
        ("không có ai", []),
        ("%", []),
    ],
)
def test_whom_it_finds(found, people, words, names):
    assert found(words) == names


def test_of_one_conference_it_finds_the_same_people(client, an, conference, people, world):
    elsewhere = make_nomination(make_conference(world, slug="khac"), world.dak_lak)
    make_delegate(elsewhere, full_name="Trần Thị Ánh Hai")
    client.force_login(an)
    query = {"seat__nomination__conference__id__exact": conference.pk}
    for words, names in (
        ("ANH dak lak", ["Trần Thị Ánh"]),
        ("tỉnh", ["Lê Văn Đức", "Trần Thị Ánh"]),
        ("x", []),
    ):
        for order in ({}, {"o": "4.5"}):
            shown = client.get(LIST, query | order | {"q": words}).context["cl"].result_list
            assert sorted(delegate.full_name for delegate in shown) == names


def test_all_people_are_sorted_within_one_conference_only(client, an, conference, people):
    client.force_login(an)
    assert "sortable" not in client.get(LIST).content.decode()
    query = {"seat__nomination__conference__id__exact": conference.pk}
    assert "sortable" in client.get(LIST, query).content.decode()


def test_a_list_without_a_province_is_found_by_its_organisation(found, conference, world):
    nomination = conference.nominations.create(organisation=world.unit, organisation_name=world.unit.name)
    make_delegate(nomination, full_name="Người Của Bộ")
    assert found("nguoi so cong") == ["Người Của Bộ"]


def right() -> bool:
    """Whether the column of everybody is what it is made of."""
    people = Delegate.objects.select_related("seat__nomination__unit")
    texts = {
        each.full_search: " ".join([each.search, each.seat.name_key, each.seat.nomination.unit.search])
        for each in people
    }
    return bool(texts) and all(kept == made for kept, made in texts.items())


def test_what_is_submitted_corrected_and_renamed_is_found_by_its_new_words_only(
    found, nomination, binh, world
):
    at = timezone.now()
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=at)
    assert right()
    assert found("trần bốn") == ["Trần Thị Bốn"]

    delegate = Delegate.objects.get(full_name="Trần Thị Bốn")
    row = {name: getattr(delegate, name) for name in own_data.OWN} | {"full_name": "Trần Thị Tư"}
    own_data.correct(delegate=delegate, person=row, at=at)
    assert (found("trần bốn"), found("trần tư")) == ([], ["Trần Thị Tư"])

    delegate.seat.name = "Văn phòng Đoàn"
    delegate.seat.save()
    assert found("van phong doan") == ["Trần Thị Tư"]

    nomination.unit.name = nomination.unit.short_name = "Tây Nguyên"
    nomination.unit.save()
    assert (found("dak lak tu"), found("tay nguyen tu")) == ([], ["Trần Thị Tư"])
    assert right()


def test_who_moves_to_another_seat_takes_its_words(found, people, nomination):
    delegate = Delegate.objects.get(full_name="Trần Thị Ánh")
    delegate.seat = make_delegate(nomination, "ubnd-xa", "Người Khác").seat
    delegate.position = 2
    delegate.save(update_fields=["seat", "position"])
    assert (found("anh so"), found("anh cap xa")) == ([], ["Trần Thị Ánh"])
    # A row that was read before writes back what it was read with.
    delegate.full_search = "x"
    delegate.save()
    assert right()


def test_who_is_brought_in_by_a_table_is_found(found, client, an, nomination):
    client.force_login(an)
    bring_in(client, table(line(), investor()))
    assert found("xã đắk lê thị") == ["Lê Thị Xã"]
    assert found("vu ba ha tang a") == ["Vũ Văn Ba"]
    assert right()


def test_who_was_made_anonymous_is_found_by_no_name(found, nomination, people):
    anonymising.anonymise_list(nomination, timezone.now())
    for words in ("tran", "Trần Thị Ánh", "pho giam doc"):
        assert found(words) == []
    assert found("dak lak so cong thuong") == ["(đã ẩn danh)"]
    assert found("duc") == ["Lê Văn Đức"]
    assert not Delegate.objects.filter(full_search__contains="tran").exists()


def test_many_people_cost_as_many_queries_as_one(found, nomination):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert found("so cong thuong")
        return len(captured)

    make_delegate(nomination, full_name="Người Một")
    queries()  # what is read once
    one = queries()
    for number in range(2, 12):
        make_delegate(nomination, full_name=f"Người {number}")
    assert queries() == one


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "senders"),
    [
        ("Đắk Lắk", ["Tỉnh Đắk Lắk"]),
        ("dak lak", ["Tỉnh Đắk Lắk"]),
        ("SỞ công thương", ["Tỉnh Cà Mau", "Tỉnh Đắk Lắk"]),
        ("mau so", ["Tỉnh Cà Mau"]),
        ("ĐCK", ["Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"]),
        ("lak mau", []),
        ("không có", []),
        ("", ["Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công", "Tỉnh Cà Mau", "Tỉnh Đắk Lắk"]),
    ],
)
def test_lists_are_found_by_province_and_organisation(
    client, an, conference, nomination, other_nomination, world, words, senders
):
    conference.nominations.create(organisation=world.unit, organisation_name=world.unit.name)
    client.force_login(an)
    response = client.get(reverse("admin:delegates_nomination_changelist"), {"q": words})
    assert sorted(each.sender_name for each in response.context["cl"].result_list) == senders

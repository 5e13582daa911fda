"""Quick entry over HTTP: what htmx exchanges, the searched picker, who may ask."""

import json
import re

import pytest
from django.urls import reverse

from delegates.rows import MAX_ROWS
from delegates.tests.lists import full_list, person
from delegates.tests.test_focal_views import post_data, queries
from hoinghi.tests.cast import make_conference, make_nomination

HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(nomination):
    return reverse("nomination", args=[nomination.pk])


def test_adding_sends_only_the_new_row_and_the_numbers(client, binh, url):
    client.force_login(binh)
    answer = client.post(url, post_data(full_list(), 0, "add:chu-dau-tu"), headers=HTMX)
    text = answer.content.decode()
    assert "<html" not in text
    assert "Lê Văn Một" not in text
    assert text.count("<fieldset") == 1
    assert 'hx-swap-oob="beforebegin:#cuoi-chu-dau-tu"' in text
    assert json.loads(answer.headers["HX-Trigger-After-Settle"]) == {
        "hoinghi:focus": {"id": "id_r4-organisation"}
    }
    assert "Đã chọn 2/2 (1÷2)" in text  # the two communes


def test_removing_goes_on_at_the_next_row(client, binh, url):
    client.force_login(binh)
    answer = client.post(url, post_data(full_list(), 0, "remove:r1"), headers=HTMX)
    assert '<fieldset id="r1" hx-swap-oob="delete">' in answer.content.decode()
    assert json.loads(answer.headers["HX-Trigger-After-Settle"]) == {"hoinghi:focus": {"id": "bo-r2"}}
    last = client.post(url, post_data(full_list(), 0, "remove:r3"), headers=HTMX)
    assert json.loads(last.headers["HX-Trigger-After-Settle"]) == {"hoinghi:focus": {"id": "them-chu-dau-tu"}}


def test_counting_changes_numbers_only(client, binh, url):
    client.force_login(binh)
    rows = [*full_list(), person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 3")]
    text = client.post(url, post_data(rows, 0, "count"), headers=HTMX).content.decode()
    assert "Đã chọn 3/2 (1÷2)" in text
    assert "<fieldset" not in text


def test_a_full_list_says_why_no_row_comes(client, binh, url):
    client.force_login(binh)
    rows = [person("so", "Sở", full_name=f"Người {n}") for n in range(MAX_ROWS)]
    text = client.post(url, post_data(rows, 0, "add:so"), headers=HTMX).content.decode()
    assert f"nhiều nhất {MAX_ROWS} người" in text
    assert "<fieldset" not in text


@pytest.mark.parametrize("do", ["add:khong-co", "remove:r99", "remove:", "count", "add"])
def test_a_broken_press_changes_nothing(client, binh, url, do):
    client.force_login(binh)
    answer = client.post(url, post_data(full_list(), 0, do), headers=HTMX)
    assert answer.status_code == 200
    assert "<fieldset" not in answer.content.decode()


def test_without_scripts_the_keyboard_goes_on_in_the_new_row(client, binh, url):
    client.force_login(binh)
    text = client.post(url, post_data(full_list(), 0, "add:chu-dau-tu")).content.decode()
    assert re.search(r'<input[^>]*name="r4-organisation"[^>]* autofocus', text)
    text = client.post(url, post_data(full_list(), 0, "remove:r1")).content.decode()
    assert re.search(r'id="bo-r2"[^>]* autofocus', text)


def choices_url(nomination, code="ubnd-xa"):
    return reverse("nomination-choices", args=[nomination.pk, code])


def test_the_picker_answers_names_of_this_list_only(client, binh, nomination):
    client.force_login(binh)
    found = client.get(choices_url(nomination), {"q": "dak lak 2"}).json()
    assert found == {"names": ["Ủy ban nhân dân xã Đắk Lắk 2"]}
    assert client.get(choices_url(nomination), {"q": "ca mau"}).json() == {"names": []}
    assert client.get(choices_url(nomination, "chu-dau-tu")).json() == {"names": []}
    assert client.get(choices_url(nomination, "khong-co")).status_code == 404


def test_a_stranger_does_not_learn_what_a_picker_offers(client, cuc, nomination):
    client.force_login(cuc)
    assert client.get(choices_url(nomination)).status_code == 404


def test_the_picker_costs_the_same_for_one_and_three_lists(
    client, binh, nomination, world, django_assert_max_num_queries
):
    client.force_login(binh)
    one = queries(client, choices_url(nomination), django_assert_max_num_queries)
    for number in (2, 3):
        make_nomination(make_conference(world, slug=f"hoi-nghi-{number}"), world.dak_lak)
    assert queries(client, choices_url(nomination), django_assert_max_num_queries) == one

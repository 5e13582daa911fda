"""The focal point's pages: works, strangers get 404, wrong state 409, bad input kept and explained."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from delegates import services
from delegates.models import Nomination
from delegates.rows import MAX_ROWS
from delegates.tests.lists import full_list, person
from hoinghi.tests.cast import make_conference, make_nomination
from hoinghi.text import format_moment


def post_data(rows: list[dict], version: int, do: str) -> dict:
    """What the browser sends for these rows."""
    data = {"version": version, "do": do, "row": [str(index) for index in range(len(rows))]}
    for index, row in enumerate(rows):
        for name, value in row.items():
            if value not in (None, False):
                data[f"r{index}-{name}"] = value
    return data


@pytest.fixture
def url(nomination):
    return reverse("nomination", args=[nomination.pk])


def test_the_form_shows_a_block_per_group_with_its_quota(client, binh, url, nomination):
    client.force_login(binh)
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Đã chọn 0/2 (1÷2)" in text
    assert '<option value="Ủy ban nhân dân xã Đắk Lắk 2">' in text
    assert "Cà Mau" not in text
    nomination.refresh_from_db()
    assert nomination.opened_at is not None


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_colleague_of_another_province_finds_nothing(client, cuc, url, method):
    client.force_login(cuc)
    assert getattr(client, method)(url).status_code == 404


def test_a_visitor_is_sent_to_the_login(client, url):
    assert client.get(url).headers["Location"].startswith("/tai-khoan/login/")


def test_staff_read_but_do_not_write(client, an, url, nomination):
    client.force_login(an)
    page = client.get(url)
    assert page.status_code == 200
    assert 'value="submit"' not in page.content.decode()
    assert client.post(url, post_data(full_list(), 0, "submit")).status_code == 404
    nomination.refresh_from_db()
    assert (nomination.opened_at, nomination.state) == (None, Nomination.State.OPEN)


def test_saving_a_draft_and_submitting_it(client, binh, url, nomination):
    client.force_login(binh)
    assert client.post(url, post_data(full_list()[:2], 0, "draft")).status_code == 302
    nomination.refresh_from_db()
    assert nomination.state == Nomination.State.DRAFT
    answer = client.post(url, post_data(full_list(), nomination.version, "submit"))
    assert answer.headers["Location"] == reverse("nomination-receipt", args=[nomination.pk])
    receipt = client.get(answer.headers["Location"]).content.decode()
    assert "Lê Văn Một" in receipt
    assert "Bản 1" in receipt


def test_a_third_commune_is_refused_at_its_group_and_nothing_is_lost(client, binh, url, nomination):
    client.force_login(binh)
    rows = [*full_list(), person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 3", full_name="Người Thứ Ba")]
    page = client.post(url, post_data(rows, 0, "submit"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Đã chọn 3/2 (1÷2)" in text
    assert "Nhiều hơn chỉ tiêu 1 đơn vị" in text
    assert all(row["full_name"] in text for row in rows)
    assert not nomination.seats.exists()


def test_bad_values_are_said_at_the_row(client, binh, url):
    client.force_login(binh)
    rows = full_list()
    rows[1]["phone"] = "0900 00"
    rows[2]["email"] = "vuvang@congty"
    text = client.post(url, post_data(rows, 0, "submit")).content.decode()
    assert re.search(r'id="id_r1-phone_error">.*0900 00', text)
    assert re.search(r'id="id_r2-email_error">.*tên miền', text)
    assert 'href="#id_r1-phone"' in text
    assert 'value="0900 00"' in text


def test_too_many_rows_are_said_at_the_row(client, binh, url, nomination):
    client.force_login(binh)
    rows = [person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name=f"Người {n}") for n in range(MAX_ROWS + 1)]
    text = client.post(url, post_data(rows, 0, "submit")).content.decode()
    assert re.search(rf'id="id_r{MAX_ROWS}-full_name_error">.*nhiều nhất {MAX_ROWS} người', text)
    assert f"Người {MAX_ROWS}" in text
    assert not nomination.seats.exists()


def test_after_the_deadline_everything_typed_is_kept_with_409(client, binh, url, nomination):
    nomination.conference.nomination_deadline = timezone.now()
    nomination.conference.save()
    client.force_login(binh)
    page = client.post(url, post_data(full_list(), 0, "submit"))
    text = page.content.decode()
    assert page.status_code == 409
    assert "Đã hết hạn gửi" in text
    assert all(row["full_name"] in text for row in full_list())


@pytest.fixture
def late(nomination):
    nomination.conference.nomination_deadline = timezone.now()
    nomination.conference.save()
    return nomination


def asking(rows, version=0, **values):
    until = format_moment(timezone.now() + dt.timedelta(days=2))
    return post_data(rows, version, "ask") | {"ask-until": until, "ask-reason": "Chờ ý kiến"} | values


def test_a_late_list_is_refused_with_a_form_to_ask_for_more_time(client, binh, url, late):
    client.force_login(binh)
    page = client.post(url, post_data(full_list(), 0, "submit"))
    assert page.status_code == 409
    assert 'name="ask-until"' in page.content.decode()
    answer = client.post(url, asking(full_list()))
    assert answer.status_code == 302
    late.refresh_from_db()
    assert [row["full_name"] for row in late.draft] == [row["full_name"] for row in full_list()]
    assert late.waiting_request().reason == "Chờ ý kiến"
    text = client.get(url).content.decode()
    assert "đang chờ đơn vị tổ chức trả lời" in text
    assert 'name="ask-until"' not in text
    assert 'value="submit"' not in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ask-reason": ""}, "Nhập lý do"),
        ({"ask-until": "mai"}, "ask-until_error"),
        ({"ask-until": ""}, "Nhập giờ"),
    ],
)
def test_a_bad_request_for_time_keeps_everything(client, binh, url, late, values, words):
    client.force_login(binh)
    text = client.post(url, asking(full_list(), **values)).content.decode()
    assert words in text
    assert all(row["full_name"] in text for row in full_list())
    assert late.waiting_request() is None


def test_more_time_than_until_lists_close_is_refused(client, binh, url, late):
    client.force_login(binh)
    after = format_moment(late.conference.start_at + dt.timedelta(hours=1))
    page = client.post(url, asking(full_list(), **{"ask-until": after}))
    assert page.status_code == 409
    assert "không sau lúc khóa danh sách" in page.content.decode()
    assert "Lê Văn Một" in page.content.decode()


def test_a_draft_is_kept_after_the_deadline_until_lists_close(client, binh, url, late):
    client.force_login(binh)
    assert client.post(url, post_data(full_list()[:2], 0, "draft")).status_code == 302
    late.refresh_from_db()
    assert len(late.draft) == 2
    late.conference.hard_close = timezone.now()
    late.conference.save()
    page = client.post(url, post_data(full_list(), late.version, "draft"))
    assert page.status_code == 409
    assert "Danh sách đã khóa lúc" in page.content.decode()
    assert 'name="ask-until"' not in page.content.decode()


def test_the_history_says_who_sent_what_when(client, binh, cuc, nomination, url):
    client.force_login(binh)
    client.post(url, post_data(full_list(), 0, "submit"))
    nomination.refresh_from_db()
    rows = [row for row in nomination.draft if row["full_name"] != "Lê Văn Một"]
    rows[0]["phone"] = "0988310581"
    rows[0].pop("answers")
    client.post(url, post_data(rows, nomination.version, "submit"))
    address = reverse("nomination-history", args=[nomination.pk])
    text = client.get(address).content.decode()
    assert text.index("Bản 2") < text.index("Bản 1")
    assert "Nguyễn Thị Bình" in text
    assert "<del>0912345678</del> → <ins>0988310581</ins>" in text
    assert re.search(r"Bỏ</span> <b>Lê Văn Một", text)
    client.force_login(cuc)
    assert client.get(address).status_code == 404


def test_a_form_older_than_a_colleagues_save_is_refused_and_shows_both(client, binh, url, nomination):
    services.save_draft(
        nomination=nomination,
        rows=[person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Bản Đồng Nghiệp")],
        version=0,
        actor=binh,
        at=timezone.now(),
    )
    client.force_login(binh)
    page = client.post(url, post_data(full_list(), 0, "draft"))
    text = page.content.decode()
    assert page.status_code == 409
    assert "Bản Đồng Nghiệp" in text
    assert "Lê Văn Một" in text
    nomination.refresh_from_db()
    assert nomination.draft[0]["full_name"] == "Bản Đồng Nghiệp"


def test_rows_are_added_and_removed_without_saving(client, binh, url, nomination):
    client.force_login(binh)
    added = client.post(url, post_data(full_list(), 0, "add:chu-dau-tu"))
    assert added.content.decode().count('name="row"') == 5
    removed = client.post(url, post_data(full_list(), 0, "remove:r1"))
    assert "Lê Văn Một" not in removed.content.decode()
    assert "Hồ Thị Hai" in removed.content.decode()
    nomination.refresh_from_db()
    assert nomination.version == 0


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "submit"},
        {"do": "add:khong-co"},
        {"do": "remove:r99", "version": "x"},
        {"do": "submit", "row": ["0", "x", "99999"], "r0-group": "khong-co"},
        {"do": "draft", "row": "0", "r0-group": "so", "r0-full_name": "A" * 500, "r0-delegate_id": "²"},
    ],
)
def test_a_broken_post_is_never_an_error_page(client, binh, url, data, nomination):
    client.force_login(binh)
    assert client.post(url, data).status_code in (200, 409)
    nomination.refresh_from_db()
    assert nomination.version == 0


def test_declining_needs_a_reason(client, binh, nomination):
    client.force_login(binh)
    address = reverse("nomination-decline", args=[nomination.pk])
    page = client.post(
        address, post_data([person("so", "Sở Công Thương", full_name="Trần Thị Bốn")], 0, "")
    ).content.decode()
    assert "Nhập lý do" in page
    assert 'value="Trần Thị Bốn"' in page  # what stands in the list, saved or not
    client.post(address, {"version": 0, "decline-reason": "Trùng kỳ họp"})
    nomination.refresh_from_db()
    assert (nomination.state, nomination.reason) == (Nomination.State.DECLINED, "Trùng kỳ họp")


def test_the_list_of_invitations_is_the_users_own(client, binh, nomination, other_nomination):
    client.force_login(binh)
    text = client.get(reverse("invitations")).content.decode()
    assert reverse("nomination", args=[nomination.pk]) in text
    assert reverse("nomination", args=[other_nomination.pk]) not in text


def test_without_invitations_the_page_says_what_to_do(client, dung):
    client.force_login(dung)
    assert "Chưa có lời mời nào" in client.get(reverse("invitations")).content.decode()


def queries(client, url, django_assert_max_num_queries):
    client.get(url)  # whatever the first visit writes or caches
    with django_assert_max_num_queries(60) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_invitations_cost_the_same_for_one_and_three(
    client, binh, nomination, world, django_assert_max_num_queries
):
    client.force_login(binh)
    one = queries(client, reverse("invitations"), django_assert_max_num_queries)
    for number in (2, 3):
        make_nomination(make_conference(world, slug=f"hoi-nghi-{number}"), world.dak_lak)
    assert queries(client, reverse("invitations"), django_assert_max_num_queries) == one


@pytest.mark.parametrize("name", ["nomination", "nomination-receipt"])
def test_a_list_costs_the_same_for_one_and_three_people(
    client, binh, nomination, name, django_assert_max_num_queries
):
    client.force_login(binh)
    few = [person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 1"), person("chu-dau-tu", "Công ty A")]
    address = reverse(name, args=[nomination.pk])
    counts = []
    for rows in (few, full_list()):
        nomination.refresh_from_db()
        services.submit(
            nomination=nomination, rows=rows, version=nomination.version, actor=binh, at=timezone.now()
        )
        counts.append(queries(client, address, django_assert_max_num_queries))
    assert counts[0] == counts[1]


def test_every_fault_of_one_person_is_shown_at_once(client, binh, url):
    client.force_login(binh)
    rows = full_list()
    rows[0] |= {"phone": "12345", "email": "mot@", "job_title": ""}
    text = client.post(url, post_data(rows, 0, "submit")).content.decode()
    assert "không đúng đầu số" in text
    assert "“mot@” chưa đủ tên miền" in text
    assert "Nhập chức vụ." in text
    assert "có 3 chỗ cần sửa" in text


def test_whom_to_ask_stands_beside_the_list(client, binh, url, nomination):
    client.force_login(binh)
    text = client.get(url).content.decode()
    contact = nomination.conference.contacts.first()
    assert "Cần giúp?" in text
    assert contact.full_name in text


def test_the_invitations_say_hours_of_which_clock_and_which_organisation(client, binh, nomination):
    nomination.organisation.valid_to = timezone.localdate() + dt.timedelta(days=400)
    nomination.organisation.save()
    client.force_login(binh)
    text = client.get(reverse("invitations")).content.decode()
    assert f"trước {format_moment(nomination.deadline)} (giờ Hà Nội)" in text
    assert nomination.organisation.picker_label in text


def test_the_reason_for_giving_back_stands_above_the_list(client, binh, an, url, nomination):
    services.submit(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    services.return_to_focal_point(nomination=nomination, reason="Thiếu chức vụ", actor=an, at=timezone.now())
    client.force_login(binh)
    text = client.get(url).content.decode()
    assert text.index("“Thiếu chức vụ”") < text.index('name="version"')


def test_a_refusal_after_the_deadline_leads_to_asking_for_more_time(client, binh, url, nomination):
    nomination.conference.nomination_deadline = timezone.now() - dt.timedelta(minutes=1)
    nomination.conference.save()
    client.force_login(binh)
    page = client.post(url, post_data(full_list(), 0, "submit"))
    assert page.status_code == 409
    text = page.content.decode()
    assert '<a href="#xin-gia-han">' in text
    assert 'id="xin-gia-han"' in text


@pytest.mark.parametrize(("name", "do"), [("nomination", "ask"), ("nomination-decline", "")])
def test_what_a_small_form_lacks_stands_in_the_box_above(client, binh, nomination, name, do):
    if do:
        nomination.conference.nomination_deadline = timezone.now() - dt.timedelta(minutes=1)
        nomination.conference.save()
    client.force_login(binh)
    page = client.post(reverse(name, args=[nomination.pk]), post_data(full_list(), 0, do))
    assert 'class="error-summary"' in page.content.decode()
    assert "Nhập lý do" in page.content.decode().partition('name="version"')[0]

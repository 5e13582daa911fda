"""Several lists at once: named before, done one by one, refusals told."""

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates import services
from delegates.models import Nomination
from delegates.tests.lists import full_list, person
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference, make_nomination

State = Nomination.State


@pytest.fixture
def both(nomination, other_nomination, binh, cuc):
    """Two lists that wait to be taken over."""
    rows = [person("ubnd-xa", "Ủy ban nhân dân xã Cà Mau 1"), person("chu-dau-tu", "Công ty B")]
    for each, people, actor in ((nomination, full_list(), binh), (other_nomination, rows, cuc)):
        services.submit(nomination=each, rows=people, version=0, actor=actor, at=timezone.now())
    return [nomination, other_nomination]


@pytest.fixture
def url(client, an, conference):
    client.force_login(an)
    return reverse("nominations-decide", args=[conference.slug])


def states(both):
    return [Nomination.objects.get(pk=each.pk).state for each in both]


def test_nothing_ticked_nothing_done(client, url, both):
    assert client.post(url, {"do": "accept", "sure": "1"}).status_code == 302
    assert client.post(url, {"do": "accept", "sure": "1", "chon": ["x", "0", "²"]}).status_code == 302
    assert states(both) == [State.SUBMITTED] * 2


def test_the_names_are_shown_first_and_done_then(client, url, both):
    data = {"do": "accept", "chon": [each.pk for each in both]}
    page = client.post(url, data).content.decode()
    assert "Tiếp nhận 2 danh&nbsp;sách?" in page
    assert "Tỉnh Đắk Lắk" in page
    assert "Tỉnh Cà Mau" in page
    assert states(both) == [State.SUBMITTED] * 2
    client.post(url, data | {"sure": "1"})
    assert states(both) == [State.ACCEPTED] * 2
    assert AuditEntry.objects.filter(action="nomination.accept").count() == 2


def test_giving_back_needs_a_reason_which_every_focal_point_gets(client, url, both):
    data = {"do": "return", "chon": [each.pk for each in both], "sure": "1"}
    assert "Nhập lý do" in client.post(url, data | {"reason": ""}).content.decode()
    client.post(url, data | {"reason": "Thiếu chức vụ"})
    assert states(both) == [State.RETURNED] * 2
    assert Message.objects.filter(kind="nomination_returned").count() == 4


def test_a_list_that_changed_meanwhile_is_named_the_others_are_done(client, url, both, binh):
    one = Nomination.objects.get(pk=both[0].pk)
    services.decline(nomination=one, reason="Bận", version=one.version, actor=binh, at=timezone.now())
    page = client.post(url, {"do": "accept", "chon": [each.pk for each in both], "sure": "1"})
    assert page.status_code == 409
    assert "Danh sách của tỉnh Đắk Lắk chưa được gửi" in page.content.decode()
    assert states(both) == [State.DECLINED, State.ACCEPTED]


def test_lists_of_another_conference_are_not_touched(client, url, both, world):
    stranger = make_nomination(make_conference(world, slug="khac"), world.dak_lak, state=State.SUBMITTED)
    assert client.post(url, {"do": "accept", "chon": [stranger.pk], "sure": "1"}).status_code == 302
    assert Nomination.objects.get(pk=stranger.pk).state == State.SUBMITTED


def test_the_table_has_boxes_where_something_can_be_done(client, url, both, conference):
    address = reverse("cockpit", args=[conference.slug])
    assert client.get(address).content.decode().count('name="chon"') == 2
    ticked = client.get(address, {"trang_thai": "submitted", "chon": "1"}).content.decode()
    assert ticked.count(" checked") == 2

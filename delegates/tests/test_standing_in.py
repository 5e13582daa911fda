"""Staff act for a province: said beforehand, for one list, shown everywhere, written down."""

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates import policies, services
from delegates.tests.lists import full_list, submit_and_follow
from directory.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def begin(client, nomination):
    return client.post(reverse("nomination-stand-in", args=[nomination.pk]), {"do": "begin"}, follow=True)


def test_staff_who_only_look_hold_no_pen_and_open_nothing(desk, nomination):
    page = desk.get(nomination.get_absolute_url())
    assert not page.context["editable"]
    assert desk.post(nomination.get_absolute_url(), {"do": "draft"}).status_code == 404
    assert (
        "Nhập thay mặt Sở Công Thương tỉnh Đắk Lắk"
        in desk.get(
            reverse("nomination-review", args=[nomination.conference.slug, nomination.pk])
        ).content.decode()
    )
    nomination.refresh_from_db()
    assert nomination.opened_at is None


def test_standing_in_is_shown_written_down_and_opens_nothing(desk, an, nomination):
    page = begin(desk, nomination)
    assert page.context["editable"]
    for address in (reverse("home"), nomination.get_absolute_url()):
        assert "Đang thay mặt <b>Sở Công Thương tỉnh Đắk Lắk</b>" in desk.get(address).content.decode()
    assert "Đang thay mặt Sở Công Thương tỉnh Đắk Lắk" in desk.get(reverse("admin:index")).content.decode()
    nomination.refresh_from_db()
    assert nomination.opened_at is None
    entry = AuditEntry.objects.get(action="nomination.stand_in")
    assert (entry.actor_id, entry.acted_for) == (an.pk, nomination.organisation_name)


def test_a_draft_is_kept_for_the_organisation(desk, an, nomination):
    begin(desk, nomination)
    answer = desk.post(nomination.get_absolute_url(), {"do": "draft", "version": "0"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(action="nomination.save_draft")
    assert (entry.actor_id, entry.acted_for) == (an.pk, nomination.organisation_name)


def test_it_is_one_list_only(desk, nomination, other_nomination):
    begin(desk, nomination)
    assert not desk.get(other_nomination.get_absolute_url()).context["editable"]
    answer = desk.post(other_nomination.get_absolute_url(), {"do": "draft", "version": "0"})
    assert answer.status_code == 404


def test_it_ends(desk, nomination):
    begin(desk, nomination)
    desk.post(reverse("nomination-stand-in", args=[nomination.pk]), {"do": "end"})
    assert "Đang thay mặt" not in desk.get(reverse("home")).content.decode()
    assert desk.post(nomination.get_absolute_url(), {"do": "draft"}).status_code == 404
    assert AuditEntry.objects.filter(action="nomination.stand_in_end").count() == 1


def test_nobody_else_gets_anything_by_it(client, cuc, nomination):
    """A neighbour with the key in the session, or with the parameter, stays a stranger."""
    client.force_login(cuc)
    session = client.session
    session["standing_in"] = {"nomination": nomination.pk, "organisation": "x"}
    session.save()
    assert client.post(nomination.get_absolute_url(), {"do": "draft"}).status_code == 404
    assert not policies.acts_for(cuc, nomination, timezone.now(), stands_in=True)
    assert begin(client, nomination).status_code == 404


def test_the_version_says_who_stood_in_and_the_receipt_goes_to_the_organisation(an, binh, nomination):
    kept = submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=an, at=timezone.now())
    assert kept.submitted_by_name == "Lê Văn An, thay mặt Sở Công Thương tỉnh Đắk Lắk"
    told = set(Message.objects.filter(kind="receipt").values_list("address", flat=True))
    assert told == {binh.email, "sct-dak-lak@gov.example"}


def test_a_focal_point_is_named_alone(binh, nomination):
    kept = services.submit(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    assert kept.submitted_by_name == "Nguyễn Thị Bình"

"""Merged provinces: what the ended department had passes to its successor by a recorded operation."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from delegates import policies, services, succession
from delegates.errors import NominationClosed
from delegates.models import Nomination
from directory.models import AuditEntry, Contact, Mandate, Organisation
from hoinghi.tests.cast import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ended(world, nomination, binh):
    """Đắk Lắk's department ended yesterday; Cà Mau's follows it."""
    old = world.dak_lak.so
    old.valid_to, old.successor = timezone.localdate() - dt.timedelta(days=1), world.ca_mau.so
    old.save()
    return old


def pass_on(ended, an, now):
    count = succession.succession_of(ended, now).count
    return services.pass_to_successor(organisation=ended, count=count, actor=an, at=now)


def test_mandates_addresses_and_lists_pass(ended, an, binh, nomination, world, now):
    pass_on(ended, an, now)
    heir = world.ca_mau.so
    nomination.refresh_from_db()
    assert nomination.organisation == heir
    assert nomination.organisation_name == "Sở Công Thương tỉnh Đắk Lắk"
    assert policies.acts_for(binh, nomination, now)
    assert Mandate.objects.get(user=binh, organisation=ended).valid_to == timezone.localdate(now)
    assert set(heir.letter_contacts()) == set(heir.contacts.filter(is_active=True))
    assert heir.contacts.filter(email="sct-dak-lak@gov.example").exists()
    assert ended.letter_contacts() == []
    entry = AuditEntry.objects.get(action="organisation.pass_on")
    assert (entry.actor_id, entry.changes["nominations"]) == (an.pk, [0, 1])
    assert AuditEntry.objects.filter(action="nomination.pass_on").count() == 1
    assert succession.waiting(now) == []


def test_opening_lists_again_makes_no_second_one(ended, an, nomination, conference, now):
    pass_on(ended, an, now)
    services.open_nominations(conference=conference, actor=an, at=now)
    assert conference.nominations.filter(unit=nomination.unit).count() == 1


@pytest.mark.parametrize(
    ("state", "after"), [("open", "declined"), ("draft", "declined"), ("submitted", "submitted")]
)
def test_the_successor_goes_on_with_its_own_list(
    client, ended, an, nomination, other_nomination, now, state, after
):
    Nomination.objects.filter(pk=nomination.pk).update(state=state, draft=[{"full_name": "A"}])
    client.force_login(an)
    asked = client.post(reverse("successions"), {"chon": [succession.succession_of(ended, now).mark]})
    said = "giữ dưới tên cũ" if state == "submitted" else "chưa gửi được đóng lại"
    assert said in asked.content.decode()
    found = pass_on(ended, an, now)
    nomination.refresh_from_db()
    assert (nomination.organisation, nomination.state, len(nomination.draft)) == (ended, after, 1)
    assert bool(found.staying) == (state == "submitted")


def test_what_has_changed_since_it_was_read_is_refused(ended, an, now):
    with pytest.raises(NominationClosed, match="đã thay đổi"):
        services.pass_to_successor(organisation=ended, count=99, actor=an, at=now)
    assert not AuditEntry.objects.filter(action="organisation.pass_on").exists()


def test_a_second_press_passes_nothing(ended, an, now):
    pass_on(ended, an, now)
    with pytest.raises(NominationClosed, match="Không còn gì"):
        services.pass_to_successor(organisation=ended, count=0, actor=an, at=now)


def test_who_has_not_ended_passes_nothing(world, an, now):
    assert succession.succession_of(world.dak_lak.so, now) is None


def test_staff_read_it_and_press(client, an, ended, nomination, now):
    client.force_login(an)
    listed = client.get(reverse("successions")).content.decode()
    assert ended.name in listed
    assert "1 phân công, 1 địa chỉ, 1 danh sách" in listed
    page = client.get(reverse("succession", args=[ended.pk]))
    assert nomination.conference.title in page.content.decode()
    assert f"Chuyển từ {ended.picker_label} cho" in page.content.decode()
    count = page.context["found"].count
    answer = client.post(reverse("succession", args=[ended.pk]), {"count": count}, follow=True)
    assert "Không còn gì phải chuyển" in answer.content.decode()


def test_conferences_that_are_over_keep_their_lists(ended, an, nomination, now):
    later = nomination.conference.end_at + dt.timedelta(minutes=1)
    assert succession.succession_of(ended, later).moving == []


class TestTeams:
    """An open list is its conference's, which may have a team; mandates and addresses are the house's."""

    @pytest.fixture
    def team(self, conference):
        member = make_staff("to@moit.example", "Cán bộ tổ chức")
        conference.team.add(member)
        return member

    @pytest.fixture
    def organiser(self, team):
        return make_staff("tam@moit.example", "Cán bộ tổ chức")

    def test_nobody_else_passes_its_list(self, ended, team, organiser, an, nomination, now):
        with pytest.raises(NominationClosed, match="không ở trong tổ công tác: “Hội nghị"):
            pass_on(ended, organiser, now)
        nomination.refresh_from_db()
        assert nomination.organisation == ended
        assert Mandate.objects.filter(organisation=ended, valid_to=None).exists()
        assert pass_on(ended, team, now).moving == [nomination]

    def test_a_superuser_does(self, ended, team, an, nomination, now):
        assert pass_on(ended, an, now).moving == [nomination]

    def test_what_is_of_no_open_conference_passes(self, ended, organiser, nomination, now):
        Conference.objects.update(state=Conference.State.CANCELLED)
        assert pass_on(ended, organiser, now).count == 2

    def test_the_page_names_the_conference_and_has_no_button(
        self, client, ended, organiser, team, conference
    ):
        page = reverse("succession", args=[ended.pk])
        client.force_login(organiser)
        shown = client.get(page)
        assert f"“{conference.title}”" in shown.content.decode()
        assert 'name="count"' not in shown.content.decode()
        refused = client.post(page, {"count": shown.context["found"].count})
        assert (refused.status_code, conference.title in refused.context["refusal"]) == (409, True)
        client.force_login(team)
        assert 'name="count"' in client.get(page).content.decode()

    def test_where_nothing_can_be_passed_the_list_says_so_instead_of_offering_it(
        self, client, ended, organiser, team, nomination
    ):
        client.force_login(organiser)
        shown = client.get(reverse("successions")).content.decode()
        assert "Chưa chuyển được cơ quan nào bằng tài khoản này" in shown
        assert not any(words in shown for words in ("Đánh dấu tất cả", 'name="chon"', "đã đánh dấu</button>"))
        client.force_login(team)
        shown = client.get(reverse("successions")).content.decode()
        assert "Đánh dấu tất cả 1" in shown
        assert "Chưa chuyển được" not in shown

    def test_of_many_the_others_pass(self, client, ended, organiser, world, conference, now):
        other = world.dak_lak.chi_cuc_qltt
        other.valid_to, other.successor = ended.valid_to, world.ca_mau.chi_cuc_qltt
        other.save()
        other.contacts.create(email="qltt@gov.example")
        client.force_login(organiser)
        marks = {each.organisation: each.mark for each in succession.waiting(now)}
        shown = client.get(reverse("successions")).content.decode()
        assert [f'value="{marks[each]}"' in shown for each in (other, ended)] == [True, False]
        page = client.post(reverse("successions"), {"chon": list(marks.values()), "sure": "1"})
        assert page.status_code == 409
        assert "Đã chuyển 1 cơ quan" in page.content.decode()
        assert [each.organisation for each in succession.waiting(now)] == [ended]
        ((organisation, why),) = page.context["refused"]
        assert (organisation, conference.title in why) == (ended, True)


def test_several_are_ticked_read_and_passed_at_once(client, an, ended, world, now):
    other = world.dak_lak.chi_cuc_qltt
    other.valid_to, other.successor = ended.valid_to, world.ca_mau.chi_cuc_qltt
    other.save()
    other.contacts.create(email="qltt@gov.example")
    marks = [each.mark for each in succession.waiting(now)]
    client.force_login(an)
    url = reverse("successions")
    assert client.get(url, {"chon": "1"}).content.decode().count(" checked") == len(marks) == 2
    asked = client.post(url, {"chon": marks}).content.decode()
    assert "Chuyển 2 cơ quan cho cơ quan kế thừa?" in asked
    assert len(succession.waiting(now)) == 2
    done = client.post(url, {"chon": marks, "sure": "1"}, follow=True).content.decode()
    assert "Đã chuyển 2 cơ quan" in done
    assert succession.waiting(now) == []
    assert AuditEntry.objects.filter(action="organisation.pass_on").count() == 2


def test_what_was_ticked_and_has_changed_is_not_passed(client, an, ended, now):
    (mark,) = [each.mark for each in succession.waiting(now)]
    ended.contacts.create(email="moi@gov.example")
    client.force_login(an)
    page = client.post(reverse("successions"), {"chon": [mark], "sure": "1"})
    assert page.status_code == 409
    assert "đã thay đổi" in page.content.decode()
    assert len(succession.waiting(now)) == 1


def test_many_ended_organisations_cost_as_many_queries_as_one(ended, world, nomination, now):
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as counted:
            found = succession.waiting(now)
        return len(found), len(counted)

    one = queries()
    for number in range(2):
        old = Organisation.objects.create(
            uid=f"old-{number}",
            kind=ended.kind,
            unit=ended.unit,
            name=f"Sở cũ {number}",
            valid_to=ended.valid_to,
            successor=ended.successor,
        )
        Contact.objects.create(organisation=old, email=f"old-{number}@gov.example")
    assert (one[0], queries()) == (1, (3, one[1]))

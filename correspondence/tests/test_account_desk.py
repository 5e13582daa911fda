"""Many accounts at once: closed after a question, those listed who have never come, taken out as a sheet."""

from io import BytesIO

import openpyxl  # noqa: TID253 (a test may)
import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import AuditEntry, Mandate, User

pytestmark = pytest.mark.django_db
LIST = "admin:directory_user_changelist"


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def close(desk, *users, **more):
    data = {"action": "close_accounts", "_selected_action": [user.pk for user in users], **more}
    return desk.post(reverse(LIST), data)


def active() -> set[str]:
    return set(User.objects.filter(is_active=True).values_list("email", flat=True))


def test_closing_asks_first_and_leaves_ones_own_account(desk, an, binh, cuc):
    before = active()
    page = close(desk, an, binh).content.decode()
    assert "Sẽ khóa <b>1 tài khoản</b>" in page
    assert "Không khóa 1 tài khoản đã chọn" in page
    assert active() == before
    close(desk, an, binh, confirmed="yes")
    assert active() == before - {binh.email}
    entry = AuditEntry.objects.get(action="user.close")
    assert (entry.actor_id, entry.object_id) == (an.pk, str(binh.pk))


def test_it_says_who_can_nominate_no_longer(desk, binh, cuc, world):
    said = "Không còn ai đề cử được"
    page = close(desk, binh).content.decode()
    assert said in page
    assert f"{world.dak_lak.so.picker_label}. Hãy" in page
    Mandate.objects.create(user=cuc, organisation=world.dak_lak.so)
    assert said not in close(desk, binh).content.decode()
    page = close(desk, binh, cuc).content.decode()
    assert world.dak_lak.so.picker_label in page
    assert world.ca_mau.so.picker_label in page


@pytest.mark.parametrize("confirmed", ["", "yes"])
def test_nothing_chosen_nothing_done(desk, binh, confirmed):
    before = active()
    close(desk, confirmed=confirmed)
    assert active() == before


def test_who_has_never_come_is_listed_and_taken_out(desk, binh, cuc):
    User.objects.filter(pk=cuc.pk).update(last_login=timezone.now())
    page = desk.get(reverse(LIST), {"login": "never"}).content.decode()
    assert binh.email in page
    assert cuc.email not in page
    answer = desk.post(
        reverse("admin:directory_user_export") + "?login=never",
        {"format": "0", "resource": "0", **dict.fromkeys(FIELDS, "on")},
    )
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][:2] == ("Họ và tên", "Email")
    assert {row[1]: (row[3], row[6]) for row in rows[1:]}[binh.email] == (
        "Sở Công Thương tỉnh Đắk Lắk",
        "chưa",
    )
    assert cuc.email not in {row[1] for row in rows}


FIELDS = [
    f"invitingaccountresource_{name}"
    for name in ("full_name", "email", "phone", "acts_for", "is_active", "invited_at", "last_login")
]

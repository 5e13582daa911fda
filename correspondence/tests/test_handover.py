"""Handing a role over: by its holder, by staff, and never by anybody else."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.handover import NotHandedOver, hand_over
from correspondence.models import Message
from directory.models import AuditEntry, Mandate, User

pytestmark = pytest.mark.django_db
HEIR = {"email": "lan@daklak.example", "full_name": "Đỗ Thị Lan", "job_title": "Phó Trưởng phòng"}


@pytest.fixture
def mandate(binh):
    return binh.mandates.get()


def kinds() -> dict[str, str]:
    return dict(Message.objects.values_list("address", "kind"))


def test_a_new_account_is_made_and_both_are_told(mandate, binh, world):
    at = timezone.now()
    today = timezone.localdate(at)
    new = hand_over(mandate=mandate, **HEIR, actor=binh, at=at)
    mandate.refresh_from_db()
    assert (mandate.valid_to, new.valid_from, new.valid_to) == (today, today, None)
    assert (new.organisation, new.role, new.user.job_title) == (
        world.dak_lak.so,
        mandate.role,
        "Phó Trưởng phòng",
    )
    assert not new.user.has_usable_password()
    assert kinds() == {"lan@daklak.example": "set_password", binh.email: "role_given"}
    entry = AuditEntry.objects.get(action="mandate.hand_over")
    assert (entry.actor_id, entry.acted_for) == (binh.pk, world.dak_lak.so.name)
    assert entry.changes["user"] == ["Nguyễn Thị Bình", "Đỗ Thị Lan"]
    # The next day only the heir acts.
    tomorrow = today + dt.timedelta(days=1)
    assert not binh.organisations(mandate.role, tomorrow).exists()
    assert new.user.organisations(mandate.role, tomorrow).get() == world.dak_lak.so


def test_an_account_that_can_log_in_is_told_and_keeps_its_particulars(mandate, binh, cuc):
    hand_over(mandate=mandate, email="CUC@camau.example", full_name="Ai đó", actor=binh, at=timezone.now())
    cuc.refresh_from_db()
    assert cuc.full_name == "Phạm Thị Cúc"
    assert kinds() == {cuc.email: "role_taken", binh.email: "role_given"}


def test_a_backup_who_takes_over_is_no_backup_any_more(mandate, binh, cuc, world):
    held = Mandate.objects.create(user=cuc, organisation=world.dak_lak.so, is_backup=True)
    new = hand_over(mandate=mandate, email=cuc.email, full_name="", actor=binh, at=timezone.now())
    assert new == held
    assert not new.is_backup


def test_a_backup_hands_over_to_a_backup(mandate, binh):
    Mandate.objects.filter(pk=mandate.pk).update(is_backup=True)
    assert hand_over(mandate=mandate, **HEIR, actor=binh, at=timezone.now()).is_backup


@pytest.mark.parametrize("who", ["self", "closed"])
def test_refused_for_oneself_and_for_closed_accounts(mandate, binh, cuc, who):
    User.objects.filter(pk=cuc.pk).update(is_active=False)
    heir = binh if who == "self" else cuc
    with pytest.raises(NotHandedOver):
        hand_over(mandate=mandate, email=heir.email, full_name="X", actor=binh, at=timezone.now())
    mandate.refresh_from_db()
    assert mandate.valid_to is None
    assert not Message.objects.exists()


def test_a_role_is_handed_over_once(mandate, binh):
    hand_over(mandate=mandate, **HEIR, actor=binh, at=timezone.now())
    with pytest.raises(NotHandedOver):
        hand_over(mandate=mandate, email="khac@x.example", full_name="Khác", actor=binh, at=timezone.now())
    assert not User.objects.filter(email="khac@x.example").exists()


def test_the_holder_reads_over_before_it_is_done(client, binh, mandate):
    client.force_login(binh)
    address = reverse("handover", args=[mandate.pk])
    assert address in client.get(reverse("invitations")).content.decode()
    page = client.post(address, HEIR).content.decode()
    assert "Bàn giao cho Đỗ Thị Lan?" in page
    assert not User.objects.filter(email=HEIR["email"]).exists()
    again = client.post(address, HEIR | {"sure": "1", "change": "1"}).content.decode()
    assert 'value="Đỗ Thị Lan"' in again
    answer = client.post(address, HEIR | {"sure": "1"}, follow=True)
    assert "Đã bàn giao cho Đỗ Thị Lan" in answer.content.decode()
    assert Mandate.objects.get(user__email=HEIR["email"]).organisation == mandate.organisation


def test_bad_input_is_told_at_its_field(client, binh, mandate):
    client.force_login(binh)
    page = client.post(reverse("handover", args=[mandate.pk]), {"full_name": "", "email": "lan"})
    assert set(page.context["form"].errors) == {"full_name", "email"}


def test_staff_hand_over_from_the_desk(client, an, mandate, binh):
    client.force_login(an)
    address = reverse("handover", args=[mandate.pk])
    for name, pk in (("user", binh.pk), ("organisation", mandate.organisation_id)):
        assert address in client.get(reverse(f"admin:directory_{name}_change", args=[pk])).content.decode()
    assert address in client.get(reverse("admin:directory_mandate_changelist")).content.decode()
    client.post(address, HEIR | {"sure": "1"})
    assert AuditEntry.objects.get(action="mandate.hand_over").actor_id == an.pk


def test_strangers_and_ended_mandates_are_404(client, cuc, binh, mandate):
    address = reverse("handover", args=[mandate.pk])
    client.force_login(cuc)
    assert client.post(address, HEIR | {"sure": "1"}).status_code == 404
    Mandate.objects.filter(pk=mandate.pk).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    client.force_login(binh)
    assert client.get(address).status_code == 404
    assert not User.objects.filter(email=HEIR["email"]).exists()

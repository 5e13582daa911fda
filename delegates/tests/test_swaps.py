"""Each typed fact of seed 000 changed: letters and forms print the new value, and nowhere the old one."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from conferences.loading import load
from conferences.tests.conference_files import SEED_000, changed_copy, load_standard
from conferences.tests.swaps import SWAPS
from correspondence.models import Message
from delegates import letters, services
from directory import links
from directory.models import Organisation
from hoinghi.tests.cast import give_mandate, make_delegate, make_user
from hoinghi.text import VIETNAM
from venues.services import prepare_rooms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

AT = dt.datetime(2021, 6, 25, 9, 17, tzinfo=VIETNAM)


def artefacts(path) -> dict[str, str]:
    """What the focal point of Đắk Lắk and a delegate get to see of a conference file."""
    load_standard()
    conference = load(path)
    prepare_rooms(conference=conference, actor="kiểm thử", at=AT)
    services.open_nominations(conference=conference, actor="kiểm thử", at=AT)
    focal = Organisation.objects.as_of(AT.date()).get(kind_id="so", unit__short_name="Đắk Lắk")
    nomination = conference.nominations.get(organisation=focal)
    delegate = make_delegate(nomination, "so-cong-thuong", "Trần Thị Em")
    letters.invite_delegates(nomination=nomination, delegates=[delegate], at=AT)
    invitation = letters.invitation_letter(nomination, with_document=True)
    to_delegate = Message.objects.get(kind="delegate")
    user = make_user("binh@daklak.example", "Nguyễn Thị Bình")
    give_mandate(user, focal)
    client = Client()
    client.force_login(user)
    link = letters.delegate_link(delegate, AT)
    return {
        "invitation": invitation.subject + invitation.text,
        "invitation html": invitation.html,
        "letter to a delegate": to_delegate.subject + to_delegate.text,
        "form": client.get(reverse("nomination", args=[nomination.pk])).content.decode(),
        "delegate's page": client.get(links.path_of(link), follow=True).content.decode(),
    }


# What each must show at least, so that it cannot show nothing.
SHOWN = {
    "invitation": {
        "title",
        "time.date",
        "time.start",
        "chair.title",
        "deadline.before",
        "contacts[0].phones",
    },
    "invitation html": {"title", "time.date", "time.duration", "issuing_unit.name", "groups[5].quota.max"},
    "letter to a delegate": {"title", "time.date", "time.start", "organiser.name", "issuing_unit.name"},
    "form": {"title", "time.date", "deadline.before", *(f"groups[{n}].short_name" for n in (3, 5, 6))},
    "delegate's page": {"title", "time.date", "time.start", "chair.title"},
}
# A province's own bodies bear the names of the register, which the notice's wording does not change.
OF_THE_REGISTER = {"places[1].host_name", "groups[4].name"}
MINE = [swap for swap in SWAPS if swap.path not in OF_THE_REGISTER]


@pytest.fixture(scope="module")
def before(register, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(AT, tick=False):
        texts = artefacts(SEED_000)
        transaction.set_rollback(True)
    return texts


@pytest.mark.parametrize("swap", MINE, ids=str)
def test_a_changed_fact_changes_in_letters_and_forms(swap, before, tmp_path):
    with time_machine.travel(AT, tick=False):
        after = artefacts(swap.file(tmp_path))
    for name, text in after.items():
        assert swap.check(before[name], text) or swap.path not in SHOWN[name], f"{name} does not show it"


def test_what_is_shown_is_known():
    assert set().union(*SHOWN.values()) <= {swap.path for swap in MINE}


def test_a_changed_quota_changes_in_the_form(before, tmp_path):
    assert before["form"].count("(1÷2)") == 2
    changes = {"groups[5].quota.max": "3", "groups[6].quota.min": "2"}
    with time_machine.travel(AT, tick=False):
        form = artefacts(changed_copy(tmp_path, changes))["form"]
    assert "(1÷2)" not in form
    assert "Đã chọn 0/3 (1÷3)" in form
    assert "Đã chọn 0/2 (2)" in form

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from conferences.models import Conclusion, ConclusionItem
from directory.models import Organisation


@pytest.fixture
def conclusion(conference):
    return Conclusion.objects.create(conference=conference)


def test_only_staff_see_a_draft(conclusion, an, binh):
    everybody = (AnonymousUser(), binh, an)
    assert [Conclusion.objects.visible_to(user).count() for user in everybody] == [0, 0, 1]

    conclusion.state, conclusion.published_at = Conclusion.State.PUBLISHED, timezone.now()
    conclusion.save()

    assert [Conclusion.objects.visible_to(user).count() for user in everybody] == [1, 1, 1]


def test_what_is_published_says_when(conclusion):
    conclusion.state = Conclusion.State.PUBLISHED
    with pytest.raises(IntegrityError):
        conclusion.save()


def test_an_item_keeps_the_name_under_which_it_was_printed(conclusion, world):
    department = world.dak_lak.so
    item = ConclusionItem(conclusion=conclusion, text="Rà soát các cụm công nghiệp", addressee=department)
    item.full_clean()
    item.save()

    Organisation.objects.filter(pk=department.pk).update(name="Sở khác")

    item.refresh_from_db()
    assert item.addressee_name == department.name
    assert item.addressee.name == "Sở khác"


def test_an_addressee_outside_the_register_is_typed(conclusion):
    item = ConclusionItem(conclusion=conclusion, text="Bổ sung vốn", addressee_name="Các hợp tác xã")
    item.full_clean()
    item.save()
    assert conclusion.items.get().addressee_name == "Các hợp tác xã"

"""Related rows in the query of their owner are the very rows that ``prefetch_related`` brings."""

import datetime as dt

import pytest
from django.utils import timezone

from conferences.models import AgendaItem, ChangeNotice, Conference, ConferenceFact, GroupRole, LegalDocument
from conferences.models.conference import PRINTED_ROWS
from hoinghi.tests.cast import publish_agenda
from hoinghi.together import bring

PATHS = (*PRINTED_ROWS, "groups__provinces", "questions__groups")


@pytest.fixture
def full(conference, world):
    """A conference with rows of every kind, their dates, moments, lists and empty values."""
    group = conference.groups.get(code="ubnd-xa")
    group.provinces.add(world.ca_mau.unit, world.dak_lak.unit)
    for position in (2, 1):
        GroupRole.objects.create(group=group, position=position, name=f"vai trò {position}")
    conference.abbreviations.create(code="ccn", phrase="cụm công nghiệp", short="CCN")
    conference.questions.create(text="Ăn chay?", kind="yes_no").groups.add(group)
    conference.legal_bases.add(
        LegalDocument.objects.create(
            kind="Nghị định", number="32/2024/NĐ-CP", issued_on=dt.date(2024, 3, 15), issuer="Chính phủ"
        )
    )
    group.units.create(name="Phòng Kinh tế")
    group.members.create(full_name="Lê Văn An")
    leg = conference.legs.create(code="ca-mau", name="Cà Mau", first_day=1)
    conference.visits.create(code="ccn", name="một số CCN", leg=leg)
    conference.topics.create(text="Quản lý {abbr:ccn}")
    AgendaItem.objects.create(conference=conference, title="Thảo luận", starts_after=30)
    AgendaItem.objects.create(conference=conference, title="Khai mạc “”\\ {x}", starts_after=0)
    publish_agenda(conference)
    conference.notes.create(items="", text="Mang theo {abbr:ccn}\n\nXin cảm ơn")
    ConferenceFact.objects.create(conference=conference, code="so", type="phrase", value="730 cụm")
    for number in (0, 1):
        ChangeNotice.objects.create(
            conference=conference, number=number, facts={"time": [1, None]}, told_at=timezone.now()
        )
    return conference


def content(owner, paths) -> dict:
    """Everything that stands behind the paths, without a single query."""
    tree: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition("__")
        tree.setdefault(name, []).extend([rest] if rest else [])
    return {
        name: [
            (
                {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields},
                content(row, rest),
            )
            for row in getattr(owner, name).all()
        ]
        for name, rest in tree.items()
    }


def test_the_rows_are_those_of_prefetch_related(full, django_assert_num_queries):
    expected = content(Conference.objects.prefetch_related(*PATHS).get(pk=full.pk), PATHS)
    assert all(expected.values())
    with django_assert_num_queries(1):
        assert content(Conference.objects.together(*PATHS).get(pk=full.pk), PATHS) == expected
    with django_assert_num_queries(1):
        (found,) = Conference.objects.filter(pk=full.pk).together(*PATHS).iterator()
        assert content(found, PATHS) == expected
    fresh = Conference.objects.get(pk=full.pk)
    with django_assert_num_queries(1):
        bring(fresh, *PATHS)
        assert content(fresh, PATHS) == expected
    with django_assert_num_queries(0):
        bring(fresh, *PATHS)


def test_rows_know_their_owner_and_can_be_saved_and_filtered(full):
    found = Conference.objects.together("groups__asked_roles", "change_notices").get(pk=full.pk)
    group = found.groups.all()[2]
    assert group.conference is found
    assert group.asked_roles.all()[0].group is group
    assert found.groups.filter(code="ubnd-xa").get() == group
    assert found.groups.filter(code="khong-co").first() is None
    notice = found.change_notices.all()[0]
    assert notice.told_at == full.change_notices.first().told_at
    group.name = "Tên khác"
    group.save()
    assert full.groups.get(pk=group.pk).name == "Tên khác"


def test_owners_without_rows_have_none(conference, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = Conference.objects.together("questions__groups", "legal_bases").get(pk=conference.pk)
        assert (list(found.questions.all()), list(found.legal_bases.all())) == ([], [])


def test_rows_that_are_there_already_are_kept(full, django_assert_num_queries):
    found = Conference.objects.prefetch_related("groups").get(pk=full.pk)
    group = found.groups.all()[0]
    with django_assert_num_queries(2):  # what the groups lack, and the places
        bring(found, "groups__asked_roles", "places")
    assert found.groups.all()[0] is group
    with django_assert_num_queries(0):
        assert [list(each.asked_roles.all()) for each in found.groups.all()]

"""Groups are kept by each process, and read again as soon as one of their rows was written."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from conferences.models import Conference, InvitedGroup, Question
from delegates import groups
from delegates.groups import groups_to_nominate
from delegates.row_forms import HONORIFICS, LENGTHS, GroupBlock, RowForm, plain_row
from hoinghi import sharing

MARK_ALONE = 1


@pytest.fixture
def kept(settings, monkeypatch, conference):
    """The conference as a process knows it that has read its groups once; conftest switches that off elsewhere."""
    settings.SHARED_PAGES_MB = 16
    monkeypatch.setattr(groups, "_kept", sharing.Parts(most=9))
    groups_to_nominate(conference)
    return conference


def read_again(conference: Conference) -> dict[str, InvitedGroup]:
    """What another request finds."""
    found = groups_to_nominate(Conference.objects.get(pk=conference.pk))
    return {group.code: group for group in found}


def test_the_next_request_asks_only_whether_they_have_changed(kept, django_assert_num_queries):
    again = Conference.objects.get(pk=kept.pk)
    with django_assert_num_queries(MARK_ALONE):
        found = groups_to_nominate(again)
        roles = [list(group.asked_roles.all()) for group in found]
        places = [list(group.provinces.all()) + list(group.organisations.all()) for group in found]
        asked = [list(question.groups.all()) for question in again.questions.all()]
    assert len(roles) == len(places) == len(found) > 0
    assert asked == []
    assert all(group.conference is again for group in found)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (
            lambda group, world: InvitedGroup.objects.filter(pk=group.pk).update(max_organisations=9),
            (9, 0, 0, 0),
        ),
        (lambda group, world: group.asked_roles.create(name="lãnh đạo Sở"), (2, 1, 0, 0)),
        (lambda group, world: group.provinces.add(world.ca_mau.unit), (2, 0, 1, 0)),
        (lambda group, world: group.conference.questions.create(text="Ăn chay?"), (2, 0, 0, 1)),
    ],
    ids=["quota", "role", "province", "question"],
)
def test_what_staff_change_counts_at_once(kept, world, change, shown):
    group = kept.groups.get(code="ubnd-xa")
    assert (group.max_organisations, kept.questions.count()) == (2, 0)
    change(group, world)
    found = read_again(kept)["ubnd-xa"]
    counts = len(found.asked_roles.all()), len(found.provinces.all()), len(found.conference.questions.all())
    assert (found.max_organisations, *counts) == shown


def test_what_is_taken_away_is_gone_at_once(kept, world):
    group = kept.groups.get(code="ubnd-xa")
    group.provinces.add(world.ca_mau.unit)
    question = Question.objects.create(conference=kept, text="Ăn chay?")
    question.groups.add(group)
    assert read_again(kept)["ubnd-xa"].provinces.all()
    group.provinces.clear()
    question.groups.clear()
    assert not read_again(kept)["ubnd-xa"].provinces.all()
    group.delete()
    assert "ubnd-xa" not in read_again(kept)


def test_what_a_request_does_to_its_groups_stays_there(kept):
    first = read_again(kept)["ubnd-xa"]
    first.max_organisations = 99
    first._prefetched_objects_cache["asked_roles"] = "mine"
    second = read_again(kept)["ubnd-xa"]
    assert second.max_organisations == 2
    assert list(second.asked_roles.all()) == []


class TestPlainRows:
    """A sound row is read without a form: always as its form would have read it."""

    FIELDS = (*LENGTHS, "honorific", "who", "reserve", "delegate_id", "q7")
    LETTERS = st.text(st.sampled_from("aĐố \t\0<&7٣"), max_size=6)
    VALUES = LETTERS | st.sampled_from([*HONORIFICS, "same", "on", "false", "12", "a" * 600, "a" * 51])

    @pytest.fixture(scope="class")
    @classmethod
    def block(cls):
        group = InvitedGroup(pk=1, code="so", name="Sở", conference=Conference(title="Hội nghị"))
        group.asked_questions = [Question(pk=7, text="Đi lại", kind=Question.Kind.TEXT)]
        group.own_organisation = ""
        group._prefetched_objects_cache = {"asked_roles": InvitedGroup.objects.none()}
        return GroupBlock(None, group, (), "/")

    @given(typed=st.dictionaries(st.sampled_from(FIELDS), VALUES))
    def test_as_the_form_reads_it_or_not_at_all(self, block, typed):
        data = QueryDict(mutable=True)
        data.update({f"r0-{name}": value for name, value in ({"group": "so"} | typed).items()})
        form = RowForm(data, prefix="r0", block=block)
        row = plain_row(data, "r0", block.group)
        if row is None:
            assert form.errors or typed.get("who") or len(typed.get("q7", "")) > 500
        else:
            assert row == form.row()
            assert not form.errors

    def test_a_row_of_ordinary_words_needs_no_form(self, block):
        typed = {"organisation": " Sở  Công Thương", "full_name": "Lê Ân", "honorific": "bà", "q7": "Tàu hỏa"}
        data = QueryDict(mutable=True)
        data.update({f"r0-{name}": value for name, value in typed.items()})
        row = plain_row(data, "r0", block.group)
        assert row["full_name"] == "Lê Ân"
        assert row["answers"] == {"7": "Tàu hỏa"}

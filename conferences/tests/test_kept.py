"""A conference is kept by each process, and read again as soon as its row or its kind's was written."""

import pytest

from conferences import kept as keeping
from conferences.kept import conference_with_kind
from conferences.models import Conference
from hoinghi import sharing

pytestmark = pytest.mark.django_db
MARK_ALONE = 1


@pytest.fixture
def kept(settings, monkeypatch, conference):
    """The conference as a process knows it that has read it once; conftest switches that off elsewhere."""
    settings.SHARED_PAGES_MB = 16
    monkeypatch.setattr(keeping, "_kept", sharing.Parts(most=9))
    conference_with_kind(conference.pk)
    return conference


def test_the_next_request_asks_only_whether_it_has_changed(kept, django_assert_num_queries):
    with django_assert_num_queries(MARK_ALONE):
        again = conference_with_kind(kept.pk)
        assert (again, again.title, again.kind) == (kept, kept.title, kept.kind)


@pytest.mark.parametrize("value", ["Hoãn để chờ Nghị định", ""])
def test_what_staff_change_counts_at_once(kept, value):
    Conference.objects.filter(pk=kept.pk).update(state_reason=value)
    assert conference_with_kind(kept.pk).state_reason == value


def test_a_change_of_its_kind_counts_too(kept):
    type(kept.kind).objects.filter(pk=kept.kind_id).update(chair_label="Chủ tọa")
    assert conference_with_kind(kept.pk).kind.chair_label == "Chủ tọa"


def test_what_a_request_does_to_it_stays_there(kept):
    first = conference_with_kind(kept.pk)
    first.title = "Tên khác"
    list(first.groups.all())
    first._prefetched_objects_cache = {"groups": "mine"}
    second = conference_with_kind(kept.pk)
    assert second.title == kept.title
    assert not hasattr(second, "_prefetched_objects_cache")

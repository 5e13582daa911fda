"""Publishing: the check list, and the one step that it opens."""

import datetime as dt

import pytest
from django.utils import timezone

from conferences.models import Conference, ConferenceContact, InvitedGroup, Place
from conferences.services import NotReady, WrongState, announce, checklist
from directory.models import AuditEntry, Organisation, UnitLevel
from hoinghi.tests.cast import make_conference

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    return make_conference(world, state=Conference.State.DRAFT, announced_at=None)


def open_points(conference, *, blocking: bool, at=None) -> set[str]:
    checks = checklist(conference, at or timezone.now())
    return {check.label for check in checks if not check.done and check.blocking == blocking}


def test_a_whole_draft_is_announced(draft, an):
    assert open_points(draft, blocking=True) == set()
    assert open_points(draft, blocking=False) == {
        "Mục đích",
        "Phê duyệt tổ chức",
        "Chương trình",
    }
    at = timezone.now()
    announce(conference=draft, actor=an, at=at)
    draft.refresh_from_db()
    assert (draft.state, draft.announced_at) == ("announced", at)
    entry = AuditEntry.objects.get(action="conference.announce")
    assert entry.changes == {"state": ["draft", "announced"]}


def clear_deadline(conference):
    conference.nomination_deadline = None


def clear_focal_kind(conference):
    conference.focal_kind = None


def cite_a_ghost(conference):
    conference.purpose = "theo {fact:khong-co}"


def spell_out(conference):
    conference.purpose = f"họp tại {conference.places.first().address}"


BROKEN = [
    ("Tên hội nghị", lambda c: setattr(c, "title", " ")),
    ("Người chủ trì", lambda c: setattr(c, "chair_title", "")),
    ("Nơi họp", lambda c: Place.objects.filter(role="central").delete()),
    ("Thành phần", lambda c: InvitedGroup.objects.all().delete()),
    ("Hạn gửi danh sách đại biểu", clear_deadline),
    ("Cơ quan đầu mối của tỉnh", clear_focal_kind),
    (
        "Cơ quan đầu mối của tỉnh",
        lambda c: Organisation.objects.filter(kind="so").update(valid_to="2020-01-01"),
    ),
    ("Người liên hệ", lambda c: ConferenceContact.objects.all().delete()),
    ("Câu chữ trên thông báo", cite_a_ghost),
    ("Câu chữ trên thông báo", spell_out),
]


@pytest.mark.parametrize(("label", "damage"), BROKEN, ids=[f"{n}" for n in range(len(BROKEN))])
def test_what_nobody_can_do_without_blocks(draft, an, label, damage):
    damage(draft)
    assert label in open_points(draft, blocking=True)
    with pytest.raises(NotReady) as refused:
        announce(conference=draft, actor=an, at=timezone.now())
    assert label in {check.label for check in refused.value.missing}
    assert all(check.hint for check in refused.value.missing)
    assert Conference.objects.get().state == "draft"
    assert not AuditEntry.objects.exists()


def test_time_and_deadline_must_lie_ahead(draft):
    late = draft.nomination_deadline + dt.timedelta(minutes=1)
    assert open_points(draft, blocking=True, at=late) == {"Hạn gửi danh sách đại biểu"}
    over = draft.start_at + dt.timedelta(minutes=1)
    assert "Thời gian họp ở phía trước" in open_points(draft, blocking=True, at=over)


def test_a_level_without_units_is_warned_about(draft):
    """A conference copied from before 01/7/2025 asks for a level that has ended."""
    ended = UnitLevel.objects.create(code="district", name="Cấp huyện")
    draft.groups.filter(code="ubnd-xa").update(picker_level=ended)
    assert "Đơn vị để chọn cho nhóm “Ủy ban nhân dân cấp xã”" in open_points(draft, blocking=False)


def test_without_letterhead_only_the_giay_moi_is_missing(draft, world):
    draft.letterhead = None
    assert "Mẫu đầu văn bản" in open_points(draft, blocking=False)
    assert open_points(draft, blocking=True) == set()


@pytest.mark.parametrize("state", ["announced", "concluded", "postponed", "cancelled"])
def test_only_a_draft_or_a_plan_is_announced(world, an, state):
    found = make_conference(world, state=state)
    with pytest.raises(WrongState, match=Conference.State(state).label):
        announce(conference=found, actor=an, at=timezone.now())
    assert not AuditEntry.objects.exists()


def test_a_stale_copy_does_not_announce_twice(draft, an):
    stale = Conference.objects.get(pk=draft.pk)
    announce(conference=draft, actor=an, at=timezone.now())
    with pytest.raises(WrongState):
        announce(conference=stale, actor=an, at=timezone.now())
    assert AuditEntry.objects.filter(action="conference.announce").count() == 1


def test_a_group_whose_organisations_nominate_themselves_names_them(draft, world):
    group = draft.groups.create(
        side="ministry",
        position=9,
        code="don-vi-thuoc-bo",
        name="Các đơn vị thuộc Bộ",
        nominator=InvitedGroup.Nominator.ITSELF,
    )
    label = "Cơ quan được mời đích danh của nhóm “Các đơn vị thuộc Bộ”"
    assert open_points(draft, blocking=True) == {label}
    group.organisations.add(world.unit)
    assert open_points(draft, blocking=True) == set()

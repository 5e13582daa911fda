"""Loading a conference file again when nominations have come in."""

import datetime as dt

import pytest

from conferences.loading import FileProblems, load, load_kinds
from conferences.tests.conference_files import REMOVED, TWIN, changed_copy
from hoinghi.tests.cast import make_delegate, make_nomination

START = dt.date(2026, 12, 7)
COMMUNES = "groups[5]"


@pytest.fixture
def file(world, tmp_path):
    """Writes the twin's file with changes; the cast's two provinces are enough for it."""
    load_kinds(actor="kiểm thử")
    world.letterhead.code = "bct-dck"
    world.letterhead.save()
    return lambda changes: changed_copy(tmp_path, changes, of=TWIN)


def test_facts_change_and_groups_keep_their_nominations(world, file):
    conference = load(file({}), start=START)
    seat = make_delegate(make_nomination(conference, world.dak_lak), "ubnd-xa").seat
    changes = {"title": "Tên mới", f"{COMMUNES}.quota.max": "3", f"{COMMUNES}.name": "Ủy ban nhân dân xã"}
    again = load(file(changes), start=START + dt.timedelta(days=1))
    seat.refresh_from_db()
    assert again.title == seat.nomination.conference.title == "Tên mới"
    assert (seat.group.name, seat.group.max_organisations) == ("Ủy ban nhân dân xã", 3)
    assert seat.group.conference == again


def test_a_group_with_nominations_cannot_be_left_out(world, file):
    conference = load(file({}), start=START)
    make_delegate(make_nomination(conference, world.dak_lak), "ubnd-xa")
    without = {COMMUNES: REMOVED, "composition": "Không có", "notes": REMOVED, "questions": REMOVED}
    with pytest.raises(FileProblems) as refused:
        load(file(without | {"title": "Tên mới"}), start=START)
    assert [problem.path for problem in refused.value.problems] == ["groups"]
    assert "“UBND cấp xã”: đã có 1 suất đề cử" in str(refused.value)
    conference.refresh_from_db()
    assert conference.title != "Tên mới"
    # A group in which nobody has been nominated may go.
    load(
        file({"groups[6]": REMOVED, "composition": "Không có", "notes": REMOVED, "agenda": REMOVED}),
        start=START,
    )
    assert not conference.groups.filter(code="chu-dau-tu").exists()

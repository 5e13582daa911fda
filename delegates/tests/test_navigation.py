"""The band above the staff's pages of a conference."""

import re

import pytest
from django.conf import settings

from delegates.navigation import SECTIONS, band_of

pytestmark = pytest.mark.django_db
NAMES = {name for _, entries in SECTIONS for entry in entries for name in (entry.page, *entry.parts)}


def pages_of_templates() -> set[str]:
    """Every name by which a template calls itself when it shows the band."""
    found = re.compile(r'staff-nav\.html" with page="([a-z-]+)"')
    return {
        name
        for template in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in found.findall(template.read_text())
    }


def test_every_page_with_the_band_has_its_place_in_it():
    assert len(pages_of_templates()) > 10
    assert pages_of_templates() <= NAMES


def test_the_section_that_is_open_shows_its_pages(conference, an):
    band = band_of(conference, "delegates", an)
    assert [each.label for each in band.sections if each.current] == ["Đề cử"]
    assert [each.label for each in band.pages if each.current == "page"] == ["Đại biểu"]


def test_a_page_below_marks_the_one_above(conference, an):
    band = band_of(conference, "review", an)
    assert [(each.label, each.current) for each in band.pages if each.current] == [("Theo dõi", "true")]


def test_news_of_changes_are_only_for_a_published_conference(conference, an):
    conference.announced_at = None
    assert "Thay đổi" not in [each.label for each in band_of(conference, "publish", an).pages]


def test_whoever_only_reads_the_conference_is_not_asked_to_change_it(conference, organiser, viewer, clerk):
    labels = [
        {each.label for each in band_of(conference, "publish", user).pages}
        for user in (organiser, viewer, clerk)
    ]
    assert [("Sửa hội nghị" in each, "Xem dữ liệu" in each) for each in labels] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_a_page_that_only_a_role_may_open_stands_there_for_that_role(conference, organiser, viewer):
    new = "Tạo hội nghị mới"
    shown = [
        {each.label for each in band_of(conference, "tasks", user).pages} for user in (organiser, viewer)
    ]
    assert [new in labels for labels in shown] == [True, False]
    assert shown[0] - {new} == shown[1]

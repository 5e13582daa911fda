"""Each typed fact of seed 000 changed: the new value everywhere it is printed, the old one nowhere."""

import datetime as dt
import json

import pytest
from django.template.loader import render_to_string

from conferences.calendar import conference_event
from conferences.documents import invitation_content
from conferences.loading import load
from conferences.loading.reading import read
from conferences.notice import build_notice, notice_text
from conferences.tests.conference_files import SEED_000, leaves, load_standard
from conferences.tests.swaps import NOT_PRINTED, SWAPS, TYPED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

AT = dt.datetime(2021, 6, 25, 3, 17, tzinfo=dt.UTC)
ARTEFACTS = {
    "notice": lambda conference: notice_text(build_notice(conference)),
    "page": lambda conference: render_to_string(
        "conferences/notice.html", {"notice": build_notice(conference)}
    ),
    "invitation": lambda conference: json.dumps(invitation_content(conference), ensure_ascii=False),
    "calendar": lambda conference: conference_event(conference, at=AT).content.decode(),
}
# What no notice prints: the end of half a day is for calendars, short names are for forms, fields for the archive.
ELSEWHERE = {
    "time.end",
    "groups[3].short_name",
    "groups[5].short_name",
    "groups[6].short_name",
    "sectors[0]",
}


@pytest.fixture(scope="module")
def before(register, django_db_blocker):
    """Each artefact of seed 000 as it is."""
    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            load_standard()
            conference = load(SEED_000)
            texts = {name: render(conference) for name, render in ARTEFACTS.items()}
            transaction.set_rollback(True)
    return texts


def test_every_text_of_the_file_is_swapped_or_known_not_to_be_printed():
    texts = leaves(read(SEED_000).values)
    not_printed = [path for path in texts if NOT_PRINTED.fullmatch(path)]
    assert len(texts) == len(SWAPS) + len(not_printed)
    assert len(SWAPS) == 49
    assert set(TYPED) <= {swap.path for swap in SWAPS}


@pytest.mark.parametrize("swap", SWAPS, ids=str)
def test_a_changed_fact_changes_everywhere(swap, before, tmp_path):
    load_standard()
    conference = load(swap.file(tmp_path))
    shown = {name: swap.check(before[name], render(conference)) for name, render in ARTEFACTS.items()}
    assert shown["notice"] == shown["page"] == (swap.path not in ELSEWHERE)


def test_invitation_and_calendar_show_what_they_are_for(before):
    def shown_in(name):
        return {swap.path for swap in SWAPS if swap.is_in(before[name])}

    assert shown_in("invitation") >= {
        "title",
        "organiser.name",
        "issuing_unit.name",
        "chair.title",
        "time.date",
        "time.start",
        "time.duration",
        "deadline.before",
        "places[0].address",
        "places[1].room",
        "groups[5].quota.max",
        "groups[6].quota.min",
        "contacts[0].name",
        "contacts[0].phones",
        "contacts[0].email",
        "request",
    }
    assert shown_in("calendar") >= {
        "title",
        "time.date",
        "time.start",
        "time.end",
        "organiser.name",
        "chair.title",
    }

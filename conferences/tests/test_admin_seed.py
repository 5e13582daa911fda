"""Seeds go through the staff's desk: shown, typed again as a new conference, and printed the same."""

import pytest

from conferences.loading import load
from conferences.models import Conference
from conferences.notice import build_notice, notice_text
from conferences.tests.conference_files import DEMO, SEED_000, load_standard
from conferences.tests.desk import errors_of, posted_again
from conferences.tests.seeds import seed_000
from hoinghi.text import nfc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

ADD = "/quan-tri/conferences/conference/add/"


def as_new(data: dict) -> dict:
    """What a clerk would type to make the same conference again; legs can be chosen once they are saved."""
    return {
        name: "0" if name.endswith("-INITIAL_FORMS") else value
        for name, value in data.items()
        if not name.endswith(("-id", "-conference", "-leg"))
    }


def test_seed_000_typed_at_the_desk_prints_the_seed(client, an):
    load_standard()
    loaded = load(SEED_000)
    client.force_login(an)
    shown = client.get(f"/quan-tri/conferences/conference/{loaded.pk}/change/")
    data = as_new(posted_again(shown)) | {"slug": "go-lai", "weekday": "Thứ 6"}
    response = client.post(ADD, data)
    assert response.status_code == 302, errors_of(response)
    typed = Conference.objects.get(slug="go-lai")
    assert nfc(notice_text(build_notice(typed))) == seed_000()
    for name in ("start_at", "end_at", "nomination_deadline", "organiser", "issuing_unit", "focal_kind"):
        assert getattr(typed, name) == getattr(loaded, name), name


@pytest.mark.parametrize("number", ["001", "003", "004"])
def test_other_seeds_typed_at_the_desk_print_the_same(client, an, number):
    load_standard()
    loaded = load(DEMO / f"{number}.yaml")
    client.force_login(an)
    shown = client.get(f"/quan-tri/conferences/conference/{loaded.pk}/change/")
    # The host of a new room is named by itself; this one is printed without it.
    data = as_new(posted_again(shown)) | {"slug": "go-lai", "places-0-host": ""}
    response = client.post(ADD, data)
    assert response.status_code == 302, errors_of(response)
    typed = Conference.objects.get(slug="go-lai")
    assert notice_text(build_notice(typed)) == notice_text(build_notice(loaded))
    for relation in ("legs", "visits", "topics"):
        rows = [list(getattr(each, relation).values_list("position")) for each in (typed, loaded)]
        assert rows[0] == rows[1]
    for group in loaded.groups.all():
        again = typed.groups.get(code=group.code)
        assert list(map(str, again.members.all())) == list(map(str, group.members.all()))

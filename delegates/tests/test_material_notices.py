"""New papers are told to the invited: after an hour, once, together; seen by staff before."""

import contextlib
import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, Material, MaterialNotice, MaterialVersion
from conferences.services import WrongState, add_material_version
from conferences.tests.files import pdf
from correspondence.models import Message
from delegates import material_notices
from delegates.material_notices import follow_up, mark_of, untold
from directory.links import token_of
from hoinghi.text import VIETNAM

pytestmark = pytest.mark.django_db
State = MaterialNotice.State
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def at(conference):
    """A Wednesday at 9h00 after the announcement, two weeks before the conference."""
    now = dt.datetime(2026, 12, 2, 9, tzinfo=VIETNAM)
    Conference.objects.filter(pk=conference.pk).update(
        announced_at=now - dt.timedelta(days=3),
        start_at=now + dt.timedelta(days=14),
        end_at=now + dt.timedelta(days=14, hours=4),
        nomination_deadline=now + dt.timedelta(days=10),
    )
    conference.refresh_from_db()
    return now


@pytest.fixture
def circle(nomination, other_nomination, em, dung):
    """One focal point who was invited, one who was not, a delegate, an officer."""
    nomination.invited_at = timezone.now()
    nomination.save()


def upload(conference, actor, at, *, title="Báo cáo", number=1, **values) -> MaterialVersion:
    """A paper, or its next version, uploaded at ``at``."""
    material, _ = Material.objects.get_or_create(conference=conference, title=title, defaults=values)
    version = add_material_version(material=material, upload=pdf("Báo cáo.pdf", number), actor=actor)
    MaterialVersion.objects.filter(pk=version.pk).update(uploaded_at=at)
    return version


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="materials").order_by("address"))


def test_ten_versions_in_an_hour_are_one_letter(conference, circle, em, an, at):
    for number in range(1, 11):
        upload(conference, an, at + number * MINUTE, number=number)
        follow_up(at + number * MINUTE)
    upload(conference, an, at + 20 * MINUTE, title="Tham luận", visibility="public")
    assert follow_up(at + 60 * MINUTE) == 0
    assert follow_up(at + 62 * MINUTE) == 2
    focal, delegate = sorted(letters(), key=lambda each: each.address, reverse=True)
    assert [focal.address, delegate.address] == ["sct-dak-lak@gov.example", "em@daklak.example"]
    for letter in (focal, delegate):
        assert "Báo cáo (PDF, " in letter.text
        assert "bản 10 thay bản trước" in letter.text
        assert "Tham luận" in letter.text
    assert focal.link_path == reverse("materials", args=[conference.slug])
    assert delegate.link.holder == f"delegate:{em.delegate.pk}"
    # Never again for the same versions; the next one is told anew.
    assert follow_up(at + dt.timedelta(days=1)) == 0
    upload(conference, an, at + dt.timedelta(days=1), number=11)
    follow_up(at + dt.timedelta(days=1))
    assert follow_up(at + dt.timedelta(days=1, hours=1)) == 2
    assert [notice.number for notice in MaterialNotice.objects.all()] == [2, 1]
    assert "Tham luận" not in letters()[-1].text


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ({"visibility": "internal"}, {}),
        ({"closes_at": dt.datetime(2026, 12, 1, tzinfo=VIETNAM)}, {}),
        ({"opens_at": dt.datetime(2026, 12, 20, tzinfo=VIETNAM)}, {}),
        ({}, {"state": "draft"}),
        ({}, {"state": "cancelled"}),
        ({}, {"state": "postponed"}),
        ({}, {"announced_at": dt.datetime(2026, 12, 3, tzinfo=VIETNAM)}),
        ({}, {"end_at": dt.datetime(2026, 9, 1, 12, tzinfo=VIETNAM)}),
    ],
    ids=["internal", "closed", "not open yet", "draft", "cancelled", "postponed", "before", "long over"],
)
def test_what_is_no_news(conference, circle, an, at, values, changes):
    if "end_at" in changes:
        changes |= {"start_at": changes["end_at"] - dt.timedelta(hours=4), "nomination_deadline": None}
    Conference.objects.filter(pk=conference.pk).update(**changes)
    upload(conference, an, at, **values)
    assert follow_up(at) == follow_up(at + dt.timedelta(hours=2)) == 0
    assert not MaterialNotice.objects.exists()


def test_what_a_program_loads_is_no_news(conference, circle, at):
    upload(conference, "nạp tệp", at)
    follow_up(at)
    assert not MaterialNotice.objects.exists()


def test_a_paper_is_told_when_its_window_opens(conference, circle, an, at):
    upload(conference, an, at - dt.timedelta(days=9), opens_at=at)
    assert follow_up(at - MINUTE) == 0
    follow_up(at)
    assert follow_up(at + 60 * MINUTE) == 2


def test_taken_back_within_the_hour_nobody_hears_of_it(conference, circle, an, at):
    version = upload(conference, an, at)
    follow_up(at)
    Material.objects.filter(pk=version.material_id).update(visibility="internal")
    assert follow_up(at + 60 * MINUTE) == 0
    assert not MaterialNotice.objects.exists()


@pytest.mark.parametrize(
    ("uploaded", "start", "due"),
    [
        ("2026-12-02 17:30", "2026-12-16 08:00", "2026-12-03 07:00"),  # after hours: next morning
        ("2026-12-04 21:00", "2026-12-05 08:00", "2026-12-04 21:05"),  # tomorrow is Saturday, and the day
        ("2026-12-02 07:30", "2026-12-02 08:00", "2026-12-02 07:35"),  # it begins within the hour
        ("2026-12-02 21:00", "2026-12-02 08:00", "2026-12-03 07:00"),  # afterwards nobody is in a hurry
    ],
)
def test_when_it_goes(conference, uploaded, start, due):
    moments = [dt.datetime.fromisoformat(each).replace(tzinfo=VIETNAM) for each in (uploaded, start, due)]
    conference.start_at = moments[1]
    assert material_notices.due_from(conference, moments[0]) == moments[2]


# ── staff ───────────────────────────────────────────────────────────────────────────────────────────


def page_of(client, conference) -> str:
    return client.get(reverse("material-notice", args=[conference.slug])).content.decode()


def press(client, conference, verb: str, at, **changes):
    shown = {"do": verb, "mark": mark_of(untold(conference, at)), "letters": 2}
    return client.post(reverse("material-notice", args=[conference.slug]), shown | changes, follow=True)


def test_staff_see_what_goes_to_how_many_and_send_it_at_once(client, conference, circle, em, an):
    at = timezone.now()
    upload(conference, an, at)
    client.force_login(an)
    assert "1 tài liệu chưa báo" in client.get(reverse("paper-desk", args=[conference.slug])).content.decode()
    page = page_of(client, conference)
    for words in (
        "Gửi ngay 2 thư",
        "1 đầu mối đã được mời, 1 đại biểu",
        "- Báo cáo (PDF, ",
        em.delegate.email,
    ):
        assert words in page
    assert token_of(em.link) not in page
    assert not Message.objects.filter(kind="materials").exists()
    assert "2 thư đã vào hàng gửi" in press(client, conference, "send", at).content.decode()
    assert press(client, conference, "send", at).status_code == 409
    assert len(letters()) == 2
    assert "2 thư" in page_of(client, conference)
    assert follow_up(timezone.now() + dt.timedelta(days=3)) == 0


def test_where_nobody_was_invited_no_letter_is_offered(client, conference, an):
    upload(conference, an, timezone.now())
    client.force_login(an)
    page = client.get(reverse("material-notice", args=[conference.slug])).content.decode()
    assert "Chưa ai được mời" in page
    assert "0 thư" not in page
    assert 'value="skip"' in page
    assert 'value="send"' not in page


def test_staff_let_it_be(client, conference, circle, an):
    at = timezone.now()
    upload(conference, an, at)
    follow_up(at)
    client.force_login(an)
    assert "Không báo các tài liệu này" in press(client, conference, "skip", at).content.decode()
    assert follow_up(at + dt.timedelta(days=3)) == 0
    assert not letters()
    assert MaterialNotice.objects.get().state == State.SKIPPED


@pytest.mark.parametrize("changes", [{"mark": "0" * 32}, {"letters": 3}, {"letters": "x"}])
def test_what_has_changed_since_the_page_was_read_is_not_sent(client, conference, circle, an, changes):
    at = timezone.now()
    upload(conference, an, at)
    client.force_login(an)
    assert press(client, conference, "send", at, **changes).status_code == 409
    assert not letters()
    assert not MaterialNotice.objects.exists()


def test_the_page_asks_as_often_for_one_as_for_three(client, conference, circle, an):
    at = timezone.now()
    upload(conference, an, at)
    client.force_login(an)
    page_of(client, conference)
    with CaptureQueriesContext(connection) as one:
        page_of(client, conference)
    for title in ("Hai", "Ba"):
        upload(conference, an, at, title=title, agenda_item=conference.agenda.create(title=title))
    with CaptureQueriesContext(connection) as three:
        page_of(client, conference)
    assert len(three) == len(one)


# ── two at once ─────────────────────────────────────────────────────────────────────────────────────


def send_together(conference, actor, at, monkeypatch) -> tuple[list, bool]:
    """Two colleagues press “Gửi ngay”; they meet between the check and the write, if the lock lets them."""
    meeting, met = threading.Barrier(2), []
    original = material_notices._send

    def meet_and_send(*args, **options):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1.5)
            met.append(True)
        return original(*args, **options)

    monkeypatch.setattr(material_notices, "_send", meet_and_send)
    mark, outcomes = mark_of(untold(conference, at)), [None, None]

    def run(index):
        try:
            material_notices.send_now(conference=conference, mark=mark, expected=2, actor=actor, at=at)
        except (WrongState, IntegrityError) as refused:
            outcomes[index] = type(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes, bool(met)


@pytest.fixture
def planned(conference, circle, an, at):
    """Something waits, and its notice is planned."""
    upload(conference, an, at)
    follow_up(at)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sends_and_the_other_is_told(conference, planned, an, at, monkeypatch):
    outcomes, met = send_together(conference, an, at, monkeypatch)
    assert not met
    assert sorted(outcomes, key=str) == [WrongState, None]
    assert len(letters()) == 2


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_pass_the_check(conference, planned, an, at, monkeypatch):
    """The window is real; behind the lock the keys of the letters still hold."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    outcomes, met = send_together(conference, an, at, monkeypatch)
    assert met
    assert WrongState not in outcomes
    assert len(letters()) == 2

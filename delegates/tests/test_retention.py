"""When the time is over: announced, waited, then the persons are gone everywhere and every figure is the same."""

import datetime as dt
import json

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from correspondence.models import Attachment, Message
from correspondence.outbox import FileAttachment, enqueue
from delegates.attendance_figures import figures_of
from delegates.models import (
    Delegate,
    Nomination,
    QuestionAnswer,
    Retention,
    Seat,
)
from delegates.privacy import anonymising, retention, scrubbing
from delegates.services import data_requests, waiting
from delegates.services import retention as services
from delegates.services.waiting import RetentionRefused
from directory import links
from directory.models import NOBODY, AuditEntry, PersonalLink
from directory.soundness import breaches
from hoinghi.tests.cast import make_conference, make_nomination

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
# What a person of these lists can be recognised by.
TRACES = (
    *("Trần Thị Bốn", "Lê Văn Một", "Hồ Thị Hai", "Vũ Văn Ba", "Người Thay", "0912345678", "0977000111"),
    *(
        "@daklak.example",
        "đi công tác nước ngoài",
        "ăn chay trường",
        "sốt cao",
        "tran thi bon",
    ),
)


def due(conference: Conference) -> dt.datetime:
    return conference.end_at + 366 * DAY


def run_out(conference: Conference, an) -> dt.datetime:
    """Announce, and answer the moment at which the waiting time is over."""
    services.announce(conference=conference, actor=an, at=due(conference))
    return due(conference) + retention.waiting_time()


def everything_about(conference: Conference) -> str:
    """Every row of these apps as text, but what stays by law and the accounts."""
    kept = {"directory.user", "directory.mandate", "directory.organisation", "directory.contact"}
    kept |= {"correspondence.officialdocument", "correspondence.documentcopy", "delegates.nominationpaper"}
    rows = []
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in ("directory", "correspondence", "delegates") and label not in kept:
            rows += [
                json.dumps([label, list(row)], default=str, ensure_ascii=False)
                for row in model.objects.values_list()
            ]
    return "\n".join(rows)


def figures(conference: Conference) -> dict:
    seats = Seat.objects.filter(nomination__conference=conference).counted()
    people = Delegate.objects.filter(seat__nomination__conference=conference)
    return {
        "attendance": figures_of(conference),
        "seats": sorted(seats.values_list("group", "position", "name")),
        "answers": sorted(people.values_list("pk", "answer", "state", "attendance", "seat", "position")),
        "questions": sorted(QuestionAnswer.objects.values_list("question", flat=True)),
        "chosen": sorted(
            QuestionAnswer.objects.exclude(question__kind="text").values_list("value", flat=True)
        ),
        "versions": [version.counted for version in Nomination.objects.get().versions.all()],
        "letters": sorted(Message.objects.values_list("kind", "state")),
        "entries": AuditEntry.objects.exclude(object_type="delegates.retention")
        .exclude(action="nomination.anonymise")
        .count(),
    }


# ── the rule ────────────────────────────────────────────────────────────────────────────────────────


def test_the_rule_follows_the_kind_unless_the_conference_has_its_own(conference, an):
    end = timezone.localdate(conference.end_at)
    assert retention.keeps_until(retention.of(conference)) == end + 365 * DAY
    conference.kind.code = "doan-cong-tac"
    assert retention.keeps_until(retention.of(conference)) == end + 730 * DAY
    services.set_days(conference=conference, days=90, actor=an)
    assert retention.keeps_until(retention.of(conference)) == end + 90 * DAY
    services.set_days(conference=conference, days=None, actor=an)
    assert retention.keeps_until(retention.of(conference)) == end + 730 * DAY


def test_nothing_is_announced_before_its_time(held, an):
    with pytest.raises(RetentionRefused, match="Chưa hết thời hạn"):
        services.announce(conference=held, actor=an, at=due(held) - DAY)
    services.keep(due(held) - DAY)
    assert not Retention.objects.exists()


def test_the_night_announces_and_a_later_night_carries_out(held):
    services.keep(due(held))
    rule = Retention.objects.get()
    assert (rule.announced_at, rule.runs_at) == (due(held), due(held) + 14 * DAY)
    letter = Message.objects.get(kind="retention_announced")
    assert letter.address == held.contacts.first().email
    Message.objects.filter(pk=letter.pk).update(state=Message.State.SENT, sent_at=due(held))
    services.keep(due(held) + 13 * DAY)
    assert Delegate.objects.filter(full_name="Trần Thị Bốn").exists()
    services.keep(due(held) + 14 * DAY)
    rule.refresh_from_db()
    assert rule.finished_at == due(held) + 14 * DAY
    assert not Delegate.objects.exclude(full_name=NOBODY).exists()


def test_a_postponed_conference_has_no_end(held, an):
    Conference.objects.filter(pk=held.pk).update(state=Conference.State.POSTPONED)
    services.keep(due(held))
    assert not Retention.objects.exists()


# ── the job ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_persons_are_gone_and_the_figures_are_the_same(held, an):
    at = run_out(held, an)
    Message.objects.filter(kind="retention_announced").update(state=Message.State.SENT, sent_at=at)
    before, text = figures(held), everything_about(held)
    assert [trace for trace in TRACES if trace not in text] == []
    assert services.carry_out(conference=held, at=at)
    text = everything_about(held)
    assert [trace for trace in TRACES if trace in text] == []
    assert figures(held) == before
    assert [str(each) for each in breaches()] == []
    assert [number for _, number in anonymising.preview(held, at) if number] == []


def test_it_is_written_down_and_done_once(held, an):
    at = run_out(held, an)
    assert services.carry_out(conference=held, at=at)
    rule = Retention.objects.get()
    assert (rule.counts["lists"], rule.counts["people"]) == (1, 4)
    entries = AuditEntry.objects.count()
    assert AuditEntry.objects.filter(action="retention.finish").count() == 1
    assert not services.carry_out(conference=held, at=at + DAY)
    services.keep(at + DAY)
    assert AuditEntry.objects.count() == entries
    with pytest.raises(RetentionRefused, match="đã được ẩn danh"):
        waiting.hold(subject=held, reason="x", actor=an, at=at)


def test_a_job_that_died_goes_on_where_it_stood(held, an, monkeypatch):
    at = run_out(held, an)

    def dies(letters):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(scrubbing, "scrub_letters", dies)
        with pytest.raises(RuntimeError):
            services.carry_out(conference=held, at=at)
    assert Nomination.objects.get().anonymised_at == at
    assert Retention.objects.get().finished_at is None
    assert services.carry_out(conference=held, at=at + DAY)
    assert Nomination.objects.get().anonymised_at == at
    assert Retention.objects.get().counts["people"] == 4
    assert AuditEntry.objects.filter(action="nomination.anonymise").count() == 1


def test_a_hold_stops_it_even_under_way(held, an, other_nomination):
    at = run_out(held, an)
    waiting.hold(subject=held, reason="Có khiếu nại", actor=an, at=at - DAY)
    assert not services.carry_out(conference=held, at=at)
    services.keep(at)
    assert Delegate.objects.filter(full_name="Trần Thị Bốn").exists()
    waiting.release(subject=held, actor=an)
    assert not services.carry_out(conference=held, at=at)
    services.keep(at)  # announced anew, with the whole waiting time
    assert Retention.objects.get().runs_at == at + retention.waiting_time()


def test_nothing_happens_while_somebody_waits_for_an_answer(held, an):
    at = run_out(held, an)
    person = Delegate.objects.get(full_name="Lê Văn Một")
    request = data_requests.ask(holder=person, kind="see", text="", at=at - DAY)
    assert not services.carry_out(conference=held, at=at)
    assert Delegate.objects.filter(pk=person.pk, full_name="Lê Văn Một").exists()
    data_requests.answer(request=request, is_done=True, text="Đã gửi", actor=an, at=at)
    assert services.carry_out(conference=held, at=at)


def test_links_end_and_no_new_one_is_mailed(held, an, client):
    link = PersonalLink.objects.filter(purpose="delegate").first()
    at = run_out(held, an)
    services.carry_out(conference=held, at=at)
    link.refresh_from_db()
    assert (link.is_live(at), link.address, link.label) == (False, "", "")
    letters = Message.objects.count()
    client.post(reverse("delegate-new-link", args=[links.token_of(link)]))
    assert Message.objects.count() == letters


def test_calendar_files_of_letters_are_emptied(held, an):
    enqueue(
        key="x:em@daklak.example",
        topic=f"conference:{held.pk}",
        kind="delegate",
        address="em@daklak.example",
        recipient_name="Trần Thị Bốn",
        subject="Trần Thị Bốn",
        text="x",
        attachments=[FileAttachment("x.ics", "text/calendar", b"ATTENDEE")],
        held=True,
        at=timezone.now(),
    )
    at = run_out(held, an)
    services.carry_out(conference=held, at=at)
    file = Attachment.objects.get(name="x.ics")
    assert bytes(file.content) == b""
    assert file.message.state == Message.State.CANCELLED


def task_letter(conference, number: int, *, written: dt.datetime, **changes) -> Message:
    letter = enqueue(
        key=f"task_due:{number}",
        topic=f"conference:{conference.pk}",
        kind="task_due",
        address="so@gov.example",
        recipient_name="Sở",
        subject="Nhiệm vụ",
        text="Sắp đến hạn",
        at=written,
    )
    Message.objects.filter(pk=letter.pk).update(created_at=written, **changes)
    return letter


def test_letters_about_tasks_have_the_same_time_from_when_they_were_written(held, an):
    at = run_out(held, an)
    sent = {"state": Message.State.SENT, "sent_at": at}
    old = task_letter(held, 1, written=due(held) - DAY, **sent)
    queued = task_letter(held, 2, written=due(held) - DAY)
    young = task_letter(held, 3, written=at - DAY, **sent)
    assert services.carry_out(conference=held, at=at)

    def texts():
        return [Message.objects.get(pk=each.pk).text for each in (old, queued, young)]

    assert texts() == ["", "Sắp đến hạn", "Sắp đến hạn"]
    services.keep(at + 364 * DAY - DAY)
    assert texts() == ["", "Sắp đến hạn", "Sắp đến hạn"]
    services.keep(at + 365 * DAY)
    assert texts() == ["", "Sắp đến hạn", ""]
    Message.objects.filter(pk=queued.pk).update(**sent)
    services.keep(at + 365 * DAY)
    assert texts() == ["", "", ""]


def test_a_hold_stops_it_between_two_lots_of_letters(held, an, monkeypatch):
    at = run_out(held, an)
    monkeypatch.setattr(scrubbing, "_ROWS", 1)
    scrub, done = scrubbing.scrub_letters, []

    def scrub_and_hold(letters):
        done.append(scrub(letters))
        waiting.hold(subject=held, reason="Có khiếu nại", actor=an, at=at)
        return done[-1]

    monkeypatch.setattr(scrubbing, "scrub_letters", scrub_and_hold)
    assert not services.carry_out(conference=held, at=at)
    assert done == [1]
    assert Message.objects.exclude(text="", address="").exists()


def test_a_letter_that_a_worker_takes_meanwhile_is_left_to_it(held, an):
    at = run_out(held, an)
    letter = task_letter(held, 1, written=due(held) - DAY, state=Message.State.CLAIMED)
    assert services.carry_out(conference=held, at=at)
    letter.refresh_from_db()
    assert (letter.state, letter.text) == (Message.State.CLAIMED, "Sắp đến hạn")


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def over(held):
    """The same conference more than a year ago."""
    long_ago = timezone.now() - 400 * DAY
    Conference.objects.filter(pk=held.pk).update(
        start_at=long_ago, end_at=long_ago + dt.timedelta(hours=4), nomination_deadline=long_ago
    )
    held.refresh_from_db()
    return held


def test_staff_see_what_is_due_and_what_would_change(client, an, over):
    client.force_login(an)
    assert "Đến hạn" in client.get(reverse("retentions")).content.decode()
    assert "Sẽ thay đổi gì" in client.get(reverse("retention", args=[over.slug])).content.decode()


def test_a_time_out_of_bounds_is_refused_and_kept_in_the_form(client, an, over):
    client.force_login(an)
    page = reverse("retention", args=[over.slug])
    answer = client.post(page, {"do": "days", "days": "7"})
    assert "ít nhất 30 ngày" in answer.content.decode()
    assert 'value="7"' in answer.content.decode()
    client.post(page, {"do": "days", "days": "500"})
    assert Retention.objects.get().days == 500


def test_overview_asks_as_often_for_three_as_for_one(client, an, over, world):
    client.force_login(an)
    client.get(reverse("retentions"))
    with CaptureQueriesContext(connection) as once:
        client.get(reverse("retentions"))
    for number in (1, 2):
        other = make_conference(
            world, slug=f"khac-{number}", start_at=over.start_at, end_at=over.end_at, nomination_deadline=None
        )
        make_nomination(other, world.dak_lak)
    with CaptureQueriesContext(connection) as again:
        client.get(reverse("retentions"))
    assert len(again) == len(once)


def test_a_name_that_comes_back_is_noticed(held):
    """A restore, a hand at psql."""
    Nomination.objects.update(anonymised_at=timezone.now())
    assert {each.rule for each in breaches()} == {"Danh sách đã ẩn danh không còn tên ai"}

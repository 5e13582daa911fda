"""After the persons are gone: the whole database and every stored file are looked through for them."""

import datetime as dt
import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from conferences.loading import load_kinds
from correspondence import copies
from correspondence.models import DocumentCopy, Letterhead, Message
from correspondence.outbox import enqueue
from delegates.models import Delegate, Retention
from delegates.privacy import anonymising, kept, retention, scrubbing
from delegates.services import data_requests
from delegates.services import retention as services
from delegates.tests.everywhere import columns, file_fields, places_of
from directory.audit import record
from directory.models import NOBODY, AuditEntry
from hoinghi.tests.cast import make_conference
from venues import services as venues
from venues.models import ChecklistTick, Incident, LineTestResult, Officer, OwnFinding
from venues.people import signature
from venues.tests.rooms import local, make_item, make_round, person

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)

# What the persons of ``lived`` can be recognised by.
DELEGATES = ("Trần Thị Bốn", "Lê Văn Một", "Hồ Thị Hai", "Vũ Văn Ba", "Người Thay")
OFFICERS = ("Đỗ Văn Giang", "Bùi Thị Hiên")
CONTACTS = ("0977000111", "0905123456", "giang@daklak.example", "hien@daklak.example", "bon@daklak.example")
WORDS = ("đi công tác nước ngoài", "ăn chay trường", "sốt cao")
TRACES = (*DELEGATES, *OFFICERS, *CONTACTS, *WORDS)
# Letters that go on after a conference, and once kept the names of its persons.
KINDS = ("task_due", "opinion_request", "paper_asked", "document_recalled", "reminder_opinions")


@pytest.fixture
def papers(world):
    """What a receipt is printed with."""
    load_kinds(actor="kiểm thử")
    Letterhead.objects.create(
        organisation=world.unit,
        name="CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG",
        symbol="CTĐP",
        place="Hà Nội",
        signer_title="CỤC TRƯỞNG",
        recipients="Lưu: VT",
    )


@pytest.fixture
def lived(papers, held, world, an):
    """``held`` with rooms: officers by link who ticked, tested, reported, handed over; and letters of every kind."""
    at = held.start_at - 3 * DAY
    venues.prepare_rooms(conference=held, actor=an, at=at)
    held.checklist.all().delete()
    booking = local(held, world.dak_lak)
    giang = venues.name_officer(booking=booking, person=person(), actor=an, at=at)
    round = make_round(held, [booking], an)
    venues.invite(round=round, actor=an, at=at)
    venues.tick(booking=booking, item=make_item(held), note="Giang đã thử", actor=giang, at=at)
    result = round.results.get(booking=booking)
    OwnFinding.objects.create(
        result=result, room=booking.room, said_at=at, said_by=giang.full_name, note="Gọi 0905 123 456"
    )
    LineTestResult.objects.filter(pk=result.pk).update(recorded_at=at, recorded_by=giang.full_name)
    Incident.objects.create(
        booking=booking,
        kind="no_sound",
        note="Trần Thị Bốn không nghe được",
        reported_at=held.start_at,
        reported_by=signature(giang),
        resolved_at=held.start_at,
        resolved_by=signature(giang),
    )
    data_requests.ask(holder=giang, kind="correct", text="Đỗ Văn Giang đổi số 0905123456", at=at)
    venues.hand_over(officer=giang, person=person("Bùi Thị Hiên", "hien@daklak.example"), actor=giang, at=at)
    request = giang.data_requests.get()
    data_requests.answer(request=request, is_done=True, text="Đã sửa cho Đỗ Văn Giang", actor=an, at=at)
    for kind in KINDS:
        enqueue(
            key=f"{kind}:bon@daklak.example",
            topic=f"conference:{held.pk}",
            kind=kind,
            address="bon@daklak.example",
            recipient_name="Trần Thị Bốn",
            subject="Gửi Trần Thị Bốn",
            text="Đồng chí Trần Thị Bốn, 0977000111",
            at=at,
        )
    # As earlier versions of the portal wrote it: labels were names.
    bon = Delegate.objects.get(full_name="Trần Thị Bốn")
    for target in (bon, giang, ChecklistTick.objects.get()):
        entry = record(actor=an, action="old.label", target=target)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE directory_auditentry DISABLE TRIGGER directory_audit_guard")
            AuditEntry.objects.filter(pk=entry.pk).update(object_label=str(target))
            cursor.execute("ALTER TABLE directory_auditentry ENABLE TRIGGER directory_audit_guard")
    for copy in DocumentCopy.objects.all():
        copies.made(copy)
    Message.objects.filter(state=Message.State.QUEUED).update(state=Message.State.SENT, sent_at=at)
    return held


def over(conference, an) -> dt.datetime:
    """Announce, and answer the moment at which the waiting time is over."""
    due = conference.end_at + 366 * DAY
    services.announce(conference=conference, actor=an, at=due)
    Message.objects.filter(kind="retention_announced").update(state=Message.State.SENT, sent_at=due)
    return due + retention.waiting_time()


def not_allowed(places) -> set:
    return {place for place in places if not kept.keeps(*place[:2])}


def test_nobody_is_found_anywhere_but_where_the_law_says(lived, an):
    at = over(lived, an)
    before = places_of(TRACES)
    assert {trace for _, _, trace in before} == set(TRACES)
    assert {table for table, _, _ in before} >= {
        "correspondence_message",
        "correspondence_attachment",
        "delegates_datarequest",
        "delegates_delegate",
        "delegates_nominationversion",
        "directory_auditentry",
        "directory_personallink",
        "venues_checklisttick",
        "venues_incident",
        "venues_linetestresult",
        "venues_officer",
        "venues_ownfinding",
    }
    assert ("correspondence_documentcopy", "file", "Trần Thị Bốn") in before, (
        "read from the PDF of the receipt"
    )
    assert services.carry_out(conference=lived, at=at)
    assert not_allowed(places_of(TRACES)) == set()
    assert [number for _, number in anonymising.preview(lived, at) if number] == []


def test_what_may_stay_is_there(lived):
    """A table that is gone, or a column that was renamed, would let a name stay unseen."""
    there = {(table, column) for table, column, _ in columns()}
    there |= {(model._meta.db_table, field.column) for model, field in file_fields()}
    tables = {table for table, _ in there}
    for each in kept.KEPT:
        for where in each.where:
            table, _, column = where.partition(".")
            assert table in tables, where
            assert not column or (table, column) in there, where


def test_figures_of_the_rooms_stay(lived, an):
    def figures():
        return (
            list(
                Officer.objects.order_by("pk").values_list(
                    "pk", "booking", "named_at", "ended_at", "successor"
                )
            ),
            list(ChecklistTick.objects.values_list("booking", "item", "done_at")),
            list(LineTestResult.objects.values_list("round", "outcome", "recorded_at")),
            list(Incident.objects.values_list("kind", "reported_at", "resolved_at")),
            Message.objects.count(),
            AuditEntry.objects.exclude(action__startswith="retention")
            .exclude(action="nomination.anonymise")
            .count(),
        )

    at = over(lived, an)
    before = figures()
    assert services.carry_out(conference=lived, at=at)
    assert figures() == before
    assert set(Officer.objects.values_list("full_name", "phone", "email", "user")) == {(NOBODY, "", "", None)}
    assert Retention.objects.get().counts["officers"] == 2


def test_officers_of_another_conference_are_not_touched(lived, an, world):
    other = make_conference(world, slug="khac", start_at=lived.start_at + DAY, end_at=lived.end_at + DAY)
    venues.prepare_rooms(conference=other, actor=an, at=timezone.now())
    booking = local(other, world.dak_lak)
    named = venues.name_officer(booking=booking, person=person(), actor=an, at=timezone.now())
    assert services.carry_out(conference=lived, at=over(lived, an))
    named.refresh_from_db()
    assert (named.full_name, named.phone) == ("Đỗ Văn Giang", "0905123456")
    assert Message.objects.get(kind="officer_named", topic=f"conference:{other.pk}").address == named.email


def test_a_conference_with_officers_alone_has_its_time_too(conference, an, world):
    venues.prepare_rooms(conference=conference, actor=an, at=timezone.now())
    booking = local(conference, world.dak_lak)
    venues.name_officer(booking=booking, person=person(), actor=an, at=timezone.now())
    Message.objects.update(state=Message.State.SENT, sent_at=timezone.now())
    due = conference.end_at + 366 * DAY
    services.keep(due)
    Message.objects.update(state=Message.State.SENT, sent_at=due)
    services.keep(due + retention.waiting_time())
    assert Officer.objects.get().full_name == NOBODY


def test_an_officer_who_waits_for_an_answer_stops_it(lived, an):
    at = over(lived, an)
    hien = Officer.objects.get(full_name="Bùi Thị Hiên")
    data_requests.ask(holder=hien, kind="see", text="", at=at - DAY)
    assert not services.carry_out(conference=lived, at=at)
    assert Officer.objects.filter(full_name="Bùi Thị Hiên").exists()


@pytest.mark.parametrize("name", ["Trần Thị Bốn", "Đỗ Văn Giang"])
def test_who_asks_to_be_deleted_is_gone_everywhere_at_once(lived, an, name):
    """The same search, for one person, long before the time of the conference is over; the others stay."""
    at = lived.end_at + DAY
    is_delegate = name in DELEGATES
    holder = (Delegate if is_delegate else Officer).objects.get(full_name=name)
    own = [name, "bon@daklak.example" if is_delegate else "giang@daklak.example"]
    request = data_requests.ask(holder=holder, kind="delete", text=f"Xóa {name}", at=at)
    data_requests.answer(request=request, is_done=True, text="Đã xóa", actor=an, at=at)
    # The answer itself goes to the person's address; it is emptied with the others.
    Message.objects.filter(kind="data_request_answered").update(state=Message.State.SENT, sent_at=at)
    while scrubbing.scrub_letters(Message.objects.filter(kind="data_request_answered").exclude(text="")):
        pass
    left = not_allowed(places_of(own))
    left -= {place for place in left if place[:2] == ("venues_incident", "note")}  # what another wrote
    assert left == set()
    others = {trace for _, _, trace in places_of(("Vũ Văn Ba", "Bùi Thị Hiên"))}
    assert others == {"Vũ Văn Ba", "Bùi Thị Hiên"}


# ── two jobs at once ────────────────────────────────────────────────────────────────────────────────


def run_two(conference, at, monkeypatch) -> None:
    """Two nights' jobs that meet between the look at a list and its change, if the lock lets them."""
    meeting = threading.Barrier(2)
    original = anonymising.anonymise_people

    def meet(*args):
        with suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1.5)
        original(*args)

    monkeypatch.setattr(anonymising, "anonymise_people", meet)

    def run():
        try:
            services.carry_out(conference=conference, at=at)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def written() -> list[int]:
    actions = ("nomination.anonymise", "retention.finish")
    return [AuditEntry.objects.filter(action=action).count() for action in actions]


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_do_it_once(held, an, monkeypatch):
    at = over(held, an)
    letters = scrubbing.letters_of(held, before=at).count()
    run_two(held, at, monkeypatch)
    assert written() == [1, 1]
    counts = Retention.objects.get().counts
    assert (counts["lists"], counts["people"], counts["letters"]) == (1, 4, letters)
    assert not_allowed(places_of(DELEGATES)) == set()


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_do_it_twice(held, an, monkeypatch):
    """The control: the window between the look and the change is real."""
    at = over(held, an)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    run_two(held, at, monkeypatch)
    assert written()[0] == 2

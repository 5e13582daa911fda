"""Cử người dự thay: the seat stays, the person changes, nothing is forgotten."""

import contextlib
import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from conferences.models import GroupRole, Question
from correspondence.models import Message
from delegates import seating, services
from delegates.errors import InvalidRows, NominationClosed
from delegates.models import Delegate, Seat
from delegates.services import replacing
from delegates.tests.lists import full_list, just_before, person, submit_and_follow
from delegates.versions import history_of
from directory import links
from directory.models import AuditEntry, PersonalLink

NEW = {
    "honorific": "bà",
    "full_name": "Đặng Thị Thay",
    "job_title": "Phó Giám đốc",
    "phone": "0987654321",
    "email": "thay@daklak.example",
}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def listed(nomination, binh, now):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    nomination.refresh_from_db()
    return nomination


def named(name) -> Delegate:
    return Delegate.objects.select_related("seat__nomination").get(full_name=name)


def replace(name, actor, at, **changes):
    values = {"person": NEW, "reason": "Bận công tác"} | changes
    return services.replace(delegate=named(name), actor=actor, at=at, **values)


def test_the_new_person_takes_seat_and_place_and_the_old_one_is_kept(listed, binh, now):
    old = named("Lê Văn Một")
    seats = list(Seat.objects.order_by("pk").values())
    new = replace("Lê Văn Một", binh, now)
    old.refresh_from_db()
    assert (old.state, old.replaced_at) == (Delegate.State.REPLACED, now)
    assert (new.seat_id, new.position, new.places) == (old.seat_id, old.position, old.places)
    assert (new.replaces, new.replace_reason, new.state) == (old, "Bận công tác", Delegate.State.PROPOSED)
    assert list(Seat.objects.order_by("pk").values()) == seats
    assert Delegate.objects.attending().count() == 4
    entry = AuditEntry.objects.get(action="delegate.replace")
    assert entry.changes["full_name"] == ["Lê Văn Một", "Đặng Thị Thay"]
    assert entry.acted_for == listed.organisation_name


def test_the_old_link_stops_and_the_new_one_is_invited(listed, binh, now, client):
    old = named("Lê Văn Một")
    link = PersonalLink.objects.get(holder=f"delegate:{old.pk}")
    Message.objects.filter(kind="delegate").update(state=Message.State.SENT)
    new = replace("Lê Văn Một", binh, now)
    page = client.get(links.path_of(link))
    assert page.status_code == 410
    text = page.content.decode()
    assert "đã được thay thế" in text
    assert "Gửi đường dẫn mới" not in text
    assert "Lê Văn Một" not in text
    assert "Đặng Thị Thay" not in text
    before = Message.objects.count()
    assert client.post(reverse("delegate-new-link", args=[links.token_of(link)])).status_code == 200
    assert Message.objects.count() == before
    invitation = Message.objects.get(kind="delegate", address=NEW["email"])
    assert "Đặng Thị Thay" in client.get(links.path_of(invitation.link)).content.decode()
    told = Message.objects.get(kind="delegate_replaced")
    assert told.address == old.email
    assert "Đặng" not in told.text
    assert new.full_name not in told.text


def test_an_invitation_that_has_not_gone_out_is_stopped_and_nobody_is_told(listed, binh, now):
    replace("Lê Văn Một", binh, now)
    stopped = Message.objects.get(recipient_name="Lê Văn Một")
    assert (stopped.kind, stopped.state) == ("delegate", Message.State.CANCELLED)


def test_without_addresses_nobody_is_written_to(listed, binh, now):
    replace("Vũ Văn Ba", binh, now, person=NEW | {"email": ""})
    assert not Message.objects.filter(kind="delegate_replaced").exists()
    assert not Message.objects.filter(recipient_name=NEW["full_name"]).exists()


def test_history_draft_and_next_submission_know_the_new_person(listed, binh, now, client):
    services.accept(nomination=listed, actor=binh, at=now)
    new = replace("Lê Văn Một", binh, now)
    listed.refresh_from_db()
    assert listed.state == "accepted"
    assert [row["full_name"] for row in listed.draft][1] == "Đặng Thị Thay"
    step = history_of(listed)[0].differences
    (swapped,) = step.replaced
    names = swapped.new["full_name"], swapped.old["full_name"], swapped.reason
    assert names == ("Đặng Thị Thay", "Lê Văn Một", "Bận công tác")
    assert (step.added, step.removed) == ([], [])
    client.force_login(binh)
    text = client.get(reverse("nomination-history", args=[listed.pk])).content.decode()
    assert "Thay Lê Văn Một" in text
    assert "“Bận công tác”" in text
    services.return_to_focal_point(nomination=listed, reason="x", actor=binh, at=now)
    listed.refresh_from_db()
    submit_and_follow(nomination=listed, rows=listed.draft, version=listed.version, actor=binh, at=now)
    new.refresh_from_db()
    assert new.state == Delegate.State.PROPOSED
    assert named("Lê Văn Một").state == Delegate.State.REPLACED


def test_the_one_who_replaces_can_be_replaced(listed, binh, now):
    first = replace("Lê Văn Một", binh, now)
    second = replace("Đặng Thị Thay", binh, now, person=NEW | {"full_name": "Người Thứ Ba"})
    assert second.replaces == first
    with pytest.raises(NominationClosed, match="không còn trong danh sách"):
        replace("Lê Văn Một", binh, now)


def test_somebody_in_reserve_is_replaced_without_an_invitation(nomination, binh, now):
    rows = [*full_list(), person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Dự Bị", reserve=True)]
    submit_and_follow(nomination=nomination, rows=rows, version=0, actor=binh, at=now)
    new = replace("Dự Bị", binh, now)
    assert new.seat.is_reserve
    assert not Message.objects.filter(address=NEW["email"]).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"job_title": " "}, "job_title"),
        ({"phone": ""}, "phone"),
        ({"phone": "abc"}, "phone"),
        ({"email": "x@"}, "email"),
        ({"honorific": ""}, "honorific"),
    ],
)
def test_what_is_wrong_about_the_person_is_said_and_nothing_changes(listed, binh, now, change, field):
    with pytest.raises(InvalidRows) as refused:
        replace("Lê Văn Một", binh, now, person=NEW | change)
    assert [(error.row, error.field) for error in refused.value.rows] == [(0, field)]
    assert named("Lê Văn Một").state == Delegate.State.PROPOSED
    assert listed.versions.count() == 1


def test_an_empty_person_is_refused_at_every_field(listed, binh, now):
    blank = dict.fromkeys(NEW, "")
    with pytest.raises(InvalidRows) as refused:
        replace("Lê Văn Một", binh, now, person=blank)
    assert {error.field for error in refused.value.rows} >= {"full_name", "phone", "job_title"}


def test_role_and_answers_belong_to_the_seat_and_the_person(nomination, binh, now):
    group = nomination.conference.groups.get(code="so")
    GroupRole.objects.create(group=group, name="lãnh đạo Sở", max_persons=1)
    question = Question.objects.create(
        conference=nomination.conference, text="Ăn trưa", kind=Question.Kind.YES_NO, is_required=True
    )
    asked = {str(question.pk): "Có"}
    rows = [row | {"answers": asked} for row in full_list()]
    rows[0]["role"] = "lãnh đạo Sở"
    submit_and_follow(nomination=nomination, rows=rows, version=0, actor=binh, at=now)
    with pytest.raises(InvalidRows) as refused:
        replace("Trần Thị Bốn", binh, now)
    assert [error.field for error in refused.value.rows] == [f"q{question.pk}"]
    new = replace("Trần Thị Bốn", binh, now, person=NEW | {"answers": {str(question.pk): "Không"}})
    assert (new.role, new.question_answers.get().value) == ("lãnh đạo Sở", "Không")


# ── who, and until when ─────────────────────────────────────────────────────────────────────────────


def test_the_focal_point_until_the_change_deadline_then_staff_until_the_close(listed, binh, an):
    conference = listed.conference
    deadline = listed.change_deadline
    replace("Lê Văn Một", binh, just_before(deadline))
    with pytest.raises(NominationClosed, match="hết hạn thay đổi"):
        replace("Hồ Thị Hai", binh, deadline)
    other = NEW | {"full_name": "Người Khác", "email": "khac@daklak.example"}
    replace("Hồ Thị Hai", an, deadline, person=other)
    told = Message.objects.filter(kind="replaced_by_staff")
    assert {message.address for message in told} == {"sct-dak-lak@gov.example", binh.email}
    assert all("Bận công tác" in message.text for message in told)
    with pytest.raises(NominationClosed):
        replace("Người Khác", an, conference.closes_at)


def test_change_until_and_an_extension_move_the_focal_points_end(listed, binh):
    conference = listed.conference
    conference.change_until = conference.nomination_deadline + dt.timedelta(hours=5)
    conference.save()
    listed.extended_until = conference.change_until + dt.timedelta(hours=3)
    listed.save()
    replace("Lê Văn Một", binh, just_before(listed.extended_until))
    with pytest.raises(NominationClosed):
        replace("Hồ Thị Hai", binh, listed.extended_until)


def test_a_list_that_was_never_submitted_has_nobody_to_replace(em, binh, now):
    with pytest.raises(NominationClosed, match="chưa được gửi"):
        services.replace(delegate=em.delegate, person=NEW, reason="x", actor=binh, at=now)


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


def address(delegate: Delegate) -> str:
    return reverse("nomination-replace", args=[delegate.seat.nomination_id, delegate.pk])


@pytest.mark.parametrize("who", ["binh", "an"])
def test_the_form_replaces_and_leads_back(client, listed, request, who):
    client.force_login(request.getfixturevalue(who))
    old = named("Lê Văn Một")
    back = listed.get_absolute_url()
    if who == "an":
        back = reverse("nomination-review", args=[listed.conference.slug, listed.pk])
    assert address(old) in client.get(back).content.decode()
    assert "Lê Văn Một" in client.get(address(old)).content.decode()
    answer = client.post(address(old), NEW | {"reason": "Ốm"})
    assert (answer.status_code, answer.headers.get("Location")) == (302, back)
    page = client.get(back).content.decode()
    assert "Đã cử Đặng Thị Thay dự thay Lê Văn Một" in page


def test_strangers_find_nothing(client, listed, cuc, dung):
    old = named("Lê Văn Một")
    for stranger in (cuc, dung):
        client.force_login(stranger)
        assert client.get(address(old)).status_code == 404
        assert client.post(address(old), NEW | {"reason": "x"}).status_code == 404
    assert Delegate.objects.count() == 4


def test_what_is_refused_stays_typed_and_says_why(client, listed, binh):
    client.force_login(binh)
    old = named("Lê Văn Một")
    page = client.post(address(old), NEW | {"phone": "12", "reason": ""}).content.decode()
    assert "Nhập lý do cử người dự thay" in page
    assert 'value="Đặng Thị Thay"' in page
    assert Delegate.objects.count() == 4


def test_too_late_is_a_409_that_keeps_what_was_typed(client, listed, binh):
    past = timezone.now() - dt.timedelta(minutes=1)
    type(listed.conference).objects.update(nomination_deadline=past)
    client.force_login(binh)
    answer = client.post(address(named("Lê Văn Một")), NEW | {"reason": "Ốm nặng"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "hết hạn thay đổi" in page
    assert "giờ Hà Nội" in page
    assert 'value="Đặng Thị Thay"' in page
    assert "Ốm nặng" in page


# ── two at once ─────────────────────────────────────────────────────────────────────────────────────


def replace_together(listed, actor, monkeypatch) -> list[BaseException | None]:
    """Two colleagues replace the same delegate; they meet between the check and the write, if the lock lets them."""
    meeting = threading.Barrier(2)
    original = seating.replace

    def meet_and_replace(*args, **options):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1.5)
        return original(*args, **options)

    monkeypatch.setattr(replacing.seating, "replace", meet_and_replace)
    outcomes: list[BaseException | None] = [None, None]
    delegate = named("Lê Văn Một")

    def run(index, name):
        who = NEW | {"full_name": name, "email": f"so{index}@daklak.example"}
        try:
            services.replace(delegate=delegate, person=who, reason="x", actor=actor, at=timezone.now())
        except (NominationClosed, IntegrityError) as refused:
            outcomes[index] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(("Người A", "Người B"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_of_two_replacements_one_wins_and_the_other_is_told(listed, binh, monkeypatch):
    outcomes = replace_together(listed, binh, monkeypatch)
    assert [type(outcome) for outcome in outcomes if outcome] == [NominationClosed]
    assert Delegate.objects.attending().count() == 4
    assert listed.versions.count() == 2
    assert Message.objects.filter(kind="delegate", recipient_name__startswith="Người").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_only_the_constraint_stops_the_second(listed, binh, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    outcomes = replace_together(listed, binh, monkeypatch)
    assert [type(outcome) for outcome in outcomes if outcome] == [IntegrityError]

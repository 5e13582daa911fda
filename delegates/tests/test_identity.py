"""Typing over a row of a list that was sent: a misspelt name, or somebody else? Asked, never guessed."""

import re

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates import answers, services
from delegates.errors import InvalidRows
from delegates.identity import OTHER, SAME, is_in_question
from delegates.models import Delegate
from delegates.rows import Row
from delegates.tests.lists import full_list, submit_and_follow
from directory import links
from directory.models import PersonalLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def listed(nomination, binh, now):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    nomination.refresh_from_db()
    Message.objects.filter(kind="delegate").update(state=Message.State.SENT)
    return nomination


def named(name: str) -> Delegate:
    return Delegate.objects.select_related("seat__nomination__conference").get(full_name=name)


def link_of(delegate: Delegate) -> PersonalLink:
    return PersonalLink.objects.filter(holder=f"delegate:{delegate.pk}").latest("pk")


def send(listed, binh, now, name: str, **changes):
    """The list once more, with other values in the row of ``name``."""
    rows = [row | changes if row["full_name"] == name else row for row in listed.draft]
    submit_and_follow(nomination=listed, rows=rows, version=listed.version, actor=binh, at=now)
    listed.refresh_from_db()


def row(full_name: str, phone: str = "0912345678", email: str = "a@b.example") -> Row:
    return Row("so", full_name=full_name, phone=phone, email=email)


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        (row("LÊ  Văn một"), False),
        (row("Lê Văn Một", phone="0987654321", email="x@y.example"), False),
        (row("Le Van Mot"), False),
        (row("Lê Văn Mốt", phone="0987654321"), False),
        (row("Lê Văn Mốt", phone="0987654321", email=""), True),
        (row("Lê Văn Một Hai"), True),
        (row("Đặng Thị Thay"), True),
        (row(""), False),
    ],
)
def test_what_is_asked_about(typed, asks):
    assert is_in_question(typed, row("Lê Văn Một")) is asks


def test_another_name_is_not_sent_before_it_is_said_who_that_is(listed, binh, now):
    with pytest.raises(InvalidRows) as refused:
        send(listed, binh, now, "Lê Văn Một", full_name="Đặng Thị Thay")
    assert [(error.row, error.field) for error in refused.value.rows] == [(1, "who")]
    assert "Lê Văn Một" in refused.value.rows[0].message
    assert listed.versions.count() == 1


def test_a_mended_name_keeps_link_and_answer(listed, binh, now):
    old = named("Lê Văn Một")
    answers.answer(delegate=old, coming=True, reason="", at=now)
    send(listed, binh, now, "Lê Văn Một", full_name="Lê Văn Mới", who=SAME)
    old.refresh_from_db()
    assert (old.full_name, old.state, old.answer) == ("Lê Văn Mới", "proposed", "confirmed")
    assert link_of(old).revoked_at is None
    assert Message.objects.filter(kind="delegate", address=old.email).count() == 1
    assert listed.draft[1]["who"] == ""


def test_somebody_else_is_a_new_delegate_who_is_invited(listed, binh, now, client):
    old = named("Lê Văn Một")
    old_link = link_of(old)
    answers.answer(delegate=old, coming=True, reason="", at=now)
    send(
        *(listed, binh, now, "Lê Văn Một"),
        full_name="Đặng Thị Thay",
        email="thay@daklak.example",
        phone="0987654321",
        who=OTHER,
    )
    new = named("Đặng Thị Thay")
    old.refresh_from_db()
    assert (old.state, old.replaced_at, new.replaces) == (Delegate.State.REPLACED, now, old)
    assert (new.seat_id, new.answer) == (old.seat_id, Delegate.Answer.NONE)
    assert client.get(links.path_of(old_link)).status_code == 410
    assert "Đặng Thị Thay" in client.get(links.path_of(link_of(new))).content.decode()
    assert Message.objects.get(kind="delegate", recipient_name="Đặng Thị Thay").address == new.email
    told = Message.objects.get(kind="delegate_replaced")
    assert told.address == "mot@daklak.example"
    assert "Đặng" not in told.text
    assert [each["delegate_id"] for each in listed.draft][1] == new.pk
    assert Delegate.objects.attending().count() == 4


def test_somebody_else_at_the_same_address_gets_a_letter_of_the_own(listed, binh, now):
    send(listed, binh, now, "Lê Văn Một", full_name="Đặng Thị Thay", who=OTHER)
    letters = Message.objects.filter(kind="delegate", address="mot@daklak.example")
    assert {letter.recipient_name for letter in letters} == {"Lê Văn Một", "Đặng Thị Thay"}
    assert len({letter.link.holder for letter in letters}) == 2


def test_an_answer_that_nobody_asked_for_changes_nothing(listed, binh, now):
    old = named("Lê Văn Một")
    send(listed, binh, now, "Lê Văn Một", job_title="Chủ tịch", who=OTHER)
    old.refresh_from_db()
    assert (old.job_title, old.state) == ("Chủ tịch", Delegate.State.PROPOSED)


def test_somebody_else_from_another_organisation_takes_another_seat(listed, binh, now):
    old = named("Lê Văn Một")
    send(
        *(listed, binh, now, "Lê Văn Một"),
        full_name="Đặng Thị Thay",
        organisation="Ủy ban nhân dân xã Đắk Lắk 3",
        who=OTHER,
    )
    old.refresh_from_db()
    assert old.state == Delegate.State.WITHDRAWN
    assert named("Đặng Thị Thay").replaces is None
    assert Message.objects.get(kind="delegate_withdrawn").address == "mot@daklak.example"


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────


def test_a_corrected_address_gets_the_letter_and_the_link_of_the_wrong_one_stops(listed, binh, now, client):
    wrong = link_of(named("Lê Văn Một"))
    send(listed, binh, now, "Lê Văn Một", email="dung@daklak.example")
    assert client.get(links.path_of(wrong)).status_code == 410
    client.post(reverse("delegate-new-link", args=[links.token_of(wrong)]))
    letters = Message.objects.filter(kind="delegate", recipient_name="Lê Văn Một")
    assert [letter.address for letter in letters.order_by("pk")] == [
        "mot@daklak.example",
        "dung@daklak.example",
    ]
    # Back to the first address: its link is dead, so it gets another.
    send(listed, binh, now, "Lê Văn Một", email="mot@daklak.example")
    last = letters.latest("pk")
    assert last.address == "mot@daklak.example"
    assert client.get(links.path_of(last.link)).status_code == 200
    send(listed, binh, now, "Lê Văn Một", job_title="Chủ tịch")
    assert letters.count() == 3


def test_a_letter_to_an_address_since_corrected_is_stopped(listed, binh, now):
    Message.objects.filter(kind="delegate").update(state=Message.State.QUEUED)
    send(listed, binh, now, "Lê Văn Một", email="dung@daklak.example")
    states = Message.objects.filter(kind="delegate", recipient_name="Lê Văn Một").values_list(
        "state", "address"
    )
    assert set(states) == {
        (Message.State.CANCELLED, "mot@daklak.example"),
        (Message.State.QUEUED, "dung@daklak.example"),
    }


# ── whoever goes ────────────────────────────────────────────────────────────────────────────────────


def leave_out(listed, binh, now):
    rows = [row for row in listed.draft if row["full_name"] != "Lê Văn Một"]
    submit_and_follow(nomination=listed, rows=rows, version=listed.version, actor=binh, at=now)


def take_off(listed, binh, now):
    services.withdraw_delegate(delegate=named("Lê Văn Một"), reason="x", actor=binh, at=now)


def send_nobody(listed, binh, now):
    services.decline(nomination=listed, reason="Bão", version=listed.version, actor=binh, at=now)


@pytest.mark.parametrize("go", [leave_out, take_off, send_nobody])
def test_whoever_was_invited_is_told_and_the_calendar_entry_goes(listed, binh, now, go):
    go(listed, binh, now)
    told = Message.objects.get(kind="delegate_withdrawn", address="mot@daklak.example")
    assert "không còn tên đồng chí" in told.text
    file = told.attachments.get().content
    event = icalendar.Calendar.from_ical(bytes(file))
    assert event["method"] == "CANCEL"


def test_whoever_never_heard_of_it_is_not_told(listed, binh, now):
    Message.objects.filter(kind="delegate").update(state=Message.State.QUEUED)
    leave_out(listed, binh, now)
    assert not Message.objects.filter(kind="delegate_withdrawn").exists()
    assert Message.objects.get(recipient_name="Lê Văn Một").state == Message.State.CANCELLED


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def typed(page) -> dict:
    """What a browser would send of the page."""
    form = page.context["form"]
    fields = {bound.html_name: bound.value() or "" for each in form.forms for bound in each}
    fields = {name: value for name, value in fields.items() if value is not False}
    marks = {"row": [each.mark for each in form.forms]}
    return fields | marks | {"version": page.context["nomination"].version}


def test_the_page_asks_and_takes_the_answer(client, listed, binh):
    client.force_login(binh)
    address = reverse("nomination", args=[listed.pk])
    data = typed(client.get(address))
    data["r1-full_name"] = "Đặng Thị Thay"
    page = client.post(address, data | {"do": "submit"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Bản đã gửi ghi Lê Văn Một" in text
    assert "Người khác, thay Lê Văn Một" in text
    assert re.search(r'href="#id_r1-who"', text)
    assert text.count("Đây là ai?") == 1
    assert client.post(address, data | {"do": "submit", "r1-who": "other"}).status_code == 302
    assert named("Đặng Thị Thay").replaces == named("Lê Văn Một")


def test_a_draft_keeps_the_answer_and_asks_again_until_there_is_one(client, listed, binh):
    client.force_login(binh)
    address = reverse("nomination", args=[listed.pk])
    data = typed(client.get(address)) | {"r1-full_name": "Đặng Thị Thay", "do": "draft"}
    assert client.post(address, data).status_code == 302
    page = client.get(address)
    assert "Đây là ai?" in page.content.decode()
    assert named("Lê Văn Một").state == Delegate.State.PROPOSED
    client.post(address, typed(page) | {"r1-who": "other", "do": "draft"})
    assert client.get(address).context["form"].forms[1]["who"].value() == "other"


def test_who_is_put_into_a_cleared_row_is_a_new_delegate(client, listed, binh):
    client.force_login(binh)
    address = reverse("nomination", args=[listed.pk])
    data = typed(client.get(address))
    data |= dict.fromkeys(("r1-full_name", "r1-job_title", "r1-phone", "r1-email"), "")
    data |= {"do": "paste", "pasted_group": "ubnd-xa"}
    data["pasted"] = "Đặng Thị Thay\tUBND xã Đắk Lắk 1\tPhó Chủ tịch\t0987654321"
    data["pasted"] = f"Họ tên\tĐơn vị\tChức vụ\tSĐT\n{data['pasted']}"
    page = client.post(address, data)
    assert client.post(address, typed(page) | {"do": "submit"}).status_code == 302
    assert named("Lê Văn Một").state == Delegate.State.WITHDRAWN
    assert named("Đặng Thị Thay").replaces is None

"""What an organisation was asked for belongs to its successor's focal points once it has ended (merged provinces)."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from conferences.services import papers
from conferences.tests.concluding import conclude, give
from conferences.tests.drafting import make_draft
from correspondence.models import Message
from directory.models import Mandate

ROLE = Mandate.Role.FOCAL_POINT


def end(organisation, successor, days_ago: int = 1) -> None:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    organisation.valid_to, organisation.successor = day, successor
    organisation.save()


@pytest.fixture
def asked(request, conference, world, an):
    """(what Đắk Lắk was asked for, its list, what is sent, what is said then), one for each parameter."""
    if request.param == "paper":
        (row,) = papers.ask(
            conference=conference,
            organisations=[world.dak_lak.so],
            title="Tham luận",
            due_at=timezone.now() + dt.timedelta(days=7),
            actor=an,
            at=timezone.now(),
        )
        upload = SimpleUploadedFile("Tham luận.pdf", b"%PDF-1.7")
        return row, "paper-requests", {"do": "send", "send-upload": upload}, "sẽ duyệt"
    if request.param == "task":
        (row,) = give(conclude(conference, an), an, world.dak_lak.so)
        return row, "tasks", {"do": "report", "report-note": "Đã xong"}, "sẽ xem xét"
    row = make_draft(conference, an, organisations=[world.dak_lak.so]).sheets.get()
    return row, "opinion-sheets", {"do": "save", "version": 0, "agrees": "on"}, "Đã lưu nháp"


ASKED = pytest.mark.parametrize("asked", ["paper", "task", "sheet"], indirect=True)


@ASKED
def test_the_successor_finds_it_and_answers(client, world, cuc, asked):
    row, its_list, sent, said = asked
    client.force_login(cuc)
    assert client.get(row.get_absolute_url()).status_code == 404
    end(world.dak_lak.so, world.ca_mau.so)
    assert row.get_absolute_url() in client.get(reverse(its_list)).content.decode()
    assert client.get(row.get_absolute_url()).status_code == 200
    answer = client.post(row.get_absolute_url(), sent, follow=True)
    assert said in answer.content.decode()


@ASKED
def test_nobody_else_does(client, world, dung, asked):
    end(world.dak_lak.so, world.ca_mau.so)
    client.force_login(dung)
    assert client.get(asked[0].get_absolute_url()).status_code == 404


def test_letters_and_pages_know_the_same_successor(client, conference, world, an, cuc):
    end(world.dak_lak.so, world.ca_mau.so)
    give(conclude(conference, an), an, world.dak_lak.so)
    client.force_login(cuc)
    letter = Message.objects.get(kind="task_given", address=cuc.email)
    assert client.get(letter.link_path).status_code == 200


def test_places_follow_several_successors_and_begin_with_the_day(world, cuc):
    """Market surveillance → department of Đắk Lắk → department of Cà Mau; the last one ends today."""
    first, second = world.dak_lak.chi_cuc_qltt, world.dak_lak.so
    end(first, second, days_ago=10)
    end(second, world.ca_mau.so, days_ago=0)
    today = timezone.localdate()
    assert set(cuc.places(ROLE, today)) == {world.ca_mau.so}
    assert set(cuc.places(ROLE, today + dt.timedelta(days=1))) == {first, second, world.ca_mau.so}
    assert set(cuc.organisations(ROLE, today + dt.timedelta(days=1))) == {world.ca_mau.so}

"""What follows a submitted list: ordered with it, written by a worker, once, whatever happens in between."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import mailings
from correspondence.models import Mailing, Message
from delegates import services
from delegates.documents import latest_receipt
from delegates.models import Receipt
from delegates.services import confirming
from delegates.tests.lists import full_list, submit_and_follow
from delegates.tests.test_documents import frames, own  # noqa: F401 (fixtures)
from delegates.tests.test_focal_views import post_data
from delegates.views.focal import ASKS_FOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frames", "own")]
WAITING = "Đang cấp số phiếu tiếp nhận"
QUERIES = 40


def submission(nomination, actor, **changes) -> dict:
    nomination.refresh_from_db()
    typed = {"nomination": nomination, "rows": full_list(), "version": nomination.version}
    return typed | {"actor": actor, "at": timezone.now()} | changes


def receipt_page(client, nomination) -> str:
    return client.get(reverse("nomination-receipt", args=[nomination.pk])).content.decode()


def test_the_page_says_that_the_number_is_coming_and_then_has_it(client, nomination, binh):
    client.force_login(binh)
    address = reverse("nomination", args=[nomination.pk])
    assert client.post(address, post_data(full_list(), 0, "submit")).status_code == 302
    page = receipt_page(client, nomination)
    assert WAITING in page
    assert "hx-get=" in page
    assert not Message.objects.exists()
    assert mailings.carry_out_waiting() == 1
    page = receipt_page(client, nomination)
    assert WAITING not in page
    assert "hx-get=" not in page
    assert latest_receipt(nomination).document.notation in page


def test_a_page_that_has_waited_for_long_does_not_go_on_asking(client, nomination, binh):
    client.force_login(binh)
    kept = services.submit(**submission(nomination, binh))
    kept.submitted_at -= ASKS_FOR
    kept.save()
    page = receipt_page(client, nomination)
    assert WAITING in page
    assert "hx-get=" not in page
    assert "Lâu hơn thường lệ" in page


def test_carried_out_twice_it_writes_nothing_twice(nomination, binh):
    kept = submit_and_follow(**submission(nomination, binh))
    letters = set(Message.objects.values_list("key", flat=True))
    Mailing.objects.update(finished_at=None)
    confirming.carry_out(kept, at=timezone.now())
    assert not Mailing.objects.waiting().exists()
    assert set(Message.objects.values_list("key", flat=True)) == letters
    assert Receipt.objects.get().document.number == 1


def test_an_error_leaves_nothing_behind_and_can_be_tried_again(client, nomination, binh, an, monkeypatch):
    monkeypatch.setattr(mailings, "PAUSES", ())
    with monkeypatch.context() as broken:
        # It comes last: invitations and the draft are written by then.
        broken.setattr(confirming, "issue_receipt", lambda **_: 1 / 0)
        submit_and_follow(**submission(nomination, binh))
    failed = Mailing.objects.failed().get()
    assert not Message.objects.exists()
    assert not Receipt.objects.exists()
    client.force_login(binh)
    page = receipt_page(client, nomination)
    assert "Đơn vị tổ chức đã được báo" in page
    assert mailings.try_again(mailing=failed, actor=an)
    mailings.carry_out_waiting()
    assert not Mailing.objects.failed().exists()
    assert latest_receipt(nomination).document.number == 1
    assert Message.objects.filter(kind="delegate").count() == 3


def test_an_older_order_that_comes_late_takes_no_number(nomination, binh):
    older = services.submit(**submission(nomination, binh))
    newer = services.submit(**submission(nomination, binh))
    confirming.carry_out(newer, at=timezone.now())
    confirming.carry_out(older, at=timezone.now())
    assert Receipt.objects.get().version == newer
    assert not Mailing.objects.waiting().exists()


def test_a_submission_asks_the_database_a_few_times_however_long_the_list(client, nomination, binh):
    client.force_login(binh)
    with CaptureQueriesContext(connection) as asked:
        client.post(reverse("nomination", args=[nomination.pk]), post_data(full_list(), 0, "submit"))
    assert len(asked) <= QUERIES, len(asked)

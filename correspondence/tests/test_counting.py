"""What the outbox says of more letters than it counts."""

import pytest
from django.db import connection
from django.db.models import Count
from django.urls import reverse

from correspondence import counting
from correspondence.models import Message
from correspondence.tests.letters import write
from correspondence.tests.test_outbox_pages import confirm, in_state, text_of
from correspondence.views import outbox, outbox_confirm
from hoinghi import pages

pytestmark = pytest.mark.django_db
State = Message.State
OUTBOX = reverse("outbox")


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def few(monkeypatch):
    """Three letters are many."""
    for module in (pages, counting):
        monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(outbox, "PER_PAGE", 2)


def letters(state: str, number: int, **values) -> None:
    for each in range(number):
        in_state(state, f"{state}-{each}", recipient_name=f"{state} số {each}", **values)


def test_few_letters_are_counted_exactly():
    letters(State.SENT, 2)
    letters(State.CLAIMED, 1)
    exact = Message.objects.order_by().values_list("state").annotate(Count("pk"))
    assert counting.by_state(Message.objects.all()) == dict(exact) == {"sent": 2, "claimed": 1}


def test_counting_ends_where_there_are_many(few):
    letters(State.SENT, 5)
    letters(State.FAILED, 1)
    assert counting.by_state(Message.objects.all()) == {"sent": 4, "failed": 1}
    assert counting.by_state(Message.objects.filter(state=State.FAILED)) == {"failed": 1}


def test_the_page_says_that_there_are_more_and_ends(desk, few):
    letters(State.SENT, 5)
    letters(State.FAILED, 1)
    first = text_of(desk.get(OUTBOX))
    assert "<b>hơn 3</b>Đã gửi" in first
    assert "<b>1</b>Không tới" in first
    assert "Danh sách dừng" not in first
    last = text_of(desk.get(OUTBOX, {"trang": 99}))
    assert 'href="?trang=2" aria-current="page"' in last
    assert "Danh sách dừng ở 3 thư mới nhất" in last
    # What there are few of is listed to its end.
    assert "Danh sách dừng" not in text_of(desk.get(OUTBOX, {"state": "failed"}))


def test_of_those_sent_the_figures_estimate(few):
    letters(State.SENT, 9)
    letters(State.UNKNOWN, 2)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE correspondence_message")
    counts = counting.all_by_state()
    assert set(counts) == set(State.values)
    assert (counts["sent"], counts["unknown"], counts["queued"]) == (9, 2, 0)


def test_the_filters_offer_what_there_is():
    assert counting.topics_and_kinds() == ([], [])
    for number, (topic, kind) in enumerate(
        [("conference:2", "receipt"), ("conference:10", "invite"), ("conference:2", "invite"), ("", "z")]
    ):
        write(f"k{number}", topic=topic, kind=kind)
        write(f"again{number}", topic=topic, kind=kind)
    topics, kinds = counting.topics_and_kinds()
    assert sorted(topics) == ["", "conference:10", "conference:2"]
    assert kinds == ["invite", "receipt", "z"]


def test_one_press_takes_the_oldest_and_leaves_the_rest(desk, monkeypatch):
    """Without a filter nothing but the letters that it can touch is fetched at all."""
    monkeypatch.setattr(outbox_confirm, "AT_ONCE", 2)
    letters(State.SENT, 3)
    letters(State.FAILED, 3)
    page = text_of(desk.get(confirm("thu-lai"), {"tat_ca": 1}))
    assert "Gửi lại 2 thư" in page
    assert "failed số 0" in page
    assert "failed số 1" in page
    assert "failed số 2" not in page
    assert "sent số" not in page
    assert "Mỗi lần làm 2 thư" in page
    monkeypatch.setattr(outbox_confirm, "AT_ONCE", 4)
    assert "Mỗi lần làm" not in text_of(desk.get(confirm("thu-lai"), {"tat_ca": 1}))

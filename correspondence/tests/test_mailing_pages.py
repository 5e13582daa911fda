"""The page of an order: what is written, printed and sent, and what waits for staff."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import copies
from correspondence.backlog import oldest_unsent_age
from correspondence.models import DocumentCopy, Mailing, Message, OfficialDocument
from correspondence.outbox import CopyAttachment, enqueue_many
from correspondence.tests import papers
from correspondence.tests.letters import letter
from directory.models import AuditEntry

pytestmark = pytest.mark.django_db
State = Message.State
POLLS = "hx-get="


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


def make_mailing(**changes) -> Mailing:
    return Mailing.objects.create(**{"kind": "invitation", "topic": "conference:1", "expected": 3} | changes)


def carry_out(mailing: Mailing, *, held: bool = False, attachments: tuple = ()) -> None:
    """Write its letters, as a worker would."""
    letters = [
        letter(f"m{mailing.pk}:{number}", address=f"so-{number}@gov.example", attachments=attachments)
        for number in range(mailing.expected)
    ]
    mailing.written = enqueue_many(letters, at=timezone.now(), mailing=mailing, held=held)
    mailing.finished_at = timezone.now()
    mailing.save()


def page_of(staff, mailing: Mailing, **headers) -> str:
    answer = staff.get(mailing.get_absolute_url(), headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_the_letters_are_written_the_page_asks_again_by_itself(staff, an):
    page = page_of(staff, make_mailing(actor=an))
    assert "0 trên 3" in page
    assert "Lê Văn An" in page
    assert POLLS in page


def test_letters_and_papers_are_counted(staff, world):
    mailing = make_mailing()
    document = papers.issued(OfficialDocument.Kind.INVITATION, world.letterhead)
    copy = copies.ask_for_copy(document=document, recipient="Sở Công Thương")
    carry_out(mailing, attachments=(CopyAttachment(copy),))
    assert "0 trên 1" in page_of(staff, mailing)
    copies.render_pending()
    Message.objects.filter(key=f"m{mailing.pk}:0").update(state=State.SENT)
    page = page_of(staff, mailing)
    for step in ("Viết thư", "Làm PDF"):
        assert f"{step}</span>" in page
    for count in ("3 trên 3", "1 trên 1", "1 trên 3"):
        assert f'<b class="num">{count}</b>' in page
    assert POLLS in page


def test_a_finished_order_is_left_alone(staff):
    mailing = make_mailing()
    carry_out(mailing)
    Message.objects.update(state=State.SENT)
    page = page_of(staff, mailing)
    assert "Đợt gửi đã xong." in page
    assert POLLS not in page


def test_a_browser_that_asks_again_gets_the_moving_part_only(staff):
    part = page_of(staff, make_mailing(), **{"HX-Request": "true"})
    assert part.startswith('<div id="tien-do"')
    assert "<html" not in part


def test_held_letters_lead_to_reading_and_to_letting_them_go(staff):
    mailing = make_mailing(held=True)
    carry_out(mailing, held=True)
    page = page_of(staff, mailing)
    assert "3 thư đang giữ lại" in page
    assert POLLS not in page
    confirm = f"{reverse('outbox-confirm', args=['cho-gui'])}?tat_ca=1&dot={mailing.pk}"
    assert confirm.replace("&", "&amp;") in page
    assert "Sẽ gửi <b>3 thư</b> tới <b>3 địa chỉ</b>" in staff.get(confirm).content.decode()


def test_many_held_letters_are_let_go_in_a_few_queries(staff, django_assert_max_num_queries):
    mailing = make_mailing(held=True, expected=40)
    carry_out(mailing, held=True)
    later = timezone.now() + dt.timedelta(days=1)
    gone, due_later, *_ = Message.objects.all()
    Message.objects.filter(pk=gone.pk).update(state=State.CANCELLED)
    Message.objects.filter(pk=due_later.pk).update(due_at=later)
    choices = list(Message.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(25):
        answer = staff.post(reverse("outbox-confirm", args=["cho-gui"]), {"thu": choices})
    assert answer.url == mailing.get_absolute_url()
    assert Message.objects.filter(state=State.QUEUED).count() == 39
    assert Message.objects.get(pk=due_later.pk).due_at == later
    assert AuditEntry.objects.filter(action="message.release").count() == 39
    page = staff.get(answer.url).content.decode()
    assert "Đã đưa 39 thư vào hàng chờ." in page
    assert "Bỏ qua: Thư gửi so-" in page


def test_an_order_that_was_refused_says_why(staff):
    page = page_of(staff, make_mailing(finished_at=timezone.now(), error="Hội nghị đã hủy."))
    assert "Chưa viết được thư" in page
    assert "Hội nghị đã hủy." in page
    assert "Đợt gửi đã xong" not in page


def test_letters_written_before_are_said(staff):
    mailing = make_mailing(written=1, finished_at=timezone.now())
    assert "2 thư đã được viết từ trước" in page_of(staff, mailing)


def test_the_outbox_shows_the_letters_of_one_order(staff):
    first, second = make_mailing(), make_mailing(expected=1)
    carry_out(first)
    carry_out(second)
    page = staff.get(reverse("outbox"), {"dot": second.pk}).content.decode()
    assert page.count("so-0@gov.example") == 1
    assert "so-2@gov.example" not in page
    assert staff.get(reverse("outbox"), {"dot": "x" * 30}).status_code == 200


def test_the_outbox_names_the_orders_of_staff_under_way_and_no_others(staff, an):
    done, running, unwritten = (make_mailing(actor=an) for _ in range(3))
    by_itself = make_mailing()
    carry_out(done)
    Message.objects.update(state=State.SENT)
    carry_out(running)
    page = staff.get(reverse("outbox")).content.decode()
    assert running.get_absolute_url() in page
    assert unwritten.get_absolute_url() in page
    assert done.get_absolute_url() not in page
    assert by_itself.get_absolute_url() not in page


def test_the_outbox_costs_the_same_for_one_order_and_for_three(staff, an):
    costs = []
    staff.get(reverse("outbox"))  # what every page asks for once and keeps
    for _ in range(3):
        carry_out(make_mailing(expected=1, actor=an))
        with CaptureQueriesContext(connection) as queries:
            staff.get(reverse("outbox"))
        costs.append(len(queries))
    assert len(set(costs)) == 1


def test_orders_and_papers_that_lie_about_make_the_backlog_old(staff, world):
    now = timezone.now()
    assert oldest_unsent_age(now) is None
    mailing = make_mailing()
    Mailing.objects.update(created_at=now - dt.timedelta(minutes=2))
    assert oldest_unsent_age(now) == dt.timedelta(minutes=2)
    assert "chờ làm đã" in staff.get(reverse("outbox")).content.decode()
    Mailing.objects.filter(pk=mailing.pk).update(finished_at=now)
    document = papers.issued(OfficialDocument.Kind.INVITATION, world.letterhead)
    copies.ask_for_copy(document=document, recipient="Sở Công Thương")
    assert oldest_unsent_age(DocumentCopy.objects.get().created_at + dt.timedelta(minutes=3)) == dt.timedelta(
        minutes=3
    )


def test_an_order_of_the_portal_that_failed_is_seen_and_tried_again(staff, an):
    failed = make_mailing(finished_at=timezone.now(), error="Lỗi của cổng.")
    make_mailing(actor=an, finished_at=timezone.now(), error="Hội nghị đã hủy.")
    outbox = staff.get(reverse("outbox")).content.decode()
    assert "1 đợt cổng chưa viết được" in outbox
    assert failed.get_absolute_url() in outbox
    again = reverse("mailing-again", args=[failed.pk])
    assert again in page_of(staff, failed)
    for _ in range(2):
        assert staff.post(again).status_code == 302
    assert Mailing.objects.waiting().get() == failed
    assert AuditEntry.objects.filter(action="mailing.try_again").count() == 1
    assert "chưa viết được" not in staff.get(reverse("outbox")).content.decode()


def test_an_order_that_did_not_fail_is_not_carried_out_again(staff):
    mailing = make_mailing(finished_at=timezone.now(), written=3)
    staff.post(reverse("mailing-again", args=[mailing.pk]))
    assert not Mailing.objects.waiting().exists()

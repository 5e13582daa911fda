import dataclasses
import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone

from conferences.aftermath import shown_with
from conferences.concluding import lines_of
from conferences.documents import draft_notice
from conferences.facts import facts_of
from conferences.loading import load_kinds
from conferences.models import ConclusionItem, Conference, DocumentFrame
from conferences.services import WrongState, conclusions
from conferences.services.conclusions import ItemRow, StaleConclusion
from conferences.tests.concluding import ITEMS, conclude, end, give
from correspondence import printing
from directory.models import AuditEntry


def save(conference, an, rows, *, version=0, opening="", closing=""):
    return conclusions.save_conclusion(
        conference=conference, opening=opening, closing=closing, rows=rows, version=version, actor=an
    )


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def test_items_are_kept_in_their_order_and_go_when_they_are_left_out(conference, world, an):
    kept = save(conference, an, ITEMS)
    first, second, third = kept.items.all()
    rows = [
        ItemRow(third.pk, "shortcoming", third.text),
        ItemRow(first.pk, "conclusion", "Rà soát lại", world.dak_lak.so, due_on=dt.date(2027, 1, 31)),
    ]
    save(conference, an, rows, version=kept.version)
    assert [(item.pk, item.text) for item in kept.items.all()] == [
        (third.pk, "Hạ tầng chưa đồng bộ"),
        (first.pk, "Rà soát lại"),
    ]
    assert kept.items.last().addressee_name == world.dak_lak.so.name
    assert AuditEntry.objects.latest("pk").changes[f"item.{second.pk}"] == [second.text, None]


def test_two_colleagues_do_not_overwrite_each_other(conference, an):
    save(conference, an, ITEMS)
    with pytest.raises(StaleConclusion):
        save(conference, an, [], version=0)
    assert ConclusionItem.objects.count() == 3


def test_a_fact_that_there_is_not_is_refused_where_it_is_cited(conference, an):
    rows = [ITEMS[0], ItemRow(None, "conclusion", "Theo {khong_co}")]
    with pytest.raises(ValidationError) as refused:
        save(conference, an, rows, opening="Ngày {date}")
    assert list(refused.value.message_dict) == ["row-1"]
    assert not ConclusionItem.objects.exists()


def test_an_item_that_was_given_stays(conference, world, an):
    conclusion = conclude(conference, an)
    give(conclusion, an, world.dak_lak.so)
    conclusions.withdraw_conclusion(conference=conference, actor=an)
    with pytest.raises(ValidationError, match="đã giao thành nhiệm vụ"):
        save(conference, an, ITEMS[1:], version=conclusion.version)
    assert conclusion.items.count() == 3


# ── publishing ──────────────────────────────────────────────────────────────────────────────────────


def test_publishing_concludes_the_conference_and_taking_back_undoes_it(conference, an):
    conclusion = conclude(conference, an)
    assert conference.state == Conference.State.CONCLUDED
    with pytest.raises(WrongState, match="Thu lại rồi sửa"):
        save(conference, an, ITEMS, version=conclusion.version)
    with pytest.raises(WrongState, match="đã công bố"):
        conclusions.publish_conclusion(conference=conference, actor=an, at=timezone.now())
    conclusions.withdraw_conclusion(conference=conference, actor=an)
    conference.refresh_from_db()
    assert conference.state == Conference.State.ANNOUNCED
    with pytest.raises(WrongState, match="chưa công bố"):
        conclusions.withdraw_conclusion(conference=conference, actor=an)


def test_nothing_is_published_before_the_end_or_without_items(conference, an):
    save(conference, an, ITEMS)
    with pytest.raises(WrongState, match="kết thúc lúc"):
        conclusions.publish_conclusion(conference=conference, actor=an, at=conference.start_at)
    end(conference)
    save(conference, an, [], version=1)
    with pytest.raises(WrongState, match="chưa có nội dung"):
        conclusions.publish_conclusion(conference=conference, actor=an, at=timezone.now())


@pytest.mark.parametrize("state", [Conference.State.DRAFT, Conference.State.CANCELLED])
def test_a_conference_in_another_state_is_not_concluded(conference, an, state):
    end(conference)
    save(conference, an, ITEMS)
    Conference.objects.filter(pk=conference.pk).update(state=state)
    with pytest.raises(WrongState, match="trạng thái"):
        conclusions.publish_conclusion(conference=conference, actor=an, at=timezone.now())


def test_the_page_shows_what_is_published_by_kind(conference, an):
    conclude(conference, an, opening="Hội nghị họp ngày {date}.", published=False)
    anonymous = AnonymousUser()
    assert shown_with(anonymous, conference)["conclusion"] is None
    assert shown_with(an, conference)["conclusion"] is not None
    conclusions.publish_conclusion(conference=conference, actor=an, at=timezone.now())
    conference.refresh_from_db()
    shown = shown_with(anonymous, conference)
    assert [(heading, len(items)) for heading, items in shown["concluded"]] == [
        ("Kết luận", 1),
        ("Tồn tại, hạn chế", 1),
        ("Kiến nghị, đề nghị", 1),
    ]
    assert "{" not in shown["conclusion_texts"]["opening"]


# ── the official document ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def frame(world):
    load_kinds(actor="kiểm thử")
    return DocumentFrame.objects.get(pk="thong-bao-ket-luan")


def test_the_notice_of_the_conclusion_says_all_of_it(conference, world, an, frame):
    rows = [
        ItemRow(
            None,
            "conclusion",
            "Rà soát quy hoạch\n- Trước mắt: các cụm đã thành lập",
            addressee_name="Các Sở Công Thương",
            due_on=dt.date(2027, 1, 5),
        ),
        ItemRow(None, "conclusion", "Bố trí vốn;"),
        ItemRow(None, "recommendation", "Sửa đổi Nghị định"),
    ]
    conclude(conference, an, rows, opening="Thực hiện chương trình công tác.")
    document = draft_notice(conference=conference, actor=an, frame=frame)
    assert document.subject == f"Kết luận của Bộ trưởng Bộ Công Thương tại {conference.title}"
    paragraphs = document.content["paragraphs"]
    assert paragraphs[0] == (
        f"Ngày {facts_of(conference)['date']}, Bộ trưởng Bộ Công Thương chủ trì {conference.title}."
    )
    start = paragraphs.index("Thực hiện chương trình công tác.")
    assert paragraphs[start + 1 :] == [
        "Sau khi nghe báo cáo và ý kiến của các đại biểu, Bộ trưởng Bộ Công Thương kết luận như sau:",
        "1. Rà soát quy hoạch",
        "- Trước mắt: các cụm đã thành lập. Đơn vị thực hiện: Các Sở Công Thương. Thời hạn: 05/01/2027.",
        "2. Bố trí vốn;",
        "Kiến nghị, đề nghị:",
        "1. Sửa đổi Nghị định.",
        "Bộ Công Thương thông báo để các cơ quan, đơn vị biết và thực hiện./.",
    ]
    assert "THÔNG BÁO" in printing.page(document)


def test_a_waiting_draft_follows_the_conclusion(conference, an, frame):
    conclusion = conclude(conference, an)
    document = draft_notice(conference=conference, actor=an, frame=frame)
    conclusions.withdraw_conclusion(conference=conference, actor=an)
    first = conclusion.items.first()
    rows = [dataclasses.replace(ITEMS[0], pk=first.pk, text="Rà soát toàn diện")]
    save(conference, an, rows, version=conclusion.version)
    conference.refresh_from_db()
    conclusions.publish_conclusion(conference=conference, actor=an, at=timezone.now())
    document.refresh_from_db()
    assert "1. Rà soát toàn diện." in document.content["paragraphs"]


def test_without_a_conclusion_there_is_no_such_notice(conference, an, frame):
    with pytest.raises(ValidationError, match="chưa có kết luận"):
        draft_notice(conference=conference, actor=an, frame=frame)


def test_lines_carry_the_addressee_at_their_end(conference, an):
    conclude(conference, an, [ItemRow(None, "conclusion", "Một\nHai", addressee_name="Sở")])
    first, second = lines_of(conference, facts_of(conference))
    assert (first.text, first.addressee) == ("1. Một", "")
    assert (second.text, second.addressee) == ("Hai.", "Sở")

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from conferences import opinion_policies, reminders
from conferences.audiences import audiences
from conferences.models import Conference, DraftDocument, Opinion, OpinionSheet
from conferences.services import WrongState, dispositions, drafts, opinions
from conferences.services.opinions import OpinionsClosed, Row, StaleSheet
from conferences.tests.drafting import by, clause_of, make_draft, send
from correspondence.models import Message
from directory.models import AuditEntry

PDF = b"%PDF-1.7\n"


@pytest.fixture
def draft(conference, world, an):
    return make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so])


@pytest.fixture
def sheet(draft, world):
    return draft.sheets.get(organisation=world.dak_lak.so)


def submit(sheet, user, rows, *, agrees=False, version=None, at=None):
    return opinions.submit(
        sheet=sheet,
        rows=rows,
        agrees=agrees,
        version=sheet.version if version is None else version,
        author=by(user),
        at=at or timezone.now(),
    )


# ── giving opinions ─────────────────────────────────────────────────────────────────────────────────


def test_opinions_on_clauses_and_on_the_whole(draft, sheet, binh):
    clause = clause_of(draft, "Khoản 1 Điều 2")
    kept = submit(sheet, binh, [Row(None, "Nhất trí chủ trương"), Row(clause.pk, "Bỏ “không có dân cư”")])
    sheet.refresh_from_db()
    assert sheet.state == OpinionSheet.State.SUBMITTED
    assert [(each.clause and each.clause.label, each.text) for each in sheet.opinions.all()] == [
        (None, "Nhất trí chủ trương"),
        ("Khoản 1 Điều 2", "Bỏ “không có dân cư”"),
    ]
    assert [row["label"] for row in kept.rows] == ["", "Khoản 1 Điều 2"]
    assert kept.submitted_by_name == "Nguyễn Thị Bình"


def test_sending_is_confirmed_to_the_organisation(draft, sheet, binh):
    submit(sheet, binh, [Row(None, "Nhất trí")])
    assert sorted(Message.objects.filter(kind="opinion_receipt").values_list("address", flat=True)) == [
        "binh@daklak.example",
        "sct-dak-lak@gov.example",
    ]
    assert "- Ý kiến chung: Nhất trí" in Message.objects.filter(kind="opinion_receipt").first().text


def test_a_draft_of_opinions_is_kept_and_sent_to_nobody(draft, sheet, binh):
    opinions.save_typed(
        sheet=sheet,
        rows=[Row(None, "Đang viết")],
        agrees=False,
        version=0,
        author=by(binh),
        at=timezone.now(),
    )
    sheet.refresh_from_db()
    assert sheet.state == OpinionSheet.State.DRAFT
    assert sheet.typed["rows"] == [{"clause": None, "text": "Đang viết"}]
    assert not sheet.opinions.exists()
    assert not Message.objects.filter(kind="opinion_receipt").exists()


def test_sending_again_replaces_and_every_version_is_kept(draft, sheet, binh):
    clause = clause_of(draft, "Điều 1")
    submit(sheet, binh, [Row(None, "Một"), Row(clause.pk, "Hai")])
    sheet.refresh_from_db()
    submit(sheet, binh, [Row(clause.pk, "Hai, đã sửa")])
    assert [each.text for each in sheet.opinions.all()] == ["Hai, đã sửa"]
    assert [version.number for version in sheet.versions.all()] == [2, 1]
    assert [row["text"] for row in sheet.versions.last().rows] == ["Một", "Hai"]


@pytest.mark.parametrize(
    ("rows", "agrees", "field"),
    [
        ([], False, "general"),
        ([Row(None, "Có ý kiến")], True, "agrees"),
        ([Row(None, "x" * 20_001)], False, "clause-0"),
    ],
)
def test_a_sheet_that_says_nothing_or_two_things_is_refused(sheet, binh, rows, agrees, field):
    with pytest.raises(ValidationError) as refused:
        submit(sheet, binh, rows, agrees=agrees)
    assert list(refused.value.message_dict) == [field]
    assert not sheet.versions.exists()


def test_a_clause_of_another_draft_is_nobodys(draft, sheet, conference, an, binh):
    other = make_draft(conference, an, asking=False)
    foreign = clause_of(other, "Điều 1")
    submit(sheet, binh, [Row(None, "Chung"), Row(foreign.pk, "Lạc")])
    assert [each.text for each in sheet.opinions.all()] == ["Chung"]


def test_two_colleagues_do_not_overwrite_each_other(sheet, binh):
    submit(sheet, binh, [Row(None, "Người thứ nhất")])
    with pytest.raises(StaleSheet, match="đã được lưu"):
        submit(sheet, binh, [Row(None, "Người thứ hai")], version=0)
    assert [each.text for each in sheet.opinions.all()] == ["Người thứ nhất"]


def test_until_the_deadline_and_not_after(draft, sheet, binh, an):
    last = draft.deadline - dt.timedelta(seconds=1)
    submit(sheet, binh, [Row(None, "Kịp")], at=last)
    sheet.refresh_from_db()
    with pytest.raises(OpinionsClosed, match="hết hạn"):
        submit(sheet, binh, [Row(None, "Muộn")], at=draft.deadline)
    # A letter that came late is entered by staff, who say for whom.
    kept = submit(sheet, an, [Row(None, "Theo công văn")], at=draft.deadline)
    assert kept.submitted_by_name == "Lê Văn An, nhập thay Sở Công Thương tỉnh Đắk Lắk"
    assert AuditEntry.objects.latest("pk").acted_for == "Sở Công Thương tỉnh Đắk Lắk"


def test_opinions_are_taken_before_during_and_after_the_conference(draft, sheet, binh, conference):
    after = conference.end_at + dt.timedelta(days=3)
    DraftDocument.objects.filter(pk=draft.pk).update(deadline=after + dt.timedelta(days=1))
    Conference.objects.filter(pk=conference.pk).update(state=Conference.State.CONCLUDED)
    submit(sheet, binh, [Row(None, "Sau hội nghị")], at=after)
    assert sheet.opinions.count() == 1


@pytest.mark.parametrize("state", [DraftDocument.State.PREPARING, DraftDocument.State.ANSWERED])
def test_no_opinions_in_other_states(draft, sheet, binh, an, state):
    DraftDocument.objects.filter(pk=draft.pk).update(state=state)
    for user in (binh, an):
        with pytest.raises(OpinionsClosed):
            submit(sheet, user, [Row(None, "x")])


# ── the signed letter ───────────────────────────────────────────────────────────────────────────────


def test_a_signed_letter_alone_is_an_answer(draft, sheet, binh):
    at = timezone.now()
    upload = SimpleUploadedFile("Công văn 12.pdf", PDF)
    paper = opinions.add_paper(sheet=sheet, upload=upload, author=by(binh), at=at)
    again = opinions.add_paper(sheet=sheet, upload=SimpleUploadedFile("x.pdf", PDF), author=by(binh), at=at)
    assert again == paper
    submit(sheet, binh, [])
    with pytest.raises(OpinionsClosed, match="được giữ lại"):
        opinions.remove_paper(paper=paper, author=by(binh), at=at)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"PK", "phần mở rộng"),
        ("a.pdf", b"<html>", "phần mở rộng"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "chỉ nhận tệp PDF"),
        ("a.pdf", b"", "rỗng"),
    ],
)
def test_other_files_are_refused(sheet, binh, name, content, said):
    with pytest.raises(ValidationError, match=said):
        opinions.add_paper(
            sheet=sheet, upload=SimpleUploadedFile(name, content), author=by(binh), at=timezone.now()
        )
    assert not sheet.papers.exists()


# ── delegates by personal link ──────────────────────────────────────────────────────────────────────


def test_a_delegate_speaks_where_the_draft_allows_it(draft, em):
    at = timezone.now()
    author = opinions.Author(em.delegate, "đại biểu qua đường dẫn cá nhân")
    sheet = opinions.sheet_of_holder(draft=draft, holder=f"delegate:{em.delegate.pk}", name="UBND xã Ea Kao")
    sent = {"sheet": sheet, "rows": [Row(None, "Ý kiến")], "agrees": False, "version": 0, "author": author}
    with pytest.raises(OpinionsClosed, match="chỉ lấy ý kiến của cơ quan"):
        opinions.submit(**sent, at=at)
    DraftDocument.objects.filter(pk=draft.pk).update(delegates_may=True)
    kept = opinions.submit(**sent, at=at)
    assert kept.submitted_by is None
    assert kept.submitted_by_name == "đại biểu qua đường dẫn cá nhân"
    assert opinions.sheet_of_holder(draft=draft, holder=sheet.holder, name="x") == sheet
    # Staff do not write in the name of a person.
    assert draft.sheets.asked().count() == 2


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────


def test_one_answer_for_many_opinions(draft, world, an, binh, cuc):
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Mở rộng", "": "Nhất trí"})
    send(draft, world.ca_mau.so, cuc, {"Điều 1": "Mở rộng phạm vi"})
    keys = Opinion.objects.filter(clause__label="Điều 1").values_list("pk", flat=True)
    at = timezone.now()
    done = dispositions.answer(
        draft=draft, opinions=keys, disposition="accepted", reply="Đã sửa Điều 1.", actor=an, at=at
    )
    assert done == 2
    assert set(Opinion.objects.values_list("disposition", "reply")) == {
        ("accepted", "Đã sửa Điều 1."),
        ("", ""),
    }


@pytest.mark.parametrize(
    ("disposition", "reply", "field"),
    [("explained", "", "reply"), ("partly", "", "reply"), ("maybe", "x", "disposition")],
)
def test_an_explanation_needs_words(draft, world, an, binh, disposition, reply, field):
    send(draft, world.dak_lak.so, binh, {"": "x"})
    with pytest.raises(ValidationError) as refused:
        dispositions.answer(
            draft=draft,
            opinions=Opinion.objects.values_list("pk", flat=True),
            disposition=disposition,
            reply=reply,
            actor=an,
            at=timezone.now(),
        )
    assert list(refused.value.message_dict) == [field]


def test_opinions_of_another_draft_are_left_alone(draft, world, conference, an, binh):
    other = make_draft(conference, an, organisations=[world.dak_lak.so])
    send(other, world.dak_lak.so, binh, {"": "Khác"})
    with pytest.raises(ValidationError, match="ít nhất một"):
        dispositions.answer(
            draft=draft,
            opinions=Opinion.objects.values_list("pk", flat=True),
            disposition="accepted",
            reply="",
            actor=an,
            at=timezone.now(),
        )


def test_an_opinion_that_changes_is_to_be_answered_anew(draft, sheet, world, an, binh):
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Mở rộng", "": "Nhất trí"})
    dispositions.answer(
        draft=draft,
        opinions=Opinion.objects.values_list("pk", flat=True),
        disposition="explained",
        reply="Giữ nguyên vì …",
        actor=an,
        at=timezone.now(),
    )
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Thu hẹp", "": "Nhất trí"})
    assert set(sheet.opinions.values_list("text", "disposition", "reply", "changed_since")) == {
        ("Thu hẹp", "", "Giữ nguyên vì …", True),
        ("Nhất trí", "explained", "Giữ nguyên vì …", False),
    }


def answer_all(draft, an):
    dispositions.answer(
        draft=draft,
        opinions=Opinion.objects.filter(sheet__draft=draft).values_list("pk", flat=True),
        disposition="accepted",
        reply="",
        actor=an,
        at=timezone.now(),
    )


def test_the_result_is_published_when_all_is_answered(draft, world, an, binh):
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Mở rộng"})
    later = draft.deadline + dt.timedelta(days=1)
    with pytest.raises(WrongState, match="Chưa hết hạn"):
        dispositions.publish_result(draft=draft, readers="public", actor=an, at=timezone.now())
    with pytest.raises(WrongState, match="Còn 1 ý kiến"):
        dispositions.publish_result(draft=draft, readers="public", actor=an, at=later)
    answer_all(draft, an)
    result = dispositions.publish_result(draft=draft, readers="public", actor=an, at=later)
    assert result.table["groups"][0]["lines"][0]["disposition"] == "Tiếp thu"
    draft.refresh_from_db()
    assert draft.state == DraftDocument.State.ANSWERED
    # Only whoever has sent something hears of it.
    told = set(Message.objects.filter(kind="opinion_result").values_list("recipient_name", flat=True))
    assert told == {"Sở Công Thương tỉnh Đắk Lắk"}


def test_what_is_published_does_not_follow_later_answers(draft, world, an, binh):
    send(draft, world.dak_lak.so, binh, {"Điều 1": "Mở rộng"})
    answer_all(draft, an)
    later = draft.deadline + dt.timedelta(days=1)
    first = dispositions.publish_result(draft=draft, readers="public", actor=an, at=later)
    dispositions.answer(
        draft=draft,
        opinions=Opinion.objects.values_list("pk", flat=True),
        disposition="explained",
        reply="Xem lại",
        actor=an,
        at=later,
    )
    first.refresh_from_db()
    assert first.table["groups"][0]["lines"][0]["disposition"] == "Tiếp thu"
    second = dispositions.publish_result(draft=draft, readers="invited", actor=an, at=later)
    assert (second.number, draft.results.count()) == (2, 2)
    dispositions.withdraw_result(draft=draft, actor=an)
    with pytest.raises(WrongState, match="chưa được công bố"):
        dispositions.withdraw_result(draft=draft, actor=an)


# ── rights ──────────────────────────────────────────────────────────────────────────────────────────


def test_who_reads_what(draft, nomination, world, an, binh, cuc, dung, em, client):
    from django.contrib.auth.models import AnonymousUser

    everybody = (AnonymousUser(), dung, cuc, binh, em.delegate, an)
    # Cà Mau has no list in the conference, but was asked.
    assert [opinion_policies.can_read_draft(each, draft) for each in everybody] == [
        False,
        False,
        True,
        True,
        True,
        True,
    ]
    draft.readers = DraftDocument.Readers.PUBLIC
    assert all(opinion_policies.can_read_draft(each, draft) for each in everybody)
    assert [opinion_policies.can_see_result(each, draft) for each in everybody] == [False] * 5 + [True]
    draft.state = DraftDocument.State.PREPARING
    assert [opinion_policies.can_read_draft(each, draft) for each in everybody] == [False] * 5 + [True]


def test_sheets_are_fetched_through_the_user(draft, an, binh, cuc, dung):
    def seen(user):
        return OpinionSheet.objects.visible_to(user).count()

    assert [seen(user) for user in (binh, cuc, dung, an)] == [1, 1, 0, 2]
    DraftDocument.objects.update(state=DraftDocument.State.PREPARING)
    assert [seen(user) for user in (binh, an)] == [0, 2]


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────


def remind(draft, at):
    reminders.schedule(conference=draft.conference, at=at - dt.timedelta(minutes=2))
    return reminders.run_due(at)


def test_the_silent_are_reminded_until_they_answer(draft, world, conference, an, binh, cuc):
    conference.refresh_from_db()
    due = conference.reminders.filter(audience="opinions").order_by("due_at")
    assert due.count() == 2
    send(draft, world.dak_lak.so, binh, agrees=True)
    first = due.first().due_at
    assert reminders.run_due(first) == 2  # Cà Mau's address and its focal point
    names = Message.objects.filter(kind="reminder_opinions").values_list("recipient_name", flat=True)
    assert set(names) == {"Sở Công Thương tỉnh Cà Mau"}
    send(draft, world.ca_mau.so, cuc, agrees=True)
    assert reminders.run_due(due.last().due_at) == 0


def test_reminders_move_with_the_deadline_and_go_on_after_the_conference(draft, conference, world, an):
    later = conference.end_at + dt.timedelta(days=30)
    draft.deadline = later
    drafts.save_draft(draft=draft, actor=an, at=timezone.now())
    waiting = conference.reminders.filter(audience="opinions", state="waiting")
    assert set(waiting.values_list("date", flat=True)) == {later}
    Conference.objects.filter(pk=conference.pk).update(state=Conference.State.CONCLUDED)
    assert reminders.run_due(waiting.earliest("due_at").due_at) > 0


def test_a_cancelled_conference_reminds_nobody(draft, conference):
    Conference.objects.filter(pk=conference.pk).update(state=Conference.State.CANCELLED)
    conference.refresh_from_db()
    reminders.schedule(conference=conference, at=timezone.now())
    assert not conference.reminders.filter(state="waiting").exists()


def test_an_organisation_without_an_address_is_seen_by_staff(conference, world, an):
    world.dak_lak.so.contacts.all().delete()
    make_draft(conference, an, organisations=[world.dak_lak.so])
    (member,) = audiences()["opinions"].waiting(conference, timezone.now())
    assert (member.name, member.address) == ("Sở Công Thương tỉnh Đắk Lắk", "")


# ── at the same moment ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_no_opinion_slips_in_behind_a_published_result(conference, world, an, binh, monkeypatch, locked):
    """Somebody sends while staff publish: the opinion is in the table, or refused; without the lock it is neither."""
    draft = make_draft(conference, an, organisations=[world.dak_lak.so])
    DraftDocument.objects.update(deadline=timezone.now() - dt.timedelta(seconds=1))
    sheet = draft.sheets.get()
    published, checked = threading.Event(), threading.Event()
    check = opinions._check

    def check_slowly(*arguments):
        checked.set()
        published.wait(timeout=2 if locked else 10)
        return check(*arguments)

    monkeypatch.setattr(opinions, "_check", check_slowly)
    if not locked:
        monkeypatch.setattr(
            type(OpinionSheet.objects.all()), "select_for_update", lambda self, **options: self, raising=False
        )
    outcome = []

    def enter_late():
        try:
            submit(sheet, an, [Row(None, "Vào phút chót")])
            outcome.append("sent")
        except OpinionsClosed:
            outcome.append("refused")
        finally:
            connection.close()

    thread = threading.Thread(target=enter_late)
    thread.start()
    assert checked.wait(timeout=10)
    try:
        dispositions.publish_result(draft=draft, readers="public", actor=an, at=timezone.now())
        refused = False
    except WrongState:
        refused = True
    published.set()
    thread.join(timeout=10)
    slipped_in = outcome == ["sent"] and not refused
    assert slipped_in is not locked

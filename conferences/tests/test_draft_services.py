import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from conferences.models import Conference, DraftDocument, DraftVersion
from conferences.services import WrongState, drafts
from conferences.tests.drafting import TEXT, make_draft, send
from conferences.tests.word_files import broken, docx_of
from correspondence.models import Message
from directory.models import AuditEntry

State = DraftDocument.State


def letters(kind: str) -> list[tuple[str, str]]:
    return sorted(Message.objects.filter(kind=kind).values_list("address", "recipient_name"))


# ── wordings ────────────────────────────────────────────────────────────────────────────────────────


def test_a_version_is_divided_when_it_is_issued(conference, an):
    draft = make_draft(conference, an, asking=False)
    version = draft.current_version()
    assert [clause.label for clause in version.clauses.all()] == [
        "Phần mở đầu",
        "Chương I",
        "Điều 1",
        "Điều 2",
        "Khoản 1 Điều 2",
        "Khoản 2 Điều 2",
    ]
    assert version.clauses.get(label="Điều 1").title == "Phạm vi điều chỉnh"


def test_a_version_in_work_is_not_read_and_gives_way_to_the_next(conference, an):
    draft = make_draft(conference, an, asking=False)
    drafts.start_version(draft=draft, text="Điều 1. Hai", actor=an)
    second = drafts.start_version(draft=draft, text="Điều 1. Ba", actor=an)
    assert draft.current_version().number == 1
    assert (second.number, second.text) == (2, "[Điều] Điều 1. Ba")
    assert draft.versions.count() == 2


def test_a_word_file_is_kept_with_its_version(conference, an):
    draft = make_draft(conference, an, asking=False)
    version = drafts.start_version(draft=draft, upload=docx_of(*TEXT.splitlines()), actor=an)
    assert version.file_name == "Dự thảo.docx"
    with version.file.open() as kept:
        assert kept.read(2) == b"PK"
    assert version.text.count("[Khoản]") == 2


def test_a_broken_file_changes_nothing(conference, an):
    draft = make_draft(conference, an, asking=False)
    drafts.start_version(draft=draft, text="Điều 1. Hai", actor=an)
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError, match="tệp hỏng"):
        drafts.start_version(draft=draft, upload=broken(), actor=an)
    assert draft.versions.first().text == "[Điều] Điều 1. Hai"
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Dán nội dung"),
        ("\u202e \u200b\n", "Dán nội dung"),
        ("Chỉ một đoạn", "không thấy điều, khoản"),
        ("C¸c ®¬n vÞ §iÒu 1.", "bảng mã cũ"),
        ("Điều 1. x " + "x" * 2_000_000, "dài quá 2.000.000"),
    ],
)
def test_a_text_that_cannot_be_a_draft_is_refused(conference, an, text, said):
    draft = make_draft(conference, an, asking=False)
    with pytest.raises(ValidationError, match=said):
        drafts.issue_version(
            version=drafts.start_version(draft=draft, text=text, actor=an), actor=an, at=timezone.now()
        )


def test_pasted_signs_that_nobody_sees_are_dropped(conference, an):
    draft = make_draft(conference, an, asking=False)
    version = drafts.start_version(draft=draft, text="Điều\u00a01. M\u200bột\u202e\0 <b>", actor=an)
    assert version.text == "[Điều] Điều 1. Một <b>"


def test_what_was_issued_stays_as_it_is(conference, an):
    version = make_draft(conference, an, asking=False).current_version()
    with pytest.raises(WrongState, match="đã phát hành"):
        drafts.change_outline(version=version, text="[Điều] Điều 1. Khác", note="", actor=an)
    with pytest.raises(WrongState, match="đã phát hành"):
        drafts.issue_version(version=version, actor=an, at=timezone.now())
    assert DraftVersion.objects.get(pk=version.pk).text == version.text


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


def test_asking_writes_to_the_address_and_the_focal_point(conference, world, an, binh):
    make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so])
    assert letters("opinion_request") == [
        ("binh@daklak.example", "Sở Công Thương tỉnh Đắk Lắk"),
        ("sct-ca-mau@gov.example", "Sở Công Thương tỉnh Cà Mau"),
        ("sct-dak-lak@gov.example", "Sở Công Thương tỉnh Đắk Lắk"),
    ]
    text = Message.objects.filter(kind="opinion_request").first().text
    assert "Đề nghị tập trung vào" not in text
    assert "Dự thảo Nghị định về quản lý" in text


def test_whoever_is_added_later_gets_the_letter_then(conference, world, an):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so])
    drafts.ask(draft=draft, organisations=[world.dak_lak.so, world.ca_mau.so], actor=an, at=timezone.now())
    assert [name for _, name in letters("opinion_request")] == [world.ca_mau.so.name, world.dak_lak.so.name]


def test_a_successor_gets_the_letter(conference, world, an):
    old = world.dak_lak.so
    today = timezone.localdate()
    old.valid_to, old.successor = today - dt.timedelta(days=1), world.ca_mau.so
    old.save()
    make_draft(conference, an, organisations=[old])
    assert letters("opinion_request") == [("sct-ca-mau@gov.example", old.name)]


def test_opening_names_everything_that_is_missing(conference, an):
    at = timezone.now()
    draft = DraftDocument(conference=conference, title="Dự thảo")
    drafts.save_draft(draft=draft, actor=an, at=at)
    with pytest.raises(WrongState) as refused:
        drafts.open_draft(draft=draft, actor=an, at=at)
    for word in ("bản dự thảo", "hạn góp ý", "cơ quan nào"):
        assert word in str(refused.value)
    draft.refresh_from_db()
    assert draft.state == State.PREPARING


def test_a_draft_conference_asks_nobody(conference, world, an):
    Conference.objects.filter(pk=conference.pk).update(state=Conference.State.DRAFT)
    conference.refresh_from_db()
    with pytest.raises(WrongState, match="chưa được công bố"):
        make_draft(conference, an, organisations=[world.dak_lak.so])


def test_more_time_is_told_to_those_who_have_not_answered(conference, world, an, binh, cuc):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so])
    send(draft, world.dak_lak.so, binh, agrees=True)
    draft.deadline += dt.timedelta(days=5)
    drafts.save_draft(draft=draft, actor=an, at=timezone.now())
    assert {name for _, name in letters("opinion_deadline")} == {world.ca_mau.so.name}


def test_a_deadline_in_the_past_is_refused_while_asking(conference, world, an):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so])
    draft.deadline = timezone.now() - dt.timedelta(days=1)
    with pytest.raises(ValidationError, match="chưa tới"):
        drafts.save_draft(draft=draft, actor=an, at=timezone.now())


def test_a_new_version_is_told_to_everybody_who_is_asked(conference, world, an):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so])
    version = drafts.start_version(draft=draft, text="Điều 1. Một", note="Bỏ Điều 2", actor=an)
    drafts.issue_version(version=version, actor=an, at=timezone.now())
    (letter,) = Message.objects.filter(kind="draft_new_version")
    assert "Khác bản trước: Bỏ Điều 2" in letter.text


def test_one_that_has_answered_stays_on_the_list(conference, world, an, binh):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so])
    send(draft, world.dak_lak.so, binh, agrees=True)
    with pytest.raises(WrongState, match="đã nhập hoặc gửi"):
        drafts.stop_asking_one(sheet=draft.sheets.get(organisation=world.dak_lak.so), actor=an)
    drafts.stop_asking_one(sheet=draft.sheets.get(organisation=world.ca_mau.so), actor=an)
    assert draft.sheets.count() == 1


def test_a_draft_goes_as_long_as_nobody_was_asked(conference, world, an):
    prepared = make_draft(conference, an, organisations=[world.dak_lak.so], asking=False)
    drafts.remove_draft(draft=prepared, actor=an)
    assert not DraftDocument.objects.exists()
    asked = make_draft(conference, an, organisations=[world.dak_lak.so])
    with pytest.raises(WrongState, match="không bỏ được"):
        drafts.remove_draft(draft=asked, actor=an)

"""Official documents: draft, issue, copies, and what refuses to change."""

import datetime as dt
import hashlib
import threading
import unicodedata
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from correspondence import copies, documents, letterheads
from correspondence.documents import NotADraft
from correspondence.models import DocumentCopy, Letterhead, OfficialDocument
from directory.models import AuditEntry, Organisation, OrganisationKind

TITLE = "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp"
DAY = dt.date(2026, 1, 5)


def invitation_content(**changes) -> dict:
    return {
        "organiser": "Bộ Công Thương",
        "event": f"{TITLE} (CCN).",
        "lines": [
            {"label": "Chủ trì", "text": "Bộ trưởng Bộ Công Thương."},
            {"label": "Thời gian", "text": "½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6)."},
            {
                "label": "Địa điểm",
                "items": [
                    "Tại Bộ Công Thương: Phòng họp trực tuyến của Tổng cục Quản lý thị trường, "
                    "số 91 Đinh Tiên Hoàng, Hoàn Kiếm, Hà Nội.",
                    "Tại địa phương: Phòng họp trực tuyến của Cục Quản lý thị trường các tỉnh, "
                    "thành phố trực thuộc trung ương.",
                ],
            },
        ],
        "paragraphs": ["Tài liệu Hội nghị đăng trên Cổng hội nghị."],
        "closing": "Bộ Công Thương trân trọng kính mời Quý cơ quan, đơn vị tới dự, "
        "tham gia ý kiến tại Hội nghị./.",
    } | changes


def make_draft(letterhead, *, subject: str = TITLE, **content) -> OfficialDocument:
    return documents.draft(
        kind=OfficialDocument.Kind.INVITATION,
        letterhead=letterhead,
        subject=subject,
        content=invitation_content(**content),
        actor="kiểm thử",
    )


def make_issued(letterhead, actor, *, number: int = 5, issued_on: dt.date = DAY) -> OfficialDocument:
    document = make_draft(letterhead)
    return documents.issue(
        document=document, number=number, issued_on=issued_on, actor=actor, at=timezone.now()
    )


@pytest.fixture
def document(world):
    return make_draft(world.letterhead)


@pytest.fixture
def issued(world, an):
    return make_issued(world.letterhead, an)


def issue(document, actor, number=5, issued_on=DAY):
    return documents.issue(
        document=document, number=number, issued_on=issued_on, actor=actor, at=timezone.now()
    )


# ── draft ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_keeps_what_the_letterhead_said(world, document):
    Letterhead.objects.update(name="BỘ KHÁC", symbol="BK", place="Huế", signer_title="BỘ TRƯỞNG")
    document.refresh_from_db()
    assert (document.issuer_name, document.symbol, document.place) == ("BỘ CÔNG THƯƠNG", "BCT", "Hà Nội")
    assert document.signer_title.startswith("TL. BỘ TRƯỞNG\nCỤC TRƯỞNG")
    assert document.number is None
    assert document.notation == "       /GM-BCT"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"organiser": ""}, "cơ quan mời"),
        ({"event": None}, "tên hội nghị"),
        ({"lines": []}, "chủ trì, thời gian, địa điểm"),
        ({"lines": [{"label": "Thời gian", "text": ""}]}, "Thời gian"),
        ({"lines": [{"label": "Địa điểm", "items": []}]}, "Địa điểm"),
        ({"closing": ""}, "câu kết"),
    ],
)
def test_a_missing_value_is_named(world, changes, named):
    with pytest.raises(ValidationError, match=f"còn thiếu: {named}"):
        make_draft(world.letterhead, **changes)
    assert not OfficialDocument.objects.exists()


def test_a_value_that_got_lost_stops_the_issue_too(document, an):
    del document.content["closing"]
    document.save()
    with pytest.raises(ValidationError, match="còn thiếu: câu kết"):
        issue(document, an)
    with pytest.raises(ValidationError, match="còn thiếu: câu kết"):
        documents.render_pdf(document)


def test_a_character_that_the_font_lacks_is_named(world):
    with pytest.raises(ValidationError, match="không có ký tự: 会"):
        make_draft(world.letterhead, subject="Hội nghị 会会")


def test_decomposed_text_and_fraction_slash_are_stored_in_one_spelling(world):
    decomposed = unicodedata.normalize("NFD", "Hội nghị")
    document = make_draft(world.letterhead, event=decomposed, paragraphs=["Ngày 02\u204407\u20442021"])
    assert document.content["event"] == "Hội nghị"
    assert document.content["paragraphs"] == ["Ngày 02/07/2021"]


def test_staff_put_a_draft_right(document, an):
    documents.edit_draft(document=document, values={"signer_name": "Nguyễn Văn Mẫu"}, actor=an)
    document.refresh_from_db()
    assert document.signer_name == "Nguyễn Văn Mẫu"
    assert document.signer_title.count("\n") == 2
    entry = AuditEntry.objects.filter(action="document.edit").get()
    assert entry.changes == {"signer_name": ["", "Nguyễn Văn Mẫu"]}


def test_a_draft_cannot_lose_its_signer(document, an):
    with pytest.raises(ValidationError, match="quyền hạn, chức vụ người ký"):
        documents.edit_draft(document=document, values={"signer_title": " "}, actor=an)


# ── number ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_next_number_counts_per_register_and_year(world, an):
    def suggested(year):
        return documents.suggest_number(issuer=world.ministry, register="GM", year=year)

    assert suggested(2026) == 1
    make_issued(world.letterhead, an, number=5)
    make_issued(world.letterhead, an, number=9)
    make_issued(world.letterhead, an, number=31, issued_on=dt.date(2025, 12, 31))
    assert (suggested(2026), suggested(2025), suggested(2024)) == (10, 32, 1)
    assert documents.suggest_number(issuer=world.ministry, register="CV", year=2026) == 1
    assert documents.suggest_number(issuer=world.unit, register="GM", year=2026) == 1


def test_a_number_is_given_once_a_year(world, an):
    make_issued(world.letterhead, an)
    second = make_draft(world.letterhead, subject="Hội nghị khác")
    with pytest.raises(ValidationError) as refused:
        issue(second, an)
    message = refused.value.message_dict["number"][0]
    assert message.startswith(f"Số 05/GM-BCT đã cấp ngày 05/01/2026 cho “{TITLE}”.")
    assert message.endswith("Số tiếp theo còn trống là 06.")
    second.refresh_from_db()
    assert second.state == OfficialDocument.State.DRAFT
    issue(second, an, issued_on=dt.date(2025, 1, 5))


@pytest.mark.parametrize("number", [0, -3, 100_000])
def test_a_number_out_of_range_is_refused(document, an, number):
    with pytest.raises(ValidationError, match="từ 1 đến 99999"):
        issue(document, an, number=number)


def test_a_date_in_the_future_is_refused(document, an):
    at = dt.datetime(2026, 1, 5, 23, 30, tzinfo=dt.UTC)  # the 6th in Viet Nam
    documents_day = dt.date(2026, 1, 7)
    with pytest.raises(ValidationError, match=r"không được sau hôm nay \(06/01/2026\)"):
        documents.issue(document=document, number=5, issued_on=documents_day, actor=an, at=at)
    documents.issue(document=document, number=5, issued_on=dt.date(2026, 1, 6), actor=an, at=at)


def test_a_letterhead_serves_only_its_own_time(world, an):
    world.letterhead.valid_to = dt.date(2025, 2, 28)
    world.letterhead.save()
    document = make_draft(world.letterhead)
    with pytest.raises(ValidationError, match="không có hiệu lực vào ngày 01/3/2025"):
        issue(document, an, issued_on=dt.date(2025, 3, 1))
    issue(document, an, issued_on=dt.date(2025, 2, 28))


# ── issue ───────────────────────────────────────────────────────────────────────────────────────────


def test_issuing_writes_number_date_and_audit(document, an):
    issue(document, an)
    document.refresh_from_db()
    assert (document.state, document.number, document.issued_on) == ("issued", 5, DAY)
    assert document.notation == "05/GM-BCT"
    assert str(document) == "Giấy mời 05/GM-BCT"
    entry = AuditEntry.objects.get(action="document.issue")
    assert (entry.actor_id, entry.changes) == (
        an.pk,
        {"number": [None, 5], "issued_on": [None, "2026-01-05"]},
    )


def test_an_issued_document_is_not_issued_again(issued, an):
    with pytest.raises(NotADraft, match="đã được ban hành ngày 05/01/2026"):
        issue(issued, an, number=6)
    with pytest.raises(NotADraft):
        documents.edit_draft(document=issued, values={"subject": "Khác"}, actor=an)


def test_the_database_keeps_an_issued_document(issued):
    for changes in (
        {"subject": "Khác"},
        {"content": {}},
        {"number": 6},
        {"state": "draft"},
        {"signer_name": "Người khác"},
    ):
        with pytest.raises(InternalError, match="never changed"), transaction.atomic():
            OfficialDocument.objects.filter(pk=issued.pk).update(**changes)
    with pytest.raises(InternalError, match="never deleted"), transaction.atomic():
        issued.delete()
    OfficialDocument.objects.filter(pk=issued.pk).update(state=OfficialDocument.State.RECALLED)


def test_a_draft_may_be_deleted(document):
    document.delete()
    assert not OfficialDocument.objects.exists()


# ── copies ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_is_rendered_once_and_fixed(world, issued):
    so = world.dak_lak.so
    copy = copies.copy_for(document=issued, recipient=so.name, organisation=so)
    assert copy.file_name == "Giấy mời – Sở Công Thương tỉnh Đắk Lắk.pdf"
    with copy.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-1.7")
    assert (copy.size, copy.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert copies.copy_for(document=issued, recipient="Sở  Công Thương tỉnh Đắk Lắk") == copy
    assert DocumentCopy.objects.count() == 1
    with pytest.raises(InternalError, match="never changed"), transaction.atomic():
        DocumentCopy.objects.update(sha256="0" * 64)
    with pytest.raises(InternalError, match="never changed"), transaction.atomic():
        copy.delete()


def test_each_recipient_has_a_copy_of_his_own(world, issued):
    names = [world.dak_lak.so.name, world.ca_mau.so.name]
    first, second = (copies.copy_for(document=issued, recipient=name) for name in names)
    assert first.sha256 != second.sha256
    assert first.file.name != second.file.name


def test_a_draft_has_no_copies(document):
    with pytest.raises(copies.NotIssued):
        copies.copy_for(document=document, recipient="Sở Công Thương")
    assert not DocumentCopy.objects.exists()


def test_a_long_recipient_keeps_the_file_name_within_255_bytes(issued):
    recipient = "Ủy ban nhân dân các xã, phường, đặc khu trực thuộc " * 5
    copy = copies.copy_for(document=issued, recipient=recipient)
    assert copy.recipient == recipient.strip()
    assert len(copy.file_name.encode()) <= 255
    assert copy.file_name.endswith(".pdf")


# ── races ───────────────────────────────────────────────────────────────────────────────────────────


def run_together(*jobs) -> list:
    """Run each job in a thread and connection of its own; answers what each returned or raised."""
    outcomes = [None] * len(jobs)

    def work(place, job):
        try:
            outcomes[place] = job()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.fixture
def two_clerks(transactional_db, monkeypatch):
    """Two clerks who both check the number before either writes it, if nothing keeps them apart."""
    kind = OrganisationKind.objects.create(code="bo", name="Bộ")
    ministry = Organisation.objects.create(uid="moit", kind=kind, name="Bộ Công Thương")
    letterhead = Letterhead.objects.create(
        organisation=ministry,
        name="BỘ CÔNG THƯƠNG",
        symbol="BCT",
        place="Hà Nội",
        signer_title="BỘ TRƯỞNG",
        recipients="Như trên",
    )
    both_checked = threading.Barrier(2)
    check = documents._refuse_wrong_number

    def check_and_wait(*arguments):
        check(*arguments)
        with suppress(threading.BrokenBarrierError):  # the other one is kept out, as it should be
            both_checked.wait(timeout=1)

    monkeypatch.setattr(documents, "_refuse_wrong_number", check_and_wait)
    pair = [make_draft(letterhead, subject=f"Hội nghị {number}") for number in (1, 2)]

    def clerk(document):
        return lambda: issue(document, "văn thư")

    return lambda: run_together(*map(clerk, pair))


def test_two_clerks_get_one_number_only_once(two_clerks):
    outcomes = two_clerks()
    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert len(refused) == 1, outcomes
    assert "đã cấp" in refused[0].message_dict["number"][0]
    assert OfficialDocument.objects.filter(number=5).count() == 1


def test_without_the_lock_the_second_clerk_meets_the_constraint(two_clerks, monkeypatch):
    """The control: the window between check and write is real."""
    monkeypatch.setattr(documents, "_lock_register", lambda document: None)
    outcomes = two_clerks()
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [IntegrityError]
    assert OfficialDocument.objects.filter(number=5).count() == 1


def test_two_workers_make_one_copy(two_clerks):
    first = next(outcome for outcome in two_clerks() if isinstance(outcome, OfficialDocument))

    def worker():
        return copies.copy_for(document=first, recipient="Sở Công Thương tỉnh Đắk Lắk")

    one, other = run_together(worker, worker)
    assert one == other
    assert DocumentCopy.objects.count() == 1


# ── letterheads ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def organisations(db):
    kind = OrganisationKind.objects.create(code="cuc", name="Cục")
    for uid in ("moit", "moit-ctdp", "moit-dck"):
        Organisation.objects.create(uid=uid, kind=kind, name=uid)


def test_default_letterheads_are_loaded_once_and_belong_to_staff(organisations):
    call_command("load_letterheads")
    before = Letterhead.objects.count()
    own = Letterhead.objects.get(code="bct-dck")
    own.signer_name = "Nguyễn Văn Mẫu"
    own.save()
    assert letterheads.load_letterheads(actor="kiểm thử") == []
    assert Letterhead.objects.count() == before
    assert Letterhead.objects.get(code="bct-dck").signer_name == "Nguyễn Văn Mẫu"


def test_the_unit_that_signs_changes_on_1_march_2025(organisations):
    call_command("load_letterheads")

    def filed_at(date):
        valid = Letterhead.objects.as_of(date).filter(
            symbol="BCT", signer_title__startswith="TL. BỘ TRƯỞNG\nCỤC"
        )
        return valid.get().recipients.splitlines()[-1]

    assert filed_at(dt.date(2021, 6, 20)) == "Lưu: VT, CTĐP"
    assert filed_at(dt.date(2025, 2, 28)) == "Lưu: VT, CTĐP"
    assert filed_at(dt.date(2025, 3, 1)) == "Lưu: VT, ĐCK"
    assert not Letterhead.objects.exclude(signer_name="").exists()


def test_every_way_to_sign_is_there_for_today_and_for_then(organisations):
    call_command("load_letterheads")

    def signers(date, symbol):
        valid = Letterhead.objects.as_of(date).filter(symbol=symbol).order_by("id")
        return [each.signer_title.replace("\n", " / ") for each in valid]

    assert signers(dt.date(2021, 6, 20), "BCT") == [
        "TL. BỘ TRƯỞNG / CỤC TRƯỞNG / CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG",
        "TL. BỘ TRƯỞNG / KT. CỤC TRƯỞNG / CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG / PHÓ CỤC TRƯỞNG",
        "KT. BỘ TRƯỞNG / THỨ TRƯỞNG",
        "BỘ TRƯỞNG",
    ]
    assert signers(dt.date(2021, 6, 20), "CTĐP") == ["CỤC TRƯỞNG", "KT. CỤC TRƯỞNG / PHÓ CỤC TRƯỞNG"]
    today = signers(dt.date(2026, 10, 1), "BCT")
    assert [each.split(" / ")[:2] for each in today[:2]] == [
        ["TL. BỘ TRƯỞNG", "CỤC TRƯỞNG CỤC ĐỔI MỚI SÁNG TẠO,"],
        ["TL. BỘ TRƯỞNG", "KT. CỤC TRƯỞNG"],
    ]
    assert today[2:] == ["KT. BỘ TRƯỞNG / THỨ TRƯỞNG", "BỘ TRƯỞNG"]
    assert signers(dt.date(2026, 10, 1), "ĐCK") == ["CỤC TRƯỞNG", "KT. CỤC TRƯỞNG / PHÓ CỤC TRƯỞNG"]
    # A công văn names the unit that drafted it.
    assert not Letterhead.objects.filter(drafting_unit="").exists()

"""Sổ văn bản đi: what stands in each column, which numbers are missing, the list and the spreadsheet."""

import datetime as dt
import io
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import copies, documents, lifecycle, register
from correspondence.models import Message, OfficialDocument
from correspondence.outbox import CopyAttachment
from correspondence.register import Choice, Gap
from correspondence.tests.letters import write
from correspondence.tests.test_documents import issue, make_draft, make_issued
from hoinghi.tests.cast import make_user

Kind = OfficialDocument.Kind
LIST = reverse("register")


@pytest.fixture
def issued(world, an):
    return make_issued(world.letterhead, an)


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def rows(user, **choice) -> list[register.Row]:
    return [register.row_of(document) for document in register.lines(user, Choice(**choice))]


def official_letter(letterhead, actor, *, number: int, addressees: list[str]) -> OfficialDocument:
    letterhead.drafting_unit = "ĐCK"
    letterhead.save()
    draft = documents.draft(
        kind=Kind.OFFICIAL_LETTER,
        letterhead=letterhead,
        subject="báo cáo tình hình cụm công nghiệp",
        content={"addressees": addressees, "paragraphs": ["Đề nghị báo cáo./."]},
        actor=actor,
    )
    return issue(draft, actor, number=number)


def send(copy, address: str, at: dt.datetime) -> None:
    message = write(f"x:{address}", address=address, attachments=[CopyAttachment(copy)])
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, sent_at=at)


def first_sheet(content: bytes):
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(content)).active


# ── one line ────────────────────────────────────────────────────────────────────────────────────────


def test_the_columns_of_an_invitation(world, an):
    draft = make_draft(world.letterhead)
    documents.edit_draft(document=draft, values={"signer_name": "Nguyễn Văn Mẫu"}, actor=an)
    issued = issue(draft, an)
    for province in (world.dak_lak, world.ca_mau):
        copy = copies.copy_for(document=issued, recipient=province.so.name, organisation=province.so)
        send(copy, f"{province.unit.code}@gov.example", dt.datetime(2026, 1, 5, 20, tzinfo=dt.UTC))
    (row,) = rows(an)
    assert row == register.Row(
        notation="05/GM-BCT",
        issued_on="05/01/2026",
        subject="Giấy mời: Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        signer="Nguyễn Văn Mẫu",
        recipients="Sở Công Thương tỉnh Cà Mau; Sở Công Thương tỉnh Đắk Lắk",
        kept_by="VT, ĐCK",
        copies=2,
        handed_over="06/01/2026",  # already the 6th in Hà Nội
        received="Qua thư điện tử",
        note="",
    )


def test_an_official_letter_goes_to_its_addressees_as_one_file(world, an):
    document = official_letter(world.letterhead, an, number=6785, addressees=["Sở Công Thương các tỉnh"])
    copy = copies.copy_for(document=document, recipient="")
    for number in (1, 2, 3):
        send(copy, f"{number}@gov.example", timezone.now())
    (row,) = rows(an)
    assert (row.notation, row.recipients, row.copies) == ("6785/BCT-ĐCK", "Sở Công Thương các tỉnh", 3)


def test_many_places_are_counted(issued, an):
    for number in range(1, 7):
        copies.ask_for_copy(document=issued, recipient=f"Sở Công Thương {number}")
    (row,) = rows(an)
    assert (row.recipients, row.copies) == ("6 nơi nhận ghi trong văn bản", 6)


def test_what_has_not_been_sent_has_no_day(issued, an):
    (row,) = rows(an)
    assert (row.recipients, row.copies, row.handed_over, row.received) == ("Như trên", 0, "", "")


def test_the_remarks_say_what_became_of_it(world, issued, an):
    new = lifecycle.replace(document=issued, actor=an)
    assert rows(an)[0].note == ""  # a draft may never be issued
    issue(new, an, number=6, issued_on=dt.date(2026, 1, 6))
    recalled = make_issued(world.letterhead, an, number=7)
    at = dt.datetime(2026, 1, 8, 2, tzinfo=dt.UTC)
    lifecycle.recall(document=recalled, reason="Ghi sai ngày", actor=an, at=at)
    notes = {row.notation: row.note for row in rows(an)}
    assert notes == {
        "05/GM-BCT": "Được thay thế bằng 06/GM-BCT ngày 06/01/2026",
        "06/GM-BCT": "Thay thế 05/GM-BCT ngày 05/01/2026",
        "07/GM-BCT": "Đã thu hồi lúc 9h00 ngày 08/01/2026: Ghi sai ngày",
    }


# ── which lines ─────────────────────────────────────────────────────────────────────────────────────


def test_filters(world, an):
    make_issued(world.letterhead, an, number=5)
    make_issued(world.letterhead, an, number=31, issued_on=dt.date(2025, 12, 31))
    official_letter(world.letterhead, an, number=12, addressees=["Sở Công Thương tỉnh Đồng Nai"])
    make_draft(world.letterhead)

    def found(**choice):
        return sorted(row.notation for row in rows(an, **choice))

    assert found() == ["05/GM-BCT", "12/BCT-ĐCK", "31/GM-BCT"]
    assert found(year=2025) == ["31/GM-BCT"]
    assert found(register="CV") == ["12/BCT-ĐCK"]
    assert found(issuer=world.ministry.pk) == found()
    assert found(issuer=world.unit.pk) == []
    assert found(words="BAO CAO cum") == ["12/BCT-ĐCK"]
    assert found(words="05/gm") == ["05/GM-BCT"]
    assert found(words="lưu vt", year=2026) == ["05/GM-BCT", "12/BCT-ĐCK"]


def test_strangers_see_nothing(issued, binh):
    assert rows(binh) == []
    assert register.gaps(binh, Choice()) == []


def test_the_last_number_of_the_last_day_comes_first(world, an):
    for number, day in ((2, 5), (3, 5), (4, 4)):
        make_issued(world.letterhead, an, number=number, issued_on=dt.date(2026, 1, day))
    assert [row.notation for row in rows(an)] == ["03/GM-BCT", "02/GM-BCT", "04/GM-BCT"]


# ── numbers that were passed over ───────────────────────────────────────────────────────────────────


def test_gaps_are_told_per_register_and_year(world, an):
    for number in (1, 2, 4, 9):
        make_issued(world.letterhead, an, number=number)
    make_issued(world.letterhead, an, number=1, issued_on=dt.date(2025, 1, 2))
    official_letter(world.letterhead, an, number=3, addressees=["Sở"])
    assert register.gaps(an, Choice()) == [
        Gap("Bộ Công Thương", "Công văn", 2026, "01–02"),
        Gap("Bộ Công Thương", "Giấy mời", 2026, "03, 05–08"),
    ]
    assert register.gaps(an, Choice(year=2025)) == []
    assert len(register.gaps(an, Choice(register="CV", words="không có"))) == 1


def test_a_number_of_a_recalled_document_is_used(world, an):
    make_issued(world.letterhead, an, number=2)
    first = make_issued(world.letterhead, an, number=1)
    lifecycle.recall(document=first, reason="Sai", actor=an, at=timezone.now())
    assert register.gaps(an, Choice()) == []


# ── the page and the file ───────────────────────────────────────────────────────────────────────────


def test_the_page(desk, world, an):
    make_issued(world.letterhead, an, number=3)
    page = desk.get(LIST).content.decode()
    for text in ("03/GM-BCT", "Số chưa dùng", "01–02", *register.HEADERS):
        assert text in page
    assert page.count("<h1") == 1
    assert "Không có văn bản nào khớp" in desk.get(LIST, {"q": "khác"}).content.decode()


@pytest.mark.parametrize(
    "query",
    [{"year": "x"}, {"issuer": "999"}, {"register": "XX"}, {"trang": "99"}, {"q": "x" * 500}],
)
def test_an_address_that_means_nothing_does_not_break_the_page(desk, issued, query):
    assert desk.get(LIST, query).status_code == 200


def test_an_empty_register_says_what_to_do(desk, world):
    assert "Chưa có văn bản nào được ban hành" in desk.get(LIST).content.decode()


def test_pages_of_fifty(desk, world, an):
    for number in range(1, 53):
        make_issued(world.letterhead, an, number=number)
    first = desk.get(LIST).content.decode()
    assert "52/GM-BCT" in first
    assert "02/GM-BCT" not in first
    assert "02/GM-BCT" in desk.get(LIST, {"trang": "2"}).content.decode()


def test_one_document_or_three_cost_the_same_queries(desk, world, an):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(LIST).status_code == 200
        return len(captured)

    def add(number):
        document = make_issued(world.letterhead, an, number=number)
        copy = copies.copy_for(document=document, recipient=f"Sở {number}")
        send(copy, f"{number}@gov.example", timezone.now())
        new = lifecycle.replace(document=document, actor=an)
        issue(new, an, number=number + 10)

    add(1)
    queries()  # the frame of the page is read once
    one = queries()
    add(2)
    add(3)
    assert queries() == one


def test_the_file_has_the_same_lines_as_text(desk, world, an):
    make_issued(world.letterhead, an, number=3)
    make_issued(world.letterhead, an, number=31, issued_on=dt.date(2025, 12, 31))
    response = desk.get(reverse("register-file"), {"year": "2026"})
    assert "Sổ văn bản đi 2026.xlsx" in unquote(response["Content-Disposition"])
    page = first_sheet(response.content)
    head, *lines = page.iter_rows()
    assert [cell.value for cell in head] == register.HEADERS
    assert [line[0].value for line in lines] == ["03/GM-BCT"]
    assert {cell.data_type for cell in lines[0] if cell.value is not None} <= {"s", "n"}
    assert lines[0][1].value == "05/01/2026"


def test_a_title_that_looks_like_a_formula_stays_text(desk, world, an):
    issue(make_draft(world.letterhead, subject="=1+1"), an)
    page = first_sheet(desk.get(reverse("register-file")).content)
    assert page["C2"].value == "Giấy mời: =1+1"


def test_an_account_without_staff_has_no_register(client, issued):
    client.force_login(make_user("x@y.example", "Người Khác"))
    assert client.get(LIST).status_code == 404

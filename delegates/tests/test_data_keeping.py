"""The register of processing and breaches: as pages, as files, with the 72 hours."""

import datetime as dt
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from delegates.models import DataBreach
from delegates.privacy.register import breach_parts, purposes
from directory.models import AuditEntry
from hoinghi.text import format_moment

pytestmark = pytest.mark.django_db
FOUND = dt.datetime(2026, 11, 27, 8, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def make_breach(an, **changes) -> DataBreach:
    values = {
        "title": "Gửi nhầm danh sách",
        "found_at": FOUND,
        "description": "Gửi nhầm tệp",
        "data": "Họ tên, điện thoại của 12 đại biểu",
        "contact": "Trần Văn Bảo",
        "written_by": an,
        "written_at": FOUND,
    }
    return DataBreach.objects.create(**(values | changes))


def typed(**changes) -> dict:
    """What a browser sends of the form."""
    values = {
        "title": "Mất máy tính",
        "found_at": "8h00 ngày 27/11/2026",
        "description": "Mất trên xe",
        "data": "Danh sách 12 đại biểu",
        "contact": "Trần Văn Bảo",
    }
    return values | changes


def words(answer) -> str:
    from pypdf import PdfReader

    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split()
    )


def words_of_docx(answer) -> str:
    """Paragraphs and cells of a Word file, in order."""
    import docx
    from docx.table import Table

    lines = []
    for block in docx.Document(BytesIO(answer.content)).iter_inner_content():
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows for cell in row.cells]
        else:
            lines.append(block.text)
    return "\n".join(lines)


# ── register ────────────────────────────────────────────────────────────────────────────────────────


def test_register_names_every_purpose_with_its_basis(client, an, em, settings):
    settings.DATA_PROTECTION_CONTACT = "Trần Văn Bảo, 024 2221 0000"
    client.force_login(an)
    page = client.get(reverse("processing")).content.decode()
    paper = words(client.get(reverse("processing-file")))
    word = words_of_docx(client.get(reverse("processing-word")))
    for each in purposes():
        assert each.purpose in page
        assert each.basis
        assert f"{each.purpose}\n{each.basis}\n{each.people}\n{each.data}\n{each.recipients}" in word
    for shown in (page, paper, word):
        assert "Trần Văn Bảo" in shown
        assert "Mời họp, cử và đón đại biểu" in shown
    assert "Đại biểu đang có tên: 1" in paper
    assert "Đại biểu đang có tên: 1" in word


# ── breaches ────────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_runs_72_hours_from_the_moment_of_finding(an):
    breach = make_breach(an)
    end = dt.datetime(2026, 11, 30, 8, tzinfo=FOUND.tzinfo)
    assert breach.report_by == end
    assert breach.state(end) == "open"
    assert breach.state(end + dt.timedelta(seconds=1)) == "late"
    breach.reported_at = end + dt.timedelta(hours=1)
    assert (breach.state(end), breach.was_late) == ("reported", True)
    breach.closed_at = end
    assert breach.state(end) == "closed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"reported_at": FOUND - dt.timedelta(hours=1), "reported_to": "x"},
        {"reported_at": FOUND},
        {"happened_at": FOUND + dt.timedelta(hours=1)},
    ],
)
def test_the_database_refuses_what_can_not_be(an, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_breach(an, **wrong)


def test_staff_write_it_down_and_complete_it(client, an):
    client.force_login(an)
    client.post(reverse("breach-new"), typed())
    breach = DataBreach.objects.get()
    assert (breach.found_at, breach.written_by) == (FOUND, an)
    page = client.get(breach.get_absolute_url()).content.decode()
    assert format_moment(breach.report_by) in page
    done = typed(reported_at="9h00 ngày 28/11/2026", reported_to="Bộ Công an, số 12", version="0")
    assert client.post(breach.get_absolute_url(), done).status_code == 302
    breach.refresh_from_db()
    assert (breach.state(timezone.now()), breach.version) == ("reported", 1)
    entry = AuditEntry.objects.get(action="breach.change")
    assert set(entry.changes) == {"reported_at", "reported_to"}


def test_a_colleague_is_not_overwritten(client, an):
    breach = make_breach(an, version=3)
    client.force_login(an)
    answer = client.post(breach.get_absolute_url(), typed(title="Tóm tắt của tôi", version="2"))
    assert answer.status_code == 409
    assert "Tóm tắt của tôi" in answer.content.decode()
    breach.refresh_from_db()
    assert breach.title == "Gửi nhầm danh sách"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"found_at": ""}, "Nhập giờ và ngày phát hiện."),
        ({"found_at": "8h00 ngày 27/11/2096"}, "không thể ở tương lai"),
        ({"reported_at": "7h00 ngày 27/11/2026", "reported_to": "x"}, "không được trước lúc phát hiện"),
        ({"reported_at": "9h00 ngày 27/11/2026"}, "ghi báo cáo tới đâu"),
        ({"reported_at": "9h00 ngày 30/11/2026", "reported_to": "x"}, "phải ghi lý do"),
        ({"reported_at": "9h00 ngày 28/11/2096", "reported_to": "x"}, "Lúc báo cáo không thể ở tương lai"),
        ({"people_told_at": "9h00 ngày 28/11/2096"}, "ảnh hưởng không thể ở tương lai"),
        ({"people_told_at": "7h00 ngày 27/11/2026"}, "ảnh hưởng không được trước lúc phát hiện"),
        ({"closed_at": "9h00 ngày 28/11/2096"}, "kết thúc xử lý không thể ở tương lai"),
        ({"closed_at": "7h00 ngày 27/11/2026"}, "kết thúc xử lý không được trước lúc phát hiện"),
    ],
)
def test_bad_input_is_explained_and_kept(client, an, wrong, said):
    client.force_login(an)
    answer = client.post(reverse("breach-new"), typed(**wrong))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "Mất máy tính" in page
    assert not DataBreach.objects.exists()


def test_files_hold_the_facts_that_a_report_must_have(client, an):
    breach = make_breach(an, people=12, measures="Thu hồi thư")
    client.force_login(an)
    paper = words(client.get(reverse("breach-file", args=[breach.pk])))
    for fact in ("Gửi nhầm danh sách", "12", "Thu hồi thư", "Trần Văn Bảo", format_moment(breach.report_by)):
        assert fact in paper
    parts = [part.title for part in breach_parts(breach)]
    word = words_of_docx(client.get(reverse("breach-word", args=[breach.pk])))
    for told in (paper, word):
        assert "Mẫu số 08, Nghị định 356/2025/NĐ-CP" in told
        places = [told.index(part) for part in parts]
        assert places == sorted(places)
    assert "Số người bị ảnh hưởng\n12" in word
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(client.get(reverse("breaches-file")).content))
    assert "Gửi nhầm danh sách" in list(book.active.values)[1]


def test_list_shows_open_and_late_ones(client, an):
    make_breach(an, title="Cũ")
    make_breach(an, title="Mới", found_at=timezone.now())
    client.force_login(an)
    page = client.get(reverse("breaches")).content.decode()
    assert page.index("Mới") < page.index("Cũ")

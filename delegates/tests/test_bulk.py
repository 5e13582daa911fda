"""Delegates of many lists in one spreadsheet: in through the focal points' own verbs, out and in again."""

import re
from io import BytesIO

import openpyxl  # noqa: TID253 (a test may)
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Question
from correspondence.models import Message
from delegates import services
from delegates.models import Delegate, Nomination
from delegates.tests.lists import full_list, person, submit_and_follow
from directory.models import AuditEntry
from directory.tests.test_resources import sheet, told
from hoinghi.sheets import CONTENT_TYPE
from hoinghi.tests.cast import make_delegate, make_nomination, make_province, make_user

pytestmark = pytest.mark.django_db

HEADERS = [
    "Mã",
    "Hội nghị",
    "Danh sách của",
    "Nhóm",
    "Cơ quan, đơn vị",
    "Danh xưng",
    "Họ và tên",
    "Chức vụ",
    "Điện thoại",
    "Email",
    "Dự phòng",
]
FIELDS = (
    *("code", "conference", "sender", "group", "organisation", "honorific", "full_name", "job_title"),
    *("role", "phone", "email", "reserve", "answer"),
)
State = Nomination.State


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def listed(nomination, binh):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    nomination.refresh_from_db()
    return nomination


def line(**changes) -> list:
    values = {
        "Mã": None,
        "Hội nghị": "cum-cong-nghiep",
        "Danh sách của": "Tỉnh Đắk Lắk",
        "Nhóm": "Ủy ban nhân dân cấp xã",
        "Cơ quan, đơn vị": "ubnd xã đắk lắk 1",
        "Danh xưng": "bà",
        "Họ và tên": "Lê Thị Xã",
        "Chức vụ": "Chủ tịch",
        "Điện thoại": 912345678,
        "Email": "xa@daklak.example",
        "Dự phòng": None,
    }
    return list((values | changes).values())


def investor(**changes) -> list:
    values = {
        "Nhóm": "chủ đầu tư hạ tầng CCN",
        "Cơ quan, đơn vị": "Công ty CP Hạ tầng A",
        "Danh xưng": "ông",
        "Họ và tên": "Vũ Văn Ba",
        "Chức vụ": "Giám đốc",
        "Email": None,
    }
    return line(**(values | changes))


CA_MAU = {"Danh sách của": "cà mau", "Email": "cm@camau.example"}


def other_province() -> list[list]:
    return [
        line(**CA_MAU, **{"Cơ quan, đơn vị": "Xã Cà Mau 2", "Họ và tên": "Ngô Văn Sáu"}),
        investor(**CA_MAU | {"Cơ quan, đơn vị": "HTX B", "Họ và tên": "Đỗ Thị Bảy"}),
    ]


def preview(desk, upload, do: str = "submit"):
    data = {"import_file": upload, "format": "0", "resource": "0", "do": do}
    return desk.post(reverse("admin:delegates_delegate_import"), data)


def bring_in(desk, upload, do: str = "submit"):
    page = preview(desk, upload, do)
    assert "confirm_form" in page.context, re.findall(r"<td>(.*?)</td>", page.content.decode())
    data = {field.html_name: field.value() for field in page.context["confirm_form"]}
    return desk.post(reverse("admin:delegates_delegate_process_import"), data, follow=True)


def mistakes(page) -> list[tuple[str, str, str]]:
    return re.findall(r"<tr><td>(\d+)</td><td>(.*?)</td><td>(.*?)</td></tr>", told(page))


def table(*rows: list, headers=HEADERS) -> SimpleUploadedFile:
    return sheet(headers, *rows)


def test_the_file_is_asked_for_again_when_nothing_says_what_to_do_with_it(desk, nomination):
    page = preview(desk, table(line()), do="").content.decode()
    assert "phải chọn lại tệp" in page
    assert "phải chọn lại tệp" not in preview(desk, table(line())).content.decode()


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────


def test_lists_of_two_provinces_are_sent_as_their_focal_points_would(desk, an, nomination, other_nomination):
    upload = table(line(), investor(), *other_province())
    page = preview(desk, upload).content.decode()
    assert "<b>4 dòng mới</b>" in page
    assert "Gửi thay mặt 2 danh sách: Tỉnh Đắk Lắk, Tỉnh Cà Mau." in page
    assert re.search(r"<p>[1-9]\d* thư được đưa vào hàng gửi", page)
    assert (Delegate.objects.count(), Message.objects.count()) == (0, 0)
    upload.seek(0)
    bring_in(desk, upload)
    nomination.refresh_from_db()
    assert nomination.state == State.SUBMITTED
    version = nomination.versions.get()
    assert version.submitted_by_name == "Lê Văn An, thay mặt Sở Công Thương tỉnh Đắk Lắk"
    people = {delegate.full_name: delegate for delegate in Delegate.objects.attending()}
    assert set(people) == {"Lê Thị Xã", "Vũ Văn Ba", "Ngô Văn Sáu", "Đỗ Thị Bảy"}
    assert people["Lê Thị Xã"].phone == "0912345678"
    assert people["Lê Thị Xã"].seat.name == "Ủy ban nhân dân xã Đắk Lắk 1"
    assert Message.objects.filter(kind="receipt").exists()
    assert Message.objects.get(kind="delegate", address="xa@daklak.example")
    assert {entry.actor_id for entry in AuditEntry.objects.filter(action="nomination.submit")} == {an.pk}


def test_taken_twice_changes_nothing(desk, nomination):
    for _ in range(2):
        upload = table(line(), investor())
        bring_in(desk, upload)
    assert (nomination.versions.count(), Delegate.objects.count()) == (1, 2)
    page = preview(desk, table(line(), investor())).content.decode()
    assert "<b>0 dòng mới</b>, <b>0 dòng sửa</b>, 2 dòng giữ nguyên" in page


def test_a_draft_waits_for_the_focal_point(desk, nomination):
    # Without the investor the list could not be sent.
    bring_in(desk, table(line()), do="draft")
    nomination.refresh_from_db()
    assert (nomination.state, Delegate.objects.count()) == (State.DRAFT, 0)
    assert [row["full_name"] for row in nomination.draft] == ["Lê Thị Xã"]


def test_rows_change_people_and_take_nobody_off(desk, listed):
    code = Delegate.objects.get(full_name="Lê Văn Một").pk
    kept = line(
        **{
            "Mã": code,
            "Danh xưng": None,
            "Họ và tên": "Lê Văn Mốt",
            "Điện thoại": "0987654321",
            "Email": "mot@daklak.example",
        }
    )
    bring_in(desk, table(kept))
    delegate = Delegate.objects.get(pk=code)
    assert (delegate.full_name, delegate.phone, delegate.honorific) == (
        "Lê Văn Mốt",
        "0987654321",
        "đồng chí",
    )
    assert delegate.state == Delegate.State.PROPOSED
    assert Delegate.objects.attending().count() == 4
    assert Message.objects.filter(kind="delegate", address="mot@daklak.example").count() == 1


def test_columns_that_are_left_out_leave_their_values_alone(desk, nomination, binh):
    rows = [
        *full_list(),
        person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Dự Bị", reserve=True, honorific="bà"),
    ]
    submit_and_follow(nomination=nomination, rows=rows, version=0, actor=binh, at=timezone.now())
    headers = [name for name in HEADERS if name not in ("Mã", "Danh xưng", "Email", "Dự phòng")]
    row = [
        "cum-cong-nghiep",
        "Đắk Lắk",
        "Sở Công Thương",
        "Sở Công Thương tỉnh Đắk Lắk",
        "Dự Bị",
        "Phó phòng",
        "0912345678",
    ]
    bring_in(desk, table(row, headers=headers))
    delegate = Delegate.objects.get(full_name="Dự Bị")
    assert (delegate.job_title, delegate.honorific, delegate.seat.is_reserve) == ("Phó phòng", "bà", True)
    assert delegate.email != ""


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"Hội nghị": "khac"}, "Hội nghị", "Không có hội nghị “khac”"),
        ({"Danh sách của": "Tỉnh Kon Tum"}, "Danh sách của", "không có danh sách của “Tỉnh Kon Tum”"),
        ({"Nhóm": "Đoàn"}, "Nhóm", "Không rõ nhóm nào"),
        ({"Họ và tên": None}, "Họ và tên", "Nhập họ và tên"),
        ({"Điện thoại": "0912"}, "Điện thoại", "thiếu"),
        ({"Email": "a@"}, "Email", "chưa đủ tên miền"),
        ({"Dự phòng": "có lẽ"}, "Dự phòng", "Ghi x"),
        ({"Chức vụ": '="Giám đốc"'}, "Chức vụ", "công thức"),
        ({"Mã": 999999}, "Mã", "Không có đại biểu mã 999999"),
        ({"Cơ quan, đơn vị": "đắk lắk"}, "Cơ quan, đơn vị", "có thể là 3 đơn vị"),
    ],
)
def test_each_mistake_is_told_with_row_and_column_and_nothing_is_taken(
    desk, nomination, other_nomination, changes, column, said
):
    page = preview(desk, table(*other_province(), line(**changes), investor()))
    found = mistakes(page)
    assert [(number, where) for number, where, _ in found] == [("4", column)]
    assert said in found[0][2]
    assert (Delegate.objects.count(), Message.objects.count()) == (0, 0)


def test_quota_deadline_and_papers_are_looked_at_as_ever(desk, nomination, other_nomination):
    third = [line(**{"Cơ quan, đơn vị": f"Xã Đắk Lắk {n}", "Họ và tên": f"Người {n}"}) for n in (1, 2, 3)]
    found = mistakes(preview(desk, table(investor(), *third)))
    assert [(number, where) for number, where, _ in found] == [("3", "Nhóm")]
    assert "Nhiều hơn chỉ tiêu 1 đơn vị" in found[0][2]
    type(nomination.conference).objects.update(nomination_deadline=timezone.now())
    found = mistakes(preview(desk, table(line(), investor())))
    assert found[0][:2] == ("2", "Danh sách của")
    assert "Đã hết hạn gửi" in found[0][2]
    assert "Lưu bản nháp của 1 danh sách" in preview(desk, table(line()), do="draft").content.decode()


def test_somebody_elses_code_does_not_turn_one_person_into_another(desk, listed):
    code = Delegate.objects.get(full_name="Lê Văn Một").pk
    other = line(**{"Mã": code, "Họ và tên": "Đặng Thị Khác", "Điện thoại": "0987654321"})
    found = mistakes(preview(desk, table(other)))
    assert found[0][:2] == ("2", "Họ và tên")
    assert "không cùng điện thoại và email" in found[0][2]


def test_the_same_person_twice_in_a_table_is_told(desk, nomination):
    assert (
        "Trùng với dòng 2"
        in mistakes(preview(desk, table(line(), line(**{"Chức vụ": "Bí thư"}), investor())))[0][2]
    )


def test_what_the_focal_point_has_not_sent_yet_is_not_sent_by_a_table(desk, nomination, binh):
    typed = person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Chưa Chắc Đi")
    services.save_draft(nomination=nomination, rows=[typed], version=0, actor=binh, at=timezone.now())
    found = mistakes(preview(desk, table(line(), investor())))
    assert found[0][:2] == ("2", "Danh sách của")
    assert "1 người chưa gửi, không có trong tệp: Chưa Chắc Đi" in found[0][2]
    bring_in(desk, table(line(), investor()), do="draft")
    nomination.refresh_from_db()
    assert [row["full_name"] for row in nomination.draft] == ["Chưa Chắc Đi", "Lê Thị Xã", "Vũ Văn Ba"]


def test_a_missing_column_is_named(desk, nomination):
    text = told(preview(desk, table(["x"], headers=["Hội nghị"])))
    assert "Tệp thiếu cột “Danh sách của”, “Nhóm”" in text


def test_answers_to_questions_come_along(desk, nomination):
    Question.objects.create(conference=nomination.conference, text="Ăn trưa", kind=Question.Kind.YES_NO)
    headers = [*HEADERS, "Ăn trưa"]
    unknown = preview(desk, table([*line(), "CÓ", ""], headers=[*headers, "Ghi chép"])).context["result"]
    assert unknown.unknown_columns == ["Ghi chép"]
    bring_in(desk, table([*line(), "CÓ"], [*investor(), "không"], headers=headers))
    answers = Delegate.objects.values_list("full_name", "question_answers__value")
    assert dict(answers) == {"Lê Thị Xã": "Có", "Vũ Văn Ba": "Không"}


# ── out ─────────────────────────────────────────────────────────────────────────────────────────────


def export(desk, query: str = ""):
    chosen = {"format": "0", "resource": "0"} | {f"delegateresource_{name}": "on" for name in FIELDS}
    return desk.post(reverse("admin:delegates_delegate_export") + query, chosen)


def test_what_goes_out_comes_back_unchanged(desk, an, listed):
    Question.objects.create(conference=listed.conference, text="Ăn trưa", kind=Question.Kind.YES_NO)
    odd = {"phone": "+84912345678", "job_title": "=1+1"}
    Delegate.objects.filter(full_name="Trần Thị Bốn").update(**odd)
    listed.draft[0] |= odd
    listed.save(update_fields=["draft"])
    answer = export(desk)
    assert answer["Content-Type"] == CONTENT_TYPE
    assert f'"dai-bieu-{timezone.localdate()}.xlsx"' in answer["Content-Disposition"]
    cells = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert [cell.value for cell in cells[1]][-2:] == ["Trả lời", "Ăn trưa"]
    row = next(row for row in cells.iter_rows() if row[6].value == "Trần Thị Bốn")
    assert [(row[at].value, row[at].data_type) for at in (7, 9)] == [("=1+1", "s"), ("+84912345678", "s")]
    page = preview(desk, SimpleUploadedFile("x.xlsx", answer.content)).content.decode()
    assert "<b>0 dòng mới</b>, <b>0 dòng sửa</b>, 4 dòng giữ nguyên" in page
    entry = AuditEntry.objects.get(action="delegate.export")
    assert (entry.actor_id, entry.changes) == (an.pk, {"rows": [0, 4]})


def test_the_export_costs_the_same_at_three_lists(desk, world, listed, binh, conference):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert export(desk).status_code == 200
        return len(queries)

    cost()
    before = cost()
    for number, name in (("44", "Quảng Trị"), ("48", "Đà Nẵng")):
        province = make_province(f"{number}-x", name, world.kinds, world.levels)
        make_delegate(make_nomination(conference, province))
    assert cost() == before


def test_the_lists_go_out_with_their_states(desk, listed, other_nomination):
    names = ("sender", "state", "people", "submitted_at")
    chosen = {"format": "0", "resource": "0"} | {f"nominationresource_{name}": "on" for name in names}
    answer = desk.post(reverse("admin:delegates_nomination_export"), chosen)
    cells = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in cells.iter_rows(min_row=2)}
    assert (rows["Tỉnh Cà Mau"][0], rows["Tỉnh Đắk Lắk"][0]) == ("Chưa mở", "Đã gửi")
    assert int(rows["Tỉnh Đắk Lắk"][-1]) == 4


def test_only_who_may_see_delegates_brings_them_in_or_out(client, listed):
    clerk = make_user("thu@moit.example", "Vũ Thị Thu", is_staff=True)
    client.force_login(clerk)
    for name in ("delegate_import", "delegate_export", "nomination_export"):
        assert client.get(reverse(f"admin:delegates_{name}")).status_code == 403

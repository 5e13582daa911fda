"""Spreadsheets at the desk: addresses and focal points of all provinces in one go."""

import re
from io import BytesIO

import openpyxl  # noqa: TID253 (a test may)
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from directory.models import AuditEntry, Contact, Mandate, User
from hoinghi.sheets import CONTENT_TYPE, write_sheet

pytestmark = pytest.mark.django_db

CONTACT = ["Cơ quan", "Email", "Họ và tên", "Điện thoại"]
FOCAL = ["Cơ quan", "Email", "Họ và tên", "Chức vụ", "Điện thoại", "Vai trò"]


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def sheet(headers: list[str], *rows: list) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for line in (headers, *rows):
        book.active.append(line)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("danh-ba.xlsx", out.getvalue(), content_type=CONTENT_TYPE)


def preview(desk, model: str, upload):
    return desk.post(
        reverse(f"admin:directory_{model}_import"), {"import_file": upload, "format": "0", "resource": "0"}
    )


def bring_in(desk, model: str, upload) -> str:
    """Preview, confirm; answers the page that follows."""
    page = preview(desk, model, upload)
    form = page.context["confirm_form"]
    data = {field.html_name: field.value() for field in form}
    answer = desk.post(reverse(f"admin:directory_{model}_process_import"), data, follow=True)
    return answer.content.decode()


def told(page) -> str:
    assert "confirm_form" not in page.context
    return page.content.decode()


class TestContacts:
    def test_pasted_addresses_are_taken_once(self, desk, an, world):
        rows = [
            ["Sở Công Thương tỉnh Đắk Lắk", " VanThu@daklak.example ", "Trần  Văn Thư", 912345678],
            ["SỞ CÔNG THƯƠNG TỈNH CÀ MAU", "vanthu@camau.example", None, "0290.3831234/0912345678"],
            [world.ministry.uid, "vanphong@moit.example", None, None],
        ]
        bring_in(desk, "contact", sheet(CONTACT, *rows))
        bring_in(desk, "contact", sheet(CONTACT, *rows))
        found = Contact.objects.exclude(email__startswith="sct-").order_by("email")
        assert list(found.values_list("organisation__name", "email", "full_name", "phone")) == [
            ("Bộ Công Thương", "vanphong@moit.example", "", ""),
            ("Sở Công Thương tỉnh Cà Mau", "vanthu@camau.example", "", "0290.3831234/0912345678"),
            ("Sở Công Thương tỉnh Đắk Lắk", "vanthu@daklak.example", "Trần Văn Thư", "0912 345 678"),
        ]
        entries = AuditEntry.objects.filter(action="contact.import")
        assert entries.count() == 3
        assert set(entries.values_list("actor_id", flat=True)) == {an.pk}

    def test_same_address_again_changes_its_row(self, desk, world):
        row = [world.dak_lak.so.name, "sct-dak-lak@gov.example", "Văn thư mới", None]
        page = bring_in(desk, "contact", sheet(CONTACT, row))
        assert world.dak_lak.so.contacts.get().full_name == "Văn thư mới"
        entry = AuditEntry.objects.exclude(action="contact.read").get()
        assert entry.changes == {"full_name": ["", "Văn thư mới"]}
        assert "<ins" not in page

    def test_preview_writes_nothing(self, desk, world):
        before = Contact.objects.count()
        page = preview(
            desk, "contact", sheet(CONTACT, [world.dak_lak.so.name, "moi@daklak.example", None, None])
        )
        assert "<ins>moi@daklak.example</ins>" in page.content.decode()
        assert "style=" not in page.content.decode()
        assert (Contact.objects.count(), AuditEntry.objects.count()) == (before, 0)

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (["Sở Công Thương tỉnh Đắc Lắc", "a@b.example", None, None], "Không có cơ quan"),
            (["", "a@b.example", None, None], "Ghi tên cơ quan như trong danh bạ"),
            (["Sở Công Thương tỉnh Đắk Lắk", "vanthu.daklak", None, None], "thiếu dấu @"),
            (["Sở Công Thương tỉnh Đắk Lắk", None, None, None], "Ghi địa chỉ email"),
            (["Sở Công Thương tỉnh Đắk Lắk", "a@b.example", None, "0912"], "thiếu chữ số"),
        ],
    )
    def test_bad_row_is_explained_and_none_is_taken(self, desk, world, row, reason):
        before = Contact.objects.count()
        good = ["Sở Công Thương tỉnh Cà Mau", "moi@camau.example", None, None]
        text = told(preview(desk, "contact", sheet(CONTACT, good, row)))
        assert re.search(rf"<td>3</td><td>(Cơ quan|Email|Điện thoại)</td><td>[^<]*{reason}", text)
        assert Contact.objects.count() == before

    @pytest.mark.parametrize("yes", ["có", "X", "Có", True])
    def test_backup_addresses_are_marked(self, desk, world, yes):
        name = "Sở Công Thương tỉnh Đắk Lắk"
        rows = [[name, "pho@daklak.example", yes], [name, "chinh@daklak.example", None]]
        bring_in(desk, "contact", sheet(["Cơ quan", "Email", "Dự phòng"], *rows))
        assert Contact.objects.get(email="pho@daklak.example").is_backup
        assert not Contact.objects.get(email="chinh@daklak.example").is_backup
        # A sheet without the column leaves the mark as it is.
        bring_in(desk, "contact", sheet(CONTACT, [name, "pho@daklak.example", "Văn thư", None]))
        assert Contact.objects.get(email="pho@daklak.example").is_backup

    def test_an_unclear_mark_is_explained(self, desk, world):
        row = ["Sở Công Thương tỉnh Đắk Lắk", "pho@daklak.example", "có lẽ"]
        text = told(preview(desk, "contact", sheet(["Cơ quan", "Email", "Dự phòng"], row)))
        assert "Không hiểu “có lẽ”. Ghi “có”, hoặc để trống." in text

    def test_missing_column_is_named(self, desk, world):
        assert "Email" in told(preview(desk, "contact", sheet(["Cơ quan"], ["Sở Công Thương tỉnh Cà Mau"])))

    def test_the_page_offers_the_columns_by_their_headings(self, desk, world):
        text = desk.get(reverse("admin:directory_contact_export")).content.decode()
        assert ">Họ và tên</label>" in text
        assert "Full Name" not in text

    def test_export_has_text_phones_and_no_live_formula(self, desk, world):
        Contact.objects.create(
            organisation=world.ministry, email="a@b.example", full_name="=1+1", phone="0912345678"
        )
        answer = desk.post(
            reverse("admin:directory_contact_export"),
            {"format": "0", "resource": "0"}
            | {f"contactresource_{name}": "on" for name in ("organisation", "email", "full_name", "phone")},
        )
        assert answer["Content-Type"] == CONTENT_TYPE
        cells = openpyxl.load_workbook(BytesIO(answer.content)).active
        assert [cell.value for cell in cells[1]] == CONTACT
        row = next(row for row in cells.iter_rows() if row[1].value == "a@b.example")
        assert [(cell.value, cell.data_type) for cell in row[2:]] == [("=1+1", "s"), ("0912345678", "s")]


class TestFocalPoints:
    def test_accounts_are_made_with_their_mandates(self, desk, world, binh):
        bring_in(
            desk,
            "mandate",
            sheet(
                FOCAL,
                [world.ca_mau.so.name, "Lan@camau.example", "Phạm Thị  Lan", "Chuyên viên", 912345678, None],
                [world.dak_lak.chi_cuc_qltt.name, binh.email, None, None, None, "Cán bộ kỹ thuật điểm cầu"],
            ),
        )
        lan = User.objects.get(email="lan@camau.example")
        assert (lan.full_name, lan.job_title, lan.phone) == ("Phạm Thị Lan", "Chuyên viên", "0912 345 678")
        assert not lan.has_usable_password()
        assert not lan.is_staff
        assert [o.name for o in lan.organisations(Mandate.Role.FOCAL_POINT)] == ["Sở Công Thương tỉnh Cà Mau"]
        assert [o.pk for o in binh.organisations(Mandate.Role.TECHNICAL_OFFICER)] == [
            world.dak_lak.chi_cuc_qltt.pk
        ]
        binh.refresh_from_db()
        assert binh.full_name == "Nguyễn Thị Bình"

    def test_twice_is_once(self, desk, world):
        row = [world.ca_mau.so.name, "lan@camau.example", "Phạm Thị Lan", None, None, None]
        for _ in range(2):
            bring_in(desk, "mandate", sheet(FOCAL, row, row))
        assert Mandate.objects.filter(user__email="lan@camau.example").count() == 1

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (["lan@camau.example", None, None, None, None], "họ và tên"),
            (["lan@camau.example", "Lan", None, "0912", None], "thiếu chữ số"),
            (["lan@camau.example", "Lan", None, None, "Lái xe"], "Không có vai trò “Lái xe”"),
        ],
    )
    def test_bad_row_leaves_no_account(self, desk, world, row, reason):
        assert reason in told(preview(desk, "mandate", sheet(FOCAL, [world.ca_mau.so.name, *row])))
        assert not User.objects.filter(email="lan@camau.example").exists()

    def test_all_faults_of_a_row_are_told_at_once(self, desk, world):
        row = [world.ca_mau.so.name, "lan.camau.example", None, None, "0912", "Lái xe"]
        text = told(preview(desk, "mandate", sheet(FOCAL, row)))
        for fault in ("thiếu dấu @", "họ và tên: ", "thiếu chữ số", "Không có vai trò “Lái xe”"):
            assert fault in text, fault


def test_sheet_keeps_text_as_text():
    content = write_sheet(
        "Đại biểu: [1/2]", ["Tên", "Số"], [["=cmd()", 3], ["+84912345678", None], ["a\x0bb", 2.5]]
    )
    cells = openpyxl.load_workbook(BytesIO(content)).active
    assert cells.title == "Đại biểu 12"
    assert [(row[0].value, row[0].data_type, row[1].value) for row in cells.iter_rows(min_row=2)] == [
        ("=cmd()", "s", 3),
        ("+84912345678", "s", None),
        ("ab", "s", 2.5),
    ]


def test_backups_are_brought_in_once(desk, world):
    """A second import of the same sheet makes no second mandate and mails nobody."""
    upload = [world.dak_lak.so.name, "pho@daklak.example", "Ngô Văn Phó", None, 912345678, None, "có"]
    for _ in range(2):
        bring_in(desk, "mandate", sheet([*FOCAL, "Dự phòng"], upload))
    mandate = Mandate.objects.get(user__email="pho@daklak.example")
    assert (mandate.is_backup, mandate.user.phone) == (True, "0912 345 678")
    assert not mandate.user.has_usable_password()


# ── files that are not what they should be ──────────────────────────────────────────────────────────


def test_formulas_are_named_and_not_taken_for_their_last_value(desk, world):
    row = [world.ca_mau.so.name, "a@b.example", '=CONCATENATE("Trần"," Văn Thư")', None]
    text = told(preview(desk, "contact", sheet(CONTACT, row)))
    assert re.search(r"<td>2</td><td>Họ và tên</td><td>Ô này là công thức", text)


def test_blank_rows_are_no_rows_and_keep_their_numbers(desk, world):
    rows = [[None], [world.ca_mau.so.name, "a@b.example"], [None], ["Sở Lạ", "c@d.example"], [" "]]
    text = told(preview(desk, "contact", sheet(CONTACT, *rows)))
    assert re.findall(r"<td>(\d+)</td><td>Cơ quan</td>", text) == ["5"]


def test_a_column_that_nobody_knows_is_named(desk, world):
    headers = ["Cơ quan", "Email", "Số máy"]
    page = preview(desk, "contact", sheet(headers, [world.ca_mau.so.name, "a@b.example", "0912345678"]))
    assert "<b>Cột không dùng tới:</b> Số máy" in page.content.decode()


def as_file(content: bytes, name: str = "x.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "rỗng"),
        (b"abc;def", "tệp văn bản"),
        (b"PK\x03\x04" + b"\0" * 40, "Không đọc được tệp này"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "kiểu cũ (.xls)"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(desk, content, said):
    assert said in told(preview(desk, "contact", as_file(content)))


def test_macros_are_refused(desk, world):
    import zipfile

    plain = sheet(CONTACT, [world.ca_mau.so.name, "a@b.example"]).read()
    out = BytesIO(plain)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "có macro" in told(preview(desk, "contact", as_file(out.getvalue())))


def test_a_csv_in_another_encoding_is_refused_in_words(desk):
    data = {"import_file": as_file("Cơ quan,Email".encode("utf-16"), "x.csv"), "format": "1", "resource": "0"}
    page = desk.post(reverse("admin:directory_contact_import"), data)
    assert "Không đọc được tệp. Lưu tệp dạng Excel" in told(page)

"""Accounts from a list: who gets the letter to set a password is shown first, then each gets one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.accounts import invite_account
from correspondence.models import Message
from directory.models import AuditEntry, Mandate, User
from directory.tests.test_resources import FOCAL, bring_in, preview, sheet, told
from hoinghi.tests.cast import make_user

pytestmark = pytest.mark.django_db

ACCOUNT = ["Họ và tên", "Email", "Chức vụ", "Điện thoại"]


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def letters() -> list[str]:
    return list(
        Message.objects.filter(kind="set_password").order_by("address").values_list("address", flat=True)
    )


def focal_points(world) -> list[list]:
    return [
        [world.ca_mau.so.name, "lan@camau.example", "Phạm Thị Lan", "Chuyên viên", 912345678, None],
        [world.dak_lak.so.name, "hai@daklak.example", "Trần Văn Hai", None, None, None],
        [
            world.dak_lak.chi_cuc_qltt.name,
            "hai@daklak.example",
            "Trần Văn Hai",
            None,
            None,
            "Cán bộ kỹ thuật điểm cầu",
        ],
    ]


def test_the_preview_names_who_gets_a_letter_and_sends_none(desk, world, binh):
    rows = [*focal_points(world), [world.ca_mau.so.name, binh.email, None, None, None, None]]
    page = preview(desk, "mandate", sheet(FOCAL, *rows)).content.decode()
    assert "2 tài khoản chưa vào được" in page
    assert "Gửi thư đặt mật khẩu ngay: 2 thư" in page
    assert "Phạm Thị Lan, lan@camau.example" in page
    assert f", {binh.email}</li>" not in page
    assert (letters(), User.objects.filter(email="lan@camau.example").exists()) == ([], False)


def test_confirming_mails_each_new_account_once(desk, an, world):
    page = bring_in(desk, "mandate", sheet(FOCAL, *focal_points(world)))
    assert "Đã đưa 2 thư đặt mật khẩu vào hàng gửi" in page
    assert letters() == ["hai@daklak.example", "lan@camau.example"]
    hai = User.objects.get(email="hai@daklak.example")
    assert hai.invited_at is not None
    text = Message.objects.get(address=hai.email).text
    assert world.dak_lak.so.name in text
    assert world.dak_lak.chi_cuc_qltt.name in text
    assert AuditEntry.objects.filter(action="user.invite", actor_id=an.pk).count() == 2
    # The same file once more finds nobody who waits for a letter.
    assert (
        "tài khoản chưa vào được"
        not in preview(desk, "mandate", sheet(FOCAL, *focal_points(world))).content.decode()
    )
    bring_in(desk, "mandate", sheet(FOCAL, *focal_points(world)))
    assert len(letters()) == 2


def test_letters_can_wait(desk, world):
    page = preview(desk, "mandate", sheet(FOCAL, *focal_points(world)))
    form = page.context["confirm_form"]
    data = {field.html_name: field.value() for field in form if field.html_name != "send_letters"}
    desk.post(reverse("admin:directory_mandate_process_import"), data)
    assert Mandate.objects.filter(user__email="hai@daklak.example").count() == 2
    assert letters() == []
    # Whoever has never been told is still among those who wait.
    page = preview(desk, "mandate", sheet(FOCAL, *focal_points(world))).content.decode()
    assert "2 tài khoản chưa vào được" in page


def test_whoever_was_told_by_hand_is_not_told_again(desk, an, world):
    row = focal_points(world)[0]
    bring_in(desk, "mandate", sheet(FOCAL, row))
    invite_account(user=User.objects.get(email=row[1]), actor=an, at=timezone.now())
    before = len(letters())
    bring_in(desk, "mandate", sheet(FOCAL, row))
    assert len(letters()) == before


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────


def test_accounts_are_made_mended_and_known_by_their_address(desk, an, binh):
    rows = [
        ["Phạm Thị  Lan", "Lan@camau.example", "Chuyên viên", "+84912345678"],
        ["Nguyễn Thị Bình", binh.email.upper(), "Phó Trưởng phòng", 912345678],
    ]
    for _ in range(2):
        bring_in(desk, "user", sheet(ACCOUNT, *rows))
    lan = User.objects.get(email="lan@camau.example")
    assert (lan.full_name, lan.phone, lan.is_staff) == ("Phạm Thị Lan", "+84912345678", False)
    assert not lan.has_usable_password()
    binh.refresh_from_db()
    assert (binh.job_title, binh.phone) == ("Phó Trưởng phòng", "0912 345 678")
    assert binh.has_usable_password()
    assert letters() == ["lan@camau.example"]
    assert AuditEntry.objects.filter(action="user.import").count() == 2


def test_the_export_comes_back_as_it_went(desk, an, binh, world):
    fields = ("full_name", "email", "job_title", "phone", "acts_for", "is_active", "invited_at", "last_login")
    chosen = {"format": "0", "resource": "0"} | {f"invitingaccountresource_{name}": "on" for name in fields}
    answer = desk.post(reverse("admin:directory_user_export"), chosen)
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = preview(desk, "user", SimpleUploadedFile("x.xlsx", answer.content))
    assert "<b>0 dòng mới</b>, <b>0 dòng sửa</b>, 2 dòng giữ nguyên" in page.content.decode()
    assert AuditEntry.objects.get(action="user.export").changes == {"rows": [0, 2]}


def test_no_file_changes_an_account_above_ones_rights(client, an, world):
    clerk = make_user("thu@moit.example", "Vũ Thị Thu", is_staff=True)
    from django.contrib.auth.models import Permission

    names = ("view_user", "add_user", "change_user")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(clerk)
    page = told(preview(client, "user", sheet(ACCOUNT, ["Người Khác", an.email, "", ""])))
    assert "Tài khoản quản trị này không sửa được từ tệp" in page


# ── the desk ────────────────────────────────────────────────────────────────────────────────────────


def test_without_the_right_nothing_goes_in_or_out(client, world):
    clerk = make_user("thu@moit.example", "Vũ Thị Thu", is_staff=True)
    client.force_login(clerk)
    for model in ("user", "mandate", "contact"):
        for verb in ("import", "export"):
            assert client.get(reverse(f"admin:directory_{model}_{verb}")).status_code == 403


def test_confirming_twice_takes_the_file_once(desk, world):
    page = preview(desk, "mandate", sheet(FOCAL, *focal_points(world)))
    data = {field.html_name: field.value() for field in page.context["confirm_form"]}
    address = reverse("admin:directory_mandate_process_import")
    assert desk.post(address, data).status_code == 302
    again = desk.post(address, data, follow=True)
    assert "Tệp này đã được nhập" in again.content.decode()
    assert len(letters()) == 2


def test_what_has_become_wrong_since_the_preview_is_said_and_nothing_is_taken(desk, world):
    page = preview(desk, "mandate", sheet(FOCAL, *focal_points(world)))
    data = {field.html_name: field.value() for field in page.context["confirm_form"]}
    type(world.ca_mau.so).objects.filter(pk=world.ca_mau.so.pk).update(name="Sở Công Thương tỉnh Khác")

    answer = desk.post(reverse("admin:directory_mandate_process_import"), data)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "<td>2</td><td>Cơ quan</td><td>Không có cơ quan" in text
    assert "chưa nhập dòng nào" in text
    assert (letters(), Mandate.objects.filter(user__email="hai@daklak.example").exists()) == ([], False)

"""What a newcomer is told: what is well, what is missing, and what to do about it."""

import datetime as dt
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from directory.models import SoundnessCheck
from directory.roles import make_missing_roles
from hoinghi.tests.cast import make_user

pytestmark = pytest.mark.django_db


def told(capsys) -> tuple[str, int]:
    """What the command says, and its exit code."""
    try:
        call_command("doctor")
    except SystemExit as ended:
        return capsys.readouterr().out, ended.code
    return capsys.readouterr().out, 0


def test_a_portal_that_works(an, world, smtp_server, capsys):
    said, code = told(capsys)
    assert code == 0
    assert "[tốt] Cơ sở dữ liệu: PostgreSQL" in said
    assert "[tốt] Cấu trúc bảng: đúng phiên bản" in said
    assert "[tốt] Redis: trả lời" in said
    assert "[tốt] Máy chủ thư" in said
    assert "[XEM] Quét mã độc: không dùng" in said
    assert "[XEM] Tiến trình nền: không ai phục vụ hàng đợi celery, mail, pdf" in said
    assert smtp_server.envelopes == []


def test_nobody_who_may_work_and_no_units(capsys):
    said, code = told(capsys)
    assert code == 1
    assert "[LỖI] Tài khoản cán bộ: 0\n      → Chạy manage.py createsuperuser." in said
    assert "[LỖI] Danh mục đơn vị: 0 đơn vị" in said


def test_services_that_are_away_are_named_without_their_passwords(world, settings, capsys):
    make_user("an@moit.example", "Lê Văn An", is_staff=True)
    settings.REDIS_URL = "redis://:bi-mat-cua-redis@127.0.0.1:1/0"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_HOST_PASSWORD = "bi-mat-cua-thu"
    settings.MEDIA_ROOT = "/proc/nowhere"
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    said, code = told(capsys)
    assert code == 1
    assert "[LỖI] Redis: không kết nối được" in said
    assert "[LỖI] Quét mã độc: không kết nối được" in said
    assert "[XEM] Máy chủ thư: 127.0.0.1:1" in said
    assert "[LỖI] Thư mục tệp" in said
    assert "bi-mat" not in said


def test_whom_people_turn_to_is_asked_for_in_production(an, world, settings, capsys):
    settings.PRODUCTION = True
    settings.DATA_PROTECTION_CONTACT, settings.SECURITY_CONTACT = "", ("mailto:a@moit.example",)
    said, _ = told(capsys)
    assert "[XEM] Người phụ trách bảo vệ dữ liệu cá nhân (DATA_PROTECTION_CONTACT): chưa có" in said
    assert "[tốt] Nơi báo lỗ hổng bảo mật (SECURITY_CONTACT): có" in said


def test_a_night_without_a_look_at_the_data_is_noticed(an, world, capsys):
    at = timezone.now()
    SoundnessCheck.objects.create(at=at - dt.timedelta(hours=12), rules=1, count=0, breaches=[])
    assert "[tốt] Kiểm tra dữ liệu hằng đêm" in told(capsys)[0]
    SoundnessCheck.objects.update(at=at - dt.timedelta(hours=37))
    said, code = told(capsys)
    assert "[XEM] Kiểm tra dữ liệu hằng đêm" in said
    assert "xem beat và worker" in said
    assert code == 0


class TestStaffWithoutRole:
    """After an upgrade they can only look; whoever gives roles learns it."""

    @pytest.fixture
    def moi(self, an):
        make_missing_roles()
        viewer = make_user("xem@moit.example", "Người Xem", is_staff=True)
        viewer.groups.add(Group.objects.get(name="Người xem"))
        make_user("da-nghi@moit.example", "Đã Nghỉ", is_staff=True, is_active=False)
        make_user("dau-moi@daklak.example", "Đầu Mối")
        return make_user("moi@moit.example", "Cán Bộ Mới", is_staff=True)

    def test_doctor_calls_them_by_name(self, moi, world, capsys):
        said, code = told(capsys)
        assert code == 0
        line = next(line for line in said.splitlines() if "Vai trò cán bộ" in line)
        assert line == "[XEM] Vai trò cán bộ: 1 tài khoản chưa có vai trò nên chỉ xem được: moi@moit.example"
        moi.groups.add(Group.objects.get(name="Văn thư"))
        assert "[tốt] Vai trò cán bộ" in told(capsys)[0]

    def test_upgrade_says_it_last(self, moi):
        said = StringIO()
        call_command("upgrade", stdout=said)
        assert (
            said.getvalue()
            .splitlines()[-1]
            .startswith("1 tài khoản cán bộ chưa có vai trò nên chỉ xem được.")
        )

    def test_the_desk_tells_superusers_where_they_are(self, client, moi, an):
        client.force_login(an)
        index, found = reverse("admin:index"), reverse("admin:directory_user_changelist") + "?role=none"
        page = client.get(index).content.decode()
        assert "1 tài khoản cán bộ chưa có vai trò" in page
        assert f'href="{found}"' in page
        assert list(client.get(found).context["cl"].queryset) == [moi]
        client.force_login(moi)
        assert "chưa có vai trò" not in client.get(index).content.decode()
        moi.groups.add(Group.objects.get(name="Cán bộ tổ chức"))
        client.force_login(an)
        assert "chưa có vai trò" not in client.get(index).content.decode()
        clerks = reverse("admin:directory_user_changelist") + f"?role={moi.groups.get().pk}"
        assert list(client.get(clerks).context["cl"].queryset) == [moi]

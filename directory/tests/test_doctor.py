"""What a newcomer is told: what is well, what is missing, and what to do about it."""

import pytest
from django.core.management import call_command

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

from pathlib import Path

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "correspondence"
    verbose_name = "Văn bản và thư"

    def ready(self):
        from correspondence import accounts, checks, handover, labels, lifecycle  # noqa: F401  the checks register themselves
        from correspondence.texts import register_texts
        from directory import links
        from directory.audit import name_actions

        links.register_purpose("set_password", "set-password")
        labels.register_topic("accounts", lambda topics: dict.fromkeys(topics, "Tài khoản"))
        data = Path(__file__).parent / "data"
        register_texts(data / "letters.yaml", accounts.sample)
        register_texts(data / "handover_letters.yaml", handover.sample)
        register_texts(data / "document_letters.yaml", lifecycle.sample)
        name_actions(
            {
                "mandate.hand_over": "Bàn giao vai trò",
                "mailing.order": "Đặt gửi một đợt thư",
                "mailing.carry_out": "Viết một đợt thư",
                "mailing.try_again": "Thử viết lại một đợt thư",
                "document.draft": "Soạn văn bản",
                "document.edit": "Sửa dự thảo",
                "document.rewrite": "Soạn lại dự thảo",
                "document.restore": "Lấy lại câu chữ của dự thảo theo dữ liệu",
                "document.issue": "Ban hành văn bản",
                "document.copy": "Làm bản PDF gửi đi",
                "message.bounce": "Thư bị trả lại",
                "message.cancel": "Hủy thư",
                "message.edit": "Sửa thư nháp",
                "message.missed": "Hết thời hạn gửi",
                "message.release": "Cho gửi thư nháp",
                "message.read": "Xem danh sách thư gửi đi",
                "message.retry": "Cho gửi lại",
                "message.send_again": "Viết từ thư trước",
                "message.send_unknown": "Cho gửi lại thư chưa rõ",
                "message.settle_as_sent": "Ghi nhận đã gửi",
                "user.invite": "Gửi thư đặt mật khẩu",
                "user.set_password": "Đặt mật khẩu",  # nosec B105  # the name of an action
                "text.save": "Sửa mẫu thư",
                "text.restore": "Dùng lại mẫu gốc",
                "document.sign": "Tải lên bản đã ký",
                "document.replace": "Soạn dự thảo thay thế",
                "document.replaced": "Văn bản được thay thế",
                "document.recall": "Thu hồi văn bản",
            }
        )

from pathlib import Path

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "correspondence"
    verbose_name = "Văn bản và thư"

    def ready(self):
        from correspondence import accounts, checks, labels  # noqa: F401  the checks register themselves
        from correspondence.texts import register_texts
        from directory import links
        from directory.audit import name_actions

        links.register_purpose("set_password", "set-password")
        labels.register_topic("accounts", lambda topics: dict.fromkeys(topics, "Tài khoản"))
        register_texts(Path(__file__).parent / "data" / "letters.yaml", accounts.sample)
        name_actions(
            {
                "mailing.order": "Đặt gửi một đợt thư",
                "mailing.carry_out": "Viết một đợt thư",
                "document.copy": "Làm bản PDF gửi đi",
                "message.bounce": "Thư bị trả lại",
                "message.edit": "Sửa thư nháp",
                "text.save": "Sửa mẫu thư",
                "text.restore": "Dùng lại mẫu gốc",
            }
        )

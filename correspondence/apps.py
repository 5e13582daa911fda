from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "correspondence"
    verbose_name = "Văn bản và thư"

    def ready(self):
        from correspondence import checks, labels  # noqa: F401  the checks register themselves
        from directory import links
        from directory.audit import name_actions

        links.register_purpose("set_password", "set-password")
        labels.register_kinds(set_password="Thư đặt mật khẩu", password_reset="Thư đặt lại mật khẩu")
        labels.register_topic("accounts", lambda topics: dict.fromkeys(topics, "Tài khoản"))
        name_actions(
            {
                "mailing.order": "Đặt gửi một đợt thư",
                "mailing.carry_out": "Viết một đợt thư",
                "document.copy": "Làm bản PDF gửi đi",
            }
        )

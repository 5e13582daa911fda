from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "correspondence"
    verbose_name = "Văn bản và thư"

    def ready(self):
        from directory import links

        links.register_purpose("set_password", "set-password")

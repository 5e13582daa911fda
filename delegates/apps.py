from django.apps import AppConfig


class DelegatesConfig(AppConfig):
    name = "delegates"
    verbose_name = "Đại biểu"

    def ready(self):
        from conferences.audiences import register_invited
        from delegates.policies import is_invited
        from directory.links import register_purpose

        register_purpose("delegate", "delegate-page")
        register_invited(is_invited)

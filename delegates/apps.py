from django.apps import AppConfig


class DelegatesConfig(AppConfig):
    name = "delegates"
    verbose_name = "Đại biểu"

    def ready(self):
        from conferences.audiences import register_invited
        from correspondence.labels import register_kinds, register_topic
        from delegates import letters
        from delegates.policies import is_invited
        from directory.links import register_purpose

        register_purpose("delegate", "delegate-page")
        register_invited(is_invited)
        register_kinds(**letters.KINDS)
        register_topic("conference", letters.titles_of)

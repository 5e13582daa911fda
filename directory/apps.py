from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Danh bạ"

    def ready(self):
        from hoinghi import checks  # noqa: F401  registers itself

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Danh bạ"

    def ready(self):
        from directory.audit import name_actions
        from hoinghi import checks  # noqa: F401  registers itself

        name_actions(
            {
                "add": "Thêm",
                "change": "Sửa",
                "delete": "Xóa",
                "import": "Nhập từ tệp",
                "register.load": "Nạp danh mục",
                "personallink.revoke": "Thu hồi đường dẫn",
                "user.close": "Khóa tài khoản",
                "contact.trust": "Dùng lại địa chỉ",
                "organisation.look": "Bắt đầu xem như cơ quan nhìn thấy",
                "organisation.look_end": "Thôi xem như cơ quan nhìn thấy",
            }
        )

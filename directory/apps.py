from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Danh bạ"

    def ready(self):
        from allauth.mfa import signals
        from django.contrib.auth.signals import user_logged_in

        from directory.audit import name_actions
        from directory.second_factor import note_change
        from directory.session_limits import note_login
        from hoinghi import checks  # noqa: F401  registers itself

        for signal, action in (
            (signals.authenticator_added, "user.add_factor"),
            (signals.authenticator_removed, "user.drop_factor"),
            (signals.authenticator_reset, "user.new_codes"),
        ):
            signal.connect(note_change(action=action), weak=False, dispatch_uid=action)

        user_logged_in.connect(note_login, dispatch_uid="session clock")

        name_actions(
            {
                "add": "Thêm",
                "change": "Sửa",
                "delete": "Xóa",
                "import": "Nhập từ tệp",
                "load": "Nạp danh mục",
                "user.read": "Xem danh sách tài khoản",
                "mandate.read": "Xem danh sách người thay mặt",
                "contact.read": "Xem danh sách địa chỉ nhận thư",
                "personallink.read": "Xem danh sách đường dẫn cá nhân",
                "notice.publish": "Công bố thông báo xử lý dữ liệu cá nhân",
                "register.load": "Nạp danh mục",
                "personallink.revoke": "Thu hồi đường dẫn",
                "user.close": "Khóa tài khoản",
                "user.add_factor": "Thêm lớp xác thực thứ hai",
                "user.drop_factor": "Bỏ lớp xác thực thứ hai",
                "user.new_codes": "Tạo mã dự phòng mới",
                "user.remove_second_factor": "Gỡ lớp xác thực thứ hai của người khác",
                "contact.trust": "Dùng lại địa chỉ",
                "organisation.register": "Đưa cơ quan vào danh mục",
                "organisation.look": "Bắt đầu xem như cơ quan nhìn thấy",
                "organisation.look_end": "Thôi xem như cơ quan nhìn thấy",
            }
        )

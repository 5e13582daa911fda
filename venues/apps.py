from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "venues"
    verbose_name = "Điểm cầu"

    def ready(self):
        from directory.audit import name_actions

        name_actions(
            {
                "rooms.prepare": "Chuẩn bị điểm cầu",
                "rooms.move": "Dời giờ giữ phòng",
                "booking.change_room": "Đổi phòng",
            }
        )

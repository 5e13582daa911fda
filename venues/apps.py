from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "venues"
    verbose_name = "Điểm cầu"

    def ready(self):
        from conferences.followers import register_follower
        from directory.audit import name_actions
        from venues.services import move_bookings

        register_follower(move_bookings)
        name_actions(
            {
                "rooms.prepare": "Chuẩn bị điểm cầu",
                "rooms.move": "Dời giờ giữ phòng",
                "booking.change_room": "Đổi phòng",
            }
        )

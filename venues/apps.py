from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "venues"
    verbose_name = "Điểm cầu"

    def ready(self):
        from conferences.followers import register_follower
        from conferences.rooms import register_bookings
        from directory.audit import name_actions
        from venues.services import booked_rooms, move_bookings, release_rooms

        register_follower(move_bookings)
        register_follower(release_rooms)
        register_bookings(booked_rooms)
        name_actions(
            {
                "rooms.prepare": "Chuẩn bị điểm cầu",
                "rooms.move": "Dời giờ giữ phòng",
                "rooms.release": "Trả phòng",
                "booking.change_room": "Đổi phòng",
            }
        )

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
                "booking.set_state": "Đổi trạng thái điểm cầu",
                "incident.report": "Báo sự cố",
                "incident.describe": "Mô tả sự cố",
                "incident.answer": "Trả lời sự cố",
                "incident.resolve": "Khắc phục sự cố",
                "join.enter": "Nhập đường dẫn tham dự",
                "join.replace": "Thay đường dẫn tham dự",
                "join.withdraw": "Bỏ đường dẫn tham dự",
            }
        )

from pathlib import Path

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "venues"
    verbose_name = "Điểm cầu"

    def ready(self):
        from conferences.followers import register_follower
        from conferences.rooms import register_bookings
        from conferences.teams import owner_through, register_owner
        from correspondence.texts import register_texts
        from directory.audit import name_actions
        from directory.links import register_purpose
        from venues import letters
        from venues.models import Booking
        from venues.services import booked_rooms, follow_with_rounds, move_bookings, release_rooms

        register_owner("booking", owner_through(Booking, "conference"))
        register_owner("room-", owner_through(Booking, "conference"))  # its pages of the day
        register_follower(move_bookings)
        # Before the rooms are given back: their officers are told.
        register_follower(follow_with_rounds)
        register_follower(release_rooms)
        register_bookings(booked_rooms)
        register_purpose(letters.PURPOSE, "officer-page")
        register_texts(Path(__file__).parent / "data" / "letters.yaml", letters.sample)
        name_actions(
            {
                "rooms.prepare": "Chuẩn bị điểm cầu",
                "rooms.move": "Dời giờ giữ phòng",
                "rooms.release": "Trả phòng",
                "room.describe": "Sửa thông tin phòng họp",
                "room.move": "Chuyển địa chỉ phòng họp",
                "room.hide": "Thôi dùng hoặc dùng lại phòng họp",
                "booking.change_room": "Đổi phòng",
                "booking.set_state": "Đổi trạng thái điểm cầu",
                "incident.report": "Báo sự cố",
                "incident.describe": "Mô tả sự cố",
                "incident.answer": "Trả lời sự cố",
                "incident.resolve": "Khắc phục sự cố",
                "join.enter": "Nhập đường dẫn tham dự",
                "join.replace": "Thay đường dẫn tham dự",
                "join.withdraw": "Bỏ đường dẫn tham dự",
                "booking.add_sub": "Thêm điểm cầu trực thuộc",
                "booking.give_back": "Bỏ điểm cầu trực thuộc",
                "booking.ready": "Báo điểm cầu sẵn sàng",
                "booking.not_ready": "Điểm cầu trở lại chuẩn bị",
                "officer.name": "Cử cán bộ kỹ thuật",
                "officer.change": "Sửa thông tin cán bộ kỹ thuật",
                "officer.relieve": "Thôi cử cán bộ kỹ thuật",
                "officer.send_link": "Gửi lại đường dẫn cho cán bộ kỹ thuật",
                "checklist.change": "Sửa danh mục kiểm tra",
                "checklist.tick": "Đánh dấu mục kiểm tra",
                "checklist.untick": "Bỏ dấu mục kiểm tra",
                "line_test.plan": "Lập đợt thử đường truyền",
                "line_test.invite": "Mời thử đường truyền",
                "line_test.change": "Đổi đợt thử đường truyền",
                "line_test.call_off": "Hủy đợt thử đường truyền",
                "line_test.record": "Ghi kết quả thử đường truyền",
                "line_test.say_own": "Cán bộ kỹ thuật tự ghi kết quả thử",
            }
        )

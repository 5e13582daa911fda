from pathlib import Path

from django.apps import AppConfig


class DelegatesConfig(AppConfig):
    name = "delegates"
    verbose_name = "Đại biểu"

    def ready(self):
        from conferences.asked import register_participants
        from conferences.audiences import register_audience, register_invited
        from conferences.teams import owner_through, register_owner
        from conferences.topics import titles_of
        from correspondence.labels import register_kinds, register_topic
        from correspondence.mailings import register_writer
        from correspondence.teams import register_documents
        from correspondence.texts import register_texts
        from delegates import (
            changing,
            documents,
            feeds,
            fillings,
            invitations,
            joining,
            letters,
            material_notices,
            opinions,
            reminding,
            telling,
        )
        from delegates.models import DataRequest, Delegate, Nomination
        from delegates.navigation import documents_url
        from delegates.places import people_in
        from delegates.policies import invited_to, is_invited
        from delegates.privacy import letters as privacy_letters
        from delegates.services import confirming
        from directory.audit import name_actions
        from directory.links import register_purpose
        from venues import letters as officer_letters
        from venues.expected import register_counter

        register_owner("nomination", owner_through(Nomination, "conference"))
        register_owner("receipt", owner_through(Nomination, "conference"))
        register_owner("audit-delegate", owner_through(Delegate, "seat__nomination__conference"))
        # An account's request is of no conference: the house answers it.
        register_owner("data-request", owner_through(DataRequest, DataRequest.CONFERENCE))
        register_documents(documents.topic_of_receipt)
        register_counter(people_in)
        register_purpose(letters.PURPOSE, "delegate-page")
        register_purpose(letters.DATA_PURPOSE, "delegate-data")
        register_purpose(officer_letters.DATA_PURPOSE, "officer-data")
        register_purpose(feeds.FOCAL, "focal-feed")
        register_purpose(feeds.DELEGATE, "delegate-feed")
        register_invited(is_invited, invited_to)
        register_participants(opinions.participants)
        register_texts(Path(__file__).parent / "data" / "letters.yaml", fillings.sample)
        register_texts(Path(__file__).parent / "data" / "changes.yaml", telling.sample)
        register_texts(Path(__file__).parent / "data" / "day.yaml", joining.sample)
        register_texts(Path(__file__).parent / "data" / "materials.yaml", material_notices.sample)
        register_texts(Path(__file__).parent / "data" / "privacy_letters.yaml", privacy_letters.sample)
        register_topic("conference", titles_of, desk=documents_url)
        register_topic(privacy_letters.TOPIC.partition(":")[0], privacy_letters.titles_of)
        register_writer(invitations.KIND, invitations.write)
        register_writer(confirming.KIND, confirming.write)
        for kind in telling.KINDS:
            register_writer(kind, changing.write)
        register_kinds(reminders=reminding.KINDS, submission="Phiếu tiếp nhận và thư mời đại biểu")
        for audience in reminding.AUDIENCES:
            register_audience(audience)
        name_actions(
            {
                "archive.order": "Yêu cầu gói lưu trữ",
                "archive.make": "Tạo gói lưu trữ",
                "archive.download": "Tải gói lưu trữ",
                "archive.remove": "Xóa gói lưu trữ",
                "feed.renew": "Đổi địa chỉ lịch",
                "conference.invite": "Gửi thư mời các đầu mối",
                "materials.tell": "Báo tài liệu mới",
                "materials.skip": "Không báo tài liệu mới",
                "nominations.open": "Mở danh sách đề cử",
                "nomination.save_draft": "Lưu nháp danh sách",
                "organisation.pass_on": "Chuyển cho cơ quan kế thừa",
                "nomination.pass_on": "Chuyển danh sách cho cơ quan kế thừa",
                "nomination.stand_in": "Bắt đầu thay mặt cơ quan",
                "nomination.stand_in_end": "Thôi thay mặt cơ quan",
                "nomination.submit": "Gửi danh sách",
                "nomination.decline": "Báo không cử",
                "nomination.accept": "Tiếp nhận danh sách",
                "nomination.return": "Trả lại danh sách",
                "nomination.extend": "Gia hạn",
                "nomination.ask_extension": "Xin gia hạn",
                "nomination.refuse_extension": "Không gia hạn",
                "nomination.add_paper": "Tải lên công văn cử đại biểu",
                "nomination.remove_paper": "Bỏ công văn cử đại biểu",
                "nomination.anonymise": "Ẩn danh danh sách",
                "retention.set": "Đặt thời hạn giữ dữ liệu",
                "retention.announce": "Báo trước việc ẩn danh",
                "retention.hold": "Giữ lại dữ liệu",
                "retention.release": "Thôi giữ lại dữ liệu",
                "retention.finish": "Ẩn danh xong dữ liệu hội nghị",
                "breach.write": "Ghi sự cố dữ liệu",
                "breach.change": "Sửa sự cố dữ liệu",
                "data_request.ask": "Đề nghị về dữ liệu cá nhân",
                "data_request.send_link": "Gửi đường dẫn tới dữ liệu của mình",
                "data_request.confirm": "Báo đã nhận đề nghị về dữ liệu",
                "data_request.extend": "Gia hạn trả lời đề nghị về dữ liệu",
                "data_request.answer": "Trả lời đề nghị về dữ liệu",
                "delegate.erase": "Xóa dữ liệu theo đề nghị",
                "user.erase": "Xóa dữ liệu tài khoản theo đề nghị",
                "officer.erase": "Xóa dữ liệu cán bộ kỹ thuật theo đề nghị",
                "delegate.renew_link": "Gửi đường dẫn riêng mới",
                "delegate.replace": "Cử người dự thay",
                "delegates.read": "Xem danh sách đại biểu",
                "audit.export": "Tải nhật ký",
                "delegates.export": "Tải danh sách đại biểu",
                "delegate.withdraw": "Rút đại biểu",
                "delegate.promote": "Đưa từ dự phòng lên",
                "delegate.ask_again": "Hỏi lại vì đổi ngày",
                "delegate.correct": "Đại biểu tự sửa thông tin",
                "delegate.propose": "Đề xuất người dự thay",
                "delegate.refuse_substitute": "Không cử người được đề xuất",
                "delegate.answer": "Xác nhận hoặc báo vắng",
                "delegate.mark_attendance": "Điểm danh",
                "speech.ask": "Đăng ký phát biểu",
                "speech.withdraw": "Rút đăng ký phát biểu",
                "speech.allow": "Đưa vào danh sách phát biểu",
                "speech.move": "Xếp thứ tự phát biểu",
                "speech.start": "Mời phát biểu",
                "speech.finish": "Phát biểu xong",
                "speech.skip": "Không phát biểu",
                "delegate.answer_questions": "Trả lời câu hỏi",
            }
        )

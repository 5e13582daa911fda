from django.apps import AppConfig


class ConferencesConfig(AppConfig):
    name = "conferences"
    verbose_name = "Hội nghị"

    def ready(self):
        from conferences.calendar import follow_with_sequence
        from conferences.documents import adopt_replacement, follow_with_drafts
        from conferences.followers import register_follower
        from conferences.indexing import follow_with_index
        from conferences.reminders import follow_with_reminders
        from correspondence.lifecycle import register_heir
        from directory.audit import name_actions

        register_follower(follow_with_drafts)
        register_follower(follow_with_sequence)
        register_follower(follow_with_reminders)
        register_follower(follow_with_index)
        register_heir(adopt_replacement)
        name_actions(
            {
                "agenda.publish": "Công bố chương trình",
                "conference.announce": "Công bố hội nghị",
                "conference.cancel": "Hủy hội nghị",
                "conference.load": "Nạp từ tệp hội nghị",
                "conference.plan": "Ghi là dự kiến",
                "conference.postpone": "Hoãn hội nghị",
                "conference.reschedule": "Công bố lại hội nghị đã hoãn",
                "conference.tell_changes": "Báo thay đổi",
                "material.upload": "Tải tài liệu lên",
                "reminder.run": "Gửi thư nhắc theo lịch",
                "reminder.now": "Gửi nhắc ngay",
                "reminder.miss": "Lỡ một lần nhắc",
                "reminders.change": "Sửa lịch nhắc",
            }
        )

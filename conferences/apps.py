from pathlib import Path

from django.apps import AppConfig


class ConferencesConfig(AppConfig):
    name = "conferences"
    verbose_name = "Hội nghị"

    def ready(self):
        from conferences.calendar import follow_with_sequence
        from conferences.documents import adopt_replacement, follow_with_drafts
        from conferences.followers import register_follower
        from conferences.indexing import follow_with_index
        from conferences.models import OpinionSheet, PaperRequest, Task
        from conferences.reminders import follow_with_reminders
        from conferences.services.news import follow_with_articles
        from conferences.teams import owner_through, register_correspondence, register_owner
        from conferences.topics import topic_of_document, topics_closed_to
        from correspondence.lifecycle import register_heir
        from correspondence.teams import register_documents, register_teams
        from directory.audit import name_actions

        register_owner("task", owner_through(Task, "item__conclusion__conference"))
        register_owner("paper-request", owner_through(PaperRequest, "conference"))
        register_owner("opinion", owner_through(OpinionSheet, "draft__conference"))
        register_correspondence()
        register_teams(topics_closed_to)
        register_documents(topic_of_document)
        register_follower(follow_with_drafts)
        register_follower(follow_with_sequence)
        register_follower(follow_with_reminders)
        register_follower(follow_with_index)
        register_follower(follow_with_articles)
        register_heir(adopt_replacement)
        name_actions(
            {
                "agenda.publish": "Công bố chương trình",
                "article.load": "Nạp bài từ tệp hội nghị",
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
                "template.save": "Lưu mẫu hội nghị",
                "template.rename": "Đổi tên mẫu hội nghị",
                "template.remove": "Xóa mẫu hội nghị",
            }
        )
        self._ready_for_papers()
        self._ready_for_opinions()
        self._ready_for_conclusions()

    def _ready_for_papers(self):
        from conferences import paper_letters, paper_reminding
        from conferences.audiences import register_audience
        from correspondence.labels import register_kinds
        from correspondence.texts import register_texts
        from directory.audit import name_actions

        register_texts(Path(__file__).parent / "data" / "paper_letters.yaml", paper_letters.sample)
        register_audience(paper_reminding.AUDIENCE)
        register_kinds(reminders=["reminder_papers"])
        name_actions(
            {
                "paper.ask": "Yêu cầu gửi tài liệu",
                "paper.change_due": "Đổi hạn gửi tài liệu",
                "paper.withdraw": "Không yêu cầu tài liệu nữa",
                "paper.submit": "Gửi tài liệu được yêu cầu",
                "paper.approve": "Duyệt tài liệu đã gửi",
                "paper.return": "Trả lại tài liệu đã gửi",
            }
        )

    def _ready_for_opinions(self):
        from conferences import opinion_letters, opinion_reminding
        from conferences.audiences import register_audience
        from correspondence.labels import register_kinds
        from correspondence.texts import register_texts
        from directory.audit import name_actions

        register_texts(Path(__file__).parent / "data" / "opinion_letters.yaml", opinion_letters.sample)
        register_audience(opinion_reminding.AUDIENCE)
        register_kinds(reminders=["reminder_opinions"])
        name_actions(
            {
                "draft.add": "Thêm dự thảo lấy ý kiến",
                "draft.change": "Sửa dự thảo",
                "draft.remove": "Bỏ dự thảo",
                "draft.start_version": "Nhập bản dự thảo",
                "draft.divide": "Chia điều, khoản",
                "draft.issue_version": "Phát hành bản dự thảo",
                "draft.ask": "Thêm cơ quan được hỏi ý kiến",
                "draft.stop_asking": "Bỏ cơ quan được hỏi ý kiến",
                "draft.open": "Gửi lấy ý kiến",
                "draft.publish_result": "Công bố kết quả tiếp thu, giải trình",
                "draft.withdraw_result": "Thu lại kết quả tiếp thu, giải trình",
                "draft.export": "Tải bảng tổng hợp ý kiến",
                "opinions.save_draft": "Lưu nháp góp ý",
                "opinions.submit": "Gửi góp ý",
                "opinions.add_paper": "Tải lên công văn góp ý",
                "opinions.remove_paper": "Bỏ công văn góp ý",
                "opinion.answer": "Tiếp thu, giải trình ý kiến",
            }
        )

    def _ready_for_conclusions(self):
        from conferences import task_letters, task_reminding
        from conferences.audiences import register_audience
        from correspondence.labels import register_kinds
        from correspondence.texts import register_texts
        from directory.audit import name_actions

        register_texts(Path(__file__).parent / "data" / "task_letters.yaml", task_letters.sample)
        for audience in task_reminding.AUDIENCES:
            register_audience(audience)
        register_kinds(reminders=["reminder_tasks", "reminder_tasks_overdue"])
        name_actions(
            {
                "conclusion.save": "Sửa kết luận",
                "conclusion.publish": "Công bố kết luận",
                "conclusion.withdraw": "Thu lại kết luận",
                "task.give": "Giao nhiệm vụ",
                "task.change_due": "Đổi thời hạn nhiệm vụ",
                "task.cancel": "Thôi giao nhiệm vụ",
                "task.report": "Báo cáo nhiệm vụ",
                "task.accept": "Chấp nhận báo cáo nhiệm vụ",
                "task.return": "Trả lại báo cáo nhiệm vụ",
            }
        )

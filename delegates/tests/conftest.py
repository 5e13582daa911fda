"""A conference that has been through everything, for the tests of what becomes of personal data."""

import datetime as dt

import pytest

from conferences.models import Question
from correspondence.models import Message
from delegates import answers, own_data, proposals
from delegates.models import AttendanceMark, Delegate, Nomination, QuestionAnswer
from delegates.services import data_requests
from delegates.tests.lists import full_list, submit_and_follow
from directory.audit import record

DAY = dt.timedelta(days=1)


@pytest.fixture
def held(conference, nomination, binh, an):
    """A list that has been through everything: sent, corrected, answered, marked, asked about."""
    at = conference.nomination_deadline - DAY
    question = Question.objects.create(conference=conference, kind="text", text="Yêu cầu về suất ăn")
    choice = Question.objects.create(conference=conference, kind="yes_no", text="Đi xe chung?")
    version = submit_and_follow(
        nomination=nomination, rows=full_list(), version=nomination.version, actor=binh, at=at
    )
    nomination.refresh_from_db()
    four, one, two, three = (
        Delegate.objects.get(full_name=name)
        for name in ("Trần Thị Bốn", "Lê Văn Một", "Hồ Thị Hai", "Vũ Văn Ba")
    )
    row = {name: getattr(four, name) for name in own_data.OWN} | {"phone": "0977000111"}
    own_data.correct(delegate=four, person=row, at=at)
    answers.answer(delegate=four, coming=True, reason="", at=at)
    answers.answer(delegate=one, coming=False, reason="đi công tác nước ngoài", at=at)
    substitute = row | {"full_name": "Người Thay", "email": "thay@daklak.example"}
    proposals.propose(delegate=two, person=substitute, reason="sốt cao", at=at)
    QuestionAnswer.objects.create(delegate=three, question=question, value="ăn chay trường")
    QuestionAnswer.objects.create(delegate=three, question=choice, value="Có")
    Delegate.objects.filter(pk=two.pk).update(attendance="absent", attendance_reason="sốt cao")
    AttendanceMark.objects.create(
        delegate=two, attendance="absent", reason="sốt cao", noted_at=at, marked_at=at, marked_by_name="x"
    )
    request = data_requests.ask(holder=four, kind="see", text="Trần Thị Bốn xin bản sao", at=at)
    data_requests.answer(request=request, is_done=True, text="Gửi Trần Thị Bốn", actor=an, at=at)
    Message.objects.filter(state=Message.State.QUEUED).update(state=Message.State.SENT, sent_at=at)
    Nomination.objects.filter(pk=nomination.pk).update(draft=version.rows)
    record(
        actor=binh, action="nomination.save_draft", target=nomination, changes={"rows": ["", "0912345678"]}
    )
    return conference

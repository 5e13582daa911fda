"""The speakers: asked for by provinces, put in order by staff, one at a time."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conferences.models import Conference
from delegates.models import Delegate, Speech
from delegates.services.speaking import (
    SpeakingRefused,
    allow_speech,
    ask_to_speak,
    finish_speech,
    move_speech,
    skip_speech,
    start_speech,
    withdraw_speech,
)
from delegates.tests.counting import queries_of
from delegates.tests.test_listing import text_of
from directory.models import AuditEntry
from hoinghi.tests.cast import make_delegate

pytestmark = pytest.mark.django_db
State = Speech.State


@pytest.fixture
def em(nomination):
    return make_delegate(nomination)


@pytest.fixture
def at(conference):
    return conference.start_at


def ask(nomination, delegate, binh, at, topic="Quỹ đất"):
    return ask_to_speak(nomination=nomination, delegate=delegate, topic=topic, minutes=10, actor=binh, at=at)


@pytest.fixture
def line(nomination, em, binh, an, at):
    """Three speeches in the line."""
    found = [ask(nomination, em, binh, at, topic) for topic in ("Một", "Hai", "Ba")]
    return [allow_speech(speech=speech, actor=an) for speech in found]


def topics(conference) -> list[str]:
    return [speech.topic for speech in conference.speeches.in_line()]


class TestAsking:
    def test_asked_and_written_down_once(self, nomination, em, binh, at):
        speech = ask(nomination, em, binh, at)
        assert ask(nomination, em, binh, at).pk == speech.pk
        assert (speech.state, speech.asked_by) == (State.ASKED, "Nguyễn Thị Bình")
        assert AuditEntry.objects.get(action="speech.ask").acted_for == nomination.organisation_name

    def test_only_a_delegate_of_the_own_list(self, nomination, other_nomination, em, binh, at):
        stranger = make_delegate(other_nomination)
        with pytest.raises(SpeakingRefused) as refused:
            ask(nomination, stranger, binh, at)
        assert refused.value.field == "delegate"
        Delegate.objects.filter(pk=em.pk).update(state=Delegate.State.WITHDRAWN)
        em.refresh_from_db()
        with pytest.raises(SpeakingRefused):
            ask(nomination, em, binh, at)

    def test_from_the_announcement_until_the_end(self, nomination, em, binh, conference):
        ask(nomination, em, binh, conference.start_at - dt.timedelta(days=10))
        with pytest.raises(SpeakingRefused, match="kết thúc"):
            ask(nomination, em, binh, conference.end_at, "Khác")
        Conference.objects.update(state=Conference.State.POSTPONED)
        nomination.conference.refresh_from_db()
        with pytest.raises(SpeakingRefused, match="Hoãn"):
            ask(nomination, em, binh, conference.start_at, "Khác")

    def test_taken_back_until_the_floor_is_given(self, line, binh, an, at, conference):
        withdraw_speech(speech=line[1], actor=binh, at=at)
        assert topics(conference) == ["Một", "Ba"]
        assert [each.position for each in conference.speeches.in_line()] == [1, 2]
        start_speech(speech=line[0], actor=an, at=at)
        with pytest.raises(SpeakingRefused):
            withdraw_speech(speech=line[0], actor=binh, at=at)


class TestTheLine:
    def test_moved_up_down_and_to_the_ends(self, line, an, conference):
        move_speech(speech=line[2], places=-1, actor=an)
        assert topics(conference) == ["Một", "Ba", "Hai"]
        move_speech(speech=line[0], places=99, actor=an)
        assert topics(conference) == ["Ba", "Hai", "Một"]
        move_speech(speech=line[0], places=1, actor=an)  # it is the last already
        assert topics(conference) == ["Ba", "Hai", "Một"]
        assert AuditEntry.objects.filter(action="speech.move").count() == 2

    def test_one_at_a_time(self, line, an, at, conference):
        start_speech(speech=line[0], actor=an, at=at)
        later = at + dt.timedelta(minutes=11)
        start_speech(speech=line[1], actor=an, at=later)
        first, second = (Speech.objects.get(pk=each.pk) for each in line[:2])
        assert (first.state, first.ended_at) == (State.DONE, later)
        assert (second.state, second.started_at, second.position) == (State.SPEAKING, later, None)
        assert topics(conference) == ["Ba"]
        finish_speech(speech=second, actor=an, at=later)
        finish_speech(speech=second, actor=an, at=later + dt.timedelta(minutes=1))
        second.refresh_from_db()
        assert second.ended_at == later

    def test_skipped_with_a_reason_and_back_at_the_end(self, line, an, conference):
        skip_speech(speech=line[0], reason="Hết giờ", actor=an)
        assert Speech.objects.get(pk=line[0].pk).reason == "Hết giờ"
        allow_speech(speech=line[0], actor=an)
        assert topics(conference) == ["Hai", "Ba", "Một"]

    @pytest.mark.parametrize(
        ("state", "verb"),
        [
            (State.DONE, "start"),
            (State.ASKED, "start"),
            (State.WITHDRAWN, "allow"),
            (State.DONE, "skip"),
            (State.ALLOWED, "finish"),
        ],
    )
    def test_wrong_states_are_refused(self, nomination, em, binh, an, at, state, verb):
        speech = ask(nomination, em, binh, at)
        Speech.objects.update(state=state, position=1 if state == State.ALLOWED else None)
        verbs = {
            "start": lambda: start_speech(speech=speech, actor=an, at=at),
            "allow": lambda: allow_speech(speech=speech, actor=an),
            "skip": lambda: skip_speech(speech=speech, reason="", actor=an),
            "finish": lambda: finish_speech(speech=speech, actor=an, at=at),
        }
        with pytest.raises(SpeakingRefused, match="Quỹ đất"):
            verbs[verb]()
        assert Speech.objects.get().state == state

    def test_the_database_gives_the_floor_to_one(self, line):
        Speech.objects.filter(pk=line[0].pk).update(state=State.SPEAKING, position=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Speech.objects.filter(pk=line[1].pk).update(state=State.SPEAKING, position=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Speech.objects.filter(pk=line[1].pk).update(position=None)


class TestPages:
    def test_the_focal_point_asks_and_takes_back(self, client, binh, nomination, em):
        client.force_login(binh)
        page = reverse("nomination-speeches", args=[nomination.pk])
        bad = client.post(page, {"do": "ask", "topic": "Quỹ đất", "minutes": "999"})
        assert bad.status_code == 200
        assert "Chọn người phát biểu" in bad.content.decode()
        assert "Số phút từ 1 đến 120" in bad.content.decode()
        assert 'value="Quỹ đất"' in bad.content.decode(), "what was typed is kept"
        answer = client.post(page, {"do": "ask", "delegate": em.pk, "topic": "Quỹ đất"}, follow=True)
        assert "Chờ đồng ý" in answer.content.decode()
        client.post(page, {"do": f"withdraw:{Speech.objects.get().pk}"})
        assert Speech.objects.get().state == State.WITHDRAWN

    def test_nobody_else_asks_for_the_province(self, client, cuc, an, nomination, em):
        page = reverse("nomination-speeches", args=[nomination.pk])
        sent = {"do": "ask", "delegate": em.pk, "topic": "Quỹ đất"}
        client.force_login(cuc)
        assert client.get(page).status_code == client.post(page, sent).status_code == 404
        client.force_login(an)  # sees the page, but does not speak for the province without saying so
        assert client.get(page).status_code == 200
        assert client.post(page, sent).status_code == 404
        assert not Speech.objects.exists()

    def test_staff_lead_the_line(self, client, an, line, conference):
        client.force_login(an)
        page = reverse("speeches", args=[conference.slug])
        for press in (f"first:{line[2].pk}", f"start:{line[2].pk}", f"finish:{line[2].pk}"):
            assert client.post(page, {"do": press}).status_code == 302
        client.post(page, {"do": f"skip:{line[0].pk}", f"reason-{line[0].pk}": "Hết giờ"})
        assert topics(conference) == ["Hai"]
        assert Speech.objects.get(pk=line[0].pk).reason == "Hết giờ"
        refused = client.post(page, {"do": f"start:{line[2].pk}"})
        assert refused.status_code == 409
        assert "Đã phát biểu" in refused.content.decode()
        for nonsense in ("allow:0", "xyz:1", "", f"start:{line[0].pk}x"):
            assert client.post(page, {"do": nonsense}).status_code == 404

    def test_the_list_on_paper_for_whoever_chairs(
        self, client, an, binh, line, nomination, em, at, conference
    ):
        start_speech(speech=line[0], actor=an, at=at)
        skip_speech(speech=line[1], reason="Hết giờ", actor=an)
        ask(nomination, em, binh, at, "Chờ trả lời")
        client.force_login(an)
        printed = text_of(client.get(reverse("speeches-list", args=[conference.slug])).content)
        order = ["DANH SÁCH PHÁT BIỂU", "Đang phát biểu", "Một", "Lần lượt phát biểu", "Ba"]
        order += ["Đăng ký chờ đồng ý", "Chờ trả lời", "Không phát biểu", "Hai", "Hết giờ"]
        places = [printed.index(words) for words in order]
        assert places == sorted(places)
        assert "1 người còn phát biểu" in printed
        assert AuditEntry.objects.get(action="delegates.export").changes["file"] == ["", "speeches"]

    def test_as_many_queries_for_one_as_for_three(self, client, an, binh, nomination, em, at, conference):
        client.force_login(an)
        page = reverse("speeches", args=[conference.slug])
        allow_speech(speech=ask(nomination, em, binh, at, "Một"), actor=an)
        ask(nomination, em, binh, at, "Hai")
        few = queries_of(client, page)
        for topic in ("Ba", "Bốn"):
            allow_speech(speech=ask(nomination, em, binh, at, topic), actor=an)
            ask(nomination, em, binh, at, topic * 2)
        assert queries_of(client, page) == few

"""A conference with a team: nobody else of the staff acts upon it, nor upon anything that belongs to it."""

from io import BytesIO
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.forms import BooleanField
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from conferences.admin_teams import ONLY_SHOWN
from conferences.models import Article, ConferenceDocument
from conferences.policies import can_change_conference, is_open_to
from conferences.teams import NOT_THE_TEAM, conference_of
from conferences.topics import topic_of
from correspondence import policies
from correspondence.models import Mailing, Message, OfficialDocument
from correspondence.outbox import enqueue
from correspondence.teams import CLOSED
from delegates.models import Receipt
from delegates.services.data_requests import ask
from delegates.tests.lists import full_list, submit_and_follow
from directory.models import User
from hoinghi.tests.cast import make_staff
from hoinghi.tests.matrix import MATRIX
from hoinghi.tests.snapshot import contents
from hoinghi.tests.test_roles import CLERKS, CLERKS_OWN, OWN, sent
from hoinghi.tests.things import address
from venues.models import Booking, Officer

# Of the house, not of one conference.
HOUSE = {
    *("template", "successions", "succession", "focal-feed-renew", "handover"),
    *("outbox-confirm", "letter-text", "letter-text-restore", "breach", "breach-new"),
    *("retention-contact", "retention-account", "retention-room-contact"),
}
SEND, CANCEL = "cho-gui", "huy"


@pytest.fixture
def team(conference, an):
    """Of the conference, whose clerk is in it."""
    member = make_staff("to@moit.example", "Cán bộ tổ chức")
    conference.team.add(member, make_staff("van-thu-to@moit.example", "Văn thư"))
    return member


@pytest.fixture
def teams_clerk(team):
    return User.objects.get(email="van-thu-to@moit.example")


@pytest.fixture
def organiser(db):
    return make_staff("tam@moit.example", "Cán bộ tổ chức")


@pytest.fixture
def clerk(db):
    return make_staff("van-thu@moit.example", "Văn thư")


@pytest.fixture
def all_of_it(things, conference):
    """The things of the matrix, all of them the conference's."""
    for pk in (things.document, things.issued):
        ConferenceDocument.objects.create(conference=conference, document_id=pk)
    Message.objects.update(topic=topic_of(conference))
    Mailing.objects.update(topic=topic_of(conference), error="Không viết được.")
    return things


class TestWho:
    def test_who_changes_the_conference(self, conference, team, organiser, clerk, teams_clerk, an, binh):
        assert [can_change_conference(user, conference) for user in (team, an)] == [True, True]
        outside = (organiser, clerk, teams_clerk, binh)
        assert not any(can_change_conference(user, conference) for user in outside)
        assert [is_open_to(user, conference) for user in (team, teams_clerk, an)] == [True] * 3
        assert not any(is_open_to(user, conference) for user in (organiser, clerk))
        conference.team.clear()
        assert can_change_conference(organiser, conference)
        assert is_open_to(clerk, conference)

    def test_whose_a_page_is(self, all_of_it, conference):
        for name in (
            *("cockpit", "nomination", "booking", "room-day", "task", "paper-request", "opinion-sheet"),
            *("document", "document-edit", "document-sign", "outbox-message", "outbox-edit", "mailing"),
        ):
            assert conference_of(resolve(address(name, MATRIX[name][0], all_of_it))) == conference, name
        for name in ("outbox", "register", "letter-text", "document-copy", "outbox-attachment"):
            assert conference_of(resolve(address(name, MATRIX[name][0], all_of_it))) is None, name

    def test_a_request_about_data_is_of_the_delegates_or_rooms_conference(
        self, things, preparation, conference, binh
    ):
        officer = Officer.objects.get(pk=preparation["officer"])
        at = timezone.now()
        for holder, whose in ((officer, conference), (binh, None)):
            asked = ask(holder=holder, kind="see", text="", at=at)
            assert conference_of(resolve(asked.get_absolute_url())) == whose
        assert conference_of(resolve(reverse("data-request", args=[things.data_request]))) == conference

    def test_a_receipt_is_of_its_lists_conference(self, things, conference):
        receipt = Receipt.objects.get()
        page = resolve(reverse("document-recall", args=[receipt.document_id]))
        assert conference_of(page) == conference


class TestPages:
    def test_nobody_else_sends_to_any_page_of_it(self, client, team, organiser, all_of_it):
        client.force_login(organiser)
        statuses = sent(client, all_of_it)
        refused = {name for name, status in statuses.items() if status == 403}
        assert set(statuses) - refused == HOUSE | OWN | CLERKS_OWN

    def test_the_team_does(self, client, team, all_of_it):
        client.force_login(team)
        assert 403 not in sent(client, all_of_it).values()

    @pytest.mark.parametrize("who", ["organiser", "clerk"])
    def test_reading_goes_on_and_the_page_says_that_it_is_only_that(
        self, client, team, request, who, all_of_it
    ):
        client.force_login(request.getfixturevalue(who))
        for name in ("reminders", "task", "paper-request", "document", "outbox-message", "mailing"):
            page = client.get(address(name, MATRIX[name][0], all_of_it))
            assert page.status_code == 200, name
            assert "không ở trong tổ nên chỉ xem" in page.content.decode(), name
        client.force_login(team)
        page = client.get(address("reminders", MATRIX["reminders"][0], all_of_it)).content.decode()
        assert "không ở trong tổ" not in page

    def test_lists_of_persons_are_the_teams_to_take(self, client, team, organiser, all_of_it, conference):
        files = (
            "cockpit-export",
            "cockpit-telephones",
            "cockpit-delegates-file",
            "audit-file",
            "package-file",
            "speeches-list",
            "incidents-report",
            "room-sheet",
            "receipt-pdf",
        )
        cockpit, export = (reverse(name, args=[conference.slug]) for name in ("cockpit", "cockpit-export"))
        # Parts of the page are kept for the next one who asks: each gets their own.
        for user, code, offered in ((organiser, 403, False), (team, 200, True), (organiser, 403, False)):
            client.force_login(user)
            for name in files:
                answer = client.get(address(name, MATRIX[name][0], all_of_it))
                if answer.streaming:
                    list(answer.streaming_content)
                assert answer.status_code == code, name
            assert (f'href="{export}"' in client.get(cockpit).content.decode()) == offered

    def test_what_brings_itself_up_to_date_has_buttons_for_the_team_alone(
        self, client, team, organiser, all_of_it, conference
    ):
        pages = [
            address(name, MATRIX[name][0], all_of_it)
            for name in ("board", "board-live", "room-day", "room-day-live")
        ]
        with time_machine.travel(conference.start_at):
            # Drawn for the next one who asks, too.
            for user, has_buttons in ((organiser, False), (team, True), (organiser, False)):
                client.force_login(user)
                shown = [client.get(page).content.decode() for page in pages]
                assert ['form="thao-tac"' in page for page in shown] == [has_buttons] * 4

    def test_the_answer_says_why_and_what_to_do(self, client, team, organiser, conference):
        client.force_login(organiser)
        url = reverse("reminders", args=[conference.slug])
        refused = client.post(url, headers={"Referer": f"http://testserver{url}"})
        assert refused.status_code == 403
        page = refused.content.decode()
        assert NOT_THE_TEAM in page
        assert "giao vai trò" not in page
        assert f'href="http://testserver{url}">Về trang vừa xem' in page
        for elsewhere in ("", "https://evil.example/", "javascript:alert(1)"):
            assert "Về trang vừa xem" not in client.post(url, headers={"Referer": elsewhere}).content.decode()

    @pytest.mark.parametrize("name", sorted(CLERKS))
    def test_another_clerk_leaves_its_documents_alone(
        self, client, team, clerk, teams_clerk, all_of_it, name
    ):
        url = address(name, MATRIX[name][1], all_of_it)
        client.force_login(clerk)
        before = contents()
        page = client.get(url)
        assert (page.status_code, NOT_THE_TEAM in page.content.decode()) == (403, True)
        assert client.post(url, {"number": "7", "issued_on": "05/01/2026", "reason": "x"}).status_code == 403
        assert contents() == before
        client.force_login(teams_clerk)
        assert client.post(url).status_code == MATRIX[name][1].an


class TestDocuments:
    def test_policies(self, team, organiser, clerk, teams_clerk, an, all_of_it):
        draft = OfficialDocument.objects.get(pk=all_of_it.document)
        issued = OfficialDocument.objects.get(pk=all_of_it.issued)
        assert [policies.can_edit_document(user, draft) for user in (team, teams_clerk, an)] == [True] * 3
        assert [policies.can_issue_document(user, draft) for user in (team, teams_clerk, an)] == [
            *(False, True, True)
        ]
        assert [policies.can_retire_document(user, issued) for user in (teams_clerk, an)] == [True, True]
        for user in (organiser, clerk):
            assert not policies.can_edit_document(user, draft)
            assert not policies.can_issue_document(user, draft)
            assert not policies.can_retire_document(user, issued)

    def test_the_desk_shows_a_draft_and_keeps_it(self, client, team, organiser, all_of_it):
        client.force_login(organiser)
        url = reverse("admin:correspondence_officialdocument_change", args=[all_of_it.document])
        page = client.get(url)
        assert (page.status_code, 'name="_save"' in page.content.decode()) == (200, False)
        assert CLOSED in page.content.decode()
        assert client.post(url, {"subject": "Khác"}).status_code == 403
        gone = reverse("admin:correspondence_officialdocument_delete", args=[all_of_it.document])
        assert client.post(gone, {"post": "yes"}).status_code == 403
        assert OfficialDocument.objects.get(pk=all_of_it.document).subject == "Hội nghị"


def held(key: str, *, topic: str) -> Message:
    """A letter that waits for somebody to let it go."""
    return enqueue(
        key=key,
        topic=topic,
        kind="x",
        address="y@gov.example",
        recipient_name="Y",
        subject="Y",
        text="Y",
        html="<p>Y</p>",
        held=True,
        at=timezone.now(),
    )


class TestLetters:
    @pytest.fixture
    def letters(self, all_of_it):
        own = Message.objects.get(pk=all_of_it.message)
        Message.objects.exclude(pk=own.pk).delete()
        return SimpleNamespace(teams=own, others=held("y", topic="y"))

    def press(self, client, verb, *letters):
        url = reverse("outbox-confirm", args=[verb])
        return client.post(url, {"thu": [letter.pk for letter in letters]}, follow=True)

    @pytest.mark.parametrize("verb", [SEND, CANCEL])
    def test_they_are_left_out_of_what_is_done_to_many(self, client, team, organiser, letters, verb):
        client.force_login(organiser)
        url = reverse("outbox-confirm", args=[verb])
        asked = client.get(url, {"thu": [letters.teams.pk, letters.others.pk]})
        assert asked.context["messages_chosen"] == [letters.others]
        assert CLOSED in asked.content.decode()
        assert client.get(url, {"tat_ca": "1"}).context["messages_chosen"] == [letters.others]
        page = self.press(client, verb, letters.teams, letters.others).content.decode()
        assert f"Bỏ qua 1 thư. {CLOSED}" in page
        letters.teams.refresh_from_db()
        letters.others.refresh_from_db()
        assert letters.teams.state == Message.State.DRAFT
        assert letters.others.state == (Message.State.QUEUED if verb == SEND else Message.State.CANCELLED)

    def test_the_team_handles_them(self, client, team, letters):
        client.force_login(team)
        self.press(client, SEND, letters.teams)
        letters.teams.refresh_from_db()
        assert letters.teams.state == Message.State.QUEUED

    def test_no_button_is_offered(self, client, team, organiser, letters):
        client.force_login(organiser)
        assert client.get(letters.teams.get_absolute_url()).context["actions"] == []
        assert client.get(letters.others.get_absolute_url()).context["actions"]
        client.force_login(team)
        assert client.get(letters.teams.get_absolute_url()).context["actions"]

    def test_the_page_that_changes_one_says_whose_it_is(self, client, team, organiser, letters):
        client.force_login(organiser)
        page = client.get(reverse("outbox-edit", args=[letters.teams.pk]))
        assert (page.status_code, NOT_THE_TEAM in page.content.decode()) == (403, True)

    def test_the_list_asks_once_for_all(self, client, team, organiser, letters, conference):
        client.force_login(organiser)
        asked = []
        for number in range(3):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("outbox"))
            asked.append([query["sql"] for query in queries])
            held(f"z{number}", topic=topic_of(conference))
        assert len(asked[1]) == len(asked[2]), asked
        assert sum("conference_team" in sql for sql in asked[2]) == 1


class TestDesk:
    def test_the_conference_itself(self, client, team, organiser, conference):
        client.force_login(organiser)
        url = reverse("admin:conferences_conference_change", args=[conference.pk])
        page = client.get(url)
        assert (page.status_code, 'name="_save"' in page.content.decode()) == (200, False)
        assert ONLY_SHOWN in page.content.decode()
        assert client.post(url).status_code == 403
        client.force_login(team)
        assert ONLY_SHOWN not in client.get(url).content.decode()

    def test_news_of_it(self, client, team, organiser, all_of_it, conference):
        client.force_login(organiser)
        article = Article.objects.get()
        url = reverse("admin:conferences_article_change", args=[article.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"title": "Khác"}).status_code == 403
        assert client.post(reverse("admin:conferences_article_delete", args=[article.pk])).status_code == 403
        many = {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"}
        client.post(reverse("admin:conferences_article_changelist"), many)
        assert Article.objects.get().title == "Tin"

    def test_no_news_is_given_to_it(self, client, team, organiser, conference):
        data = {f"photos-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        data |= {"title": "Tin mới", "lead": "x", "body": "x", "conference": conference.pk}
        for user, expected in ((organiser, 0), (team, 1)):
            client.force_login(user)
            page = client.post(reverse("admin:conferences_article_add"), data)
            assert Article.objects.count() == expected, page.context and page.context["errors"]
        client.force_login(organiser)
        page = client.post(reverse("admin:conferences_article_add"), data).content.decode()
        assert "Hội nghị này có tổ công tác riêng" in page

    def test_its_rooms(self, client, team, organiser, preparation, conference):
        client.force_login(organiser)
        booking = Booking.objects.get(pk=preparation["booking"])
        url = reverse("admin:venues_booking_change", args=[booking.pk])
        assert client.post(url, {"printed": "Khác"}).status_code == 403
        Booking.objects.filter(pk=booking.pk).update(printed="Gõ nhầm", is_chosen=False)
        many = {"action": "follow_rule", "_selected_action": [booking.pk]}
        page = client.post(reverse("admin:venues_booking_changelist"), many, follow=True).content.decode()
        assert NOT_THE_TEAM in page
        assert Booking.objects.get(pk=booking.pk).printed == "Gõ nhầm"
        client.force_login(team)
        client.post(reverse("admin:venues_booking_changelist"), many)
        assert Booking.objects.get(pk=booking.pk).printed != "Gõ nhầm"

    @pytest.mark.parametrize("model", ["nomination", "delegate"])
    def test_sheets_of_all_conferences_leave_its_rows_out(
        self, client, team, organiser, em, nomination, model
    ):
        import openpyxl

        url = reverse(f"admin:delegates_{model}_export")
        rows = {}
        for user in (organiser, team):
            client.force_login(user)
            fields = client.get(url).context["form"].fields
            columns = {name: "on" for name, field in fields.items() if isinstance(field, BooleanField)}
            book = client.post(url, columns | {"format": "0", "resource": "0"}).content
            rows[user] = len(list(openpyxl.load_workbook(BytesIO(book)).active.values)) - 1
        assert rows[organiser] == 0
        assert rows[team] > 0


def test_whoever_is_outside_takes_no_files_of_persons_through_an_organisations_eyes(
    client, team, organiser, nomination, binh
):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    page, file = nomination.get_absolute_url(), reverse("nomination-list-pdf", args=[nomination.pk])

    def look(user):
        client.force_login(user)
        client.post(reverse("look", args=[nomination.organisation_id]), {"do": "begin"})
        return client.get(page).content.decode(), client.get(file)

    shown, answer = look(organiser)
    assert file not in shown
    assert answer.status_code == 403
    assert NOT_THE_TEAM.split(".")[0] in answer.content.decode()
    assert file in look(team)[0]

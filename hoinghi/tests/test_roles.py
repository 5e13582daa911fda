"""What each role of the staff may send, over every page: superuser, organiser, clerk, viewer, and teams."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import resolve, reverse

from conferences.models import AgendaItem, Conference, ItineraryLeg, NamedUnit
from directory.roles import make_missing_roles
from hoinghi import access
from hoinghi.tests.cast import make_user
from hoinghi.tests.matrix import LOGIN, MATRIX
from hoinghi.tests.snapshot import changed, contents
from hoinghi.tests.test_permissions import READING, url_names
from hoinghi.tests.things import address
from hoinghi.text import format_time

# Văn thư put drafts right, and make them documents.
CLERKS_OWN = {"document-issue", "document-sign", "document-replace", "document-recall"}
CLERKS = CLERKS_OWN | {"document-edit"}
# Whoever works at the desk takes lists away as files, and orders what is printed.
TAKEN = {
    *("cockpit-export", "cockpit-delegates-file", "cockpit-telephones", "package-file", "breaches-file"),
    *("audit-file", "audit-delegate-file", "audit-account-file"),
    *("speeches-list", "incidents-report", "room-sheet", "register-file", "breach-file", "breach-word"),
    *("receipt-pdf", "nomination-list-pdf"),
}
ORDERED = {"cockpit-sheets-order"}
# Pages that are nothing but a form: there is nothing to read for those who may not send it.
FORMS = {
    *("postpone", "reschedule", "cancel", "conference-draft", "copy", "template", "paper-ask", "task-give"),
    *("draft-new", "draft-edit", "draft-version", "draft-ask", "draft-publish", "breach-new"),
    *("line-test-plan", "line-test-change", "line-test-call-off", "line-test-result"),
    *("outbox-edit", "outbox-confirm", "letter-text-restore", "handover"),
    *("nomination-stand-in", "nomination-withdraw", "nomination-replace"),
}
# The same of a room: whose it is says each room.
FORMS_OF_ROOMS = {
    *("booking-describe", "booking-choose", "booking-add-sub", "booking-own-finding", "room-checkin"),
    *("booking-officer-add", "booking-officer-change", "booking-officer-hand-over"),
    "booking-officer-relieve",
}
# Nobody's role: staff's own login, eyes and data.
OWN = {"unsent", "send-again", "look", "looking-end", "my-data"}
# What "an" has ordered.
ANS = {"cockpit-sheets", "cockpit-sheets-file"}


def policy_at(url: str):
    return access.policy_of(resolve(url.partition("?")[0]))


def sent(client, things) -> dict[str, int]:
    """URL name → status, of an empty POST to every page behind the login; none of them changes anything."""
    before = contents()
    statuses = {}
    for name, (_, row) in MATRIX.items():
        url = address(name, row, things)
        if row.an in (LOGIN, 405) or policy_at(url) is access.anyone:
            continue
        statuses[name] = client.post(url).status_code
        assert changed(before, but=READING) == [], name
    assert len(statuses) > 50
    return statuses


def test_an_organiser_is_refused_the_clerks_pages_alone(client, organiser, things):
    client.force_login(organiser)
    statuses = sent(client, things)
    assert {name for name, status in statuses.items() if status == 403} == set()
    assert {name for name in CLERKS_OWN if statuses[name] == 404} == CLERKS_OWN
    same = {name: row.an for name, (_, row) in MATRIX.items() if name in statuses}
    assert {name for name in statuses if statuses[name] != same[name]} == CLERKS_OWN


def test_a_clerk_sends_to_the_pages_of_documents_alone(client, clerk, things):
    client.force_login(clerk)
    statuses = sent(client, things)
    allowed = {name for name, status in statuses.items() if status != 403}
    assert allowed == CLERKS | OWN | ORDERED | FORMS
    assert {statuses[name] for name in FORMS} == {404}


def test_a_viewer_sends_to_none(client, viewer, things):
    client.force_login(viewer)
    statuses = sent(client, things)
    assert {name for name, status in statuses.items() if status != 403} == OWN | CLERKS | ORDERED | FORMS
    assert {statuses[name] for name in CLERKS | ORDERED | FORMS} == {404}


@pytest.mark.parametrize("who", ["organiser", "clerk", "viewer"])
def test_all_of_them_read_what_there_is_to_read(client, request, things, who):
    client.force_login(request.getfixturevalue(who))
    for name, (row, _) in MATRIX.items():
        if name in CLERKS | ANS:
            continue
        answer = client.get(address(name, row, things))
        if answer.streaming:
            list(answer.streaming_content)
        taken = name in TAKEN | ORDERED and who == "viewer"
        in_vain = name in FORMS | FORMS_OF_ROOMS and who != "organiser"
        assert answer.status_code == (404 if taken or in_vain else row.an), name


def test_pages_that_were_drawn_for_others_show_a_viewer_no_buttons(client, an, viewer, things, settings):
    settings.SHARED_PAGES_MB = 16
    export, decide = (reverse(name, args=[things.slug]) for name in ("cockpit-export", "nominations-decide"))
    for name, buttons in (
        ("cockpit", (export, decide, 'name="chon"')),
        ("cockpit-delegates", (export, 'href="#in"')),
    ):
        for user in (an, viewer, an):
            client.force_login(user)
            page = client.get(reverse(name, args=[things.slug])).content.decode()
            assert {button in page for button in buttons} == {user == an}, (name, user)


def test_staff_without_a_group_look_only(client, db):
    nobody = make_user("moi@moit.example", "Người Mới", is_staff=True)
    assert not access.works(nobody)
    client.force_login(nobody)
    assert "Tài khoản này chỉ xem" in client.get("/").content.decode()


def test_roles_that_were_changed_stay_as_they_are(db):
    assert make_missing_roles() == 3
    Group.objects.get(name="Văn thư").permissions.clear()
    assert make_missing_roles() == 0
    assert not Group.objects.get(name="Văn thư").permissions.exists()


class TestDesk:
    @pytest.mark.parametrize(
        ("who", "steps", "others"),
        [
            ("an", 6, ()),
            ("organiser", 6, ()),
            ("clerk", 0, ("Ban hành văn bản",)),
            ("viewer", 0, ("Các hội nghị",)),
        ],
    )
    def test_the_start_page_shows_each_role_its_own_work(self, client, request, who, steps, others):
        client.force_login(request.getfixturevalue(who))
        page = client.get(reverse("admin:index")).content.decode()
        work = page[page.index('aria-labelledby="viec"') : page.index('id="content-main"')]
        listed, _, _ = work.partition("</ol>")
        assert (listed.count("<li>") if "<ol>" in work else 0) == steps
        for words in ("Tạo hội nghị", "Soạn Giấy mời" if who == "organiser" else "Gửi thư mời"):
            assert (words in work) == bool(steps)
        assert all(words in work for words in others)
        assert ("Ban hành" in work) == (who in ("an", "clerk"))

    def names(self, ending: str) -> list[str]:
        return [name for name in url_names() if name.startswith("admin:") and name.endswith(ending)]

    def test_a_viewer_sees_every_list_and_adds_nothing(self, client, viewer):
        client.force_login(viewer)
        closed = {"admin:auth_group_changelist"}
        for name in self.names("_changelist"):
            assert client.get(reverse(name)).status_code == (403 if name in closed else 200), name
        for name in self.names("_add"):
            assert client.get(reverse(name)).status_code == 403, name
            assert client.post(reverse(name)).status_code == 403, name

    def test_a_viewer_reads_the_rows_of_a_conference(self, client, viewer, things):
        client.force_login(viewer)
        conference = Conference.objects.get(slug=things.slug)
        NamedUnit.objects.create(group=conference.groups.first(), name="Vụ Kế hoạch")
        conference.agenda.create(title="Khai mạc", starts_after=10, lasts=25)
        conference.questions.create(text="Suất ăn trưa", kind="yes_no")
        page = client.get(reverse("admin:conferences_conference_change", args=[conference.pk]))
        assert page.status_code == 200
        text = page.content.decode()
        assert "Vụ Kế hoạch" in text
        opens = conference.start_at + dt.timedelta(minutes=10)
        for moment in (opens, opens + dt.timedelta(minutes=25)):
            assert f"<p>{format_time(moment)}</p>" in text
        assert "mọi đại biểu" in text
        shown = [rows.opts.model for rows in page.context["inline_admin_formsets"]]
        assert (AgendaItem in shown, ItineraryLeg in shown, "Đoàn công tác" in text) == (True, False, False)
        # What a form alone has would be an empty line.
        assert not {name for name in ("weekday", "upload", "classification") if f"field-{name}" in text}

    def test_a_viewer_changes_and_takes_nothing(self, client, viewer, things):
        client.force_login(viewer)
        before = contents()
        for name, pk in (("nomination", things.nomination), ("officialdocument", things.document)):
            app = "delegates" if name == "nomination" else "correspondence"
            assert client.post(reverse(f"admin:{app}_{name}_change", args=[pk])).status_code == 403
        for name in ("directory_user_export", "delegates_delegate_export", "delegates_delegate_import"):
            assert client.post(reverse(f"admin:{name}")).status_code == 403, name
        page = reverse("admin:directory_user_changelist")
        client.post(page, {"action": "close_accounts", "_selected_action": [viewer.pk], "confirmed": "yes"})
        viewer.refresh_from_db()
        assert viewer.is_active
        assert changed(before, but=READING) == []

    def test_an_organiser_adds_but_gives_no_rights(self, client, organiser, an):
        client.force_login(organiser)
        assert client.get(reverse("admin:conferences_conference_add")).status_code == 200
        assert client.get(reverse("admin:auth_group_add")).status_code == 403
        # whoever changes an address takes the account over
        answer = client.post(
            reverse("admin:directory_user_change", args=[an.pk]), {"email": "x@moit.example"}
        )
        assert answer.status_code == 403

    def test_a_clerk_changes_drafts_of_documents_only(self, client, clerk, things):
        client.force_login(clerk)
        page = reverse("admin:correspondence_officialdocument_change", args=[things.document])
        assert "_save" in client.get(page).content.decode()
        assert client.get(reverse("admin:conferences_conference_add")).status_code == 403
        assert client.get(reverse("admin:auth_group_changelist")).status_code == 403

"""Before a dangerous page whoever logged in a while ago says once more who it is; what was sent waits meanwhile."""

import re
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.admin import site
from django.forms import BooleanField
from django.urls import reverse
from import_export.admin import ExportMixin, ImportMixin

from conferences.tests.desk import posted_again
from directory.models import AuditEntry
from hoinghi.tests.cast import PASSWORD
from hoinghi.tests.matrix import LOGIN, MATRIX
from hoinghi.tests.snapshot import contents
from hoinghi.tests.things import address

# Asked already when the page is opened: letters to everybody, and persons in bulk.
TO_OPEN = {
    *("publish", "invite", "remind-now", "retention", "handover"),
    *(
        "cockpit-export",
        "cockpit-delegates-file",
        "cockpit-telephones",
        "cockpit-sheets-file",
        "package-file",
        "speeches-list",
        "room-sheet",
    ),
    *("audit-file", "audit-delegate-file", "audit-account-file"),
    *("document-issue", "document-replace", "document-recall"),
}
# Asked when the button is pressed: the page may be read, and what is typed is kept.
TO_SEND = {
    "changes": {"do": "tell"},
    "postpone": {"do": "tell", "reason": "Bão"},
    "reschedule": {"do": "tell"},
    "cancel": {"do": "tell", "reason": "Bão"},
    "material-notice": {"do": "send", "letters": "0"},
    "outbox-confirm": {"thu": "1"},
    "mailing-again": {},
    "nominations-decide": {"do": "remind", "sure": "1"},
    "draft-desk": {"do": "open"},
    "draft-version": {"do": "issue"},
    "draft-edit": {"title": "x", "readers": "invited", "deadline": "17h00 ngày 15/12/2030"},
    "draft-ask": {},
    "draft-publish": {},
    "paper-ask": {},
    "task-give": {},
    "line-test-invite": {},
    "line-test-change": {},
    "line-test-call-off": {},
    "join-links": {"do": "enter"},
}
# Rights and accounts, at the desk.
DESK = {
    "admin:auth_group_add": (),
    "admin:directory_user_add": (),
    "admin:directory_user_change": ("account",),
    "admin:directory_mandate_add": (),
    "admin:directory_mandate_change": ("mandate",),
}
# Files that staff take away without being asked: about the house, about one person, one list or one room, or public
# soon.
OTHER_FILES = {
    *(
        "agenda-draft-pdf",
        "checklist-pdf",
        "booking-checklist-pdf",
        "booking-round-calendar",
        "register-file",
    ),
    *(
        "document-preview",
        "document-copy",
        "document-signed",
        "outbox-attachment",
        "draft-file",
        "draft-table",
    ),
    *("material", "material-inline", "materials-zip", "task-file", "paper-file", "opinion-paper"),
    *("nomination-paper", "nomination-template", "nomination-list-pdf", "receipt-pdf", "incidents-report"),
    *("processing-file", "processing-word", "breaches-file", "breach-file", "breach-word"),
    "draft-result-file",
    *("booking-photo", "booking-room-photo", "room-photo"),
}
# Sheets of persons at the desk.
PERSONS = {"directory_user", "directory_mandate", "directory_contact", "delegates_delegate"}
FILE = re.compile(r"\.(csv|docx|ics|json|pdf|xlsx|zip)$")


@pytest.fixture(autouse=True)
def asked(settings):
    settings.FRESH_LOGIN_SECONDS = 900


def log_in(client, user):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def age(client, seconds=901):
    session = client.session
    for entry in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        entry["at"] = time.time() - seconds
    session.save()


@pytest.fixture
def long_ago(client, an):
    log_in(client, an)
    age(client)
    return client


def asks(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(
        reverse("account_reauthenticate")
    )


def confirm(client, next_page: str):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": next_page})


def test_an_old_login_is_confirmed_before_a_dangerous_page(long_ago, things):
    assert long_ago.get(reverse("admin:index")).status_code == 200
    pages = [address(name, MATRIX[name][0], things) for name in sorted(TO_OPEN)]
    pages += [reverse(name, args=[getattr(things, each) for each in needs]) for name, needs in DESK.items()]
    for page in pages:
        answer = long_ago.get(page)
        assert asks(answer), page
        assert answer.headers["Location"].endswith(f"?next={page}")
    wrong = long_ago.post(reverse("account_reauthenticate"), {"password": "sai", "next": pages[0]})
    assert wrong.status_code == 200
    assert asks(long_ago.get(pages[0]))
    assert confirm(long_ago, pages[0]).headers["Location"] == pages[0]
    for page in pages:
        answer = long_ago.get(page)
        assert not asks(answer), page
        if answer.streaming:
            list(answer.streaming_content)


@pytest.mark.parametrize("name", sorted(TO_SEND))
def test_reading_is_free_and_sending_is_not(long_ago, things, name):
    reading, sending = MATRIX[name]
    if reading.an != 405:
        assert not asks(long_ago.get(address(name, reading, things)))
    url, before = address(name, reading, things), contents()
    answer = long_ago.post(url, TO_SEND[name] | {"chon": things.nomination})
    assert asks(answer)
    assert contents() == before
    (kept,) = long_ago.session["unsent"]
    assert kept["path"] == url
    assert dict(kept["fields"]).items() >= TO_SEND[name].items()


def test_every_file_is_asked_for_or_named(client, an, things, settings):
    """A new download of persons has to be thought about; one that is not ready here shows by its address."""
    settings.FRESH_LOGIN_SECONDS = 0
    client.force_login(an)
    files = set()
    for name, (row, _) in MATRIX.items():
        if row.anonymous != LOGIN and name not in OTHER_FILES:
            continue
        url = address(name, row, things)
        answer = client.get(url)
        if answer.streaming:
            list(answer.streaming_content)
        if "Content-Disposition" in answer.headers or FILE.search(url):
            files.add(name)
    assert files - TO_OPEN - OTHER_FILES == set()
    assert files >= {"cockpit-export", "cockpit-telephones", "audit-file", "package-file"}


class TestWhatWasSent:
    """It waits, is offered, and goes the way of every form."""

    def data(self, an, name="Lê Văn An Mới"):
        data = {"full_name": name, "email": an.email}
        data |= dict.fromkeys(("is_staff", "is_superuser", "is_active"), "on")
        return data | {f"mandates-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}

    def url(self, an):
        return reverse("admin:directory_user_change", args=[an.pk])

    def send_on(self, client):
        (form,) = client.get(reverse("unsent")).context["forms"]
        fields = {}
        for name, value in form["fields"]:
            fields.setdefault(name, []).append(value)
        return client.post(reverse("send-again", args=[form["key"]]), fields, follow=True)

    def test_it_goes_on(self, long_ago, an):
        answer = long_ago.post(self.url(an), self.data(an))
        assert answer.headers["Location"].endswith(f"next={reverse('unsent')}")
        an.refresh_from_db()
        assert an.full_name == "Lê Văn An"
        assert "đã được giữ lại" in long_ago.get(answer.headers["Location"]).content.decode()
        assert confirm(long_ago, reverse("unsent")).headers["Location"] == reverse("unsent")
        an.refresh_from_db()
        assert an.full_name == "Lê Văn An"
        self.send_on(long_ago)
        an.refresh_from_db()
        assert an.full_name == "Lê Văn An Mới"

    def test_with_its_query_and_all_its_ticks(self, long_ago, things):
        url = reverse("outbox-confirm", args=["huy"]) + f"?thu={things.message}&tat_ca=1"
        long_ago.post(url, {"thu": [str(things.message), "99999"]})
        confirm(long_ago, reverse("unsent"))
        answer = self.send_on(long_ago)
        assert answer.redirect_chain[0] == (url, 307)
        assert "Đã hủy 1 thư" in answer.content.decode()

    def test_one_that_was_given_up_is_not_sent_by_a_later_confirmation(self, long_ago, conference, an):
        """The page of the same address is opened again, and this time it is confirmed."""
        page = reverse("publish", args=[conference.slug])
        before = contents()
        long_ago.post(page)
        assert asks(long_ago.get(page))
        answer = confirm(long_ago, page)
        assert (answer.status_code, answer.headers["Location"]) == (302, page)
        assert contents() == before

    def test_it_is_refused_to_whoever_lost_the_right_meanwhile(self, long_ago, an, conference):
        long_ago.post(reverse("cancel", args=[conference.slug]), {"do": "tell", "reason": "Bão"})
        confirm(long_ago, reverse("unsent"))
        an.is_superuser = False
        an.save()
        assert self.send_on(long_ago).status_code == 404
        conference.refresh_from_db()
        assert conference.state == "announced"

    def test_nothing_of_an_outsiders_press_is_kept(self, long_ago, an, conference):
        """The policies stand before: whoever may not do it is not asked who it is."""
        an.is_superuser = False
        an.save()
        answer = long_ago.post(reverse("cancel", args=[conference.slug]), {"do": "tell", "reason": "Bão"})
        assert answer.status_code == 404
        assert "unsent" not in long_ago.session


def names_of(mixin) -> set[str]:
    """Of the models whose pages at the desk can that."""
    pages = site._registry.items()
    return {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model, page in pages
        if isinstance(page, mixin)
    }


class TestDesk:
    def test_every_sheet_of_the_desk(self, long_ago):
        exporting = names_of(ExportMixin)
        assert exporting >= PERSONS
        for model in exporting:
            url = reverse(f"admin:{model}_export")
            fields = long_ago.get(url).context["form"].fields
            columns = {name: "on" for name, field in fields.items() if isinstance(field, BooleanField)}
            assert asks(long_ago.post(url, columns | {"format": "0", "resource": "0"})), model
        assert not AuditEntry.objects.filter(action__endswith=".export").exists()

    def test_a_conferences_team(self, long_ago, conference, an):
        """It gives rights; everything else of the page is saved without being asked."""
        url = reverse("admin:conferences_conference_change", args=[conference.pk])
        data = posted_again(long_ago.get(url))
        data["title"] = "Hội nghị giao ban"
        assert not asks(long_ago.post(url, data))
        conference.refresh_from_db()
        assert conference.title == "Hội nghị giao ban"
        data = posted_again(long_ago.get(url)) | {"team": [an.pk]}
        assert asks(long_ago.post(url, data))
        assert not conference.team.exists()
        confirm(long_ago, url)
        assert not asks(long_ago.post(url, data))
        assert list(conference.team.all()) == [an]

    def test_what_is_done_with_many_accounts(self, long_ago, binh):
        url = reverse("admin:directory_user_changelist")
        for action in ("send_set_password_letters", "remove_second_factors", "close_accounts"):
            data = {"action": action, "_selected_action": [binh.pk], "confirmed": "yes"}
            assert asks(long_ago.post(url, data)), action
        binh.refresh_from_db()
        assert binh.is_active

    def test_what_a_file_brings_in(self, long_ago, binh):
        taking = names_of(ImportMixin)
        assert taking >= PERSONS
        for model in taking:
            url = reverse(f"admin:{model}_process_import")
            assert asks(long_ago.post(url, {"import_file_name": "x"})), model

"""The demo data, loaded as bin/run loads it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from conferences.models import Conference, Task
from conferences.services import checklist
from correspondence.models import Message
from delegates import invitations, publishing
from delegates.cockpit.figures import cockpit_of
from delegates.demo.accounts import ACCOUNTS, PASSWORD
from delegates.models import Nomination
from directory.models import Contact, User


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_without_the_demo_setting_nothing_is_loaded(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="HOINGHI_DEMO"):
        load()


def test_a_database_in_use_is_left_alone(conference, settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="đã có hội nghị"):
        load()
    assert not User.objects.exists()


@pytest.mark.django_db
class TestDemo:
    @pytest.fixture(autouse=True)
    def demo(self, register, db, settings):
        settings.DEMO = True
        settings.OUTBOX_ALLOWED_DOMAINS = ["example"]
        self.printed = load()

    def test_everything_in_one_story(self):
        """Loading takes seconds, so one test reads all of it."""
        self.accounts()
        self.past()
        self.live()
        self.again()

    def accounts(self):
        for account in ACCOUNTS:
            assert account.email in self.printed
            assert User.objects.get(email=account.email).check_password(PASSWORD)
        assert PASSWORD in self.printed
        assert not Contact.objects.exclude(email__endswith=".example").exists()
        binh = User.objects.get(email="binh@daklak.example")
        assert {organisation.name for organisation in binh.organisations("focal_point")} == {
            "Sở Công Thương tỉnh Đắk Lắk"
        }

    def past(self):
        past = Conference.objects.get(slug="cum-cong-nghiep-2021")
        assert past.state_at(timezone.now()) == "concluded"
        assert past.conclusion.is_published
        assert {"given", "reported", "returned", "accepted"} <= set(
            Task.objects.values_list("state", flat=True)
        )
        overview = cockpit_of(past, timezone.now())
        assert len(overview.provinces) == 63
        assert {"accepted", "submitted", "declined", "late"} <= set(overview.states)
        assert set(past.nominations.values_list("state", flat=True)) == set(Nomination.State.values)
        assert overview.people > 100
        assert {message.state for message in overview.undelivered} == {"failed"}
        years = {version.submitted_at.year for version in past.nominations.first().versions.all()}
        assert years <= {2021}

    def live(self):
        now = timezone.now()
        live = Conference.objects.latest("start_at")
        assert (live.state, live.start_at > now) == ("planned", True)
        assert timezone.localtime(live.start_at).isoweekday() <= 5
        assert not live.nominations.exists()
        assert live.draft_documents.get().is_asking
        assert [check.label for check in checklist(live, now) if check.blocking and not check.done] == []
        publishing.publish(conference=live, actor=User.objects.get(is_staff=True), at=now)
        plan = invitations.plan(live, now)
        assert (len(plan.letters), plan.without_address) == (34, [])

    def again(self):
        before = (Conference.objects.count(), Message.objects.count(), User.objects.count())
        assert load() == self.printed
        assert (Conference.objects.count(), Message.objects.count(), User.objects.count()) == before
        assert not Message.objects.unsent().exists()

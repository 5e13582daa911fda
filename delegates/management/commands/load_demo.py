from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from conferences.loading import load, load_all, load_kinds
from conferences.management.commands.load_conference import start_day
from conferences.models import Conference
from correspondence.letterheads import load_letterheads
from delegates.demo.accounts import ACCOUNTS, ACTOR, PASSWORD, STAFF, create_accounts, create_contacts
from delegates.demo.aftermath import follow_up
from delegates.demo.day import hold_the_day
from delegates.demo.history import answer_as_in_the_past, typist_of_the_past
from delegates.demo.rooms import prepare_as_it_goes
from directory.loading import load_register
from directory.models import AdministrativeUnit, User
from venues.services import enter_link

# The conference that the provinces answered; what was only announced or reported; the live one.
PAST, HISTORY, LIVE = "000.yaml", ("001.yaml", "002.yaml", "003.yaml", "004.yaml"), "twin.yaml"
LIVE_START = "+14"
MEETING = "https://hop-truc-tuyen.example/j/8123456789"


class Command(BaseCommand):
    help = "Nạp dữ liệu mẫu và in các tài khoản; chỉ khi HOINGHI_DEMO=1. Chạy lại không làm thay đổi gì."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("Dữ liệu mẫu chỉ được nạp khi HOINGHI_DEMO=1.")
        if not User.objects.filter(email=STAFF.email).exists():
            if Conference.objects.exists():
                raise CommandError(
                    "Cơ sở dữ liệu đã có hội nghị; dữ liệu mẫu chỉ nạp vào cơ sở dữ liệu trống."
                )
            load_demo()
        self.stdout.write(f"Tài khoản của bản thử, mật khẩu chung: {PASSWORD}")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<22}{account.full_name}, {account.role}")


@transaction.atomic
def load_demo() -> None:
    """Everything or nothing: a demo that was cut short would be taken for a whole one."""
    if not AdministrativeUnit.objects.exists():
        load_register(actor=ACTOR)
    load_letterheads(actor=ACTOR)
    load_kinds(actor=ACTOR)
    staff = create_accounts()
    create_contacts()
    files = Path(apps.get_app_config("conferences").path) / "demo"
    past = load(files / PAST, actor=staff)
    answer_as_in_the_past(past, staff)
    hold_the_day(past, staff)
    for name in HISTORY:
        load_all(files / name, actor=staff)
    live = load(files / LIVE, actor=staff, start=start_day(LIVE_START))
    prepare_as_it_goes(live, staff, at=timezone.now())
    follow_up(live=live, staff=staff, typist=typist_of_the_past())
    enter_link(conference=live, address=MEETING, passcode="246810", actor=staff, at=timezone.now())

"""What passes to the successor of an organisation that has ended (merged provinces), read before it is done.

Mandates, addresses and open lists follow the place, by an operation that staff confirm and that is written down;
printed names stay as they were printed. Of two merged organisations with a list each for one conference, the
successor goes on with its own. A predecessor's list with nothing submitted is closed as not sending anybody, what
was typed stays in it; a submitted one stays under its old name with its people, who are invited already, and staff
change it for the province. Letters about it reach the successor anyway (``letters._addresses``).

Source: Luật 91/2025/QH15, Điều 17.1.c: personal data pass on when administrative units merge.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from conferences.models import Conference
from delegates.models import Nomination
from directory.models import Contact, Mandate, Organisation

UNSENT = (Nomination.State.OPEN, Nomination.State.DRAFT)


@dataclass
class Succession:
    """What is left with an ended organisation.

    Attributes:
        moving: lists that become the successor's.
        closing: lists with nothing submitted, where the successor has its own.
        staying: submitted lists where the successor has its own.
    """

    organisation: Organisation
    successor: Organisation
    mandates: list[Mandate]
    contacts: list[Contact]
    moving: list[Nomination]
    closing: list[Nomination]
    staying: list[Nomination]

    @property
    def list_count(self) -> int:
        return len(self.moving) + len(self.closing)

    @property
    def mark(self) -> str:
        """Which organisation, and how much of it was read."""
        return f"{self.organisation.pk}:{self.count}"

    @property
    def count(self) -> int:
        """How many things pass; what stays does not count."""
        return len(self.mandates) + len(self.contacts) + self.list_count


def succession_of(organisation: Organisation, at: dt.datetime) -> Succession | None:
    """What would pass at ``at``; None when the organisation has not ended or nobody holds its place."""
    today = timezone.localdate(at)
    heir = organisation.holder_on(today)
    if heir is None or heir == organisation:
        return None
    lists = (
        organisation.nominations.filter(conference__end_at__gt=at)
        .exclude(conference__state=Conference.State.CANCELLED)
        .select_related("conference", "unit", "organisation")
        .order_by("conference__start_at", "pk")
    )
    own = set(heir.nominations.values_list("conference", flat=True))
    double = [found for found in lists if found.conference_id in own]
    return Succession(
        organisation=organisation,
        successor=heir,
        mandates=[
            held
            for held in organisation.mandates.as_of(today).select_related("user")
            if held.valid_to is None or held.valid_to > today
        ],
        contacts=list(organisation.contacts.filter(is_active=True).order_by("email")),
        moving=[found for found in lists if found.conference_id not in own],
        closing=[found for found in double if found.state in UNSENT],
        staying=[found for found in double if found.state not in UNSENT],
    )


def waiting(at: dt.datetime) -> list[Succession]:
    """Every ended organisation with something left to pass."""
    ended = (
        Organisation.objects.filter(valid_to__lt=timezone.localdate(at), successor__isnull=False)
        .select_related("successor")
        .order_by("sort_key", "pk")
    )
    holding = [
        *Mandate.objects.as_of(timezone.localdate(at))
        .filter(organisation__in=ended)
        .values_list("organisation", flat=True),
        *Contact.objects.filter(organisation__in=ended, is_active=True).values_list(
            "organisation", flat=True
        ),
        *Nomination.objects.filter(organisation__in=ended, conference__end_at__gt=at).values_list(
            "organisation", flat=True
        ),
    ]
    found = (succession_of(organisation, at) for organisation in ended.filter(pk__in=holding))
    return [each for each in found if each and each.count]

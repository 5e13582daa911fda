"""What passes to the successor of an organisation that has ended (merged provinces), read before it is done.

Mandates, addresses and open lists follow the place, by an operation that staff confirm and that is written down;
printed names stay as they were printed. Of two merged organisations with a list each for one conference, the
successor goes on with its own. A predecessor's list with nothing submitted is closed as not sending anybody, what
was typed stays in it; a submitted one stays under its old name with its people, who are invited already, and staff
change it for the province. Letters about it reach the successor anyway (``letters._addresses``).

Source: Luật 91/2025/QH15, Điều 17.1.c: personal data pass on when administrative units merge.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
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
    def lists(self) -> list[Nomination]:
        """Those that change."""
        return [*self.moving, *self.closing]

    @property
    def list_count(self) -> int:
        return len(self.lists)

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
    return next(iter(_successions([organisation], at)), None)


def waiting(at: dt.datetime) -> list[Succession]:
    """Every ended organisation with something left to pass."""
    ended = Organisation.objects.filter(valid_to__lt=timezone.localdate(at), successor__isnull=False)
    in_order = ended.select_related("successor__successor").order_by("sort_key", "pk")
    return [each for each in _successions(in_order, at) if each.count]


def _successions(organisations: Iterable[Organisation], at: dt.datetime) -> list[Succession]:
    """Those of the organisations that have a successor; as many queries for a hundred as for one."""
    today = timezone.localdate(at)
    heirs = {each: heir for each in organisations if (heir := each.holder_on(today)) not in (None, each)}
    mandates = _by_organisation(
        Mandate.objects.as_of(today)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), organisation__in=heirs)
        .select_related("user")
    )
    contacts = _by_organisation(
        Contact.objects.filter(organisation__in=heirs, is_active=True).order_by("email")
    )
    lists = _by_organisation(
        Nomination.objects.filter(organisation__in=heirs, conference__end_at__gt=at)
        .exclude(conference__state=Conference.State.CANCELLED)
        .select_related("conference", "unit", "organisation")
        .order_by("conference__start_at", "pk")
    )
    of_heirs = Nomination.objects.filter(organisation__in=set(heirs.values()))
    own = set(of_heirs.values_list("organisation", "conference"))
    found = []
    for ended, heir in heirs.items():
        double = [each for each in lists[ended.pk] if (heir.pk, each.conference_id) in own]
        found.append(
            Succession(
                organisation=ended,
                successor=heir,
                mandates=mandates[ended.pk],
                contacts=contacts[ended.pk],
                moving=[each for each in lists[ended.pk] if (heir.pk, each.conference_id) not in own],
                closing=[each for each in double if each.state in UNSENT],
                staying=[each for each in double if each.state not in UNSENT],
            )
        )
    return found


def _by_organisation(rows: QuerySet) -> defaultdict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.organisation_id].append(row)
    return found

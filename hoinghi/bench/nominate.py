"""Nomination through the real web server: lists submitted at once, and the pages on which staff watch them.

The baseline of each rate is the login page over the same connections, so that the ratio says something on a busy
machine; that of a size or a number of queries is the same page with fewer organisations.
"""

from collections import Counter

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F, Max
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conferences.models import Conference, InvitedGroup
from delegates.groups import groups_to_nominate
from delegates.models import Delegate, Nomination, Seat
from delegates.row_forms import HONORIFICS
from directory.models import Mandate, User
from hoinghi.bench import Figure
from hoinghi.bench._portal import PROVINCES, conference_with, grow, portal, staff, staff_client
from hoinghi.bench._web import (
    CONNECTIONS,
    Outcome,
    Press,
    body_of,
    press_all,
    rate_of,
    session_of,
    web_server,
)

BEFORE_MERGER = 63
MANY = 3321
PEOPLE = 20
LIST = 300
SUBMISSIONS = 480
RIVALS = 10


def run() -> dict[str, Figure]:
    with portal():
        conference = conference_with(PROVINCES)
        with web_server() as port:
            watching = _watching(port, conference)
            submitting = _submitting(port, conference)
    return submitting | watching


# ── submitting ──────────────────────────────────────────────────────────────────────────────────────


def _submitting(port: int, conference: Conference) -> dict[str, Figure]:
    """Every list once, then some of them by everybody at the same moment."""
    nominations = list(conference.nominations.filter(state=Nomination.State.OPEN)[: SUBMISSIONS + RIVALS])
    people = _focal_points(nominations)
    cookies = {user.pk: session_of(user) for user in people}
    groups = groups_to_nominate(conference)
    presses = [
        _submission(nomination, groups, cookies[people[number % CONNECTIONS].pk])
        for number, nomination in enumerate(nominations)
    ]
    # Sixteen at once with the same form: one may win, and the quota stands.
    rivals = press_all(port, [press for press in presses[:RIVALS] for _ in range(CONNECTIONS)])
    plain = rate_of(port, reverse("account_login")).rate
    outcome = press_all(port, presses[RIVALS:])
    plain = (plain + rate_of(port, reverse("account_login")).rate) / 2
    if set(outcome.statuses) != {302}:
        raise RuntimeError(f"submissions: {Counter(outcome.statuses)}")
    won = rivals.statuses.count(302)
    expected = sum(min(group.max_organisations or 1, 2) for group in groups) * len(nominations)
    seats = Seat.objects.counted().filter(nomination__in=nominations)
    over = seats.filter(position__gt=F("group__max_organisations")).count()
    wrong = abs(seats.count() - expected) + over + abs(won - RIVALS)
    return {
        "nominate_submissions": Figure(outcome.rate, "/s", plain, goal=60, at_most=False),
        "nominate_wrong_seats": Figure(wrong, "", expected, goal=0),
    }


def _focal_points(nominations: list[Nomination]) -> list[User]:
    """As many accounts as connections; each may act for every organisation."""
    people = User.objects.bulk_create(
        User(email=f"dau-moi-{number}@bench.example", full_name=f"Đầu mối {number}", password="!")
        for number in range(CONNECTIONS)
    )
    Mandate.objects.bulk_create(
        Mandate(user=people[number % CONNECTIONS], organisation_id=nomination.organisation_id)
        for number, nomination in enumerate(nominations)
    )
    return people


def _submission(nomination: Nomination, groups: list[InvitedGroup], cookies: str) -> Press:
    """The form of a complete list: two organisations in each group with a quota, one person in the others."""
    form = [("version", "0"), ("do", "submit")]
    number = 0
    for group in groups:
        roles = [role.name for role in group.asked_roles.all()]
        for place in range(1, min(group.max_organisations or 1, 2) + 1):
            form += [
                ("row", str(number)),
                (f"r{number}-group", group.code),
                (f"r{number}-organisation", f"Đơn vị {place} của danh sách {nomination.pk}"),
                (f"r{number}-honorific", HONORIFICS[0]),
                (f"r{number}-full_name", f"Nguyễn Văn {number}"),
                (f"r{number}-job_title", "Phó Giám đốc"),
                (f"r{number}-role", roles[0] if roles else ""),
                (f"r{number}-phone", "0912345678"),
                (f"r{number}-email", f"dai-bieu-{nomination.pk}-{number}@bench.example"),
            ]
            number += 1
    return Press(reverse("nomination", args=[nomination.pk]), cookies, body_of(form))


# ── watching ────────────────────────────────────────────────────────────────────────────────────────


def _watching(port: int, conference: Conference) -> dict[str, Figure]:
    cookies = session_of(staff())
    login = reverse("account_login")
    page = reverse("cockpit", args=[conference.slug])
    people = reverse("cockpit-delegates", args=[conference.slug])
    book = reverse("cockpit-export", args=[conference.slug])

    plain = rate_of(port, login).rate
    _fill(conference, LIST // PROVINCES, LIST)
    listed = rate_of(port, people, cookies)
    listed_queries = _queries(people)
    exported = rate_of(port, book, cookies)
    exported_queries = _queries(book)
    plain = (plain + rate_of(port, login).rate) / 2

    sizes: dict[int, tuple[Outcome, int]] = {}
    for organisations in (PROVINCES, BEFORE_MERGER, MANY):
        grow(conference, organisations)
        _fill(conference, PEOPLE, organisations * PEOPLE)
        sizes[organisations] = rate_of(port, page, cookies), _queries(page)
    plain_after = rate_of(port, login).rate
    small, small_queries = sizes[PROVINCES]
    middle, middle_queries = sizes[BEFORE_MERGER]
    large, large_queries = sizes[MANY]
    _empty(conference)
    kilobyte = 1000
    return {
        "nominate_cockpit_34": Figure(small.rate, "/s", plain_after, goal=60, at_most=False),
        "nominate_cockpit_63": Figure(middle.rate, "/s", plain_after, goal=60, at_most=False),
        "nominate_cockpit_63_size": Figure(middle.size / kilobyte, "kB", small.size / kilobyte, goal=150),
        "nominate_cockpit_63_queries": Figure(middle_queries, "", small_queries, goal=8),
        "nominate_cockpit_3321": Figure(large.rate, "/s", plain_after, goal=5, at_most=False),
        "nominate_cockpit_3321_size": Figure(large.size / kilobyte, "kB", small.size / kilobyte, goal=150),
        "nominate_cockpit_3321_queries": Figure(large_queries, "", small_queries, goal=1, of="ratio"),
        "nominate_list_300": Figure(listed.rate, "/s", plain, goal=60, at_most=False),
        "nominate_list_300_size": Figure(listed.size / kilobyte, "kB", small.size / kilobyte, goal=150),
        "nominate_list_300_queries": Figure(listed_queries, "", small_queries, goal=8),
        "nominate_xlsx_300": Figure(exported.rate, "/s", plain, goal=20, at_most=False),
        "nominate_xlsx_300_queries": Figure(exported_queries, "", small_queries, goal=6),
    }


def _queries(path: str) -> int:
    client = staff_client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def _fill(conference: Conference, each: int, total: int) -> None:
    """Bring every list of the conference to ``each`` delegates, the first ones to one more, ``total`` in all."""
    group = (
        conference.groups.filter(max_organisations=None)
        .exclude(nominator=InvitedGroup.Nominator.NOBODY)
        .first()
    )
    lists = list(
        conference.nominations.order_by("pk").annotate(sent=Count("seats"), last=Max("seats__position"))
    )
    more = total - each * len(lists)
    wanted = {found: each + (number < more) - found.sent for number, found in enumerate(lists)}
    seats = Seat.objects.bulk_create(
        Seat(
            nomination=found,
            group=group,
            position=(found.last or 0) + number,
            name=f"Đơn vị {(found.last or 0) + number} {found.sender_in_text}",
        )
        for found, missing in wanted.items()
        for number in range(1, missing + 1)
    )
    Delegate.objects.bulk_create(
        (
            Delegate(
                seat=seat,
                honorific=HONORIFICS[0],
                full_name=f"Nguyễn Thị Đại Biểu {number}",
                job_title="Phó Chủ tịch",
                phone="0912345678",
                email=f"nguoi-{seat.pk}@bench.example",
            )
            for number, seat in enumerate(seats)
        ),
        batch_size=2000,
    )
    conference.nominations.update(state=Nomination.State.SUBMITTED, submitted_at=conference.announced_at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute
    cache.clear()


def _empty(conference: Conference) -> None:
    """Nobody has answered. Row by row 66,000 delegates would take minutes to delete."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {Seat._meta.db_table} CASCADE")
    conference.nominations.update(state=Nomination.State.OPEN, submitted_at=None)

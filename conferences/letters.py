"""What every letter about a conference has: who it goes to in an organisation, the facts around its words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone

from conferences.facts import facts_of
from conferences.models import Conference
from conferences.topics import topic_of
from correspondence.letters import Letter
from correspondence.outbox import OutgoingLetter
from directory.acting import users_acting
from directory.models import Contact, Mandate, Organisation, User
from hoinghi.text import format_moment, upper

# (values of the placeholders, context of the letter around the words): ``letters.write_letter`` takes both.
Filling = tuple[dict[str, str], dict]


def around(
    conference: Conference,
    *,
    places: Iterable[tuple[str, str]] = (),
    extra_facts: Iterable[tuple[str, str]] = (),
    attachments: str = "",
    footer: str = "",
) -> Filling:
    """What every letter about a conference has.

    Arguments:
        places: (label, value) rows between time and chair.
        extra_facts: (label, value) rows below them.
        attachments: what the letter says of its files.
    """
    facts = facts_of(conference)
    about = {
        "organiser": facts["organiser"],
        "name": facts["name"],
        "start": format_moment(conference.start_at),
    }
    return about, {
        "organisation": facts["organiser"],
        "heading": facts["name"],
        "facts": [("Thời gian", facts["time"]), *places, ("Chủ trì", facts["chair"]), *extra_facts],
        "link": "{link}",
        "attachments": attachments,
        "signature": upper(facts["issuing_unit"]),
        "contact": ", điện thoại ".join(filter(None, [facts["contact"], facts["contact_phones"]])),
        "footer": footer,
    }


def outgoing(conference: Conference, letter: Letter, **envelope) -> OutgoingLetter:
    """A letter about a conference, to be enqueued; answers come back to the conference's contact.

    Arguments:
        envelope: the arguments of ``OutgoingLetter`` besides those of the letter itself.
    """
    contact = next(iter(conference.contacts.all()), None)
    return OutgoingLetter(
        topic=topic_of(conference),
        reply_to=contact.email if contact else "",
        **vars(letter),
        **envelope,
    )


@dataclass(frozen=True)
class Addressee:
    """Somebody who reads an organisation's letters: an address of its own, or an account that acts for it."""

    address: str
    name: str
    contact: Contact | None = None
    user: User | None = None


def addressees_of(organisations: Iterable[Organisation], at: dt.datetime) -> dict[int, list[Addressee]]:
    """Who reads the letters to organisations, each address once, in a fixed number of queries.

    A letter to an organisation that has ended goes to whoever holds its place on the day of ``at``.

    Returns:
        organisation's key → addressees; none for an organisation whose place nobody holds.
    """
    organisations = list(organisations)
    day = timezone.localdate(at)
    prefetch_related_objects(organisations, "successor")
    holders = {each.pk: each.holder_on(day) for each in organisations}
    held = list({holder.pk: holder for holder in holders.values() if holder}.values())
    prefetch_related_objects(held, "contacts")
    acting = users_acting(held, Mandate.Role.FOCAL_POINT, day)
    by_holder = {holder.pk: _addressees(holder, acting[holder.pk]) for holder in held}
    return {pk: by_holder[holder.pk] if holder else [] for pk, holder in holders.items()}


def _addressees(holder: Organisation, users: Iterable[User]) -> list[Addressee]:
    found = {
        contact.email.lower(): Addressee(contact.email, contact.full_name or holder.name, contact=contact)
        for contact in holder.letter_contacts()
    }
    for user in users:
        found.setdefault(user.email.lower(), Addressee(user.email, user.full_name, user=user))
    return list(found.values())

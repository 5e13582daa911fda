"""What every letter about a conference has: who it goes to in an organisation, the facts around its words."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import prefetch_related_objects
from django.utils import timezone

from conferences.facts import facts_of, remember_facts
from conferences.models import Conference
from conferences.topics import topic_of
from correspondence.letters import Letter, write_letter, write_letters
from correspondence.outbox import OutgoingLetter, enqueue_many
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


# ── what an organisation is asked for ───────────────────────────────────────────────────────────────


class Held(Protocol):
    """A row for which an organisation answers: a sheet, a task, a request for a paper.

    Somebody outside the register has no organisation and gets no letters; staff telephone.
    """

    pk: int
    conference: Conference
    organisation: Organisation | None
    organisation_id: int | None
    organisation_name: str

    def get_absolute_url(self) -> str: ...


def tell_readers(
    kind: str,
    rows: Iterable[Held],
    filling: Callable[[Held], Filling],
    *,
    suffix: str = "",
    path: Callable[[Held], str] = lambda row: row.get_absolute_url(),
    at: dt.datetime,
) -> int:
    """One letter to each reader of each row's organisation, in the words of ``kind``; answers how many are new.

    Arguments:
        suffix: of the letters' keys, where the same may be told again (another date, another answer).
        path: where a row's letter links to.
    """
    rows = [row for row in rows if row.organisation_id]
    prefetch_related_objects(rows, "organisation")
    # What every letter prints, once for all of them; nobody changes these objects any more.
    for conference in {id(row.conference): row.conference for row in rows}.values():
        remember_facts(conference)
    readers = addressees_of([row.organisation for row in rows], at)
    written = write_letters(kind, [filling(row) for row in rows])
    return enqueue_many(
        [
            letter_to(
                reader,
                row,
                kind,
                letter,
                key=f"{kind}:{row.pk}{suffix}:{reader.address.lower()}",
                path=path(row),
            )
            for row, letter in zip(rows, written, strict=True)
            for reader in readers[row.organisation_id]
        ],
        at=at,
    )


def letter_to(
    reader: Addressee, row: Held, kind: str, letter: Letter, *, key: str, path: str = ""
) -> OutgoingLetter:
    """The letter about a row to one of its organisation's readers; by default it links to the row's page."""
    return outgoing(
        row.conference,
        letter,
        key=key,
        kind=kind,
        address=reader.address,
        recipient_name=row.organisation_name,
        contact=reader.contact,
        user=reader.user,
        link_path=path or row.get_absolute_url(),
    )


def tell_contact(kind: str, row: Held, filling: Filling, *, number: int, at: dt.datetime) -> None:
    """Tell the conference's contact that something has come in; staff see it on their page all the same.

    Arguments:
        number: which time it is, for the letter's key.
    """
    contact = row.conference.contacts.first()
    if contact is None or not contact.email:
        return
    values, frame = filling
    letter = write_letter(kind, values | {"contact": str(contact)}, frame)
    envelope = {
        "key": f"{kind}:{row.pk}:{number}",
        "kind": kind,
        "address": contact.email,
        "recipient_name": contact.full_name,
        "link_path": row.get_absolute_url(),
    }
    enqueue_many([outgoing(row.conference, letter, **envelope)], at=at)

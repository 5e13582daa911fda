"""Personal links: a signed address that opens one person's page without an account.

The token is ``<id>-<signature>``; the signature is an HMAC over id, nonce and purpose, so the database holds
nothing that can be used, and revoking or letting a link expire needs no list of tokens.
"""

import datetime as dt
import secrets
from collections.abc import Iterable

from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.crypto import constant_time_compare, salted_hmac

from directory.models import PersonalLink

# Purpose → URL name of the page that it opens; every app registers its own in AppConfig.ready().
_pages: dict[str, str] = {}


class DeadLink(Exception):
    """The token is genuine, but its link has expired or was revoked."""

    def __init__(self, link: PersonalLink):
        super().__init__("dead link")
        self.link = link


def register_purpose(purpose: str, url_name: str) -> None:
    """Say which page (URL name with the keyword ``token``) links of ``purpose`` open."""
    _pages[purpose] = url_name


def path_of(link: PersonalLink) -> str:
    """The page's path with the token in it: a secret, made when it is handed to its holder, never stored."""
    return reverse(_pages[link.purpose], kwargs={"token": token_of(link)})


def issue(
    *, purpose: str, holder: str, scope: str, address: str, label: str, expires_at: dt.datetime
) -> PersonalLink:
    """Create a link for ``holder`` ("delegate:12"); ``address`` is where a fresh one may be mailed."""
    (link,) = issue_many(
        [
            PersonalLink(
                purpose=purpose,
                holder=holder,
                scope=scope,
                address=address,
                label=label,
                expires_at=expires_at,
            )
        ]
    )
    return link


def issue_many(links: list[PersonalLink]) -> list[PersonalLink]:
    """Create links in one statement; each gets its secret here."""
    for link in links:
        link.nonce = secrets.token_hex(16)
    return PersonalLink.objects.bulk_create(links)


def revoke(*, holder: str, purpose: str = "", at: dt.datetime) -> int:
    """Stop every live link of ``holder``, or those of one purpose only; answers how many."""
    live = PersonalLink.objects.filter(holder=holder, revoked_at__isnull=True)
    return (live.filter(purpose=purpose) if purpose else live).update(revoked_at=at)


def revoke_all(*, holders: Iterable[str], at: dt.datetime) -> int:
    """Stop every live link of all these holders at once; answers how many."""
    return PersonalLink.objects.filter(holder__in=holders, revoked_at__isnull=True).update(revoked_at=at)


def live_link(*, holder: str, purpose: str, at: dt.datetime) -> PersonalLink | None:
    """The newest link of ``holder`` that opens something at ``at``."""
    live = PersonalLink.objects.filter(holder=holder, purpose=purpose, revoked_at__isnull=True)
    return live.filter(expires_at__gt=at).order_by("-pk").first()


def token_of(link: PersonalLink) -> str:
    return f"{link.pk}-{_signature(link)}"


def open_link(token: str, *, purpose: str, at: dt.datetime) -> PersonalLink | None:
    """The link behind ``token``; None when the token is not genuine or serves another purpose.

    Raises:
        DeadLink: the token is genuine but no longer valid at ``at``.
    """
    pk, _, signature = token.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    link = PersonalLink.objects.filter(pk=int(pk), purpose=purpose).first()
    if link is None or not constant_time_compare(signature, _signature(link)):
        return None
    if not link.is_live(at):
        raise DeadLink(link)
    return link


def keep_secret(answer):
    """The page's address is a secret: the answer is never cached, indexed, or told to another site."""
    patch_cache_control(answer, private=True, no_store=True)
    # Other sites and our own logs see no path. Not "no-referrer": with it browsers send the forms of this page with
    # "Origin: null", which the CSRF check refuses.
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _signature(link: PersonalLink) -> str:
    value = f"{link.pk}|{link.nonce}|{link.purpose}"
    return salted_hmac("directory.links", value, algorithm="sha256").hexdigest()[:40]

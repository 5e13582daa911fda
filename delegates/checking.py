"""Checking a badge: the signed code behind its QR, and what it says about the delegate today.

The code is ``<id>-<signature>``, an HMAC over the id: whoever has no badge can make none up, and nothing is stored.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from delegates import policies
from delegates.models import Delegate

SIGNED = 16


def code_of(delegate: Delegate) -> str:
    """The code on the delegate's badge; the same however often it is printed."""
    return f"{delegate.pk}-{_signature(delegate.pk)}"


def typed_code_of(pk: int) -> str:
    """The code as a badge prints it for typing, in groups of four: ``123-ab12 cd34 ef56 7890``."""
    signature = _signature(pk)
    return f"{pk}-" + " ".join(signature[start : start + 4] for start in range(0, SIGNED, 4))


def address_of(delegate: Delegate) -> str:
    """Where anyone can check the badge: what its QR holds."""
    return settings.PUBLIC_URL + reverse("verify-delegate", args=[code_of(delegate)])


def code_in(text: str) -> str:
    """The code in what was scanned (the badge's address) or typed (the code alone, spaces or not)."""
    return "".join(text.strip().rstrip("/").rpartition("/")[2].split()).lower()


def delegate_by(code: str) -> Delegate | None:
    """The delegate behind a code; None when it is not genuine."""
    pk, _, signature = code.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    if not constant_time_compare(signature, _signature(int(pk))):
        return None
    people = Delegate.objects.select_related("seat__nomination__conference", "seat__group")
    return people.filter(pk=pk).first()


def standing_of(delegate: Delegate) -> str:
    """ "valid", "reserve", "replaced" or "withdrawn": what became of the one whom the badge names."""
    if delegate.state == Delegate.State.REPLACED:
        return "replaced"
    if not policies.holds_place(delegate):
        return "withdrawn"
    return "reserve" if delegate.seat.is_reserve else "valid"


def _signature(pk: int) -> str:
    return salted_hmac("delegates.checking", str(pk), algorithm="sha256").hexdigest()[:SIGNED]

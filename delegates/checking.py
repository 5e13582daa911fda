"""Checking a badge: the signed code behind its QR, and what it says about the delegate today.

The code is ``<id>-<signature>``, an HMAC over the id: whoever has no badge can make none up, and nothing is stored.
"""

import unicodedata
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from delegates import policies
from delegates.models import Delegate

SIGNED = 16
# What Vietnamese keyboards make of keys that follow each other in a code: mark on a letter → the key that was pressed.
# Typing "ee" or "af" under Telex gives "ê" and "à", "a1" under VNI gives "á".
_SAME_AGAIN = ""
_TELEX = {"\u0302": _SAME_AGAIN, "\u0300": "f", "đ": "d"}
_VNI = dict(zip("\u0301\u0300\u0309\u0303\u0323\u0302", "123456", strict=True)) | {"\u0306": "8", "đ": "9"}


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
    """The code in what was scanned (the badge's address) or typed (the code alone, spaces or not).

    What a Vietnamese keyboard has made of it is undone: whoever types at a door does not look at the screen.
    """
    code = "".join(text.strip().rstrip("/").rpartition("/")[2].split()).lower()
    return next((each for each in _meant(code) if _is_genuine(each)), code)


def _meant(code: str) -> Iterator[str]:
    yield code
    if not code.isascii():
        for keyboard in (_TELEX, _VNI):
            yield _keys(code, keyboard)


def _keys(text: str, keyboard: dict[str, str]) -> str:
    """The keys that were pressed for ``text``."""
    pressed = ""
    for each in unicodedata.normalize("NFD", text):
        if each == "đ":
            pressed += "d" + keyboard[each]
        elif each in keyboard:
            pressed += keyboard[each] or pressed[-1:]
        else:
            pressed += each
    return pressed


def delegate_by(code: str) -> Delegate | None:
    """The delegate behind a code; None when it is not genuine."""
    if not _is_genuine(code):
        return None
    people = Delegate.objects.select_related("seat__nomination__conference", "seat__group")
    return people.filter(pk=code.partition("-")[0]).first()


def _is_genuine(code: str) -> bool:
    pk, _, signature = code.partition("-")
    is_key = pk.isascii() and pk.isdigit() and len(pk) < 19
    return is_key and constant_time_compare(signature, _signature(int(pk)))


def standing_of(delegate: Delegate) -> str:
    """ "valid", "reserve", "replaced" or "withdrawn": what became of the one whom the badge names."""
    if delegate.state == Delegate.State.REPLACED:
        return "replaced"
    if not policies.holds_place(delegate):
        return "withdrawn"
    return "reserve" if delegate.seat.is_reserve else "valid"


def _signature(pk: int) -> str:
    return salted_hmac("delegates.checking", str(pk), algorithm="sha256").hexdigest()[:SIGNED]

"""Short secrets that have to be read again, kept so that a stolen dump of the database gives none of them away.

A sealed text is a Fernet token (AES-128-CBC with HMAC-SHA256), its key made from ``SECRET_KEY`` for one purpose alone.
``SECRET_KEY_FALLBACKS`` are tried as well: the key is changed by putting the former one there, ``manage.py reseal``
writes everything anew, and then the former one may go.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# What every sealed text begins with: the version of Fernet, and a time that fits into 36 bits (until the year 4147).
MARK = "gAAAAA"


class Unreadable(Exception):
    """None of the keys opens it."""


def seal(text: str, purpose: str) -> str:
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The text that was sealed for ``purpose``.

    Raises:
        Unreadable: it was sealed for something else, with a key that is gone, or not at all.
    """
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(purpose) from error


def _cipher(purpose: str) -> MultiFernet:
    return _made(purpose, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _made(purpose: str, *secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(purpose, secret)) for secret in secrets])


def _key(purpose: str, secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"hoinghi {purpose}".encode())
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))

"""A stream of bytes, encrypted chunk by chunk: a file of any size costs the memory of one chunk.

AES-256-GCM with a key that scrypt makes of a passphrase and the file's own salt. Every chunk's nonce is its
number, and its authenticated data says whether it is the last one: a file that was changed, cut off, or put
together anew does not open.
"""

import io
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"HOINGHI1"
SALT = 16
CHUNK = 1024 * 1024
TAG = 16


class VaultError(Exception):
    """The file is no backup, it is damaged, or the passphrase is another one."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int) -> bytes:
    return struct.pack(">4xQ", number)


class Writer(io.RawIOBase):
    """A file to write to; ``close`` writes its last chunk, without which nobody opens it.

    Arguments:
        out: a binary file; it is left open.
        passphrase: opens it again.
    """

    def __init__(self, out, passphrase: str):
        salt = os.urandom(SALT)
        out.write(MAGIC + salt)
        self._out, self._cipher = out, _cipher(passphrase, salt)
        self._waiting, self._number = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(self._waiting[:CHUNK], b"more")
            del self._waiting[:CHUNK]
        return len(data)

    def _seal(self, plain: bytes, place: bytes) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number), bytes(plain), place))
        self._number += 1

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(self._waiting, b"last")
        self._waiting.clear()


class Reader(io.RawIOBase):
    """The plain bytes of such a file.

    Raises:
        VaultError: on opening when it is no backup; on reading when the passphrase or the bytes are wrong.
    """

    def __init__(self, source, passphrase: str):
        head = source.read(len(MAGIC) + SALT)
        if len(head) < len(MAGIC) + SALT or not head.startswith(MAGIC):
            raise VaultError("Tệp này không phải bản sao lưu của Cổng.")
        self._source, self._cipher = source, _cipher(passphrase, head[len(MAGIC) :])
        self._plain, self._number, self._ended = memoryview(b""), 0, False
        self._next = source.read(CHUNK + TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, target) -> int:
        if not self._plain and not self._ended:
            self._open_next()
        size = min(len(target), len(self._plain))
        target[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _open_next(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._number), sealed, b"last" if self._ended else b"more")
        except InvalidTag:
            raise VaultError("Sai mật khẩu của bản sao lưu, hoặc tệp đã hỏng.") from None
        self._plain = memoryview(plain)
        self._number += 1

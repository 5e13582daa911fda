"""Checking a paper against the portal: the code on each copy, its QR, and what they lead to."""

import hashlib
from enum import Enum
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from correspondence.models import DocumentCopy, OfficialDocument
from correspondence.models.documents import CODE_LENGTH, CODE_LETTERS
from hoinghi.files import clean_name

GROUP = 4
State = OfficialDocument.State
PUBLISHED = (State.ISSUED, State.REPLACED, State.RECALLED)


def url_of(copy: DocumentCopy) -> str:
    """Where anyone can check the copy."""
    return address_of(copy.code)


def address_of(code: str) -> str:
    return f"{settings.PUBLIC_URL}{path_of(code)}"


def path_of(code: str) -> str:
    return reverse("verify", args=[code])


def short_address() -> str:
    """What somebody without a camera types: ``hoinghi.gov.vn/xac-minh``."""
    return f"{urlsplit(settings.PUBLIC_URL).netloc}{reverse('verify-form')}".rstrip("/")


def grouped(code: str) -> str:
    """A code as people read it from paper: ``ABCD EFGH JKLM NPQR``."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def qr_of(code: str) -> SafeString:
    """The QR code of a copy's address, as SVG that stands inside a page.

    15 % of it may be lost to a fold or a stamp (level M); the white border belongs to the code. With one mask
    for all it takes 1 ms; trying all eight for a slightly more even picture would take 5.
    """
    picture = segno.make(address_of(code), error="m", micro=False, mask=2)
    title = f"Mã QR: kiểm tra văn bản này tại {short_address()}"
    drawn = picture.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, title=title)
    return mark_safe(drawn)  # nosec B308 B703  # segno escapes the title; all else are numbers


def typed_code(text: str) -> str:
    """A code as it is stored, however it was typed; "" when it cannot be one."""
    code = "".join(text.split()).replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


class Match(Enum):
    """What an uploaded file turned out to be."""

    ISSUED = "issued"
    SIGNED = "signed"
    NONE = "none"


def match(copy: DocumentCopy, sha256: str) -> Match:
    """Compare a file with what was issued and what was signed of the copy's document."""
    document = copy.document
    if document.signed_copies.filter(sha256=sha256).exists():
        return Match.SIGNED
    if document.copies.filter(sha256=sha256).exists():
        return Match.ISSUED
    return Match.NONE


class HashingUpload(FileUploadHandler):
    """Takes the checksum of an upload as it arrives; nothing is ever kept, neither in memory nor on disk."""

    def __init__(self, request=None):
        super().__init__(request)
        self.name = self.sha256 = ""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._digest, self._size = hashlib.sha256(), 0

    def receive_data_chunk(self, raw_data, start):
        self._digest.update(raw_data)
        self._size += len(raw_data)

    def file_complete(self, file_size):
        """No file comes of it: the form has to look here."""
        if self._size:
            self.name, self.sha256 = clean_name(self.file_name), self._digest.hexdigest()


def successor_of(document: OfficialDocument) -> OfficialDocument | None:
    """The document that has taken this one's place."""
    return document.replaced_by.filter(state__in=PUBLISHED).first()


def counterpart(copy: DocumentCopy, document: OfficialDocument) -> DocumentCopy | None:
    """Of another document the copy for the same recipient, else the one that belongs to nobody."""
    own = Q(recipient=copy.recipient) | Q(organisation=copy.organisation_id, organisation__isnull=False)
    return document.copies.filter(own | Q(recipient="")).order_by("recipient", "pk").last()

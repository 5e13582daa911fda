"""What leaves the house. Knows no conference: whoever causes a letter or a document names its topic."""

from correspondence.models.documents import (
    DocumentCopy,
    Letterhead,
    OfficialDocument,
    OfficialDocumentQuerySet,
    SignedCopy,
)
from correspondence.models.messages import (
    Attachment,
    Attempt,
    Bounce,
    Mailing,
    Message,
    MessageQuerySet,
    TextOverride,
)

__all__ = [
    "Attachment",
    "Attempt",
    "Bounce",
    "DocumentCopy",
    "Letterhead",
    "Mailing",
    "Message",
    "MessageQuerySet",
    "OfficialDocument",
    "OfficialDocumentQuerySet",
    "SignedCopy",
    "TextOverride",
]

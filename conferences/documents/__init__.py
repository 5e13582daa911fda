"""The official documents of a conference: what each says, their drafts, and how drafts follow the conference.

``drafting`` is shared; ``invitation`` is the Giấy mời, ``framed`` the kinds whose words are a DocumentFrame.
"""

from conferences.documents.drafting import frames_of, letterhead_of, letterheads_for
from conferences.documents.following import adopt_replacement, follow_with_drafts
from conferences.documents.framed import draft_minutes, draft_notice, draft_official_letter
from conferences.documents.invitation import (
    draft_invitation,
    invitation_content,
    invitation_version,
    issued_invitation,
)

__all__ = [
    "adopt_replacement",
    "draft_invitation",
    "draft_minutes",
    "draft_notice",
    "draft_official_letter",
    "follow_with_drafts",
    "frames_of",
    "invitation_content",
    "invitation_version",
    "issued_invitation",
    "letterhead_of",
    "letterheads_for",
]

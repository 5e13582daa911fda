"""Who may do what with a letter or an official document, and in which state. Pages and services ask here."""

from correspondence.models import Message, OfficialDocument
from correspondence.teams import is_open_to, topic_of_document
from hoinghi.access import issues_documents, organises, staff, works
from hoinghi.text import lowerfirst

State = Message.State

# A letter may be …
RETRYABLE = frozenset({State.FAILED})
# (claimed: a worker has reserved it, but commits "sending" before it hands anything over)
CANCELLABLE = frozenset({State.DRAFT, State.QUEUED, State.CLAIMED, State.FAILED})
HELD = frozenset({State.DRAFT})
UNSETTLED = frozenset({State.UNKNOWN})
# A new letter with the same content: only where this one has gone or never will.
REPEATABLE = frozenset({State.SENT, State.CANCELLED})

can_see_outbox = staff
can_see_texts = staff


def handles(user, message: Message) -> bool:
    """Runs the matter that the letter is about, whatever became of the letter."""
    return organises(user) and is_open_to(user, message.topic)


def can_retry(user, message: Message) -> bool:
    return handles(user, message) and message.state in RETRYABLE


def can_cancel(user, message: Message) -> bool:
    return handles(user, message) and message.state in CANCELLABLE


def can_release(user, message: Message) -> bool:
    """Let a held letter go."""
    return handles(user, message) and message.state in HELD


def can_edit_draft(user, message: Message) -> bool:
    """Change the words or the address of a held letter; it is rendered anew from its parts."""
    return handles(user, message) and message.state in HELD and message.parts is not None


def can_settle(user, message: Message) -> bool:
    """Decide about a letter of which nobody knows whether it arrived."""
    return handles(user, message) and message.state in UNSETTLED


def can_send_again(user, message: Message) -> bool:
    return handles(user, message) and message.state in REPEATABLE


def is_theirs(user, document: OfficialDocument) -> bool:
    """The document's matter has no team, or the account is in it."""
    return is_open_to(user, topic_of_document(document.pk))


def can_edit_document(user, document: OfficialDocument) -> bool:
    """Put it right, throw it away: only before it is issued."""
    return works(user) and document.is_draft and is_theirs(user, document)


def can_issue_document(user, document: OfficialDocument) -> bool:
    """Give it number and date: the clerk's, only once."""
    return issues_documents(user) and document.is_draft and is_theirs(user, document)


def obstacle_to_sending(document: OfficialDocument) -> str:
    """Why no letter may carry the document, for staff to read; "" while it is in force."""
    if document.state == OfficialDocument.State.ISSUED:
        return ""
    return f"Không gửi: {document} kèm thư {lowerfirst(document.get_state_display())}."


def can_retire_document(user, document: OfficialDocument) -> bool:
    """Replace it, recall it, add what was signed: only while it is in force."""
    in_force = document.state == OfficialDocument.State.ISSUED
    return issues_documents(user) and in_force and is_theirs(user, document)

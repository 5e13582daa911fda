"""What staff change in a draft by hand, kept beside what was written from the data.

``content["by_hand"]`` holds, for the subject and each key that staff have changed, what the data say. When the
data change later, the staff's words stay, and ``content["facts_changed"]`` names where somebody has to look.
"""

from correspondence.models import OfficialDocument
from correspondence.nd30 import BY_HAND, FACTS_CHANGED, FORMS, LISTS, UNSTOPPED
from hoinghi.text import nfc

SUBJECT = "subject"


def typed(value: str | list[str]) -> str:
    """A value as it stands in a box: a list one item per line."""
    return "\n".join(value) if isinstance(value, list) else value


def _read(key: str, text: str) -> str | list[str]:
    lines = [line for part in text.splitlines() if (line := nfc(part))]
    if key in LISTS:
        return lines
    line = " ".join(lines)
    return line.rstrip(".") if key in UNSTOPPED else line


def put(document: OfficialDocument, values: dict[str, str]) -> dict[str, list[str]]:
    """Write typed values into the content of a draft; answers key → [before, after] of what is different.

    Arguments:
        values: key → text, of the keys that the kind lets staff edit; others are ignored.
    """
    content, changes = document.content, {}
    editable = FORMS[document.kind].editable
    written = content.pop(BY_HAND, {})
    for key in editable:
        before = content.get(key, "")
        after = _read(key, values[key]) if key in values else before
        if after != before:
            changes[key] = [typed(before), typed(after)]
            written.setdefault(key, before)
            content[key] = after
    if differing := {key: value for key, value in written.items() if value != _value(document, key)}:
        content[BY_HAND] = differing
    if not differing or {SUBJECT, *editable} <= values.keys():
        content.pop(FACTS_CHANGED, None)  # whoever saves all of it has looked
    return changes


def keep_subject(document: OfficialDocument, *, before: str) -> None:
    """Remember that the subject, which was ``before``, is now the staff's own."""
    document.content.setdefault(BY_HAND, {}).setdefault(SUBJECT, before)


def _value(document: OfficialDocument, key: str) -> str | list[str]:
    return document.subject if key == SUBJECT else document.content.get(key, "")


def merge(document: OfficialDocument, subject: str, content: dict) -> None:
    """Write newly generated values into a draft, except where staff have written their own."""
    old = document.content
    written = old.get(BY_HAND, {})
    generated = content | {SUBJECT: subject}
    now = {key: generated.get(key, "") for key in written}
    content = content | {key: old[key] for key in written if key != SUBJECT}
    if SUBJECT not in written:
        document.subject = subject
    if written:
        content[BY_HAND] = now
    changed = {key for key in written if now[key] != written[key]} | set(old.get(FACTS_CHANGED, ()))
    if changed:
        content[FACTS_CHANGED] = sorted(changed)
    document.content = content


def restore(document: OfficialDocument) -> None:
    """Take back what was written by hand: the draft says what the data say."""
    written = document.content.pop(BY_HAND, {})
    document.content.pop(FACTS_CHANGED, None)
    document.subject = written.pop(SUBJECT, document.subject)
    document.content |= written


def outdated(document: OfficialDocument) -> dict[str, str]:
    """What the data say by now where staff have written something else before: label → text."""
    labels = {SUBJECT: "Trích yếu", **FORMS[document.kind].editable}
    written = document.content.get(BY_HAND, {})
    return {
        labels[key]: typed(written[key]) for key in document.content.get(FACTS_CHANGED, ()) if key in written
    }

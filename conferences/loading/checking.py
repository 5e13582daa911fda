"""Checking the texts of a conference file against the facts of the conference that it makes."""

from conferences.citing import UnknownPlaceholder, citing_problems
from conferences.documents import invitation_content
from conferences.facts import facts_of, names_of, printed_facts_in
from conferences.frames import texts
from conferences.loading.parts import ConferenceFile, Text
from conferences.models import Conference
from conferences.notice import build_notice


def check_texts(file: ConferenceFile, conference: Conference) -> None:
    """Refuse texts that cite what is not there or spell out a typed fact; problems go to the file's source.

    Arguments:
        conference: saved with all rows of the file.
    """
    facts, names = facts_of(conference), names_of(conference)
    # Where rows were left out because of other problems, a missing fact would be a false alarm.
    is_complete = not file.source.problems
    for text in [*file.texts, *_frame_texts(file, conference)]:
        for found in printed_facts_in(text.text, facts):
            if found.placeholder != text.fact:
                file.source.refuse(text.path, found.message)
    if not is_complete:
        return
    for text in file.texts:
        for reason in citing_problems(text.text, names if text.is_short else facts.citable):
            hint = f" Ở đây dẫn được: {', '.join(f'{{{name}}}' for name in names)}." if text.is_short else ""
            file.source.refuse(text.path, reason + hint)
    if not file.source.problems:
        _try_frame(file, conference)


def _frame_texts(file: ConferenceFile, conference: Conference) -> list[Text]:
    if file.own_frame:
        return file.own_frame.texts()
    frame = conference.frame
    return [Text("frame", text) for text in (*(text for _, text in texts(frame.blocks)), *frame.invitation)]


def _try_frame(file: ConferenceFile, conference: Conference) -> None:
    try:
        build_notice(conference)
        invitation_content(conference)
    except UnknownPlaceholder as error:
        file.source.refuse("frame", str(error))

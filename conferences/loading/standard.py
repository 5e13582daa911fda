"""Kinds of conference and frames of notices that come with the portal (conferences/data)."""

from pathlib import Path

from django.db import transaction

from conferences.loading.reading import read
from conferences.models import ConferenceKind, DocumentFrame, NoticeFrame
from directory.audit import record
from directory.models import User

DATA = Path(__file__).parent.parent / "data"


@transaction.atomic
def load_kinds(*, actor: User | str) -> list[ConferenceKind | NoticeFrame | DocumentFrame]:
    """Create the kinds and frames that are not there yet; what is there belongs to staff and stays as it is.

    Returns:
        Those created now.
    """
    kinds = [
        ConferenceKind(**row, position=position) for position, row in enumerate(_rows("kinds.yaml"), start=1)
    ]
    # A frame names its kind by code.
    frames = [NoticeFrame(kind_id=row.pop("kind"), **row) for row in _rows("frames.yaml")]
    documents = [
        DocumentFrame(**row, position=position)
        for position, row in enumerate(_rows("documents.yaml"), start=1)
    ]
    rows = [*kinds, *frames, *documents]
    created = [row for row in rows if not type(row).objects.filter(pk=row.pk).exists()]
    for row in created:
        row.full_clean()
        row.save(force_insert=True)
        record(actor=actor, action=f"{row._meta.model_name}.load", target=row)
    return created


def _rows(name: str) -> list[dict]:
    return read(DATA / name).values

"""Kinds of conference and frames of notices that come with the portal (conferences/data)."""

from pathlib import Path

from django.db import transaction

from conferences.loading.reading import read
from conferences.models import ConferenceKind, NoticeFrame

DATA = Path(__file__).parent.parent / "data"


@transaction.atomic
def load_kinds() -> None:
    """Create or update the standard kinds and frames; those that staff have added stay.

    A standard frame that staff changed is set back: own wording belongs in a frame with a code of its own.
    """
    for position, row in enumerate(_rows("kinds.yaml"), start=1):
        defaults = {"name": row["name"], "position": position}
        ConferenceKind.objects.update_or_create(code=row["code"], defaults=defaults)
    for row in _rows("frames.yaml"):
        frame = NoticeFrame(**row | {"kind": ConferenceKind.objects.get(code=row["kind"])})
        frame.full_clean(validate_unique=False)
        frame.save()


def _rows(name: str) -> list[dict]:
    return read(DATA / name).values

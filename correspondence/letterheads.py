"""The default letterheads of the issuing units, from correspondence/data/letterheads.yaml."""

from pathlib import Path

import yaml
from django.db import transaction

from correspondence.models import Letterhead
from directory.audit import record
from directory.models import Organisation, User

DATA = Path(__file__).parent / "data" / "letterheads.yaml"


@transaction.atomic
def load_letterheads(*, actor: User | str) -> list[Letterhead]:
    """Create the letterheads that are not there yet; one that is there belongs to staff and stays as it is.

    Returns:
        Those created now.

    Raises:
        Organisation.DoesNotExist: the register of organisations (``load_units``) has not been loaded.
    """
    known = set(Letterhead.objects.exclude(code=None).values_list("code", flat=True))
    created = []
    for row in yaml.safe_load(DATA.read_text(encoding="utf-8")):
        if row["code"] in known:
            continue
        organisation = Organisation.objects.get(uid=row["organisation"])
        lines = {key: "\n".join(row[key]) for key in ("signer_title", "recipients")}
        letterhead = Letterhead.objects.create(**(row | lines | {"organisation": organisation}))
        record(actor=actor, action="letterhead.load", target=letterhead)
        created.append(letterhead)
    return created

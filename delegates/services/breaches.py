"""What staff write down of a breach of personal data; the 72 hours run from the moment at which it was found."""

import datetime as dt

from django.db import transaction

from delegates.models import DataBreach
from directory.audit import record
from directory.models import User


class ChangedMeanwhile(Exception):
    """A colleague has saved since the page was opened; the text is for the person who tried."""


@transaction.atomic
def write(*, breach: DataBreach, actor: User, at: dt.datetime) -> DataBreach:
    """Keep a new breach, from a checked form."""
    breach.written_by, breach.written_at = actor, at
    breach.save()
    record(actor=actor, action="breach.write", target=breach)
    return breach


@transaction.atomic
def change(*, breach: DataBreach, fields: list[str], version: int, actor: User) -> None:
    """Save what a checked form has changed in ``breach``.

    Arguments:
        fields: those that differ.
        version: of the breach that the form was opened with.
    Raises:
        ChangedMeanwhile: nothing was saved.
    """
    stored = DataBreach.objects.select_for_update(of=("self",)).get(pk=breach.pk)
    if stored.version != version:
        raise ChangedMeanwhile("Đồng nghiệp đã lưu sau khi trang này được mở. Đối chiếu rồi lưu lại.")
    changes = {name: [_plain(getattr(stored, name)), _plain(getattr(breach, name))] for name in fields}
    breach.version = stored.version + 1
    breach.save(update_fields=[*fields, "version"])
    record(actor=actor, action="breach.change", target=breach, changes=changes)


def _plain(value):
    return value.isoformat() if isinstance(value, dt.datetime) else value

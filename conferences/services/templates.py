"""Templates of conferences: kept under a name, replaced, renamed, removed."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from conferences.copying import kept_of
from conferences.models import Conference, ConferenceTemplate
from directory.audit import record
from directory.models import User

TAKEN = "Đã có mẫu tên này. Đặt tên khác, hoặc đánh dấu “Ghi đè mẫu cùng tên”."


@transaction.atomic
def save_template(
    *,
    source: Conference,
    name: str,
    note: str,
    parts: Iterable[str],
    replace: bool,
    actor: User,
) -> ConferenceTemplate:
    """Keep chosen parts of a conference under a name.

    Arguments:
        parts: codes of ``copying.PARTS``.
        replace: put them in the place of the template that has the name already.
    Raises:
        ValidationError: no part was chosen, or the name is taken and ``replace`` is not set.
    """
    content = kept_of(source, parts)
    if not content["parts"]:
        raise ValidationError({"parts": "Chọn ít nhất một phần để lưu thành mẫu."})
    template = ConferenceTemplate.objects.select_for_update().filter(name=name).first()
    if template and not replace:
        raise ValidationError(
            {"name": "Đã có mẫu tên này. Đặt tên khác, hoặc đánh dấu “Ghi đè mẫu cùng tên”."}
        )
    before = template.content["parts"] if template else None
    template = template or ConferenceTemplate(name=name)
    template.note, template.content, template.created_by = note, content, actor
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:  # a colleague has just taken the name
        raise ValidationError({"name": TAKEN}) from None
    record(
        actor=actor,
        action="template.save",
        target=template,
        changes={"name": ["", name], "parts": [before, content["parts"]], "from": [None, source.pk]},
    )
    return template


@transaction.atomic
def rename_template(*, template: ConferenceTemplate, name: str, note: str, actor: User) -> None:
    """Raises:
    ValidationError: another template has the name.
    """
    if ConferenceTemplate.objects.filter(name=name).exclude(pk=template.pk).exists():
        raise ValidationError({"name": "Đã có mẫu tên này. Đặt tên khác."})
    before = [template.name, template.note]
    template.name, template.note = name, note
    template.save(update_fields=["name", "note"])
    record(
        actor=actor,
        action="template.rename",
        target=template,
        changes={"name": [before[0], name], "note": [before[1], note]},
    )


@transaction.atomic
def remove_template(*, template: ConferenceTemplate, actor: User) -> None:
    """Conferences that were made from it stay as they are."""
    record(actor=actor, action="template.remove", target=template, changes={"name": [template.name, None]})
    template.delete()

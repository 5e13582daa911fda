"""The files of a conference: each upload is a version, nothing is overwritten."""

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from conferences.models import Material, MaterialVersion
from correspondence.waking import wake_on_commit
from directory.audit import record
from directory.models import User
from hoinghi.files import Examined, dropped_on_failure, examine

# conferences.tasks
READ_FILES = "conferences.tasks.read_files"


def check_upload(material: Material, upload) -> Examined:
    """Whether ``upload`` may become the newest version of ``material``, which may be new itself.

    Raises:
        ValidationError: the file is not what may be uploaded, or the same as the newest version.
    """
    examined = examine(upload)
    newest = material.versions.first() if material.pk else None
    if newest is not None and newest.sha256 == examined.sha256:
        raise ValidationError(
            f"“{examined.name}” giống hệt bản {newest.number} đang dùng. Chọn tệp đã sửa, hoặc bỏ trống ô này."
        )
    return examined


@transaction.atomic
def add_material_version(*, material: Material, upload, actor: User | str) -> MaterialVersion:
    """Keep an uploaded file as the newest version of the material; older ones stay.

    Raises:
        ValidationError: the file is not what may be uploaded, or the same as the newest version.
    """
    # Two uploads at once get their numbers one after the other.
    Material.objects.select_for_update().get(pk=material.pk)
    examined = check_upload(material, upload)
    newest = material.versions.first()
    version = MaterialVersion(
        material=material,
        number=newest.number + 1 if newest else 1,
        **examined.described,
        uploaded_by=actor if isinstance(actor, User) else None,
    )
    with dropped_on_failure(version.file):
        version.file.save(examined.disk_name, File(upload), save=False)
        version.save()
        material.conference.save(update_fields=["updated_at"])
        record(
            actor=actor,
            action="material.upload",
            target=material,
            changes={"version": [version.number - 1, version.number], "file": ["", examined.name]},
        )
    wake_on_commit(READ_FILES)
    return version

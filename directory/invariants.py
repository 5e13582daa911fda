"""What must be true of every stored file, of whichever app."""

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from directory.soundness import invariant
from hoinghi.files import CHUNK


def file_fields() -> Iterator[tuple[type[models.Model], models.FileField]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield model, field


def stored_files(model, field) -> Iterator[tuple[models.Model, models.fields.files.FieldFile]]:
    for row in model._default_manager.exclude(**{field.name: ""}).iterator():
        if file := getattr(row, field.name):
            yield row, file


def name_of(row: models.Model) -> str:
    """A row without what it may say of a person."""
    return f"{row._meta.verbose_name} số {row.pk}"


def sha256_of(file) -> str:
    digest = hashlib.sha256()
    with file.storage.open(file.name) as stored:
        while chunk := stored.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@invariant("Tệp đã lưu còn trên đĩa và đúng mã băm")
def files_are_what_was_stored():
    for model, field in file_fields():
        for row, file in stored_files(model, field):
            if not file.storage.exists(file.name):
                yield f"{name_of(row)}: không còn tệp {file.name}"
            elif has_hash_of(model, field) and row.sha256 and sha256_of(file) != row.sha256:
                yield f"{name_of(row)}: tệp {file.name} đã bị thay đổi"


def has_hash_of(model, field) -> bool:
    """Whether ``sha256`` is that of this file; a photo keeps that of the file from which it was made."""
    hashed = field.name == "file" and any(each.name == "sha256" for each in model._meta.fields)
    return hashed and not getattr(model, "FILE_IS_REWORKED", False)

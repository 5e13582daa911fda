"""Texts of a conference file: printed as they stand, or citing what the conference holds."""

from django.db.models import Field, Model

from conferences.citing import PLACEHOLDER
from conferences.loading.parts import ConferenceFile, Text
from conferences.loading.reading import Section, Source

_PLAIN_BRACES = "ô này không dẫn dữ kiện khác được; viết thẳng ra, không dùng { }."


def model_field(model: type[Model], name: str) -> Field:
    return model._meta.get_field(name)


class TextReader:
    """Reads texts and notes in ``file`` which of them have to be checked."""

    def __init__(self, source: Source):
        self.source = source
        self.file = ConferenceFile(source)

    def plain(self, section: Section, key: str, model, name: str, **options) -> str:
        """A text that is printed as it stands."""
        text = section.text(key, model_field(model, name), **options)
        if PLACEHOLDER.search(text):
            section.refuse(key, _PLAIN_BRACES)
        return text

    def short(
        self, section: Section, key: str, model, name: str, *, fact: str = "", required: bool | None = None
    ) -> str:
        """A short text, which may cite names; ``fact`` where it is a fact itself."""
        text = section.text(key, model_field(model, name), required=required)
        self.file.texts.append(Text(section.at(key), text, is_short=True, fact=fact))
        return text

    def free(self, section: Section, key: str, model, name: str) -> str:
        """A free text, which may cite every fact."""
        text = section.text(key, model_field(model, name))
        self.file.texts.append(Text(section.at(key), text))
        return text

"""Model fields that keep Vietnamese text clean, ordered and findable, whatever door it came in by; sealed secrets."""

import logging
import re

from django.db import models
from django.db.models import Lookup

from hoinghi import forms, sealing
from hoinghi.text import fold, name_key, nfc, person_sort_key, sort_key

log = logging.getLogger(__name__)


class NfcMixin:
    """Stores NFC text with single spaces: decomposed input (macOS, PDF, Excel) would not equal itself."""

    lines = False  # whether line ends are kept

    def to_python(self, value):
        value = super().to_python(value)
        return nfc(value, lines=self.lines) if isinstance(value, str) else value

    def formfield(self, **options):
        return super().formfield(**{"form_class": forms.CharField, **options})


class CharField(NfcMixin, models.CharField):
    pass


class TextField(NfcMixin, models.TextField):
    lines = True


class DerivedTextField(models.TextField):
    """A column computed from other fields of the row whenever the row is saved.

    Not a database generated column: the rules of Vietnamese order and folding live in Python, so that
    every PostgreSQL build sorts and finds alike. ``QuerySet.update`` does not recompute it, and a
    ``save(update_fields=…)`` that names a source must name this field too.
    """

    def __init__(self, *sources: str, **options):
        self.sources = sources
        options.setdefault("editable", False)
        options.setdefault("blank", True)
        options.setdefault("db_collation", "C")
        super().__init__(**options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, [*self.sources, *args], kwargs

    def derive(self, text: str) -> str:
        raise NotImplementedError

    def pre_save(self, instance, add):
        text = " ".join(str(getattr(instance, source) or "") for source in self.sources)
        value = self.derive(text)
        setattr(instance, self.attname, value)
        return value


class SortKeyField(DerivedTextField):
    """Vietnamese dictionary order of the sources; compare it, never the text itself."""

    def derive(self, text):
        return sort_key(text)


class PersonSortKeyField(DerivedTextField):
    """Order of persons: given name first, then the full name."""

    def derive(self, text):
        return person_sort_key(text)


class SearchField(DerivedTextField):
    """The sources without case, diacritics and đ; query it with ``search__contains=fold(words)``."""

    def derive(self, text):
        return fold(text)


_MARKED = [
    letter
    for letter in map(chr, range(0xC0, 0x1F00))
    if letter == letter.lower() and re.fullmatch("[a-z]", fold(letter))
]


@models.CharField.register_lookup
@models.TextField.register_lookup
class Folded(models.Transform):
    """A text without case, diacritics and đ, where no ``SearchField`` stands beside it: every row is read.

    ``subject__folded__contains=fold(words)``; the text must be composed (``nfc``).
    """

    lookup_name = "folded"
    template = f"TRANSLATE(LOWER(%(expressions)s), '{''.join(_MARKED)}', '{''.join(map(fold, _MARKED))}')"


class NameKeyField(DerivedTextField):
    """What two spellings of one name have in common, to tell names apart; searched like a ``SearchField``."""

    def derive(self, text):
        return name_key(text)


class SealedTextField(models.TextField):
    """A secret that has to be shown again: plain in Python, sealed in the database (``hoinghi.sealing``).

    Empty stays empty. Nobody can ask the database for a value: the only lookup is ``sealed=True`` (there is one) or
    ``sealed=False`` (it is empty), so what it must look like is checked before it is saved. What no key opens any more
    reads as empty and is logged, so that one lost key does not take down the pages that show it.
    """

    def __init__(self, *args, purpose: str, **options):
        self.purpose = purpose
        super().__init__(*args, **options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"purpose": self.purpose}

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return sealing.seal(value, self.purpose) if value else value

    def from_db_value(self, value, expression, connection):
        if not value:
            return value
        try:
            return sealing.unseal(value, self.purpose)
        except sealing.Unreadable:
            log.error("No key opens a sealed text, it has to be entered again: %s", self)
            return ""

    def get_lookup(self, lookup_name):
        return _Sealed if lookup_name == _Sealed.lookup_name else None


class _Sealed(Lookup):
    lookup_name = "sealed"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        left, parameters = self.process_lhs(compiler, connection)
        if not self.rhs:
            return f"{left} = %s", (*parameters, "")
        return f"LEFT({left}, {len(sealing.MARK)}) = %s", (*parameters, sealing.MARK)

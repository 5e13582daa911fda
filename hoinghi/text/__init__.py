"""Vietnamese text, dates, numbers, telephones: solved here once, used everywhere.

| module | what |
|---|---|
| vietnamese | one spelling (NFC), search folding, dictionary order, slugs, names |
| dates | dates, hours, weekdays: printed officially, read as people type them |
| numbers | decimal comma, quotas, file sizes |
| finding | words found in a text, and where they stand in it |
| contacts | telephone numbers and e-mail addresses |
| legacy | text in TCVN3 or VNI that was read as Unicode |
"""

from .contacts import clean_email, format_phone, format_phones, parse_phones
from .dates import (
    VIETNAM,
    format_countdown,
    format_date,
    format_long_date,
    format_moment,
    format_moment_short,
    format_pattern,
    format_range,
    format_time,
    format_time_long,
    parse_date,
    parse_moment,
    parse_time,
    parse_weekday,
    weekday_number,
    weekday_words,
)
from .finding import Piece, find_letters, mark_words, words_to_find
from .legacy import legacy_meaning, looks_like_legacy_encoding
from .numbers import format_filesize, format_number, format_quota, parse_figure
from .vietnamese import (
    capfirst,
    fold,
    given_name,
    lowerfirst,
    name_key,
    nbsp,
    nfc,
    person_name,
    person_sort_key,
    slugify,
    sort_key,
    upper,
)

__all__ = [
    "VIETNAM",
    "Piece",
    "capfirst",
    "clean_email",
    "find_letters",
    "fold",
    "format_countdown",
    "format_date",
    "format_filesize",
    "format_long_date",
    "format_moment",
    "format_moment_short",
    "format_number",
    "format_pattern",
    "format_phone",
    "format_phones",
    "format_quota",
    "format_range",
    "format_time",
    "format_time_long",
    "given_name",
    "legacy_meaning",
    "looks_like_legacy_encoding",
    "lowerfirst",
    "mark_words",
    "name_key",
    "nbsp",
    "nfc",
    "parse_date",
    "parse_figure",
    "parse_moment",
    "parse_phones",
    "parse_time",
    "parse_weekday",
    "person_name",
    "person_sort_key",
    "slugify",
    "sort_key",
    "upper",
    "weekday_number",
    "weekday_words",
    "words_to_find",
]

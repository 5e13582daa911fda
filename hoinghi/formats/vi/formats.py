"""Formats of the ``vi`` locale, in place of Django's own (found through FORMAT_MODULE_PATH).

Django 5.2 has no Vietnamese input formats: it reads ``04/12/2026`` as 12 April, refuses ``18/4/2023`` and
``8h00``, and starts the week on Sunday. The first format of each list is what widgets write. Python's
``strptime`` takes a day, month or hour with or without the leading zero.

The exact official forms (month padded for January and February only) are in ``hoinghi.text``; the output
formats below serve what Django prints by itself, such as the columns of the admin.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "d/n/Y"
TIME_FORMAT = r"G\hi"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = r"G\hi d/n/Y"
YEAR_MONTH_FORMAT = r"\t\h\á\n\g n/Y"
MONTH_DAY_FORMAT = "d/n"
FIRST_DAY_OF_WEEK = 1

DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
TIME_INPUT_FORMATS = [
    "%Hh%M",
    "%Hh%M'",
    "%Hh%M’",
    "%Hh",
    "%H giờ %M",
    "%H giờ %M phút",
    "%H giờ",
    "%H:%M",
    "%H:%M:%S",
    "%H:%M:%S.%f",
]
# Written with a colon, because spreadsheets then know it for a date.
DATETIME_INPUT_FORMATS = [
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %Hh%M",
    "%Hh%M %d/%m/%Y",
    "%Hh%M ngày %d/%m/%Y",
    "%d-%m-%Y %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%d/%m/%Y",
    "%Y-%m-%d",
]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3

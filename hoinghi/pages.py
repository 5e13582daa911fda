"""Lists of any length, page by page: nobody waits until millions of rows have been counted.

A page has to say that there are many, not how many. So counting ends at ``MOST``, and who looks for more narrows the
list; pages beyond would cost the database every row before them anyway.
"""

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import cached_property

from hoinghi.text import format_number

MOST = 20_000


def count_up_to_most(rows: QuerySet) -> int:
    """How many rows; ``MOST + 1`` stands for more."""
    # What the rows are joined to and sorted by makes them neither more nor fewer.
    return rows.order_by().values("pk")[: MOST + 1].count()


def many(number: int) -> str:
    """ "350", or "hơn 20.000" for what ``count_up_to_most`` has not counted on."""
    return format_number(number) if number <= MOST else f"hơn {format_number(MOST)}"


class Pages(Paginator):
    """Pages of the first ``MOST`` rows; an admin's ``paginator``, too.

    Arguments:
        number: how many rows there are, where that is known already.
    """

    def __init__(self, *args, number: int | None = None, **options):
        super().__init__(*args, **options)
        self._number = number

    @cached_property
    def number(self) -> int:
        """As ``count_up_to_most`` has it."""
        return count_up_to_most(self.object_list) if self._number is None else self._number

    @cached_property
    def count(self) -> int:
        return min(self.number, MOST)


def estimated(table: str) -> int:
    """How many rows the database believes the table to have (its statistics, seldom off by more than a tenth)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return max(0, cursor.fetchone()[0])

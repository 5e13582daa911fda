"""The delegates of one conference as a list: filtered, in an order, page by page, with totals that equal the rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from conferences.models import Conference, InvitedGroup
from delegates.models import Delegate
from hoinghi.text import capfirst, fold, name_key
from hoinghi.together import bring

# Rows of one page: the people of a usual conference.
PER_PAGE = 300
_PROVINCE = ("seat__nomination__unit__sort_key", "seat__nomination__organisation__sort_key")
_PERSON = ("sort_key", "id")
# Order → fields; each ends with the given name.
ORDERS = {
    "province": (*_PROVINCE, "seat__group__position", "seat__is_reserve", *_PERSON),
    "group": ("seat__group__position", "seat__is_reserve", *_PROVINCE, *_PERSON),
    "organisation": ("seat__is_reserve", "seat__name_key", *_PROVINCE, *_PERSON),
    "name": _PERSON,
}
ORDER_NAMES = {
    "province": "Tỉnh, nhóm, tên",
    "group": "Nhóm, tỉnh, tên",
    "organisation": "Đơn vị công tác, tên",
    "name": "Tên",
}


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; empty asks for everybody.

    Attributes:
        words: part of a name, a post, an organisation or a province, with or without diacritics.
        group: code of a group.
        answer: one of ``Delegate.Answer``.
        nomination: key of one list.
        reserve: False leaves those in reserve out, True asks for them alone; None takes both.
        order: one of ``ORDERS``.
        declined: what is printed for the day holds those who said that they will not come, as well.
    """

    words: str = ""
    group: str = ""
    answer: str = ""
    order: str = "province"
    nomination: int | None = None
    reserve: bool | None = None
    declined: bool = False

    @property
    def prints_declined(self) -> bool:
        """Asked for, or the only ones that the filter leaves."""
        return self.declined or self.answer == Delegate.Answer.DECLINED

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.group or self.answer or self.nomination or self.reserve is not None)


@dataclass(frozen=True)
class Line:
    """One delegate as lists print it; the fields come from the database in this order."""

    pk: int
    honorific: str
    full_name: str
    job_title: str
    organisation: str
    phone: str
    email: str
    role: str
    answer: str
    is_reserve: bool
    group: int
    nomination: int
    unit_name: str
    organisation_name: str

    @property
    def sender(self) -> str:
        return self.unit_name or self.organisation_name

    @property
    def is_declined(self) -> bool:
        return self.answer == Delegate.Answer.DECLINED

    @property
    def note(self) -> str:
        notes = [capfirst(self.role)] if self.role else []
        return "; ".join([*notes, "Dự phòng"] if self.is_reserve else notes)


_FIELDS = (
    *("pk", "honorific", "full_name", "job_title", "seat__name", "phone", "email", "role", "answer"),
    *("seat__is_reserve", "seat__group_id", "seat__nomination_id"),
    *("seat__nomination__unit_name", "seat__nomination__organisation_name"),
)


@dataclass(frozen=True)
class Total:
    """How many of one group the list holds: counted people of how many organisations, and those in reserve.

    Of both together ``declined`` said that they will not come.
    """

    group: str
    people: int
    reserve: int
    organisations: int
    declined: int


def listed(conference: Conference, wanted: Wanted) -> QuerySet[Delegate]:
    """Whoever is sent, reserves included, in the order asked for."""
    found = Delegate.objects.filter(
        seat__nomination__conference=conference, seat__is_live=True, state=Delegate.State.PROPOSED
    )
    if wanted.group:
        found = found.filter(seat__group__code=wanted.group)
    if wanted.answer:
        found = found.filter(answer=wanted.answer)
    if wanted.nomination is not None:
        found = found.filter(seat__nomination=wanted.nomination)
    if wanted.reserve is not None:
        found = found.filter(seat__is_reserve=wanted.reserve)
    if wanted.words:
        found = found.filter(
            Q(search__contains=fold(wanted.words))
            | Q(seat__name_key__contains=name_key(wanted.words))
            | Q(seat__nomination__unit__search__contains=fold(wanted.words))
            | Q(seat__nomination__organisation__search__contains=fold(wanted.words))
        )
    return found.order_by(*(F(name).asc(nulls_last=True) for name in ORDERS[wanted.order]))


def lines_of(people: QuerySet[Delegate]) -> Iterator[Line]:
    """The rows of a list, in one query whatever they hold."""
    return (Line(*values) for values in people.values_list(*_FIELDS))


def totals_of(people: QuerySet[Delegate], groups: list[InvitedGroup]) -> list[Total]:
    """How many of each group there are, in printed order; groups without anybody are left out."""
    numbers = {
        (group, is_reserve): counted
        for group, is_reserve, *counted in people.order_by()
        .values_list("seat__group", "seat__is_reserve")
        .annotate(
            people=Count("pk"),
            organisations=Count("seat", distinct=True),
            declined=Count("pk", filter=Q(answer=Delegate.Answer.DECLINED)),
        )
    }
    totals = []
    for group in groups:
        counted, organisations, absent = numbers.get((group.pk, False), (0, 0, 0))
        reserve, _, absent_reserve = numbers.get((group.pk, True), (0, 0, 0))
        totals.append(Total(capfirst(group.label), counted, reserve, organisations, absent + absent_reserve))
    return [total for total in totals if total.people or total.reserve]


def groups_of(conference: Conference) -> list[InvitedGroup]:
    """The conference's groups, ready to print their names without asking again."""
    bring(conference, "abbreviations")
    groups = list(conference.groups.all())
    for group in groups:
        group.conference = conference
    return groups

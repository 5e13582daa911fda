"""Expected refusals, each with a message for the person; views show them, logs stay quiet."""

from dataclasses import dataclass, field


class NominationClosed(Exception):
    """The list may not be changed now: late, already accepted, or the conference is not open."""


class StaleVersion(Exception):
    """A colleague saved the list after this form was opened."""


class TooManyRows(Exception):
    """A list does not hold that many people."""


@dataclass(frozen=True)
class RowError:
    """One thing to mend: the row's index in what was sent, the field's name, and what to do about it."""

    row: int
    field: str
    message: str


@dataclass(eq=False)
class InvalidRows(Exception):
    """The list can't be submitted as it stands.

    Attributes:
        rows: problems of single rows, in their order.
        groups: group code → what is wrong with the group as a whole (its quota).
        paper: what is wrong about the papers that come with the list.
    """

    rows: list[RowError] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    paper: str = ""

    def __bool__(self):
        return bool(self.rows or self.groups or self.paper)

    def __str__(self):
        return "; ".join(
            [error.message for error in self.rows]
            + list(self.groups.values())
            + [self.paper] * bool(self.paper)
        )

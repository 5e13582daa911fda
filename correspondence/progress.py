"""How far an order to write letters has come."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from correspondence.models import DocumentCopy, Mailing, Message

State = Message.State


@dataclass(frozen=True)
class Step:
    """One stage of the work: so many of so many are done."""

    name: str
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True)
class Progress:
    """Where the letters of an order are.

    Attributes:
        states: state → how many letters.
        papers: PDFs that go along, and how many of them are made.
    """

    mailing: Mailing
    states: dict[str, int] = field(default_factory=dict)
    papers: int = 0
    papers_made: int = 0

    @property
    def is_written(self) -> bool:
        return self.mailing.finished_at is not None

    @property
    def letters(self) -> int:
        """How many letters there are, or will be."""
        return sum(self.states.values()) if self.is_written else self.mailing.expected

    @property
    def written_before(self) -> int:
        """Letters that were announced, but had been written earlier."""
        return max(self.mailing.expected - self.mailing.written, 0) if self.is_written else 0

    @property
    def waiting(self) -> int:
        return sum(self.states.get(state, 0) for state in (State.QUEUED, State.CLAIMED, State.SENDING))

    @property
    def held(self) -> int:
        return self.states.get(State.DRAFT, 0)

    @property
    def is_running(self) -> bool:
        """Whether something goes on by itself."""
        return not self.is_written or bool(self.waiting)

    @property
    def steps(self) -> list[Step]:
        steps = [Step("Viết thư", self.letters if self.is_written else 0, self.letters)]
        if self.papers:
            steps.append(Step("Làm PDF", self.papers_made, self.papers))
        return [*steps, Step("Trao cho máy chủ thư", self.states.get(State.SENT, 0), self.letters)]


def progress_of(mailing: Mailing) -> Progress:
    """Count the letters and papers of one order."""
    letters = Message.objects.filter(mailing=mailing)
    states = dict(letters.order_by().values_list("state").annotate(Count("pk")))
    copies = DocumentCopy.objects.filter(pk__in=letters.values("attachments__copy"))
    papers = copies.aggregate(total=Count("pk"), made=Count("pk", filter=~Q(sha256="")))
    return Progress(mailing, states, papers["total"], papers["made"])


def running() -> QuerySet[Mailing]:
    """Orders of staff that are not finished: letters to write, or letters under way.

    What the portal orders itself is a letter or two with each list that comes in: no batch to be watched.
    """
    under_way = Message.objects.unsent().filter(mailing=OuterRef("pk"))
    ordered = Mailing.objects.filter(actor__isnull=False)
    return ordered.filter(Q(finished_at__isnull=True) | Exists(under_way))


def progress_of_many(mailings: Iterable[Mailing]) -> list[Progress]:
    """The letters of several orders, counted at once; without their papers."""
    mailings = list(mailings)
    counts: dict[int, dict[str, int]] = {mailing.pk: {} for mailing in mailings}
    rows = Message.objects.filter(mailing__in=mailings).order_by().values_list("mailing", "state")
    for mailing, state, count in rows.annotate(Count("pk")):
        counts[mailing][state] = count
    return [Progress(mailing, counts[mailing.pk]) for mailing in mailings]

"""What a conference file consists of once it is read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Model

from conferences import frames
from conferences.loading.reading import Source
from conferences.models import Conference
from directory.models import AdministrativeUnit

# Without these there is no conference, not even one to check texts in.
_NEEDED = (
    "slug",
    "title",
    "kind",
    "organiser",
    "issuing_unit",
    "organiser_name",
    "issuing_unit_name",
    "chair_title",
    "start_at",
    "end_at",
)


@dataclass
class Row:
    """One row of a list in the file: where it stands, its values, its many-to-many values.

    ``rows`` are rows of its own by their accessor, ``group_codes`` the conference's groups that it names;
    ``late`` gives the values that can only be told once the conference has its other rows.
    """

    path: str
    values: dict
    links: dict[str, list] = field(default_factory=dict)
    rows: dict[str, list["Row"]] = field(default_factory=dict)
    group_codes: list[str] | None = None
    late: Callable[[Conference], dict] | None = None


@dataclass
class MaterialRow(Row):
    file: Path | None = None


@dataclass
class PhotoRow(Row):
    file: Path | None = None


@dataclass
class ArticleRow(Row):
    """An article; ``texts`` are its path and text pairs that cite facts."""

    photos: list[PhotoRow] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class SeriesPart:
    """The series of a conference: by its slug alone where it is there already, else with all it says."""

    path: str
    values: dict
    previous: Row | None = None
    legal_bases: list[Row] = field(default_factory=list)
    articles: list[ArticleRow] = field(default_factory=list)


@dataclass
class ConclusionPart:
    path: str
    values: dict
    published_at: dt.datetime | None
    items: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """A text of the file that may cite facts; a short one may cite names only.

    ``fact`` is the placeholder of a text that is a fact itself.
    """

    path: str
    text: str
    is_short: bool = False
    fact: str = ""


@dataclass
class OwnFrame:
    """A frame that the file brings along."""

    blocks: list
    invitation: list

    def texts(self) -> list[Text]:
        """Every text with its path in the file."""
        paragraphs = [(f"invitation[{index}]", text) for index, text in enumerate(self.invitation)]
        return [Text(path, text) for path, text in (*frames.texts(self.blocks, path="frame"), *paragraphs)]


@dataclass
class ConferenceFile:
    """A read file: fields of Conference, its rows, and every text that may cite facts.

    ``records`` are texts that may cite facts as well as spell them out.
    """

    source: Source
    values: dict = field(default_factory=dict)
    own_frame: OwnFrame | None = None
    state: str = Conference.State.DRAFT
    announced_at: dt.datetime | None = None
    rows: dict[type[Model], list[Row]] = field(default_factory=dict)
    legal_bases: list[Row] = field(default_factory=list)
    materials: list[MaterialRow] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    records: list[Text] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    provinces: list[AdministrativeUnit] = field(default_factory=list)
    series: SeriesPart | None = None
    conclusion: ConclusionPart | None = None
    articles: list[ArticleRow] = field(default_factory=list)

    @property
    def can_be_saved(self) -> bool:
        """Whether enough was read for a conference to exist, be it only to check its texts."""
        return all(self.values.get(name) for name in _NEEDED) and bool(
            self.values.get("frame") or self.own_frame
        )

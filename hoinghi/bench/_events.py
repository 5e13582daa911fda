"""Thousands of events for the pages that list them: of twenty years and the next three months.

The first ten are in the weeks around today, so that the pages are full from the beginning.
"""

import datetime as dt
import random

from django.core.files.base import ContentFile
from django.utils import timezone

from conferences.models import (
    AgendaItem,
    Article,
    Conference,
    ConferenceKind,
    Findable,
    Material,
    MaterialVersion,
    Place,
    Sector,
)
from conferences.services import add_material_version
from directory.models import AdministrativeUnit
from hoinghi.text import find_letters

SLUG = "su-kien-"
PAST, AHEAD = 20 * 365, 90  # days
BATCH = 1000
TOPICS = (
    "quản lý, phát triển cụm công nghiệp",
    "khuyến công quốc gia và khuyến công địa phương",
    "chuyển đổi xanh trong các cơ sở công nghiệp nông thôn",
    "đổi mới sáng tạo của doanh nghiệp nhỏ",
    "phát triển thị trường trong nước",
    "xúc tiến thương mại vùng đồng bằng sông Cửu Long",
)
PHRASES = (
    "hội nghị",
    "cụm công nghiệp",
    "hội nghị cụm công nghiệp",
    "đánh giá kết quả thực hiện",
    "khó khăn, vướng mắc",
    "đề xuất, kiến nghị giải pháp",
    "hạ tầng kỹ thuật",
    "bảo vệ môi trường",
    "doanh nghiệp sản xuất",
    "đề án khuyến công",
    "nguồn vốn và kế hoạch",
    "liên kết vùng, xuất khẩu",
)
PHRASES_EACH = 30
ARTICLES_EACH = 5  # one article for so many events
PAPERS = 12


def fill_up_to(events: int, like: Conference) -> None:
    """Let there be so many published events besides the demo's, with places, fields of work, articles and what the
    search knows.

    Arguments:
        like: whose kind, frame and bodies they take.
    """
    # The demo's conferences do not count: they would take the places of the first ten.
    there = Conference.objects.filter(slug__startswith=SLUG).count()
    chance = random.Random(there)
    made = [_event(number, events, like, chance) for number in range(there, events)]
    Conference.objects.bulk_create(made, BATCH)
    Place.objects.bulk_create(
        [Place(conference=each, role=Place.Role.CENTRAL, label="Tại Bộ", locality="Hà Nội") for each in made],
        BATCH,
    )
    _spread(
        Conference.sectors.through, "sector_id", Sector.objects.values_list("pk", flat=True), made, chance
    )
    provinces = (
        AdministrativeUnit.objects.provinces().as_of(timezone.localdate()).values_list("pk", flat=True)
    )
    _spread(Conference.provinces.through, "administrativeunit_id", provinces, made, chance)
    articles = Article.objects.bulk_create(
        [
            Article(
                conference=each,
                slug=f"tin-{each.slug}",
                title=each.title,
                printed_title=f"Tin: {each.title}",
                published_at=min(each.end_at, timezone.now()),
            )
            for each in made[::ARTICLES_EACH]
        ],
        BATCH,
    )
    found = [_found(each, Findable.Kind.EVENT, each.title, each.start_at, chance) for each in made]
    found += [
        _found(
            each.conference,
            Findable.Kind.ARTICLE,
            each.printed_title,
            each.published_at,
            chance,
            article=each,
        )
        for each in articles
    ]
    Findable.objects.bulk_create(found, BATCH)


def _event(number: int, events: int, like: Conference, chance: random.Random) -> Conference:
    now = timezone.now()
    start = now + dt.timedelta(days=number % 10 * 5 - 20, hours=1)
    if number >= 10:
        start = now + dt.timedelta(days=chance.uniform(-PAST, AHEAD))
    over = start < now
    return Conference(
        kind_id=chance.choice(_kinds()),
        frame_id=like.frame_id,
        slug=f"{SLUG}{number}",
        title=f"Hội nghị {chance.choice(TOPICS)} lần thứ {number}",
        state=Conference.State.CONCLUDED if over else Conference.State.ANNOUNCED,
        organiser_id=like.organiser_id,
        organiser_name=like.organiser_name,
        issuing_unit_id=like.issuing_unit_id,
        issuing_unit_name=like.issuing_unit_name,
        chair_title="Lãnh đạo Bộ",
        purpose="Đánh giá tình hình, bàn giải pháp.",
        start_at=start,
        end_at=start + dt.timedelta(hours=4),
        announced_at=min(now, start - dt.timedelta(days=14)),
    )


def _kinds() -> list[str]:
    if not hasattr(_kinds, "known"):
        _kinds.known = [*ConferenceKind.objects.values_list("code", flat=True)]
    return _kinds.known


def _spread(through, column: str, choices, made: list[Conference], chance: random.Random) -> None:
    """Give each event one of ``choices``."""
    choices = [*choices]
    rows = (
        [through(conference_id=each.pk, **{column: chance.choice(choices)}) for each in made]
        if choices
        else []
    )
    through.objects.bulk_create(rows, BATCH)


def _found(conference, kind: str, title: str, date: dt.datetime, chance: random.Random, **of) -> Findable:
    body = ", ".join(chance.choices(PHRASES, k=PHRASES_EACH))
    return Findable(
        kind=kind,
        conference=conference,
        url=conference.get_absolute_url(),
        title=title,
        body=body,
        folded_title=find_letters(title),
        folded_body=find_letters(body),
        date=date,
        indexed_at=timezone.now() + dt.timedelta(days=1),
        **of,
    )


def papers_of(conference: Conference, *, size: int) -> MaterialVersion:
    """Twelve public papers for the items of its agenda; answers the last one, a PDF of so many bytes."""
    items = [*AgendaItem.objects.filter(conference=conference)] or [None]
    for number in range(PAPERS):
        paper = Material.objects.create(
            conference=conference,
            title=f"Báo cáo chuyên đề số {number + 1}",
            visibility=Material.Visibility.PUBLIC,
            agenda_item=items[number % len(items)],
            position=number,
        )
        version = add_material_version(material=paper, upload=_pdf(number, size), actor="bench")
    return version


def _pdf(number: int, size: int) -> ContentFile:
    """Bytes that nobody can compress, behind the mark of a PDF."""
    mark = b"%PDF-1.7\n"
    return ContentFile(mark + random.Random(number).randbytes(size - len(mark)), name=f"bao-cao-{number}.pdf")

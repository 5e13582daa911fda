"""What people are told about the processing of their data: a text with a number, shown where data are given.

The basis is the state's duty (Luật 91/2025/QH15, Điều 19.1.c), so there is a notice and no box to agree in. The
texts that come with the portal stand in ``data/privacy_notices``; staff add later ones at their desk.
"""

import datetime as dt
from pathlib import Path

import nh3
import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from directory.audit import record
from directory.models import PrivacyNotice, User
from hoinghi.sharing import Parts
from hoinghi.text import nfc

DATA = Path(__file__).parent / "data" / "privacy_notices"
_READER = MarkdownIt("zero", {"html": False}).enable(["heading", "list", "emphasis"])
_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em"}


class NoticeInForce(Exception):
    """A text that people were shown can't be changed: write the next one."""


# Every list and letter names the notice, and a new one comes once in years: a process that shows the one before for
# some seconds more does no harm.
_kept: Parts[PrivacyNotice | None] = Parts(most=10)
_READ_LATELY = "read lately"


def current(at: dt.datetime | None = None) -> PrivacyNotice | None:
    """The notice that counts at ``at`` (default now); None before the first was loaded."""
    day = timezone.localdate(at)
    return _kept.get(day, _READ_LATELY, lambda: PrivacyNotice.objects.in_force(at).first())


def rendered(notice: PrivacyNotice) -> SafeString:
    """The text as HTML: headings, paragraphs and lists; any HTML in it is text."""
    clean = nh3.clean(_READER.render(notice.text), tags=_TAGS, attributes={})
    return mark_safe(clean)  # nosec B308 B703  # headings, paragraphs and lists alone are left


def line_for_letters(at: dt.datetime | None = None) -> str:
    """What a letter says at its end, with the address of the very wording; "" without a notice."""
    notice = current(at)
    return f"{notice}: {settings.PUBLIC_URL}{notice.get_absolute_url()}" if notice else ""


def read(path: Path) -> PrivacyNotice:
    """The notice of a file: a head of ``number`` and ``valid_from`` between two lines ``---``, then the text."""
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    values = yaml.safe_load(head)
    return PrivacyNotice(
        number=values["number"], valid_from=values["valid_from"], text=nfc(text.strip(), lines=True)
    )


@transaction.atomic
def load(*, path: Path = DATA, actor: User | str) -> bool:
    """Take up the notice of a file, or those of a folder; answers whether anything is new.

    Raises:
        NoticeInForce: there is a notice of that number with other words.
    """
    files = sorted(path.glob("*.md")) if path.is_dir() else [path]
    news = [_load_one(file, actor) for file in files]
    return any(news)


def _load_one(file: Path, actor: User | str) -> bool:
    notice = read(file)
    there = PrivacyNotice.objects.filter(number=notice.number).first()
    if there is not None:
        if (there.text, there.valid_from) != (notice.text, notice.valid_from):
            raise NoticeInForce(f"{there} đã có với nội dung khác; đặt số mới cho nội dung mới.")
        return False
    notice.save()
    record(actor=actor, action="notice.publish", target=notice)
    return True

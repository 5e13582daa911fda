"""Whatever is typed into any text field: kept as text or refused at the field, never an error of the portal.

Each case opens a page as its user sees it, fills every text field of one of its forms with the same nasty text,
sends it with all of its buttons, and reads every page on which it could appear.
"""

import datetime as dt
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone

from conferences.models import Article, Conference, Material
from conferences.services import papers
from conferences.tests.concluding import conclude, give
from conferences.tests.desk import posted_again
from conferences.tests.drafting import make_draft
from hoinghi.tests.cast import publish_agenda

pytestmark = pytest.mark.django_db

NASTY = {
    "html": '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "attribute": "\" onfocus=alert(1) autofocus x='",
    "template": "{{ user.password }}{% now 'Y' %}",
    "placeholder": "{khong_co} {date} {0} }{",
    "long": "Hội nghị " * 1_200,
    "one word": "x" * 10_000,
    "nul": "Hội\0 nghị",
    "direction": "\u202eđảo \u2066ngược\u200f Hội nghị",
    "decomposed": "Hội nghị tie\u0302\u0301n",
    "symbols": "🎉 \ufffe\U000e0041 \x07\x1b[31m",
    "newlines": "một\r\nhai\u2028ba\x85bốn",
    "sql": "'; DROP TABLE conferences_conference; --",
}


# The others take minutes.
FIRST = ("html", "long", "nul")
CASES = [
    pytest.param(text, id=name, marks=[] if name in FIRST else pytest.mark.slow)
    for name, text in NASTY.items()
]


class Forms(HTMLParser):
    """The forms of a page with what a browser would send, their text fields and their buttons."""

    def __init__(self, page: str):
        super().__init__()
        self.forms: list[dict] = []
        self.now = self.textarea = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "form":
            self.now = {"method": attrs.get("method", "get"), "data": {}, "texts": [], "buttons": []}
            self.forms.append(self.now)
        if self.now is None or not name:
            return
        if tag == "textarea" or (tag == "input" and kind in ("text", "search", "email", "tel", "url")):
            self.now["texts"].append(name)
            self.now["data"][name] = attrs.get("value", "")
        elif tag == "input" and kind == "hidden":
            self.now["data"][name] = attrs.get("value", "")
        elif tag == "input" and kind in ("radio", "checkbox") and "checked" in attrs:
            self.now["data"][name] = attrs.get("value", "on")
        elif tag == "button":
            self.now["buttons"].append((name, attrs.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None


@dataclass
class Stage:
    """A conference with everything that has a page, and the pages themselves."""

    conference: Conference
    pages: list[tuple[str, str]] = field(default_factory=list)  # (who, address)


@pytest.fixture
def stage(conference, world, an, binh, nomination):
    """Announced and over, with an agenda, a draft, a conclusion, a task, a request, an article, a material."""
    so, at = world.dak_lak.so, timezone.now()
    conference.agenda.create(title="Khai mạc", starts_after=0, lasts=10)
    publish_agenda(conference)
    Material.objects.create(conference=conference, title="Báo cáo")
    Article.objects.create(conference=conference, slug="tin", title="Tin", published_at=at)
    draft = make_draft(conference, an, organisations=[so])
    (paper,) = papers.ask(
        conference=conference,
        organisations=[so],
        title="Tham luận",
        due_at=at + dt.timedelta(days=3),
        actor=an,
        at=at,
    )
    conclusion = conclude(conference, an)
    (task,) = give(conclusion, an, so)
    item, slug = conclusion.items.first().pk, conference.slug
    staff = [
        reverse("paper-ask", args=[slug]),
        reverse("paper-desk", args=[slug]),
        paper.get_absolute_url(),
        task.get_absolute_url(),
        reverse("task-desk"),
        reverse("task-give", args=[slug, item]),
        reverse("conclusion-desk", args=[slug]),
        reverse("agenda-draft", args=[slug]),
        reverse("drafts", args=[slug]),
        reverse("draft-new", args=[slug]),
        *(
            reverse(name, args=[slug, draft.pk])
            for name in ("draft-desk", "draft-edit", "draft-version", "draft-ask", "draft-opinions")
        ),
        reverse("copy", args=[slug]),
        reverse("templates"),
        reverse("material-notice", args=[slug]),
    ]
    own = [paper, task, draft.sheets.get()]
    public = [conference.get_absolute_url(), *map(reverse, ("home", "archive", "search", "news"))]
    return Stage(
        conference,
        [
            *(("an", address) for address in staff),
            *(("binh", each.get_absolute_url()) for each in own),
            *(("binh", reverse(name)) for name in ("paper-requests", "tasks", "opinion-sheets")),
            *(("", address) for address in (*public, draft.get_absolute_url())),
            ("", reverse("materials", args=[slug])),
            ("", reverse("agenda-pdf", args=[slug])),
            ("", "/tin-tuc/rss.xml"),
            ("", "/lich.ics"),
            ("", "/api/v1/events"),
        ],
    )


def log_in(client, who: str, request) -> None:
    client.logout()
    if who:
        client.force_login(request.getfixturevalue(who))


def is_safe(response, sent: str = "") -> bool:
    """No error, nothing that was typed acts in the page, and with NUL it came to no form (``hoinghi.intake``)."""
    if response.status_code >= 500 or ("\0" in sent) != (response.status_code == 400):
        return False
    if response.streaming or "html" not in response["Content-Type"]:
        return True
    page = response.content.decode()
    return "<script>alert" not in page and "<img src=x" not in page and '" onfocus=alert' not in page


@pytest.mark.parametrize("text", CASES)
def test_every_text_field_of_every_page(client, stage, text, request):
    sent = 0
    for who, address in stage.pages:
        log_in(client, who, request)
        response = client.get(address)
        if "html" not in response["Content-Type"]:
            continue
        for form in Forms(response.content.decode()).forms:
            texts = [name for name in form["texts"] if name != "csrfmiddlewaretoken"]
            if not texts:
                continue
            data = form["data"] | dict.fromkeys(texts, text)
            if form["method"].lower() != "post":
                sent += 1
                assert is_safe(client.get(address, data), text), (address, data)
                continue
            for name, value in form["buttons"] or [("", "")]:
                sent += 1
                answer = client.post(address, data | ({name: value} if name else {}))
                assert is_safe(answer, text), (address, name, value)
    assert sent > 25  # the walk has found the forms
    for who, address in stage.pages:
        log_in(client, who, request)
        assert is_safe(client.get(address)), (who, address)
    assert not stored_with_nul()


@pytest.mark.parametrize("text", CASES)
def test_every_text_field_of_the_admin(client, stage, an, text, request):
    """Each field alone, so that what one refuses does not keep the others from being saved."""
    client.force_login(an)
    address = reverse("admin:conferences_conference_change", args=[stage.conference.pk])
    data = posted_again(client.get(address))
    fields = [
        name
        for name, value in data.items()
        if isinstance(value, str) and not name.endswith(("_FORMS", "-id", "-conference", "token"))
    ]
    assert len(fields) > 60
    assert is_safe(client.post(address, data | dict.fromkeys(fields, text)), text)
    for name in ("title", "short_title", "purpose", "chair_title", "signature", "groups-0-name"):
        assert is_safe(client.post(address, data | {name: text}), text), name
    for who, page in stage.pages:
        log_in(client, who, request)
        assert is_safe(client.get(page)), (name, page)
    assert not stored_with_nul()


def stored_with_nul() -> list[str]:
    """PostgreSQL takes no NUL in a text; in JSON it would stand as an escape."""
    kinds = ContentType.objects.filter(app_label="conferences")
    return [
        f"{model.__name__}.{each.name}"
        for model in (kind.model_class() for kind in kinds)
        if model is not None
        for each in model._meta.get_fields()
        if isinstance(each, models.JSONField)
        and any("\\u0000" in repr(value) for value in model.objects.values_list(each.name, flat=True))
    ]

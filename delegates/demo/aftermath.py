"""What the demo's conferences led to: drafts with opinions and answers, conclusions with tasks.

Its data stand in conferences/demo/aftermath.yaml; everything is done through the services, at its time.
"""

import datetime as dt
from pathlib import Path

import yaml
from django.apps import apps
from django.utils import timezone

from conferences.models import ConclusionItem, Conference, DraftDocument, Opinion, Reminder, Task
from conferences.services import conclusions, dispositions, drafts, opinions, tasks
from conferences.services.conclusions import ItemRow
from conferences.services.opinions import Author, Row
from conferences.services.tasks import Addressee
from delegates.demo.history import mark_sent
from directory.models import Organisation, User
from hoinghi.text import parse_moment

FILES = Path(apps.get_app_config("conferences").path) / "demo"
LIVE = "twin"


def follow_up(*, live: Conference, staff: User, typist: User) -> None:
    """Fill in what came of the conferences of the past, and ask about one draft of the live one.

    Arguments:
        typist: who wrote for the organisations.
    """
    data = yaml.safe_load((FILES / "aftermath.yaml").read_text(encoding="utf-8"))
    now = timezone.now()
    for entry in data["drafts"]:
        conference = live if entry["conference"] == LIVE else _conference(entry["conference"])
        if conference is not None:
            _discuss(conference, entry, staff, typist, now)
    for entry in data["conclusions"]:
        if (conference := _conference(entry["conference"])) is not None:
            _conclude(conference, entry, staff, typist, now)


def _conference(slug: str) -> Conference | None:
    return Conference.objects.filter(slug=slug).first()


def _organisation(uid: str) -> Organisation:
    return Organisation.objects.get(uid=uid)


# ── drafts ──────────────────────────────────────────────────────────────────────────────────────────


def _discuss(conference: Conference, entry: dict, staff: User, typist: User, now: dt.datetime) -> None:
    opened = parse_moment(entry["opened"]) if "opened" in entry else now
    draft = DraftDocument(
        conference=conference,
        deadline=_deadline(entry, now),
        result_readers=DraftDocument.Readers.PUBLIC,
        **{
            name: entry[name]
            for name in ("title", "focus", "for_series", "readers", "delegates_may")
            if name in entry
        },
    )
    drafts.save_draft(draft=draft, actor=staff, at=opened)
    first, *later = entry["versions"]
    _issue(draft, first, staff, opened)
    asked = [_organisation(uid) for uid in entry["asked"]]
    drafts.ask(draft=draft, organisations=asked, actor=staff, at=opened)
    drafts.open_draft(draft=draft, actor=staff, at=opened)
    for version in later:
        _issue(draft, version, staff, opened)
    for sheet in entry.get("sheets", []):
        _answer(draft, sheet, staff, typist)
    if "published" in entry:
        at = parse_moment(entry["published"])
        draft.refresh_from_db()
        dispositions.publish_result(draft=draft, readers=draft.result_readers, actor=staff, at=at)
    _was_long_ago(conference, now)


def _deadline(entry: dict, now: dt.datetime) -> dt.datetime:
    if "deadline" in entry:
        return parse_moment(entry["deadline"])
    day = timezone.localtime(now) + dt.timedelta(days=entry["deadline_days"])
    return day.replace(hour=17, minute=0, second=0, microsecond=0)


def _issue(draft: DraftDocument, entry: dict, staff: User, opened: dt.datetime) -> None:
    text = (FILES / "du-thao" / entry["text"]).read_text(encoding="utf-8")
    version = drafts.start_version(draft=draft, text=text, note=entry.get("note", ""), actor=staff)
    at = parse_moment(entry["issued"]) if "issued" in entry else opened
    drafts.issue_version(version=version, actor=staff, at=at)


def _answer(draft: DraftDocument, entry: dict, staff: User, typist: User) -> None:
    sheet = draft.sheets.get(organisation=_organisation(entry["by"]))
    at = parse_moment(entry["at"])
    given = [(_clause(draft, each), each) for each in entry.get("opinions", [])]
    opinions.mark_opened(sheet=sheet, at=at - dt.timedelta(hours=2))
    opinions.submit(
        sheet=sheet,
        rows=[Row(clause, each["text"]) for clause, each in given],
        agrees=entry.get("agrees", False),
        version=sheet.version,
        author=Author(typist, str(typist)),
        at=at,
    )
    for clause, each in given:
        dispositions.answer(
            draft=draft,
            opinions=Opinion.objects.filter(sheet=sheet, clause=clause).values_list("pk", flat=True),
            disposition=each["disposition"],
            reply=each.get("reply", ""),
            actor=staff,
            at=draft.deadline + dt.timedelta(days=5),
        )


def _clause(draft: DraftDocument, entry: dict) -> int | None:
    if "clause" not in entry:
        return None
    return draft.versions.get(number=entry["version"]).clauses.get(label=entry["clause"]).pk


# ── conclusions ─────────────────────────────────────────────────────────────────────────────────────


def _conclude(conference: Conference, entry: dict, staff: User, typist: User, now: dt.datetime) -> None:
    conclusion = conclusions.save_conclusion(
        conference=conference,
        opening=entry.get("opening", ""),
        closing="",
        rows=[ItemRow(None, **item) for item in entry["items"]],
        version=0,
        actor=staff,
    )
    published = parse_moment(entry["published"])
    conclusions.publish_conclusion(conference=conference, actor=staff, at=published)
    items = list(conclusion.items.all())
    for given in entry["tasks"]:
        _give(items[given["item"] - 1], given, staff, now)
    for report in entry["reports"]:
        _report(items[report["item"] - 1], report, staff, typist, now)
    _was_long_ago(conference, now)


def _days(number: int, now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(days=number)


def _give(item: ConclusionItem, entry: dict, staff: User, now: dt.datetime) -> None:
    tasks.give(
        item=item,
        addressees=[Addressee(each.name, each) for each in map(_organisation, entry["to"])],
        due_on=timezone.localdate(_days(entry["due_days"], now)),
        actor=staff,
        at=_days(entry["given_days"], now),
    )


def _report(item: ConclusionItem, entry: dict, staff: User, typist: User, now: dt.datetime) -> None:
    task = Task.objects.get(item=item, organisation=_organisation(entry["by"]))
    at = _days(entry["days"], now)
    tasks.report(task=task, note=entry["note"], actor=typist, at=at)
    later = {"task": task, "actor": staff, "at": at + dt.timedelta(hours=20)}
    if entry.get("answer") == "accepted":
        tasks.accept(**later)
    elif entry.get("answer") == "returned":
        tasks.return_report(reason=entry["reason"], **later)


def _was_long_ago(conference: Conference, now: dt.datetime) -> None:
    """Letters and reminders of the past left in the past: no worker of today may send or miss them."""
    mark_sent(conference)
    over = conference.reminders.filter(state=Reminder.State.WAITING, due_at__lte=now)
    over.update(state=Reminder.State.STOPPED)

"""Papers that staff ask for: asked, sent, approved or returned, asked for no more.

What an organisation sends is read by staff alone until they approve it; then it becomes a material of the
conference, or the next version of the one that it became before.
"""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from conferences import paper_letters, reminders
from conferences.models import (
    AgendaItem,
    Conference,
    Material,
    MaterialVersion,
    PaperRequest,
    PaperSubmission,
)
from conferences.paper_policies import asking_obstacle, sending_obstacle
from conferences.services.materials import add_material_version
from conferences.services.publishing import WrongState
from directory.audit import record
from directory.models import Organisation, User
from hoinghi.files import dropped_on_failure, examine
from hoinghi.text import format_moment

# Files that one organisation sends for one request; none is overwritten, so somebody must stop.
MOST = 20
State = PaperRequest.State
AUDIENCE = "papers"
SUPERSEDED = "Đơn vị đã gửi tệp khác thay tệp này."


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask(
    *,
    conference: Conference,
    organisations: Iterable[Organisation],
    title: str,
    guidance: str = "",
    due_at: dt.datetime,
    agenda_item: AgendaItem | None = None,
    visibility: str = Material.Visibility.INVITED,
    actor: User,
    at: dt.datetime,
) -> list[PaperRequest]:
    """Ask each of the organisations for a paper and tell it; answers the new requests.

    Whoever is asked for a paper of this title already is not asked again.

    Arguments:
        visibility: who may read the paper once it is approved, one of ``Material.Visibility``.
    Raises:
        WrongState: the conference is a draft or called off.
        ValidationError: nobody is chosen, or the time is over.
    """
    # Two who press at once: the second one finds the requests of the first.
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if message := asking_obstacle(locked):
        raise WrongState(message)
    organisations = {each.pk: each for each in organisations}
    if not organisations:
        raise ValidationError({"organisations": "Đánh dấu ít nhất một đơn vị."})
    _check_due(due_at, at)
    asked = conference.paper_requests.filter(title=title).exclude(state=State.WITHDRAWN)
    there = set(asked.values_list("organisation", flat=True))
    requests = [
        PaperRequest.objects.create(
            conference=conference,
            organisation=organisation,
            organisation_name=organisation.name,
            title=title,
            guidance=guidance,
            due_at=due_at,
            agenda_item=agenda_item,
            visibility=visibility,
            asked_at=at,
            asked_by=actor,
        )
        for pk, organisation in organisations.items()
        if pk not in there
    ]
    for request in requests:
        record(
            actor=actor,
            action="paper.ask",
            target=request,
            changes={"organisation": [None, request.organisation_name], "due_at": [None, str(due_at)]},
        )
    if requests:
        paper_letters.tell_asked(requests=requests, at=at)
        _remind(conference, at)
    return requests


def _check_due(due_at: dt.datetime, at: dt.datetime) -> None:
    if due_at <= at:
        raise ValidationError({"due_at": f"{format_moment(due_at)} đã qua. Chọn thời điểm sau lúc này."})


@transaction.atomic
def change_due(*, request: PaperRequest, due_at: dt.datetime, actor: User, at: dt.datetime) -> PaperRequest:
    """Give the organisation another time, which is told.

    Raises:
        WrongState: nothing is to be sent now.
        ValidationError: the time is over.
    """
    locked = _lock(request)
    if locked.state not in PaperRequest.TO_SEND:
        raise WrongState(f"Yêu cầu đang ở trạng thái “{locked.get_state_display()}”, không đổi hạn gửi.")
    _check_due(due_at, at)
    if due_at == locked.due_at:
        return locked
    before, locked.due_at = locked.due_at, due_at
    locked.save(update_fields=["due_at"])
    record(
        actor=actor, action="paper.change_due", target=locked, changes={"due_at": [str(before), str(due_at)]}
    )
    paper_letters.tell_due(request=locked, at=at)
    _remind(locked.conference, at)
    return locked


@transaction.atomic
def withdraw(*, request: PaperRequest, actor: User, at: dt.datetime) -> PaperRequest:
    """Ask for the paper no more; the organisation is told, and what it sent stays on its page.

    Raises:
        WrongState: it is approved, or withdrawn already.
    """
    locked = _lock(request)
    if locked.state in (State.APPROVED, State.WITHDRAWN):
        raise WrongState(f"Yêu cầu đang ở trạng thái “{locked.get_state_display()}”.")
    _move(locked, State.WITHDRAWN, "paper.withdraw", actor)
    paper_letters.tell_withdrawn(request=locked, at=at)
    _remind(locked.conference, at)
    return locked


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────


def submit(*, request: PaperRequest, upload, note: str = "", actor: User, at: dt.datetime) -> PaperSubmission:
    """Send a file; staff read it. It takes the place of one that still waits; none is overwritten.

    Raises:
        WrongState: nothing is taken (any more).
        ValidationError: the file is not what may be uploaded, or the same as the newest one.
    """
    try:
        examined = examine(upload)
    except ValidationError as refused:
        raise ValidationError({"upload": refused.messages}) from refused
    made = PaperSubmission(
        request=request, note=note, submitted_at=at, submitted_by=actor, **examined.described
    )
    with dropped_on_failure(made.file), transaction.atomic():
        locked = _lock(request)
        if message := sending_obstacle(locked):
            raise WrongState(message)
        newest = locked.submissions.first()
        if newest and newest.sha256 == made.sha256:
            raise ValidationError(
                {"upload": f"“{made.file_name}” giống hệt tệp gửi lần {newest.number}. Chọn tệp đã sửa."}
            )
        if newest and newest.number >= MOST:
            raise WrongState(f"Đã gửi {MOST} lần, không nhận thêm. Liên hệ đơn vị tổ chức.")
        locked.submissions.filter(state=PaperSubmission.State.WAITING).update(
            state=PaperSubmission.State.RETURNED, reason=SUPERSEDED, decided_at=at
        )
        made.number = newest.number + 1 if newest else 1
        made.file.save(examined.disk_name, upload, save=False)
        made.save()
        _move(
            locked,
            State.SUBMITTED,
            "paper.submit",
            actor,
            acted_for=locked.organisation_name,
            file=["", made.file_name],
        )
        paper_letters.tell_submitted(submission=made, at=at)
        _remind(locked.conference, at)
    return made


# ── deciding ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def approve(*, request: PaperRequest, number: int, actor: User, at: dt.datetime) -> MaterialVersion:
    """Make the file that waits a material of the conference, or its next version; the organisation is told.

    Arguments:
        number: of the submission that the person has read.
    Raises:
        WrongState: nothing waits, or another file has come since.
        ValidationError: the file is the same as the material's newest version.
    """
    locked, waiting = _waiting(request, number)
    material = locked.material or Material.objects.create(
        conference=locked.conference,
        title=_title_for_readers(locked),
        visibility=locked.visibility,
        agenda_item=locked.agenda_item,
        position=locked.conference.materials.count() + 1,
    )
    with waiting.file.open("rb") as source:
        version = add_material_version(
            material=material, upload=File(source, name=waiting.file_name), actor=actor
        )
    _decide(waiting, PaperSubmission.State.APPROVED, "", actor, at)
    locked.material = material
    locked.save(update_fields=["material"])
    _move(locked, State.APPROVED, "paper.approve", actor, version=[None, version.number])
    paper_letters.tell_approved(request=locked, number=number, at=at)
    return version


def _title_for_readers(request: PaperRequest) -> str:
    """With whose paper it is, since many organisations are asked for the same; the title alone where that is
    too long or says it already."""
    named = str(request)
    fits = len(named) <= Material._meta.get_field("title").max_length
    return named if fits and request.organisation_name not in request.title else request.title


@transaction.atomic
def return_paper(
    *, request: PaperRequest, number: int, reason: str, actor: User, at: dt.datetime
) -> PaperRequest:
    """Ask the organisation for a better one, with a reason; arguments and refusals as ``approve``.

    Raises:
        ValidationError: no reason.
    """
    locked, waiting = _waiting(request, number)
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do trả lại: cần sửa gì."})
    _decide(waiting, PaperSubmission.State.RETURNED, reason, actor, at)
    _move(locked, State.RETURNED, "paper.return", actor, reason=["", reason])
    paper_letters.tell_returned(request=locked, number=number, at=at)
    _remind(locked.conference, at)
    return locked


def _waiting(request: PaperRequest, number: int) -> tuple[PaperRequest, PaperSubmission]:
    locked = _lock(request)
    newest = locked.submissions.first()
    if locked.state != State.SUBMITTED or newest is None:
        raise WrongState(f"Yêu cầu đang ở trạng thái “{locked.get_state_display()}”, không có tệp chờ duyệt.")
    if newest.number != number:
        raise WrongState(f"Đơn vị vừa gửi tệp khác (lần {newest.number}). Đọc tệp mới rồi quyết định.")
    return locked, newest


def _decide(submission: PaperSubmission, state: str, reason: str, actor: User, at: dt.datetime) -> None:
    submission.state, submission.reason = state, reason
    submission.decided_by, submission.decided_at = actor, at
    submission.save(update_fields=["state", "reason", "decided_by", "decided_at"])


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _lock(request: PaperRequest) -> PaperRequest:
    return PaperRequest.objects.select_for_update(of=("self",)).with_story().get(pk=request.pk)


def _move(
    request: PaperRequest, state: str, action: str, actor: User, *, acted_for: str = "", **changes: list
) -> None:
    before, request.state = request.state, state
    request.save(update_fields=["state"])
    record(
        actor=actor,
        action=action,
        target=request,
        changes={"state": [before, state], **changes},
        acted_for=acted_for,
    )


def _remind(conference: Conference, at: dt.datetime) -> None:
    reminders.prefill(conference, AUDIENCE)
    reminders.schedule(conference=conference, at=at)

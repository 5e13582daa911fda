"""Letters about a person's own data: to the person, and to whoever must answer."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from conferences import letters as conference_letters
from correspondence.letters import write_letter
from correspondence.models import Message
from correspondence.outbox import OutgoingLetter, enqueue_many
from delegates import fillings
from delegates.letters import delegate_link, outgoing
from delegates.models import DataRequest, Delegate, Retention
from delegates.privacy import clocks
from directory.context_processors import current_site
from directory.models import PersonalLink
from hoinghi.text import format_date, format_moment, lowerfirst, upper
from venues.letters import officer_link
from venues.models import Officer

TOPIC = "privacy:requests"


def titles_of(topics: list[str]) -> dict[str, str]:
    """What the outbox calls the topic of letters about an account's data."""
    return dict.fromkeys(topics, "Dữ liệu cá nhân")


def tell_taken(request: DataRequest, at: dt.datetime) -> bool:
    """Say that the request has come in and until when it will be done; False when there is no address."""
    return _to_person(request, "data_request_taken", at)


def tell_extended(request: DataRequest, at: dt.datetime) -> bool:
    return _to_person(request, "data_request_extended", at)


def tell_answered(request: DataRequest, at: dt.datetime, *, has_page: bool) -> bool:
    """
    Arguments:
        has_page: the person still has a page of the own; otherwise the letter links to the public notice.
    """
    return _to_person(request, "data_request_answered", at, has_page=has_page)


def tell_staff(request: DataRequest, at: dt.datetime) -> None:
    """Tell the conference's contact; the request stands on the staff's page all the same."""
    if request.conference is None:
        return
    contact = request.conference.contacts.first()
    if contact is None or not contact.email:
        return
    values, frame = _filling(request, at)
    letter = write_letter("data_request_staff", values | {"contact": str(contact)}, frame)
    sent = _outgoing(
        request,
        letter,
        key=f"data_request_staff:{request.pk}",
        kind="data_request_staff",
        address=contact.email,
        recipient_name=contact.full_name,
        link_path=request.get_absolute_url(),
    )
    enqueue_many([sent], at=at)


def send_link(holder: Delegate | Officer, dead: PersonalLink, at: dt.datetime) -> None:
    """Answer a click on a dead link with one to the own data; clicking again writes no second letter."""
    key = f"data_link:{dead.pk}"
    if Message.objects.filter(key=key).exists():
        return
    request = DataRequest(**{holder._meta.model_name: holder})
    values, frame = conference_letters.around(request.conference)
    letter = write_letter("data_link", values | {"person": holder.full_name}, frame)
    sent = _outgoing(
        request,
        letter,
        key=key,
        kind="data_link",
        address=holder.email,
        recipient_name=holder.full_name,
        **_way(request, at, has_page=True),
    )
    enqueue_many([sent], at=at)


def tell_retention(retention: Retention, at: dt.datetime) -> None:
    """Tell the conference's contact from when on its delegates will have no names any more."""
    conference = retention.conference
    contact = conference.contacts.first()
    if contact is None or not contact.email:
        return
    values, frame = conference_letters.around(conference)
    values |= {"contact": str(contact), "moment": format_moment(retention.runs_at)}
    letter = conference_letters.outgoing(
        conference,
        write_letter("retention_announced", values, frame),
        key=f"retention_announced:{conference.pk}:{at:%Y%m%d%H%M%S}",
        kind="retention_announced",
        address=contact.email,
        recipient_name=contact.full_name,
        link_path=reverse("retention", args=[conference.slug]),
    )
    enqueue_many([letter], at=at)


def _to_person(request: DataRequest, kind: str, at: dt.datetime, *, has_page: bool = True) -> bool:
    if not request.address:
        return False
    letter = write_letter(kind, *_filling(request, at))
    envelope = {
        "key": f"{kind}:{request.pk}",
        "kind": kind,
        "address": request.address,
        "recipient_name": request.person_name,
    }
    if request.conference is not None:
        sent = _outgoing(request, letter, **_way(request, at, has_page=has_page), **envelope)
    else:
        page = reverse("my-data" if has_page else "privacy")
        sent = OutgoingLetter(topic=TOPIC, link_path=page, user=request.user, **vars(letter), **envelope)
    enqueue_many([sent], at=at)
    return True


def _outgoing(request: DataRequest, letter, **envelope) -> OutgoingLetter:
    """A letter about a request of somebody who has a part in a conference."""
    if request.delegate is not None:
        return outgoing(request.delegate.seat.nomination, letter, **envelope)
    return conference_letters.outgoing(request.conference, letter, **envelope)


def _way(request: DataRequest, at: dt.datetime, *, has_page: bool) -> dict:
    if not has_page:
        return {"link_path": reverse("privacy")}
    if request.delegate is not None:
        return {"link": delegate_link(request.delegate, at)}
    return {"link": officer_link(request.officer, at)}


def _filling(request: DataRequest, at: dt.datetime) -> fillings.Filling:
    values = {
        "person": request.person_name,
        "kind": lowerfirst(request.get_kind_display()),
        "number": str(request.pk),
        "due": format_date(request.due_on),
        "basis": clocks.basis(),
        "reason": request.extension_reason,
        "result": lowerfirst(request.get_state_display()),
        "answer": request.answer,
    }
    if request.delegate is not None:
        about, frame = fillings.fill(request.delegate.seat.nomination)
        return about | values, frame
    if request.officer is not None:
        about, frame = conference_letters.around(request.conference)
        return about | values, frame
    site = current_site(timezone.localdate(at))
    return values, {"organisation": site.organisation, "link": "{link}", "signature": upper(site.unit)}


def sample(code: str) -> fillings.Filling | None:
    """What the preview of a text is filled with: a made-up request."""
    at = timezone.now()
    request = DataRequest(
        pk=1,
        kind=DataRequest.Kind.SEE,
        state=DataRequest.State.DONE,
        person_name="Nguyễn Văn A",
        asked_at=at,
        due_on=clocks.due_on(DataRequest.Kind.SEE, at),
        extension_reason="cần đối chiếu với hồ sơ giấy",
        answer="Bản sao dữ liệu ở trang riêng của đồng chí.",
    )
    values, frame = _filling(request, at)
    made_up = {"contact": "đồng chí Trần Văn B", "name": "hội nghị", "moment": format_moment(at)}
    return values | made_up, frame

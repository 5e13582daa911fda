"""A conference may name its team; then no other member of the staff sends anything to a page of it.

A page belongs to the conference that its address names by ``slug``. Those whose address names something below a
conference say whose that is: ``register_owner``. Letters and documents know their conference by their topic
(``correspondence.teams``).
"""

from collections.abc import Callable

from django.db.models import Expression, Model

from conferences.models import Conference
from conferences.policies import is_open_to
from conferences.topics import conference_in
from correspondence.models import Mailing, Message
from correspondence.teams import topic_of_document
from hoinghi.access import anyone, is_for_reading, policy_of, works
from hoinghi.middleware import SAFE, not_allowed

NOT_THE_TEAM = (
    "Hội nghị này có tổ công tác riêng, tài khoản này không ở trong đó. Chưa có gì được lưu hay gửi. Cần làm, xin "
    "đề nghị người trong tổ thêm tài khoản này vào ô “Tổ công tác” của hội nghị."
)
OF_DOCUMENTS = (
    "document",
    "document-edit",
    "document-issue",
    "document-sign",
    "document-replace",
    "document-recall",
)

Owner = Callable[[int], int | None]
# By the beginning of names, and by whole names where the next name means another kind of row.
_owners: dict[str, Owner] = {}
_pages: dict[str, Owner] = {}


def register_owner(beginning: str, owner_of: Owner) -> None:
    """Pages below a conference.

    Arguments:
        beginning: of the names of their URLs, whose ``pk`` is the row's.
        owner_of: id of the row → id of its conference.
    """
    _owners[beginning] = owner_of


def register_correspondence() -> None:
    """The pages of letters and documents, whose app does not know what they are about."""
    _pages.update(dict.fromkeys(("outbox-message", "outbox-edit"), _by_topic(Message)))
    _pages.update(dict.fromkeys(("mailing", "mailing-again"), _by_topic(Mailing)))
    _pages.update(dict.fromkeys(OF_DOCUMENTS, lambda pk: conference_in(topic_of_document(pk))))


def owner_through(model: type[Model], path: str | Expression) -> Owner:
    """For ``register_owner``: the conference that a row leads to by this path of relations, or by several."""
    return lambda pk: model.objects.filter(pk=pk).values_list(path, flat=True).first()


def _by_topic(model: type[Model]) -> Owner:
    topic_of = owner_through(model, "topic")
    return lambda pk: conference_in(topic_of(pk) or "")


def conference_of(match) -> Conference | None:
    """The conference that the resolved URL belongs to."""
    if (slug := match.kwargs.get("slug")) is not None:
        return Conference.objects.filter(slug=slug).first()
    if "pk" not in match.kwargs:
        return None
    owner_of = _pages.get(match.view_name) or next(
        (found for beginning, found in _owners.items() if match.view_name.startswith(beginning)), None
    )
    return Conference.objects.filter(pk=owner_of(match.kwargs["pk"])).first() if owner_of else None


class TeamMiddleware:
    """Stands behind the one that asks the policies. The admin asks them itself (``conferences.admin_teams``)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        match = request.resolver_match
        policy = policy_of(match)
        # Before anything else: a page that is open to anyone does not ask who comes, and may be kept for all.
        if policy is anyone or "admin" in match.app_names:
            return None
        # Whoever looks as an organisation (directory.looking) is of the team, or not, as before.
        account = getattr(request.user, "seen_by", request.user)
        if not works(account) or account.is_superuser:
            return None
        conference = conference_of(match)
        if conference is None or is_open_to(account, conference):
            return None
        # The page says so, and offers no buttons.
        request.user.is_outside_team = account.is_outside_team = True
        is_read = request.method in SAFE and is_for_reading(policy)
        return None if is_read else not_allowed(request, NOT_THE_TEAM)

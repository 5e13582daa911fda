"""A conference may name its team; then no other member of the staff sends anything to a page of it.

A page belongs to the conference that its address names by ``slug``. Those whose address names something below a
conference say whose that is: ``register_owner``.
"""

from collections.abc import Callable

from django.db.models import Model

from conferences.models import Conference
from conferences.policies import can_change_conference
from hoinghi.access import organises, policy_of, signed_in, staff
from hoinghi.middleware import SAFE, not_allowed

NOT_THE_TEAM = (
    "Hội nghị này có tổ công tác riêng, tài khoản này không ở trong đó. Chưa có gì được lưu hay gửi."
)

_owners: dict[str, Callable[[int], int | None]] = {}


def register_owner(beginning: str, owner_of: Callable[[int], int | None]) -> None:
    """Pages below a conference.

    Arguments:
        beginning: of the names of their URLs, whose ``pk`` is the row's.
        owner_of: id of the row → id of its conference.
    """
    _owners[beginning] = owner_of


def owner_through(model: type[Model], path: str) -> Callable[[int], int | None]:
    """For ``register_owner``: the conference that a row leads to by this path of relations."""
    return lambda pk: model.objects.filter(pk=pk).values_list(path, flat=True).first()


def conference_of(match) -> Conference | None:
    """The conference that the resolved URL belongs to."""
    if (slug := match.kwargs.get("slug")) is not None:
        return Conference.objects.filter(slug=slug).first()
    for beginning, owner_of in _owners.items():
        if match.view_name.startswith(beginning) and "pk" in match.kwargs:
            return Conference.objects.filter(pk=owner_of(match.kwargs["pk"])).first()
    return None


class TeamMiddleware:
    """Stands behind the one that asks the policies. The admin asks ``can_change_conference`` itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        match, user = request.resolver_match, request.user
        if request.method in SAFE or not staff(user) or user.is_superuser:
            return None
        if policy_of(match) not in (staff, signed_in) or not organises(user):
            return None
        conference = conference_of(match)
        if conference is None or can_change_conference(user, conference):
            return None
        return not_allowed(request, NOT_THE_TEAM)

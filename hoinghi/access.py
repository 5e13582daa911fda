"""Default deny: a view answers only when it names the policy that lets people in.

``@access(policies.is_staff)`` marks the view; ``hoinghi.middleware.DefaultDenyMiddleware`` enforces it.
A policy here answers "may this user open the page at all"; which objects the user may see is decided by
fetching them through the user (``Nomination.objects.visible_to(user)``).
"""

import time
from collections.abc import Callable
from functools import cache, wraps

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

Policy = Callable[[object], bool]


def anyone(user) -> bool:
    """The public, and pages whose address is itself the right (personal links)."""
    return True


def signed_in(user) -> bool:
    return user.is_authenticated


def staff(user) -> bool:
    return user.is_authenticated and user.is_active and user.is_staff


# What the groups of staff carry (``directory.roles``).
ORGANISE, ISSUE_DOCUMENTS = "directory.organise", "directory.issue_documents"


def organises(user) -> bool:
    """Staff who run conferences; superusers do."""
    return staff(user) and user.has_perm(ORGANISE)


def issues_documents(user) -> bool:
    """Văn thư: they number documents, issue and recall them; superusers do."""
    return staff(user) and user.has_perm(ISSUE_DOCUMENTS)


def works(user) -> bool:
    """Staff who change anything at all; the others look."""
    return organises(user) or issues_documents(user)


def takes_part(user) -> bool:
    """Whoever is asked for something: focal points and officers; of the staff those who run conferences."""
    return organises(user) if staff(user) else signed_in(user)


def is_outside_team(user) -> bool:
    """The page that is being answered is of a conference with a team, and the account is not in it.

    Said by ``conferences.teams``, behind the policies.
    """
    return getattr(user, "is_outside_team", False)


def organises_here(user) -> bool:
    """Staff who run conferences, and on a page of one with a team are in it."""
    return organises(user) and not is_outside_team(user)


def looks_only(user) -> bool:
    """Staff who read the page and have no role, or no place in the team, that sends anything from there."""
    return staff(user) and not organises_here(user)


def takes_data(user) -> bool:
    """Staff who may take data of many people away as a file; whoever only looks reads it on the page."""
    return works(user) and not is_outside_team(user)


def takes_own_data(user) -> bool:
    """The same of a file that others take away as well: focal points and officers what is theirs.

    Staff who look as an organisation (``directory.looking``) take what they take as themselves.
    """
    account = getattr(user, "seen_by", user)
    return takes_data(account) if staff(account) else signed_in(account)


def access(policy: Policy, *, changes: Policy = organises):
    """Mark a view with its policy.

    Arguments:
        policy: takes the request's user, answers True when the page may be opened.
        changes: which of the staff may send something to it. Who else may is said by ``policy`` and by the object.
    """

    def mark(view):
        view.policy, view.changes = policy, changes
        return view

    return mark


def watched(view):
    """A page that somebody watches from afar, on a wall: its asking for news keeps the login alive."""
    view.is_watched = True
    return view


def fresh_login(view):
    """Ask for the password or the second factor again when the login is older than ``FRESH_LOGIN_SECONDS``.

    For what a colleague must not do on a machine that was left alone: letters to everybody, personal data in
    bulk, rights. Stands below ``@access``. A form that was sent is kept meanwhile (``directory.confirming``).
    """

    @wraps(view)
    def checked(request, *args, **kwargs):
        require_fresh_login(request)
        return view(request, *args, **kwargs)

    return checked


def fresh_login_to_send(view):
    """The same for a page that may be read before: only a form that is sent asks."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.method == "POST":
            require_fresh_login(request)
        return view(request, *args, **kwargs)

    return checked


def require_fresh_login(request) -> None:
    """The same for a method of the admin, and for one button of many.

    Raises:
        ReauthenticationRequired: ``directory.confirming`` leads from there to the page that asks.
    """
    if not settings.FRESH_LOGIN_SECONDS:
        return
    records = get_authentication_records(request, request.user)
    if not records or time.time() - records[-1]["at"] >= settings.FRESH_LOGIN_SECONDS:
        raise ReauthenticationRequired


# Views of libraries that we mount but cannot decorate, by URL name. A name that is not here is 404:
# signing up, changing the address and the like stay closed although the library offers them.
THIRD_PARTY: dict[str, Policy] = {
    "account_login": anyone,
    "account_logout": signed_in,
    "account_reset_password": anyone,
    "account_reset_password_done": anyone,
    "account_change_password": signed_in,
    "account_reauthenticate": signed_in,
    "account_inactive": anyone,
    # half way through the login, when nobody is logged in yet
    "mfa_authenticate": anyone,
    "mfa_index": signed_in,
    "mfa_reauthenticate": signed_in,
    "mfa_activate_totp": signed_in,
    "mfa_deactivate_totp": signed_in,
    "mfa_list_webauthn": signed_in,
    "mfa_add_webauthn": signed_in,
    "mfa_edit_webauthn": signed_in,
    "mfa_remove_webauthn": signed_in,
    "mfa_reauthenticate_webauthn": signed_in,
    "mfa_view_recovery_codes": signed_in,
    "mfa_generate_recovery_codes": signed_in,
    "mfa_download_recovery_codes": signed_in,
    "usersessions_list": signed_in,
}


def may_open(user, match) -> bool:
    """Whether the account may open the page; which objects it finds there is another question."""
    policy = policy_of(match)
    if policy is None or not policy(user):
        return False
    return is_for_reading(policy) or not is_outside_team(user)


def may_send(user, match) -> bool:
    """Whether the account may send something to the page: of the staff whoever changes it, else whoever opens it.

    Their own login is everybody's, and what a personal link allows anybody may who holds it.
    """
    if not may_open(user, match):
        return False
    is_everybodys = policy_of(match) is anyone or match.view_name in THIRD_PARTY
    # The admin asks for the right to each row itself (``directory.roles``).
    if is_everybodys or not staff(user) or "admin" in match.app_names:
        return True
    changes = getattr(match.func, "changes", organises)
    return changes(user) and not is_outside_team(user)


def is_for_reading(policy: Policy) -> bool:
    """The policy opens pages to be read, whatever somebody's role is.

    A page that only a role may open is there for nothing but its button, or gives data away.
    """
    return policy in (anyone, signed_in, staff)


def page_named(name: str) -> ResolverMatch:
    """One of our own pages by the name of its URL, to ask ``may_open`` and ``may_send`` about.

    Raises:
        KeyError: there is none.
    """
    return ResolverMatch(_views(get_resolver())[name], (), {}, url_name=name)


@cache
def _views(patterns: URLResolver) -> dict[str, Callable]:
    """Name → view, without the name spaces of libraries."""
    found = {}
    for pattern in patterns.url_patterns:
        if isinstance(pattern, URLPattern):
            found[pattern.name] = pattern.callback
        elif pattern.namespace is None:
            found |= _views(pattern)
    return found


def policy_of(match) -> Policy | None:
    """The policy of a resolved URL (``ResolverMatch``), or None when nobody wrote one."""
    if (policy := getattr(match.func, "policy", None)) is not None:
        return policy
    if "admin" in match.app_names:
        return staff if match.url_name != "login" else anyone
    return THIRD_PARTY.get(match.view_name)

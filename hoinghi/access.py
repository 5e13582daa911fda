"""Default deny: a view answers only when it names the policy that lets people in.

``@access(policies.is_staff)`` marks the view; ``hoinghi.middleware.DefaultDenyMiddleware`` enforces it.
A policy here answers "may this user open the page at all"; which objects the user may see is decided by
fetching them through the user (``Nomination.objects.visible_to(user)``).
"""

from collections.abc import Callable

Policy = Callable[[object], bool]


def anyone(user) -> bool:
    """The public, and pages whose address is itself the right (personal links)."""
    return True


def signed_in(user) -> bool:
    return user.is_authenticated


def staff(user) -> bool:
    return user.is_authenticated and user.is_active and user.is_staff


def access(policy: Policy):
    """Mark a view with its policy.

    Arguments:
        policy: takes the request's user, answers True when the page may be opened.
    """

    def mark(view):
        view.policy = policy
        return view

    return mark


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
}


def policy_of(match) -> Policy | None:
    """The policy of a resolved URL (``ResolverMatch``), or None when nobody wrote one."""
    if (policy := getattr(match.func, "policy", None)) is not None:
        return policy
    if "admin" in match.app_names:
        return staff if match.url_name != "login" else anyone
    return THIRD_PARTY.get(match.view_name)

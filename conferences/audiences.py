"""Who belongs to a conference: known to the apps above, which tell it here from their AppConfig.

This app keeps the materials; nominations and delegates live in an app that it must not import. That app says
``register_invited(check)`` once, and every question "is this viewer invited?" asks all registered checks.
"""

from collections.abc import Callable

from conferences.models import Conference

# A viewer is an account (``User``, also anonymous), or whatever else the registering app lets act by link.
InvitedCheck = Callable[[object, Conference], bool]

_invited_checks: list[InvitedCheck] = []


def register_invited(check: InvitedCheck) -> None:
    """Let ``check(viewer, conference)`` answer for the viewers that it knows; it says False to all others."""
    if check not in _invited_checks:
        _invited_checks.append(check)


def is_invited(viewer: object, conference: Conference) -> bool:
    return any(check(viewer, conference) for check in _invited_checks)

"""Errors reported to a Sentry server, without a word about a person.

A report says where the program failed: the lines of code and the page. Bodies of requests, cookies, headers,
queries, values of variables, accounts and names of machines stay here, and what is masked in the log is masked in
it (``hoinghi.logs``).
"""

import sentry_sdk

from hoinghi.logs import mask


def report_errors(dsn: str, **options) -> None:
    """Begin to report.

    Arguments:
        dsn: where to, as Sentry shows it.
        options: further ones of ``sentry_sdk.init``.
    """
    sentry_sdk.init(
        dsn=dsn,
        include_local_variables=False,
        # Without this a form that was sent stands in the report.
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="hoinghi",
        before_send=without_persons,
        **options,
    )


def without_persons(event: dict, hint: dict) -> dict:
    """What is left of a report; Sentry calls it for each."""
    asked = event.get("request", {})
    event["request"] = {key: asked[key] for key in ("method", "url") if key in asked}
    event.pop("user", None)
    return mask(event)

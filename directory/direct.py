"""Past the pooler: what needs a session of its own talks to PostgreSQL itself (DATABASE_DIRECT_URL)."""

import environ
from django.conf import settings
from django.db import connection


def leave_pooler() -> None:
    """Let this process talk to the server itself from here on.

    A lock of the session, a snapshot that another program is to share, pg_dump: through a pooler each of them would
    meet another session at its next step. Without DATABASE_DIRECT_URL there is no pooler, and nothing changes.
    """
    if settings.DATABASE_DIRECT_URL:
        connection.close()
        connection.settings_dict.update(environ.Env.db_url_config(settings.DATABASE_DIRECT_URL))

"""The services that the portal needs, embedded unless the environment names real ones."""

import os
from contextlib import contextmanager

from broker import Valkey
from database import Postgres
from home import Home
from processes import Failed, stop_all


@contextmanager
def services(home: Home, *, throw_away: bool = False):
    """Start what DATABASE_URL and REDIS_URL do not name, stop it at the end.

    Yields:
        (environment, children): the variables that lead to the services, and the processes behind them.
    """
    environment, started = {}, []
    try:
        for variable, service in (
            ("REDIS_URL", lambda: Valkey(home)),
            ("DATABASE_URL", lambda: Postgres(home, throw_away=throw_away)),
        ):
            if os.environ.get(variable):
                environment[variable] = os.environ[variable]
            else:
                started.append(service())
                environment[variable] = _start(started[-1])
        yield environment, [service.child for service in started]
    finally:
        stop_all([service.child for service in started if service.child])
        home.release()


def _start(service, attempts: int = 3) -> str:
    """Start a service on a port that is free; between looking and binding somebody else may take it."""
    for _ in range(attempts - 1):
        try:
            return service.start()
        except Failed:
            if service.child:
                service.child.stop()
    return service.start()


def portal_environment(home: Home) -> dict[str, str]:
    """What every process of the portal on this machine is started with; the user's own settings win."""
    return {
        "SECRET_KEY": home.secret("django"),
        "HOINGHI_DEMO": "1",
        **os.environ,
        "HOINGHI_HOME": str(home.folder),
        "DJANGO_SETTINGS_MODULE": "hoinghi.settings",
    }

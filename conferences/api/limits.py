"""How often one address may call the API in a minute."""

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Allowance:
    """What is left to an address: ``used`` of ``limit`` calls, until ``resets_in`` seconds have passed."""

    limit: int
    used: int
    resets_in: int

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.limit - self.used, 0)),
            "RateLimit-Reset": str(self.resets_in),
        }


def count_call(address: str, *, at: dt.datetime) -> Allowance | None:
    """Count a call of ``address``; None when the settings set no limit.

    Arguments:
        address: as ``hoinghi.middleware.ClientAddressMiddleware`` leaves it in REMOTE_ADDR: what a client writes into
            X-Forwarded-For counts only where a proxy of ours has added it.
    """
    limit = settings.API_PER_MINUTE
    if not limit:
        return None
    window, passed = divmod(int(at.timestamp()), WINDOW_SECONDS)
    used = _count(f"api:{_network_of(address)}:{window}")
    return Allowance(limit, used, WINDOW_SECONDS - passed)


def _count(key: str) -> int:
    """Calls under this key, this one included. While Redis is away each process counts for itself."""
    cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # Redis went, or came back, between the two
        return 1


def _network_of(address: str) -> str:
    """What one caller can choose among: an IPv6 address is one of a whole /64."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(known if known.version == 4 else ipaddress.ip_network(f"{known}/64", strict=False))

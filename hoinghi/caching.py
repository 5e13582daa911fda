"""The cache of all processes, which must not be needed: while Redis is away each process has its own."""

import logging
import time

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# Seconds before Redis is asked again: a page that looks ten times waits for it once.
PAUSE = 5


def _steady(name: str):
    """The method of that name, in this process's own cache while Redis does not answer."""

    def call(self, *arguments, **options):
        if time.monotonic() >= SteadyCache.asked_again_at:
            try:
                return getattr(RedisCache, name)(self, *arguments, **options)
            except RedisError:
                SteadyCache.asked_again_at = time.monotonic() + PAUSE
                log.warning("Redis is away: limits and what is cached are each process's own")
        return getattr(caches["process"], name)(*arguments, **options)

    return call


class SteadyCache(RedisCache):
    """Redis for whoever must go on without: the limits of logins and calls, codes that work once.

    Each process then counts for itself, so as many times more is let through as there are processes, not all.
    """

    asked_again_at = 0.0

    add, get, set, touch, delete = map(_steady, ("add", "get", "set", "touch", "delete"))
    get_many, set_many, delete_many = map(_steady, ("get_many", "set_many", "delete_many"))
    has_key, incr, clear = map(_steady, ("has_key", "incr", "clear"))

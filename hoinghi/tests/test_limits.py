"""How often somebody may try to log in: by address, by account, and with Redis gone."""

import time

import pytest
from django.core.cache import cache, caches
from django.urls import reverse

from hoinghi.caching import PAUSE, SteadyCache
from hoinghi.proxies import read_networks
from hoinghi.tests.cast import PASSWORD

FROM_OUTSIDE = "203.0.113.9"


@pytest.fixture(params=["redis", "redis gone"])
def store(request, settings):
    """The limits hold in both."""
    if request.param == "redis gone":
        settings.CACHES = settings.CACHES | {
            "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
        }
    caches["process"].clear()


def attempt(client, email: str, password: str = "sai-mat-khau", address: str = FROM_OUTSIDE, **extra):
    return client.post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address, **extra
    )


def test_an_account_is_guarded_whatever_the_address(client, store, binh, cuc):
    for number in range(5):
        assert (
            "quá nhiều lần" not in attempt(client, binh.email, address=f"203.0.113.{number}").content.decode()
        )
    refused = attempt(client, binh.email, PASSWORD, address="203.0.113.77")
    assert refused.status_code == 200
    assert "nhiều lần" in refused.content.decode()
    assert attempt(client, cuc.email, PASSWORD).status_code == 302


def test_an_address_is_guarded_whatever_the_account(client, store, binh):
    for number in range(10):
        attempt(client, f"khong-co-{number}@daklak.example")
    assert "nhiều lần" in attempt(client, binh.email, PASSWORD).content.decode()
    assert attempt(client, binh.email, PASSWORD, address="203.0.113.10").status_code == 302


def test_an_address_that_a_client_makes_up_does_not_help(client, store, binh, settings):
    settings.TRUSTED_PROXIES = read_networks(["10.0.0.1"])

    def through_the_proxy(number: int, email: str, password: str = "sai"):
        forwarded = f"198.51.100.{number}, {FROM_OUTSIDE}"
        return attempt(client, email, password, address="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    for number in range(10):
        through_the_proxy(number, f"khong-co-{number}@daklak.example")
    assert "nhiều lần" in through_the_proxy(99, binh.email, PASSWORD).content.decode()


class TestTheCacheWithoutRedis:
    @pytest.fixture
    def gone(self, settings):
        settings.CACHES = settings.CACHES | {
            "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
        }

    def test_it_remembers_and_counts(self, gone):
        assert (cache.add("x", 1), cache.add("x", 1)) == (True, False)
        assert cache.incr("x") == 2
        cache.set_many({"y": 3})
        assert cache.get_many(["x", "y"]) == {"x": 2, "y": 3}
        cache.delete("x")
        assert cache.get("x") is None

    def test_nobody_waits_for_it_again_and_again(self, gone, caplog):
        for _ in range(20):
            cache.get("x")
        assert [record.getMessage() for record in caplog.records].count(
            "Redis is away: limits and what is cached are each process's own"
        ) == 1

    def test_it_is_asked_again_after_a_while(self):
        SteadyCache.asked_again_at = time.monotonic() + PAUSE
        cache.set("x", "here")
        SteadyCache.asked_again_at = 0.0
        assert cache.get("x") is None
        cache.set("x", "there")
        assert cache.get("x") == "there"

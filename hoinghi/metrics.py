"""Figures for Prometheus, as of the database: the same whichever process is asked.

Requests are not counted here: each web process knows only its own, and the log has a line for every one.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from correspondence.backlog import oldest_unsent_age
from correspondence.counting import all_by_state
from directory.models import SoundnessCheck
from hoinghi.access import access, anyone


@access(anyone)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever knows METRICS_TOKEN ("Authorization: Bearer …"); for everybody else there is nothing here."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(
        request.headers.get("Authorization", ""), wanted
    ):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Figures())
    try:
        body = generate_latest(registry)
    except DatabaseError:
        return HttpResponse("database away\n", status=503, content_type="text/plain")
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


class Figures(Collector):
    def describe(self) -> list:
        """Registering asks for nothing."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        letters = GaugeMetricFamily("hoinghi_outbox_messages", "Letters by state.", labels=["state"])
        for state, number in all_by_state().items():
            letters.add_metric([state], number)
        yield letters
        age = oldest_unsent_age(timezone.now())
        yield GaugeMetricFamily(
            "hoinghi_outbox_oldest_unsent_seconds",
            "Age of the letter that should have been gone longest; 0 when none waits.",
            value=age.total_seconds() if age else 0,
        )
        if last := SoundnessCheck.objects.first():
            yield GaugeMetricFamily(
                "hoinghi_data_breaches", "What the last check of the data found wrong.", value=last.count
            )
            yield GaugeMetricFamily(
                "hoinghi_data_checked_timestamp_seconds", "When that was.", value=last.at.timestamp()
            )

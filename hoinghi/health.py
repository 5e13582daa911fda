"""What watches the portal from outside: is the process alive, and can it do its work."""

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from correspondence.backlog import oldest_unsent_age
from directory.models import SoundnessCheck
from hoinghi.access import access, anyone


@access(anyone)
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is alive. The age of the oldest unsent letter tells whether the mail still moves, and
    ``breaches`` how much of the stored data was found wrong last night (``directory.soundness``).

    Always 200: a process that answers must not be restarted because something behind it is away. Both are
    null when there is nothing to tell, and also when the database cannot be asked.
    """
    try:
        age = oldest_unsent_age(timezone.now())
        last = SoundnessCheck.objects.values_list("count", flat=True).first()
    except DatabaseError:
        age = last = None
    found = {"oldest_unsent_seconds": age and int(age.total_seconds()), "breaches": last}
    return JsonResponse({"status": "ok"} | found)


@access(anyone)
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and broker answer: 200; otherwise 503. It names what is away, never why or where."""
    found = {"database": _database_answers(), "broker": _broker_answers()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, retry=None
        ) as broker:
            return broker.ping()
    except redis.RedisError:
        return False

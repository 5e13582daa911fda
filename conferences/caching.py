"""One copy of a public page for all visitors, as fresh as the conferences themselves."""

from functools import wraps

from django.db.models import Max
from django.views.decorators.cache import cache_page
from django.views.decorators.http import conditional_page

from conferences.models import Conference

# The clock shows on the pages ("Còn 8 ngày", "Đang diễn ra"), so a copy may not grow old.
SECONDS = 60


def shared_by_visitors(view):
    """Answer visitors without any cookie from a copy that lasts a minute or until a conference changes.

    A page with a cookie (an account, a message to be shown) or a query is made anew each time. Every copy has
    an ETag, so a browser that asks again is answered 304.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.COOKIES or request.GET:
            return view(request, *args, **kwargs)
        newest = Conference.objects.published().aggregate(at=Max("updated_at"))["at"]
        key = f"conferences:{newest:%Y%m%d%H%M%S%f}" if newest else "conferences:none"
        return conditional_page(cache_page(SECONDS, key_prefix=key)(view))(request, *args, **kwargs)

    return answer

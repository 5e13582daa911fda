from django.contrib import admin
from django.urls import include, path

from hoinghi import health, metrics
from hoinghi.security_txt import security_txt

handler400 = "conferences.api.problems.bad_request"
handler500 = "conferences.api.problems.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("quan-tri/", admin.site.urls),
    path("tai-khoan/", include("allauth.urls")),
    path("", include("directory.urls")),
    path("", include("correspondence.urls")),
    path("", include("venues.urls")),
    path("", include("delegates.urls")),
    path("", include("conferences.urls")),
]

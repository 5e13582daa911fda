from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("quan-tri/", admin.site.urls),
    path("tai-khoan/", include("allauth.urls")),
    path("", include("directory.urls")),
    path("", include("correspondence.urls")),
    path("", include("venues.urls")),
    path("", include("delegates.urls")),
    path("", include("conferences.urls")),
]

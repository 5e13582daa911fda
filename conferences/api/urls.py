from django.urls import path

from conferences.api import views

urlpatterns = [
    path("du-lieu-mo/", views.page, name="api-page"),
    path("api/v1/", views.start, name="api"),
    path("api/v1/openapi.json", views.document, name="api-document"),
    path("api/v1/events", views.events, name="api-events"),
    path("api/v1/events/<slug:slug>", views.event, name="api-event"),
    path("api/v1/events/<slug:slug>/agenda", views.agenda, name="api-agenda"),
    path("api/v1/events/<slug:slug>/materials", views.materials, name="api-materials"),
    path("api/v1/events/<slug:slug>/results", views.results, name="api-results"),
    path("api/v1/news", views.news, name="api-news"),
    path("api/v1/<path:rest>", views.unknown, name="api-unknown"),
]

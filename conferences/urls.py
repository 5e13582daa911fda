from django.urls import path

from conferences.views import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("lich.ics", pages.feed, name="feed"),
    path("hoi-nghi/<slug:slug>/", pages.conference, name="conference"),
    path("hoi-nghi/<slug:slug>/lich.ics", pages.conference_calendar, name="conference-calendar"),
    path("tai-lieu/<int:pk>/", pages.material, name="material"),
]

from django.urls import path

from conferences import views

urlpatterns = [
    path("", views.home, name="home"),
    path("lich.ics", views.feed, name="feed"),
    path("hoi-nghi/<slug:slug>/", views.conference, name="conference"),
    path("hoi-nghi/<slug:slug>/lich.ics", views.conference_calendar, name="conference-calendar"),
    path("tai-lieu/<int:pk>/", views.material, name="material"),
]

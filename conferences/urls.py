from django.urls import path

from conferences.views import agenda, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("lich.ics", pages.feed, name="feed"),
    path("hoi-nghi/<slug:slug>/", pages.conference, name="conference"),
    path("hoi-nghi/<slug:slug>/lich.ics", pages.conference_calendar, name="conference-calendar"),
    path("hoi-nghi/<slug:slug>/chuong-trinh.pdf", agenda.published_pdf, name="agenda-pdf"),
    path("theo-doi/<slug:slug>/chuong-trinh/", agenda.draft, name="agenda-draft"),
    path("theo-doi/<slug:slug>/chuong-trinh.pdf", agenda.draft_pdf, name="agenda-draft-pdf"),
    path("tai-lieu/<int:pk>/", pages.material, name="material"),
]

from django.urls import path

from conferences.views import agenda, materials, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("lich.ics", pages.feed, name="feed"),
    path("hoi-nghi/<slug:slug>/", pages.conference, name="conference"),
    path("hoi-nghi/<slug:slug>/lich.ics", pages.conference_calendar, name="conference-calendar"),
    path("hoi-nghi/<slug:slug>/chuong-trinh.pdf", agenda.published_pdf, name="agenda-pdf"),
    path("theo-doi/<slug:slug>/chuong-trinh/", agenda.draft, name="agenda-draft"),
    path("theo-doi/<slug:slug>/chuong-trinh.pdf", agenda.draft_pdf, name="agenda-draft-pdf"),
    path("hoi-nghi/<slug:slug>/tai-lieu/", materials.materials, name="materials"),
    path("hoi-nghi/<slug:slug>/tai-lieu.zip", materials.package, name="materials-zip"),
    path("tai-lieu/<int:pk>/", materials.material, name="material"),
    path("tai-lieu/<int:pk>/xem/", materials.preview, name="material-preview"),
    path("tai-lieu/<int:pk>/tep/", materials.inline, name="material-inline"),
]

"""Papers that staff ask organisations for: the staff's desk, and the pages on which they are sent."""

from django.urls import path

from conferences.views import paper_desk, papers

DESK = "theo-doi/<slug:slug>/tai-lieu/"

urlpatterns = [
    path(DESK, paper_desk.desk, name="paper-desk"),
    path(f"{DESK}yeu-cau/", paper_desk.ask, name="paper-ask"),
    path("gui-tai-lieu/", papers.own, name="paper-requests"),
    path("gui-tai-lieu/<int:pk>/", papers.request_page, name="paper-request"),
    path("gui-tai-lieu/<int:pk>/lan-<int:number>/", papers.file, name="paper-file"),
]

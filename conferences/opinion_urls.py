"""Drafts and opinions: pages to read and to write, and the staff's desk."""

from django.urls import path

from conferences.views import dispositions, draft_desk, drafts, opinions

DESK = "theo-doi/<slug:slug>/du-thao/"

urlpatterns = [
    path("du-thao/<int:pk>/", drafts.draft, name="draft"),
    path("du-thao/<int:pk>/ban-<int:number>/", drafts.file, name="draft-file"),
    path("du-thao/<int:pk>/ket-qua/", drafts.result, name="draft-result"),
    path("du-thao/<int:pk>/ket-qua/bang.<slug:kind>", drafts.result_file, name="draft-result-file"),
    path("gop-y/", opinions.sheets, name="opinion-sheets"),
    path("gop-y/<int:pk>/", opinions.sheet, name="opinion-sheet"),
    path("gop-y/<int:pk>/cong-van/<int:paper>/", opinions.paper, name="opinion-paper"),
    path(DESK, draft_desk.overview, name="drafts"),
    path(f"{DESK}moi/", draft_desk.edit, name="draft-new"),
    path(f"{DESK}<int:pk>/", draft_desk.desk, name="draft-desk"),
    path(f"{DESK}<int:pk>/sua/", draft_desk.edit, name="draft-edit"),
    path(f"{DESK}<int:pk>/ban/", draft_desk.version, name="draft-version"),
    path(f"{DESK}<int:pk>/hoi/", draft_desk.ask, name="draft-ask"),
    path(f"{DESK}<int:pk>/y-kien/", dispositions.opinions, name="draft-opinions"),
    path(f"{DESK}<int:pk>/y-kien/bang.<slug:kind>", dispositions.table, name="draft-table"),
    path(f"{DESK}<int:pk>/cong-bo/", dispositions.publish, name="draft-publish"),
]

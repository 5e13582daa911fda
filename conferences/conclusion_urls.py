"""Conclusions and the tasks that follow from them."""

from django.urls import path

from conferences.views import conclusions, tasks

DESK = "theo-doi/<slug:slug>/ket-luan/"

urlpatterns = [
    path(DESK, conclusions.desk, name="conclusion-desk"),
    path(f"{DESK}<int:item>/giao/", conclusions.give, name="task-give"),
    path("nhiem-vu/", tasks.own, name="tasks"),
    path("nhiem-vu/theo-doi/", tasks.desk, name="task-desk"),
    path("nhiem-vu/<int:pk>/", tasks.task, name="task"),
    path("nhiem-vu/<int:pk>/bao-cao-<int:number>/", tasks.file, name="task-file"),
]

from django.urls import path

from delegates.views import delegate, focal

urlpatterns = [
    path("loi-moi/", focal.invitations, name="invitations"),
    path("de-cu/<int:pk>/", focal.nomination, name="nomination"),
    path("de-cu/<int:pk>/khong-cu/", focal.decline, name="nomination-decline"),
    path("de-cu/<int:pk>/phieu/", focal.receipt, name="nomination-receipt"),
    path("dai-bieu/<str:token>/", delegate.page, name="delegate-page"),
    path("dai-bieu/<str:token>/lich.ics", delegate.calendar, name="delegate-calendar"),
    path("dai-bieu/<str:token>/tai-lieu/<int:pk>/", delegate.material, name="delegate-material"),
    path("dai-bieu/<str:token>/duong-dan-moi/", delegate.new_link, name="delegate-new-link"),
]

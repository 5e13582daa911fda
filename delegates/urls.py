from django.urls import path

from delegates.views import deciding, delegate, entry, feeds, focal, inviting, people, review, staff

urlpatterns = [
    path("loi-moi/", focal.invitations, name="invitations"),
    path("loi-moi/lich/", feeds.renew_focal_feed, name="focal-feed-renew"),
    path("lich/<str:token>/dau-moi.ics", feeds.focal_feed, name="focal-feed"),
    path("lich/<str:token>/dai-bieu.ics", feeds.delegate_feed, name="delegate-feed"),
    path("de-cu/<int:pk>/", focal.nomination, name="nomination"),
    path("de-cu/<int:pk>/chon/<slug:group>/", entry.organisations, name="nomination-choices"),
    path("de-cu/<int:pk>/khong-cu/", focal.decline, name="nomination-decline"),
    path("de-cu/<int:pk>/lich-su/", focal.history, name="nomination-history"),
    path("de-cu/<int:pk>/len/<int:person>/", people.promote, name="nomination-promote"),
    path("de-cu/<int:pk>/rut/<int:person>/", people.withdraw, name="nomination-withdraw"),
    path("de-cu/<int:pk>/phieu/", focal.receipt, name="nomination-receipt"),
    path("dai-bieu/<str:token>/", delegate.page, name="delegate-page"),
    path("dai-bieu/<str:token>/lich.ics", delegate.calendar, name="delegate-calendar"),
    path("dai-bieu/<str:token>/lich/", feeds.renew_delegate_feed, name="delegate-feed-renew"),
    path("dai-bieu/<str:token>/tai-lieu/<int:pk>/", delegate.material, name="delegate-material"),
    path("dai-bieu/<str:token>/duong-dan-moi/", delegate.new_link, name="delegate-new-link"),
    path("theo-doi/<slug:slug>/", staff.cockpit, name="cockpit"),
    path("theo-doi/<slug:slug>/xu-ly/", deciding.decide, name="nominations-decide"),
    path("theo-doi/<slug:slug>/dai-bieu.xlsx", staff.export, name="cockpit-export"),
    path("theo-doi/<slug:slug>/cong-bo/", inviting.publish, name="publish"),
    path("theo-doi/<slug:slug>/giay-moi/", inviting.draft_document, name="draft-invitation"),
    path("theo-doi/<slug:slug>/gui-thu-moi/", inviting.invite, name="invite"),
    path("theo-doi/<slug:slug>/gui-thu-moi/<int:pk>/", inviting.invitation_html, name="invitation-html"),
    path("theo-doi/<slug:slug>/de-cu/<int:pk>/", review.review, name="nomination-review"),
]

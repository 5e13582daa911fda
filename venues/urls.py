from django.urls import path

from venues.views import booking, checklist, choosing, line_tests, officers, pages
from venues.views.ways import by_account, by_link

# A room's pages that exist on both ways: below the address, the view, the end of the URL's name.
OF_A_ROOM = [
    ("viec/<int:item>/", booking.tick, "tick"),
    ("anh/<int:tick>/", booking.photo, "photo"),
    ("phong.jpg", booking.room_photo, "room-photo"),
    ("san-sang/", booking.ready, "ready"),
    ("thong-tin/", booking.describe, "describe"),
    ("danh-muc.pdf", checklist.printed_for_room, "checklist-pdf"),
    ("dot/<int:number>.ics", booking.round_calendar, "round-calendar"),
    ("dot/<int:number>/", booking.own_finding, "own-finding"),
    ("can-bo/", officers.add, "officer-add"),
    ("can-bo/<int:officer>/", officers.change, "officer-change"),
    ("can-bo/<int:officer>/ban-giao/", officers.hand_over, "officer-hand-over"),
    ("can-bo/<int:officer>/thoi/", officers.relieve, "officer-relieve"),
    ("can-bo/<int:officer>/gui-lai/", officers.send_again, "officer-send-again"),
]

urlpatterns = [
    path("phong-hop/", pages.rooms, name="rooms"),
    path("phong-hop/<int:pk>/", pages.room, name="room"),
    path("phong-hop/<int:pk>/anh.jpg", pages.room_photo, name="room-photo"),
    path("diem-cau/", pages.mine, name="my-rooms"),
    path("diem-cau/<int:pk>/", by_account(booking.page), name="booking"),
    *(
        path(f"diem-cau/<int:pk>/{below}", by_account(view), name=f"booking-{name}")
        for below, view, name in OF_A_ROOM
    ),
    path("diem-cau/<int:pk>/phong/", by_account(choosing.choose), name="booking-choose"),
    path("diem-cau/<int:pk>/truc-thuoc/", by_account(choosing.add_sub), name="booking-add-sub"),
    path("diem-cau/<int:pk>/bo/", by_account(choosing.give_back), name="booking-give-back"),
    path("ky-thuat/<str:token>/", by_link(booking.page), name="officer-page"),
    *(
        path(f"ky-thuat/<str:token>/{below}", by_link(view), name=f"officer-{name}")
        for below, view, name in OF_A_ROOM
    ),
    path("ky-thuat/<str:token>/duong-dan-moi/", booking.new_link, name="officer-new-link"),
    path("theo-doi/<slug:slug>/diem-cau/", pages.conference_rooms, name="conference-rooms"),
    path("theo-doi/<slug:slug>/danh-muc-kiem-tra/", checklist.edit, name="checklist"),
    path("theo-doi/<slug:slug>/danh-muc-kiem-tra.pdf", checklist.printed, name="checklist-pdf"),
    path("theo-doi/<slug:slug>/thu-duong-truyen/", line_tests.overview, name="line-tests"),
    path("theo-doi/<slug:slug>/thu-duong-truyen/them/", line_tests.plan, name="line-test-plan"),
    path(
        "theo-doi/<slug:slug>/thu-duong-truyen/<int:number>/", line_tests.round_page, name="line-test-round"
    ),
    path(
        "theo-doi/<slug:slug>/thu-duong-truyen/<int:number>/sua/", line_tests.change, name="line-test-change"
    ),
    path(
        "theo-doi/<slug:slug>/thu-duong-truyen/<int:number>/moi/", line_tests.invite, name="line-test-invite"
    ),
    path(
        "theo-doi/<slug:slug>/thu-duong-truyen/<int:number>/huy/",
        line_tests.call_off,
        name="line-test-call-off",
    ),
    path(
        "theo-doi/<slug:slug>/thu-duong-truyen/<int:number>/ket-qua/<int:pk>/",
        line_tests.result,
        name="line-test-result",
    ),
]

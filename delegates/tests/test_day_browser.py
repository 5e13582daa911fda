"""The day in a real browser: a board that follows another browser, a door that survives without a connection."""

import io
import time

import pytest
import segno
from django.test import Client
from django.urls import reverse
from PIL import Image

from delegates import checking
from delegates.models import AttendanceMark, Delegate
from delegates.services import attendance
from hoinghi.tests.browser import problems, sign_in
from hoinghi.tests.waiting import wait_until
from venues.models import Booking, Incident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What the issue promises for a change to appear on other screens.
SOON = 5000  # ms
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def other_browser(browser, browser_context_args):
    """Somebody else's phone."""
    context = browser.new_context(**browser_context_args | {"viewport": PHONE})
    yield context.new_page()
    context.close()


def look(page, address: str) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert problems(page) == [], (address, width)


def test_a_board_follows_what_an_officer_taps_elsewhere(
    page, other_browser, live_server, client, today, rooms, people, an, dung, complaints
):
    room = rooms["Đắk Lắk"]
    sign_in(page, live_server, client, an)
    board = live_server.url + reverse("board", args=[today.slug])
    page.goto(board)
    tile = page.locator(".wall-rooms .cell", has_text="Đắk Lắk")
    assert "Đã kết nối" not in tile.inner_text()

    sign_in(other_browser, live_server, Client(), dung)
    other_browser.goto(live_server.url + reverse("room-day", args=[room.pk]))
    assert problems(other_browser) == []
    tapped = time.monotonic()
    other_browser.get_by_role("button", name="Đã kết nối").click()
    tile.get_by_text("Đã kết nối").wait_for(timeout=SOON)
    assert time.monotonic() - tapped < SOON / 1000

    # An incident takes two taps, and the officer reads the answer without touching anything.
    other_browser.locator("summary", has_text="Báo sự cố").click()
    other_browser.get_by_role("button", name="Mất tiếng").click()
    page.locator(".todo", has_text="Đắk Lắk: mất tiếng").wait_for(timeout=SOON)
    from django.utils import timezone

    from venues.services import answer

    answer(incident=Incident.objects.get(), text="Đổi micro dự phòng", actor=an, at=timezone.now())
    other_browser.get_by_text("Đổi micro dự phòng").wait_for(timeout=SOON)
    page.get_by_role("button", name="Hết mất tiếng").click()
    other_browser.locator("#trang-thai + p", has_text="Đã kết nối").wait_for(timeout=SOON)

    for address in (board, f"{board}?lon"):
        look(page, address)
    assert complaints == []


def test_an_unchanged_board_is_left_alone_and_a_cut_off_one_says_so(
    page, live_server, client, today, rooms, an
):
    answers = []
    page.on(
        "response", lambda response: answers.append(response.status) if "/bang/" in response.url else None
    )
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + reverse("board", args=[today.slug]))
    page.evaluate("document.querySelector('.cell').dataset.mine = 'left alone'")
    wait_until(lambda: page.wait_for_timeout(100) or len(answers) >= 2)
    if 200 not in answers:  # not at the turn of a minute
        assert set(answers) == {304}
        assert page.locator("[data-mine]").count() == 1
    page.context.set_offline(True)
    page.get_by_text("Không liên lạc được với Cổng").wait_for(timeout=20000)
    page.context.set_offline(False)
    page.get_by_text("Không liên lạc được với Cổng").wait_for(state="hidden", timeout=10000)


def test_scanned_without_a_connection_and_sent_once_there_is_one(
    page, live_server, client, today, rooms, people, dung, complaints
):
    """Nothing lost, nothing doubled: also when the page is closed before, and when an answer is lost on its way."""
    room = rooms["Đắk Lắk"]
    sign_in(page, live_server, client, dung)
    page.set_viewport_size(PHONE)
    door = live_server.url + reverse("room-checkin", args=[room.pk])
    page.goto(door)
    assert problems(page) == []

    def type_code(code: str) -> None:
        page.get_by_label("Gõ mã").fill(code)
        page.get_by_role("button", name="Điểm danh").click()

    page.context.set_offline(True)
    for delegate in people:
        type_code(checking.typed_code_of(delegate.pk))  # with the spaces of the badge
    type_code("không phải mã")
    page.get_by_text("3 mã chờ gửi").wait_for()
    assert page.locator(".is-refused", has_text="không phải mã đại biểu").count() == 1
    assert not AttendanceMark.objects.exists()

    # The page is closed and opened again with the connection: the queue is still there. The first answer is lost.
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)  # the portal has read it
            route.abort()

    page.goto("about:blank")  # or the page sends its queue itself as soon as there is a connection
    page.context.set_offline(False)
    page.route("**/quet/gui/", lose_the_first_answer)
    page.goto(door)
    page.locator(".is-present", has_text="Trần Thị Em").wait_for(timeout=15000)
    page.locator(".is-present", has_text="Ngô Văn Giáp").wait_for()
    page.locator(".is-refused", has_text="thuộc điểm cầu tỉnh Cà Mau").wait_for()
    assert lost == [200]
    assert page.locator("[data-checkin=present]").inner_text() == "2"
    assert page.evaluate("JSON.parse(localStorage.getItem(Object.keys(localStorage)[0])).length") == 0
    assert AttendanceMark.objects.count() == 2
    assert list(Delegate.objects.order_by("pk").values_list("attendance", flat=True)) == [
        "in_person",
        "in_person",
        "unmarked",
    ]
    assert not [said for said in complaints if "net::ERR" not in said]


@pytest.fixture
def phone_before_a_badge(browser_type, browser_type_launch_args, browser_context_args, tmp_path, people):
    """A telephone whose camera looks at the code of the first delegate."""
    code, out = io.BytesIO(), io.BytesIO()
    segno.make(checking.address_of(people[0])).save(code, kind="png", scale=8, border=4)
    picture, badge = Image.new("RGB", (640, 480), "white"), Image.open(code).convert("RGB")
    badge.thumbnail((440, 440))
    picture.paste(badge, (100, 20))
    picture.save(out, "JPEG", quality=95)
    film = tmp_path / "badge.mjpeg"
    film.write_bytes(out.getvalue() * 5)
    arguments = [
        *browser_type_launch_args["args"],
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    phone = browser_type.launch(**browser_type_launch_args | {"args": arguments})
    context = phone.new_context(**browser_context_args | {"viewport": PHONE, "permissions": ["camera"]})
    yield context.new_page()
    phone.close()


def test_a_badge_held_before_the_camera(
    phone_before_a_badge, live_server, client, rooms, people, today, dung
):
    phone = phone_before_a_badge
    sign_in(phone, live_server, client, dung)
    phone.goto(live_server.url + reverse("room-checkin", args=[rooms["Đắk Lắk"].pk]))
    phone.locator("[data-checkin=start]").click()
    phone.locator(".is-present", has_text="Trần Thị Em").wait_for(timeout=20000)
    assert AttendanceMark.objects.get().delegate == people[0]
    assert phone.locator(".is-refused").count() == 0


def test_without_a_camera_the_page_says_how_to_go_on(page, live_server, client, today, rooms, people, dung):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))"
    )
    sign_in(page, live_server, client, dung)
    page.goto(live_server.url + reverse("room-checkin", args=[rooms["Đắk Lắk"].pk]))
    page.locator("[data-checkin=start]").click()
    page.locator(".is-refused", has_text="Gõ mã ở ô bên dưới").wait_for()


def test_enter_in_the_note_reports_no_kind_that_nobody_chose(page, live_server, client, today, rooms, an):
    from venues.models import Incident

    sign_in(page, live_server, client, an)
    page.goto(f"{live_server.url}{reverse('room-day', args=[rooms['Đắk Lắk'].pk])}")
    page.click("summary:has-text('Báo sự cố')")
    page.fill("[name=note]", "Bảng điện tử tắt")
    page.press("[name=note]", "Enter")
    page.get_by_text("Đã báo: sự cố khác").wait_for()
    assert [(each.kind, each.note) for each in Incident.objects.all()] == [("other", "Bảng điện tử tắt")]


def test_the_pages_of_the_day_are_accessible_on_every_screen(
    page, live_server, client, today, rooms, people, an, nomination, binh
):
    from django.utils import timezone

    from delegates.services.speaking import allow_speech, ask_to_speak
    from venues.services import enter_link, report

    room, now = rooms["Đắk Lắk"], timezone.now()
    report(booking=room, kind="no_picture", note="Camera", actor=an, at=now)
    enter_link(conference=today, address="https://hop.example/j/1", passcode="123", actor=an, at=now)
    for topic in ("Một", "Hai", "Ba"):
        speech = ask_to_speak(
            nomination=nomination, delegate=people[0], topic=topic, minutes=5, actor=binh, at=now
        )
        if topic != "Ba":
            allow_speech(speech=speech, actor=an)
    attendance.mark(
        conference=today,
        marks=[attendance.Mark(people[0].pk, "absent", "Ốm")],
        booking=room,
        actor=an,
        at=now,
    )
    sign_in(page, live_server, client, an)
    for name, argument in (
        ("room-day", room.pk),
        ("room-attendance", room.pk),
        ("attendance", today.slug),
        ("incidents", today.slug),
        ("speeches", today.slug),
        ("join-links", today.slug),
        ("join", today.slug),
    ):
        look(page, live_server.url + reverse(name, args=[argument]))
    sign_in(page, live_server, client, binh)
    look(page, live_server.url + reverse("nomination-speeches", args=[nomination.pk]))
    assert Booking.objects.get(pk=room.pk).state != Booking.State.LOST

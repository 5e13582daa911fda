"""The figures that staff watch, and the page that shows them."""

import datetime as dt
import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.loading import load_kinds
from conferences.models import PaperRequest
from conferences.services.papers import ask as ask_for_papers
from correspondence.models import Message
from delegates import services
from delegates.cockpit import progress, tasks, tiles
from delegates.cockpit.figures import cockpit_of
from delegates.cockpit.steps import UNSENT
from delegates.models import Delegate, Nomination
from delegates.tests.inviting import invite
from delegates.tests.lists import full_list, person, submit_and_follow
from delegates.views import staff as staff_views
from directory.models import RegionTile
from hoinghi.tests.waiting import wait_until
from hoinghi.text import VIETNAM
from venues.models import Booking, Room

State = Delegate.State


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def frames(world):
    """The words that come with the portal, without which there is no receipt."""
    load_kinds(actor="kiểm thử")


@pytest.fixture
def both(nomination, other_nomination):
    return nomination.conference


def submit(nomination, actor, rows=None):
    submit_and_follow(
        nomination=nomination, rows=rows or full_list(), version=0, actor=actor, at=timezone.now()
    )


def line_of(conference, name, at=None):
    rows = cockpit_of(conference, at or timezone.now()).provinces
    return next(row for row in rows if row.name == name)


def address(conference, **query):
    return reverse("cockpit", args=[conference.slug], query=query)


def place_tiles(world):
    for name, position, province in (("Tây Nguyên", 1, world.dak_lak), ("Miền Tây", 2, world.ca_mau)):
        RegionTile.objects.create(
            layout="thu", unit=province.unit, region=name, region_position=position, row=1, column=position
        )


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_counts_the_seated_delegates_of_each_group(both, nomination, binh):
    submit(
        nomination,
        binh,
        [
            *full_list(),
            person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Người Thứ Hai"),
            person("chu-dau-tu", "Công ty dự phòng", reserve=True),
        ],
    )
    Delegate.objects.filter(full_name="Hồ Thị Hai").update(answer=Delegate.Answer.CONFIRMED)
    line = line_of(both, "Đắk Lắk")
    assert [count.text for count in line.counts] == ["–", "2", "2/2", "1/2"]
    assert (line.people, line.confirmed, line.state, line.is_unsent) == (5, 1, "submitted", False)
    assert [count.text for count in line_of(both, "Cà Mau").counts] == ["–", "–", "0/2", "0/2"]
    told = tasks.stats_of(cockpit_of(both, timezone.now()))[-1]
    numbers = [int(part.split()[0]) for part in told.note.split(", ")]
    assert (told.number, numbers) == (5, [2, 1, 2])
    assert told.note.endswith("2 khác")


def test_a_draft_is_counted_as_it_was_typed_but_sends_nobody_yet(both, nomination, binh):
    services.save_draft(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    overview = cockpit_of(both, timezone.now())
    line = line_of(both, "Đắk Lắk")
    assert [count.text for count in line.counts] == ["–", "1", "2/2", "1/2"]
    assert (line.people, line.is_unsent, overview.people) == (0, True, 0)
    assert [total.organisations for total in overview.totals] == [0, 0, 0, 0]


def test_the_time_decides_who_is_late(both, nomination, an):
    deadline = both.nomination_deadline
    services.mark_opened(nomination=nomination, at=deadline - dt.timedelta(days=1))
    services.extend(
        nomination=nomination,
        until=deadline + dt.timedelta(hours=2),
        reason="Mất điện",
        actor=an,
        at=deadline,
    )
    states = cockpit_of(both, deadline + dt.timedelta(hours=1)).states
    assert states == {"opened": 1, "late": 1}
    assert line_of(both, "Đắk Lắk").is_extended
    assert cockpit_of(both, deadline + dt.timedelta(hours=2)).states == {"late": 2}


def test_whom_the_invitation_did_not_reach_stands_first_among_the_unsent(both, nomination, an):
    services.mark_opened(nomination=nomination, at=timezone.now())
    invite(conference=both, actor=an, at=timezone.now())
    Message.objects.filter(recipient_name=nomination.organisation_name).update(
        state=Message.State.FAILED, answer="550 5.1.1"
    )
    overview = cockpit_of(both, timezone.now())
    assert [row.name for row in overview.unsent] == ["Đắk Lắk", "Cà Mau"]
    assert overview.unsent[0].unreached
    texts = [task.text for task in tasks.tasks_of(overview)]
    assert "1 thư không tới nơi" in texts


def test_tasks_name_what_waits(both, nomination, binh):
    texts = [task.text for task in tasks.tasks_of(cockpit_of(both, timezone.now()))]
    assert texts[0] == "2 đầu mối chưa được gửi thư mời"
    assert texts[1].startswith("2 tỉnh, thành phố chưa gửi, còn 1")
    submit(nomination, binh)
    texts = [task.text for task in tasks.tasks_of(cockpit_of(both, timezone.now()))]
    assert "1 danh sách chờ tiếp nhận" in texts
    assert any(text.startswith("1 tỉnh, thành phố chưa gửi") for text in texts)
    over = cockpit_of(both, both.nomination_deadline + dt.timedelta(hours=3))
    assert "1 tỉnh, thành phố chưa gửi, quá hạn 3 giờ" in [task.text for task in tasks.tasks_of(over)]


def test_numbers_give_way_to_late_once_the_deadline_is_behind(both):
    now, later = timezone.now(), both.nomination_deadline
    labels = [stat.label for stat in tasks.stats_of(cockpit_of(both, now))]
    assert labels == ["Đã tiếp nhận", "Đã gửi", "Trả lại", "Nháp", "Đã mở", "Chưa mở", "Không cử", "Đại biểu"]
    labels = [stat.label for stat in tasks.stats_of(cockpit_of(both, later))]
    assert labels == ["Đã tiếp nhận", "Đã gửi", "Quá hạn", "Không cử", "Đại biểu"]


# ── tiles ───────────────────────────────────────────────────────────────────────────────────────────


def test_provinces_stand_in_the_order_of_their_regions(both, world):
    place_tiles(world)
    overview = cockpit_of(both, timezone.now())
    assert [(row.name, row.region) for row in overview.provinces] == [
        ("Đắk Lắk", "Tây Nguyên"),
        ("Cà Mau", "Miền Tây"),
    ]
    columns = tiles.tile_columns(overview)
    assert [[[region.name for region in band] for band in column] for column in columns] == [
        [["Tây Nguyên", "Miền Tây"]]
    ]
    assert tiles.without_tile(overview) == []


def test_a_province_without_a_tile_is_not_lost(staff, both):
    assert len(tiles.without_tile(cockpit_of(both, timezone.now()))) == 2
    assert staff.get(address(both)).content.decode().count('class="tile ') == 2


# ── the curve ───────────────────────────────────────────────────────────────────────────────────────


def moment(day, hour=0):
    return dt.datetime(2021, 6, day, hour, tzinfo=VIETNAM)


def drawn(answers, at, **changes):
    values = {
        "total": 63,
        "start": moment(18, 9),
        "deadline": moment(30),
        "end": moment(30, 8),
        "deadline_label": "Hạn gửi: trước ngày 30/6/2021",
    }
    return progress.curve(answers, at=at, **(values | changes))


def test_the_curve_counts_answers_up_to_now():
    answers = [moment(19, 10), moment(19, 11), moment(21, 8), moment(28, 17)]
    curve = drawn(answers, moment(21, 12))
    assert (curve.answered, curve.now.text) == (3, "3 danh sách, 12h00 21/6")
    assert [(day.date.day, day.answered) for day in curve.days] == [(18, 0), (19, 2), (20, 2), (21, 3)]
    assert curve.line.startswith("M44.0 262.0 L")
    assert curve.trend.endswith(f"L{progress.RIGHT:.1f} {progress.TOP:.1f}")
    assert "," not in curve.line + curve.area + curve.trend + curve.goal


def test_the_curve_ends_with_the_conference():
    curve = drawn([moment(20)], dt.datetime(2026, 1, 1, tzinfo=VIETNAM))
    assert curve.trend == ""
    assert curve.days[-1].date.day == 30
    assert float(curve.goal) < progress.RIGHT


@pytest.mark.parametrize(
    ("total", "levels"), [(1, "0 1"), (3, "0 1 2 3"), (34, "0 10 20 34"), (63, "0 20 40 63")]
)
def test_levels_are_round_and_end_with_everybody(total, levels):
    assert [level.text for level in drawn([], moment(20), total=total).levels] == levels.split()


@pytest.mark.parametrize("changes", [{"total": 0}, {"start": moment(30, 1)}, {"start": moment(22)}])
def test_nothing_is_drawn_before_it_begins(changes):
    assert drawn([], moment(20), **changes) is None


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def rows_of(page):
    return re.findall(r'<tr><th scope="row">(?:<input [^>]*> )?<a [^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Đắk Lắk", "Cà Mau"]),
        ({"tim": "dak lak"}, ["Đắk Lắk"]),
        ({"tim": "CÀ MAU"}, ["Cà Mau"]),
        ({"vung": "Tây Nguyên"}, ["Đắk Lắk"]),
        ({"trang_thai": "submitted"}, ["Đắk Lắk"]),
        ({"trang_thai": UNSENT}, ["Cà Mau"]),
        ({"trang_thai": "accepted"}, []),
        ({"trang_thai": "bậy", "vung": "không có"}, ["Đắk Lắk", "Cà Mau"]),
    ],
)
def test_the_table_is_filtered_by_plain_links(staff, both, nomination, binh, world, query, names):
    place_tiles(world)
    submit(nomination, binh)
    page = staff.get(address(both, **query)).content.decode()
    assert rows_of(page) == names
    if not names:
        assert "Không có tỉnh, thành phố nào khớp" in page


def test_every_number_leads_to_its_list(staff, both):
    page = staff.get(address(both)).content.decode()
    links = re.findall(r'<li class="c-[a-z]+"><a href="([^"]+)"', page)
    assert len(links) == 8
    for link in links:
        assert staff.get(link.replace("&amp;", "&")).status_code == 200


def list_of(conference, page):
    """How many rows the list behind a link of the cockpit has: provinces, or delegates."""
    if 'id="xu-ly"' in page:
        return len(rows_of(page))
    return page.count('<tr><td class="num">')


def test_each_number_of_the_table_counts_the_rows_of_its_list(staff, frames, both, nomination, binh, an):
    at = timezone.now()
    invite(conference=both, actor=an, at=at)
    services.mark_opened(nomination=nomination, at=at)
    reserve = person("chu-dau-tu", "Công ty dự phòng", reserve=True)
    submit(nomination, binh, [*full_list(), reserve])
    Delegate.objects.filter(full_name="Hồ Thị Hai").update(answer=Delegate.Answer.CONFIRMED)
    page = staff.get(address(both)).content.decode()
    table = page[page.index("<tbody>") : page.index("</table>", page.index('class="sum"'))]
    links = re.findall(r'<a href="([^"]+)">(?:<b>)?(\d+)(?:/\d+)?(?:</b>)?</a>', table)
    counted = [(urljoin(address(both), unescape(link)), int(number)) for link, number in links]
    lists = [(link, number) for link, number in counted if "?" in link]
    # Invited, opened, receipt, three groups, confirmed, everybody; the line of Đắk Lắk: groups, confirmed, everybody.
    assert len(lists) == 13
    for link, number in lists:
        assert list_of(both, staff.get(link).content.decode()) == number, link


def test_papers_and_receipts_have_columns_and_filters(
    staff, frames, both, nomination, other_nomination, binh
):
    both.paper_rule = both.PaperRule.REQUIRED
    both.save()
    upload = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
    services.add_paper(nomination=nomination, upload=upload, actor=binh, at=timezone.now())
    submit(nomination, binh)
    for code, there in (
        ("paper", "Đắk Lắk"),
        ("receipt", "Đắk Lắk"),
        ("not_paper", "Cà Mau"),
        ("not_invited", ""),
    ):
        found = rows_of(staff.get(address(both, trang_thai=code)).content.decode())
        assert found == ([there] if there else ["Cà Mau", "Đắk Lắk"])
    page = staff.get(address(both)).content.decode()
    assert page.count("<small>thiếu</small>") == 1
    assert f'{nomination.pk}/#cong-van">1</a>' in page
    assert reverse("nomination-receipt", args=[nomination.pk]) in page
    both.paper_rule = both.PaperRule.NONE
    both.save()
    assert 'scope="col" class="mid">Công văn' not in staff.get(address(both)).content.decode()


def test_on_a_phone_those_who_have_not_answered_stand_before_all_numbers(staff, both):
    page = staff.get(address(both)).content.decode()
    assert page.index('class="waiting d-md-none"') < page.index('<ul class="stats">')


def test_the_room_and_its_state_are_shown(staff, both, nomination):
    room = Room.objects.create(name="Phòng họp trực tuyến", unit=nomination.unit)
    Booking.objects.create(
        conference=both,
        room=room,
        unit=nomination.unit,
        during=(both.start_at, both.end_at),
        printed=room.name,
        state=Booking.State.READY,
    )
    assert "Sẵn sàng" in staff.get(address(both)).content.decode()


def test_before_publishing_the_page_says_what_to_do(staff, conference):
    conference.announced_at = None
    conference.save()
    page = staff.get(address(conference)).content.decode()
    assert "Hội nghị chưa được công bố" in page
    assert reverse("publish", args=[conference.slug]) in page


def test_numbers_in_the_drawing_have_points(staff, both):
    both.announced_at = timezone.now() - dt.timedelta(days=3)
    both.save()
    page = staff.get(address(both)).content.decode()
    drawing = page[page.index('<svg class="chart"') : page.index("</svg>", page.index('<svg class="chart"'))]
    values = re.findall(r' (?:x|y|x1|x2|y1|y2|cx|cy|d|viewBox)="([^"]+)"', drawing)
    assert len(values) > 20
    assert not any("," in value for value in values)


def test_the_page_has_one_heading_and_a_time(staff, both):
    page = staff.get(address(both)).content.decode()
    assert page.count("<h1") == 1
    assert "Số liệu lúc" in page


@pytest.mark.django_db(transaction=True)
def test_whoever_watches_next_costs_little_and_sees_what_has_changed(staff, both, nomination, settings):
    settings.SHARED_PAGES_MB = 16
    first = staff.get(address(both)).content.decode()

    def costs_little():
        staff.get(address(both))
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address(both)).content.decode().count("<tr>") == first.count("<tr>")
        return len(queries) <= 4

    # A transaction in any database of the server is a change, and other tests have theirs beside this one.
    wait_until(costs_little)
    Nomination.objects.filter(pk=nomination.pk).update(state=Nomination.State.ACCEPTED)
    now = staff.get(address(both)).content.decode()
    assert now.count("Đã tiếp nhận") > first.count("Đã tiếp nhận")


def test_what_organisations_were_asked_to_send_has_a_column_and_filters(staff, both, nomination, an, world):
    page = staff.get(address(both)).content.decode()
    assert 'scope="col" class="mid">Tài liệu' not in page
    asked = {"organisations": [world.dak_lak.so], "due_at": timezone.now() + dt.timedelta(days=3)}
    for title in ("Tham luận", "Báo cáo"):
        ask_for_papers(conference=both, title=title, actor=an, at=timezone.now(), **asked)
    both.paper_requests.filter(title="Báo cáo").update(state=PaperRequest.State.APPROVED)
    page = staff.get(address(both)).content.decode()
    desk = f"{reverse('paper-desk', args=[both.slug])}?don_vi={world.dak_lak.so.pk}"
    assert f'<a href="{desk}">1/2</a>' in page
    found = rows_of(staff.get(address(both, trang_thai="not_material")).content.decode())
    assert found == ["Đắk Lắk"]  # whoever was asked for nothing misses nothing
    both.paper_requests.update(state=PaperRequest.State.SUBMITTED)
    assert rows_of(staff.get(address(both, trang_thai="material")).content.decode()) == ["Đắk Lắk"]
    whole = staff.get(desk).content.decode()
    assert whole.count('data-label="Trạng thái"') == 2
    assert "Xem mọi đơn vị" in whole


def test_many_provinces_come_page_by_page(staff, both, monkeypatch):
    monkeypatch.setattr(staff_views, "ROWS_PER_PAGE", 1)
    assert rows_of(staff.get(address(both, tim="a")).content.decode()) == ["Cà Mau"]
    second = staff.get(address(both, tim="a", trang=2)).content.decode()
    assert rows_of(second) == ["Đắk Lắk"]
    assert "?tim=a&amp;trang=1" in second

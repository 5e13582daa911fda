"""The list of delegates: what it shows, in which order, and what is printed from it."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.models import Message
from delegates import checking, printing, services, tasks
from delegates.listing import ORDERS, Wanted, groups_of, lines_of, listed, totals_of
from delegates.models import Delegate
from delegates.tests.counting import queries_of
from delegates.tests.lists import full_list, person
from directory.models import AuditEntry, Contact
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination, make_user
from hoinghi.tests.waiting import wait_until
from hoinghi.text import nfc


@pytest.fixture
def staff(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def both(nomination, other_nomination, binh, cuc):
    rows = [*full_list(), person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Lê Thị Ánh")]
    rows.append(person("chu-dau-tu", "Công ty dự phòng", reserve=True, full_name="Người Dự Phòng"))
    at = timezone.now()
    services.submit(nomination=nomination, rows=rows, version=0, actor=binh, at=at)
    services.submit(nomination=other_nomination, rows=full_list(), version=0, actor=cuc, at=at)
    return nomination.conference


def address(conference, **query):
    return reverse("cockpit-delegates", args=[conference.slug], query=query)


def file_of(conference, what, **query):
    return reverse("cockpit-delegates-file", args=[conference.slug, what], query=query)


def text_of(content: bytes) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(nfc(page.extract_text()) for page in pages).split())


def names(conference, **wanted):
    return [line.full_name for line in lines_of(listed(conference, Wanted(**wanted)))]


def test_the_list_stands_in_protocol_order_then_by_given_name(both):
    assert names(both)[4:] == [
        "Lê Thị Ánh",
        "Trần Thị Bốn",
        "Hồ Thị Hai",
        "Lê Văn Một",
        "Vũ Văn Ba",
        "Người Dự Phòng",
    ]
    assert names(both, order="group")[:3] == ["Trần Thị Bốn", "Lê Thị Ánh", "Trần Thị Bốn"]
    assert names(both, order="name")[:3] == ["Lê Thị Ánh", "Vũ Văn Ba", "Vũ Văn Ba"]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({}, 10),
        ({"words": "tinh dak lak"}, 6),
        ({"words": "TRAN THI BON"}, 2),
        ({"words": "không có ai"}, 0),
        ({"group": "ubnd-xa"}, 4),
        ({"answer": "confirmed"}, 0),
    ],
)
@pytest.mark.parametrize("order", ORDERS)
def test_totals_equal_the_rows(both, wanted, number, order):
    people = listed(both, Wanted(**wanted, order=order))
    totals = totals_of(people, groups_of(both))
    assert len(list(lines_of(people))) == number == sum(each.people + each.reserve for each in totals)


def test_the_page_shows_rows_and_totals(staff, both):
    page = staff.get(address(both)).content.decode()
    assert page.count('<tr><td class="num">') == 10
    assert "Cả danh sách: 9 đại biểu, 1 dự phòng" in page
    assert page.count("<h1") == 1
    filtered = staff.get(address(both, nhom="ubnd-xa", xep="bậy")).content.decode()
    assert "Danh sách đã lọc: 4 đại biểu" in filtered
    assert "Không có đại biểu nào khớp" in staff.get(address(both, tim="xyz")).content.decode()


def test_the_page_costs_the_same_for_one_and_three_people(staff, nomination):
    make_delegate(nomination, full_name="Một")
    one = queries_of(staff, address(nomination.conference))
    make_delegate(nomination, full_name="Hai")
    make_delegate(nomination, full_name="Ba")
    assert queries_of(staff, address(nomination.conference)) == one <= 8


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_next_costs_little_and_sees_what_has_changed(staff, both, settings):
    settings.SHARED_PAGES_MB = 16
    first = staff.get(address(both)).content.decode()
    assert "Lê Thị Ánh" in first
    assert "Lê Thị Ánh" not in staff.get(address(both, tim="Bốn")).content.decode()
    # A transaction in any database of the server is a change, and other tests have theirs beside this one.
    wait_until(lambda: queries_of(staff, address(both)) <= 4)
    assert "Lê Thị Ánh" in staff.get(address(both)).content.decode()
    Delegate.objects.filter(full_name="Lê Thị Ánh").update(full_name="Lê Thị Ân")
    now = staff.get(address(both)).content.decode()
    assert "Lê Thị Ân" in now
    assert "Lê Thị Ánh" not in now


def test_names_are_escaped(staff, nomination):
    make_delegate(nomination, full_name="<script>alert(1)</script>")
    assert "<script>alert" not in staff.get(address(nomination.conference)).content.decode()


def test_the_csv_is_safe_and_says_it_is_unicode(staff, nomination):
    make_delegate(nomination, full_name="=1+1", phone="+84912345678")
    answer = staff.get(file_of(nomination.conference, "csv"))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Họ và tên"], row["Điện thoại"]) == ("'=1+1", "0912 345 678")
    assert answer["Cache-Control"] == "private, no-store"


def order(client, conference, what, **query):
    """The page of what is ordered, before a worker has come to it."""
    address = reverse("cockpit-sheets-order", args=[conference.slug, what], query=query)
    return client.post(address)["Location"]


def make(page: str) -> None:
    """What the worker does with the order of a page."""
    tasks.print_sheets(page.rstrip("/").rpartition("/")[2])


def assert_audited(what):
    entry = AuditEntry.objects.filter(action="delegates.export").first()
    assert entry.changes["file"] == ["", what]


def test_the_list_to_sign_holds_everybody_once(staff, both):
    answer = staff.get(file_of(both, "list", tim="Tỉnh Đắk Lắk"))
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    assert "Lê Thị Ánh" in text
    assert "Người Dự Phòng" in text
    assert_audited("list")


@pytest.mark.parametrize("what", ["badges", "cards"])
def test_sheets_are_made_by_a_worker_and_then_fetched(staff, both, what):
    page = order(staff, both, what, tim="Tỉnh Đắk Lắk")
    assert "5 đại biểu" in (shown := staff.get(page).content.decode())
    assert "Đang chờ đến lượt" in shown
    file = page.rstrip("/") + ".pdf"
    assert staff.get(file)["Location"] == page  # not there yet
    make(page)
    ready = staff.get(page, headers={"HX-Request": "true"}).content.decode()
    assert f'href="{file}"' in ready
    assert "hx-get" not in ready
    assert "<html" not in ready
    answer = staff.get(file)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    text = text_of(answer.content)
    assert "Lê Thị Ánh" in text
    assert "Hồ Thị Hai" in text
    assert "Người Dự Phòng" not in text
    assert_audited(what)


class TestDeclined:
    """Who said that they will not come: listed, but not printed for the day, unless somebody asks for them."""

    @pytest.fixture
    def conference(self, both):
        absent = Delegate.objects.filter(full_name="Lê Thị Ánh")
        assert absent.update(answer=Delegate.Answer.DECLINED) == 1
        return both

    @pytest.fixture
    def printed(self, staff, conference):
        def text(what: str, **query) -> str:
            if what == "list":
                return text_of(staff.get(file_of(conference, what, **query)).content)
            page = order(staff, conference, what, **query)
            make(page)
            return text_of(staff.get(page.rstrip("/") + ".pdf").content)

        return text

    @pytest.mark.parametrize("what", ["list", "badges", "cards"])
    def test_they_are_printed_only_when_asked_for(self, printed, what):
        dak_lak = {"tim": "Tỉnh Đắk Lắk"}
        for query, is_there in (({}, False), ({"bv": "1"}, True), ({"tra_loi": "declined"}, True)):
            assert ("Lê Thị Ánh" in printed(what, **dak_lak | query)) == is_there, query

    def test_the_list_to_sign_says_how_many_and_its_totals_are_its_rows(self, printed):
        text = printed("list", tim="Tỉnh Đắk Lắk")
        assert "Danh sách có 4 đại biểu và 1 người dự phòng" in text
        assert "Không kể 1 người đã báo vắng." in text
        text = printed("list", tim="Tỉnh Đắk Lắk", bv="1")
        assert "Danh sách có 5 đại biểu và 1 người dự phòng" in text
        assert "Trong số này 1 người đã báo vắng." in text

    def test_the_page_says_how_many_and_leads_to_all(self, staff, conference):
        page = staff.get(address(conference, trang="1")).content.decode()
        assert page.count('<tr><td class="num">') == 10
        assert "không có 1 người đã báo vắng" in page
        assert 'href="?bv=1#in"' in page
        page = staff.get(address(conference, bv="1")).content.decode()
        assert "in cả 1 người đã báo vắng" in page
        assert f'href="{file_of(conference, "list", bv="1")}"' in page
        assert '<input type="hidden" name="bv" value="1"' in page
        assert "đã báo vắng" not in staff.get(address(conference, tra_loi="declined")).content.decode()

    def test_other_programs_get_everybody_with_their_answer(self, staff, conference):
        content = staff.get(file_of(conference, "csv")).content.decode("utf-8-sig")
        answers = {row["Họ và tên"]: row["Trả lời"] for row in csv.DictReader(io.StringIO(content))}
        assert answers["Lê Thị Ánh"] == "Báo vắng"


def test_a_badge_prints_the_code_that_is_typed_at_the_door(staff, nomination):
    delegate = make_delegate(nomination)
    page = order(staff, nomination.conference, "badges")
    make(page)
    assert checking.typed_code_of(delegate.pk) in text_of(staff.get(page.rstrip("/") + ".pdf").content)


def test_an_order_belongs_to_who_placed_it(staff, client, an, both):
    page = order(staff, both, "cards")
    make(page)
    client.force_login(make_user("khac@moit.example", "Người Khác", is_staff=True))
    assert client.get(page).status_code == client.get(page.rstrip("/") + ".pdf").status_code == 404


def test_an_order_that_fails_says_so(staff, both, monkeypatch):
    page = order(staff, both, "cards")
    monkeypatch.setattr("correspondence.pdf.render", lambda html: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(page)
    assert "Chưa làm được tệp" in staff.get(page).content.decode()


def test_an_order_that_nobody_carries_out_is_not_waited_for(staff, both, an):
    at = timezone.now() - printing.PATIENCE * 2
    late = printing.place_order(conference=both, wanted=Wanted(), what="cards", actor=an, at=at)
    shown = staff.get(reverse("cockpit-sheets", args=[both.slug, late.key])).content.decode()
    assert "Chưa làm được tệp" in shown
    assert "hx-get" not in shown


def test_only_sheets_are_ordered(staff, both):
    address = reverse("cockpit-sheets-order", args=[both.slug, "list"])
    assert staff.post(address).status_code == 404
    assert staff.get(file_of(both, "badges")).status_code == 404


def test_a_file_that_does_not_exist_is_not_found(staff, nomination):
    assert staff.get(file_of(nomination.conference, "khac")).status_code == 404


def test_the_telephone_list_names_focal_points_and_backups(staff, binh, nomination):
    binh.phone = "0912000111"
    binh.save()
    Contact.objects.create(
        organisation=nomination.organisation,
        email="du-phong@gov.example",
        full_name="Đỗ Dự Phòng",
        phone="0912000222",
        is_backup=True,
    )
    binh.mandates.update(is_backup=True)
    text = text_of(staff.get(reverse("cockpit-telephones", args=[nomination.conference.slug])).content)
    assert f"Dự phòng: {binh.full_name}" in " ".join(text.split())
    for part in ("Nguyễn Văn Liên", "0912 000 111", "Đỗ Dự Phòng", "0912 000 222"):
        assert part in text


def test_a_province_is_shown_across_its_conferences(staff, binh, nomination, world):
    make_delegate(nomination)
    page = reverse("province", args=[nomination.unit_id])
    shown = staff.get(page).content.decode()
    assert nomination.conference.title in shown
    assert binh.email in shown
    assert staff.get(reverse("province", args=[0])).status_code == 404
    before = queries_of(staff, page)
    other = make_conference(world, slug="khac")
    make_delegate(make_nomination(other, world.dak_lak))
    assert queries_of(staff, page) == before


def test_a_province_brings_along_those_that_it_continues(staff, nomination, other_nomination, world):
    ended, heir = world.dak_lak.unit, world.ca_mau.unit
    ended.valid_to, ended.successor = timezone.localdate(), heir
    ended.save()
    shown = staff.get(reverse("province", args=[heir.pk])).content.decode()
    assert "Tiếp nối" in shown
    assert reverse("nomination-review", args=[nomination.conference.slug, nomination.pk]) in shown
    assert f">{nomination.unit_name}</small>" in shown
    # The ended one keeps its own page and leads on.
    shown = staff.get(reverse("province", args=[ended.pk])).content.decode()
    assert reverse("province", args=[heir.pk]) in shown
    assert reverse("nomination-review", args=[nomination.conference.slug, other_nomination.pk]) not in shown


def test_the_cockpit_brings_itself_up_to_date_only_when_something_changed(staff, nomination):
    page = reverse("cockpit", args=[nomination.conference.slug])
    first = staff.get(page, headers={"HX-Request": "true"})
    assert "<html" not in first.content.decode()
    known = {"HX-Request": "true", "If-None-Match": first["ETag"]}
    assert staff.get(page, headers=known).status_code == 304
    services.mark_opened(nomination=nomination, at=timezone.now())
    assert staff.get(page, headers=known).status_code == 200


def test_ticked_lists_are_reminded_once(staff, nomination, other_nomination):
    page = reverse("nominations-decide", args=[nomination.conference.slug])
    form = {"do": "remind", "chon": [nomination.pk]}
    shown = staff.post(page, form).content.decode()
    assert "Sẽ nhắc, 1 thư" in shown
    form |= {"sure": "1", "number": "0"}
    staff.post(page, form)
    staff.post(page, form)
    assert [message.recipient_name for message in Message.objects.all()] == [nomination.organisation_name]


@pytest.mark.parametrize("is_open", [True, False])
def test_reminding_outside_working_hours_warns(staff, nomination, settings, is_open):
    settings.REMINDER_HOURS = SimpleNamespace(include=lambda moment: is_open)
    page = reverse("nominations-decide", args=[nomination.conference.slug])
    shown = staff.post(page, {"do": "remind", "chon": [nomination.pk]}).content.decode()
    assert ("Đang ngoài giờ làm việc" in shown) is not is_open


def test_whoever_cannot_be_written_to_is_named_before_reminding(staff, nomination, other_nomination):
    Contact.objects.filter(organisation=nomination.organisation).delete()
    page = reverse("nominations-decide", args=[nomination.conference.slug])
    shown = staff.post(page, {"do": "remind", "chon": [nomination.pk, other_nomination.pk]}).content.decode()
    assert "Gửi 1 thư nhắc" in shown
    assert "Chưa có địa chỉ, không nhắc được" in shown
    shown = staff.post(page, {"do": "remind", "chon": [nomination.pk]}).content.decode()
    assert "thư nhắc</button>" not in shown


def test_whoever_ticks_nothing_sees_so(staff, nomination):
    page = reverse("nominations-decide", args=[nomination.conference.slug])
    answer = staff.post(page, {"do": "accept"})
    assert "#" not in answer["Location"]  # the message stands on top of the page
    assert "Chưa đánh dấu danh sách nào" in staff.get(answer["Location"]).content.decode()

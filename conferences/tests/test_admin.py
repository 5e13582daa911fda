"""The staff's desk: seed 000 typed in, bad input refused where it was typed, nothing half-written."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences import followers
from conferences.documents import draft_invitation
from conferences.models import Conference, ConferenceKind, LegalDocument, NoticeFrame
from conferences.tests.desk import errors_of, posted_again, rows
from conferences.tests.files import docm, exe, pdf
from directory.models import AuditEntry, Organisation
from directory.roles import make_missing_roles
from hoinghi.tests.cast import make_conference, make_user

pytestmark = pytest.mark.django_db

ADD = "/quan-tri/conferences/conference/add/"


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def kind(world):
    kind, _ = ConferenceKind.objects.get_or_create(code="hoi-nghi", defaults={"name": "Hội nghị"})
    if not kind.frames.exists():
        NoticeFrame.objects.create(code="khung", name="Khung", kind=kind, blocks=[])
    return kind


@pytest.fixture
def seed(world, kind) -> dict:
    """Everything that seed 000 says (domain.md §1.1), as a clerk types it."""
    qltt = Organisation.objects.create(
        uid="tcqltt", kind=world.kinds["cuc"], name="Tổng cục quản lý thị trường"
    )
    return {
        "kind": kind.pk,
        "frame": "",
        "title": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        "short_title": "Hội nghị",
        "slug": "",
        "format": "online",
        "series": "",
        "start_at_0": "02/7/2021",
        "start_at_1": "8h00",
        "weekday": "Thứ 6",
        "end_at_0": "",
        "end_at_1": "",
        "duration_kind": "half_day",
        "time_style": "date_first",
        "units_as_of": "",
        "join_before": "60",
        "chair_title": "Bộ trưởng {organiser}",
        "chair_name": "",
        "organiser": world.ministry.pk,
        "organiser_name": "",
        "issuing_unit": world.unit.pk,
        "issuing_unit_name": "Cục Công Thương địa phương",
        "letterhead": "",
        "composition": "",
        "invitees": "Quý Ủy ban, cơ quan, đơn vị",
        "basis": "Thực hiện chương trình công tác",
        "purpose": "đánh giá hệ thống chính sách hiện hành, vai trò của cụm công nghiệp",
        "request": "tới dự, tham gia ý kiến tại {short_name}",
        "focal_kind": "so",
        "nomination_deadline_0": "01/7/2021",
        "nomination_deadline_1": "",
        "deadline_style": "before_day",
        "paper_rule": "optional",
        "approval_reference": "",
        "approved_by": "",
        "approved_on": "",
        **rows("legs"),
        **rows("topics"),
        **rows("visits"),
        **rows(
            "places",
            {
                "role": "central",
                "label": "Tại {organiser}",
                "position": 1,
                "room_name": "Phòng họp trực tuyến",
                "host": qltt.pk,
                "address": "số 91 Đinh Tiên Hoàng, Hoàn Kiếm, Hà Nội",
            },
            {
                "role": "local",
                "label": "Tại địa phương",
                "position": 2,
                "room_name": "Phòng họp trực tuyến",
                "host_kind": "chi_cuc_qltt",
                "host_name": "Cục Quản lý thị trường",
                "host_area": "các tỉnh, thành phố trực thuộc trung ương",
            },
        ),
        **rows(
            "groups",
            {"side": "ministry", "position": 1, "name": "Lãnh đạo Bộ", "nominator": "nobody"},
            {
                "side": "ministry",
                "position": 2,
                "name": "{issuing_unit}",
                "short_name": "Cục",
                "nominator": "nobody",
            },
            {"side": "locality", "position": 3, "name": "Sở Công Thương", "nominator": "focal_point"},
            {
                "side": "locality",
                "position": 4,
                "name": "Ủy ban nhân dân cấp huyện",
                "code": "huyen",
                "nominator": "focal_point",
                "min_organisations": 1,
                "max_organisations": 2,
            },
            {
                "side": "locality",
                "position": 5,
                "name": "chủ đầu tư hạ tầng {abbr:ccn}",
                "code": "chu-dau-tu",
                "nominator": "focal_point",
                "min_organisations": 1,
                "max_organisations": 2,
            },
        ),
        **rows("abbreviations", {"phrase": "cụm công nghiệp", "short": "CCN", "code": ""}),
        **rows(
            "agenda",
            {"day": 1, "starts": "7h30", "ends": "8h00", "title": "Kết nối, thử đường truyền"},
            {"day": 1, "starts": "8h10", "ends": "", "title": "Phát biểu khai mạc", "presenter": "{chair}"},
        ),
        **rows(
            "notes",
            {
                "position": 1,
                "text": "Đề nghị Ủy ban nhân dân cấp tỉnh giao Sở Công Thương là đơn vị đầu mối:",
                "items": "Lựa chọn và mời {quota:huyen} {group:huyen} và {quota:chu-dau-tu} {group:chu-dau-tu}. "
                "Gửi danh sách về {issuing_unit} {deadline} theo địa chỉ email: {contact_email}.\n"
                "Phối hợp với Cục Quản lý thị trường chuẩn bị phòng họp trực tuyến.",
            },
            {"position": 2, "text": "Tổng cục Quản lý thị trường cử cán bộ kỹ thuật trợ giúp.", "items": ""},
        ),
        **rows("facts"),
        **rows("questions"),
        **rows(
            "contacts",
            {
                "position": 1,
                "honorific": "đồng chí",
                "full_name": "Nguyễn Anh Tuấn",
                "phones": "024.22218288/0988310581",
                "email": "tuannanh@moit.example",
            },
        ),
        **rows(
            "materials",
            {"kind": "agenda", "position": 1, "title": "Chương trình Hội nghị", "visibility": "public"},
            {"kind": "document", "position": 1, "title": "Tài liệu Hội nghị", "visibility": "public"},
        ),
    }


def test_all_facts_of_seed_000_can_be_typed(desk, seed):
    response = desk.post(ADD, seed | {"materials-0-upload": pdf()})
    assert response.status_code == 302, errors_of(response)
    found = Conference.objects.get()
    start = timezone.make_aware(dt.datetime(2021, 7, 2, 8))
    assert found.start_at == start
    assert found.end_at == start + dt.timedelta(hours=4)
    assert found.nomination_deadline == timezone.make_aware(dt.datetime(2021, 7, 1))
    assert found.state == "draft"
    assert found.slug == "hoi-nghi-truc-tuyen-ve-quan-ly-phat-trien-cum-cong-nghiep"
    assert found.frame.code == "khung"
    assert (found.organiser_name, found.issuing_unit_name) == ("Bộ Công Thương", "Cục Công Thương địa phương")
    assert found.chair == "Bộ trưởng Bộ Công Thương"
    central, local = found.places.all()
    assert central.printed.startswith("Phòng họp trực tuyến của Tổng cục quản lý thị trường, số 91")
    assert local.printed.endswith("của Cục Quản lý thị trường các tỉnh, thành phố trực thuộc trung ương")
    assert [group.code for group in found.groups.all()] == [
        "lanh-dao-bo",
        "cuc",
        "so-cong-thuong",
        "huyen",
        "chu-dau-tu",
    ]
    quota = found.groups.get(code="huyen")
    assert (quota.min_organisations, quota.max_organisations) == (1, 2)
    assert [(item.starts_after, item.lasts) for item in found.agenda.all()] == [(-30, 30), (10, None)]
    assert found.abbreviations.get().code == "ccn"
    assert found.contacts.get().phones == "024.22218288/0988310581"
    assert found.materials.get(kind="agenda").versions.get().file_name == "Chương trình.pdf"
    assert AuditEntry.objects.filter(action="conference.add", actor_id__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title": ""}, "title", "Nhập tên hội nghị"),
        ({"weekday": "thứ Hai"}, "weekday", "Ngày 02/7/2021 là thứ Sáu"),
        ({"weekday": "thứ mười"}, "weekday", "không phải là thứ trong tuần"),
        ({"start_at_0": "31/6/2021"}, "start_at", "không có trong lịch"),
        ({"start_at_1": "25h00"}, "start_at", "giờ từ 0 đến 23"),
        ({"end_at_0": "02/7/2021", "end_at_1": "7h00"}, "end_at", "phải sau giờ bắt đầu"),
        ({"duration_kind": "hours"}, "end_at", "nhập giờ kết thúc"),
        ({"nomination_deadline_0": "03/7/2021"}, "nomination_deadline", "phải trước giờ bắt đầu"),
        (
            {"nomination_deadline_0": "02/7/2021", "deadline_style": "by_day"},
            "nomination_deadline",
            "phải trước giờ bắt đầu",
        ),
        ({"deadline_style": "until_moment"}, "nomination_deadline", "nhập thêm giờ"),
        (
            {"nomination_deadline_1": "17h00", "deadline_style": "by_day"},
            "nomination_deadline",
            "bỏ trống ô giờ",
        ),
        ({"nomination_deadline_1": "17h00"}, "nomination_deadline", "0h00"),
        ({"groups-3-min_organisations": 3}, "groups-3-max_organisations", "từ 3 trở lên"),
        ({"groups-4-code": "huyen"}, "groups-4-code", ""),
        ({"contacts-0-phones": "0988"}, "contacts-0-phones", "thiếu chữ số"),
        ({"contacts-0-email": "tuan"}, "contacts-0-email", "thiếu dấu @"),
        ({"agenda-0-ends": "7h00"}, "agenda-0-ends", "phải sau giờ bắt đầu"),
        ({"purpose": "họp ngày 02/7/2021"}, "purpose", "{date}"),
        ({"basis": "Theo ý kiến của Bộ trưởng Bộ Công Thương"}, "basis", "{chair}"),
        ({"notes-0-items": "Gửi trước ngày 01/7/2021"}, "notes-0-items", "{deadline}"),
        ({"notes-1-text": "Gọi 024 2221 8288"}, "notes-1-text", "{contact_phones}"),
        ({"notes-0-items": "Chọn 1÷2 đơn vị"}, "notes-0-items", "{quota:"),
        ({"notes-0-text": "Về {quota:xa}"}, "notes-0-text", "Không có dữ kiện {quota:xa}"),
        ({"chair_title": "Bộ trưởng {deadline}"}, "chair_title", "chỉ dẫn được tên"),
    ],
)
def test_bad_input_is_refused_where_it_was_typed(desk, seed, typed, field, said):
    response = desk.post(ADD, seed | typed)
    errors = errors_of(response)
    assert field in errors or said == "", errors
    assert said in " ".join(errors.get(field, []))
    assert len(errors) <= 2, errors
    page = response.content.decode()
    for value in {"024.22218288/0988310581", "số 91 Đinh Tiên Hoàng", *map(str, typed.values())}:
        assert value in page or value in ("", "0988", "024.22218288/0988310581")
    assert not Conference.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_draft_may_cite_what_is_not_known_yet(desk, seed):
    """A conference copied from the last one has no deadline at first, but its notes cite it."""
    response = desk.post(ADD, seed | {"nomination_deadline_0": ""})
    assert response.status_code == 302, errors_of(response)
    assert Conference.objects.get().nomination_deadline is None


@pytest.mark.parametrize(
    ("style", "typed", "instant", "shown"),
    [
        ("before_day", ("01/7/2021", ""), dt.datetime(2021, 7, 1), ("01/07/2021", "")),
        ("by_day", ("30/6/2021", ""), dt.datetime(2021, 7, 1), ("30/06/2021", "")),
        ("until_moment", ("30/6/2021", "17h00"), dt.datetime(2021, 6, 30, 17), ("30/06/2021", "17h00")),
    ],
)
def test_the_deadline_is_typed_as_it_is_printed(desk, seed, style, typed, instant, shown):
    day, hour = typed
    data = seed | {"nomination_deadline_0": day, "nomination_deadline_1": hour, "deadline_style": style}
    assert desk.post(ADD, data).status_code == 302
    found = Conference.objects.get()
    assert found.nomination_deadline == timezone.make_aware(instant)
    data = posted_again(desk.get(change_url(found)))
    assert (data["nomination_deadline_0"], data["nomination_deadline_1"]) == shown


def change_url(conference) -> str:
    return reverse("admin:conferences_conference_change", args=[conference.pk])


def test_moving_the_start_moves_the_agenda(desk, seed):
    desk.post(ADD, seed)
    found = Conference.objects.get()
    data = posted_again(desk.get(change_url(found)))
    moved = data | {
        "start_at_1": "13h30",
        "end_at_0": "",
        "end_at_1": "",
        "agenda-0-title": "Thử đường truyền",
    }
    response = desk.post(change_url(found), moved)
    assert response.status_code == 302, errors_of(response)
    found.refresh_from_db()
    hours = [timezone.localtime(item.starts_at).strftime("%H:%M") for item in found.agenda.all()]
    assert hours == ["13:00", "13:40"]
    entry = AuditEntry.objects.get(action="conference.change")
    assert entry.changes["start_at"] == ["8h00 ngày 02/7/2021", "13h30 ngày 02/7/2021"]


def test_a_change_that_nobody_made_changes_nothing(desk, seed):
    desk.post(ADD, seed)
    found = Conference.objects.get()
    before = {relation: list(getattr(found, relation).values()) for relation in ("agenda", "groups", "notes")}
    data = posted_again(desk.get(change_url(found)))
    assert desk.post(change_url(found), data).status_code == 302
    found.refresh_from_db()
    assert before == {relation: list(getattr(found, relation).values()) for relation in before}
    assert not AuditEntry.objects.filter(action="conference.change").exists()


def test_the_address_stays_once_published(desk, conference):
    data = posted_again(desk.get(change_url(conference)))
    assert "slug" not in data
    response = desk.post(change_url(conference), data | {"title": "Hội nghị tên khác", "slug": "khac"})
    assert response.status_code == 302, errors_of(response)
    conference.refresh_from_db()
    assert (conference.title, conference.slug) == ("Hội nghị tên khác", "cum-cong-nghiep")


def test_the_same_title_gets_an_address_of_its_own(desk, seed):
    desk.post(ADD, seed)
    desk.post(ADD, seed)
    slugs = sorted(Conference.objects.values_list("slug", flat=True))
    assert slugs[1] == f"{slugs[0]}-2"


def test_a_published_conference_is_never_deleted(desk, conference, seed):
    desk.post(ADD, seed)
    draft = Conference.objects.get(state="draft")
    assert (
        desk.post(f"/quan-tri/conferences/conference/{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    )
    response = desk.post(f"/quan-tri/conferences/conference/{conference.pk}/delete/", {"post": "yes"})
    assert response.status_code == 403
    assert list(Conference.objects.all()) == [conference]


@pytest.mark.parametrize("upload", [exe, docm], ids=["program", "macros"])
def test_a_dangerous_file_is_refused_at_its_field(desk, seed, upload, media_root):
    name = "Chương trình.pdf" if upload is exe else "Báo cáo.docx"
    errors = errors_of(desk.post(ADD, seed | {"materials-0-upload": upload(name)}))
    assert list(errors) == ["materials-0-upload"]
    assert name in errors["materials-0-upload"][0]
    assert not Conference.objects.exists()


def test_a_chosen_file_is_asked_for_again_when_something_else_is_wrong(desk, seed):
    page = desk.post(ADD, seed | {"title": "", "materials-0-upload": pdf()})
    errors = errors_of(page)
    assert set(errors) == {"title", "materials-0-upload"}
    assert errors["materials-0-upload"] == [
        "Chưa nhận “Chương trình.pdf”: trang hiện lại thì trình duyệt bỏ tệp đã chọn, phải chọn lại tệp."
    ]
    assert errors["materials-0-upload"][0] in page.content.decode()
    assert set(errors_of(desk.post(ADD, seed | {"title": ""}))) == {"title"}


def test_it_is_asked_for_again_when_only_saving_shows_what_is_wrong(desk, seed, conference):
    wrong = seed | {"purpose": f"Họp ngày {conference.start_at:%d/%m/%Y}", "materials-0-upload": pdf()}
    errors = errors_of(desk.post(ADD, wrong))
    assert "materials-0-upload" in errors


def test_the_same_file_again_is_refused_and_a_new_one_is_a_version(desk, seed):
    desk.post(ADD, seed | {"materials-0-upload": pdf()})
    found = Conference.objects.get()
    data = posted_again(desk.get(change_url(found)))
    again = desk.post(change_url(found), data | {"materials-0-upload": pdf()})
    assert "giống hệt bản 1" in errors_of(again)["materials-0-upload"][0]
    assert desk.post(change_url(found), data | {"materials-0-upload": pdf(number=2)}).status_code == 302
    versions = found.materials.get(kind="agenda").versions.all()
    assert [version.number for version in versions] == [2, 1]
    assert versions[0].sha256 != versions[1].sha256


# --- a new conference from the last one ---


def test_a_new_conference_starts_from_the_last_of_its_kind(desk, seed):
    desk.post(ADD, seed)
    source = Conference.objects.get()
    choices = desk.get(ADD)
    assert reverse("copy", args=[source.slug]) in choices.content.decode()
    filled = desk.get(ADD, {"from": source.pk})
    assert Conference.objects.count() == 1
    data = posted_again(filled)
    assert data["start_at_0"] == ""
    assert data["materials-TOTAL_FORMS"] == "0"
    data |= {"start_at_0": "07/10/2022", "start_at_1": "8h30", "slug": ""}
    response = desk.post(f"{ADD}?from={source.pk}", data)
    assert response.status_code == 302, errors_of(response)
    copy = Conference.objects.exclude(pk=source.pk).get()
    for relation in ("groups", "places", "notes", "abbreviations", "contacts", "agenda"):
        assert getattr(copy, relation).count() == getattr(source, relation).count(), relation
    assert copy.copied_from == source
    assert copy.nomination_deadline is None
    assert [item.starts_after for item in copy.agenda.all()] == [-60, -20]
    assert copy.groups.get(code="huyen").max_organisations == 2


def test_a_copy_names_the_present_holders(desk, world, conference):
    successor = Organisation.objects.create(
        uid="moit-moi", kind=world.kinds["cuc"], name="Cục mới", valid_from=dt.date(2024, 1, 1)
    )
    world.unit.valid_to, world.unit.successor = dt.date(2023, 12, 31), successor
    world.unit.save()
    data = posted_again(desk.get(ADD, {"from": conference.pk}))
    assert (data["issuing_unit"], data["issuing_unit_name"]) == ([str(successor.pk)], "Cục mới")
    assert data["organiser_name"] == "Bộ Công Thương"


# --- the list ---


def test_the_list_finds_without_diacritics(desk, conference):
    page = desk.get("/quan-tri/conferences/conference/", {"q": "CUM cong nghiệp"}).content.decode()
    assert conference.title in page
    assert "Đã thông báo" in page
    assert (
        conference.title not in desk.get("/quan-tri/conferences/conference/", {"q": "khac"}).content.decode()
    )


def test_the_list_costs_the_same_with_one_row_and_with_three(desk, world, conference):
    def queries() -> int:
        desk.get("/quan-tri/")  # what every page's frame prints is kept from now on
        with CaptureQueriesContext(connection) as found:
            desk.get("/quan-tri/conferences/conference/")
        return len(found)

    with_one = queries()
    make_conference(world, slug="hai")
    make_conference(world, slug="ba")
    assert queries() == with_one


@pytest.mark.parametrize("member", ["binh", "dung", None])
def test_the_desk_is_for_staff(client, conference, request, member):
    if member:
        client.force_login(request.getfixturevalue(member))
    for url in (ADD, change_url(conference), "/quan-tri/conferences/conference/"):
        response = client.get(url)
        assert response.status_code == (404 if member else 302)


def test_search_for_a_legal_basis(desk):
    LegalDocument.objects.create(
        kind="Nghị định", number="32/2024/NĐ-CP", issuer="Chính phủ", issued_on=dt.date(2024, 3, 15)
    )
    query = {
        "term": "nghi dinh 32",
        "app_label": "conferences",
        "model_name": "conference",
        "field_name": "legal_bases",
    }
    found = desk.get("/quan-tri/autocomplete/", query).json()
    assert [row["text"] for row in found["results"]] == ["Nghị định số 32/2024/NĐ-CP"]


# --- the Giấy mời ---


def test_the_desk_leads_to_the_giay_moi_which_follows(desk, conference, an):
    conference.frame.invitation = ["Đề nghị gửi danh sách {deadline}.", "Trân trọng kính mời./."]
    conference.frame.save()
    assert "Soạn Giấy mời" in desk.get(change_url(conference)).content.decode()
    document = draft_invitation(conference=conference, actor=an)
    shown = desk.get(change_url(conference))
    assert "Soạn Giấy mời" not in shown.content.decode()
    assert reverse("document", args=[document.pk]) in shown.content.decode()
    desk.post(change_url(conference), posted_again(shown) | {"chair_title": "Thứ trưởng {organiser}"})
    document.refresh_from_db()
    assert document.content["lines"][0]["text"] == "Thứ trưởng Bộ Công Thương."


# --- what moves with it ---


def test_a_change_that_cannot_be_followed_is_refused_at_its_field(desk, seed, monkeypatch):
    """Rooms live in an app above: what it refuses is said at the start, and nothing is saved."""

    class Taken(followers.CannotFollow):
        field = "start_at"

    def refuse(*, conference, actor, at):
        raise Taken("Phòng họp đã được giữ cho hội nghị khác.")

    monkeypatch.setattr(followers, "_followers", [refuse])
    assert errors_of(desk.post(ADD, seed))["start_at"] == ["Phòng họp đã được giữ cho hội nghị khác."]
    assert not Conference.objects.exists()


def asked_of_delegates(seed) -> dict:
    """The seed with roles, two questions and all three dates."""
    return (
        seed
        | rows(
            "questions",
            {
                "text": "Phát biểu tham luận",
                "position": 1,
                "kind": "yes_no",
                "choices": "",
                "group_codes": "",
            },
            {
                "text": "Suất ăn",
                "position": 2,
                "kind": "choice",
                "choices": "Thường\nChay",
                "group_codes": "huyen, chu-dau-tu",
                "is_required": "on",
            },
        )
        | {
            "groups-3-asked": "1 lãnh đạo\nít nhất 1 chuyên viên",
            "change_until_0": "01/7/2021",
            "change_until_1": "17h00",
            "hard_close_0": "02/7/2021",
            "hard_close_1": "7h00",
            "paper_rule": "required",
        }
    )


def test_roles_questions_and_dates_are_typed_and_copied(desk, seed):
    data = asked_of_delegates(seed)
    assert desk.post(ADD, data).status_code == 302
    found = Conference.objects.get()
    assert [str(role) for role in found.groups.get(code="huyen").asked_roles.all()] == [
        "1 lãnh đạo",
        "ít nhất 1 chuyên viên",
    ]
    meal = found.questions.get(text="Suất ăn")
    assert (meal.choice_list, meal.is_required) == (["Thường", "Chay"], True)
    assert sorted(group.code for group in meal.groups.all()) == ["chu-dau-tu", "huyen"]
    assert found.change_until < found.hard_close < found.start_at
    page = desk.get(ADD, {"from": found.pk}).content.decode()
    assert "ít nhất 1 chuyên viên" in page
    assert 'value="huyen, chu-dau-tu"' in page


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"groups-3-asked": "lãnh đạo"}, "groups-3-asked", "ghi số người rồi vai trò"),
        ({"groups-3-asked": "2÷1 lãnh đạo"}, "groups-3-asked", "từ 2 trở lên"),
        ({"questions-1-group_codes": "khong-co"}, "questions-1-group_codes", "Không có nhóm mã “khong-co”"),
        ({"questions-1-choices": "Chay"}, "questions-1-choices", "ít nhất hai lựa chọn"),
        ({"change_until_0": "30/6/2021"}, "change_until", "Không được trước hạn gửi"),
        ({"hard_close_0": "01/7/2021", "hard_close_1": "16h00"}, "change_until", "không được sau lúc khóa"),
    ],
)
def test_what_is_asked_is_refused_at_its_field(desk, seed, change, field, words):
    errors = errors_of(desk.post(ADD, asked_of_delegates(seed) | change))
    assert words in str(errors.get(field)), errors
    assert not Conference.objects.exists()


def test_a_team_without_a_clerk_is_warned_about(desk, seed, an):
    """Said when it is saved: else nobody learns it before a document waits for its number."""
    make_missing_roles()
    organiser, clerk = (make_user(f"{name}@moit.example", name, is_staff=True) for name in ("to", "van-thu"))
    organiser.groups.add(Group.objects.get(name="Cán bộ tổ chức"))
    clerk.groups.add(Group.objects.get(name="Văn thư"))
    desk.post(ADD, seed)
    url = change_url(Conference.objects.get())
    for team, warned in (([organiser], True), ([organiser, clerk], False), ([], False)):
        data = posted_again(desk.get(url)) | {"team": [member.pk for member in team]}
        page = desk.post(url, data, follow=True).content.decode()
        assert list(Conference.objects.get().team.order_by("pk")) == team
        assert ("Tổ công tác chưa có văn thư" in page) == warned, team

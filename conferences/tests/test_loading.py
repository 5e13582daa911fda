"""Conference files: loaded whole or not at all, the same again changes nothing, every problem is named."""

import datetime as dt
import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from conferences.documents import invitation_content
from conferences.loading import FileProblems, load, load_kinds
from conferences.loading.reading import Section, read
from conferences.models import Conference, ConferenceKind, InvitedGroup, MaterialVersion, NoticeFrame
from conferences.notice import build_notice, notice_text
from conferences.tests.conference_files import REMOVED, SEED_000, TWIN, changed_copy, leaves, load_standard
from directory.models import AuditEntry
from hoinghi.text import VIETNAM, slugify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register", "standard")]


@pytest.fixture
def standard(db):
    load_standard()


def problems_of(path, **options) -> dict[str, str]:
    """Path → reason of everything that is wrong; nothing may have been written."""
    before = (Conference.objects.count(), AuditEntry.objects.count(), NoticeFrame.objects.count())
    with pytest.raises(FileProblems) as refused:
        load(path, **options)
    assert (Conference.objects.count(), AuditEntry.objects.count(), NoticeFrame.objects.count()) == before
    return {problem.path: problem.reason for problem in refused.value.problems}


def test_a_file_makes_the_whole_conference():
    conference = load(SEED_000)
    conference.refresh_from_db()
    assert conference.start_at == dt.datetime(2021, 7, 2, 8, tzinfo=VIETNAM)
    assert conference.end_at == dt.datetime(2021, 7, 2, 11, 30, tzinfo=VIETNAM)
    assert conference.nomination_deadline == dt.datetime(2021, 7, 1, tzinfo=VIETNAM)
    assert conference.state == Conference.State.ANNOUNCED
    assert conference.announced_at == dt.datetime(2021, 6, 24, 8, tzinfo=VIETNAM)
    assert conference.organiser.uid == "moit"
    assert conference.letterhead.code == "bct-ctdp"
    districts = conference.groups.get(code="ubnd-huyen")
    assert (districts.min_organisations, districts.max_organisations) == (1, 2)
    assert districts.nominator == InvitedGroup.Nominator.FOCAL_POINT
    assert (districts.picker_level_id, districts.picker_prefix) == ("district", "Ủy ban nhân dân")
    assert [group.code for group in conference.groups.all()] == [
        "lanh-dao-bo",
        "don-vi-to-chuc",
        "don-vi-lien-quan",
        "ubnd-tinh",
        "so-cong-thuong",
        "ubnd-huyen",
        "chu-dau-tu",
    ]
    assert [place.host_kind_id for place in conference.places.all()] == [None, "cuc_qltt_tinh"]
    assert [note.items.count("\n") for note in conference.notes.all()] == [1, 0, 0]
    assert [(material.title, material.versions.count()) for material in conference.materials.all()] == [
        ("Chương trình Hội nghị", 1),
        ("Báo cáo đánh giá hệ thống chính sách hiện hành về cụm công nghiệp", 1),
    ]


def test_loading_again_changes_nothing():
    first = load(SEED_000)
    first.refresh_from_db()
    entries = AuditEntry.objects.count()
    with CaptureQueriesContext(connection) as queries:
        load(SEED_000)
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert AuditEntry.objects.count() == entries
    again = Conference.objects.get()
    assert again.updated_at == first.updated_at


def test_loading_a_changed_file_updates_and_says_what_changed(tmp_path):
    first = load(SEED_000)
    kept = {group.code: group.pk for group in first.groups.all()}
    changes = {
        "title": "Hội nghị khác về cụm công nghiệp",
        "groups[5].quota.max": "3",
        "groups[2]": REMOVED,
        "composition": "Về phía địa phương: {group:ubnd-tinh}.",
        "notes[2]": REMOVED,
    }
    again = load(changed_copy(tmp_path, changes))
    assert again.pk == first.pk
    assert again.title == "Hội nghị khác về cụm công nghiệp"
    assert {group.code: group.pk for group in again.groups.all()} == {
        code: pk for code, pk in kept.items() if code != "don-vi-lien-quan"
    }
    assert again.notes.count() == 2
    entry = AuditEntry.objects.filter(action="conference.load").latest("id")
    assert entry.changes["title"] == [
        "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        "Hội nghị khác về cụm công nghiệp",
    ]
    assert entry.changes["groups[4].max_organisations"] == [2, 3]
    assert entry.changes["groups.don-vi-lien-quan"] == ["đại diện các đơn vị có liên quan trong Bộ", None]


WRONG = [
    ({"tieu_de": "x"}, "tieu_de", "không có khóa này"),
    ({"titel": "x"}, "titel", "Có phải là “title”"),
    ({"groups[5].quota.maximum": "3"}, "groups[5].quota.maximum", "không có khóa này"),
    ({"title": ""}, "title", "không được để trống"),
    ({"title": " "}, "title", "không được để trống"),
    ({"title": REMOVED}, "title", "thiếu khóa này"),
    ({"title": "x" * 301}, "title", "tối đa 300"),
    ({"title": ["x"]}, "title", "phải là một dòng chữ"),
    ({"title": "Hội nghị {kind}"}, "title", "không dẫn dữ kiện"),
    ({"title": "Hội nghị\x00"}, "title", "NUL"),
    ({"slug": "Có Dấu"}, "slug", "chữ thường không dấu"),
    ({"kind": "le-hoi"}, "kind", "không có loại hội nghị nào có mã “le-hoi”"),
    ({"frame": "khong-co"}, "frame", "khong-co"),
    ({"format": "qua mạng"}, "format", "online (Trực tuyến)"),
    ({"time.date": "31/6/2021"}, "time.date", "không có trong lịch"),
    ({"time.date": "2021"}, "time.date", "không phải là ngày"),
    ({"time.date": "02/7/0021"}, "time.date", "phải từ 1900"),
    ({"deadline.before": "01/01/0001"}, "deadline.before", "phải từ 1900"),
    ({"announced": "0h00 ngày 01/01/0001"}, "announced", "phải từ 1900"),
    ({"time.weekday": "Thứ 5"}, "time.weekday", "thứ Sáu"),
    ({"time.start": "25h00"}, "time.start", "giờ từ 0 đến 23"),
    ({"time.end": "7h00"}, "time.end", "phải sau giờ bắt đầu"),
    ({"time.end_date": "01/7/2021"}, "time.end_date", "phải sau giờ bắt đầu"),
    ({"time.end_date": "03/7/2021"}, "time.duration", "không phải nửa ngày"),
    ({"time.duration": "2 ngày"}, "time.duration", "half_day"),
    ({"time": REMOVED}, "time", "thiếu phần này"),
    ({"time": "8h00 ngày 02/7/2021"}, "time", "khóa: giá trị"),
    ({"deadline.before": "05/7/2021"}, "deadline.before", "phải trước giờ bắt đầu"),
    ({"deadline.until": "17h00 ngày 30/6/2021"}, "deadline", "đúng một trong"),
    ({"deadline": {"until": "30/6/2021"}}, "deadline.until", "cần cả giờ và ngày"),
    ({"deadline": {"before": "T-x"}}, "deadline.before", "không phải là ngày"),
    ({"organiser.unit": "moit-xyz"}, "organiser.unit", "moit-xyz"),
    ({"issuing_unit": REMOVED}, "issuing_unit", "thiếu phần này"),
    ({"letterhead": "khong-co"}, "letterhead", "khong-co"),
    ({"chair.title": ""}, "chair.title", "không được để trống"),
    ({"chair.title": "Bộ trưởng {time}"}, "chair.title", "Không có dữ kiện {time}"),
    ({"focal_kind": "phong"}, "focal_kind", "phong"),
    ({"groups[5].quota": {"min": "3", "max": "2"}}, "groups[5].quota.max", "nhỏ hơn số ít nhất"),
    ({"groups[5].quota": {"min": "một"}}, "groups[5].quota.min", "số nguyên"),
    ({"groups[5].quota": "1÷2"}, "groups[5].quota", "khóa: giá trị"),
    ({"groups[5].picker.level": "huyen"}, "groups[5].picker.level", "huyen"),
    ({"groups[5].picker.kind": "so"}, "groups[5].picker", "không cả hai"),
    ({"groups[5].name": ""}, "groups[5].name", "không được để trống"),
    ({"groups[5].code": "ubnd-tinh"}, "groups[5].code", "đã có ở trên"),
    ({"groups[5].side": "trung ương"}, "groups[5].side", "locality"),
    ({"groups[5].nominated_by": "ai"}, "groups[5].nominated_by", "focal_point"),
    ({"groups[5].provinces": ["01-ha-noi-2008", "x"]}, "groups[5].provinces[1]", "“x”"),
    ({"groups": {"code": "a"}}, "groups", "phải là danh sách"),
    ({"places[1].host": "moit"}, "places[1].host", "host_kind"),
    ({"places[0].role": "giữa"}, "places[0].role", "central"),
    ({"contacts[0].phones": "12345"}, "contacts[0].phones", "không đúng đầu số"),
    ({"contacts[0].email": "tuannanh"}, "contacts[0].email", "thiếu dấu @"),
    ({"announced": "8h00 ngày 03/7/2021"}, "announced", "phải trước giờ bắt đầu"),
    ({"announced": REMOVED}, "announced", "thiếu khóa này"),
    ({"state": "concluded"}, "state", "draft, planned hoặc announced"),
    ({"materials[0].file": "../000.yaml"}, "materials[0].file", "không có tệp"),
    ({"materials[0].file": "tep/khong-co.pdf"}, "materials[0].file", "không có tệp"),
    ({"materials[0].visibility": "mọi người"}, "materials[0].visibility", "public"),
    ({"materials[1].title": "Chương trình Hội nghị"}, "materials[1].title", "đã có ở trên"),
    ({"agenda": [{"at": "8h00", "title": "{deadline}"}]}, "agenda[0].title", "Ở đây dẫn được"),
    ({"agenda": [{"at": "8h30", "to": "8h10", "title": "a"}]}, "agenda[0].to", "phải sau"),
    ({"agenda": [{"title": "a"}]}, "agenda[0].at", "thiếu khóa này"),
    ({"agenda": [{"at": "8h00", "title": "a", "break": "yes"}]}, "agenda[0].break", "true"),
    ({"facts": {"gop-y": {"date": "32/6/2021"}}}, "facts.gop-y.date", "không có trong lịch"),
    ({"facts": {"gop-y": {"ngay": "20/6/2021"}}}, "facts.gop-y", "đúng một trong"),
    ({"facts": {"trang": {"link": "javascript:alert(1)"}}}, "facts.trang.link", "địa chỉ trang web"),
    (
        {"legal_bases": [{"kind": "Quyết định", "number": "1/QĐ-BCT", "issuer": "Bộ trưởng"}]},
        "legal_bases[0].issued_on",
        "thiếu khóa này",
    ),
    ({"frame": [{"doan": "a"}]}, "frame[0]", "đúng một loại"),
    ({"frame": [{"paragraph": "{khong_co}"}]}, "frame", "{khong_co}"),
    # texts
    ({"basis": "Thực hiện công văn họp ngày 02/7/2021"}, "basis", "Viết {date}"),
    ({"purpose": "bàn về {quota:ubnd-xa}"}, "purpose", "Không có dữ kiện {quota:ubnd-xa}"),
    ({"purpose": "liên hệ 0988 310 581"}, "purpose", "Viết {contact_phones}"),
    ({"composition": "Chọn 1÷2 đơn vị"}, "composition", "Viết {quota:"),
    ({"invitees": "Quý Cục Công Thương địa phương"}, "invitees", "Viết {issuing_unit}"),
    ({"request": "tới dự trước 8h00"}, "request", "Viết {start_time}"),
    ({"notes[0].text": "Gửi trước ngày 01/7/2021"}, "notes[0].text", "Viết {deadline}"),
    ({"notes[0].items[1]": "Gửi về tuannanh@moit.gov.vn"}, "notes[0].items[1]", "Viết {contact_email}"),
    ({"basis": "Thực hiện {purpose}"}, "basis", "Không có dữ kiện {purpose}"),
    ({"notes[2].text": "Xem [tại đây](tai-lieu)"}, "notes[2].text", "tai-lieu"),
    ({"groups[1].name": "Cục Công Thương địa phương"}, "groups[1].name", "Viết {issuing_unit}"),
    (
        {"agenda": [{"at": "8h00", "title": "Nguyễn Anh Tuấn giới thiệu"}]},
        "agenda[0].title",
        "Viết {contact_name}",
    ),
    (
        {"facts": {"them": {"text": "Theo chỉ đạo của Bộ trưởng Bộ Công Thương"}}},
        "facts.them.text",
        "Viết {chair}",
    ),
    ({"frame": [{"paragraph": "Họp lúc 8h00 {date}"}]}, "frame[0].paragraph", "Viết {start_time}"),
]


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    WRONG,
    ids=[f"{number}-{path}" for number, (_, path, _) in enumerate(WRONG)],
)
def test_a_wrong_value_is_refused_where_it_stands(tmp_path, changes, path, reason):
    problems = problems_of(changed_copy(tmp_path, changes))
    assert list(problems) == [path]
    assert reason in problems[path]


STRANGE = (
    "",
    "{",
    "{}",
    "x" * 400,
    ["a"],
    {"a": "b"},
    [["a"]],
    [{"a": "b"}],
    "a\x00b",
    "T+9",
    "-1",
    "31/12/9999",
)


@pytest.mark.slow
def test_whatever_stands_in_a_file_it_is_refused_or_printed(tmp_path):
    paths = list(leaves(read(SEED_000).values))
    paths += sorted({re.sub(r"(\.\w+|\[\d+\])$", "", path) for path in paths if "." in path or "[" in path})
    outcomes = Counter()
    for number, path in enumerate(paths):
        for value in (STRANGE[number % len(STRANGE)], STRANGE[(7 * number + 5) % len(STRANGE)]):
            file = changed_copy(tmp_path, {path: value})
            try:
                with transaction.atomic():
                    notice_text(build_notice(load(file)))
                    outcomes["loaded"] += 1
                    transaction.set_rollback(True)
            except FileProblems:
                outcomes["refused"] += 1
    assert outcomes["refused"] > 120
    assert outcomes["loaded"] > 20


def test_all_problems_are_listed_at_once_with_file_and_line(tmp_path):
    changes = {
        "nguoi_lap": "x",
        "time.weekday": "Thứ 5",
        "groups[5].quota.max": "0",
        "contacts[0].email": "sai",
        "purpose": "họp ngày 02/7/2021",
        "notes[0].text": "{khong_bao_gio} trước ngày 01/7/2021",
    }
    path = changed_copy(tmp_path, changes)
    with pytest.raises(FileProblems) as refused:
        load(path)
    lines = path.read_text().splitlines()
    for problem in refused.value.problems:
        assert problem.path.rpartition(".")[2].rstrip("]").rpartition("[")[2] in lines[problem.line - 1], (
            problem
        )
    found = {problem.path for problem in refused.value.problems}
    # A placeholder that is missing because of another problem would be a false alarm; the rest is there.
    assert found == set(changes)
    assert all(line.startswith("000.yaml, dòng ") for line in str(refused.value).splitlines())


def test_a_refused_file_changes_nothing_of_the_existing_conference(tmp_path):
    load(SEED_000)
    changes = {"title": "Tên mới", "groups[6]": REMOVED, "notes[0].items[0]": "gửi trước ngày 01/7/2021"}
    problems_of(changed_copy(tmp_path, changes))
    conference = Conference.objects.get()
    assert conference.title == "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp"
    assert conference.groups.count() == 7
    assert MaterialVersion.objects.count() == 2


UNREADABLE = [
    ("title: a\ntitle: b\n", "hai lần"),
    ("a: &x 1\nb: *x\n", "&"),
    ("a: !!python/object/apply:os.system ['true']\n", "thẻ"),
    ("a: [1\n", "YAML"),
    ("a: \x01\n", "YAML"),
    ("a: 1\n---\nb: 2\n", "YAML"),
    ("[" * 50 + "]" * 50, "lồng nhau"),
    ("title: " + "a" * 600_000, "512 kB"),
    ("- a\n- b\n", "khóa: giá trị"),
    ("", "thiếu"),
]


@pytest.mark.parametrize(("text", "reason"), UNREADABLE)
def test_a_file_that_is_no_conference_file_is_refused(tmp_path, text, reason):
    path = tmp_path / "tep.yaml"
    path.write_text(text)
    assert any(reason in found for found in problems_of(path).values())


def test_a_file_in_another_encoding_or_none_at_all_is_refused(tmp_path):
    path = tmp_path / "tep.yaml"
    path.write_bytes("title: Hội nghị".encode("utf-16"))
    assert "UTF-8" in problems_of(path)[""]
    assert "không đọc được" in problems_of(tmp_path / "khong-co.yaml")[""]
    assert "không đọc được" in problems_of(tmp_path)[""]


def test_decomposed_letters_and_strange_spaces_become_one_spelling(tmp_path):
    path = changed_copy(tmp_path, {"chair.name": unicodedata.normalize("NFD", "Nguyễn\u00a0Hồng  Phong")})
    assert load(path).chair_name == "Nguyễn Hồng Phong"


def test_values_that_plain_yaml_would_spoil_stay_what_they_are(tmp_path):
    path = changed_copy(tmp_path, {})
    text = path.read_text()
    for written, plain in (
        ("'0988310581'", "x"),
        ("024.22218288/0988310581", "024.22218288"),
        ("8h00\n", "8:00\n"),
    ):
        text = text.replace(written, plain)
    path.write_text(text)
    conference = load(path)
    assert conference.contacts.get().phones == "024.22218288"
    assert conference.start_at == dt.datetime(2021, 7, 2, 8, tzinfo=VIETNAM)


def test_relative_days_count_from_the_first_day():
    conference = load(TWIN, start=dt.date(2026, 12, 7))
    assert conference.start_at == dt.datetime(2026, 12, 7, 8, tzinfo=VIETNAM)
    assert conference.nomination_deadline == dt.datetime(2026, 12, 6, tzinfo=VIETNAM)
    assert conference.state == Conference.State.PLANNED
    moved = load(TWIN, start=dt.date(2026, 12, 8))
    assert moved.pk == conference.pk
    assert moved.nomination_deadline == dt.datetime(2026, 12, 7, tzinfo=VIETNAM)
    assert moved.agenda.first().starts_at == dt.datetime(2026, 12, 8, 7, 30, tzinfo=VIETNAM)


def test_a_file_without_a_day_needs_one():
    assert problems_of(TWIN) == {
        "time.date": "thiếu khóa này.",
        "deadline.before": "“T-1” tính từ ngày tổ chức, mà ngày tổ chức chưa đúng.",
        "deadline.change_until": "“T-1” tính từ ngày tổ chức, mà ngày tổ chức chưa đúng.",
    }


def test_a_material_gets_a_new_version_only_when_its_file_has_changed(tmp_path):
    path = changed_copy(tmp_path, {"materials[0].file": "moi.pdf"})
    other = tmp_path / "moi.pdf"
    other.write_bytes((SEED_000.parent / "tep" / "chuong-trinh.pdf").read_bytes())
    agenda = load(path).materials.get(kind="agenda")
    assert agenda.versions.count() == 1
    other.write_bytes((SEED_000.parent / "tep" / "bao-cao.pdf").read_bytes())
    load(path)
    assert [version.number for version in agenda.versions.all()] == [2, 1]
    load(changed_copy(tmp_path, {"materials": REMOVED}))
    assert agenda.versions.count() == 2


def test_a_frame_of_its_own_in_any_order(tmp_path):
    frame = [
        {"heading": "Căn cứ", "number": "I.", "text": "{fact:van-ban}"},
        {
            "heading": "Thời gian",
            "number": "I.",
            "blocks": [{"paragraph": "{Session} {weekday}, {long_date}."}],
        },
        {"heading": "Không có gì", "number": "I.", "blocks": [{"dash": "{approval}"}]},
        {
            "heading": "Nơi họp",
            "number": "I.",
            "blocks": [
                {"heading": "{place_label}", "number": "a)", "text": "{place_room}", "each": "places"}
            ],
        },
        {
            "heading": "Mời",
            "number": "",
            "blocks": [{"dash": "{quota:00} {group}", "each": "groups:locality"}],
        },
        {"paragraph": "Góp ý về [trang này](fact:trang) trước ngày {fact:gop-y}."},
    ]
    changes = {
        "frame": frame,
        "invitation": ["Mời {invitees}./."],
        "facts": {
            "gop-y": {"date": "20/06/2021"},
            "trang": {"link": "https://gop-y.example/ccn"},
            "van-ban": {"phrase": "Kế hoạch số 5"},
        },
    }
    conference = load(changed_copy(tmp_path, changes))
    assert notice_text(build_notice(conference)).split("\n\n") == [
        "I. Căn cứ: Kế hoạch số 5",
        "II. Thời gian",
        "Sáng thứ Sáu, ngày 02 tháng 7 năm 2021.",
        "III. Nơi họp",
        "a) Tại Bộ Công Thương: Phòng họp trực tuyến",
        "b) Tại địa phương: Phòng họp trực tuyến",
        "Mời",
        "- 01÷02 Ủy ban nhân dân cấp huyện",
        "- 01÷02 chủ đầu tư hạ tầng CCN",
        "Góp ý về trang này trước ngày 20/6/2021.\n",
    ]
    load(changed_copy(tmp_path, {}))
    assert not NoticeFrame.objects.filter(code="cum-cong-nghiep-2021").exists()


def test_standard_kinds_and_frames_are_created_once_and_left_to_staff():
    NoticeFrame.objects.update(name="Tên do cán bộ sửa")
    ConferenceKind.objects.filter(code="toa-dam").delete()
    assert [str(row) for row in load_kinds(actor="kiểm thử")] == ["Tọa đàm"]
    assert set(NoticeFrame.objects.values_list("name", flat=True)) == {"Tên do cán bộ sửa"}
    assert load_kinds(actor="kiểm thử") == []


DOCS = Path(settings.BASE_DIR) / "docs" / "conference-file.md"


def documented_example(folder: Path, title: str = "A complete example") -> Path:
    example = re.search(rf"## {title}\n\n```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    shutil.copytree(SEED_000.parent / "tep", folder / "tep", dirs_exist_ok=True)
    path = folder / f"{slugify(title)}.yaml"
    path.write_text(example[1])
    return path


def test_the_documented_example_loads_and_has_every_key(tmp_path, monkeypatch):
    missing = []
    finish = Section.finish

    def noting(section):
        pattern = re.sub(r"\[\d+\]|facts\.[^.]+", "[]", section.path).removeprefix("series.")
        missing.append((pattern, section.known - section.values.keys()))
        finish(section)

    monkeypatch.setattr(Section, "finish", noting)
    load(documented_example(tmp_path, "A working visit with its article"))
    conference = load(documented_example(tmp_path))
    never = {
        pattern: set.intersection(*(keys for p, keys in missing if p == pattern)) for pattern, _ in missing
    }
    assert len(never) > 15
    assert {pattern: keys for pattern, keys in never.items() if keys} == {"deadline": {"before", "until"}}
    text = notice_text(build_notice(conference))
    for line in (
        "- Thời gian: từ 13h30 đến 17h00 thứ Tư ngày 09/12/2026.",
        "- Sở Công Thương khu vực phía Bắc: 02 đại biểu (01 lãnh đạo, 01 chuyên viên).",
        "III. Góp ý: Góp ý gửi về gopy@moit.example trước ngày 20/11/2026, hoặc trên https://duthao.moit.example.",
        "- Gửi danh sách đại biểu chậm nhất ngày 04/12/2026; liên hệ bà Phạm Thu Trang, điện thoại 024.22200001.",
    ):
        assert line in text.split("\n\n")
    assert text.endswith("\n\nĐCK\n")
    assert "{" not in text
    assert invitation_content(conference)["paragraphs"] == [
        "Đề nghị Quý cơ quan, đơn vị cử 02 đại biểu (01 lãnh đạo, 01 chuyên viên) chậm nhất ngày 04/12/2026."
    ]


# --- commands ---


def test_the_command_prints_the_slug_last_and_print_notice_takes_it(capsys):
    call_command("load_conference", str(SEED_000))
    slug = capsys.readouterr().out.split()[-1]
    assert slug == "cum-cong-nghiep-2021"
    call_command("print_notice", slug)
    assert capsys.readouterr().out == notice_text(build_notice(Conference.objects.get()))
    with pytest.raises(CommandError, match="khong-co"):
        call_command("print_notice", "khong-co")


def test_the_command_refuses_with_file_and_reason(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("load_conference", str(changed_copy(tmp_path, {"time.weekday": "Thứ 2"})))
    assert "000.yaml, dòng" in str(refused.value)
    assert "time.weekday: ngày 02/7/2021 là thứ Sáu." in str(refused.value)
    with pytest.raises(CommandError, match="--start"):
        call_command("load_conference", str(TWIN), start="mai")


@pytest.mark.parametrize(
    ("today", "start"),
    [("2026-11-23", "2026-12-07"), ("2026-11-21", "2026-12-07"), ("2026-11-22", "2026-12-07")],
    ids=["Monday", "Saturday", "Sunday"],
)
def test_a_start_in_so_many_days_falls_on_a_working_day(today, start):
    with time_machine.travel(f"{today}T09:00+07:00", tick=False):
        call_command("load_conference", str(TWIN), start="+14", verbosity=0)
    assert Conference.objects.get().start_at.date().isoformat() == start

"""Organisations that a conference file brings along: into the register once, refused where they contradict it."""

import datetime as dt
from copy import deepcopy

import pytest

from conferences.loading import FileProblems, load, load_all
from conferences.models import Conference
from conferences.tests.conference_files import DEMO, changed_copy, load_standard
from directory.models import AuditEntry, Contact, Organisation, OrganisationKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register", "standard")]

CENTRE = {
    "uid": "moit-ipsc",
    "name": "Trung tâm Hỗ trợ phát triển công nghiệp",
    "kind": {"code": "trung_tam", "name": "Trung tâm"},
    "parent": "moit",
    "valid_from": "01/3/2020",
    "email": "ipsc@moit.example",
}
BRANCH = {"uid": "moit-ipsc-tay", "name": "Chi nhánh phía Tây", "kind": "vien", "parent": "moit-ipsc"}


@pytest.fixture
def standard(db):
    load_standard()


def counts() -> list[int]:
    return [
        model.objects.count() for model in (Organisation, OrganisationKind, Contact, AuditEntry, Conference)
    ]


def file_with(folder, *organisations, of="000", **changes):
    # Copies: what stands twice in Python would become an anchor of YAML, which no file may have.
    brought = [deepcopy(each) for each in organisations]
    return changed_copy(folder, {"organisations": brought, **changes}, of=DEMO / f"{of}.yaml")


def problems_of(path) -> dict[str, str]:
    before = counts()
    with pytest.raises(FileProblems) as refused:
        load_all(path)
    assert counts() == before
    assert all(problem.line for problem in refused.value.problems)
    return {problem.path: problem.reason for problem in refused.value.problems}


def test_the_file_may_name_what_it_brings_wherever_a_unit_is_named(tmp_path):
    changes = {
        "issuing_unit": {"unit": "moit-ipsc", "name": "Trung tâm Hỗ trợ phát triển công nghiệp"},
        "groups[2].organisations": ["moit-ipsc-tay"],
    }
    conference = load(file_with(tmp_path, CENTRE, BRANCH, **changes))
    centre = Organisation.objects.get(uid="moit-ipsc")
    assert conference.issuing_unit == centre
    assert (centre.kind.name, centre.parent.uid, centre.unit) == ("Trung tâm", "moit", None)
    assert (centre.valid_from, centre.valid_to) == (dt.date(2020, 3, 1), None)
    assert [contact.email for contact in centre.letter_contacts()] == ["ipsc@moit.example"]
    branch = conference.groups.get(code="don-vi-lien-quan").organisations.get()
    assert (branch.uid, branch.parent) == ("moit-ipsc-tay", centre)
    # Found like any other of the register.
    assert Organisation.objects.filter(search__contains="trung tam ho tro").get() == centre


def test_loading_again_brings_nothing_twice_and_leaves_to_staff_what_they_did(tmp_path):
    path = file_with(tmp_path, CENTRE, BRANCH)
    load(path)
    before = counts()
    load(path)
    assert counts() == before
    Contact.objects.filter(email="ipsc@moit.example").delete()
    Organisation.objects.filter(uid="moit-ipsc").update(address="Số 1 Lê Lợi")
    load(path)
    assert not Contact.objects.filter(email="ipsc@moit.example").exists()
    assert Organisation.objects.get(uid="moit-ipsc").address == "Số 1 Lê Lợi"


def test_the_conferences_of_a_series_share_what_their_file_brings(tmp_path):
    groups = {"code": "trung-tam", "side": "other", "name": "Trung tâm", "organisations": ["moit-ipsc"]}
    first, second = load_all(file_with(tmp_path, CENTRE, of="002", **{"groups[9]": groups}))
    found = {
        conference.groups.get(code="trung-tam").organisations.get().uid for conference in (first, second)
    }
    assert found == {"moit-ipsc"}
    assert Organisation.objects.filter(uid="moit-ipsc").count() == 1


def test_days_that_are_not_typed_are_those_of_the_province(tmp_path):
    load(file_with(tmp_path, CENTRE | {"province": "02-ha-giang-2008", "valid_from": ""}))
    centre = Organisation.objects.get(uid="moit-ipsc")
    assert (centre.valid_from, centre.valid_to) == (dt.date(2008, 8, 1), dt.date(2025, 6, 30))


REFUSED = [
    ({"uid": "Mã Sai"}, "uid", "chữ thường không dấu"),
    ({"uid": ""}, "uid", "không được để trống"),
    ({"name": ""}, "name", "không được để trống"),
    ({"name": "x" * 251}, "name", "tối đa 250"),
    ({"name": "Trung tâm {date}"}, "name", "không dẫn dữ kiện"),
    ({"kind": "trung_tam_x"}, "kind", "không có loại cơ quan nào có mã “trung_tam_x”"),
    ({"kind": ""}, "kind", "không được để trống"),
    ({"kind": {"code": "trung_tam"}}, "kind.name", "thiếu khóa"),
    ({"kind": {"code": "cuc", "name": "Chi cục"}}, "kind.name", "trong danh mục loại “cuc” là “Cục”"),
    ({"kind": {"code": "a", "name": "A", "ten": "B"}}, "kind.ten", "không có khóa này"),
    ({"province": "moit"}, "province", "“moit”"),
    ({"parent": "khong-co"}, "parent", "khong-co"),
    ({"parent": "moit-ipsc"}, "parent", "moit-ipsc"),
    ({"valid_from": "31/6/2020"}, "valid_from", "không có trong lịch"),
    ({"valid_to": "01/01/2020"}, "", "Ngày hết hiệu lực phải sau"),
    ({"province": "96-ca-mau-2025"}, "valid_from", "Tỉnh Cà Mau có từ ngày 01/7/2025"),
    ({"province": "02-ha-giang-2008", "valid_to": "01/7/2025"}, "valid_to", "đến hết ngày 30/6/2025"),
    ({"successor": "moit"}, "successor", "phải có ngày hết hiệu lực"),
    ({"phone": "12345"}, "phone", "không đúng đầu số"),
    ({"email": "ipsc"}, "email", "thiếu dấu @"),
    ({"ten": "x"}, "ten", "không có khóa này"),
    # What contradicts the register.
    ({"uid": "moit-cn", "kind": "cuc", "valid_from": ""}, "name", "là: Cục Công nghiệp"),
    ({"uid": "moit-cn", "name": "Cục Công nghiệp", "kind": "vu", "valid_from": ""}, "kind", "là: Cục"),
    ({"uid": "moit-dck", "name": "Cục"}, "valid_from", "là: 01/3/2025"),
    ({"name": "cục công nghiệp"}, "name", "mã “moit-cn”: dùng mã đó"),
    (
        {"kind": "so", "province": "02-ha-giang-2008", "name": "Sở Công Thương mới", "parent": ""},
        "kind",
        "đã có Sở Công Thương tỉnh Hà Giang (mã “sct-02-ha-giang-2008”)",
    ),
]


@pytest.mark.parametrize(
    ("changes", "key", "words"), REFUSED, ids=[f"{key} {words[:20]}" for _, key, words in REFUSED]
)
def test_what_is_wrong_is_named_and_nothing_is_brought(changes, key, words, tmp_path):
    told = problems_of(file_with(tmp_path, CENTRE | changes))
    assert words in told[f"organisations[0].{key}".removesuffix(".")]


def test_one_that_stands_twice_and_a_list_that_is_none(tmp_path):
    assert "đã có ở trên" in problems_of(file_with(tmp_path, CENTRE, CENTRE))["organisations[1].uid"]
    told = problems_of(changed_copy(tmp_path, {"organisations": "moit-ipsc"}))
    assert "phải là danh sách" in told["organisations"]
    told = problems_of(changed_copy(tmp_path, {"organisations": ["moit-ipsc"], "focal_kind": ["so"]}))
    assert "khóa: giá trị" in told["organisations[0]"]


def test_a_refused_organisation_is_told_once_not_wherever_it_is_named(tmp_path):
    changes = {"groups[2].organisations": ["moit-ipsc"], "places[0].host": "moit-ipsc", "title": ""}
    told = problems_of(file_with(tmp_path, CENTRE | {"email": "ipsc"}, **changes))
    assert {"organisations[0].email", "title"} <= told.keys()
    assert not any("moit-ipsc" in reason for reason in told.values())


def test_a_namesake_of_another_parent_or_another_time_is_another_one(tmp_path):
    office = {"uid": "vp-cn", "name": "Văn phòng", "kind": "vien", "parent": "moit-cn"}
    older = office | {"uid": "vp-hc", "parent": "moit-hc"}
    past = office | {"uid": "vp-cn-cu", "valid_to": "31/12/2019"}
    later = office | {"valid_from": "01/01/2020"}
    load(file_with(tmp_path, past, later, older))
    assert Organisation.objects.filter(name="Văn phòng").count() == 3

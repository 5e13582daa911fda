"""Facts as printed, texts that cite them, and typed facts that a text may not spell out."""

import datetime as dt

import pytest

from conferences.citing import UnknownPlaceholder, fill
from conferences.facts import expand, facts_of, printed_facts_in, problems_in
from conferences.models import Abbreviation, AgendaItem, Conference, ConferenceFact, LegalDocument
from hoinghi.text import VIETNAM

DURATIONS, STYLES, DEADLINES = Conference.Duration, Conference.TimeStyle, Conference.DeadlineStyle


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2021, 7, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def conference(conference):
    """The cast's conference, on 02/7/2021 with a deadline before 01/7/2021."""
    conference.start_at, conference.end_at = moment(2, 8), moment(2, 11, 30)
    conference.nomination_deadline = moment(1, 0)
    conference.chair_title = "Bộ trưởng {organiser}"
    conference.save()
    Abbreviation.objects.create(conference=conference, code="ccn", phrase="cụm công nghiệp", short="CCN")
    conference.groups.filter(code="chu-dau-tu").update(name="chủ đầu tư hạ tầng {abbr:ccn}")
    return conference


@pytest.mark.parametrize(
    ("changes", "printed"),
    [
        ({}, "½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6)"),
        ({"time_style": STYLES.WEEKDAY_FIRST}, "½ ngày, từ 8h00 thứ Sáu ngày 02/7/2021"),
        ({"duration_kind": DURATIONS.FULL_DAY}, "01 ngày, từ 8h00 ngày 02/7/2021 (Thứ 6)"),
        ({"duration_kind": DURATIONS.HOURS}, "từ 8h00 đến 11h30 ngày 02/7/2021 (Thứ 6)"),
        (
            {"duration_kind": DURATIONS.FULL_DAY, "end_at": moment(3, 17)},
            "02 ngày, từ 8h00 ngày 02/7/2021 (Thứ 6) đến hết ngày 03/7/2021 (Thứ 7)",
        ),
        (
            {"duration_kind": DURATIONS.HOURS, "end_at": moment(4, 17), "time_style": STYLES.WEEKDAY_FIRST},
            "từ 8h00 thứ Sáu ngày 02/7/2021 đến 17h00 Chủ nhật ngày 04/7/2021",
        ),
    ],
)
def test_the_time_as_printed(conference, changes, printed):
    for name, value in changes.items():
        setattr(conference, name, value)
    assert facts_of(conference)["time"] == printed


@pytest.mark.parametrize(
    ("style", "instant", "printed"),
    [
        (DEADLINES.BEFORE_DAY, moment(1, 0), "trước ngày 01/7/2021"),
        (DEADLINES.BY_DAY, moment(1, 0), "chậm nhất ngày 30/6/2021"),
        (DEADLINES.UNTIL_MOMENT, moment(1, 17), "chậm nhất 17h00 ngày 01/7/2021"),
        (DEADLINES.BEFORE_DAY, None, ""),
    ],
)
def test_the_deadline_as_printed(conference, style, instant, printed):
    conference.deadline_style, conference.nomination_deadline = style, instant
    assert facts_of(conference)["deadline"] == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{start_time:HHhmm} – {end_time:HH:mm}", "08h00 – 11:30"),
        ("{date:dd.MM.yyyy}, {end_date:d/M}", "02.07.2021, 2/7"),
        ("{deadline_date:dd-mm-yyyy}", "30-06-2021"),
        ("{deadline_time:HH}{change_until:dd}", ""),  # what is not typed prints nothing
        ("{fact:han:d/M}, {fact:luc:HH:mm d/M}", "5/6, 17:05 6/6"),
        ("{weekday_small}, {Weekday_small}, {end_weekday}", "thứ sáu, Thứ sáu, thứ Sáu"),
        ("{quota_min:ubnd-xa:00}–{quota_max:ubnd-xa}", "01–2"),
    ],
)
def test_other_forms_of_days_hours_and_numbers(conference, text, printed):
    conference.deadline_style, conference.nomination_deadline = DEADLINES.BY_DAY, moment(1, 0)
    for code, kind, value in (("han", "date", "05/6/2021"), ("luc", "moment", "17h05 ngày 06/6/2021")):
        ConferenceFact.objects.create(conference=conference, code=code, type=kind, value=value)
    assert fill(text, facts_of(conference)) == printed


@pytest.mark.parametrize(
    "text", ["{date:}", "{date:ngày}", "{name:dd}", "{fact:han:HH}", "{fact:khong-co:dd}", "{weekday:dd}"]
)
def test_a_pattern_that_prints_nothing_is_an_unknown_placeholder(conference, text):
    ConferenceFact.objects.create(conference=conference, code="han", type="date", value="05/6/2021")
    with pytest.raises(UnknownPlaceholder):
        fill(text, facts_of(conference))


def test_names_and_groups_as_printed(conference):
    facts = facts_of(conference)
    assert facts["chair"] == conference.chair == "Bộ trưởng Bộ Công Thương"
    assert facts["group:chu-dau-tu"] == "chủ đầu tư hạ tầng CCN"
    assert conference.groups.get(code="chu-dau-tu").label == "chủ đầu tư hạ tầng CCN"
    assert facts["quota:chu-dau-tu"] == "1÷2"
    assert facts["quota:chu-dau-tu:00"] == "01÷02"
    assert facts["quotas"] == "1÷2 Ủy ban nhân dân cấp xã và 1÷2 chủ đầu tư hạ tầng CCN"
    assert facts["contact"] == "đồng chí Nguyễn Văn Liên"


def test_moving_the_conference_moves_its_agenda(conference):
    item = AgendaItem.objects.create(
        conference=conference,
        starts_after=-30,
        lasts=20,
        title="Thử đường truyền",
        presenter="{issuing_unit}",
    )
    assert (item.starts_at, item.ends_at) == (moment(2, 7, 30), moment(2, 7, 50))
    conference.start_at += dt.timedelta(days=1, hours=1)
    assert item.starts_at == moment(3, 8, 30)
    assert item.printed_presenter == conference.issuing_unit_name


def test_fill_keeps_what_is_no_placeholder_and_refuses_what_is_unknown(conference):
    facts = facts_of(conference)
    assert fill("Gửi {deadline}; {Chair}", facts) == "Gửi trước ngày 01/7/2021; Bộ trưởng Bộ Công Thương"
    assert fill("một } và { lẻ", {}) == "một } và { lẻ"
    with pytest.raises(UnknownPlaceholder, match="deadlin"):
        fill("{deadlin}", facts)
    assert expand("{chair} và {không có}", conference) == "Bộ trưởng Bộ Công Thương và {không có}"


SPELLED_OUT = [
    ("Họp ngày 02/7/2021 tại Hà Nội", "date"),
    ("Họp ngày 2-7-2021", "date"),
    ("Họp ngày 02 tháng 7 năm 2021", "date"),
    ("Họp 02/7 tới", "date"),
    ("Họp 2021-07-02", "date"),
    ("Họp sáng thứ Sáu", "weekday"),
    ("Họp Thứ 6 tới", "weekday"),
    ("Bắt đầu từ 8h00", "start_time"),
    ("Bắt đầu từ 8 giờ 00", "start_time"),
    ("Bắt đầu từ 08:00", "start_time"),
    ("Gửi trước ngày 01/7/2021", "deadline"),
    ("Liên hệ đồng chí nguyễn văn liên", "contact_name"),
    ("Gọi 024 2221 8288", "contact_phones"),
    ("Gọi +84988310581", "contact_phones"),
    ("Gửi về LIEN@moit.example", "contact_email"),
    ("Chọn 1÷2 đơn vị", "quota:ubnd-xa"),
    ("Chọn 01-02 Ủy ban nhân dân cấp xã", "quota:ubnd-xa"),
    ("Theo chỉ đạo của Bộ trưởng Bộ Công Thương", "chair"),
    ("Tại số 54 Hai Bà Trưng, Hà Nội", "central_address"),
    ("Tại 54 Hai Bà Trưng", "central_address"),
    ("Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp sẽ bàn", "name"),
    ("Gửi về Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công", "issuing_unit"),
    ("Căn cứ số 2896/QĐ-BCT", "legal:2896/QĐ-BCT"),
    ("Góp ý trước 20/6/2021", "fact:gop-y"),
    ("Theo https://hop.example/ccn", "fact:phong-hop"),
]


@pytest.mark.parametrize(("text", "placeholder"), SPELLED_OUT)
def test_a_typed_fact_in_a_text_is_found(conference, text, placeholder):
    add_own_facts(conference)
    found = printed_facts_in(text, facts_of(conference))
    assert placeholder in [one.placeholder for one in found]
    assert all(one.written in text for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Bộ Công Thương và Sở Công Thương phối hợp",
        "Nghị định số 68/2017/NĐ-CP ngày 25/5/2017",
        "Hội nghị lần thứ hai, lần thứ 6",
        "Từ 18h00 hoặc 8h30, năm 2021, 102/7/2021",
        "Chọn 1 hoặc 2 đơn vị, 1/2 số phiếu",
        "Gọi 024 3333 4444, gửi an@moit.example",
        "Gửi {deadline} cho {contact}, điện thoại {contact_phones}",
        "Tại Hà Nội, cụm công nghiệp (CCN)",
        "",
    ],
)
def test_ordinary_words_are_not_taken_for_facts(conference, text):
    add_own_facts(conference)
    assert printed_facts_in(text, facts_of(conference)) == []


def test_problems_say_what_to_write_instead(conference):
    facts = facts_of(conference)
    assert problems_in("Gửi {deadline}, xem [tại đây](documents)", facts) == []
    (spelled, unknown, empty, link) = (
        problems_in(text, facts)
        for text in (
            "Gửi trước ngày 01/7/2021",
            "Gửi {dealine}",
            "Gửi {deadline_time}",
            "Xem [đây](tai-lieu)",
        )
    )
    assert "{deadline}" in spelled[0]
    assert "01/7/2021" in spelled[0]
    assert "Có phải là {deadline}?" in unknown[0]
    assert "chưa được nhập" in empty[0]
    assert "tai-lieu" in link[0]


def add_own_facts(conference) -> None:
    conference.legal_bases.add(
        LegalDocument.objects.create(
            kind="Quyết định",
            number="2896/QĐ-BCT",
            issuer="Bộ trưởng Bộ Công Thương",
            issued_on=dt.date(2022, 12, 26),
        )
    )
    for code, kind, value in (
        ("gop-y", "date", "20/6/2021"),
        ("phong-hop", "link", "https://hop.example/ccn"),
        ("boi-canh", "text", "Sản xuất công nghiệp giảm 2,2%."),
    ):
        ConferenceFact.objects.create(conference=conference, code=code, type=kind, value=value)
    assert facts_of(conference)["legal:2896/QĐ-BCT"] == (
        "Quyết định số 2896/QĐ-BCT ngày 26/12/2022 của Bộ trưởng Bộ Công Thương"
    )

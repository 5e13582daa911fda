"""Each typed fact of the seeds 001 to 004 changed: the new value on notice, article and page, the old one nowhere."""

import re

import pytest
from django.utils import timezone

from conferences.loading import load_all
from conferences.loading.reading import read
from conferences.models import Article
from conferences.news.printing import article_text, build_article
from conferences.notice import build_notice, notice_text
from conferences.tests.conference_files import DEMO, leaves, load_standard
from conferences.tests.swaps import Swap, reworded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

FILES = {number: DEMO / f"{number}.yaml" for number in ("001", "002", "003", "004")}
# Codes, states, what decides about rows, choices (they are typed facts below), files.
NOT_PRINTED = re.compile(
    r"(.+\.)?(slug|kind|frame|state|announced|letterhead|format|code|side|role|unit|host|host_kind|file|published)"
    r"|(.+\.)?(duration|style|weekday|start|end|from|to|leg|province|picker\.kind|host_name)"
    r"|sectors\[\d+\]|(.+\.)?provinces\[\d+\]|(.+\.)?organisations\[\d+\]|abbreviations\[\d+\]\.\w+"
    r"|(.+\.)?purpose_|visits\[\d+\]\.purpose|approval\.\w+|series\.title"
)
# Links to what else took place there or was called by whom: names of the register, not of the file.
LISTS = re.compile(r'<a href="/(?:dia-phuong|co-quan)/[^>]*>[^<]*</a>')
# Names that may be ordinary words of another text, such as the host of a room (docs/conference-file.md).
ORDINARY = re.compile(r"organiser\.name|groups\[\d+\]\.name|legal_bases\[\d+\]\.(issuer|abstract)")
# Whole texts that cite all the rest: changing them would take the rest away.
CITING = re.compile(
    r"(series\.)?articles\[\d+\]\.(title|lead|body)|composition|basis|context|chair\.title|.*\.items.*"
)

# seed → path → new value, printed before, printed afterwards; a dict of values where the file must agree with it.
TYPED = {
    "001": {
        "organiser.name": (
            "Bộ Công nghiệp",
            ("Tại Bộ Công Thương", "Lãnh đạo Bộ Công Thương", "thẩm quyền của Bộ Công Thương"),
            ("Tại Bộ Công nghiệp", "Lãnh đạo Bộ Công nghiệp", "thẩm quyền của Bộ Công nghiệp"),
        ),
        "issuing_unit.name": (
            "Cục Công nghiệp địa phương",
            ("Cục Công Thương địa phương",),
            ("Cục Công nghiệp địa phương",),
        ),
        "signature": ("CNĐP-MOIT", ("ARIT-MOIT",), ("CNĐP-MOIT",)),
        "chair.title": ("Thứ trưởng", ("Bộ trưởng",), ("Thứ trưởng",)),
        "title": ("Hội nghị ngành năm 2023", ("Hội nghị khối Công Thương",), ("Hội nghị ngành năm",)),
        "short_title": ("HN 2023", ("(gọi tắt là Hội nghị)",), ("(gọi tắt là HN 2023)",)),
        "approval.name": ("Cuộc họp khối", ("Hội nghị trực tuyến khối",), ("Cuộc họp khối",)),
        "approval.by": (
            "Thủ trưởng {organiser}",
            ("Lãnh đạo Bộ Công Thương",),
            ("Thủ trưởng Bộ Công Thương",),
        ),
        "abbreviations[0].short": ("CTĐP mới", ("(Cục CTĐP)",), ("(CTĐP mới)",)),
        "format": ("online", ("trực tuyến và trực tiếp",), ("theo hình thức trực tuyến.",)),
        "time.date": (
            {"time.date": "20/4/2023", "time.weekday": "thứ Năm"},
            ("18/4/2023", "thứ Ba", "Thứ Ba"),
            ("20/4/2023", "thứ Năm", "Thứ Năm"),
        ),
        "time.start": (
            {"time.start": "13h30", "time.end": "17h00"},
            ("8h00", "sáng Thứ"),
            ("13h30", "chiều Thứ"),
        ),
        "time.duration": ("full_day", ("½ ngày",), ("01 ngày",)),
        "places[0].locality": ("Hải Phòng", ("tổ chức tại Hà Nội",), ("tổ chức tại Hải Phòng",)),
        "join_link": ("https://hop.example/x", ("https://bit.ly/405Nl0o",), ("https://hop.example/x",)),
        "facts.sxcn.number": ("3,1%", ("2,2%",), ("3,1%",)),
        "facts.xuat-khau.number": ("12,5%", ("11,9%",), ("12,5%",)),
        "facts.nhap-khau.number": ("15%", ("14,7%",), ("15%",)),
        "groups[1].units[10].name": (
            "Ủy ban Cạnh tranh Quốc gia",
            ("Cục Cạnh tranh và Bảo vệ người tiêu dùng",),
            ("Ủy ban Cạnh tranh Quốc gia",),
        ),
    },
    "002": {
        "organiser.name": (
            "Bộ Công nghiệp",
            ("Bộ Công Thương tổ chức", "Bộ Công Thương đã", "lãnh đạo Bộ Công Thương"),
            ("Bộ Công nghiệp tổ chức", "Bộ Công nghiệp đã", "lãnh đạo Bộ Công nghiệp"),
        ),
        "issuing_unit.name": ("Cục CNĐP", ("Cục Công Thương địa phương",), ("Cục CNĐP",)),
        "chair.title": ("đồng chí Bộ trưởng", ("ãnh đạo Bộ Công Thương",), ("ồng chí Bộ trưởng",)),
        "title": (
            "Hội thảo chính sách",
            ("Hội nghị về cơ chế, chính sách quản lý",),
            ("Hội thảo chính sách",),
        ),
        "legal_bases[0].number": ("2900/QĐ-BCT", ("2896/QĐ-BCT",), ("2900/QĐ-BCT",)),
        "legal_bases[0].issued_on": ("27/12/2022", ("26/12/2022",), ("27/12/2022",)),
        "legal_bases[1].issued_on": ("26/5/2017", ("25/5/2017",), ("26/5/2017",)),
        "legal_bases[2].number": ("67/2020/NĐ-CP", ("66/2020/NĐ-CP",), ("67/2020/NĐ-CP",)),
        "legal_bases[2].issuer": (
            "Quốc hội",
            ("ngày 11/6/2020 của Chính phủ",),
            ("ngày 11/6/2020 của Quốc hội",),
        ),
        "groups[0].units[0].name": ("Ngoại giao", ("liên quan: Tư pháp",), ("liên quan: Ngoại giao",)),
        "series.previous.month": ("12/2022", ("11/2022",), ("12/2022",)),
        "series.previous.conferences": (
            "3",
            ("tổ chức 2 hội nghị", "(2 hội nghị"),
            ("tổ chức 3 hội nghị", "(3 hội nghị"),
        ),
        "conferences[0].time.date": ("22/4/2023", ("21/4/2023",), ("22/4/2023",)),
        "conferences[1].time.date": (
            {"conferences[1].time.date": "28/5/2023", "conferences[0].time.date": "20/5/2023"},
            ("27/4/2023", "tháng 4/2023"),
            ("28/5/2023", "tháng 5/2023"),
        ),
        "conferences[0].places[0].locality": ("Cần Thơ", ("Vũng Tàu",), ("Cần Thơ",)),
        "conferences[1].places[0].locality": ("Hải Phòng", ("Nam Định",), ("Hải Phòng",)),
        "conferences[2]": (
            {
                "conferences[2]": {
                    "slug": "dot-ba",
                    "time": {"date": "29/4/2023", "start": "8h00", "end": "17h00", "duration": "full_day"},
                    "places": [{"role": "central", "label": "Địa điểm", "locality": "Huế"}],
                }
            },
            ("hai Hội nghị", "Hai Hội nghị", "tổ chức 2 Hội nghị"),
            ("ba Hội nghị", "Ba Hội nghị", "tổ chức 3 Hội nghị"),
        ),
    },
    "003": {
        "issuing_unit.name": ("Cục CNĐP", ("Cục Công nghiệp địa phương",), ("Cục CNĐP",)),
        "chair.name": ("Trần Văn Nam", ("Nguyễn Hồng Phong",), ("Trần Văn Nam",)),
        "chair.honorific": ("ông", ("đồng chí Nguyễn",), ("ông Nguyễn",)),
        "chair.title": ("Cục trưởng {issuing_unit}", ("Phó Cục trưởng Cục",), (" Cục trưởng Cục",)),
        "time.date": (
            {"time.date": "02/10/2015", "time.end_date": "04/10/2015"},
            ("gày 01 và 02/10/2015",),
            ("ừ ngày 02 đến ngày 04/10/2015",),
        ),
        # Whom a recommendation is for is an organisation of the register.
        "legs[0].name": (
            "Hải Phòng",
            ("Sở Công Thương Quảng Ninh", "tỉnh Quảng Ninh làm việc", "Quảng Ninh, ngày"),
            ("Sở Công Thương Hải Phòng", "tỉnh Hải Phòng làm việc", "Hải Phòng, ngày"),
        ),
        "legs[0].to": ("T", ("Quảng Ninh, ngày 01 và 02/10/2015",), ("Quảng Ninh, ngày 01/10/2015",)),
        "groups[0].members[0].name": ("Lê Văn Bảy", ("Phạm Quang Thái",), ("Lê Văn Bảy",)),
        "groups[0].members[0].post": ("Giám đốc Sở", ("Phó Giám đốc Sở",), (" Giám đốc Sở",)),
        "visits[0].establishment": ("Công ty An Bình", ("Công ty CP Trình Anh",), ("Công ty An Bình",)),
        "visits[0].locality": ("thành phố Hạ Long", ("hành phố Uông Bí",), ("hành phố Hạ Long",)),
        "visits[1].establishment": ("HTX Đông Phú", ("HTX Sản xuất và Dịch vụ",), ("HTX Đông Phú",)),
        "visits[2].purpose": ("inspection", ("Khảo sát",), ("Kiểm tra thực tế",)),
        "conclusion.items[0].text": ("kết quả tốt", ("những kết quả đạt được",), ("kết quả tốt",)),
        "conclusion.items[1].text": (
            "kiểm tra thường xuyên",
            ("công tác kiểm tra, giám sát",),
            ("kiểm tra thường xuyên",),
        ),
        "conclusion.items[4].text": ("quản lý tốt hơn", ("ăng cường hơn nữa",), ("uản lý tốt hơn",)),
    },
    "004": {
        "issuing_unit.name": ("Cục CNĐP", ("Cục Công Thương địa phương",), ("Cục CNĐP",)),
        "chair.name": ("Lê Thị Hoa", ("Đỗ Thị Minh Trâm",), ("Lê Thị Hoa",)),
        "chair.honorific": ("đồng chí", ("bà Đỗ", "Bà Đỗ"), ("đồng chí Đỗ", "Đồng chí Đỗ")),
        "time.date": ("30/10/2023", ("31/10",), ("30/10",)),
        "time.end_date": ("04/11/2023", ("03/11/2023",), ("04/11/2023",)),
        "legs[0].name": (
            "Bến Tre",
            ("tỉnh Vĩnh Long,", "Sở Công Thương Vĩnh Long"),
            ("tỉnh Bến Tre,", "Sở Công Thương Bến Tre"),
        ),
        "legs[1].name": ("Cà Mau", ("Trà Vinh",), ("Cà Mau",)),
        "legal_bases[0].number": (
            "69/2017/NĐ-CP",
            ("số 68/2017/NĐ-CP ngày 25",),
            ("số 69/2017/NĐ-CP ngày 25",),
        ),
        "legal_bases[2].issued_on": ("17/11/2020", ("16/11/2020",), ("17/11/2020",)),
        "legal_bases[2].expired_on": ("02/10/2024", ("01/10/2024",), ("02/10/2024",)),
        "abbreviations[0].short": ("KCQ", ("KCQG",), ("KCQ)", "KCQ đã")[:1]),
        "groups[0].units[0]": ("Phòng Tổng hợp", ("Phòng Quản lý khuyến công",), ("Phòng Tổng hợp",)),
        "topics.work[6]": (
            "xem xét kết quả",
            ("ánh giá kết quả đạt được trong quản lý",),
            ("em xét kết quả",),
        ),
        "visits[1].what": (
            "nhiều {abbr:ccn}",
            ("một số CCN trên địa bàn các tỉnh",),
            ("nhiều CCN trên địa bàn các tỉnh",),
        ),
        "articles[0].author_unit": ("KC", ("Anh Tuấn - CCN",), ("Anh Tuấn - KC",)),
    },
}


def shown(path, client) -> str:
    """Everything that is printed of a file: notices, articles, and what stands on their pages."""
    conferences = load_all(path)
    texts = [notice_text(build_notice(conference)) for conference in conferences]
    texts += [article_text(build_article(article), "page") for article in Article.objects.all()]
    for page in (*conferences, *Article.objects.published(timezone.now())):
        html = LISTS.sub("", client.get(page.get_absolute_url()).content.decode())
        texts.append(re.sub(r"<[^>]*>", " ", html[html.index("<main") : html.index("</main>")]))
    return " ".join(texts).replace(" .", ".").replace(" ,", ",")


@pytest.fixture(scope="module")
def before(register, django_db_blocker):
    """What is printed of each seed as it is."""
    from django.db import transaction
    from django.test import Client

    texts = {}
    with django_db_blocker.unblock():
        for number, path in FILES.items():
            with transaction.atomic():
                load_standard()
                texts[number] = shown(path, Client())
                transaction.set_rollback(True)
    return texts


@pytest.mark.parametrize(
    ("number", "path"), [(number, path) for number, facts in TYPED.items() for path in facts]
)
def test_a_changed_fact_changes_everywhere(number, path, before, client, tmp_path):
    load_standard()
    value, old, new = TYPED[number][path]
    swap = Swap(path, value if isinstance(value, dict) else {path: value}, old, new, FILES[number])
    after = shown(swap.file(tmp_path), client)
    assert swap.check(before[number], after)


@pytest.mark.parametrize("number", FILES)
def test_all_other_texts_reworded_leave_nothing_behind(number, before, client, tmp_path):
    """Everything that is no code and no typed fact above, at once: each shows its new words."""
    load_standard()
    texts = dict(leaves(read(FILES[number]).values))

    def is_ordinary(path: str) -> bool:
        others = (text for other, text in texts.items() if other != path and text)
        return bool(ORDINARY.fullmatch(path)) and any(texts[path] in text for text in others)

    swaps = [
        reworded(path, text, f"Câu chữ mới {count}x", of=FILES[number])
        for count, (path, text) in enumerate(texts.items())
        if text
        and path not in TYPED[number]
        and not NOT_PRINTED.fullmatch(path)
        and not CITING.fullmatch(path)
        and not is_ordinary(path)
        and text != "Địa điểm"  # a label that the page has as a heading of its own
    ]
    swaps = [swap for swap in swaps if not re.search(r"date|issued_on|expired_on|month", swap.path)]
    everything = Swap(
        "all", {path: value for swap in swaps for path, value in swap.changes.items()}, (), (), FILES[number]
    )
    after = shown(everything.file(tmp_path), client)
    seen = [swap.path for swap in swaps if swap.check(before[number], after)]
    assert len(seen) > 8
    assert set(FILES) == set(TYPED)

"""One document of each kind with all that its form prints, for the tests that read them back from paper."""

import datetime as dt

from correspondence import documents
from correspondence.models import Letterhead, OfficialDocument
from correspondence.tests.test_documents import TITLE, invitation_content

Kind = OfficialDocument.Kind
ISSUED_ON = dt.date(2026, 1, 5)
AT = dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)

BODY = [
    f"Thực hiện chương trình công tác, Bộ Công Thương tổ chức {TITLE} (CCN) nhằm đánh giá hệ thống chính sách "
    "hiện hành. Cụ thể như sau:",
    "1. Thời gian, địa điểm",
    "- Thời gian: ½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6).",
    "- Tại Bộ Công Thương: Phòng họp 210 nhà B, số 54 Hai Bà Trưng, Hoàn Kiếm, Hà Nội.",
    "2. Chủ trì Hội nghị: Bộ trưởng Bộ Công Thương.",
]
CLOSING = "Bộ Công Thương trân trọng đề nghị Quý cơ quan phối hợp thực hiện./."
ADDRESS = (
    "Địa chỉ: số 54 Hai Bà Trưng, Hoàn Kiếm, Hà Nội; điện thoại: 024.22202222; email: congvan@moit.example"
)


def person(name: str, job_title: str, organisation: str, note: str = "") -> dict:
    return {
        "name": name,
        "job_title": job_title,
        "organisation": organisation,
        "phone": "0912345678",
        "note": note,
    }


SECTIONS = [
    {
        "title": "Tỉnh Đắk Lắk",
        "people": [
            person("Trần Thị Bốn", "Giám đốc", "Sở Công Thương tỉnh Đắk Lắk"),
            person("Công Tằng Tôn Nữ Nguyệt Minh", "Phó Chủ tịch", "Ủy ban nhân dân xã Ea Kar"),
        ],
    },
    {"title": "Tỉnh Cà Mau", "people": [person("Lê Văn Một", "Chủ tịch", "Công ty A", "Dự phòng")]},
]
APPENDIX = {
    "title": "Một số nội dung đề nghị phối hợp thực hiện",
    "paragraphs": [
        "(1) Đề nghị Ủy ban nhân dân cấp tỉnh:",
        "- Chuẩn bị phòng họp trực tuyến.",
        "2. Tài liệu",
    ],
}

CONTENTS = {
    Kind.INVITATION: invitation_content(appendix=APPENDIX),
    Kind.OFFICIAL_LETTER: {
        "addressees": ["Sở Công Thương các tỉnh, thành phố trực thuộc trung ương"],
        "paragraphs": [*BODY, CLOSING],
    },
    Kind.NOTICE: {"paragraphs": [*BODY, CLOSING]},
    Kind.DELEGATE_LIST: {
        "paragraphs": [],
        "sections": SECTIONS,
        "closing": "Danh sách có 02 đại biểu của 02 cơ quan, đơn vị; 01 người dự phòng./.",
        "phones": False,
    },
    Kind.RECEIPT: {
        "paragraphs": [
            "Cơ quan gửi: Sở Công Thương tỉnh Đắk Lắk.",
            "Người gửi: Nguyễn Thị Bình.",
            "Nhận lúc 8h00 ngày 05/01/2026 (giờ Hà Nội), lần gửi thứ 1.",
        ],
        "sections": SECTIONS[:1],
        "closing": "Phiếu này do hệ thống lập và đánh số tự động khi nhận danh sách, không cần chữ ký, con dấu./.",
        "phones": True,
        "unit": "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công",
    },
    Kind.MINUTES: {
        "start": "8h00 ngày 02/7/2021",
        "place": "Phòng họp 210 nhà B, số 54 Hai Bà Trưng, Hà Nội",
        "present": ["Về phía Bộ Công Thương: Lãnh đạo Bộ", "Về phía địa phương: đại diện Sở Công Thương"],
        "chair": "Ông Lê Văn A, Bộ trưởng Bộ Công Thương",
        "secretary": "Bà Trần Thị B, chuyên viên",
        "paragraphs": [
            "- Phát biểu khai mạc: Bộ trưởng Bộ Công Thương.",
            "1. Kết luận",
            "Các đơn vị thực hiện.",
        ],
        "closing": "Hội nghị kết thúc vào 11h30, ngày 02/7/2021./.",
        "chair_name": "Lê Văn A",
        "secretary_name": "Trần Thị B",
    },
}
SUBJECTS = {
    Kind.OFFICIAL_LETTER: f"đề nghị cử đại biểu dự {TITLE}",
    Kind.DELEGATE_LIST: f"Tham dự {TITLE}",
    Kind.RECEIPT: f"Danh sách đại biểu tham dự {TITLE}",
}


def draft(kind: str, letterhead: Letterhead, *, replaces=None, **changes) -> OfficialDocument:
    """A draft of the kind; ``changes`` are keys of its content."""
    return documents.draft(
        kind=kind,
        letterhead=letterhead,
        subject=SUBJECTS.get(kind, TITLE),
        content=CONTENTS[kind] | changes,
        replaces=replaces,
        actor="kiểm thử",
    )


def issued(
    kind: str, letterhead: Letterhead, *, number: int = 5, replaces=None, **changes
) -> OfficialDocument:
    """The kind as number 05 of 05/01/2026."""
    document = draft(kind, letterhead, replaces=replaces, **changes)
    return documents.issue(document=document, number=number, issued_on=ISSUED_ON, actor="kiểm thử", at=AT)

"""The kinds of official documents (Nghị định 30/2020/NĐ-CP, Phụ lục III): what each prints and must have.

A document's ``content`` is JSON with these keys; texts are printed as they stand.

==== =============================================================================================
GM   ``organiser``, ``event``, ``lines`` (labelled lines), ``paragraphs``, ``closing``
CV   ``addressees`` (after "Kính gửi:"), ``paragraphs``, ``address_line`` (ô 13, may be empty)
TB   ``paragraphs``
DS   ``paragraphs`` before the table, ``sections``, ``closing``, ``phones`` (whether they are printed)
PTN  the same, and ``unit`` (who took the list in)
BB   ``start``, ``place``, ``present`` (list), ``chair``, ``secretary`` (without full stop), ``paragraphs``,
     ``closing``, ``chair_name``, ``secretary_name`` (under the signatures)
==== =============================================================================================

A labelled line is ``{"label": …, "text": …}`` or ``{"label": …, "items": [...]}``. A section of a list is
``{"title": …, "people": [{"name", "job_title", "organisation", "phone", "note"}]}``. Each kind may have an
``appendix``: ``{"title": …, "paragraphs": [...]}``. Not printed: ``frame``, the words that it was written with;
``by_hand`` and ``facts_changed`` (``correspondence.drafting``).
"""

from dataclasses import dataclass, field

from correspondence.models import OfficialDocument

Kind = OfficialDocument.Kind
BY_HAND = "by_hand"
FACTS_CHANGED = "facts_changed"
# Keys of the content that hold a list of texts.
LISTS = frozenset({"addressees", "paragraphs", "present"})
# Keys whose full stop the form prints.
UNSTOPPED = frozenset({"start", "place", "chair", "secretary"})

# Fields of the document itself, as staff call them.
_HEAD = {"issuer_name": "cơ quan ban hành", "symbol": "ký hiệu cơ quan", "subject": "trích yếu"}
_DATED = _HEAD | {"place": "địa danh"}
_SIGNED = _DATED | {"signer_title": "quyền hạn, chức vụ người ký", "recipients": "nơi nhận"}


@dataclass(frozen=True)
class Form:
    """A form of official documents.

    Arguments:
        template: its page, in templates/pdf.
        required: keys of the content that must be there → what staff call them.
        filled_in: keys that a draft prints as dots and that must be there before it is issued.
        fields: fields of the document that must be there → what staff call them.
        editable: keys of the content that staff may put right in a draft → label. A list is typed one per line.
        has_address: whether it prints the issuer's address at the foot of its first page (ô 13).
        per_recipient: whether it prints whom it goes to, so that each recipient has a PDF of his own.
    """

    template: str
    required: dict[str, str]
    filled_in: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=lambda: _SIGNED)
    editable: dict[str, str] = field(default_factory=dict)
    has_address: bool = False
    per_recipient: bool = False


_BODY = "Nội dung (mỗi dòng một đoạn)"

FORMS = {
    Kind.INVITATION: Form(
        "pdf/giay_moi.html",
        {
            "organiser": "cơ quan mời",
            "event": "tên hội nghị",
            "lines": "chủ trì, thời gian, địa điểm",
            "closing": "câu kết",
        },
        per_recipient=True,
    ),
    Kind.OFFICIAL_LETTER: Form(
        "pdf/cong_van.html",
        {"addressees": "nơi kính gửi", "paragraphs": "nội dung"},
        fields=_SIGNED | {"drafting_unit": "ký hiệu đơn vị soạn thảo"},
        editable={"addressees": "Kính gửi (mỗi dòng một nơi)", "paragraphs": _BODY},
        has_address=True,
    ),
    Kind.NOTICE: Form("pdf/thong_bao.html", {"paragraphs": "nội dung"}, editable={"paragraphs": _BODY}),
    Kind.DELEGATE_LIST: Form("pdf/danh_sach.html", {"sections": "danh sách đại biểu", "closing": "câu kết"}),
    Kind.RECEIPT: Form(
        "pdf/phieu_tiep_nhan.html",
        {
            "paragraphs": "cơ quan gửi, thời điểm nhận",
            "sections": "danh sách đại biểu",
            "closing": "câu kết",
            "unit": "đơn vị tiếp nhận",
        },
        fields=_DATED,
    ),
    Kind.MINUTES: Form(
        "pdf/bien_ban.html",
        {
            "start": "thời gian bắt đầu",
            "place": "địa điểm",
            "present": "thành phần tham dự",
            "chair": "chủ trì",
            "paragraphs": "nội dung",
        },
        filled_in={
            "secretary": "thư ký",
            "closing": "câu kết thúc",
            "chair_name": "họ tên chủ tọa",
            "secretary_name": "họ tên thư ký",
        },
        fields=_HEAD | {"recipients": "nơi nhận"},
        editable={
            "start": "Thời gian bắt đầu",
            "place": "Địa điểm",
            "present": "Thành phần tham dự (mỗi dòng một nơi)",
            "chair": "Chủ trì",
            "secretary": "Thư ký",
            "paragraphs": _BODY,
            "closing": "Câu kết thúc",
            "chair_name": "Họ tên chủ tọa (dưới chữ ký)",
            "secretary_name": "Họ tên thư ký (dưới chữ ký)",
        },
    ),
}

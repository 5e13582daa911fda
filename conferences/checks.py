"""The check list before publishing: what a conference still lacks, and where to mend it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from conferences.clashes import warnings_of
from conferences.documents import letterhead_of
from conferences.models import Conference, InvitedGroup, Place
from conferences.texts import problems_of_conference
from directory.models import AdministrativeUnit, Organisation
from hoinghi.text import format_date


@dataclass(frozen=True)
class Check:
    """One point of the list.

    ``blocking`` points must be done before publishing; the others are only warned about. ``hint`` says how
    to mend it; ``anchor`` is the id of the field or section on the admin's page of the conference.
    """

    label: str
    done: bool
    blocking: bool
    hint: str
    anchor: str


def checklist(conference: Conference, at: dt.datetime) -> list[Check]:
    """Everything that publishing looks at, done or not, in the order of the admin's page.

    Arguments:
        at: the moment of publishing; the start and the deadline must lie after it.
    """
    groups = list(
        conference.groups.select_related("picker_level", "picker_kind").prefetch_related("organisations")
    )
    nominators = InvitedGroup.Nominator
    nominated = [group for group in groups if group.nominator == nominators.FOCAL_POINT]
    by_themselves = [group for group in groups if group.nominator == nominators.ITSELF]
    return [
        *_about(conference, at),
        *_places(conference),
        *_composition(conference, nominated, by_themselves),
        *_nomination(conference, nominated, at),
        *_texts(conference),
        *_papers(conference, nominated, at),
    ]


def _about(conference: Conference, at: dt.datetime) -> Iterator[Check]:
    yield Check(
        "Tên hội nghị",
        bool(conference.title.strip()),
        True,
        "Nhập tên đầy đủ như in trên thông báo.",
        "id_title",
    )
    yield Check(
        "Thời gian họp ở phía trước",
        conference.start_at > at,
        True,
        f"Ngày họp {format_date(conference.start_at)} đã qua. Nhập lại ngày bắt đầu.",
        "id_start_at_0",
    )
    yield Check(
        "Người chủ trì",
        bool(conference.chair_title.strip()),
        True,
        "Nhập chức vụ người chủ trì.",
        "id_chair_title",
    )
    yield Check(
        "Mục đích", bool(conference.purpose.strip()), False, "Thông báo chưa nói họp để làm gì.", "id_purpose"
    )


def _places(conference: Conference) -> Iterator[Check]:
    roles = {place.role for place in conference.places.all()}
    yield Check(
        "Nơi họp",
        Place.Role.CENTRAL in roles or conference.legs.exists(),
        True,
        "Thêm một địa điểm có vai trò “Điểm cầu trung tâm”; đoàn công tác: thêm ít nhất một chặng.",
        "places-group",
    )
    if conference.format != Conference.Format.IN_PERSON:
        yield Check(
            "Điểm cầu của các tỉnh, thành phố",
            Place.Role.LOCAL in roles,
            False,
            "Họp trực tuyến nhưng chưa nói các tỉnh dự ở đâu: thêm một địa điểm có vai trò “Điểm cầu địa phương”.",
            "places-group",
        )


def _composition(
    conference: Conference, nominated: list[InvitedGroup], by_themselves: list[InvitedGroup]
) -> Iterator[Check]:
    yield Check(
        "Thành phần",
        conference.groups.exists(),
        True,
        "Thêm ít nhất một nhóm thành phần.",
        "groups-group",
    )
    for group in by_themselves:
        if not group.organisations.all():
            yield Check(
                f"Cơ quan được mời đích danh của nhóm “{group.label}”",
                False,
                True,
                "Nhóm do từng cơ quan tự cử mà chưa có cơ quan nào, nên không ai cử được. Chọn các cơ quan ở ô "
                "“cơ quan được mời đích danh” của nhóm, hoặc chọn “Không đề cử qua cổng”.",
                "groups-group",
            )
    date = conference.reference_date
    for group in nominated:
        if group.picker_level and not AdministrativeUnit.objects.as_of(date).filter(level=group.picker_level):
            yield Check(
                f"Đơn vị để chọn cho nhóm “{group.label}”",
                False,
                False,
                f"Ngày {format_date(date)} không có đơn vị nào thuộc {group.picker_level.name.lower()}; "
                "đầu mối sẽ phải tự gõ tên. Chọn cấp khác hoặc sửa ngày tính đơn vị hành chính.",
                "groups-group",
            )


def _nomination(conference: Conference, nominated: list[InvitedGroup], at: dt.datetime) -> Iterator[Check]:
    if not nominated:
        return
    deadline = conference.nomination_deadline
    yield Check(
        "Hạn gửi danh sách đại biểu",
        deadline is not None and deadline > at,
        True,
        "Có nhóm do đầu mối đề cử nên cần hạn gửi, và hạn phải ở phía trước.",
        "id_nomination_deadline_0",
    )
    kind = conference.focal_kind
    focal_points = Organisation.objects.as_of(conference.reference_date).filter(kind=kind, unit__isnull=False)
    yield Check(
        "Cơ quan đầu mối của tỉnh",
        kind is not None and focal_points.exists(),
        True,
        "Chọn loại cơ quan nhận lời mời và đề cử đại biểu."
        if kind is None
        else f"Không có {kind.name} nào vào ngày {format_date(conference.reference_date)}.",
        "id_focal_kind",
    )


def _texts(conference: Conference) -> Iterator[Check]:
    problems = problems_of_conference(conference)
    yield from _legal_bases(conference)
    yield Check("Câu chữ trên thông báo", not problems, True, problems[0] if problems else "", "id_basis")


def _legal_bases(conference: Conference) -> Iterator[Check]:
    day = timezone.localtime(conference.start_at).date()
    expired = [
        basis for basis in conference.legal_bases.all() if basis.expired_on and basis.expired_on <= day
    ]
    if expired:
        named = ", ".join(f"{basis} (từ {format_date(basis.expired_on)})" for basis in expired)
        yield Check(
            "Căn cứ còn hiệu lực", False, False, f"Đã hết hiệu lực vào ngày họp: {named}.", "id_legal_bases"
        )


def _papers(conference: Conference, nominated: list[InvitedGroup], at: dt.datetime) -> Iterator[Check]:
    yield Check(
        "Người liên hệ",
        conference.contacts.exists(),
        bool(nominated),  # who nobody has to answer may do without
        "Thêm ít nhất một người liên hệ có số điện thoại.",
        "contacts-group",
    )
    yield Check(
        "Phê duyệt tổ chức",
        bool(conference.approval_reference),
        False,
        "Chưa ghi số văn bản hoặc ý kiến phê duyệt tổ chức hội nghị.",
        "id_approval_reference",
    )
    yield Check(
        "Chương trình",
        conference.agenda.exists() or conference.materials.filter(kind="agenda").exists(),
        False,
        "Nhập chương trình hoặc tải tệp chương trình lên.",
        "agenda-group",
    )
    clashes = warnings_of(conference)
    yield Check(
        "Không ai, không phòng nào trùng giờ",
        not clashes,
        False,
        clashes[0] if clashes else "",
        "agenda-group",
    )
    yield Check(
        "Mẫu đầu văn bản",
        letterhead_of(conference, timezone.localdate(at)) is not None,
        False,
        "Chưa có mẫu đầu văn bản: gửi được thông báo, chưa soạn được Giấy mời.",
        "id_letterhead",
    )

"""What stays with a name after the persons of a conference are gone, and why: the one place that says so.

The staff's page prints it; a test looks through every column of every table and every stored file, and finds a person
nowhere else.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """Something that stays.

    Attributes:
        what, why: for people; ``why`` names the law or the time that ends it.
        where: tables, or single columns (``table.column``).
    """

    what: str
    why: str
    where: tuple[str, ...]


KEPT = (
    Kept(
        "Văn bản đã ban hành, bản gửi, bản đã ký, phiếu tiếp nhận danh sách",
        "hồ sơ công việc, lưu trữ theo Luật Lưu trữ 33/2024/QH15 và Điều 19 Nghị định 30/2020/NĐ-CP",
        (
            "correspondence_officialdocument",
            "correspondence_documentcopy",
            "correspondence_signedcopy",
        ),
    ),
    Kept(
        "Công văn cử đại biểu của các địa phương",
        "văn bản đến, lưu trữ theo Luật Lưu trữ 33/2024/QH15",
        ("delegates_nominationpaper",),
    ),
    Kept(
        "Tên in trên thông báo, chương trình, tài liệu, tin, kết luận đã công bố",
        "đã công bố theo chức năng của cơ quan (Điều 16, điểm c khoản 1 Điều 19 Luật 91/2025/QH15)",
        (
            "conferences_conference",
            "conferences_conferencecontact",
            "conferences_conferencefact",
            "conferences_groupmember",
            "conferences_note",
            "conferences_agendaitem",
            "conferences_agendaversion",
            "conferences_changenotice",
            "conferences_material",
            "conferences_materialversion",
            "conferences_conclusion",
            "conferences_conclusionitem",
            "conferences_article",
            "conferences_articlephoto",
            "conferences_findable",
            "conferences_extractedtext",
        ),
    ),
    Kept(
        "Ý kiến góp ý, báo cáo, tham luận của cơ quan",
        "hồ sơ công việc, lưu trữ theo Luật Lưu trữ 33/2024/QH15",
        (
            "conferences_opinion",
            "conferences_opinionpaper",
            "conferences_opinionsheet.typed",
            "conferences_sheetversion.rows",
            "conferences_draftresult",
            "conferences_taskreport.note",
            "conferences_taskreport.file",
            "conferences_papersubmission",
        ),
    ),
    Kept(
        "Tài khoản, địa chỉ nhận thư, người liên hệ của phòng đang dùng, và tên người dùng tài khoản bên cạnh việc "
        "đã làm",
        "đến khi tài khoản bị khóa, địa chỉ, phòng thôi dùng và hết thời hạn riêng (mục Không còn dùng)",
        (
            "directory_user",
            "directory_contact",
            "directory_organisation",
            "venues_roomcontact",
            "directory_auditentry.actor_label",
            "delegates_nominationversion.submitted_by_name",
            "conferences_sheetversion.submitted_by_name",
            "conferences_taskreport.reported_by_name",
            "venues_joinlink.entered_by",
            "venues_joinlink.superseded_by",
        ),
    ),
    Kept(
        "Sổ sự cố dữ liệu cá nhân",
        "phải lập và lưu hồ sơ vi phạm (Điều 23 Luật 91/2025/QH15, Điều 28 Nghị định 356/2025/NĐ-CP)",
        ("delegates_databreach",),
    ),
)


def keeps(table: str, column: str) -> bool:
    """Whether a name may stay in this column."""
    return any(where in (table, f"{table}.{column}") for kept in KEPT for where in kept.where)

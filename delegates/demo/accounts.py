"""Accounts and addresses of the demo; all under .example, so nothing can reach a real mailbox."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from directory.audit import record
from directory.models import Contact, Mandate, Organisation, User
from hoinghi.text import slugify

PASSWORD = "cong-hoi-nghi-2026"  # nosec B105  # of the demo, which production refuses to load
ACTOR = "hệ thống: load_demo"
# Kinds of provincial organisations that get letters, with the beginning of their addresses.
ADDRESSES = {"so": "sct", "chi_cuc_qltt": "qltt"}


@dataclass(frozen=True)
class Account:
    """Whoever acts for an organisation does so for each one that bears its name, past and present."""

    email: str
    full_name: str
    role: str
    job_title: str
    phone: str
    organisation: str = ""
    mandate: str = ""
    is_staff: bool = False


STAFF = Account(
    "an@moit.example", "Lê Văn An", "cán bộ tổ chức", "Chuyên viên chính", "0900000000", is_staff=True
)
ACCOUNTS = [
    STAFF,
    Account(
        "binh@daklak.example",
        "Nguyễn Thị Bình",
        "đầu mối tỉnh Đắk Lắk",
        "Chuyên viên",
        "0900000101",
        "Sở Công Thương tỉnh Đắk Lắk",
        Mandate.Role.FOCAL_POINT,
    ),
    Account(
        "cuc@camau.example",
        "Phạm Thị Cúc",
        "đầu mối tỉnh Cà Mau",
        "Chuyên viên",
        "0900000102",
        "Sở Công Thương tỉnh Cà Mau",
        Mandate.Role.FOCAL_POINT,
    ),
    Account(
        "dung@daklak.example",
        "Hoàng Văn Dũng",
        "cán bộ kỹ thuật điểm cầu tỉnh Đắk Lắk",
        "Kiểm soát viên",
        "0900000103",
        "Chi cục Quản lý thị trường tỉnh Đắk Lắk",
        Mandate.Role.TECHNICAL_OFFICER,
    ),
]


def create_accounts() -> User:
    """Create the accounts with their mandates; answers the staff member's."""
    # One hash for all: making it is the slow part.
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        user = User.objects.create(
            email=account.email,
            full_name=account.full_name,
            job_title=account.job_title,
            phone=account.phone,
            password=password,
            is_staff=account.is_staff,
            is_superuser=account.is_staff,
        )
        record(actor=ACTOR, action="user.add", target=user)
        for organisation in Organisation.objects.filter(name=account.organisation):
            mandate = Mandate.objects.create(user=user, organisation=organisation, role=account.mandate)
            record(actor=ACTOR, action="mandate.add", target=mandate)
    return User.objects.get(email=STAFF.email)


def create_contacts() -> None:
    """Give every department and market surveillance branch of a province an address."""
    organisations = Organisation.objects.filter(kind__in=ADDRESSES, unit__isnull=False).select_related("unit")
    Contact.objects.bulk_create(
        Contact(
            organisation=organisation,
            email=f"{ADDRESSES[organisation.kind_id]}-{slugify(organisation.unit.short_name)}@gov.example",
        )
        for organisation in organisations
    )

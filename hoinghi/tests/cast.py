"""The cast of every test: the same few people and one conference, as pytest fixtures.

an: staff, superuser; organiser, clerk, viewer: staff with one of the roles · binh: focal point of Đắk Lắk · cuc: focal
point of Cà Mau · dung: technical officer in Đắk Lắk · em: a delegate who acts by personal link. ``conference`` is
announced and starts in two weeks; build another state from it in the test that needs it.
"""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from conferences.models import (
    Conference,
    ConferenceContact,
    ConferenceKind,
    InvitedGroup,
    NoticeFrame,
    Place,
)
from conferences.services.agenda import write_down
from correspondence.models import Letterhead
from delegates.models import Delegate, Nomination, Seat
from directory import links
from directory.loading import load_register
from directory.models import (
    AdministrativeUnit,
    Contact,
    Mandate,
    Organisation,
    OrganisationKind,
    UnitLevel,
    User,
)
from directory.roles import make_missing_roles

PASSWORD = "mat-khau-thu-nghiem-2026"


def make_province(uid: str, name: str, kinds: dict[str, OrganisationKind], levels: dict[str, UnitLevel]):
    """A province with its people's committee, department, market surveillance branch and three communes."""
    unit = AdministrativeUnit.objects.create(
        uid=uid, level=levels["province"], code=uid[:2], name=f"Tỉnh {name}", short_name=name, kind="tinh"
    )
    for number in (1, 2, 3):
        AdministrativeUnit.objects.create(
            uid=f"{uid}-xa-{number}",
            level=levels["commune"],
            parent=unit,
            code=f"{uid[:2]}00{number}",
            name=f"Xã {name} {number}",
            short_name=f"{name} {number}",
            kind="xa",
        )
    names = {
        "ubnd_tinh": f"Ủy ban nhân dân tỉnh {name}",
        "so": f"Sở Công Thương tỉnh {name}",
        "chi_cuc_qltt": f"Chi cục Quản lý thị trường tỉnh {name}",
    }
    organisations = {
        kind: Organisation.objects.create(uid=f"{kind}-{uid}", kind=kinds[kind], name=text, unit=unit)
        for kind, text in names.items()
    }
    Contact.objects.create(organisation=organisations["so"], email=f"sct-{uid[3:]}@gov.example")
    return SimpleNamespace(unit=unit, **organisations)


@pytest.fixture
def world(db):
    """Two provinces, the ministry and its unit."""
    levels = {
        code: UnitLevel.objects.create(code=code, name=name)
        for code, name in (("province", "Cấp tỉnh"), ("commune", "Cấp xã"))
    }
    kinds = {
        code: OrganisationKind.objects.create(code=code, name=name)
        for code, name in (
            ("bo", "Bộ"),
            ("cuc", "Cục"),
            ("ubnd_tinh", "Ủy ban nhân dân cấp tỉnh"),
            ("so", "Sở Công Thương"),
            ("chi_cuc_qltt", "Chi cục Quản lý thị trường"),
        )
    }
    ministry = Organisation.objects.create(uid="moit", kind=kinds["bo"], name="Bộ Công Thương")
    unit = Organisation.objects.create(
        uid="moit-dck",
        kind=kinds["cuc"],
        name="Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công",
        abbreviation="ĐCK",
        parent=ministry,
    )
    letterhead = Letterhead.objects.create(
        organisation=ministry,
        name="BỘ CÔNG THƯƠNG",
        symbol="BCT",
        drafting_unit="ĐCK",
        place="Hà Nội",
        signer_title="TL. BỘ TRƯỞNG\nCỤC TRƯỞNG CỤC ĐỔI MỚI SÁNG TẠO,\nCHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
        recipients="Như trên\nLưu: VT, ĐCK",
    )
    return SimpleNamespace(
        levels=levels,
        kinds=kinds,
        ministry=ministry,
        unit=unit,
        letterhead=letterhead,
        dak_lak=make_province("66-dak-lak", "Đắk Lắk", kinds, levels),
        ca_mau=make_province("96-ca-mau", "Cà Mau", kinds, levels),
    )


def make_conference(world, *, slug: str = "cum-cong-nghiep", **changes) -> Conference:
    """An announced online conference at 8h00 in two weeks with four nominated groups."""
    start = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0) + dt.timedelta(days=14)
    kind, _ = ConferenceKind.objects.get_or_create(code="hoi-nghi", defaults={"name": "Hội nghị"})
    frame, _ = NoticeFrame.objects.get_or_create(
        code="thu-nghiem", defaults={"name": "Thử nghiệm", "kind": kind, "blocks": []}
    )
    values = {
        "slug": slug,
        "kind": kind,
        "frame": frame,
        "title": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        "state": Conference.State.ANNOUNCED,
        "announced_at": timezone.now(),
        "organiser": world.ministry,
        "organiser_name": world.ministry.name,
        "issuing_unit": world.unit,
        "issuing_unit_name": world.unit.name,
        "letterhead": world.letterhead,
        "chair_title": "Bộ trưởng Bộ Công Thương",
        "start_at": start,
        "end_at": start + dt.timedelta(hours=4),
        "focal_kind": world.kinds["so"],
        "nomination_deadline": start.replace(hour=0) - dt.timedelta(days=1),
    }
    conference = Conference.objects.create(**(values | changes))
    Place.objects.create(
        conference=conference,
        role=Place.Role.CENTRAL,
        label="Tại Bộ Công Thương",
        room_name="Phòng họp 210 nhà B",
        address="số 54 Hai Bà Trưng, Hà Nội",
    )
    Place.objects.create(
        conference=conference,
        position=2,
        role=Place.Role.LOCAL,
        label="Tại địa phương",
        room_name="Phòng họp trực tuyến",
        host_kind=world.kinds["chi_cuc_qltt"],
        host_name="Chi cục Quản lý thị trường các tỉnh, thành phố",
    )
    ConferenceContact.objects.create(
        conference=conference,
        full_name="Nguyễn Văn Liên",
        phones="024.22218288/0988310581",
        email="lien@moit.example",
    )
    groups = (
        ("ubnd-tinh", "Ủy ban nhân dân cấp tỉnh", None, {"picker_kind": world.kinds["ubnd_tinh"]}),
        ("so", "Sở Công Thương", None, {"picker_kind": world.kinds["so"]}),
        (
            "ubnd-xa",
            "Ủy ban nhân dân cấp xã",
            (1, 2),
            {"picker_level": world.levels["commune"], "picker_prefix": "Ủy ban nhân dân"},
        ),
        ("chu-dau-tu", "chủ đầu tư hạ tầng CCN", (1, 2), {}),
    )
    for position, (code, name, quota, picker) in enumerate(groups, start=1):
        low, high = quota or (None, None)
        InvitedGroup.objects.create(
            conference=conference,
            code=code,
            name=name,
            position=position,
            nominator=InvitedGroup.Nominator.FOCAL_POINT,
            min_organisations=low,
            max_organisations=high,
            **picker,
        )
    return conference


def publish_agenda(conference) -> None:
    """Let everybody read the rows of the conference's agenda, as the staff's button does."""
    write_down(conference=conference, actor="kiểm thử", at=timezone.now())
    conference.save(update_fields=["updated_at"])


def make_nomination(conference, province, **changes) -> Nomination:
    values = {
        "conference": conference,
        "organisation": province.so,
        "unit": province.unit,
        "organisation_name": province.so.name,
        "unit_name": province.unit.name,
    }
    return Nomination.objects.create(**(values | changes))


def make_delegate(nomination, group_code: str = "so", full_name: str = "Trần Thị Em", **changes) -> Delegate:
    """A delegate in a seat of his or her own."""
    group = nomination.conference.groups.get(code=group_code)
    position = nomination.seats.filter(group=group).count() + 1
    seat = Seat.objects.create(
        nomination=nomination,
        group=group,
        position=position,
        places=group.max_organisations,
        name=f"{group.name} {position}",
    )
    values = {
        "honorific": "đồng chí",
        "job_title": "Giám đốc",
        "phone": "0912345678",
        "email": "em@daklak.example",
    }
    return Delegate.objects.create(seat=seat, full_name=full_name, **(values | changes))


def make_user(email: str, full_name: str, **fields) -> User:
    return User.objects.create_user(email, PASSWORD, full_name=full_name, **fields)


def give_mandate(user: User, organisation: Organisation, role: str = Mandate.Role.FOCAL_POINT) -> None:
    Mandate.objects.create(user=user, organisation=organisation, role=role)


def make_staff(email: str, role: str) -> User:
    """An account with one of ``directory.roles.ROLES``."""
    make_missing_roles()
    user = make_user(email, role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def an(db):
    """Staff of the organising unit."""
    return make_user("an@moit.example", "Lê Văn An", is_staff=True, is_superuser=True)


@pytest.fixture
def organiser(db):
    """Staff who run conferences."""
    return make_staff("tam@moit.example", "Cán bộ tổ chức")


@pytest.fixture
def clerk(db):
    """Staff who number and issue documents."""
    return make_staff("van-thu@moit.example", "Văn thư")


@pytest.fixture
def viewer(db):
    """Staff who look only."""
    return make_staff("xem@moit.example", "Người xem")


@pytest.fixture
def binh(world):
    """Focal point of Đắk Lắk."""
    user = make_user("binh@daklak.example", "Nguyễn Thị Bình")
    give_mandate(user, world.dak_lak.so)
    return user


@pytest.fixture
def cuc(world):
    """Focal point of Cà Mau."""
    user = make_user("cuc@camau.example", "Phạm Thị Cúc")
    give_mandate(user, world.ca_mau.so)
    return user


@pytest.fixture
def dung(world):
    """Technical officer of Đắk Lắk's room."""
    user = make_user("dung@daklak.example", "Hoàng Văn Dũng")
    give_mandate(user, world.dak_lak.chi_cuc_qltt, Mandate.Role.TECHNICAL_OFFICER)
    return user


@pytest.fixture
def conference(world):
    return make_conference(world)


@pytest.fixture
def nomination(conference, world):
    return make_nomination(conference, world.dak_lak)


@pytest.fixture
def other_nomination(conference, world):
    return make_nomination(conference, world.ca_mau)


@pytest.fixture
def em(nomination):
    """A delegate with a live personal link; ``em.token`` opens the page."""
    delegate = make_delegate(nomination)
    link = links.issue(
        purpose="delegate",
        holder=f"delegate:{delegate.pk}",
        scope=f"conference:{nomination.conference_id}",
        address=delegate.email,
        label=delegate.full_name,
        expires_at=nomination.conference.end_at + dt.timedelta(days=30),
    )
    return SimpleNamespace(delegate=delegate, link=link, token=links.token_of(link))


@pytest.fixture(scope="module")
def register(django_db_setup, django_db_blocker):
    """The whole register of units and organisations, as load_units leaves it, for the tests of a module.

    It is committed, because loading it takes a second; so do not mix it with ``world`` or ``transactional_db``.
    """
    with django_db_blocker.unblock():
        load_register(actor="kiểm thử")
        yield
        call_command("flush", interactive=False, verbosity=0)

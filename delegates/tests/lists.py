"""Rows of lists for tests."""

import datetime as dt

from delegates import services
from delegates.models import NominationVersion
from delegates.services import confirming
from hoinghi.text import slugify


def person(group: str, organisation: str, **changes) -> dict:
    """A complete row; the e-mail follows the organisation so that letters can be told apart."""
    values = {
        "group": group,
        "organisation": organisation,
        "honorific": "đồng chí",
        "full_name": "Nguyễn Văn Tám",
        "job_title": "Phó Chủ tịch",
        "phone": "0912345678",
        "email": f"{slugify(organisation)}@daklak.example",
    }
    return values | changes


def full_list() -> list[dict]:
    """One department officer, two communes, one investor: within every quota."""
    return [
        person("so", "Sở Công Thương tỉnh Đắk Lắk", full_name="Trần Thị Bốn", email="bon@daklak.example"),
        person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 1", full_name="Lê Văn Một", email="mot@daklak.example"),
        person("ubnd-xa", "Ủy ban nhân dân xã Đắk Lắk 2", full_name="Hồ Thị Hai", email="hai@daklak.example"),
        person("chu-dau-tu", "Công ty CP Hạ tầng A", full_name="Vũ Văn Ba", honorific="ông", email=""),
    ]


def just_before(moment: dt.datetime) -> dt.datetime:
    return moment - dt.timedelta(microseconds=1)


def submit_and_follow(**submission) -> NominationVersion:
    """Submit a list, then write at once what a worker writes afterwards: receipt, its mail, the invitations."""
    kept = services.submit(**submission)
    confirming.carry_out(kept, at=submission["at"])
    return kept

"""Forms about technical officers."""

import datetime as dt

from django.utils import timezone

from hoinghi.forms import CharField, EmailField, MomentField, PhoneField
from venues.models import Booking, Officer
from venues.room_forms import PlainForm, length_of
from venues.services import Particulars

PARTICULARS = ("full_name", "job_title", "phone", "email", "on_from", "on_until")


class OfficerForm(PlainForm):
    """Who looks after a room, and when."""

    full_name = CharField(
        label="Họ và tên",
        max_length=length_of("full_name", Officer),
        error_messages={"required": "Nhập họ và tên."},
    )
    job_title = CharField(label="Chức vụ, đơn vị", required=False, max_length=length_of("job_title", Officer))
    phone = PhoneField(
        label="Điện thoại",
        max_length=length_of("phone", Officer),
        error_messages={"required": "Nhập số gọi được trong lúc họp, ví dụ 0912345678."},
    )
    email = EmailField(
        label="Email",
        required=False,
        max_length=length_of("email", Officer),
        help_text="Thư tới đây mở trang của điểm cầu. Không có email thì không nhận được thư và đường dẫn.",
    )
    on_from = MomentField(
        label="Trực từ", required=False, help_text="Ví dụ: 7h30 ngày 02/7/2021. Để trống nếu trực cả buổi."
    )
    on_until = MomentField(label="Trực đến", required=False)

    def __init__(self, *args, booking: Booking, officer: Officer | None = None, **options):
        """
        Arguments:
            officer: whose particulars are changed; None: a new one is named.
        """
        if officer:
            options.setdefault("initial", {name: getattr(officer, name) for name in PARTICULARS})
        super().__init__(*args, **options)
        self._booking = booking

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("on_from"), cleaned.get("on_until")
        if {"on_from", "on_until"} & set(self.errors):
            return cleaned
        if bool(start) != bool(end):
            self.add_error(
                "on_until" if start else "on_from",
                "Nhập cả giờ bắt đầu và giờ kết thúc, hoặc để trống cả hai.",
            )
        elif start and end <= start:
            self.add_error("on_until", "Giờ kết thúc ca phải sau giờ bắt đầu.")
        elif start and (end <= self._start_of_day() or start >= self._booking.during.upper):
            self.add_error("on_from", "Ca trực phải rơi vào ngày họp.")
        return cleaned

    def _start_of_day(self) -> dt.datetime:
        return timezone.localtime(self._booking.conference.start_at).replace(hour=0, minute=0)

    def person(self) -> Particulars:
        return Particulars(
            **{name: self.cleaned_data.get(name) or "" for name in PARTICULARS[:4]}, **self._shift()
        )

    def _shift(self) -> dict:
        return {name: self.cleaned_data.get(name) for name in PARTICULARS[4:]}


class HandOverForm(OfficerForm):
    """Who takes over; the shift stays."""

    def __init__(self, *args, officer: Officer, **options):
        super().__init__(*args, booking=officer.booking, **options)
        self._officer = officer
        self.fields["email"].required = True
        self.fields["email"].error_messages["required"] = "Nhập email để người nhận được gửi đường dẫn mới."
        del self.fields["on_from"], self.fields["on_until"]

    def _shift(self) -> dict:
        return {"on_from": self._officer.on_from, "on_until": self._officer.on_until}

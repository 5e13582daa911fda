"""The forms of the staff's desk: what a clerk types becomes a conference, or is refused where it was typed."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, AdminTextareaWidget
from django.utils import timezone

from conferences.facts import TEXT_FIELDS
from conferences.models import Conference
from conferences.services import free_slug
from hoinghi.forms import SplitMomentField, WeekdayField
from hoinghi.text import format_date, format_moment, weekday_words


class TakesRefusals(forms.ModelForm):
    """A form of a page that is asked again with what was found wrong when it was saved (``conferences.admin.again``).

    Attributes:
        refusals: form prefix → field → messages.
    """

    refusals: ClassVar[dict[str, dict[str | None, list[str]]]] = {}

    def clean(self):
        cleaned = super().clean()
        for name, messages in self.refusals.get(self.prefix or "", {}).items():
            self.add_error(name, messages)
        return cleaned


class CitingForm(TakesRefusals):
    """A form with texts that cite the conference's facts (``conferences.facts``).

    Whether a text is right shows only when all forms of the page are saved.
    """

    # Texts in which any fact may be cited and none may be spelled out; short fields that may cite names only.
    free_texts: ClassVar[tuple[str, ...]] = ()
    short_texts: ClassVar[tuple[str, ...]] = ()

    def cited_texts(self) -> Iterator[tuple[str, str]]:
        """The free texts of the saved row: field and text."""
        for name in self.free_texts:
            yield name, getattr(self.instance, name)

    def default(self, name: str, value: str) -> None:
        """Put ``value`` into a field that was left empty, as if it had been typed."""
        if name in self.fields and name not in self.errors and not self.cleaned_data.get(name):
            self.cleaned_data[name] = value


class DeadlineField(SplitMomentField):
    """A day, with an hour only where the deadline is printed with one."""

    def compress(self, values):
        if values and values[0] and values[1] is None:
            values = [values[0], dt.time.min]
        return super().compress(values)


class ConferenceForm(CitingForm):
    free_texts = TEXT_FIELDS
    short_texts = ("chair_title", "approved_by")

    weekday = WeekdayField(
        label="Thứ",
        required=False,
        help_text="Không bắt buộc, ví dụ: Thứ 6. Có nhập thì được đối chiếu với ngày bắt đầu.",
    )
    slug = forms.SlugField(
        label="Đường dẫn",
        max_length=120,
        required=False,
        help_text="Phần cuối địa chỉ trang. Để trống: tạo từ tên. Sau khi công bố không sửa được nữa.",
    )
    nomination_deadline = DeadlineField(
        label="Hạn gửi danh sách đại biểu",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Nhập ngày như sẽ in. Hạn theo ngày thì bỏ trống giờ.",
    )

    change_until = SplitMomentField(
        label="Được thay đổi danh sách đến",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Ngày và giờ. Danh sách đã gửi được sửa, được cử người thay đến lúc này. "
        "Để trống: đến hạn gửi.",
    )
    hard_close = SplitMomentField(
        label="Khóa danh sách lúc",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Từ lúc này không ai sửa danh sách nữa, gia hạn cũng không quá lúc này. "
        "Để trống: giờ bắt đầu.",
    )

    class Meta:
        widgets: ClassVar = {
            name: AdminTextareaWidget(attrs={"rows": 4})
            for name in ("basis", "context", "purpose", "composition")
        }
        help_texts: ClassVar = {
            "kind": "Quyết định các khung thông báo được dùng.",
            "frame": "Để trống nếu loại này chỉ có một khung.",
            "title": "Như in trên thông báo, ví dụ: Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp.",
            "short_title": "Ví dụ: Hội nghị",
            "start_at": "Ngày rồi giờ, ví dụ 02/7/2021 và 8h00.",
            "end_at": "Để trống: ½ ngày tính 4 giờ, cả ngày tính 9 giờ. Dùng để giữ phòng họp và ghi vào lịch.",
            "team": "Để trống: mọi cán bộ tổ chức cùng làm. Có tên: chỉ những người này và quản trị viên thay đổi được "
            "hội nghị, văn bản, thư, tin bài của nó, nên thêm cả văn thư cấp số; cán bộ khác vẫn xem.",
            "chair_name": "Để trống nếu thông báo chỉ ghi chức vụ.",
            "organiser_name": "Để trống: như tên cơ quan đã chọn.",
            "issuing_unit_name": "Để trống: như tên đơn vị đã chọn.",
            "letterhead": "Cần để soạn Giấy mời.",
            "basis": "Ví dụ: Thực hiện chương trình công tác",
            "purpose": "In sau chữ “nhằm”, ví dụ: đánh giá hệ thống chính sách hiện hành",
            "composition": "Để trống: in từ các nhóm bên dưới. Tự viết: mỗi dòng một ý, dẫn nhóm bằng {group:mã}.",
            "invitees": "Ví dụ: Quý Ủy ban, cơ quan, đơn vị",
            "request": "Ví dụ: tới dự, tham gia ý kiến",
            "legal_bases": "Gõ số hoặc tên văn bản; chưa có thì bấm dấu cộng để thêm.",
            "focal_kind": "Mỗi cơ quan loại này nhận lời mời và đề cử đại biểu của tỉnh mình.",
            "approval_reference": "Ví dụ: Tờ trình số 12/TTr-CTĐP",
        }
        error_messages: ClassVar = {
            "title": {"required": "Nhập tên hội nghị, như sẽ in trên thông báo."},
            "chair_title": {"required": "Nhập chức vụ người chủ trì, ví dụ: Bộ trưởng {organiser}."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("frame", "end_at", "organiser_name", "issuing_unit_name"):
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.nomination_deadline and "nomination_deadline" in self.fields:
            self.initial["nomination_deadline"] = self._printed_deadline()
        if self.instance.pk and "start_at" in self.fields:
            now = f"Hiện là {weekday_words(self.instance.start_at)}. "
            self.fields["start_at"].help_text = now + self.fields["start_at"].help_text

    def _printed_deadline(self):
        """The deadline in its boxes as the notice prints it: by the day, without an hour."""
        instant, style = timezone.localtime(self.instance.nomination_deadline), self.instance.deadline_style
        if style == Conference.DeadlineStyle.UNTIL_MOMENT:
            return [instant.date(), instant.time()]
        if style == Conference.DeadlineStyle.BY_DAY:
            instant -= dt.timedelta(days=1)
        return [instant.date(), None]

    def clean(self):
        super().clean()
        self._clean_frame()
        self._clean_names()
        self._clean_time()
        self._clean_deadline()
        return self.cleaned_data

    def _clean_frame(self):
        kind, frame = self.cleaned_data.get("kind"), self.cleaned_data.get("frame")
        if kind is None or "frame" in self.errors:
            return
        if frame is None:
            frames = list(kind.frames.all()[:2])
            if len(frames) != 1:
                self.add_error("frame", f"Chọn khung thông báo cho loại “{kind}”.")
                return
            self.cleaned_data["frame"] = frames[0]

    def _clean_names(self):
        for name in ("organiser", "issuing_unit"):
            if chosen := self.cleaned_data.get(name):
                self.default(f"{name}_name", chosen.name)
        if "slug" in self.fields and (title := self.cleaned_data.get("title")):
            self.default("slug", free_slug(title, taken_by_others=self.instance))

    def _clean_time(self):
        start, end = self.cleaned_data.get("start_at"), self.cleaned_data.get("end_at")
        if start is None:
            return
        weekday = self.cleaned_data.get("weekday")
        if weekday and weekday != timezone.localtime(start).isoweekday():
            self.add_error(
                "weekday",
                f"Ngày {format_date(start)} là {weekday_words(start)}. Sửa ngày bắt đầu, hoặc sửa thứ cho đúng.",
            )
        if end is None and "end_at" not in self.errors:
            self._end_by_duration(start)
        elif end is not None and end <= start:
            self.add_error("end_at", f"Giờ kết thúc phải sau giờ bắt đầu ({format_moment(start)}).")

    def _end_by_duration(self, start: dt.datetime):
        hours = {Conference.Duration.HALF_DAY: 4, Conference.Duration.FULL_DAY: 9}
        length = hours.get(self.cleaned_data.get("duration_kind"))
        if length is None:
            self.add_error("end_at", "Hội nghị in theo giờ bắt đầu và kết thúc: nhập giờ kết thúc.")
        else:
            self.cleaned_data["end_at"] = start + dt.timedelta(hours=length)

    def _clean_deadline(self):
        deadline, style = (
            self.cleaned_data.get("nomination_deadline"),
            self.cleaned_data.get("deadline_style"),
        )
        if deadline is None or style is None:
            return
        typed_hour = self["nomination_deadline"].data[1]
        if style == Conference.DeadlineStyle.UNTIL_MOMENT and not typed_hour:
            self.add_error("nomination_deadline", "Hạn in cả giờ: nhập thêm giờ, ví dụ 17h00.")
            return
        if style == Conference.DeadlineStyle.BY_DAY:
            if typed_hour:
                self.add_error(
                    "nomination_deadline", "Hạn theo ngày tính đến 24 giờ của ngày đó: bỏ trống ô giờ."
                )
                return
            deadline += dt.timedelta(days=1)
            self.cleaned_data["nomination_deadline"] = deadline
        start = self.cleaned_data.get("start_at")
        if start and deadline > start:
            self.add_error(
                "nomination_deadline",
                f"Hạn gửi danh sách phải trước giờ bắt đầu hội nghị ({format_moment(start)}).",
            )
        change = self.cleaned_data.get("change_until")
        if change and change < deadline:
            self.add_error(
                "change_until",
                f"Không được trước hạn gửi danh sách ({format_moment(deadline)}). Để trống nếu cùng một hạn.",
            )

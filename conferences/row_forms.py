"""The forms of the rows on a conference's page: places, groups, questions, agenda, notes, facts, papers."""

import datetime as dt
from typing import ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils import timezone
from django.utils.functional import cached_property

from conferences.agenda import draft_items, line_of
from conferences.asking import parse_roles, print_roles, save_roles
from conferences.forms import CitingForm
from conferences.models import AgendaItem, Conference, ConferenceFact
from conferences.naming import (
    parse_members,
    parse_units,
    print_members,
    print_units,
    save_members,
    save_units,
)
from conferences.services import check_upload
from hoinghi.forms import CharField, PhoneField, TimeField, refuse
from hoinghi.secrecy import ClassificationField
from hoinghi.text import format_moment, slugify


class PlaceForm(CitingForm):
    short_texts = ("label",)

    class Meta:
        help_texts: ClassVar = {
            "room_name": "Ví dụ: Phòng họp trực tuyến; Phòng họp 210 nhà B",
            "host": "Điểm cầu trung tâm: cơ quan có phòng họp.",
            "host_kind": "Điểm cầu địa phương: mỗi tỉnh họp tại cơ quan loại này.",
            "host_name": "Để trống: như tên cơ quan đã chọn.",
            "address": "Ví dụ: số 54 Hai Bà Trưng, Hà Nội",
            "alternative": "Ví dụ: hoặc địa điểm do tỉnh lựa chọn",
        }

    def clean(self):
        super().clean()
        chosen = self.cleaned_data.get("host") or self.cleaned_data.get("host_kind")
        # A place that was saved without a host's name is printed without one.
        if chosen and (not self.instance.pk or {"host", "host_kind"} & set(self.changed_data)):
            self.default("host_name", chosen.name)
        return self.cleaned_data


class GroupForm(CitingForm):
    short_texts = ("name", "short_name")

    class Meta:
        help_texts: ClassVar = {
            "code": "Dùng để dẫn trong câu chữ: {group:mã}, {quota:mã}. Để trống: tạo từ tên.",
            "name": "Ví dụ: chủ đầu tư hạ tầng {abbr:ccn}",
            "nominator": "Nhóm do cơ quan đầu mối đề cử sẽ có ô nhập trong phiếu của từng tỉnh. Từng cơ quan tự "
            "cử: mở phần cuối của nhóm, chọn ở ô “cơ quan được mời đích danh”.",
            "min_organisations": "Chỉ tiêu 1÷2: ít nhất 1, nhiều nhất 2. “Một số”: để trống cả hai.",
            "picker_level": "Đầu mối chọn tên trong danh sách đơn vị cấp này của tỉnh, hoặc tự gõ.",
            "organisations": "Gõ tên cơ quan. Chỉ dùng khi mời đích danh.",
            "roles": "Như in trên thông báo. Để trống: in từ các vai trò ở trên.",
        }
        widgets: ClassVar = {"roles": AdminTextareaWidget(attrs={"rows": 2})}

    asked = CharField(
        label="Mỗi cơ quan cử (vai trò)",
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Mỗi dòng một vai trò với số người, ví dụ: 1 lãnh đạo Sở; 1÷2 chuyên viên. "
        "Đầu mối chọn vai trò cho từng đại biểu.",
    )

    units = CharField(
        label="Các đơn vị được nêu tên",
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="Mỗi dòng một đơn vị, viết như sẽ in; dẫn cả danh sách bằng {units:mã}.",
    )
    members = CharField(
        label="Những người được nêu tên",
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Mỗi dòng một người, ví dụ: đồng chí Phạm Quang Thái, Phó Giám đốc Sở. Dẫn bằng {member:mã}.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        if self.instance.pk:
            self.initial |= {
                "asked": print_roles(self.instance),
                "units": print_units(self.instance),
                "members": print_members(self.instance),
            }

    def clean_asked(self):
        return refuse(parse_roles, self.cleaned_data["asked"])

    def clean_units(self):
        return refuse(parse_units, self.cleaned_data["units"])

    def clean_members(self):
        return refuse(parse_members, self.cleaned_data["members"])

    def _save_m2m(self):
        super()._save_m2m()
        save_roles(self.instance, self.cleaned_data["asked"])
        save_units(self.instance, self.cleaned_data["units"])
        save_members(self.instance, self.cleaned_data["members"])

    def clean(self):
        super().clean()
        self.default(
            "code", slugify(self.cleaned_data.get("short_name") or self.cleaned_data.get("name", ""))[:50]
        )
        for unit, low, high in (
            ("cơ quan", "min_organisations", "max_organisations"),
            ("người", "min_persons", "max_persons"),
        ):
            minimum, maximum = self.cleaned_data.get(low), self.cleaned_data.get(high)
            if minimum is not None and maximum is not None and maximum < minimum:
                self.add_error(
                    high, f"Nhiều nhất ({maximum} {unit}) phải từ {minimum} trở lên, hoặc sửa số ít nhất."
                )
        return self.cleaned_data


class QuestionForm(CitingForm):
    """The groups are named by their codes: those of a new conference are saved with the question."""

    group_codes = CharField(
        label="Chỉ hỏi các nhóm (mã)",
        required=False,
        help_text="Mã nhóm, cách nhau bằng dấu phẩy, ví dụ: ubnd-xa, chu-dau-tu. Để trống: hỏi mọi đại biểu.",
    )

    class Meta:
        widgets: ClassVar = {"choices": AdminTextareaWidget(attrs={"rows": 3})}
        help_texts: ClassVar = {"text": "Ví dụ: Suất ăn trưa; Đăng ký nghỉ tại nhà khách"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["group_codes"] = ", ".join(group.code for group in self.instance.groups.all())

    def clean_group_codes(self):
        return self.cleaned_data["group_codes"].replace(",", " ").split()

    def _save_m2m(self):
        super()._save_m2m()
        known = self.instance.conference.groups.filter(code__in=self.cleaned_data["group_codes"])
        self.instance.groups.set(known)

    def unknown_groups(self) -> list[str]:
        """Codes that no saved group of the conference has."""
        found = {group.code for group in self.instance.groups.all()}
        return [code for code in self.cleaned_data.get("group_codes", []) if code not in found]


class AgendaForm(CitingForm):
    """A clerk thinks in hours of the day; kept are minutes from the start, so that all moves with it.

    Arguments:
        conference: the conference as it will be saved.
        opening: its start as it was when the page was opened; None for a new one.
    """

    short_texts = ("title", "presenter", "chair", "part")

    starts = TimeField(label="Bắt đầu", widget=forms.TextInput(attrs={"class": "hour"}))
    ends = TimeField(label="Kết thúc", required=False, widget=forms.TextInput(attrs={"class": "hour"}))

    def __init__(self, *args, conference: Conference, opening: dt.datetime | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.conference = conference
        if self.instance.pk and opening:
            starts = opening + dt.timedelta(minutes=self.instance.starts_after)
            self.initial["starts"] = timezone.localtime(starts).time()
            if self.instance.lasts is not None:
                ends = starts + dt.timedelta(minutes=self.instance.lasts)
                self.initial["ends"] = timezone.localtime(ends).time()

    def clean_position(self):
        return self.cleaned_data["position"] or 0

    def clean(self):
        super().clean()
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts is None or self.conference.start_at is None:
            return self.cleaned_data
        if ends is not None and ends <= starts:
            self.add_error("ends", "Giờ kết thúc phải sau giờ bắt đầu.")
            return self.cleaned_data
        # A row whose hours nobody touched keeps its distance from the start, even if the start was moved.
        if {"starts", "ends"} & set(self.changed_data):
            opening = timezone.localtime(self.conference.start_at).time()
            self.instance.starts_after = _minutes(starts) - _minutes(opening)
            self.instance.lasts = None if ends is None else _minutes(ends) - _minutes(starts)
        return self.cleaned_data


class AgendaFormSet(forms.BaseInlineFormSet):
    @cached_property
    def opening(self) -> dt.datetime | None:
        return Conference.objects.filter(pk=self.instance.pk).values_list("start_at", flat=True).first()

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"conference": self.instance, "opening": self.opening}


def _minutes(hour: dt.time) -> int:
    return hour.hour * 60 + hour.minute


class NoteForm(CitingForm):
    free_texts = ("text", "items")

    class Meta:
        widgets: ClassVar = {name: AdminTextareaWidget(attrs={"rows": 6}) for name in ("text", "items")}


class FactForm(CitingForm):
    class Meta:
        widgets: ClassVar = {"value": AdminTextareaWidget(attrs={"rows": 2})}

    def cited_texts(self):
        """A passage cites like the other texts; a typed value is itself what is cited."""
        if self.instance.type == ConferenceFact.Type.TEXT:
            yield "value", self.instance.value


class AbbreviationForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("code") and self.cleaned_data.get("short"):
            self.cleaned_data["code"] = slugify(self.cleaned_data["short"])[:30]
        return self.cleaned_data


class ContactForm(forms.ModelForm):
    phones = PhoneField(label="Điện thoại", max_length=100, help_text="Nhiều số cách nhau bằng dấu /.")


class MaterialForm(CitingForm):
    """
    Arguments:
        items: the saved lines of this conference's agenda, of which a paper may be for one.
    """

    upload = forms.FileField(
        label="Tải tệp lên",
        required=False,
        help_text="Tệp mới thành bản mới; các bản trước được giữ lại. Không đăng tài liệu mật.",
    )
    classification = ClassificationField()

    def __init__(self, *args, items: list[AgendaItem], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["agenda_item"]
        field.queryset = AgendaItem.objects.filter(pk__in=[item.pk for item in items])
        # The same few lines in every row: asked for once.
        field.widget.choices = [("", "Cả hội nghị"), *((item.pk, line_of(item)) for item in items)]

    def clean_upload(self):
        upload = self.cleaned_data.get("upload")
        if upload:
            check_upload(self.instance, upload)
        return upload

    def clean(self):
        super().clean()
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", f"Phải sau thời điểm bắt đầu cho xem ({format_moment(opens)}).")
        return self.cleaned_data


class MaterialFormSet(forms.BaseInlineFormSet):
    @cached_property
    def agenda(self) -> list[AgendaItem]:
        return draft_items(self.instance) if self.instance.pk else []

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"items": self.agenda}

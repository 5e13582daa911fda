"""Forms about rooms: what a room is like, another place, a room under a room."""

from django import forms

from directory.models import AdministrativeUnit
from hoinghi.forms import CharField
from hoinghi.images import MAX_MB
from venues.models import Booking, Room
from venues.services import PlaceTyped
from venues.services.register import DESCRIBED

PHOTO_HELP = f"Ảnh JPG hoặc PNG, nhiều nhất {MAX_MB} MB; Cổng thu nhỏ và bỏ thông tin vị trí chụp."


def length_of(name: str, model=Room) -> int:
    return model._meta.get_field(name).max_length


class PhotoField(forms.FileField):
    """A picture from a telephone's camera or its gallery."""

    def __init__(self, **options):
        options.setdefault("required", False)
        options.setdefault("widget", forms.FileInput({"accept": "image/jpeg,image/png,.jpg,.jpeg,.png"}))
        super().__init__(help_text=PHOTO_HELP, **options)


def number_field(label: str, *, at_most: int, example: str) -> forms.IntegerField:
    """A whole number that may be left out."""
    mend = f"Nhập một số nguyên, ví dụ {example}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=at_most,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages={
            "invalid": mend,
            "min_value": mend,
            "max_value": f"Số này quá lớn; nhiều nhất {at_most}.",
        },
    )


class PlainForm(forms.Form):
    """What all forms of this app have in common."""

    def __init__(self, *args, **options):
        super().__init__(*args, use_required_attribute=False, label_suffix="", **options)


class DescribeForm(PlainForm):
    """What whoever prepares a room says about it."""

    building = CharField(
        label="Nhà, tầng",
        required=False,
        max_length=length_of("building"),
        help_text="Để người đến tìm được phòng, ví dụ: nhà B, tầng 2.",
    )
    capacity = number_field("Sức chứa (người)", at_most=5000, example="40")
    equipment = CharField(
        label="Thiết bị",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Mỗi dòng một thiết bị: bộ mã hóa hoặc máy tính, camera, màn hình, âm thanh.",
    )
    line_provider = CharField(
        label="Nhà cung cấp đường truyền", required=False, max_length=length_of("line_provider")
    )
    line_down = number_field("Tốc độ tải xuống (Mbps)", at_most=100_000, example="100")
    line_up = number_field("Tốc độ tải lên (Mbps)", at_most=100_000, example="100")
    photo = PhotoField(label="Ảnh phòng")

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in DESCRIBED}


class PlaceForm(PlainForm):
    """A place that is not on the list of rooms."""

    name = CharField(
        label="Tên phòng",
        max_length=length_of("name"),
        error_messages={"required": "Nhập tên phòng, ví dụ: Hội trường tầng 3."},
    )
    host_name = CharField(
        label="Cơ quan chủ quản phòng",
        max_length=length_of("host_name"),
        error_messages={"required": "Nhập cơ quan có phòng họp, ví dụ: Ủy ban nhân dân tỉnh."},
    )
    address = CharField(
        label="Địa chỉ",
        max_length=length_of("address"),
        error_messages={"required": "Nhập địa chỉ để đại biểu đến được."},
    )
    building = CharField(label="Nhà, tầng", required=False, max_length=length_of("building"))
    capacity = number_field("Sức chứa (người)", at_most=5000, example="40")

    def place(self) -> PlaceTyped:
        return PlaceTyped(**{name: self.cleaned_data[name] for name in self.base_fields})


class SubForm(PlainForm):
    """Who meets in a room under a province's room; which room is asked beside it."""

    unit = forms.ModelChoiceField(
        AdministrativeUnit.objects.none(),
        label="Đơn vị",
        required=False,
        empty_label="Không có trong danh sách",
    )
    name = CharField(
        label="Hoặc tên điểm cầu",
        required=False,
        max_length=length_of("name", Booking),
        help_text="Khi điểm cầu không phải của một đơn vị hành chính, ví dụ: cụm công nghiệp Tân An.",
    )

    def __init__(self, *args, parent: Booking, **options):
        super().__init__(*args, **options)
        below = AdministrativeUnit.objects.as_of(parent.conference.reference_date)
        self.fields["unit"].queryset = below.filter(parent=parent.unit_id)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["unit"] and not cleaned["name"]:
            self.add_error("unit", "Chọn đơn vị, hoặc nhập tên điểm cầu ở ô dưới.")
        return cleaned

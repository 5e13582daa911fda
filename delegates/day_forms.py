"""Forms of the day of a conference."""

from django import forms as django_forms

from delegates.models import Delegate, Nomination
from hoinghi.forms import CharField
from venues.models import Incident


class IncidentForm(django_forms.Form):
    """What is wrong in a room: the button that is pressed is the kind."""

    kind = django_forms.ChoiceField(
        choices=Incident.Kind.choices,
        error_messages={"required": "Chọn loại sự cố.", "invalid_choice": "Chọn loại sự cố trong danh sách."},
    )
    note = CharField(label="Mô tả thêm (nếu cần)", max_length=300, required=False)


class AnswerForm(django_forms.Form):
    """What staff say about an incident."""

    text = CharField(
        label="Hướng xử lý",
        max_length=1000,
        error_messages={"required": "Ghi hướng xử lý, ví dụ: chuyển sang đường truyền dự phòng."},
    )


class JoinForm(django_forms.Form):
    """The link into the meeting; what was entered before is never shown again."""

    address = CharField(
        label="Đường dẫn phòng họp trực tuyến",
        max_length=1000,
        help_text="Bắt đầu bằng https://. Chỉ hiện cho người được vào họp, trên trang riêng của từng người.",
        widget=django_forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}
        ),
        error_messages={"required": "Dán đường dẫn của phòng họp trực tuyến."},
    )
    passcode = CharField(
        label="Mật khẩu vào phòng",
        max_length=100,
        required=False,
        widget=django_forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = CharField(
        label="Lý do thay",
        max_length=300,
        required=False,
        help_text="Ghi vào nhật ký và thư báo, ví dụ: đường dẫn bị lộ.",
    )


class SpeechForm(django_forms.Form):
    """A province asks to speak."""

    delegate = django_forms.ModelChoiceField(
        label="Người phát biểu",
        queryset=Delegate.objects.none(),
        empty_label="Chọn một đại biểu",
        error_messages={"required": "Chọn người phát biểu trong số đại biểu của danh sách."},
    )
    topic = CharField(
        label="Nội dung",
        max_length=300,
        error_messages={"required": "Ghi nội dung phát biểu, một câu ngắn."},
    )
    minutes = django_forms.IntegerField(
        label="Số phút dự kiến",
        required=False,
        min_value=1,
        max_value=120,
        error_messages={
            "invalid": "Ghi số phút bằng chữ số, ví dụ 10.",
            "min_value": "Số phút từ 1 đến 120.",
            "max_value": "Số phút từ 1 đến 120.",
        },
    )

    def __init__(self, nomination: Nomination, data=None):
        super().__init__(data)
        people = Delegate.objects.attending().filter(seat__nomination=nomination).select_related("seat")
        self.fields["delegate"].queryset = people.in_protocol_order()
        self.fields["delegate"].label_from_instance = lambda each: (
            f"{each.full_name}, {each.job_title}, {each.seat.name}"
        )

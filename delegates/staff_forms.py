"""Forms of the staff's pages about lists of delegates."""

from typing import ClassVar

from django import forms

from delegates.cockpit.figures import Cockpit
from delegates.cockpit.steps import UNSENT
from delegates.forms import ReasonForm
from hoinghi.forms import CharField, MomentField
from hoinghi.templatetags.look import STATES


class FilterForm(forms.Form):
    """The filters of the cockpit's table. A value that does not exist filters nothing."""

    tim = CharField(label="Tỉnh, thành phố", required=False, widget=forms.TextInput({"type": "search"}))
    vung = forms.ChoiceField(label="Vùng", required=False)
    trang_thai = forms.ChoiceField(label="Trạng thái", required=False)

    def __init__(self, data, cockpit: Cockpit):
        super().__init__(data, auto_id="loc-%s", label_suffix="")
        everything = [("", "Tất cả")]
        self.fields["vung"].choices = everything + [(name, name) for name in cockpit.regions if name]
        self.fields["trang_thai"].choices = [
            *everything,
            (UNSENT, "Chưa gửi danh sách"),
            *((code, state.label) for code, state in STATES["nomination"].items() if cockpit.states[code]),
            *((step.code, step.done) for step, *_ in cockpit.steps),
            *((f"not_{step.code}", step.missing) for step, *_ in cockpit.steps),
        ]
        # States that nobody is in are left out, but one that was asked for is a choice as well.
        asked = self.data.get("trang_thai")
        if asked in STATES["nomination"] and not cockpit.states[asked]:
            self.fields["trang_thai"].choices += [(asked, STATES["nomination"][asked].label)]

    def wanted(self) -> dict[str, str]:
        """The arguments of ``Cockpit.filtered``."""
        self.full_clean()
        values = self.cleaned_data
        return {
            "words": values.get("tim", ""),
            "region": values.get("vung", ""),
            "state": values.get("trang_thai", ""),
        }


class ExtendForm(ReasonForm):
    until = MomentField(
        label="Hạn mới",
        help_text="Giờ và ngày (giờ Hà Nội), ví dụ 16h30 ngày 28/6/2021. Nhận đến trước thời điểm này.",
        error_messages={"required": "Nhập giờ và ngày của hạn mới."},
    )
    field_order = ["until", "reason"]


class GrantForm(forms.Form):
    """Staff give the time that was asked for, or another."""

    until = MomentField(
        label="Gia hạn đến",
        help_text="Giờ và ngày (giờ Hà Nội). Nhận đến trước thời điểm này.",
        error_messages={"required": "Nhập giờ và ngày của hạn mới."},
    )
    answer = CharField(label="Ghi chú cho đầu mối", required=False, max_length=500)


class ConfirmForm(forms.Form):
    """Staff confirm what they have read.

    ``letters`` is the number that the page promised: when it has changed meanwhile, nothing is sent.
    """

    letters = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    read = forms.BooleanField(
        label="Tôi đã đọc thư mẫu và danh sách người nhận",
        error_messages={"required": "Đọc thư mẫu và danh sách người nhận, rồi đánh dấu ô này."},
    )
    held = forms.BooleanField(
        label="Giữ lại để xem, sửa từng thư trước khi gửi",
        help_text="Thư được viết thành bản nháp; chưa thư nào đi cho đến khi được cho gửi.",
        required=False,
    )


class TellForm(ConfirmForm):
    """What is told of a conference that changes, and the confirmation.

    ``mark`` stands for the differences that the page has shown.
    """

    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = CharField(
        label="Lý do",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Được in trong thư.",
        error_messages={"required": "Nhập lý do: lý do được báo cho mọi người được mời."},
    )
    field_order: ClassVar = ["reason", "held", "read"]

    def __init__(self, *args, needs_reason: bool, **options):
        super().__init__(*args, **options)
        self.fields["reason"].required = needs_reason

"""The filters of the list of delegates."""

from django import forms

from conferences.models import InvitedGroup
from delegates.listing import ORDER_NAMES, Wanted
from delegates.models import Delegate
from hoinghi.forms import CharField
from hoinghi.text import capfirst


class ListForm(forms.Form):
    """A value that does not exist filters nothing."""

    tim = CharField(
        label="Tên, đơn vị hoặc tỉnh",
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    nhom = forms.ChoiceField(label="Nhóm", required=False)
    tra_loi = forms.ChoiceField(
        label="Trả lời", required=False, choices=[("", "Tất cả"), *Delegate.Answer.choices]
    )
    xep = forms.ChoiceField(label="Xếp theo", required=False, choices=list(ORDER_NAMES.items()))

    dp = forms.ChoiceField(
        label="Dự phòng",
        required=False,
        choices=[("", "Kể cả"), ("khong", "Không kể"), ("chi", "Chỉ dự phòng")],
    )
    bv = forms.BooleanField(required=False, widget=forms.HiddenInput)
    ds = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, data, groups: list[InvitedGroup]):
        super().__init__(data, auto_id="loc-%s", label_suffix="")
        self.fields["nhom"].choices = [
            ("", "Tất cả"),
            *((group.code, capfirst(group.label)) for group in groups),
        ]

    def wanted(self) -> Wanted:
        self.full_clean()
        values = self.cleaned_data
        return Wanted(
            words=values.get("tim", ""),
            group=values.get("nhom", ""),
            answer=values.get("tra_loi", ""),
            nomination=values.get("ds"),
            reserve={"khong": False, "chi": True}.get(values.get("dp", "")),
            order=values.get("xep") or Wanted.order,
            declined=values.get("bv", False),
        )

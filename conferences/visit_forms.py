"""The forms of the rows that a working visit has: legs, places seen, what is worked on."""

from typing import ClassVar

from django.contrib.admin.widgets import AdminTextareaWidget

from conferences.citing import PLACEHOLDER
from conferences.forms import CitingForm
from conferences.models import ItineraryLeg
from hoinghi.text import slugify


class CodedForm(CitingForm):
    """A row whose code may be left empty: it is made from the name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False

    def code_from(self) -> str:
        return self.cleaned_data.get("name", "")

    def clean(self):
        super().clean()
        self.default("code", slugify(self.code_from())[:50])
        return self.cleaned_data


class LegForm(CodedForm):
    class Meta:
        help_texts: ClassVar = {
            "name": "Để trống: như tên tỉnh đã chọn.",
            "host_name": "Để trống: như tên cơ quan đã chọn. Dẫn tên nơi đến bằng {place}.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def clean_host_name(self):
        name = self.cleaned_data["host_name"]
        if unknown := [cited for cited in PLACEHOLDER.findall(name) if cited != "place"]:
            self.add_error("host_name", f"Ở ô này chỉ dẫn được {{place}}, không dẫn được {{{unknown[0]}}}.")
        return name

    def clean(self):
        province, host = self.cleaned_data.get("province"), self.cleaned_data.get("host")
        if province:
            self.default("name", province.short_name)
        if host:
            self.default("host_name", host.name)
        super().clean()
        if not self.cleaned_data.get("name") and "name" not in self.errors:
            self.add_error("name", "Chọn tỉnh, thành phố hoặc ghi nơi đến.")
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if last and (not first or last < first):
            self.add_error("last_day", "Ngày cuối phải từ ngày đầu trở đi.")
        return self.cleaned_data


class VisitForm(CodedForm):
    short_texts = ("name", "subject")

    class Meta:
        help_texts: ClassVar = {
            "establishment": "Gõ tên cơ sở; chưa có thì bấm dấu cộng để thêm. Không nêu tên thì để trống.",
            "name": "Để trống: như tên cơ sở đã chọn. Ví dụ: một số cụm công nghiệp trên địa bàn tỉnh",
            "locality": "Để trống: như địa bàn của cơ sở đã chọn.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        # A leg of another conference is none of this one; new legs are there after saving.
        self.fields["leg"].queryset = ItineraryLeg.objects.filter(conference=self.instance.conference_id)

    def clean(self):
        if chosen := self.cleaned_data.get("establishment"):
            self.default("name", chosen.name)
            self.default("locality", chosen.locality)
        super().clean()
        if not self.cleaned_data.get("name") and "name" not in self.errors:
            self.add_error("name", "Chọn một cơ sở, hoặc ghi nơi đến.")
        return self.cleaned_data


class TopicForm(CitingForm):
    free_texts = ("text",)

    class Meta:
        widgets: ClassVar = {"text": AdminTextareaWidget(attrs={"rows": 2})}

"""The forms of the staff's page of reminders."""

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory

from conferences.audiences import audiences
from conferences.models import Conference, ReminderStep
from conferences.reminder_page import concerned
from hoinghi.forms import TimeField

MOST_DAYS = 60


class StepForm(forms.ModelForm):
    """One step; its audience is that of the section in which it stands."""

    audience = forms.ChoiceField(widget=forms.HiddenInput)
    days_before = forms.IntegerField(
        label="Trước mấy ngày",
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={
            "required": "Nhập số ngày; 0 là ngày cuối cùng còn kịp.",
            "invalid": "Nhập một số, ví dụ 2.",
            "min_value": "Nhập số từ 0 trở lên; 0 là ngày cuối cùng còn kịp.",
            "max_value": f"Nhập số không quá {MOST_DAYS}.",
        },
    )
    at_time = TimeField(label="Lúc", error_messages={"required": "Nhập giờ, ví dụ 8h30."})
    is_on = forms.BooleanField(label="Dùng nấc này", required=False)

    class Meta:
        model = ReminderStep
        fields = ["audience", "days_before", "at_time", "is_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(code, each.name) for code, each in audiences().items()]
        if self.instance.pk:
            # What was stored with the step; an old page must not move it to others.
            self.fields["audience"].disabled = True
        else:
            self.fields["days_before"].initial = None
            self.initial["days_before"] = None


class Ladder(BaseInlineFormSet):
    """All steps of a conference, and a row for a new one of each audience."""

    def get_unique_error_message(self, unique_check):
        return "Có hai nấc giống nhau: cùng nhắc một nhóm, cùng ngày, cùng giờ."

    def get_form_error(self):
        return "Nấc nhắc này đã có."


def ladder_form(data=None, *, conference: Conference) -> Ladder:
    codes = [audience.code for audience in concerned(conference)]
    form_class = inlineformset_factory(
        Conference,
        ReminderStep,
        form=StepForm,
        formset=Ladder,
        extra=len(codes),
        can_delete=False,
        max_num=200,
    )
    return form_class(
        data,
        instance=conference,
        queryset=conference.reminder_steps.filter(audience__in=codes),
        prefix="nac",
        initial=[{"audience": code, "is_on": True} for code in codes],
        form_kwargs={"auto_id": "id_%s", "label_suffix": ""},
    )


class RemindForm(forms.Form):
    """Staff confirm what they have read.

    ``letters`` is the number that the page promised, ``number`` how often had been reminded by hand before.
    """

    letters = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    read = forms.BooleanField(
        label="Tôi đã đọc thư mẫu và danh sách người nhận",
        error_messages={"required": "Đọc thư mẫu và danh sách người nhận, rồi đánh dấu ô này."},
    )

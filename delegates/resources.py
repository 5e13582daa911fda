"""Spreadsheets of delegates at the staff's desk: all lists in one table, out and in again.

The rules are those of ``delegates.bulk``; this file says how a table looks and where its mistakes are shown.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.fields import Field
from import_export.forms import ConfirmImportForm

from conferences.models import Conference, Question
from delegates import bulk
from delegates.models import Delegate, Nomination
from delegates.questions import answers_of
from hoinghi import resources
from hoinghi.resources import FaultyText, difference
from hoinghi.templatetags.look import STATES
from hoinghi.text import capfirst, fold, format_moment, nfc
from hoinghi.workbooks import Cell

NEEDED = (bulk.CONFERENCE, bulk.LIST, "Nhóm", "Cơ quan, đơn vị", "Họ và tên", "Chức vụ", "Điện thoại")
DRAFT, SUBMIT = "draft", "submit"
DO = (
    (DRAFT, "Lưu bản nháp: đầu mối xem lại rồi tự gửi"),
    (SUBMIT, "Gửi thay mặt đầu mối: tính chỉ tiêu, có phiếu tiếp nhận, mời đại biểu"),
)


class MomentText(resources.TextWidget):
    """A moment as people read it, in Vietnamese time."""

    def render(self, value, obj=None, **options):
        return format_moment(value) if value else ""


class DelegateImportForm(resources.TableImportForm):
    do = forms.ChoiceField(label="Nhập xong thì", choices=DO, initial=DRAFT, widget=forms.RadioSelect)
    field_order = ("resource", "import_file", "format", "do")


class DelegateConfirmForm(ConfirmImportForm):
    do = forms.ChoiceField(choices=DO, widget=forms.HiddenInput)


class NominationResource(resources.ModelResource):
    """How far every list has come, to look at."""

    conference = Field("conference__slug", bulk.CONFERENCE)
    sender = Field("sender_name", bulk.LIST)
    organisation = Field("organisation_name", "Cơ quan đầu mối")
    state = Field(column_name="Trạng thái")
    invited_at = Field("invited_at", "Gửi lời mời lúc", MomentText())
    opened_at = Field("opened_at", "Mở lần đầu lúc", MomentText())
    saved_at = Field("saved_at", "Lưu lần cuối lúc", MomentText())
    submitted_at = Field("submitted_at", "Gửi danh sách lúc", MomentText())
    deadline = Field("open_until", "Hạn", MomentText())
    extension_reason = Field("extension_reason", "Lý do gia hạn")
    reason = Field("reason", "Lý do trả lại hoặc không cử")
    people = Field("people", "Đại biểu")
    confirmed = Field("confirmed", "Xác nhận")

    class Meta(resources.ModelResource.Meta):
        model = Nomination
        fields = export_order = (
            *("conference", "sender", "organisation", "state", "invited_at", "opened_at", "saved_at"),
            *("submitted_at", "deadline", "extension_reason", "reason", "people", "confirmed"),
        )

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("conference").with_people()

    def dehydrate_state(self, nomination) -> str:
        return STATES["nomination"][nomination.shown_state(timezone.now())].label


class DelegateResource(resources.ModelResource):
    """Everybody who is sent, one per row. A row that comes in adds a person or changes one; none is taken off."""

    code = Field("pk", bulk.CODE)
    conference = Field("seat__nomination__conference__slug", bulk.CONFERENCE)
    sender = Field(column_name=bulk.LIST)
    group = Field(column_name="Nhóm")
    organisation = Field("seat__name", "Cơ quan, đơn vị")
    honorific = Field("honorific", "Danh xưng")
    full_name = Field("full_name", "Họ và tên")
    job_title = Field("job_title", "Chức vụ")
    role = Field("role", "Vai trò")
    phone = Field("phone", "Điện thoại")
    email = Field("email", "Email")
    reserve = Field(column_name="Dự phòng")
    answer = Field(column_name="Trả lời", readonly=True)

    class Meta(resources.ModelResource.Meta):
        model = Delegate
        fields = export_order = import_order = (
            *("code", "conference", "sender", "group", "organisation", "honorific", "full_name", "job_title"),
            *("role", "phone", "email", "reserve", "answer"),
        )

    # ── out ──

    def filter_export(self, queryset, **kwargs):
        return (
            queryset.filter(state=Delegate.State.PROPOSED, seat__is_live=True)
            .select_related("seat__nomination__conference", "seat__group__conference")
            .prefetch_related("seat__group__conference__abbreviations")
        )

    def dehydrate_sender(self, delegate) -> str:
        return delegate.seat.nomination.sender_name

    def dehydrate_group(self, delegate) -> str:
        return capfirst(delegate.seat.group.label)

    def dehydrate_reserve(self, delegate) -> str:
        return "có" if delegate.seat.is_reserve else ""

    def dehydrate_answer(self, delegate) -> str:
        return delegate.get_answer_display()

    def after_export(self, queryset, dataset, **kwargs):
        """A column for each question of the conferences."""
        if bulk.CODE not in dataset.headers:
            return
        codes = [int(code) for code in dataset[bulk.CODE]]
        held = queryset.order_by().values("seat__nomination__conference")
        for conference in Conference.objects.filter(pk__in=held).order_by("start_at"):
            given = answers_of(conference)
            for question in conference.questions.all():
                column = [given.get((code, question.pk), "") for code in codes]
                dataset.append_col(column, header=question.text)

    # ── in ──

    def _check_import_id_fields(self, headers):
        if missing := [name for name in NEEDED if name not in (headers or ())]:
            raise ValueError(f"Tệp thiếu cột {', '.join(f'“{name}”' for name in missing)}.")

    def before_import(self, dataset, **kwargs):
        super().before_import(dataset, **kwargs)
        self._outcome = bulk.Outcome({})
        if set(NEEDED) - set(dataset.headers or ()):
            return
        lines = {
            number: {
                heading: _cell(value) for heading, value in zip(dataset.headers, row, strict=True) if heading
            }
            for number, row in enumerate(dataset, start=1)
            if any(str(value).strip() for value in row if value is not None)
        }
        self._outcome = bulk.bring_in(
            lines=lines, submit=kwargs["do"] == SUBMIT, actor=kwargs["user"], at=timezone.now()
        )

    def import_row(self, row, instance_loader, **kwargs):
        """What ``bulk`` has made of the row: the lists are brought in as a whole, before the first row is shown."""
        result = self.get_row_result_class()()
        entry = self._outcome.entries.get(kwargs["row_number"])
        if entry is None:
            result.import_type = result.IMPORT_TYPE_SKIP
        elif entry.problems:
            result.import_type = result.IMPORT_TYPE_INVALID
            said: dict[str, list[str]] = {}
            for column, message in entry.problems:
                said.setdefault(column or "Họ và tên", []).append(message)
            result.validation_error = ValidationError(said)
        else:
            result.import_type = entry.kind
            result.diff = [
                difference(entry.before.get(heading, ""), entry.after.get(heading, entry.text(heading)))
                for heading in self.get_diff_headers()
            ]
        return result

    def after_import(self, dataset, result, **kwargs):
        super().after_import(dataset, result, **kwargs)
        result.said = self._outcome.said
        if result.unknown_columns:
            # A question of one of the conferences is a column as well.
            slugs = {nfc(str(slug)) for slug in dataset[bulk.CONFERENCE]}
            asked = Question.objects.filter(conference__slug__in=slugs).values_list("text", flat=True)
            known = {fold(text) for text in asked}
            result.unknown_columns = [name for name in result.unknown_columns if fold(name) not in known]


def _cell(value) -> Cell:
    if isinstance(value, FaultyText):
        return Cell(str(value), value.fault)
    return Cell("" if value is None else nfc(str(value)))

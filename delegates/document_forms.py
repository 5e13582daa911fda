"""The form with which staff draft an official document of a conference: under which head, in which words."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db import models
from django.utils import timezone

from conferences import documents
from conferences.documents import frames_of, letterhead_of, letterheads_for
from conferences.models import Conference, DocumentFrame
from correspondence.models import Letterhead, OfficialDocument
from delegates.documents import TAKEN_IN, draft_delegate_list
from directory.models import User

Kind = OfficialDocument.Kind


@dataclass(frozen=True)
class Draftable:
    """A kind that staff draft.

    Arguments:
        code: a value of ``OfficialDocument.Kind``.
        what_for: for whoever does not know the kinds by heart.
        write: drafts it; takes the form's values as keyword arguments.
    """

    code: str
    what_for: str
    write: Callable[..., OfficialDocument]

    @property
    def label(self) -> str:
        return Kind(self.code).label


# Part of the address → kind.
KINDS = {
    "giay-moi": Draftable(
        Kind.INVITATION, "Mỗi nơi nhận một bản, gửi kèm thư mời.", documents.draft_invitation
    ),
    "cong-van": Draftable(
        Kind.OFFICIAL_LETTER,
        "Gửi các cơ quan đầu mối: đề nghị cử đại biểu, mời dự.",
        documents.draft_official_letter,
    ),
    "thong-bao": Draftable(
        Kind.NOTICE, "Nội dung như thông báo trên cổng, có số và chữ ký.", documents.draft_notice
    ),
    "danh-sach": Draftable(
        Kind.DELEGATE_LIST,
        "Đại biểu của cả hội nghị, hoặc của một tỉnh, theo các danh sách đã gửi.",
        draft_delegate_list,
    ),
    "bien-ban": Draftable(
        Kind.MINUTES,
        "Soạn sẵn theo chương trình; thư ký điền diễn biến và kết luận.",
        documents.draft_minutes,
    ),
}


class DraftForm(forms.Form):
    letterhead = forms.ModelChoiceField(
        label="Mẫu đầu văn bản, người ký",
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Chọn mẫu đầu văn bản.",
            "invalid_choice": "Chọn một mẫu đang có hiệu lực.",
        },
    )
    frame = forms.ModelChoiceField(label="Nội dung soạn sẵn", queryset=None, empty_label=None)
    by_name = forms.TypedChoiceField(
        label="Kính gửi",
        choices=[("", "Chung một dòng, theo khung soạn sẵn"), ("1", "Ghi tên từng cơ quan đầu mối")],
        widget=forms.RadioSelect,
        coerce=bool,
        empty_value=False,
        required=False,
    )
    with_notes = forms.BooleanField(
        label="In các ghi chú của thông báo thành Phụ lục",
        help_text="Không chọn: Giấy mời gọn trong một trang, các ghi chú chỉ có trên thông báo.",
        required=False,
    )
    nomination = forms.ModelChoiceField(
        label="Đại biểu của", queryset=None, empty_label="Cả hội nghị", required=False
    )

    def __init__(self, data=None, *, kind: Draftable, conference: Conference):
        super().__init__(data, label_suffix="")
        self.kind, self.conference = kind, conference
        today = timezone.localdate()
        self._offer("letterhead", letterheads_for(conference, today))
        self.initial["letterhead"] = letterhead_of(conference, today)
        frames = frames_of(kind.code)
        self._offer("frame", frames)
        taken_in = conference.nominations.filter(state__in=TAKEN_IN).order_by("unit__sort_key")
        self.fields["nomination"].queryset = taken_in
        self.fields["nomination"].label_from_instance = lambda nomination: nomination.sender_name
        asked = {
            "letterhead": True,
            "frame": len(frames) > 1,
            "by_name": kind.code == Kind.OFFICIAL_LETTER,
            "with_notes": kind.code == Kind.INVITATION and conference.notes.exists(),
            "nomination": kind.code == Kind.DELEGATE_LIST,
        }
        for name, is_asked in asked.items():
            if not is_asked:
                del self.fields[name]

    def _offer(self, name: str, rows: list[models.Model]) -> None:
        """Offer exactly these rows, in this order."""
        model = {"letterhead": Letterhead, "frame": DocumentFrame}[name]
        self.fields[name].queryset = model.objects.filter(pk__in=[row.pk for row in rows])
        self.fields[name].choices = [(row.pk, str(row)) for row in rows]

    def draft(self, *, actor: User) -> OfficialDocument:
        """Write the draft.

        Raises:
            ValidationError: what is missing, for the person to read.
        """
        return self.kind.write(conference=self.conference, actor=actor, **self.cleaned_data)

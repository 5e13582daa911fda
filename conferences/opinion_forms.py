"""The form in which an organisation, or a delegate, says what it has to say on a draft, clause by clause."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from conferences.models import Clause, OpinionSheet
from conferences.models.opinions import MAX_OPINION
from conferences.services.opinions import Row
from conferences.signed_papers import MAX_MB
from hoinghi.forms import CharField, FilesInput
from hoinghi.secrecy import ClassificationField

PREFIX = "clause-"
TOO_LONG = f"Ý kiến dài quá {MAX_OPINION} chữ. Gửi phần dài bằng công văn đính kèm."


def _words(label: str, rows: int) -> CharField:
    return CharField(
        label=label,
        required=False,
        max_length=MAX_OPINION,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"max_length": TOO_LONG},
    )


class OpinionForm(forms.Form):
    """A box for the whole draft, and one for each clause that somebody has something to say on.

    A box is opened by a press of the button below its clause; the others stay closed, so that a decree of two
    hundred clauses is read like a text and not like a questionnaire.
    """

    agrees = forms.BooleanField(label="Thống nhất với dự thảo, không có ý kiến khác", required=False)
    general = _words("Ý kiến chung đối với cả dự thảo", 4)
    paper = forms.FileField(
        label="Công văn góp ý đã ký",
        required=False,
        help_text=f"Tệp PDF hoặc ảnh quét JPG, PNG, mỗi tệp nhiều nhất {MAX_MB} MB. Chọn được nhiều tệp.",
        widget=FilesInput({"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"}),
    )
    classification = ClassificationField()

    def __init__(
        self, data=None, *, sheet: OpinionSheet, clauses: Iterable[Clause], opened: int | None = None
    ):
        """
        Arguments:
            clauses: those that may be named: of the current version, and older ones that the sheet speaks of.
            opened: the clause whose box was just asked for; it gets the focus.
        """
        typed = {row["clause"]: row["text"] for row in sheet.typed.get("rows", [])}
        initial = {"agrees": sheet.typed.get("agrees", False), "general": typed.get(None, "")}
        super().__init__(data, initial=initial, use_required_attribute=False, label_suffix="")
        self.clauses = {clause.pk: clause for clause in clauses}
        posted = {name.removeprefix(PREFIX) for name in data if name.startswith(PREFIX)} if data else set()
        # In the order of the draft, whatever order the fields were sent in.
        for pk, clause in self.clauses.items():
            if pk == opened or (str(pk) in posted if data is not None else pk in typed):
                field = _words(f"Góp ý {clause.label}", 3)
                field.initial = typed.get(pk, "")
                if pk == opened:
                    field.widget.attrs["autofocus"] = True
                self.fields[f"{PREFIX}{pk}"] = field

    def box_of(self, clause: Clause) -> BoundField | None:
        """The box of a clause, where one is open."""
        name = f"{PREFIX}{clause.pk}"
        return self[name] if name in self.fields else None

    def rows(self) -> list[Row]:
        """What was typed, for ``services.opinions``; of a form that is valid."""
        rows = [Row(None, self.cleaned_data["general"])]
        rows += [
            Row(pk, self.cleaned_data[f"{PREFIX}{pk}"])
            for pk in self.clauses
            if f"{PREFIX}{pk}" in self.fields
        ]
        return [row for row in rows if row.text]

    def show(self, refused: ValidationError) -> None:
        """Put what a service refused where it was typed."""
        for name, messages in refused.message_dict.items():
            for message in messages:
                self.add_error(name if name in self.fields else "general", message)

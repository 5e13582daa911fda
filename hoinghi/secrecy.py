"""State secrets have no place here: what is declared or stamped Mật, Tối mật or Tuyệt mật is refused.

Such papers bear their level as a stamp on the first page. It is read from the words of a PDF or Word file; a scan has
none, so whoever uploads says the level as well (``ClassificationField``).
"""

import json
import re
import subprocess
import sys
import tempfile
import unicodedata

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

KINDS = {"pdf", "docx"}
CHUNK = 64 * 1024
SECONDS = 10
# A stamp stands alone in its line, in capitals; a cover sheet may have it as a field.
_STAMP = re.compile(r"^\W*(TUYỆT MẬT|TỐI MẬT|MẬT)\W*$|Độ mật\W{1,5}((?:Tuyệt |Tối )?[Mm]ật)\b", re.MULTILINE)


class Classification:
    """The levels that people know from their own documents, of which one is taken."""

    NONE = "none"
    CHOICES = ((NONE, "Không mật"), ("mat", "Mật"), ("toi_mat", "Tối mật"), ("tuyet_mat", "Tuyệt mật"))


class ClassificationField(forms.ChoiceField):
    """Which level of secrecy the file has. Any but "Không mật" refuses the form; nothing of the file is kept."""

    def __init__(self, **options):
        options = {
            "label": "Độ mật của tệp",
            "choices": Classification.CHOICES,
            "initial": Classification.NONE,
            "required": False,
            "help_text": "Cổng chỉ nhận tệp không mật.",
        } | options
        super().__init__(**options)

    def clean(self, value):
        level = super().clean(value) or Classification.NONE
        if level != Classification.NONE:
            name = dict(Classification.CHOICES)[level]
            raise ValidationError(
                f"Tệp độ “{name}” không được đưa lên Cổng, chưa có gì được lưu. Gửi qua văn thư bảo mật của cơ quan.",
                code="secret",
            )
        return level

    def has_changed(self, initial, data):
        return False  # it says something of a file; alone it makes no row of a form


class DeclaresFile(forms.Form):
    """A form that takes a file, and what its sender says about it. The answer is not passed on: only one is taken."""

    classification = ClassificationField()

    def clean(self):
        super().clean()
        self.cleaned_data.pop("classification", None)
        return self.cleaned_data


def refuse_stamped(upload, name: str, kind: str) -> None:
    """Read the head of a PDF or Word file in a process of its own; one that can't be read has no stamp to find.

    Arguments:
        kind: its extension.
    Raises:
        ValidationError: it bears the stamp of a state secret.
    """
    if not settings.READ_STAMPS or kind not in KINDS:
        return
    if level := stamp_in(_head(upload, kind)):
        raise ValidationError(
            f"“{name}” có dấu “{level}” nên không được nhận, chưa có gì được lưu. Gửi qua văn thư bảo mật của "
            "cơ quan.",
            code="secret",
        )


def stamp_in(text: str) -> str:
    """The level of secrecy that a text's first page bears, "" without one."""
    match = _STAMP.search(unicodedata.normalize("NFC", text))
    return (match[1] or match[2]).capitalize() if match else ""


def _head(upload, kind: str) -> str:
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as copy:
        upload.seek(0)
        while chunk := upload.read(CHUNK):
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "hoinghi.extract", kind, copy.name, "head"],
                cwd=settings.BASE_DIR,
                env={"PATH": "", "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
            )
            return json.loads(done.stdout).get("text", "")
        except (subprocess.TimeoutExpired, ValueError):
            return ""

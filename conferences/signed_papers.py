"""Signed letters that organisations add to what they have typed: what is taken, and how one is kept."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from conferences.models.files import SignedPaper
from hoinghi.files import Examined, examine, random_name

TYPES = {"application/pdf", "image/jpeg", "image/png"}
MAX_MB = 20
MOST = 20


def examine_paper(upload) -> Examined:
    """Check an upload by its content.

    Raises:
        ValidationError: not a PDF, JPG or PNG, empty or too large.
    """
    examined = examine(upload, max_mb=MAX_MB)
    if examined.content_type not in TYPES:
        raise ValidationError(f"“{examined.name}”: chỉ nhận tệp PDF hoặc ảnh quét JPG, PNG.")
    return examined


def keep(paper: SignedPaper, upload, *, beside: QuerySet) -> SignedPaper:
    """Store the file and its row; answers the row that there is where the same file was kept before.

    Runs in the caller's transaction, which has locked whom the paper belongs to.

    Arguments:
        beside: the papers that are there.
    Raises:
        ValidationError: there are too many.
    """
    if known := beside.filter(sha256=paper.sha256).first():
        return known
    if beside.count() >= MOST:
        raise ValidationError(f"Đã có {MOST} tệp, không nhận thêm. Gộp các trang vào một tệp PDF.")
    paper.file.save(random_name(paper.file_name), upload, save=False)
    paper.save()
    return paper


def forget(paper: SignedPaper) -> None:
    """Delete the row, and its file once the transaction is through."""
    storage, name = paper.file.storage, paper.file.name
    paper.delete()
    transaction.on_commit(lambda: storage.delete(name))

"""What an invitation's PDF costs: time and memory over 200 copies. The baseline is a bare WeasyPrint call.

The bare call sets the same page with the same stylesheet and fonts; ours adds the template, the check for
gaps and the refusal of everything outside. Memory is measured against what the process had after warming up.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from correspondence import pdf, printing
from correspondence.models import OfficialDocument
from correspondence.typesetting import FONTS
from directory.models import Organisation
from hoinghi.bench import Figure

COPIES = 200
WARM_UP = 20


def run() -> dict[str, Figure]:
    document = _invitation()
    bare = _bare_call(printing.page(document, _recipient(0)))

    def ours(number: int) -> None:
        pdf.render(printing.page(document, _recipient(number)))

    for number in range(WARM_UP):
        ours(number)
        bare()
    memory = _resident_mb()
    own_times, bare_times = [], []
    for number in range(COPIES):  # in turns, so that a busy machine slows both
        own_times.append(_seconds(lambda number=number: ours(number)))
        bare_times.append(_seconds(bare))
    own, plain = (1000 * statistics.median(times) for times in (own_times, bare_times))
    return {
        "pdf_each": Figure(own, "ms", plain, goal=1.1, of="ratio"),
        "pdf_memory": Figure(_resident_mb(), "MB", memory, goal=1.1, of="ratio"),
    }


def _invitation() -> OfficialDocument:
    """A Giấy mời like that of the first conference of its kind; it is never saved."""
    document = OfficialDocument(
        kind=OfficialDocument.Kind.INVITATION,
        issuer=Organisation(name="Bộ Công Thương"),
        issuer_name="BỘ CÔNG THƯƠNG",
        symbol="BCT",
        place="Hà Nội",
        subject="Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        signer_title="TL. BỘ TRƯỞNG\nCỤC TRƯỞNG",
        signer_name="Nguyễn Văn Mẫu",
        recipients="Như trên\nLưu: VT",
        content={
            "organiser": "Bộ Công Thương",
            "event": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp (CCN).",
            "lines": [
                {"label": "Chủ trì", "text": "Bộ trưởng Bộ Công Thương."},
                {"label": "Thời gian", "text": "½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6)."},
                {"label": "Địa điểm", "items": ["Tại Bộ Công Thương: Phòng họp 210.", "Tại địa phương."]},
            ],
            "paragraphs": ["Đề nghị gửi danh sách đại biểu trước ngày 01/7/2021."] * 3,
            "closing": "Bộ Công Thương trân trọng kính mời Quý cơ quan, đơn vị tới dự./.",
        },
    )
    printing.check(document)
    return document


def _recipient(number: int) -> str:
    return f"Sở Công Thương tỉnh số {number}"


def _bare_call(html: str) -> Callable[[], bytes]:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    css = Path(pdf.STYLESHEET).read_text(encoding="utf-8").replace("font:Tinos", f"{FONTS.as_uri()}/Tinos")
    stylesheet = CSS(string=css, font_config=fonts)
    return lambda: HTML(string=html).write_pdf(
        stylesheets=[stylesheet], font_config=fonts, pdf_variant="pdf/ua-1"
    )


def _seconds(job: Callable) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

"""Reads the words out of one PDF or DOCX: ``python -m hoinghi.extract pdf|docx FILE [head]``.

A program of its own, because files come from outside: whatever a broken or malicious one does to a reader
(endless work, gigabytes of memory, a crash of a library) ends here and nowhere else. It answers one JSON object
on standard output: ``{"text": …}`` or ``{"problem": …}``. It imports nothing of the portal, so it starts quickly.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree  # nosec B405  # expat refuses entities that grow, and reads none from outside

# What a search needs of a document; the law of the land has 300 pages.
MAX_LETTERS = 300_000
MAX_PAGES = 1_000
HEAD_LETTERS = 8_000
MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 45
# A Word text of 300,000 letters is some 10 MB of XML.
MAX_XML = 64 * 1024 * 1024

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Unreadable(Exception):
    """The text says why, for the staff."""


def confine() -> None:
    """No more memory, time and files than reading a document takes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def pdf_text(path: str) -> Iterator[str]:
    """The text page by page."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("tệp có mật khẩu")
        for page in reader.pages[:MAX_PAGES]:
            yield page.extract_text()
    except PyPdfError as error:
        raise Unreadable("tệp PDF hỏng") from error


def docx_text(path: str) -> Iterator[str]:
    """The text paragraph by paragraph; the XML is read in pieces and never as a whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo("word/document.xml")
            if member.file_size > MAX_XML:
                raise Unreadable("tệp giải nén ra quá lớn")
            with archive.open(member) as document:
                yield from _paragraphs(document)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("tệp DOCX hỏng hoặc có mật khẩu") from error
    except ElementTree.ParseError as error:
        raise Unreadable("tệp DOCX hỏng") from error


def _paragraphs(document) -> Iterator[str]:
    words: list[str] = []
    for _, element in ElementTree.iterparse(_Limited(document), events=("end",)):  # nosec B314  # as above
        if element.tag == f"{_WORD}t":
            words.append(element.text or "")
        elif element.tag in (f"{_WORD}tab", f"{_WORD}br"):
            words.append(" ")
        elif element.tag == f"{_WORD}p":
            yield "".join(words)
            words = []
        if element.tag != f"{_WORD}t":
            element.clear()
    yield "".join(words)


class _Limited:
    """A stream that ends with an error where a bomb would go on: what a ZIP says of its sizes may be a lie."""

    def __init__(self, stream):
        self._stream, self._left = stream, MAX_XML

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise Unreadable("tệp giải nén ra quá lớn")
        return piece


READERS = {"pdf": pdf_text, "docx": docx_text}


def read(kind: str, path: str, *, head: bool = False) -> dict[str, str]:
    """The words of a file, single spaces between them, cut off after ``MAX_LETTERS``.

    Arguments:
        head: the first page or so alone, in its lines.
    """
    parts, left = [], HEAD_LETTERS if head else MAX_LETTERS
    space = r"[^\S\n]+" if head else r"\s+"
    try:
        for part in READERS[kind](path):
            # NUL and lone surrogates are no text, and no database takes them.
            clean = re.sub(space, " ", part.encode("utf-8", "ignore").decode().replace("\0", " ")).strip()
            if clean:
                parts.append(clean[:left])
                left -= len(clean) + 1
            if left <= 0:
                break
    except Unreadable as reason:
        return {"problem": str(reason)}
    except MemoryError:
        parts.clear()
        return {"problem": "tệp cần quá nhiều bộ nhớ để đọc"}
    except RecursionError:
        return {"problem": "tệp lồng quá sâu"}
    except Exception as error:  # whatever a library meets in a broken file
        return {"problem": f"không đọc được ({type(error).__name__})"}
    return {"text": "\n".join(parts)}


def main() -> None:
    confine()
    _, kind, path, *rest = sys.argv
    sys.stdout.write(json.dumps(read(kind, path, head=rest == ["head"])))


if __name__ == "__main__":
    main()

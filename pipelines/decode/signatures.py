"""What a file is by its first bytes, where it is not what was declared: a document of a spreadsheet program, a page."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how the containers of old Office documents begin
OLD, LOCKED = "an Excel workbook of the old format (XLS)", "an Excel workbook that is locked with a password"
OLD_DOCUMENT = "an old Office document"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_BEFORE_2007 = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\x1f\x8b": "a packed file inside a packed file",
    b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
}
_MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|html|\?xml|head|body|meta|table)", re.IGNORECASE)


def looks_like(path: Path, start: bytes) -> str | None:
    """Name the kind of a file that begins like this, where it is not text with delimiters."""
    if _MARKUP.match(start):
        return "a web page or XML"
    if start.startswith(OLE2):
        return old_document(path)
    return next((what for signature, what in _SIGNATURES.items() if start.startswith(signature)), None)


def old_document(path: Path) -> str:
    """Tell a workbook that is locked by a password from one of the old format, and from other documents."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        if whole.find(_PROTECTED) >= 0:
            return LOCKED
        return OLD if any(whole.find(name) >= 0 for name in _BEFORE_2007) else OLD_DOCUMENT

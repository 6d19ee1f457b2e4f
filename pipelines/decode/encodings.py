"""Bytes become UTF-8 text with one kind of line end, in the declared encoding, strictly; or the first wrong byte is named."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.artefacts import Finding, Workspace
from pipelines.declarations.folding import fold
from pipelines.declarations.source import Source, declared_columns
from pipelines.errors import Refused
from pipelines.settings import Settings

CHUNK = 4 << 20
_HINTS = ("utf-8", "utf-16", "cp1254", "cp1251", "kz1048", "ptcp154", "cp1250", "cp866", "cp857", "cp852", "iso8859-9")
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Excel workbook",
    b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
}
_MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """UTF-8 text ready to be read: where it lies, and the encoding that the sender wrote."""

    path: Path
    encoding: str
    start: bytes


def as_utf8(path: Path, source: Source, workspace: Workspace, settings: Settings) -> Text:
    """Give the delivery's text as UTF-8. A plain UTF-8 file is read where it lies; anything else is transcoded once."""
    with opened(path) as stream:
        start = stream.read(CHUNK)
    _look_at(start)
    encoding = _fitting(path, source, start, settings)
    plain = encoding == "utf-8" and not _zipped(path)
    return Text(path, encoding, start) if plain else with_line_feeds(Text(path, encoding, start), workspace)


def with_line_feeds(text: Text, workspace: Workspace) -> Text:
    """Write the text anew as UTF-8 whose lines all end in a line feed."""
    target = workspace.file("decoded.csv")
    _transcode(text.path, text.encoding, target)
    return Text(target, text.encoding, text.start)


def check_encoding(path: Path, source: Source, settings: Settings) -> None:
    """Look for a byte that is not UTF-8 in a text that should be; raises Refused with its place."""
    if fault := _fault(path, "utf-8", settings):
        with opened(path) as stream:
            raise Refused([_wrong(fault, stream.read(CHUNK), source, "utf-8")])


def encoding_hint(start: bytes, source: Source, declared: str) -> str | None:
    """Name the encoding under which the first lines show the declared columns, if another one than declared does."""
    wanted = {fold(column) for column in declared_columns(source)}
    wanted = {column for column in wanted if not column.isascii()} or wanted
    scored = [(sum(w in fold(_head(start, e)) for w in wanted), -i, e) for i, e in enumerate(_HINTS)]
    best, _, encoding = max(scored)
    return encoding if best and encoding != declared else None


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open the bytes, unpacked if they are gzip. Raises Refused where the archive is broken."""
    try:
        with gzip.open(path) if _zipped(path) else path.open("rb") as stream:
            yield stream  # type: ignore[misc]  gzip's and open's streams share no precise type
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refused([Finding("broken-gzip", value=str(error))]) from error


def _zipped(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _look_at(start: bytes) -> None:
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused([Finding("empty-file")])
    found = next((what for signature, what in _SIGNATURES.items() if start.startswith(signature)), None)
    if _MARKUP.match(start):
        found = "a web page or XML"
    if found:
        raise Refused([Finding("not-delimited-text", row=1, value=found, expected="delimited text (CSV)")])


def _fitting(path: Path, source: Source, start: bytes, settings: Settings) -> str:
    declared = [codecs.lookup(e).name for e in source.decode.encoding]
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"} and not any(e.startswith("utf-16") for e in declared):
        raise Refused([Finding("wrong-encoding", row=1, value="UTF-16", expected=_either(source))])
    if "utf-8" not in declared and not start.isascii() and _fault(path, "utf-8", settings) is None:
        raise Refused([Finding("wrong-encoding", row=1, value="UTF-8", expected=_either(source))])
    if declared == ["utf-8"] and not _zipped(path) and _decodes(start):
        return "utf-8"  # DuckDB refuses what is not UTF-8, and check_encoding then says where: no pass of our own
    faults = []
    for encoding in declared:
        fault = _fault(path, encoding, settings)
        if fault is None:
            return encoding
        faults.append(fault)
    raise Refused([_wrong(faults[0], start, source, declared[0])])


def _decodes(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(start)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class _Fault:
    row: int
    byte: int


def _fault(path: Path, encoding: str, settings: Settings) -> _Fault | None:
    """Give the first byte that is not of the encoding, or None. The row is a line of the file."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = offset = 0
    with opened(path) as stream:
        while chunk := stream.read(CHUNK):
            pending = decoder.getstate()[0]
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                whole = pending + chunk
                return _Fault(lines + whole[: error.start].count(b"\n") + 1, whole[error.start])
            lines, offset = lines + chunk.count(b"\n"), offset + len(chunk)
            _within(offset, settings)
    return None if not decoder.getstate()[0] else _Fault(lines + 1, decoder.getstate()[0][0])


def _within(unpacked: int, settings: Settings) -> None:
    if unpacked > settings.max_unpacked_bytes:
        raise Refused([Finding("too-large", value=f"{unpacked} bytes", expected=f"{settings.max_unpacked_bytes} bytes")])


def _wrong(fault: _Fault, start: bytes, source: Source, encoding: str) -> Finding:
    shown = start.decode(encoding, errors="replace")
    foreign = sum(not c.isascii() for c in shown)
    if encoding.startswith("utf-16") or shown.count("\ufffd") * 5 > foreign:
        hint = encoding_hint(start, source, encoding)
        return Finding("wrong-encoding", row=fault.row, value=hint or f"byte 0x{fault.byte:02X}", expected=_either(source))
    return Finding("invalid-byte", row=fault.row, value=f"0x{fault.byte:02X}", expected=_either(source))


def _either(source: Source) -> str:
    return " or ".join(source.decode.encoding)


def _head(start: bytes, encoding: str) -> str:
    try:
        return start[:20_000].decode(encoding, errors="replace")
    except (UnicodeDecodeError, LookupError):
        return ""


def _transcode(path: Path, encoding: str, target: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    universal = io.IncrementalNewlineDecoder(decoder, translate=True)
    with opened(path) as stream, target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            out.write(universal.decode(chunk).encode("utf-8"))
        out.write(universal.decode(b"", final=True).encode("utf-8"))

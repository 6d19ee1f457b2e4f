"""Bytes become UTF-8 text, strictly in the declared encoding; or the first byte that is not of it is named."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.artefacts import Finding, Workspace
from pipelines.declarations.decoding import Header
from pipelines.declarations.folding import fold
from pipelines.declarations.source import Source, declared_columns
from pipelines.decode.records import place, records_of, unfinished
from pipelines.decode.signatures import looks_like
from pipelines.errors import Refused
from pipelines.settings import Settings

CHUNK = 4 << 20
OLDER = ("cp1254", "cp1251", "kz1048", "ptcp154", "cp1250", "cp866", "cp857", "cp852", "koi8_r", "koi8_t", "cp1252")
_HINTS = ("utf-8", "utf-16", *OLDER)
_TAKEN_FOR = ("cp1252", "cp1254", "cp1251", "cp1250")  # by a program that knows no UTF-8
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EIGHT_BITS = "an older encoding with one byte for each letter"


@dataclass(frozen=True)
class Text:
    """UTF-8 text ready to be read: where it lies, and the encoding that the sender wrote.

    `above` is how many rows the sender's file has above the names, which are the first row here.
    """

    path: Path
    encoding: str
    start: bytes
    above: int = 0
    notes: tuple[Finding, ...] = ()


def as_utf8(path: Path, source: Source, workspace: Workspace, settings: Settings, *, says_zero: bool = False) -> Text:
    """Give the delivery's text as UTF-8. A plain UTF-8 file is read where it lies; anything else is transcoded once."""
    with path.open("rb") as stream:
        start = stream.read(CHUNK)
    _look_at(path, start, may_be_empty=says_zero and bool(source.decode.header.columns))
    encoding = _fitting(path, source, start, settings)
    text = Text(path, encoding, start)
    return text if encoding == "utf-8" else with_line_feeds(text, workspace)


def with_line_feeds(text: Text, workspace: Workspace) -> Text:
    """Write the text anew as UTF-8 whose lines all end in a line feed."""
    target = workspace.file("decoded.csv")
    _transcode(text.path, text.encoding, target)
    return replace(text, path=target)


def check_encoding(path: Path, source: Source, settings: Settings) -> None:
    """Look for a byte that is not UTF-8 in a text that should be; raises Refused with its place."""
    if fault := _fault(path, "utf-8"):
        with path.open("rb") as stream:
            raise Refused([_wrong(fault, path, stream.read(CHUNK), source, settings)])


def encoding_hint(start: bytes, source: Source, declared: str) -> str | None:
    """Name the encoding under which the first lines show more of the declared columns than under the declared one."""
    wanted = {fold(column) for column in declared_columns(source)}
    wanted = {column for column in wanted if not column.isascii()} or wanted
    shown = {e: sum(w in fold(_head(start, e)) for w in wanted) for e in (declared, *_HINTS)}
    best = max(shown, key=lambda encoding: shown[encoding])  # of equals the first, and the declared one stands first
    return best if best != declared else None


def encoded_twice(names: Sequence[str], source: Source) -> bool:
    """Say whether a name is a declared one whose UTF-8 was read as an older encoding, and saved as UTF-8 again."""
    declared = {column for column in declared_columns(source) if not column.isascii()}
    return any(_read_once_more(name, taken_for) in declared for name in names for taken_for in _TAKEN_FOR)


def _read_once_more(name: str, taken_for: str) -> str | None:
    try:
        return name.encode(taken_for).decode("utf-8")
    except UnicodeError:
        return None


def _look_at(path: Path, start: bytes, *, may_be_empty: bool) -> None:
    """Refuse what is no delimited text. Without column names there is no other file without rows than an empty one."""
    if not may_be_empty and (not start.strip(b"\xef\xbb\xbf \t\r\n") or start in UTF_16):
        raise Refused([Finding("empty-file", expected="column names and rows")])
    if found := looks_like(path, start):
        raise Refused([Finding("not-delimited-text", row=1, value=found, expected="delimited text (CSV)")])


def _fitting(path: Path, source: Source, start: bytes, settings: Settings) -> str:
    declared = sorted((codecs.lookup(e).name for e in source.decode.encoding), key=lambda e: e != "utf-8")
    if start[:2] in UTF_16 and not any(e.startswith("utf-16") for e in declared):
        raise Refused([Finding("wrong-encoding", row=1, value="UTF-16", expected=_either(source))])
    if declared == ["utf-8"] and _decodes(start):
        return "utf-8"  # DuckDB refuses what is not UTF-8, and check_encoding then says where: no pass of our own
    faults = []
    for encoding in declared:
        fault = _fault(path, encoding)
        if fault is None:
            return _truly(encoding, path, source, start, settings)
        faults.append(fault)
        if encoding == "utf-8" and _mostly(start, encoding):
            break  # a stray byte in UTF-8, and not the next encoding, which would take any byte
    raise Refused([_wrong(faults[0], path, start, source, settings)])


def _truly(encoding: str, path: Path, source: Source, start: bytes, settings: Settings) -> str:
    """Give an encoding that fits; raises Refused where the text is UTF-8, for the older encodings take any byte."""
    letter = None if encoding.startswith("utf") else _fault(path, "ascii")
    if letter and _fault(path, "utf-8") is None:
        row, column = _place(letter, path, start, source, settings)
        raise Refused([Finding("wrong-encoding", row, column, value="UTF-8", expected=_either(source))])
    return encoding


def _decodes(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(start, final=len(start) < CHUNK)
    except UnicodeDecodeError:
        return False
    return True


def _mostly(start: bytes, encoding: str) -> bool:
    """Say whether most letters beyond ASCII are of the encoding; False where there are none."""
    shown = start.decode(encoding, errors="replace")
    lost = shown.count("\ufffd")
    return (len(shown) - len(shown.encode("ascii", errors="ignore"))) > 5 * lost


@dataclass(frozen=True)
class _Fault:
    encoding: str
    offset: int
    byte: int


def _fault(path: Path, encoding: str) -> _Fault | None:
    """Give the first byte that is not of the encoding, and how many bytes stand before it; or None."""
    plain = "utf-8" if encoding == "utf-8-sig" else encoding  # which counts from behind the byte order mark
    decoder = codecs.getincrementaldecoder(plain)("strict")
    offset = 0
    with path.open("rb") as stream:
        if encoding == "utf-16" and (mark := stream.read(2)) not in UTF_16:  # nobody knows in which order its bytes are
            return _Fault(encoding, 0, mark[0])
        stream.seek(0)
        while True:
            chunk = stream.read(CHUNK)
            whole = decoder.getstate()[0] + chunk
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return _Fault(encoding, offset - (len(whole) - len(chunk)) + error.start, whole[error.start])
            if not chunk:
                return None
            offset += len(chunk)


def _place(fault: _Fault, path: Path, start: bytes, source: Source, settings: Settings) -> tuple[int, str | None]:
    """Give the row of a byte, and the sender's column where the header can be read."""
    if source.decode.header != Header():  # titles may have quotes that are none: record by record
        lines = _lines(_texts(path, fault.encoding, fault.offset))
        return max((record.row for record in records_of(lines, source.decode, settings)), default=1), None
    ended, rest = 0, ""
    for text in _texts(path, fault.encoding, fault.offset):
        here, rest = unfinished(rest + text, source.decode)
        ended += here
    return ended + 1, _column(rest, _head(start, fault.encoding), source) if ended else None


def _lines(texts: Iterator[str]) -> Iterator[str]:
    rest = ""
    for text in texts:
        *lines, rest = (rest + text).split("\n")
        yield from (line + "\n" for line in lines)
    yield rest + "."  # what cannot be read stands here


def _column(rest: str, head: str, source: Source) -> str | None:
    """Name the column in which an unfinished record ends."""
    _, cells = place(rest, source.decode)
    header = head.partition("\n")[0].strip("\r").split(source.decode.delimiter)
    return header[cells].strip(f" \ufeff{source.decode.quote}") or None if cells < len(header) else None


def _wrong(fault: _Fault, path: Path, start: bytes, source: Source, settings: Settings) -> Finding:
    row, column = _place(fault, path, start, source, settings)
    if not fault.encoding.startswith("utf") and not start.isascii() and _decodes(start):
        return Finding("wrong-encoding", row, column, value="UTF-8", expected=_either(source))
    hint = None if _mostly(start, fault.encoding) else encoding_hint(start, source, fault.encoding) or _older(start)
    if hint:
        return Finding("wrong-encoding", row, column, value=hint, expected=_either(source))
    return Finding("invalid-byte", row, column, value=f"0x{fault.byte:02X}", expected=_either(source))


def _older(start: bytes) -> str | None:
    """Say so where there are several bytes that are not UTF-8, and none that is."""
    return _EIGHT_BITS if start.decode("utf-8", errors="replace").count("\ufffd") > 2 else None  # noqa: PLR2004


def _either(source: Source) -> str:
    return " or ".join(source.decode.encoding)


def _head(start: bytes, encoding: str) -> str:
    try:
        return start[:20_000].decode(encoding, errors="replace")
    except (UnicodeError, LookupError):
        return ""


def _transcode(path: Path, encoding: str, target: Path) -> None:
    with target.open("wb") as out:
        for text in _texts(path, encoding):
            out.write(text.encode("utf-8"))


def _texts(path: Path, encoding: str, until: int | None = None) -> Iterator[str]:
    """Give the text chunk by chunk, all lines ending in a line feed; of the first `until` bytes only, where given."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    universal = io.IncrementalNewlineDecoder(decoder, translate=True)
    left = until
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK if left is None else min(CHUNK, left)):
            left = None if left is None else left - len(chunk)
            yield universal.decode(chunk)
        yield universal.decode(b"", final=True)

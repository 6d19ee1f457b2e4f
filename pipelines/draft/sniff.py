"""What the bytes are: format, encoding, delimiter, and the row in which the names stand. Measured, never assumed."""

from __future__ import annotations

import codecs
import csv
import io
import struct
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipelines.artefacts import Delivery, Extract, Finding, Workspace
from pipelines.declarations.header_words import HeaderWords
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.decode.encodings import CHUNK, UTF_16
from pipelines.decode.packed import unpacked
from pipelines.decode.signatures import looks_like
from pipelines.decode.spreadsheet import refuse_old
from pipelines.draft.alphabets import older_encoding
from pipelines.draft.documents import document, is_document
from pipelines.draft.drafted import Said, Sniffed
from pipelines.draft.known import Known
from pipelines.draft.names import names_in
from pipelines.draft.sheets import workbook
from pipelines.errors import Refused
from pipelines.settings import Settings
from pipelines.store import sha256_of

_DELIMITERS = (",", ";", "\t", "|")
_SHOWN = {",": "comma", ";": "semicolon", "\t": "tabulator", "|": "bar"}
_MOST = 0.6
_ROWS, _SCORED = 400, 1 << 20


def sniff(file: Path, known: Known, sheets: Sequence[str], workspace: Workspace, settings: Settings) -> Sniffed:
    """Find out how a file is written. The shell of `known` declares nothing yet; `sheets` are those that are wanted.

    Raises Refused for other files.
    """
    shell = known.shell

    def read(decoding: dict[str, Any]) -> Extract:
        return read_so(sent, shell, {**decoding, **({"zip": packed.value} if packed else {})}, (), workspace, settings)

    sent = file
    workspace.folder.mkdir(parents=True, exist_ok=True)
    if packed := _archive(file):
        bulk = {"format": "fhir-ndjson"} if str(packed.value).endswith("json") else {}  # only that may be several files
        shell = shell.model_copy(update={"decode": shell.decode.model_copy(update={"zip": packed.value, **bulk})})
    file, *others = unpacked(file, shell, workspace, settings)
    if _starts(file).startswith(b"PK\x03\x04"):
        found = workbook(file, shell, sheets, known.headers, workspace, settings)
    else:
        found = document((file, *others), read) if is_document(_starts(file)) else _plain(file, known)
    return replace(found, decode={**({"zip": packed} if packed else {}), **found.decode})


def read_so(
    file: Path,
    shell: Source,
    decoding: dict[str, Any],
    columns: Sequence[str],
    workspace: Workspace,
    settings: Settings,
    forms: Mapping[str, str] = MappingProxyType({}),
) -> Extract:
    """Read a file by the path's own decoder, as it was sniffed, with these columns and no other.

    `forms`: in which form the path is to read a column, where that changes what it writes.
    """
    read = {column: {"read": form} for column, form in forms.items()}
    wanted = {f"c{i}": {"from": column, **read.get(column, {})} for i, column in enumerate(columns)}
    source = shell.model_validate({**shell.model_dump(by_alias=True), "decode": decoding, "map": wanted})
    size, now = file.stat().st_size, datetime.now(UTC)
    return decode(
        Delivery("draft", source.source, file.name, file.resolve(), sha256_of(file), size, now),
        source,
        workspace,
        settings,
    )


def _archive(file: Path) -> Said | None:
    """Give the pattern of what an archive holds, if it is one and no workbook."""
    if not zipfile.is_zipfile(file):
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        raise Refused([Finding("broken-archive", value=str(error), expected="an archive that is whole")]) from error
    if "[Content_Types].xml" in names:
        return None
    endings = {Path(name).suffix for name in names}
    if len(endings) != 1:
        raise Refused(
            [Finding("several-members", value=", ".join(names[:10]), expected="one file, or files of a kind")]
        )
    return Said(f"*{endings.pop()}", "certain", f"an archive with {', '.join(names[:3])}")


def _starts(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(CHUNK)


def _plain(file: Path, known: Known) -> Sniffed:
    start = _starts(file)
    if not start.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise Refused([Finding("empty-file", expected="column names and rows")])
    refuse_old(file, start)
    if found := looks_like(file, start):
        raise Refused([Finding("not-delimited-text", row=1, value=found, expected="delimited text or a workbook")])
    encoding = _encoding(file, start, known)
    return _delimited(
        start.decode(str(encoding.value), errors="ignore").removeprefix("\ufeff"), encoding, known.headers
    )


def _encoding(file: Path, start: bytes, known: Known) -> Said:
    if start[:2] in UTF_16:
        return Said("utf-16", "certain", "begins with the mark of UTF-16")
    if wide := _utf_16(start):
        return Said(wide, "likely", "every second byte is zero")
    if _is_utf_8(file):
        marked = start.startswith(codecs.BOM_UTF8)
        plain = start.isascii()
        why = "begins with the mark of UTF-8" if marked else "every byte of the file reads as UTF-8"
        name = "utf-8-sig" if marked else "utf-8"
        return Said(name, "likely" if plain else "certain", "no letter beyond ASCII in the file" if plain else why)
    shell = known.shell
    if said := older_encoding(start[:_SCORED], known.languages, shell.country, known.declared, known.headers):
        return said
    older = "an encoding that can carry " + ", ".join(known.languages)
    raise Refused(
        [Finding("wrong-encoding", value="neither UTF-8 nor UTF-16 nor an older one that fits", expected=older)]
    )


def _utf_16(start: bytes) -> str | None:
    head = start[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = len(head) // 2 * 0.3
    return "utf-16-le" if odd > most and odd > even else "utf-16-be" if even > most else None


def _is_utf_8(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with file.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimited(text: str, encoding: Said, words: HeaderWords) -> Sniffed:
    head = text[:_SCORED]
    rows = {d: _rows(head, d) for d in _DELIMITERS}
    usual = {d: Counter(len(r) for r in of if any(r)).most_common(1)[0] for d, of in rows.items()}
    total = {d: sum(1 for r in of if any(r)) for d, of in rows.items()}
    best = max(_DELIMITERS, key=lambda d: (usual[d][0] > 1, usual[d][1] > _MOST * total[d], _cells(usual[d])))
    width, agree = usual[best]
    sure = width > 1 and agree >= 0.95 * total[best]
    why = f"{agree} of {total[best]} rows have {width} cells by {_SHOWN[best]}" if width > 1 else "one column only"
    at, stand, names, asked = names_in(rows[best], width, words)
    found = {
        "format": Said("csv", "certain", "text with delimiters"),
        "encoding": encoding,
        "delimiter": Said(best, "certain" if sure else "likely", why),
    }
    if said := {**({"rows_above": at} if at else {}), **stand}:
        told = f"{at} lines above the first row that is filled and has no figures"
        told = f"{told}{', and the next fills it' if 'rows' in stand else ''}"
        found["header"] = Said(said, "likely", "its first row is one of figures" if "columns" in stand else told)
    if cells := _short(rows[best][at + stand.get("rows", 1) :], width):
        told = f"rows that stop after {cells} cells; they are taken as not reported"
        found["short_row"] = Said({"cells": cells, "means": "not-reported"}, "likely", told)
    above = tuple(" ".join(filter(None, r)) for r in rows[best][:at])
    return Sniffed(found, names, above, asked)


def _cells(usual: tuple[int, int]) -> int:
    width, rows = usual
    return rows * (width - 1)


def _rows(head: str, delimiter: str) -> list[list[str]]:
    lines = io.StringIO(head, newline="")
    found = list[list[str]]()
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            found.append([cell.strip() for cell in row])
            if len(found) > _ROWS:
                break
    except csv.Error:
        pass  # a cell over the module's limit; what was read before it is enough
    return found[:-1] if len(head) == _SCORED and 1 < len(found) <= _ROWS else found or [[]]


def _short(rows: list[list[str]], width: int) -> int | None:
    """Give how many cells the rows have that stop early, if all of them stop at the same one."""
    short = {len(r) for r in rows if any(r) and len(r) < width}
    return short.pop() if len(short) == 1 else None

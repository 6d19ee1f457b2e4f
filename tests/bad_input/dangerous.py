"""Files made to exhaust who reads them: by line of the list, with the rule that answers each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

from tests.bad_input.foreign import HEADER, LINE, grown_archive, many_rows, packed, words_that_grow

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(before: bytes, repeated: bytes, times: int, after: bytes) -> bytes:
    """Write a workbook whose one sheet is as long as one likes."""
    named = f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="A" r:id="b"/></sheets></workbook>'
    link = '<Relationships xmlns="{}"><Relationship Id="{}" Type="{}/{}" Target="{}"/></Relationships>'
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", link.format(PACKAGE, "a", OFFICE, "officeDocument", "xl/book.xml"))
        archive.writestr("xl/book.xml", named)
        archive.writestr("xl/_rels/book.xml.rels", link.format(PACKAGE, "b", OFFICE, "worksheet", "a.xml"))
        with archive.open("xl/a.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {MAIN}><sheetData>".encode() + before)
            for _ in range(times):
                sheet.write(repeated)
            sheet.write(after)
    return target.getvalue()


def names(columns: int) -> bytes:
    return b'<row r="1">' + b"".join(b'<c t="str"><v>n%d</v></c>' % n for n in range(columns)) + b"</row>"


def columns_without_end() -> bytes:
    return b";".join(b"c%d" % n for n in range(100_000)) + b"\n" + b";".join([b"1"] * 100_000)


CELL = b'<row><c t="str"><v>x</v></c></row>'
BROAD = workbook(names(16_384), CELL * 1000, 200, b"</sheetData></worksheet>")
DANGEROUS: list[tuple[int, str, str, str, Callable[[], bytes]]] = [
    (31, "kz/bulletin", "a field of fifty megabytes", "line-too-long",
     lambda: HEADER.encode() + b"\n13.07.2020;A;B;1;" + b"x" * (50 << 20)),
    (33, "kz/bulletin", "two hundred megabytes without a line end", "line-too-long", lambda: b"AZE," * (50 << 20)),
    (32, "kz/bulletin", "columns without end", "unexpected-column", columns_without_end),
    (34, "kz/bulletin", "packed rows without end", "too-large", lambda: many_rows("")),
    (34, "kz/bulletin_zip", "an archive that grows", "too-large", lambda: grown_archive("")),
    (58, "kz/bulletin_workbook", "a workbook that grows", "too-large",
     lambda: workbook(names(5), b" " * (1 << 20), 65, b"</sheetData></worksheet>")),
    (62, "kz/bulletin_workbook", "a broad sheet whose rows hold one cell", "resource-limit", lambda: BROAD),
    (63, "kz/bulletin_workbook", "cells in cells", "broken-workbook",
     lambda: workbook(names(5) + b"<row>", b"<c>" * 100_000, 10, b"")),
    (62, "kz/bulletin_workbook", "a cell with an address without end", "broken-workbook",
     lambda: workbook(names(5), b'<row><c r="G' + b"9" * 30 + b'"/></row>', 1, b"</sheetData></worksheet>")),
    (34, "kz/bulletin_ndjson", "packed JSON without end", "too-large",
     lambda: packed(LINE.encode(), b" " * (1 << 20), 65)),
    (77, "kz/bulletin_parquet", "words that grow", "too-large", lambda: words_that_grow("")),
    (84, "kz/bulletin_ndjson", "levels without end", "nested-too-deep",
     lambda: LINE.replace('"5"', "[" * 500_000).encode()),
]  # fmt: skip

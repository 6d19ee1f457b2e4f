"""Delimited text in the sender's encoding, with its column names where the source declares them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence

from pipelines.declarations.decoding import Decode
from pipelines.simulate.lay_out import Sheet
from pipelines.simulate.write.names import rows_of_names


def as_delimited(sheet: Sheet, decode: Decode) -> bytes:
    """Give the bytes of the file."""
    out = io.StringIO(newline="")
    lines = csv.writer(out, delimiter=decode.delimiter, quotechar=decode.quote, lineterminator="\r\n")
    lines.writerows(rows_of_names(sheet.columns, decode.header))
    for row in sheet.rows:
        cells = [row.cells[c].text if c in row.cells else "" for c in _order(sheet, decode)]
        lines.writerow(cells[: decode.short_row.cells] if row.short and decode.short_row else cells)
    return _encoded(out.getvalue(), decode.encoding[0])


def _order(sheet: Sheet, decode: Decode) -> Sequence[str]:
    """Give the columns in their order: where the file has no names, only the declared order tells them apart."""
    return decode.header.columns or sheet.columns


def _encoded(text: str, encoding: str) -> bytes:
    if codecs.lookup(encoding).name == "utf-16":  # else the machine decides in which order the bytes stand
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    return text.encode(encoding)

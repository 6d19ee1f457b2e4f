"""Pages become delimited text column by column, chunk after chunk: ten million rows need no more memory than one chunk.

The bytes are those that `write` gives for the same sheet.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from pipelines.declarations.decoding import Decode, Header
from pipelines.simulate.lay_out import Page

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 50_000  # rows


def can_be_streamed(decode: Decode) -> bool:
    """Whether a file is plain delimited text, not packed, with its column names in the first row."""
    return decode.format == "csv" and decode.zip is None and decode.header == Header()


class Stream:
    """A file of delimited text in the making. It bears its name when it is complete, and without a page never is."""

    def __init__(self, target: Path, decode: Decode) -> None:
        """Begin the file under a name in the making."""
        self.target, self.decode = target, decode
        self.rows, self._columns = 0, tuple[str, ...]()
        target.parent.mkdir(parents=True, exist_ok=True)
        self._unfinished = target.with_name(target.name + ".part")
        self._file = self._unfinished.open("wb")

    def __enter__(self) -> Self:
        return self

    def write(self, page: Page) -> None:
        """Add the rows of a page; the first page says which columns there are."""
        if not self._columns:
            self._columns = page.columns
            self._file.write(self._encoded(self._header(page), first=True))
        for begin in range(0, page.rows, _AT_ONCE):
            self._file.write(self._encoded(self._lines(page, begin, min(begin + _AT_ONCE, page.rows))))
        self.rows += page.rows

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        if kind is None and self._columns:
            self._unfinished.replace(self.target)
        else:
            self._unfinished.unlink()

    def _header(self, page: Page) -> bytes:
        import pyarrow as pa  # noqa: PLC0415  heavy

        names = [pa.array([column]) for column in page.columns]
        return self._joined([self._quoted(name, alone=len(names) == 1) for name in names])

    def _lines(self, page: Page, begin: int, end: int) -> bytes:
        import pyarrow as pa  # noqa: PLC0415  heavy

        none = pa.repeat(pa.scalar("", pa.string()), end - begin)
        texts = [page.texts[c].slice(begin, end - begin) if c in page.texts else none for c in self._columns]
        quoted = [self._quoted(text, alone=len(texts) == 1) for text in texts]
        short = self.decode.short_row
        if short is None or page.short is None or not page.short[begin:end].any():
            return self._joined(quoted)
        return b"".join(self._by_shape(quoted, page.short[begin:end], short.cells))

    def _by_shape(self, quoted: list[pa.Array], short: np.ndarray, cells: int) -> Iterator[bytes]:
        """Write rows that stop early and whole ones, each in its place."""
        edges = [0, *(np.flatnonzero(np.diff(short.astype(np.int8))) + 1).tolist(), len(short)]
        for begin, end in pairwise(edges):
            there = quoted[:cells] if short[begin] else quoted
            yield self._joined([column.slice(begin, end - begin) for column in there])

    def _joined(self, columns: list[pa.Array]) -> bytes:
        """Give the lines: the bytes of an array of lines stand one behind another already."""
        import pyarrow.compute as pc  # noqa: PLC0415  heavy

        last = pc.binary_join_element_wise(columns[-1], "\r\n", "")
        lines = pc.binary_join_element_wise(*columns[:-1], last, self.decode.delimiter)
        offsets, data = np.frombuffer(lines.buffers()[1], np.int32)[lines.offset :], lines.buffers()[2]
        return bytes(memoryview(data)[int(offsets[0]) : int(offsets[len(lines)])])

    def _quoted(self, texts: pa.Array, *, alone: bool) -> pa.Array:
        import pyarrow.compute as pc  # noqa: PLC0415  heavy

        mark, delimiter = self.decode.quote, self.decode.delimiter
        special = pc.match_substring(texts, delimiter)
        for other in (mark, "\r", "\n"):
            special = pc.or_(special, pc.match_substring(texts, other))
        if alone:  # a line with nothing on it is no row
            special = pc.or_(special, pc.equal(texts, ""))
        if not pc.any(special).as_py():
            return texts
        doubled = pc.replace_substring(texts, mark, mark * 2)
        return pc.if_else(special, pc.binary_join_element_wise(mark, doubled, mark, ""), texts)

    def _encoded(self, text: bytes, *, first: bool = False) -> bytes:
        encoding = codecs.lookup(self.decode.encoding[0]).name
        if encoding == "utf-8":
            return text
        if encoding == "utf-16":  # else the machine decides in which order the bytes stand
            return (codecs.BOM_UTF16_LE if first else b"") + text.decode().encode("utf-16-le")
        return text.decode().encode("utf-8" if encoding == "utf-8-sig" and not first else encoding)

"""XML, streaming and strict: no document types, no entities of its own, no endless depth.

Names are compared as they are written, with the prefix that the root gives to a workbook's namespace: letting expat
resolve each of them takes a third of the time of a whole sheet, and switching the text on and off another third.
"""

from __future__ import annotations

from typing import IO
from xml.parsers import expat

from pipelines.artefacts import Finding, overheard
from pipelines.errors import Refused
from pipelines.workbook.archive import broken

Attributes = dict[str, str]
_CHUNK = 1 << 18
_SPACES = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
}
_WORDS = {
    *("worksheet", "cols", "col", "sheetData", "row", "c", "f", "v", "is", "t", "r", "mergeCells", "mergeCell"),
    *("workbook", "workbookPr", "sheets", "sheet", "sst", "si", "Relationships", "Relationship"),
    *("styleSheet", "numFmts", "numFmt", "cellXfs", "xf"),
}
_MOST_DEPTH = 100


class Markup:
    """Reads the elements of a workbook's namespace; any other is called "". A reader extends `start` and `end`."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.open = [""]
        self.texts: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.texts.append

    def start(self, name: str, parent: str, attributes: Attributes) -> None:
        """Take the start of an element. What `texts` holds was said before it."""

    def end(self, name: str, parent: str) -> None:
        """Take its end."""

    def read(self, stream: IO[bytes]) -> None:
        """Read to the end. Raises Refused where it is not well-formed."""
        try:
            while chunk := stream.read(_CHUNK):
                self.parser.Parse(chunk)
            self.parser.Parse(b"", True)  # noqa: FBT003  expat's own way to say that this is all
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise MemoryError from error
            raise broken(overheard(f"{getattr(stream, 'name', '?')}: {error}")) from error
        finally:  # reader and parser hold each other
            self.parser.StartElementHandler = self.parser.EndElementHandler = self.parser.CharacterDataHandler = None

    def _start(self, tag: str, attributes: Attributes) -> None:
        if len(self.open) == 1:
            self.names = _names(tag, attributes)
        name = self.names.get(tag, "")
        self.start(name, self.open[-1], attributes)
        self.texts.clear()
        self.open.append(name)
        if len(self.open) > _MOST_DEPTH:
            raise broken("its elements lie too deep in each other")

    def _end(self, _: str) -> None:
        name = self.open.pop()
        self.end(name, self.open[-1])


def is_true(said: str | None) -> bool:
    """Read a truth value of XML Schema; absent is false."""
    return said in {"1", "true"}


def _names(root: str, attributes: Attributes) -> dict[str, str]:
    """Give the names that are read, as they are written under this root; none where it is of another namespace."""
    prefix, colon, _ = root.rpartition(":")
    known = attributes.get(f"xmlns{colon}{prefix}") in _SPACES
    return {f"{prefix}{colon}{word}": word for word in _WORDS} if known else {}


def _refuse_doctype(*_: object) -> None:
    raise Refused([Finding("unsafe-workbook", value="a document type (DTD)", expected="cells only")])

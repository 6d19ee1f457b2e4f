"""How a cell of the report is written: as text that no program computes, in one of few styles, marked or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from pipelines.report.speech import Speech

Look = Literal[
    "plain", "head", "counts", "title", "heading", "strong", "soft", "long", "link", "rejected", "flagged", "note"
]
TONES: Mapping[str, tuple[str, str]] = {
    "rejected": ("FFC7CE", "8A0010"),
    "flagged": ("FFEB9C", "6B4200"),
    "note": ("DDEBF7", "1F4E78"),
}
_FONTS: Mapping[str, Mapping[str, Any]] = {
    "head": {"b": True},
    "counts": {"b": True},
    "title": {"b": True, "sz": 18},
    "heading": {"b": True, "sz": 13},
    "strong": {"b": True},
    "soft": {"color": "55606F"},
    "link": {"color": "0B5394", "u": "single"},
    "rejected": {"b": True, "color": TONES["rejected"][1]},
    "flagged": {"color": TONES["flagged"][1]},
    "note": {"color": TONES["note"][1]},
}
FILLS = {look: PatternFill("solid", fgColor=fill) for look, (fill, _) in TONES.items()}
FILLS["head"] = FILLS["counts"] = PatternFill("solid", fgColor="E3E8EF")
_UNDER = Border(bottom=Side("thin", color="8492A6"))
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so may be computed by the program that opens it
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # so the format writes a character by its number
_LONGEST = 32_767  # what a cell of the format holds, in units of UTF-16
_CUT = 4_000  # short enough, whatever each character becomes
_TALLEST = 420
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_LINE = 15.0  # points


def sheet_title(speech: Speech, word: str) -> str:
    """Give the name of a sheet, without what the format does not allow in one."""
    return _NOT_IN_TITLE.sub("", speech.word(word))[:_LONGEST_TITLE]


class Pen:
    """Writes the cells of one sheet, row after row."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.row = 0
        self._widths: list[float] = []
        self._styles: dict[tuple[Look, bool], Cell] = {}

    def lay_out(self, widths: Iterable[float], *, table: bool) -> None:
        """Set how wide the columns are, which comes before the rows, and how the sheet is shown."""
        self._widths = list(widths)
        for at, width in enumerate(self._widths, 1):
            self.sheet.column_dimensions[get_column_letter(at)].width = width
        self.show(table=table)

    def show(self, *, table: bool) -> None:
        """Set how the sheet is shown and printed: no wider than a page; a table keeps its header in sight."""
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if table:
            self.sheet.freeze_panes = "A2"
            self.sheet.print_title_rows = "1:1"
        else:
            self.sheet.sheet_view.showGridLines = False

    def append(self, *cells: Cell | None) -> None:
        """Write the next row."""
        self.row += 1
        self.sheet.append(cells)
        for cell in cells:
            if cell is not None and cell.hyperlink:
                cell.hyperlink.ref = cell.coordinate  # it was made before it had a place

    def append_high(self, *cells: Cell | None) -> None:
        """Write the next row, as high as its texts need: not every program finds that out by itself."""
        height = _LINE * max(map(_lines, cells, self._widths), default=1.0)
        if height > _LINE:
            self.sheet.row_dimensions[self.row + 1].height = height
        self.append(*cells)

    def text(self, value: str | None, look: Look = "plain", note: str | None = None) -> Cell:
        """Give a cell that holds this text and nothing else, whatever it looks like, with a comment if there is one."""
        return self.put(Cell(self.sheet, 1, 1), value, look, note)

    def put(self, cell: Cell, value: str | None, look: Look = "plain", note: str | None = None) -> Cell:
        """Put this text into a cell, as `text` does."""
        quoted = value is not None and is_computed(value)
        model = self._styles.get((look, quoted)) or self._model(look, quoted=quoted)
        cell._style = copy(model._style)  # type: ignore[attr-defined]  # noqa: SLF001  part by part it takes thrice as long
        cell.value = None
        if value is not None:
            cell.value, cell.data_type = written(value), "s"
        if note:
            cell.comment = comment_of(note)
        return cell

    def number(self, value: int, look: Look = "plain") -> Cell:
        """Give a cell that holds a count."""
        cell = self.text(None, look)
        cell.value, cell.number_format = value, "#,##0"
        cell.alignment = Alignment("right", "top", indent=1)
        return cell

    def link(self, text: str, sheet: str, cell_name: str) -> Cell:
        """Give a cell that leads to another cell of this workbook."""
        cell = self.text(text, "link")
        title = sheet.replace("'", "''")
        cell.hyperlink = Hyperlink(ref="A1", location=f"'{title}'!{cell_name}")
        return cell

    def _model(self, look: Look, *, quoted: bool) -> Cell:
        """Make the style once: a workbook keeps a few styles, and its cells say which."""
        cell = WriteOnlyCell(self.sheet)
        cell.number_format = "@"  # what is typed over a text stays the text that was typed
        cell.quotePrefix = quoted
        cell.font = Font(**{"name": "Calibri", "sz": 11, "family": 2, **_FONTS.get(look, {})})
        if look in FILLS:
            cell.fill = FILLS[look]
        if look in {"head", "counts"}:
            cell.border = _UNDER
        side = "right" if look == "counts" else "left"
        wrapped = look in {"head", "strong", "long"} or None
        cell.alignment = Alignment(side, "top", wrap_text=wrapped, indent=int(look in {"link", "counts"}))
        self._styles[look, quoted] = cell
        return cell


def is_computed(text: str) -> bool:
    """Whether a program may take this text for a formula."""
    return text.startswith(_COMPUTED)


def height_of(text: str, width: float) -> float:
    """Give the height of a row in which this text is wrapped within so many characters."""
    return _LINE * _lines_of(text, width)


def comment_of(text: str) -> Comment:
    """Give a comment that is as large as its text needs."""
    lines = sum(1 + len(line) // 45 for line in text.splitlines())
    return Comment(written(text), "salamat", min(30 + 18 * lines, _TALLEST), 340)


def written(value: str) -> str:
    """Write a text as the format can hold it: what it forbids as a symbol; what is too long is cut, and says so."""
    told = _held(value)
    if len(told.encode("utf-16-le")) // 2 > _LONGEST:
        return f"{_held(value[:_CUT])}\u2026 ({len(value):,} characters)"
    return told


def _lines(cell: Cell | None, width: float) -> float:
    if cell is None or not cell.alignment.wrap_text:
        return 1.0 if cell is None else max(1.0, (cell.font.sz or 11) / 10)
    return _lines_of(str(cell.value or ""), width)


def _lines_of(text: str, width: float) -> int:
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))


def _held(value: str) -> str:
    return _ESCAPE.sub("_x005F_", _FORBIDDEN.sub(_symbol, value)).replace("\r", "_x000D_")


def _symbol(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < ord(" ") else f"<U+{code:04X}>"

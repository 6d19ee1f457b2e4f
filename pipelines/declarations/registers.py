"""schemas/registers: tables that explain the others. Each has a YAML file that says what it is, and CSV files of rows.

Every cell is checked when it is read: an error names the file, the line and the column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipelines.declarations.model import SQL_TYPE, Declared
from pipelines.declarations.yaml_lines import Document, read_yaml, typed
from pipelines.errors import Contradiction, DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = str | int | float | date | None
Row = dict[str, Cell]
_READ: dict[str, Callable[[str], Cell]] = {"integer": int, "decimal": float, "date": date.fromisoformat}


class RegisterColumn(Declared):
    """A column of a register: the only place that says what it means."""

    type: Literal["text", "integer", "decimal", "date", "code", "place"] = Field("text", description="what a value is")
    meaning: str = Field(description="one or two sentences for a reader who knows the subject and not the system")
    required: bool = Field(default=False, description="every row says it; columns of the key are always required")
    codes: str | None = Field(None, description="the code list in schemas/codes, for type code")
    one_of: tuple[str, ...] = Field((), description="the words that a text may be, where they are no code list")
    pattern: str | None = Field(None, description="a regular expression that the whole text must match")
    minimum: float | None = Field(None, description="smallest value")
    maximum: float | None = Field(None, description="largest value")
    refers_to: str | None = Field(None, description="a column of a register whose values these are: `places.place_id`")
    file_says: bool = Field(default=False, description="the value is the beginning of the file's name, up to a dot")
    unit: str | None = Field(None, description="what is counted, or the UCUM unit")
    standard: str | None = Field(None, description="the standard that the name, unit or codes come from")

    @property
    def sql_type(self) -> str:
        """The DuckDB type of a value of this column."""
        return SQL_TYPE[self.type]

    @property
    def takes_any_text(self) -> bool:
        """Whether every text is a value of this column, as far as the column alone can say."""
        return self.type not in _READ and not (self.one_of or self.pattern)


class RegisterHead(Declared):
    """What a register is: a YAML file of schemas/registers, with a CSV file of rows beside it or where `rows` says."""

    name: str = Field(alias="register", description="the register, as its file and its table in a release")
    title: str
    grain: str = Field(description="one sentence: one row is ...")
    rows: tuple[str, ...] = Field((), description="files of rows, as patterns from schemas/; else the CSV beside it")
    key: tuple[str, ...] = Field((), description="the columns that tell rows apart")
    columns: dict[str, RegisterColumn]


@dataclass(frozen=True)
class Register:
    """A register with its rows, every cell typed, in the order of the files."""

    head: RegisterHead
    rows: tuple[Row, ...]
    document: Document
    at: tuple[tuple[Path, int], ...]

    @property
    def name(self) -> str:
        """The register's name, which is that of its table in a release."""
        return self.head.name

    def contradiction(self, row: int, what: str) -> Contradiction:
        """Say what is wrong with a row, where it stands."""
        file, line = self.at[row]
        return Contradiction(file, line, what)


def read_registers(roots: Sequence[Path]) -> dict[str, Register]:
    """Read every register of the roots. Raises DeclarationError with file and line for each malformed cell."""
    documents = [read_yaml(f) for root in roots for f in sorted((root / "schemas/registers").glob("*.yaml"))]
    found: dict[str, Register] = {}
    for document in documents:
        head = typed(RegisterHead, document)
        if head.name != document.file.stem or head.name in found:
            what = f"the file is {document.file.stem} and the register {head.name}, declared once"
            raise DeclarationError([document.contradiction(what, "register")])
        found[head.name] = _filled(head, document, roots)
    return found


def _filled(head: RegisterHead, document: Document, roots: Sequence[Path]) -> Register:
    patterns = head.rows or (f"registers/{head.name}.csv",)
    files = [f for root in roots for pattern in patterns for f in sorted((root / "schemas").glob(pattern))]
    if not files:
        raise DeclarationError([document.contradiction(f"there is no file {' or '.join(patterns)}", "rows")])
    read = [row for file in files for row in _read(file, head)]
    register = Register(head, tuple(r for r, _, _ in read), document, tuple((f, n) for _, f, n in read))
    if wrong := [*_doubled(register)]:
        raise DeclarationError(wrong)
    return register


def _read(file: Path, head: RegisterHead) -> Iterator[tuple[Row, Path, int]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        columns = next(reader, [])
        _headed(file, columns, head)
        wrong: list[Contradiction] = []
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(columns):
                wrong.append(Contradiction(file, line, f"has {len(cells)} cells, and the header {len(columns)}"))
                continue
            said = dict(zip(columns, cells, strict=True))
            wrong += [Contradiction(file, line, what) for what in _wrong(said, file, head)]
            if not wrong:
                yield {c: _typed(_said(c, said, file, head), head.columns[c]) for c in head.columns}, file, line
        if wrong:
            raise DeclarationError(wrong)


def _headed(file: Path, columns: list[str], head: RegisterHead) -> None:
    wrong = [f"'{c}' is not a column of the register {head.name}" for c in columns if c not in head.columns]
    wrong += [f"the column '{c}' stands twice" for c in dict.fromkeys(columns) if columns.count(c) > 1]
    needed = [c for c, e in head.columns.items() if (e.required or c in head.key) and not e.file_says]
    wrong += [f"the column '{c}' is missing" for c in needed if c not in columns]
    if wrong:
        raise DeclarationError([Contradiction(file, 1, what) for what in wrong])


def _said(column: str, cells: Mapping[str, str], file: Path, head: RegisterHead) -> str:
    return file.name.partition(".")[0] if head.columns[column].file_says else cells.get(column, "")


def _wrong(cells: Mapping[str, str], file: Path, head: RegisterHead) -> Iterator[str]:
    for column, entry in head.columns.items():
        text = _said(column, cells, file, head)
        if not text and (entry.required or column in head.key):
            yield f"'{column}' says nothing"
        elif text and not entry.takes_any_text and (what := _misfit(text, entry)):
            yield f"'{column}': {what}"


def _misfit(text: str, entry: RegisterColumn) -> str | None:
    try:
        value = _typed(text, entry)
    except ValueError:
        return f"'{text}' is no {entry.type}"
    if entry.one_of and text not in entry.one_of:
        return f"'{text}' is none of {', '.join(entry.one_of)}"
    if entry.pattern and not re.fullmatch(entry.pattern, text):
        return f"'{text}' does not match {entry.pattern}"
    if isinstance(value, int | float):
        low, high = entry.minimum, entry.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return f"{text} is not between {low} and {high}"
    return None


def _typed(text: str, entry: RegisterColumn) -> Cell:
    if not text:
        return None
    return _READ[entry.type](text) if entry.type in _READ else text


def _doubled(register: Register) -> Iterator[Contradiction]:
    seen: dict[tuple[Cell, ...], int] = {}
    for number, row in enumerate(register.rows) if register.head.key else ():
        key = tuple(row[c] for c in register.head.key)
        if key in seen:
            file, line = register.at[seen[key]]
            what = f"{', '.join(str(c) for c in key)} stands in line {line} of {file.name} already"
            yield register.contradiction(number, what)
        seen.setdefault(key, number)

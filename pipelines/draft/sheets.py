"""Which sheets of a workbook are read: those that are one table; the others are named with the reason, or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pipelines.artefacts import Finding, Workspace
from pipelines.child.run import run
from pipelines.declarations.header_words import HeaderWords
from pipelines.declarations.source import Source
from pipelines.decode.spreadsheet import job
from pipelines.draft.drafted import Confidence, Said, Sniffed
from pipelines.draft.names import names_in
from pipelines.errors import Refused
from pipelines.settings import Settings
from pipelines.workbook.job import job_text
from pipelines.workbook.look import Looked, looked_from

_ROWS, _SHOWN, _ALIKE = 1000, 6, 0.5
_DIGITS = re.compile(r"\d+(?:[-_. ]?\d+)*")
_DIGIT = re.compile(r"\d")
_CALLED = "sheet"


@dataclass(frozen=True)
class Page:
    """A sheet as a table: the index of its names' row, how they stand, what they are, and how many rows are below.

    Without names it is none: a title, notes, or nothing.
    """

    looked: Looked
    at: int = 0
    stand: dict[str, Any] | None = None
    names: tuple[str, ...] = ()
    below: int = 0

    @property
    def name(self) -> str:
        """What the sheet is called."""
        return self.looked.name

    @property
    def above(self) -> int:
        """How many rows stand above the names, blank ones too."""
        return self.looked.rows[self.at][0] - 1

    @property
    def is_table(self) -> bool:
        """Whether it has names of columns, and rows below them."""
        return len(self.names) > 1 and self.below > 0


def workbook(
    file: Path, shell: Source, wanted: Sequence[str], words: HeaderWords, workspace: Workspace, settings: Settings
) -> Sniffed:
    """Find out which sheets are read, and their columns. `wanted`: their names, where they are known.

    Raises Refused where the file cannot be read, has no table, or no such sheet.
    """
    pages = [_page(one, words) for one in _looked(file, shell, workspace, settings)]
    read = _read(pages, wanted, words)
    rest = [page for page in pages if page not in read]
    column, asked = _column(pages, read), (*(() if wanted else _asked(read, rest)), *_hidden_cells(read))
    found = {"format": Said("xlsx", "certain", "a workbook by its first bytes"), **_sheets(read, rest, column, asked)}
    above = [" ".join(filter(None, cells)) for page in read[:1] for _, cells in page.looked.rows[: page.at]]
    names = (*read[0].names, *([column] if column else []))
    return Sniffed({**found, **_standing(read)}, names, tuple(above), tuple(asked), column)


def _looked(file: Path, shell: Source, workspace: Workspace, settings: Settings) -> tuple[Looked, ...]:
    asked = replace(job(file, workspace.folder, shell, settings), look=_ROWS, takes_hidden=True)
    job_file = workspace.file("look-job.json")
    job_file.write_text(job_text(asked), encoding="utf-8")
    answer = run("pipelines.workbook", job_file, asked)
    if answer.refused:
        raise Refused(answer.refused)
    return looked_from(workspace.folder)


def _page(looked: Looked, words: HeaderWords) -> Page:
    wide = max((len(cells) for _, cells in looked.rows if sum(map(bool, cells)) > 1), default=0)
    if not wide:
        return Page(looked)
    rows = [[*cells, *[""] * (wide - len(cells))][:wide] for _, cells in looked.rows]
    spans = [{a[1] - 1: a[3] - 1 for a in looked.merged if a[0] == row} for row, _ in looked.rows]
    at, stand, names, asked = names_in(rows, wide, words, spans)
    return Page(looked) if asked else Page(looked, at, stand, names, len(rows) - at - stand.get("rows", 1))


def _read(pages: Sequence[Page], wanted: Sequence[str], words: HeaderWords) -> list[Page]:
    """Give the sheets that are one table: those of the same columns of which most headers are known words."""
    if unknown := [name for name in wanted if name not in {page.name for page in pages}]:
        names = ", ".join(page.name for page in pages)
        raise Refused([Finding("missing-sheet", value=names, expected=name) for name in unknown])
    tables = [page for page in pages if page.is_table and (not wanted or page.name in wanted)]
    if not tables:
        names = ", ".join(page.name for page in pages) or "no sheet"
        raise Refused([Finding("no-rows", value=names, expected="a sheet with column names, and rows below them")])

    shown = [page for page in tables if not page.looked.is_hidden] or tables
    groups = [[page for page in shown if _same(page, first)] for first in shown]
    return max(groups, key=lambda same: _weight(same, words))


def _weight(same: Sequence[Page], words: HeaderWords) -> tuple[int, int]:
    """Give how many cells of these sheets stand under known words, and how many rows they have."""
    known = (page.below * sum(bool(words.targets(name)) for name in page.names) for page in same)
    return sum(known), sum(page.below for page in same)


def _same(one: Page, other: Page) -> bool:
    return set(one.names) == set(other.names) and one.stand == other.stand


def _asked(read: Sequence[Page], rest: Sequence[Page]) -> Iterator[str]:
    """Ask of each sheet that has rows and is not read, and of one that is read though it is hidden."""
    for page in rest:
        hidden = "hidden " if page.looked.is_hidden else ""
        if page.is_table and _same(page, read[0]):
            yield f"the {hidden}sheet '{page.name}' has the same columns as those that are read: is it to be read too?"
        elif page.is_table and _share(page, read[0]) >= _ALIKE:
            other = ", ".join(f"'{name}'" for name in sorted({*page.names} ^ {*read[0].names})[:_SHOWN])
            yield f"the {hidden}sheet '{page.name}' differs from those that are read in {other}: may it be ignored?"
        elif page.is_table and not hidden:
            shown = ", ".join(page.names[:_SHOWN]) + (" ..." if len(page.names) > _SHOWN else "")
            yield f"the sheet '{page.name}' is another table ({shown}): may it be ignored? To draft it, say --sheet"
    for page in (p for p in read if p.looked.is_hidden):
        yield f"the sheet '{page.name}' is hidden, and no other has a table: is it to be read?"


def _share(one: Page, other: Page) -> float:
    return len({*one.names} & {*other.names}) / len({*one.names} | {*other.names})


def _hidden_cells(read: Sequence[Page]) -> Iterator[str]:
    for page in (p for p in read if p.looked.hidden_cells):
        told = f"{page.looked.hidden_cells} cells of the sheet '{page.name}' are in hidden rows or columns"
        yield f"{told}: are they to be reported? Else take `hidden: taken` out, and the sender shows or deletes them"


def _column(pages: Sequence[Page], read: Sequence[Page]) -> str | None:
    """Call the column that holds the name of the sheet, where there are several, or where one has figures in it."""
    if len(read) == 1 and not _DIGIT.search(read[0].name.rstrip("1")):
        return None
    taken = {name for page in pages for name in page.names}
    return next(called for called in (_CALLED, f"{_CALLED}_name", f"{_CALLED}_") if called not in taken)


def _sheets(read: Sequence[Page], rest: Sequence[Page], column: str | None, asked: Sequence[str]) -> dict[str, Said]:
    """Say which are read and which are not; nothing where the workbook has one sheet alone, whose name says nothing."""
    named, patterns = [page.name for page in read], _patterns(read, rest)
    said: dict[str, Any] = {}
    if len(read) > 1 or (rest and patterns == named):
        said["read"] = patterns
    if rest:
        said["ignore"] = [page.name for page in rest]
    if column:
        said["column"] = column
    if not said:
        return {}
    told = [f"{_some(named)} {'have the same columns' if len(read) > 1 else 'has the rows'}"]
    told += [f"{_some([p.name for p in rest if _kind(p) == kind])} {kind}" for kind in dict.fromkeys(map(_kind, rest))]
    sure: Confidence = "question" if asked else "certain" if patterns == named and not rest else "likely"
    return {"sheets": Said(said, sure, "; ".join(told))}


def _kind(page: Page) -> str:
    hidden = "hidden, " if page.looked.is_hidden else ""
    return hidden + ("other columns" if page.is_table else "notes" if page.looked.rows else "no cells")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _patterns(read: Sequence[Page], rest: Sequence[Page]) -> list[str]:
    """Give the names, or a pattern for names that differ in their figures alone, which the next workbook goes on."""
    named = [page.name for page in read]
    loose = [*dict.fromkeys(_DIGITS.sub("*", name) for name in named)]
    if loose == ["*"]:
        loose = [*dict.fromkeys(_DIGIT.sub("?", name) for name in named)]
    changing = len(loose) == 1 and loose != named
    caught = any(fnmatchcase(page.name, pattern) for page in rest for pattern in loose)
    return loose if changing and not caught and not any(p.looked.is_hidden for p in read) else named


def _standing(read: Sequence[Page]) -> dict[str, Said]:
    """Say where the names stand, which cells are merged below them, and whether hidden ones are taken."""
    found, above = dict[str, Said](), {page.above for page in read}
    header: dict[str, Any] = {"rows_above": above.pop() if len(above) == 1 else "until-names"}
    header = {**({} if header["rows_above"] == 0 else header), **(read[0].stand or {})}
    if header:
        told = f"{read[0].above} rows above the first row that is filled and has no figures"
        found["header"] = Said(header, "likely", told + (", and the next fills it" if "rows" in header else ""))
    if merged := [area for page in read for area in _merged(page)]:
        how = [name for name, a, b in (("down", 0, 2), ("across", 1, 3)) if any(m[b] > m[a] for m in merged)]
        found["merged"] = Said(how, "likely", f"{len(merged)} cells are merged below the names")
    if any(page.looked.hidden_cells for page in read):
        found["hidden"] = Said("taken", "question", "there are cells in hidden rows or columns")
    return found


def _merged(page: Page) -> Iterator[tuple[int, int, int, int]]:
    last = page.above + (page.stand or {}).get("rows", 1)
    return (area for area in page.looked.merged if area[0] > last)

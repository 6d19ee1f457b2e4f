"""What a workbook says beside its cells: its sheets, the texts that cells share, how numbers are shown, its epoch."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from pipelines.artefacts import Finding
from pipelines.errors import Refused
from pipelines.workbook.archive import broken, part
from pipelines.workbook.cells import unescaped
from pipelines.workbook.markup import Attributes, Markup, is_true
from pipelines.workbook.shown import Shown, shown


@dataclass(frozen=True)
class Sheet:
    """One sheet with cells: its name, the part of the archive, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Book:
    """Its sheets, and what is needed to read their cells."""

    sheets: tuple[Sheet, ...]
    texts: tuple[str, ...]
    styles: tuple[Shown, ...]
    since_1904: bool
    texts_part: str = ""


def book(opened: zipfile.ZipFile, read: Sequence[str] = (), ignore: Sequence[str] = ()) -> Book:
    """Find the sheets that are meant. Raises Refused where that is not plain."""
    whole = every_sheet(opened)
    return replace(whole, sheets=tuple(_meant(list(whole.sheets), read, ignore)))


def every_sheet(opened: zipfile.ZipFile) -> Book:
    """Find all sheets with cells, meant or not. Raises Refused where it is no workbook."""
    main = next((target for _, kind, target in _relations(opened, "") if kind == "officeDocument"), None)
    if main is None or main not in opened.NameToInfo:
        found = "a zip archive"
        raise Refused([Finding("not-a-workbook", value=found, expected="a workbook (XLSX)")])
    relations = list(_relations(opened, main))
    contents = _Contents({identity: (kind, target) for identity, kind, target in relations})
    _read(opened, main, contents)
    others = {kind: target for _, kind, target in relations}
    texts, styles = _Texts(), _Styles()
    if "sharedStrings" in others:
        _read(opened, others["sharedStrings"], texts)
    if "styles" in others:
        _read(opened, others["styles"], styles)
    shared = others.get("sharedStrings", "")
    return Book(tuple(contents.sheets), tuple(texts.found), tuple(styles.found), contents.since_1904, shared)


def _meant(sheets: list[Sheet], read: Sequence[str], ignore: Sequence[str]) -> list[Sheet]:
    left = [sheet for sheet in sheets if not _among(sheet, ignore)]
    if not read:
        return [_only(left)]
    names = ", ".join(sheet.name for sheet in sheets)
    missing = [pattern for pattern in read if not any(fnmatchcase(sheet.name, pattern) for sheet in left)]
    wrong = [Finding("missing-sheet", value=names or "no sheet", expected=pattern) for pattern in missing]
    if other := [sheet.name for sheet in left if not _among(sheet, read)]:
        wrong.append(Finding("undeclared-sheet", value=", ".join(other), expected=", ".join((*read, *ignore))))
    if hidden := [sheet.name for sheet in left if sheet.hidden and _among(sheet, read) and sheet.name not in read]:
        wrong.append(Finding("hidden-sheet", value=", ".join(hidden), expected="one sheet that is shown"))
    if wrong:
        raise Refused(wrong)
    return left


def _among(sheet: Sheet, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(sheet.name, pattern) for pattern in patterns)


def _only(sheets: list[Sheet]) -> Sheet:
    shown_ones, hidden = [s for s in sheets if not s.hidden], [s.name for s in sheets if s.hidden]
    if len(shown_ones) > 1:
        names = ", ".join(sheet.name for sheet in sheets)
        raise Refused([Finding("several-sheets", value=names, expected="one sheet")])
    if hidden:
        raise Refused([Finding("hidden-sheet", value=", ".join(hidden), expected="one sheet that is shown")])
    if not shown_ones:
        raise broken("it has no sheet with cells")
    return shown_ones[0]


def _read(opened: zipfile.ZipFile, name: str, reader: Markup) -> None:
    with part(opened, name) as stream:
        reader.read(stream)


def _relations(opened: zipfile.ZipFile, of: str) -> Iterator[tuple[str, str, str]]:
    """Give the id, the kind and the part of everything that a part refers to inside the archive."""
    folder, name = posixpath.split(of)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if where not in opened.NameToInfo:
        return
    reader = _Relations()
    _read(opened, where, reader)
    for said in reader.found:
        if said.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, said.get("Target", ""))).lstrip("/")
            yield said.get("Id", ""), said.get("Type", "").rpartition("/")[2], target


class _Relations(Markup):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Attributes] = []

    def start(self, name: str, parent: str, attributes: Attributes) -> None:
        if name == "Relationship" and parent == "Relationships":
            self.found.append(attributes)


class _Contents(Markup):
    """The sheets with cells, in their order, and from which year days are counted."""

    def __init__(self, relations: dict[str, tuple[str, str]]) -> None:
        super().__init__()
        self.relations = relations
        self.sheets: list[Sheet] = []
        self.since_1904 = False

    def start(self, name: str, parent: str, attributes: Attributes) -> None:
        if name == "workbookPr" and parent == "workbook":
            self.since_1904 = is_true(attributes.get("date1904"))
        if name == "sheet" and parent == "sheets":
            identity = next((said for name, said in attributes.items() if name.endswith(":id")), "")
            kind, target = self.relations.get(identity, ("", ""))
            if not kind:
                raise broken(f"its sheet {attributes.get('name')} is missing")
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                self.sheets.append(Sheet(attributes.get("name", ""), target, hidden))


class _Texts(Markup):
    """The texts that cells share. How they sound (rPh) is not part of them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.runs: list[str] = []

    def end(self, name: str, parent: str) -> None:
        if name == "t" and parent in {"si", "r"}:
            self.runs.append("".join(self.texts))
        elif name == "si" and parent == "sst":
            self.found.append(unescaped("".join(self.runs)))
            self.runs.clear()


class _Styles(Markup):
    """How each style shows a number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Shown] = []
        self.codes: dict[str, str] = {}

    def start(self, name: str, parent: str, attributes: Attributes) -> None:
        if name == "numFmt" and parent == "numFmts":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and parent == "cellXfs":
            identity = attributes.get("numFmtId", "0")
            self.found.append(shown(identity, self.codes.get(identity)))

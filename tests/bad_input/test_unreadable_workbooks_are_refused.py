# ruff: noqa: E501  one broken workbook is one line
"""Workbooks that cannot be read for certain: each is refused whole, by its own rule, with its place in the sheet."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest
from openpyxl.workbook.protection import WorkbookProtection

from pipelines.artefacts import Workspace
from pipelines.declarations import Declarations
from pipelines.decode import spreadsheet
from pipelines.errors import Refused
from pipelines.flow import Outcome
from pipelines.settings import Settings

Book = openpyxl.Workbook
Change = Callable[[Book], object]
Told = tuple[str, int | None, str | None, str | None]  # rule, row, column, value as written
Check = Callable[[bytes, str], Outcome]

HEADER = ("Күні", "Облыс", "Көрсеткіш", "Саны", "Ескерту")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


class Home(Protocol):
    def run(self, data: bytes, source: str = "kz/bulletin", name: str = "bulletin_sent.csv") -> Outcome: ...
    def published(self) -> str: ...


def good_book() -> Book:
    """Give the bulletin's first ten rows as a workbook; the header is row 1."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "Бюллетень"
    for row in (HEADER, *((date(2020, 1, n), "Абай облысы", "Жұқтырғандар", n, None) for n in range(1, 11))):
        page.append(list(row))
    return book


def saved(book: Book) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(change: Change) -> bytes:
    book = good_book()
    change(book)
    return saved(book)


def cell(address: str, value: Any) -> bytes:
    """Put a value into one cell of the good sheet."""
    return changed(lambda book: book.worksheets[0].__setitem__(address, value))


def set_all(book: Book, value: Any, *addresses: str) -> None:
    for address in addresses:
        book.worksheets[0][address] = value


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


def with_part(name: str, data: bytes = b"x") -> bytes:
    """Put one more part into the good workbook, or another in its place."""
    return packed({**parts(saved(good_book())), name: data})


def swapped(name: str, before: bytes, after: bytes) -> bytes:
    """Change the text of one part of the good workbook."""
    entries = parts(saved(good_book()))
    assert before in entries[name]
    return packed({**entries, name: entries[name].replace(before, after)})


def in_sheet(before: bytes, after: bytes) -> bytes:
    return swapped("xl/worksheets/sheet1.xml", before, after)


def by_hand(sheet: str) -> bytes:
    """Write a workbook by hand whose sheet is this XML."""
    book = f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="A" r:id="b"/></sheets></workbook>'
    texts = {
        "_rels/.rels": RELATIONS.format(f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/book.xml"/>'),
        "xl/book.xml": book,
        "xl/_rels/book.xml.rels": RELATIONS.format(f'<Relationship Id="b" Type="{OFFICE}/worksheet" Target="a.xml"/>'),
        "xl/a.xml": sheet,
    }
    return packed({name: text.encode() for name, text in texts.items()})


def rows(inner: str) -> bytes:
    """Write a sheet by hand whose first row has a name in A and in B, and then this XML."""
    names = '<row r="1"><c r="A1" t="str"><v>Күні</v></c><c r="B1" t="str"><v>Саны</v></c></row>'
    return by_hand(f"<worksheet {MAIN}><sheetData>{names}{inner}</sheetData></worksheet>")


def flagged(data: bytes) -> bytes:
    """Set the bit that says that an entry is encrypted, in the archive's directory and before each entry."""
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01").replace(
        b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"
    )


def doubled() -> bytes:
    data = packed({**parts(saved(good_book())), "xl/worksheets/sheet9.xml": b"x"})
    return data.replace(b"xl/worksheets/sheet9.xml", b"xl/worksheets/sheet1.xml")


def ole2(inside: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + inside.encode("utf-16-le") + b"\0" * 512


def hidden_column(book: Book) -> None:
    book.worksheets[0].column_dimensions["D"].hidden = True


def hidden_row(book: Book) -> None:
    book.worksheets[0].row_dimensions[4].hidden = True


def second(book: Book, state: str = "visible") -> None:
    book.create_sheet("Деректер").sheet_state = state


def titled(book: Book) -> None:
    book.worksheets[0].insert_rows(1)


def title_above(book: Book) -> None:
    titled(book)
    book.worksheets[0]["A1"] = "Апталық бюллетень"


def unsplit(book: Book) -> None:
    book.remove(book.worksheets[0])
    for line in (";".join(HEADER), "01.01.2020;Абай облысы;Жұқтырғандар;1;"):
        (book.worksheets[0] if book.worksheets else book.create_sheet()).append([line])


SIGNED = saved(good_book())
ANOTHER: list[tuple[str, bytes, list[Told]]] = [
    ("CSV under the name of a workbook", ";".join(HEADER).encode(), [("not-a-workbook", None, None, "delimited text (CSV)")]),
    ("CSV in UTF-16", ";".join(HEADER).encode("utf-16"), [("not-a-workbook", None, None, "delimited text (CSV)")]),
    ("web table under the name of a workbook", b"<html><table><tr><td>", [("not-a-workbook", None, None, "a web page or XML")]),
    ("a workbook of one XML file", b'<?xml version="1.0"?><Workbook>', [("not-a-workbook", None, None, "a web page or XML")]),
    ("PDF", b"%PDF-1.7\n", [("not-a-workbook", None, None, "a PDF document")]),
    ("bytes of nothing known", b"\0\1\2\3", [("not-a-workbook", None, None, "something else")]),
    ("gzip", b"\x1f\x8b\x08", [("not-a-workbook", None, None, "a packed file (gzip)")]),
    ("a zip archive of something else", packed({"a.csv": b"1;2"}), [("not-a-workbook", None, None, "a zip archive")]),
    ("XLSB", packed({"xl/workbook.bin": b""}), [("not-a-workbook", None, None, "a binary workbook (XLSB)")]),
    ("ODS", packed({"mimetype": b"", "content.xml": b""}), [("not-a-workbook", None, None, "an OpenDocument file (ODS)")]),
    ("DOCX", packed({"word/document.xml": b""}), [("not-a-workbook", None, None, "a text document (DOCX)")]),
    ("old XLS", ole2("Workbook"), [("old-workbook", None, None, None)]),
    ("older XLS", ole2("Book"), [("old-workbook", None, None, None)]),
    ("another old document", ole2("WordDocument"), [("not-a-workbook", None, None, "an old Office document")]),
    ("locked with a password", ole2("EncryptedPackage"), [("locked-workbook", None, None, None)]),
    ("empty file", b"", [("empty-file", None, None, None)]),
    ("a sheet with nothing in it", changed(lambda b: b.worksheets[0].delete_rows(1, 99)), [("empty-file", None, None, None)]),
    ("header only", changed(lambda b: b.worksheets[0].delete_rows(2, 99)), [("no-rows", 1, None, None)]),
]  # fmt: skip
SHEETS: list[tuple[str, bytes, list[Told]]] = [
    ("two sheets", changed(second), [("several-sheets", None, None, "Бюллетень, Деректер")]),
    ("a hidden sheet", changed(lambda b: second(b, "hidden")), [("hidden-sheet", None, None, "Деректер")]),
    ("a very hidden sheet", changed(lambda b: second(b, "veryHidden")), [("hidden-sheet", None, None, "Деректер")]),
    ("a blank row above the header", changed(titled), [("no-header", 1, None, None)]),
    ("a title above the header", changed(title_above), [("header-elsewhere", 2, None, None)]),
    ("all columns in one cell", changed(unsplit), [("unsplit-cells", 1, None, "';'")]),
    ("a column name that is missing", cell("D1", None), [("unnamed-column", 1, "number 4", None)]),
    ("a column name that is new", cell("F1", "Аты-жөні"), [("unexpected-column", 1, "Аты-жөні", "Аты-жөні")]),
    ("a note beside the table", cell("H7", "тексерілді"), [("unnamed-column", 7, "number 8", "H7")]),
    ("a cell at the far end", cell("XFD1048576", 1), [("unnamed-column", 1048576, "number 16384", "XFD1048576")]),
]  # fmt: skip
CELLS: list[tuple[str, bytes, list[Told]]] = [
    ("an error", cell("D5", "#REF!"), [("error-cell", 5, "Саны", "D5: #REF!")]),
    ("an error in the header", cell("D1", "#N/A"), [("error-cell", 1, "D", "D1: #N/A")]),
    ("formulas without a value", changed(lambda b: set_all(b, "=1+1", "D5", "E9")),
     [("formula-without-value", 5, "Саны", "D5"), ("formula-without-value", 9, "Ескерту", "E9")]),
    ("cells merged in the header", changed(lambda b: b.worksheets[0].merge_cells("D1:E1")), [("merged-cells", 1, None, "D1:E1")]),
    ("cells merged in the table", changed(lambda b: b.worksheets[0].merge_cells("B3:B5")), [("merged-cells", 3, None, "B3:B5")]),
    ("a hidden column", changed(hidden_column), [("hidden-cells", n, "Саны" if n > 1 else "D", f"D{n}") for n in range(1, 12)]),
    ("a row hidden by a filter", changed(hidden_row),
     [("hidden-cells", 4, c, f"{a}4") for a, c in zip("ABCD", HEADER, strict=False)]),
    ("an escape", rows('<row r="2"><c r="A2" t="str"><v>a_x001B_b</v></c></row>'),
     [("control-character", 2, "Күні", "U+001B")]),
    ("NUL", rows('<row r="2"><c r="A2" t="str"><v>a_x0000_b</v></c></row>'), [("nul-byte", 2, "Күні", "U+0000")]),
    ("right to left", cell("B3", "Абай\u202e облысы"), [("control-character", 3, "Облыс", "U+202E")]),
    ("a cell of 2 MiB", rows(f'<row r="2"><c r="A2" t="str"><v>{"x" * (2 << 20)}</v></c></row>'), [("line-too-long", 2, None, None)]),
]  # fmt: skip
BROKEN: list[tuple[str, bytes, str]] = [
    ("broken off in the middle", SIGNED[: len(SIGNED) // 2], "not a zip file"),
    ("broken off at the end", SIGNED[:-30], "not a zip file"),
    ("XML that ends too early", in_sheet(b"</sheetData>", b""), "mismatched tag"),
    ("a sheet that is not there", packed({n: d for n, d in parts(SIGNED).items() if "sheet1" not in n}), "is missing"),
    ("a text that is not there", rows('<row r="2"><c r="A2" t="s"><v>9</v></c></row>'), "the text of the cell"),
    ("a style that is not there", rows('<row r="2"><c r="A2" s="7"><v>1</v></c></row>'), "style of the cell A2"),
    ("a number that is none", rows('<row r="2"><c r="B2"><v>0x10</v></c></row>'), "the cell B2"),
    ("a kind of cell that is none", rows('<row r="2"><c r="B2" t="zz"><v>1</v></c></row>'), "the cell B2"),
    ("a cell of another row", rows('<row r="2"><c r="B3"><v>1</v></c></row>'), "B3 does not stand in row 2"),
    ("a cell with an endless address", rows(f'<row r="2"><c r="G{"9" * 30}"><v>1</v></c></row>'), "does not stand in row 2"),
    ("a cell behind the last column", rows('<row r="2"><c r="XFE2"><v>1</v></c></row>'), "XFE2 does not stand"),
    ("a cell twice", rows('<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>'), "B2 does not stand"),
    ("a row twice", rows('<row r="2"/><row r="2"/>'), "row 2 does not stand"),
    ("a row behind the last one", rows('<row r="1048577"/>'), "row 1048577 does not stand"),
    ("a row without a number", rows('<row r="x"/>'), "no number of a row"),
    ("two values in a cell", rows('<row r="2"><c r="B2"><v>1</v><v>2</v></c></row>'), "wrong place"),
    ("cells in each other", rows('<row r="2">' + "<c>" * 50_000 + "</c>" * 50_000 + "</row>"), "wrong place"),
    ("elements in each other", rows("<x>" * 50_000 + "</x>" * 50_000), "too deep"),
    ("a cell without a row", rows('<c r="B2"><v>1</v></c>'), "wrong place"),
    ("rows twice", by_hand(f"<worksheet {MAIN}><sheetData/><sheetData/></worksheet>"), "where they should"),
    ("a sheet of another kind", by_hand('<worksheet xmlns="urn:else"><sheetData/></worksheet>'), "no place for cells"),
    ("a sheet that is no XML", by_hand("Күні;Саны"), "not well-formed"),
]  # fmt: skip
UNSAFE: list[tuple[str, bytes, str]] = [
    ("macros", with_part("xl/vbaProject.bin"), "macros"),
    ("links to other workbooks", with_part("xl/externalLinks/externalLink1.xml"), "links to other workbooks"),
    ("an entity from outside", by_hand(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet {MAIN}><sheetData>&e;</sheetData></worksheet>'), "a document type (DTD)"),
    ("entities that grow", by_hand('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'), "a document type (DTD)"),
    ("a document type of the workbook itself", swapped("xl/workbook.xml", b"<workbook ", b"<!DOCTYPE workbook><workbook "), "a document type (DTD)"),
    ("a way out of the archive", with_part("../../x"), "a way out of the archive (../../x)"),
    ("a part twice", doubled(), "the part xl/worksheets/sheet1.xml 2 times"),
    ("a part packed in an unusual way", packed(parts(SIGNED), zipfile.ZIP_BZIP2), "a part packed in an unusual way"),
    ("endless parts", packed({**parts(SIGNED), **{f"x/{n}": b"" for n in range(10_001)}}), "parts"),
]  # fmt: skip
EVERY = [pytest.param(data, told, id=name) for kind in (ANOTHER, SHEETS, CELLS) for name, data, told in kind]


@pytest.mark.parametrize(("data", "told"), EVERY)
def test_it_is_refused_by_its_own_rule_with_its_place(
    data: bytes, told: list[Told], checked: Check, declared: Declarations
) -> None:
    outcome = checked(data, "kz/bulletin_workbook")
    findings = [f for f in outcome.verdict.findings if f.rule != "missing-column"]
    assert [
        (f.rule, f.row, f.column, f.value if t[3] is not None else None) for f, t in zip(findings, told, strict=False)
    ] == told
    assert {f.rule for f in findings} == {t[0] for t in told}
    assert all(f.expected for f in findings), findings
    assert {declared.rules[f.rule].consequence for f in findings} == {"refuse"}
    assert outcome.verdict.decision == "refused"


@pytest.mark.parametrize(
    ("rule", "data", "said"),
    [
        *(pytest.param("broken-workbook", data, said, id=name) for name, data, said in BROKEN),
        *(pytest.param("unsafe-workbook", data, said, id=name) for name, data, said in UNSAFE),
        pytest.param("locked-workbook", flagged(SIGNED), "", id="an archive with a password"),
    ],
)
def test_a_broken_or_unsafe_workbook_is_refused_and_says_why(rule: str, data: bytes, said: str, checked: Check) -> None:
    outcome = checked(data, "kz/bulletin_workbook")
    assert [f.rule for f in outcome.verdict.findings] == [rule], outcome.verdict.findings
    assert said in (outcome.verdict.findings[0].value or "")


def test_nothing_of_a_refused_workbook_is_published_and_a_good_one_is(home: Home) -> None:
    before = home.published()
    assert home.run(cell("D5", "#REF!"), "kz/bulletin_workbook").publication is None
    assert home.published() == before
    assert home.run(saved(good_book()), "kz/bulletin_workbook").verdict.decision == "accepted"


def test_a_workbook_where_text_is_declared_is_told_as_one(checked: Check) -> None:
    (finding,) = checked(saved(good_book()), "kz/bulletin").verdict.findings
    assert (finding.rule, finding.value) == ("not-delimited-text", "an Excel workbook or a zip archive")


def test_the_sheet_that_is_declared_is_read_whatever_those_are_that_are_ignored(checked: Check) -> None:
    book = good_book()
    second(book, "hidden")
    book["Деректер"]["A1"] = "#REF!"
    assert checked(saved(book), "kz/bulletin_named_sheet").verdict.decision == "accepted"
    book["Бюллетень"].title = "Парақ1"
    missing, undeclared = checked(saved(book), "kz/bulletin_named_sheet").verdict.findings
    assert (missing.rule, missing.value, missing.expected) == ("missing-sheet", "Парақ1, Деректер", "Бюллетень")
    assert (undeclared.rule, undeclared.value) == ("undeclared-sheet", "Парақ1")


def test_a_formula_with_its_result_is_its_result(checked: Check) -> None:
    data = in_sheet(b"<v>7</v>", b"<f>SUM(D2:D3)</f><v>7</v>")
    outcome = checked(data, "kz/bulletin_workbook")
    assert (outcome.verdict.decision, outcome.verdict.accounts.facts) == ("accepted", 10)


def test_a_protected_sheet_that_can_be_read_is_read(checked: Check) -> None:
    book = good_book()
    book.security = WorkbookProtection(lockStructure=True)
    book.worksheets[0].protection.sheet = True
    assert checked(saved(book), "kz/bulletin_workbook").verdict.decision == "accepted"


BOMB = packed({**parts(SIGNED), "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (64 << 20) + b"</worksheet>"})


def refused(data: bytes, settings: Settings, declared: Declarations, folder: Path) -> tuple[str, str]:
    """Decode by the child alone; give the rule and the value of the one finding."""
    file = folder / "sent.xlsx"
    file.write_bytes(data)
    source = declared.sources["kz/bulletin_workbook"]
    with pytest.raises(Refused) as told:
        spreadsheet.as_delimited(file, source, Workspace(folder), settings)
    (finding,) = told.value.findings
    return finding.rule, finding.value or ""


def test_a_workbook_that_unpacks_to_more_than_is_taken_is_too_large(
    settings: Settings, declared: Declarations, tmp_path: Path
) -> None:
    small = replace(settings, max_unpacked_bytes=32 << 20)
    assert refused(BOMB, small, declared, tmp_path)[0] == "too-large"


def test_a_workbook_that_lies_about_its_size_is_broken(
    settings: Settings, declared: Declarations, tmp_path: Path
) -> None:
    size = (64 << 20) + len(b"<worksheet></worksheet>")
    lying = BOMB.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != BOMB
    rule, why = refused(lying, replace(settings, max_unpacked_bytes=32 << 20), declared, tmp_path)
    assert (rule, "CRC" in why) == ("broken-workbook", True)


LIMITED = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the system does not limit a process")


@LIMITED
@pytest.mark.parametrize("limits", [{"most_memory": 64 << 20}, {"most_seconds": 1}])
def test_a_child_that_runs_out_of_what_it_may_take_is_a_finding(
    limits: dict[str, Any], settings: Settings, declared: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = spreadsheet.job
    monkeypatch.setattr(spreadsheet, "job", lambda *said: replace(job(*said), most_bytes=1 << 30, **limits))
    text = "<si><t>" + "x" * 99 + "</t></si>"
    many = f"<sst {MAIN}>{text * 1_000_000}</sst>".encode()
    relation = f'<Relationship Id="z" Type="{OFFICE}/sharedStrings" Target="many.xml"/></Relationships>'.encode()
    book = parts(SIGNED)
    link = book["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", relation)
    data = packed({**book, "xl/_rels/workbook.xml.rels": link, "xl/many.xml": many})
    assert refused(data, settings, declared, tmp_path)[0] == "resource-limit"


def test_a_child_that_dies_is_a_finding(
    settings: Settings, declared: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = spreadsheet.job
    monkeypatch.setattr(spreadsheet, "job", lambda *said: replace(job(*said), workbook=str(tmp_path / "gone.xlsx")))
    rule, why = refused(SIGNED, settings, declared, tmp_path)
    assert (rule, "gone.xlsx" in why) == ("resource-limit", True)

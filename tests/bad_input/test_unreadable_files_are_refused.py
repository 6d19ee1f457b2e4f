# ruff: noqa: E501  one broken file is one line
"""Files that are not what their source declares: each is refused whole, by its own rule, with its place in the file."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from typing import Protocol

import duckdb
import pytest

from pipelines.declarations import Declarations
from pipelines.flow import Outcome
from pipelines.report import exit_code

Break = Callable[[str], bytes]
Told = tuple[str, int | None, str | None, str | None]  # rule, row, column, value as written

HEADER = "Күні;Облыс;Көрсеткіш;Саны;Ескерту"


class Home(Protocol):
    def run(self, data: bytes, source: str = "kz/bulletin") -> Outcome: ...
    def standing(self, outcome: Outcome) -> object: ...
    def published(self) -> str: ...


def line(row: int, change: Callable[[str], str]) -> Break:
    """Change one line of the good file; the header is row 1."""

    def broken(good: str) -> bytes:
        lines = good.split("\n")
        lines[row - 1] = change(lines[row - 1])
        return "\n".join(lines).encode()

    return broken


def header(text: str) -> Break:
    return line(1, lambda _: text)


def raw(row: int, before: str, after: bytes) -> Break:
    """Put bytes in the place of a text in one line."""
    return lambda good: line(row, lambda text: text.replace(before, "\0", 1))(good).replace(b"\0", after)


def quoted(make: Break) -> Break:
    """Do the same in a file in which every text is quoted."""

    def broken(good: str) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            csv.reader(io.StringIO(good), delimiter=";")
        )
        return make(text.getvalue())

    return broken


def unclosed(row: int) -> Break:
    """Open a quote in the second cell of a row and do not close it, whether the cell was quoted or not."""
    return line(row, lambda text: re.sub(r';"?([^";]+)"?;', r';"\1;', text, count=1))


def swapped(before: str, after: str) -> Break:
    return lambda good: good.replace(before, after).encode()


def zipped(name: str) -> Break:
    def made(good: str) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(name, good)
        return target.getvalue()

    return made


def turkish(good: str) -> str:
    rows = [row.split(";") for row in good.splitlines()[1:]]
    return "\n".join(["Gün;Şehir;Vaka sayısı", *(f"{row[0]};Şırnak;{n}" for n, row in enumerate(rows[::4]))])


def parquet(good: str) -> bytes:
    return b"PAR1" + good.encode() + b"PAR1"


EMPTY: list[tuple[str, Break, list[Told]]] = [
    ("empty file", lambda _: b"", [("empty-file", None, None, None)]),
    ("only a byte order mark", lambda _: b"\xef\xbb\xbf", [("empty-file", None, None, None)]),
    ("only the mark of UTF-16", lambda _: b"\xff\xfe", [("empty-file", None, None, None)]),
    ("only blank lines", lambda _: b"\r\n\r\n \n", [("empty-file", None, None, None)]),
    ("header only", lambda _: HEADER.encode(), [("no-rows", 1, None, None)]),
    ("header and a line end", lambda _: HEADER.encode() + b"\r\n", [("no-rows", 1, None, None)]),
    ("header and blank lines", lambda _: HEADER.encode() + b"\n\n\n", [("no-rows", 1, None, None)]),
]
OTHER_ENCODING: list[tuple[str, Break, str, list[Told]]] = [
    ("cp1254", lambda g: turkish(g).encode("cp1254"), "tr/bulletin", [("wrong-encoding", 1, None, "cp1254")]),
    ("cp1251", lambda g: turkish(g).replace("Şehir", "Город").encode("cp1251", "replace"), "tr/bulletin",
     [("wrong-encoding", 1, None, "an older encoding with one byte for each letter")]),
    ("kz1048", lambda g: g.encode("kz1048"), "kz/bulletin", [("wrong-encoding", 1, None, "kz1048")]),
    ("ptcp154", lambda g: g.encode("ptcp154"), "kz/bulletin", [("wrong-encoding", 1, None, "ptcp154")]),
    ("UTF-16", lambda g: g.encode("utf-16"), "kz/bulletin", [("wrong-encoding", 1, None, "UTF-16")]),
    ("UTF-16, the other end first", lambda g: "\ufeff".encode("utf-16-be") + g.encode("utf-16-be"), "kz/bulletin",
     [("wrong-encoding", 1, None, "UTF-16")]),
    ("UTF-16 without its mark, in Latin", lambda _: "day;region\n1;2\n".encode("utf-16-le"), "kz/bulletin", [("nul-byte", 1, None, "U+0000")]),
    ("UTF-8 where cp1251 is declared", str.encode, "kz/bulletin_cp1251", [("wrong-encoding", 1, None, "UTF-8")]),
    ("UTF-8 where kz1048 is declared", str.encode, "kz/bulletin_kz1048", [("wrong-encoding", 1, None, "UTF-8")]),
    ("kz1048 where cp1251 is declared", lambda g: g.encode("kz1048"), "kz/bulletin_cp1251", [("wrong-encoding", 1, None, "kz1048")]),
    ("ptcp154 where UTF-8 or kz1048 is declared", lambda g: g.encode("ptcp154"), "kz/bulletin_either",
     [("wrong-encoding", 1, None, "ptcp154")]),
    ("a stray byte where another encoding is declared too", raw(300, "Жұқ", b"\xff"), "kz/bulletin_either",
     [("invalid-byte", 300, "Көрсеткіш", "0xFF")]),
]  # fmt: skip
STRAY: list[tuple[str, Break, list[Told]]] = [
    ("one byte that is not UTF-8", raw(300, "Жұқ", b"\xff"), [("invalid-byte", 300, "Көрсеткіш", "0xFF")]),
    ("one such byte in the header", raw(1, "Саны", b"\xff"), [("invalid-byte", 1, None, "0xFF")]),
    ("a letter torn at the end", lambda g: g.encode() + "01.07.2020;Абай облысы;Жұқтырғандар;1;ә".encode()[:-1], [("invalid-byte", 362, "Ескерту", "0xD3")]),
    ("overlong", raw(9, "Жұқ", b"\xc0\xaf"), [("invalid-byte", 9, "Көрсеткіш", "0xC0")]),
    ("NUL", raw(12, "Жұқ", b"\x00"), [("nul-byte", 12, "Көрсеткіш", "U+0000")]),
    ("escape", raw(12, "Жұқ", b"\x1b[31m"), [("control-character", 12, "Көрсеткіш", "U+001B")]),
    ("delete", raw(361, "Жұқ", b"\x7f"), [("control-character", 361, "Көрсеткіш", "U+007F")]),
    ("right to left", raw(12, "Жұқ", "\u202e".encode()), [("control-character", 12, "Көрсеткіш", "U+202E")]),
    ("isolate", raw(12, "облысы", "\u2066".encode()), [("control-character", 12, "Облыс", "U+2066")]),
]  # fmt: skip
STRUCTURE: list[tuple[str, Break, list[Told]]] = [
    ("unclosed quote in the header", unclosed(1), [("unclosed-quote", 1, None, '"Облыс;Көрсеткіш;Саны;Ескерту')]),
    ("unclosed quote in the first row", unclosed(2), [("unclosed-quote", 2, "Облыс", '"Абай облысы;Жұқтырғандар;0;')]),
    ("unclosed quote in the middle", unclosed(200), [("unclosed-quote", 200, "Облыс", '"Қарағанды облысы;Жұқтырғандар;49;')]),
    ("unclosed quote in the last row", unclosed(361), [("unclosed-quote", 361, "Облыс", '"Атырау облысы;Жұқтырғандар;89;')]),
    ("unclosed quote in the first row, others quoted", quoted(unclosed(2)), [("unclosed-quote", 2, "Облыс", '"Абай облысы;"Жұқтырғандар";"0";""')]),
    ("unclosed quote in the middle, others quoted", quoted(unclosed(200)), [("unclosed-quote", 200, "Облыс", '"Қарағанды облысы;"Жұқтырғандар";"49";""')]),
    ("unclosed quote in the last row, others quoted", quoted(unclosed(361)), [("unclosed-quote", 361, "Облыс", '"Атырау облысы;"Жұқтырғандар";"89";""')]),
    ("two unclosed quotes", lambda g: unclosed(200)(unclosed(9)(g).decode()), [("unclosed-quote", 9, "Облыс", '"Атырау облысы;Жұқтырғандар;1;')]),
    ("quote opened in the last cell", line(361, lambda t: t + '"'), [("unclosed-quote", 361, "Ескерту", '"')]),
    ("text behind a closing quote", line(7, lambda t: t + '"a"b'), [("malformed-quote", 7, "Ескерту", '"a"b')]),
    ("space behind a closing quote", line(7, lambda t: t + '"a" '), [("malformed-quote", 7, "Ескерту", '"a" ')]),
    ("quotes inside a cell", line(7, lambda t: t + 'a "b" c'), [("malformed-quote", 7, "Ескерту", 'a "b" c')]),
    ("one quote inside a cell, twice", lambda g: line(9, lambda t: t + 'c"d')(line(7, lambda t: t + 'a"b')(g).decode()),
     [("malformed-quote", 7, "Ескерту", 'a"b'), ("malformed-quote", 9, "Ескерту", 'c"d')]),
    ("rows too short and too long", lambda g: line(300, lambda t: t + ";;")(line(5, lambda t: t[:10])(g).decode()),
     [("row-too-short", 5, None, "1 cells"), ("row-too-long", 300, None, "7 cells")]),
    ("last row too short", line(361, lambda t: t[:25]), [("row-too-short", 361, None, "3 cells")]),
    ("a line of 2 MiB", line(9, lambda t: t + "а" * (1 << 20)), [("line-too-long", 9, None, None)]),
    ("a line of 2 MiB in a file with CRLF", lambda g: line(9, lambda t: t + "x" * (2 << 20))(g).replace(b"\n", b"\r\n"), [("line-too-long", 9, None, None)]),
    ("a quoted cell of 2 MiB in many lines", line(9, lambda t: t + '"' + "x\n" * (1 << 20) + '"'), [("unclosed-quote", 9, "Ескерту", '"x')]),
]  # fmt: skip
COLUMNS: list[tuple[str, Break, list[Told]]] = [
    ("missing column", lambda g: "\n".join(r.rpartition(";")[0] for r in g.splitlines()).encode(), [("missing-column", 1, "Ескерту", None)]),
    ("renamed column", header(HEADER.replace("Саны", "Сандары")), [("unexpected-column", 1, "Сандары", "Сандары"), ("missing-column", 1, "Саны", None)]),
    ("extra column", lambda g: g.replace("\n", ";\n").replace("Ескерту;", "Ескерту;Аты-жөні").encode(), [("unexpected-column", 1, "Аты-жөні", "Аты-жөні")]),
    ("doubled column", header(HEADER.replace("Ескерту", "Саны")), [("duplicate-column", 1, "Саны", "2 times")]),
    ("doubled column, in another case", header(HEADER.replace("Ескерту", "САНЫ")),
     [("duplicate-column", 1, "Саны", "2 times"), ("duplicate-column", 1, "САНЫ", "2 times")]),
    ("look-alike column", header(HEADER.replace("Саны", "Caны")), [("look-alike-column", 1, "Caны", "C (U+0043, Latin)")]),
    ("look-alike of an ignored column", lambda g: g.replace("\n", ";\n").replace("Ескерту;", "Ескерту;sourсe").encode(),
     [("look-alike-column", 1, "sourсe", "с (U+0441, Cyrillic)")]),
    ("column in another case", header(HEADER.replace("Саны", "САНЫ")), [("look-alike-column", 1, "САНЫ", "А (U+0410, Cyrillic)")]),
    ("unnamed column", header(HEADER.replace("Ескерту", " ")), [("unnamed-column", 1, "number 5", None)]),
    ("comma", swapped(";", ","), [("wrong-delimiter", 1, None, "','")]),
    ("tab", swapped(";", "\t"), [("wrong-delimiter", 1, None, "'\\t'")]),
    ("title above the header", lambda g: ("Бюллетень\n" + g).encode(), [("header-elsewhere", 2, None, None)]),
]  # fmt: skip
NOT_TEXT: list[tuple[str, Break, list[Told]]] = [
    ("XLSX", zipped("xl/workbook.xml"), [("not-delimited-text", 1, None, "an Excel workbook or a zip archive")]),
    ("old XLS", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, [("not-delimited-text", 1, None, "an old or password-protected Excel workbook")]),
    ("PDF", lambda _: b"%PDF-1.7\n", [("not-delimited-text", 1, None, "a PDF document")]),
    ("web page", lambda _: b"\n <!DOCTYPE html><html><body>log in", [("not-delimited-text", 1, None, "a web page or XML")]),
    ("web table", lambda _: b"<table><tr><td>", [("not-delimited-text", 1, None, "a web page or XML")]),
    ("Parquet", parquet, [("not-delimited-text", 1, None, "a Parquet file")]),
    ("gzip of gzip", lambda g: gzip.compress(gzip.compress(g.encode())), [("not-delimited-text", 1, None, "a packed file inside a packed file")]),
    ("gzip of a zip archive", lambda g: gzip.compress(zipped("a.csv")(g)), [("not-delimited-text", 1, None, "an Excel workbook or a zip archive")]),
    ("gzip that breaks off", lambda g: gzip.compress(g.encode())[:-20], [("broken-gzip", None, None, None)]),
    ("gzip that breaks off in its head", lambda g: gzip.compress(g.encode())[:5], [("broken-gzip", None, None, None)]),
    ("gzip with a changed byte", lambda g: gzip.compress(g.encode())[:-6] + b"\0\1\2\3\4\5", [("broken-gzip", None, None, None)]),
    ("gzip with something behind it", lambda g: gzip.compress(g.encode()) + b"more", [("broken-gzip", None, None, None)]),
]  # fmt: skip

BULLETINS = [
    (name, make, "kz/bulletin", told)
    for kind in (EMPTY, STRAY, STRUCTURE, COLUMNS, NOT_TEXT)
    for name, make, told in kind
]
EVERY = [pytest.param(make, source, told, id=name) for name, make, source, told in [*BULLETINS, *OTHER_ENCODING]]


@pytest.mark.parametrize(("make", "source", "told"), EVERY)
def test_it_is_refused_by_its_own_rule_with_its_place_and_nothing_is_published(
    make: Break, source: str, told: list[Told], good: str, home: Home, declared: Declarations
) -> None:
    before = home.published()
    outcome = home.run(make(good), source)
    findings = outcome.verdict.findings
    assert [
        (f.rule, f.row, f.column, f.value if t[3] is not None else None) for f, t in zip(findings, told, strict=False)
    ] == told
    assert [f.rule for f in findings[len(told) :] if f.rule != "missing-column"] == []
    assert all(f.expected for f in findings), findings
    assert {declared.rules[f.rule].consequence for f in findings} == {"refuse"}
    assert (outcome.verdict.decision, exit_code(outcome.verdict), outcome.publication) == ("refused", 1, None)
    entries = home.standing(outcome).entries  # type: ignore[attr-defined]  # a Standing
    assert [e.state for e in entries] == ["received", "refused"]
    assert entries[-1].reason.startswith(told[0][0])
    assert home.published() == before


def test_sixty_megabytes_in_one_line_are_refused_at_once(home: Home) -> None:
    for data in (b"KAZ;" * (15 << 20), HEADER.encode() + b"\r\n" + b'"KAZ;' * (12 << 20)):
        started = time.monotonic()
        outcome = home.run(data)
        assert time.monotonic() - started < 5
        assert [f.rule for f in outcome.verdict.findings] == ["line-too-long"]


def test_an_unclosed_quote_before_a_million_rows_is_found_at_once(good: str, home: Home) -> None:
    head, _, rows = good.partition("\n")
    started = time.monotonic()
    outcome = home.run((head + '\n01.01.2020;"Абай облысы;Жұқтырғандар;1;\n' + rows * 500).encode())
    assert time.monotonic() - started < 10
    assert [(f.rule, f.row, f.column) for f in outcome.verdict.findings] == [("unclosed-quote", 2, "Облыс")]


def test_a_real_parquet_file_is_refused_as_one(good: str, home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("parquet") / "real.parquet"
    duckdb.sql(f"COPY (SELECT {json.dumps(len(good))} AS n) TO '{file}' (FORMAT parquet)")
    assert [f.rule for f in home.run(file.read_bytes()).verdict.findings] == ["not-delimited-text"]

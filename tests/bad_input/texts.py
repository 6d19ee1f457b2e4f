# ruff: noqa: E501  one broken file is one line
"""Delimited text that is not what its source declares, and how each is told. Everything is made from the good file."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable

from tests.bad_input.case import Break, Case

HEADER = "Күні;Облыс;Көрсеткіш;Саны;Ескерту"


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


def old_office(stream: str) -> Break:
    return lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + stream.encode("utf-16-le") + bytes(512)


EMPTY: list[Case] = [
    Case(1, "empty file", lambda _: b"", [("empty-file", None, None, None)]),
    Case(1, "only a byte order mark", lambda _: b"\xef\xbb\xbf", [("empty-file", None, None, None)]),
    Case(1, "only the mark of UTF-16", lambda _: b"\xff\xfe", [("empty-file", None, None, None)]),
    Case(1, "only blank lines", lambda _: b"\r\n\r\n \n", [("empty-file", None, None, None)]),
    Case(2, "header only", lambda _: HEADER.encode(), [("no-rows", 1, None, None)]),
    Case(2, "header and a line end", lambda _: HEADER.encode() + b"\r\n", [("no-rows", 1, None, None)]),
    Case(2, "header and blank lines", lambda _: HEADER.encode() + b"\n\n\n", [("no-rows", 1, None, None)]),
]
OTHER_ENCODING: list[Case] = [
    Case(6, "cp1254", lambda g: turkish(g).encode("cp1254"), [("wrong-encoding", 1, None, "cp1254")], "tr/bulletin"),
    Case(7, "cp1251", lambda g: turkish(g).replace("Şehir", "Город").encode("cp1251", "replace"), [("wrong-encoding", 1, None, "an older encoding with one byte for each letter")], "tr/bulletin"),
    Case(8, "kz1048", lambda g: g.encode("kz1048"), [("wrong-encoding", 1, None, "kz1048")], "kz/bulletin"),
    Case(8, "ptcp154", lambda g: g.encode("ptcp154"), [("wrong-encoding", 1, None, "ptcp154")], "kz/bulletin"),
    Case(4, "UTF-16", lambda g: g.encode("utf-16"), [("wrong-encoding", 1, None, "UTF-16")], "kz/bulletin"),
    Case(4, "UTF-16, the other end first", lambda g: "\ufeff".encode("utf-16-be") + g.encode("utf-16-be"), [("wrong-encoding", 1, None, "UTF-16")], "kz/bulletin"),
    Case(5, "UTF-16 without its mark, in Latin", lambda _: "day;region\n1;2\n".encode("utf-16-le"), [("nul-byte", 1, None, "U+0000")], "kz/bulletin"),
    Case(None, "UTF-8 where cp1251 is declared", str.encode, [("wrong-encoding", 1, None, "UTF-8")], "kz/bulletin_cp1251"),
    Case(None, "UTF-8 where kz1048 is declared", str.encode, [("wrong-encoding", 1, None, "UTF-8")], "kz/bulletin_kz1048"),
    Case(None, "kz1048 where cp1251 is declared", lambda g: g.encode("kz1048"), [("wrong-encoding", 1, None, "kz1048")], "kz/bulletin_cp1251"),
    Case(None, "ptcp154 where UTF-8 or kz1048 is declared", lambda g: g.encode("ptcp154"), [("wrong-encoding", 1, None, "ptcp154")], "kz/bulletin_either"),
    Case(None, "a stray byte where another encoding is declared too", raw(300, "Жұқ", b"\xff"), [("invalid-byte", 300, "Көрсеткіш", "0xFF")], "kz/bulletin_either"),
]  # fmt: skip
STRAY: list[Case] = [
    Case(9, "one byte that is not UTF-8", raw(300, "Жұқ", b"\xff"), [("invalid-byte", 300, "Көрсеткіш", "0xFF")]),
    Case(9, "one such byte in the header", raw(1, "Саны", b"\xff"), [("invalid-byte", 1, None, "0xFF")]),
    Case(9, "a letter torn at the end", lambda g: g.encode() + "01.07.2020;Абай облысы;Жұқтырғандар;1;ә".encode()[:-1], [("invalid-byte", 362, "Ескерту", "0xD3")]),
    Case(9, "one such byte behind a byte order mark that is declared", lambda g: b"\xef\xbb\xbf" + raw(300, "Жұқ", b"\xff")(g), [("invalid-byte", 300, "Көрсеткіш", "0xFF")], "kz/bulletin_marked"),
    Case(10, "overlong", raw(9, "Жұқ", b"\xc0\xaf"), [("invalid-byte", 9, "Көрсеткіш", "0xC0")]),
    Case(11, "NUL", raw(12, "Жұқ", b"\x00"), [("nul-byte", 12, "Көрсеткіш", "U+0000")]),
    Case(38, "escape", raw(12, "Жұқ", b"\x1b[31m"), [("control-character", 12, "Көрсеткіш", "U+001B")]),
    Case(38, "delete", raw(361, "Жұқ", b"\x7f"), [("control-character", 361, "Көрсеткіш", "U+007F")]),
    Case(37, "right to left", raw(12, "Жұқ", "\u202e".encode()), [("control-character", 12, "Көрсеткіш", "U+202E")]),
    Case(37, "isolate", raw(12, "облысы", "\u2066".encode()), [("control-character", 12, "Облыс", "U+2066")]),
]  # fmt: skip
STRUCTURE: list[Case] = [
    Case(13, "unclosed quote in the header", unclosed(1), [("unclosed-quote", 1, None, '"Облыс;Көрсеткіш;Саны;Ескерту')]),
    Case(13, "unclosed quote in the first row", unclosed(2), [("unclosed-quote", 2, "Облыс", '"Абай облысы;Жұқтырғандар;0;')]),
    Case(13, "unclosed quote in the middle", unclosed(200), [("unclosed-quote", 200, "Облыс", '"Қарағанды облысы;Жұқтырғандар;49;')]),
    Case(13, "unclosed quote in the last row", unclosed(361), [("unclosed-quote", 361, "Облыс", '"Атырау облысы;Жұқтырғандар;89;')]),
    Case(13, "unclosed quote in the first row, others quoted", quoted(unclosed(2)), [("unclosed-quote", 2, "Облыс", '"Абай облысы;"Жұқтырғандар";"0";""')]),
    Case(13, "unclosed quote in the middle, others quoted", quoted(unclosed(200)), [("unclosed-quote", 200, "Облыс", '"Қарағанды облысы;"Жұқтырғандар";"49";""')]),
    Case(13, "unclosed quote in the last row, others quoted", quoted(unclosed(361)), [("unclosed-quote", 361, "Облыс", '"Атырау облысы;"Жұқтырғандар";"89";""')]),
    Case(13, "two unclosed quotes", lambda g: unclosed(200)(unclosed(9)(g).decode()), [("unclosed-quote", 9, "Облыс", '"Атырау облысы;Жұқтырғандар;1;')]),
    Case(None, "quote opened in the last cell", line(361, lambda t: t + '"'), [("unclosed-quote", 361, "Ескерту", '"')]),
    Case(None, "text behind a closing quote", line(7, lambda t: t + '"a"b'), [("malformed-quote", 7, "Ескерту", '"a"b')]),
    Case(None, "space behind a closing quote", line(7, lambda t: t + '"a" '), [("malformed-quote", 7, "Ескерту", '"a" ')]),
    Case(None, "quotes inside a cell", line(7, lambda t: t + 'a "b" c'), [("malformed-quote", 7, "Ескерту", 'a "b" c')]),
    Case(None, "one quote inside a cell, twice", lambda g: line(9, lambda t: t + 'c"d')(line(7, lambda t: t + 'a"b')(g).decode()),
     [("malformed-quote", 7, "Ескерту", 'a"b'), ("malformed-quote", 9, "Ескерту", 'c"d')]),
    Case(14, "rows too short and too long", lambda g: line(300, lambda t: t + ";;")(line(5, lambda t: t[:10])(g).decode()),
     [("row-too-short", 5, None, "1 cells"), ("row-too-long", 300, None, "7 cells")]),
    Case(14, "rows with an empty cell too many", lambda g: line(300, lambda t: t + ";")(line(5, lambda t: t.replace(";", ";;", 1))(g).decode()), [("row-too-long", 5, None, "6 cells"), ("row-too-long", 300, None, "6 cells")]),
    Case(14, "a row with an empty cell too many, and a blank line", lambda g: line(300, lambda t: t + ";")(line(5, lambda t: "\n" + t)(g).decode()), [("row-too-long", 300, None, "6 cells")]),
    Case(14, "a row with an empty cell too many, in quotes", quoted(line(5, lambda t: t + ';""')), [("row-too-long", 5, None, "6 cells")]),
    Case(15, "last row too short", line(361, lambda t: t[:25]), [("row-too-short", 361, None, "3 cells")]),
    Case(51, "the first half of the file, torn in a letter", lambda g: g.encode()[: len(g.encode()) // 2], [("invalid-byte", 181, "Көрсеткіш", "0xD0")]),
    Case(51, "the first half of the file", lambda g: g.encode()[: len(g.encode()) // 2 - 5], [("row-too-short", 181, None, "3 cells")]),
    Case(31, "a line of 2 MiB", line(9, lambda t: t + "а" * (1 << 20)), [("line-too-long", 9, None, None)]),
    Case(31, "a line of 2 MiB in a file with CRLF", lambda g: line(9, lambda t: t + "x" * (2 << 20))(g).replace(b"\n", b"\r\n"), [("line-too-long", 9, None, None)]),
    Case(31, "a quoted cell of 2 MiB in many lines", line(9, lambda t: t + '"' + "x\n" * (1 << 20) + '"'), [("unclosed-quote", 9, "Ескерту", '"x')]),
]  # fmt: skip
COLUMNS: list[Case] = [
    Case(55, "missing column", lambda g: "\n".join(r.rpartition(";")[0] for r in g.splitlines()).encode(), [("missing-column", 1, "Ескерту", None)]),
    Case(55, "renamed column", header(HEADER.replace("Саны", "Сандары")), [("unexpected-column", 1, "Сандары", "Сандары"), ("missing-column", 1, "Саны", None)]),
    Case(56, "extra column", lambda g: g.replace("\n", ";\n").replace("Ескерту;", "Ескерту;Аты-жөні").encode(), [("unexpected-column", 1, "Аты-жөні", "Аты-жөні")]),
    Case(16, "doubled column", header(HEADER.replace("Ескерту", "Саны")), [("duplicate-column", 1, "Саны", "2 times")]),
    Case(81, "doubled column, in another case", header(HEADER.replace("Ескерту", "САНЫ")),
     [("duplicate-column", 1, "Саны", "2 times"), ("duplicate-column", 1, "САНЫ", "2 times")]),
    Case(17, "look-alike column", header(HEADER.replace("Саны", "Caны")), [("look-alike-column", 1, "Caны", "C (U+0043, Latin)")]),
    Case(17, "look-alike of an ignored column", lambda g: g.replace("\n", ";\n").replace("Ескерту;", "Ескерту;sourсe").encode(),
     [("look-alike-column", 1, "sourсe", "с (U+0441, Cyrillic)")]),
    Case(81, "column in another case", header(HEADER.replace("Саны", "САНЫ")), [("look-alike-column", 1, "САНЫ", "А (U+0410, Cyrillic)")]),
    Case(None, "unnamed column", header(HEADER.replace("Ескерту", " ")), [("unnamed-column", 1, "number 5", None)]),
    Case(19, "comma", swapped(";", ","), [("wrong-delimiter", 1, None, "','")]),
    Case(20, "tab", swapped(";", "\t"), [("wrong-delimiter", 1, None, "'\\t'")]),
    Case(50, "title above the header", lambda g: ("Бюллетень\n" + g).encode(), [("header-elsewhere", 2, None, None)]),
]  # fmt: skip
NOT_TEXT: list[Case] = [
    Case(72, "XLSX", zipped("xl/workbook.xml"), [("not-delimited-text", 1, None, "an Excel workbook or a zip archive")]),
    Case(73, "old XLS", old_office("Workbook"), [("not-delimited-text", 1, None, "an Excel workbook of the old format (XLS)")]),
    Case(73, "XLSX with a password", old_office("EncryptedPackage"), [("not-delimited-text", 1, None, "an Excel workbook that is locked with a password")]),
    Case(None, "old document of another program", old_office("WordDocument"), [("not-delimited-text", 1, None, "an old Office document")]),
    Case(None, "PDF", lambda _: b"%PDF-1.7\n", [("not-delimited-text", 1, None, "a PDF document")]),
    Case(36, "web page", lambda _: b"\n <!DOCTYPE html><html><body>log in", [("not-delimited-text", 1, None, "a web page or XML")]),
    Case(36, "web table", lambda _: b"<table><tr><td>", [("not-delimited-text", 1, None, "a web page or XML")]),
    Case(72, "Parquet", parquet, [("not-delimited-text", 1, None, "a Parquet file")]),
    Case(35, "gzip of gzip", lambda g: gzip.compress(gzip.compress(g.encode())), [("not-delimited-text", 1, None, "a packed file inside a packed file")]),
    Case(35, "gzip of a zip archive", lambda g: gzip.compress(zipped("a.csv")(g)), [("not-delimited-text", 1, None, "an Excel workbook or a zip archive")]),
    Case(51, "gzip that breaks off", lambda g: gzip.compress(g.encode())[:-20], [("broken-gzip", None, None, None)]),
    Case(None, "gzip that breaks off in its head", lambda g: gzip.compress(g.encode())[:5], [("broken-gzip", None, None, None)]),
    Case(None, "gzip with a changed byte", lambda g: gzip.compress(g.encode())[:-6] + b"\0\1\2\3\4\5", [("broken-gzip", None, None, None)]),
    Case(None, "gzip with something behind it", lambda g: gzip.compress(g.encode()) + b"more", [("broken-gzip", None, None, None)]),
]  # fmt: skip

TEXTS = [*EMPTY, *OTHER_ENCODING, *STRAY, *STRUCTURE, *COLUMNS, *NOT_TEXT]

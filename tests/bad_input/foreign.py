# ruff: noqa: E501  one broken file is one line
"""Files of foreign formats that would harm who reads them: archives that grow, Parquet that lies, JSON without end."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.bad_input.case import Case

HEADER = "Күні;Облыс;Көрсеткіш;Саны;Ескерту"
NAMES = tuple(HEADER.split(";"))
ROW = ("13.07.2020", "Абай облысы", "Жұқтырғандар", "5", "")
LINE = "{" + ", ".join(f'"{name}": "{cell}"' for name, cell in zip(NAMES, ROW, strict=True)) + "}\n"


def packed(first: bytes, repeated: bytes, times: int) -> bytes:
    """Pack by gzip what nobody would wish to hold."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0) as archive:
        archive.write(first)
        for _ in range(times):
            archive.write(repeated)
    return target.getvalue()


def archive(names: tuple[str, ...], repeated: bytes, times: int) -> bytes:
    """Pack the same into each part of a zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            with made.open(name, "w", force_zip64=True) as part:
                for _ in range(times):
                    part.write(repeated)
    return target.getvalue()


def many_rows(_: str) -> bytes:
    return packed((HEADER + "\n").encode(), b"13.07.2020;KZ-10;A;1;\n" * 48_000, 70)


def grown_archive(_: str) -> bytes:
    return archive(("a.csv",), b"0" * (1 << 20), 65)


def lying_archive(_: str) -> bytes:
    """Say of a part of 65 MiB that it has a thousand bytes."""
    data = archive(("a.csv",), b"0" * (1 << 20), 65)
    directory = data.rindex(b"PK\x01\x02")
    true = (65 << 20).to_bytes(8, "little")
    assert true[:4] in data[directory:] or true in data
    return data[:directory] + data[directory:].replace(true[:4], (1000).to_bytes(4, "little"))


def overlapping_archive(_: str) -> bytes:
    """Let two names of the directory lead to one part."""
    data = bytearray(archive(("a.csv", "b.csv"), b"0" * 1000, 1))
    second = bytes(data).rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    return bytes(data)


def table(columns: dict[str, Any] | None = None, rows: int = 1, metadata: dict[bytes, bytes] | None = None) -> pa.Table:
    """Give the bulletin as a table, some of its columns others."""
    given = {name: pa.array([cell] * rows) for name, cell in zip(NAMES, ROW, strict=True)} | (columns or {})
    made = pa.table(given)
    return made.replace_schema_metadata(metadata) if metadata else made


def parquet(columns: dict[str, Any] | None = None, rows: int = 1, **said: Any) -> bytes:
    target = io.BytesIO()
    pq.write_table(table(columns, rows), target, **said)
    return target.getvalue()


def words_that_grow(_: str) -> bytes:
    """Write one word of a kilobyte, and say five million times that it stands there."""
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), ["x" * 1000])
    rows = table(dict.fromkeys(NAMES, word))
    target = io.BytesIO()
    with pq.ParquetWriter(target, rows.schema) as out:
        out.write_table(rows, row_group_size=1_000_000)
    return target.getvalue()


def deep_schema(_: str) -> bytes:
    kind: pa.DataType = pa.int32()
    for _level in range(300):
        kind = pa.struct([("x", kind)])
    return parquet({"Саны": pa.nulls(1, kind)})


def changed(before: bytes, after: bytes) -> bytes:
    """Change bytes of a Parquet file whose pages have check sums, and nothing else."""
    data = parquet(
        {"Саны": [str(n) for n in range(2000)]},
        2000,
        compression="none",
        write_page_checksum=True,
        use_dictionary=False,
    )
    assert before in data
    return data.replace(before, after)


def other_count(rows: int, told: int, *, of_file: bool) -> bytes:
    """Let the footer tell another number of rows, of the whole file or of its one group."""
    data = parquet(rows=rows)
    size = int.from_bytes(data[-8:-4], "little")
    footer, said = data[-8 - size : -8], varint(rows)
    at = footer.index(b"\x16" + said) if of_file else footer.rindex(b"\x16" + said)
    assert len(said) == len(varint(told))
    footer = footer[: at + 1] + varint(told) + footer[at + 1 + len(said) :]
    return data[: -8 - size] + footer + data[-8:]


def varint(number: int) -> bytes:
    """Write a number as Thrift's compact protocol does: zigzag, seven bits a byte."""
    number, out = number * 2, bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


GOOD = parquet(rows=9)
P, J, Z = "kz/bulletin_parquet", "kz/bulletin_ndjson", "kz/bulletin_zip"
TEXT = (HEADER + "\n" + ";".join(ROW) + "\n").encode()


def members(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in entries:
            made.writestr(name, content)
    return target.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def not_utf8() -> pa.Array:
    """Give two texts, the second of which is none."""
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 1, 2)))
    return pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"a\xff")])


def second(change: str, to: str) -> bytes:
    """Write the good line, and once more with something else in it."""
    assert change in LINE
    return (LINE + LINE.replace(change, to, 1)).encode()


ARCHIVES: list[Case] = [
    Case(59, "an archive that lies about its size", lying_archive, [("broken-archive", None, None, None)], Z),
    Case(59, "parts that lie over each other", overlapping_archive, [("several-members", None, None, None)], Z),
    Case(35, "an archive in an archive", lambda _: members(("a.zip", members(("a.csv", TEXT)))), [("unexpected-member", None, None, "a.zip")], Z),
    Case(35, "a packed file in an archive", lambda _: members(("a.csv", gzip.compress(TEXT, mtime=0))), [("unsafe-archive", None, None, None)], Z),
    Case(64, "a way out of the archive", lambda _: members(("../../x.csv", TEXT)), [("unsafe-archive", None, None, "a way out of the archive (../../x.csv)")], Z),
    Case(64, "a way from the root", lambda _: members(("/etc/x.csv", TEXT)), [("unsafe-archive", None, None, "a way out of the archive (/etc/x.csv)")], Z),
    Case(64, "a link", lambda _: members((link(), b"/etc/passwd")), [("unsafe-archive", None, None, "a way out of the archive (a.csv)")], Z),
]  # fmt: skip
PARQUET: list[Case] = [
    Case(76, "half a Parquet file", lambda _: GOOD[: len(GOOD) // 2], [("broken-parquet", None, None, None)], P),
    Case(76, "a footer longer than the file", lambda _: GOOD[:-8] + b"\xf0\xff\xff\xff" + GOOD[-4:], [("broken-parquet", None, None, None)], P),
    Case(76, "a footer of zeros", lambda _: GOOD[:-200] + bytes(192) + GOOD[-8:], [("broken-parquet", None, None, None)], P),
    Case(76, "a changed bit in the footer", lambda _: GOOD[:-100] + bytes([GOOD[-100] ^ 255]) + GOOD[-99:], [("broken-parquet", None, None, None)], P),
    Case(78, "fewer rows told of the file", lambda _: other_count(800, 700, of_file=True), [("row-count-differs", None, None, "800 rows read")], P),
    Case(78, "more rows told of the file", lambda _: other_count(800, 900, of_file=True), [("row-count-differs", None, None, "800 rows read")], P),
    Case(78, "fewer rows told of a group", lambda _: other_count(800, 700, of_file=False), [("row-count-differs", None, None, "700 rows read")], P),
    Case(78, "more rows told of a group", lambda _: other_count(800, 900, of_file=False), [("row-count-differs", None, None, "800 rows read")], P),
    Case(79, "three hundred levels", deep_schema, [("broken-parquet", None, None, None)], P),
    Case(80, "a page that is not what its check sum says", lambda _: changed(b"1999", b"1998"), [("broken-parquet", None, None, None)], P),
    Case(82, "bytes for texts", lambda _: parquet({"Саны": [b"5"]}), [("unfit-column", None, "Саны", "binary")], P),
    Case(82, "texts that are no UTF-8", lambda _: parquet({"Саны": not_utf8()}, 2), [("invalid-byte", 2, "Саны", "0xFF")], P),
    Case(82, "a list for a number", lambda _: parquet({"Саны": [[5]]}), [("unfit-column", None, "Саны", "list<element: int64>")], P),
    Case(82, "a number that is none", lambda _: parquet({"Саны": [5.0, float("nan")]}, 2), [("not-finite", 2, "Саны", None)], P),
    Case(83, "a name that stands there twice", lambda _: parquet({"саны": ["5"]}), [("duplicate-column", None, "Саны", "2 times"), ("duplicate-column", None, "саны", "2 times")], P),
]  # fmt: skip
JSON: list[Case] = [
    Case(84, "two hundred thousand levels", lambda _: second('"5"', "[" * 200_000), [("nested-too-deep", 2, None, None)], J),
    Case(84, "a key twice", lambda _: second("}", ', "Саны": "6"}'), [("duplicate-key", 2, "Саны", None)], J),
    Case(84, "half a letter", lambda _: second("Абай", "\\ud800"), [("control-character", 2, "Облыс", "U+D800")], J),
    Case(84, "NaN", lambda _: second('"5"', "NaN"), [("no-json-number", 2, None, "NaN")], J),
    Case(84, "a line that breaks off", lambda _: (LINE + LINE[:30] + "\n" + LINE).encode(), [("broken-json", 2, None, None)], J),
    Case(84, "a NUL", lambda _: second("Абай", "\\u0000"), [("nul-byte", 2, "Облыс", "U+0000")], J),
]  # fmt: skip
FOREIGN = [*ARCHIVES, *PARQUET, *JSON]

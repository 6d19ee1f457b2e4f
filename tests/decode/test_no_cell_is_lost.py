"""Properties of decode: what a writer of CSV wrote is what is read, and damage is never read in silence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Extract
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.decoding import Decode
from pipelines.declarations.source import Source
from pipelines.decode import encodings, records, structure
from pipelines.errors import Refused
from pipelines.settings import Settings

Decoded = Callable[..., tuple[Extract, list[tuple[str | None, ...]]]]
Sources = Callable[..., Source]

COLUMNS = ("Күні", "Облыс", "Саны", "Ескерту")
LONG_AGO = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

# Any letter; the marks of direction and the control characters have a rule of their own.
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
TEXT = st.text(st.one_of(LETTERS, st.sampled_from("\";,\n'\t жәі")), max_size=12)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT).filter(any), min_size=1, max_size=12)
ENDS = st.sampled_from(["\n", "\r\n"])
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(params=[4 << 20, 7], ids=["one chunk", "chunks of 7 bytes"])
def chunked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file be looked at in one piece, and in pieces that end anywhere."""
    monkeypatch.setattr(structure, "_CHUNK", request.param)
    monkeypatch.setattr(encodings, "CHUNK", max(request.param, 2048))


def written(rows: list[tuple[str, ...]], end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator=end, quoting=quoting).writerows([COLUMNS, *rows])  # type: ignore[arg-type]  # one of csv's constants
    return text.getvalue().encode()


FILES = st.builds(written, ROWS, ENDS, QUOTING)


def strictly_read(data: bytes) -> list[tuple[str | None, ...]] | None:
    """Read bytes as Python's csv module does when it is strict; None where it refuses."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    while rows and not rows[-1]:
        rows.pop()  # blank lines at the end
    return [_as_read(row) for row in rows[1:]]


def _as_read(row: list[str]) -> tuple[str | None, ...]:
    """A cell without text is absent; so are all cells of a blank line."""
    return tuple(cell or None for cell in row or [""] * len(COLUMNS))


def plain(cells: list[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    """Line ends inside a cell are told apart by no rule: CRLF and LF are one."""
    return [tuple(c and c.replace("\r\n", "\n") for c in row) for row in cells]


@settings(suppress_health_check=LONG_AGO, max_examples=60)
@given(rows=ROWS, end=ENDS, quoting=QUOTING, bom=st.booleans())
@example(rows=[('"', '""', 'a"b', ";")], end="\r\n", quoting=csv.QUOTE_MINIMAL, bom=True)
@example(rows=[("a\nb", "\n", "\n\n", "")], end="\n", quoting=csv.QUOTE_MINIMAL, bom=False)
@example(rows=[("", "", "", "\n")], end="\r\n", quoting=csv.QUOTE_ALL, bom=True)
@example(rows=[("\ufeff", "NULL", " ", "\u2028")], end="\n", quoting=csv.QUOTE_MINIMAL, bom=False)
@pytest.mark.usefixtures("chunked")
def test_every_cell_that_was_written_is_read(
    rows: list[tuple[str, ...]],
    end: str,
    quoting: int,
    bom: bool,  # noqa: FBT001
    decoded: Decoded,
    source_with: Sources,
) -> None:
    data = b"\xef\xbb\xbf" * bom + written(rows, end, quoting)
    extract, cells = decoded(data, source_with(COLUMNS, delimiter=";"))
    assert extract.rows == len(rows)
    assert plain(cells) == [tuple(cell or None for cell in row) for row in rows]


@settings(suppress_health_check=LONG_AGO, max_examples=150)
@given(data=FILES, at=st.integers(0), byte=st.integers(0, 255))
@example(data=written([("a", "b c", "d", "e")], "\n", csv.QUOTE_ALL), at=34, byte=ord('"'))
@pytest.mark.usefixtures("chunked")
def test_a_changed_byte_is_refused_or_read_as_it_stands(
    data: bytes, at: int, byte: int, decoded: Decoded, source_with: Sources, declared: Declarations
) -> None:
    changed = bytearray(data)
    changed[at % len(data)] = byte
    told_or_read(bytes(changed), decoded, source_with(COLUMNS, delimiter=";"), declared)


@settings(suppress_health_check=LONG_AGO, max_examples=100)
@given(data=FILES, at=st.integers(0))
@pytest.mark.usefixtures("chunked")
def test_a_file_that_breaks_off_is_refused_or_read_as_it_stands(
    data: bytes, at: int, decoded: Decoded, source_with: Sources, declared: Declarations
) -> None:
    told_or_read(data[: at % len(data)], decoded, source_with(COLUMNS, delimiter=";"), declared)


def told_or_read(data: bytes, decoded: Decoded, source: Source, declared: Declarations) -> None:
    """Nothing between: a refusal by rules that the vocabulary knows, or exactly the cells that stand in the bytes."""
    refused, read = None, None
    try:
        read = decoded(data, source)
    except Refused as told:
        refused = told
    if refused or read is None:
        assert refused
        assert {declared.rules[f.rule].consequence for f in refused.findings} == {"refuse"}
        return
    expected = strictly_read(data)
    assert expected is not None, "what Python's strict reader refuses was read"
    assert read[0].rows == len(expected)
    assert plain(read[1]) == expected


@settings(suppress_health_check=LONG_AGO)
@given(rows=ROWS, end=ENDS, quoting=QUOTING, chunk=st.integers(1, 64))
def test_the_count_of_our_own_is_that_of_the_csv_module(
    rows: list[tuple[str, ...]], end: str, quoting: int, chunk: int, tmp_path: Path
) -> None:
    data = written(rows, end, quoting)
    assume(b"\n" not in data.replace(b"\r\n", b"") or end == "\n")  # mixed line ends are first made one
    file = tmp_path / "counted.csv"
    file.write_bytes(data)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(structure, "_CHUNK", chunk)
        seen = structure.scan(file, Decode(delimiter=";"), Settings.from_environment({}))
    assert (seen.records, seen.mixed_ends) == (len(strictly_read(data) or []), False)


@settings(suppress_health_check=LONG_AGO)
@given(rows=ROWS, quoting=QUOTING)
def test_records_in_python_are_those_of_the_csv_module(
    rows: list[tuple[str, ...]], quoting: int, tmp_path: Path
) -> None:
    file = tmp_path / "records.csv"
    file.write_bytes(written(rows, "\n", quoting))
    found = list(records.records(file, Decode(delimiter=";"), Settings.from_environment({})))
    assert [r.row for r in found] == list(range(1, len(rows) + 2))
    assert {(r.cells, r.fault) for r in found} == {(len(COLUMNS), None)}
    assert "".join(r.text for r in found).encode() == file.read_bytes()


def invalid_sequences() -> Iterator[bytes]:
    """Every kind of byte sequence that is not UTF-8 (The Unicode Standard, table 3-7), and each byte that is alone."""
    yield from (bytes([b]) for b in range(0x80, 0x100))
    yield from (
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xe0\x9f\xbf",
        b"\xf0\x80\x80\xaf",
        b"\xf0\x8f\xbf\xbf",
    )  # overlong
    yield from (b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80")  # surrogates
    yield from (b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xff\xfe\xfd")  # beyond U+10FFFF
    yield from (
        b"\xd0",
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\xd0\xd0\xb0",
        b"\xe2\x82\x28",
        b"\xf0\x9f\x98\x28",
    )  # broken off


@pytest.mark.parametrize("chunk", [4 << 20, 2048], ids=["found by Python", "found by DuckDB"])
@pytest.mark.parametrize("row", [2, 200, 401])
def test_every_sequence_that_is_not_utf_8_is_refused_with_its_row_and_column(
    row: int, chunk: int, decoded: Decoded, source_with: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encodings, "CHUNK", chunk)
    lines = [";".join(COLUMNS), *(f"01.07.2020;Ақмола;{n};ә" for n in range(400))]
    every = list(invalid_sequences())
    for sequence in every if row == 2 else every[::8]:  # where it stands is one thing, what it is another
        broken = [line.encode() for line in lines]
        broken[row - 1] = broken[row - 1].replace("Ақмола".encode(), b"A" + sequence + b"b")
        with pytest.raises(Refused) as refused:
            decoded(b"\n".join(broken), source_with(COLUMNS, delimiter=";"))
        found = refused.value.findings
        assert [(f.rule, f.row, f.column) for f in found] == [("invalid-byte", row, "Облыс")], sequence


def test_a_byte_that_is_not_utf_8_has_the_row_of_its_record_and_not_of_its_line(
    decoded: Decoded, source_with: Sources
) -> None:
    data = written([("a\n\nb", "1", "ж\n", ""), ("ә", "2\n", "x", "y")]).replace(b"y", b"\xff")
    with pytest.raises(Refused) as refused:
        decoded(data, source_with(COLUMNS, delimiter=";"))
    assert [(f.row, f.column, f.value) for f in refused.value.findings] == [(3, "Ескерту", "0xFF")]

"""Faults of archives and of Parquet files as wholes: the one file is not there, or cannot be read as what it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pipelines.declarations.decoding import Decode
from pipelines.simulate.faults.documents import document_faults
from pipelines.simulate.faults.injected import FileFault
from pipelines.simulate.write.archive import undated

_GROWS = b" " * (65 << 20)  # more than a small file may unpack to
_LOCAL, _CENTRAL = (b"PK\x03\x04", 6), (b"PK\x01\x02", 8)  # where an archive says how a part was packed
_SEVEN_BITS, _MORE = 0x7F, 0x80
_TAIL = 30  # bytes, a part of the archive's directory


def archive_faults(decode: Decode) -> Iterator[FileFault]:
    """Give every fault that an archive can have: of one file, or of a bulk export, which has one for each type."""
    yield FileFault("sent-unpacked", ("not-an-archive",), bytes_=lambda content, _: b"".join(_inside(content).values()))
    yield FileFault("broken-off", ("broken-archive",), bytes_=lambda content, _: content[:-_TAIL])
    yield FileFault("locked-with-a-password", ("locked-archive",), bytes_=_locked)
    yield FileFault("unpacks-without-end", ("too-large",), bytes_=_of(_grown))
    if decode.format == "fhir-ndjson":
        yield FileFault("rows-in-two-files", ("several-row-files",), bytes_=_of(_parted))
        yield from _of_the_documents(decode)
    else:
        twice = _of(lambda files: {f"{n}{name}": said for name, said in files.items() for n in ("", "2")})
        yield FileFault("file-twice", ("several-members",), bytes_=twice)
    yield FileFault("file-of-another-name", ("unexpected-member",), bytes_=_renamed("{}.qqzzx"))
    yield FileFault("way-out-of-the-archive", ("unsafe-archive",), bytes_=_renamed("../../{}"))


def parquet_faults(_: Decode) -> Iterator[FileFault]:
    """Give every fault that a Parquet file can have as a whole."""
    yield FileFault("text-under-its-name", ("not-parquet",), bytes_=lambda _, __: b"A;B\r\n1;2\r\n")
    yield FileFault("broken-off", ("broken-parquet",), bytes_=lambda content, _: content[: len(content) // 2])
    yield FileFault("list-in-a-column", ("unfit-column",), bytes_=_lists)
    yield FileFault("number-that-is-none", ("not-finite",), bytes_=_not_finite)
    yield FileFault("another-number-of-rows-told", ("row-count-differs",), bytes_=_miscounted)


def _inside(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _grown(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    (name, said), *others = files.items()
    return {name: said + _GROWS, **dict(others)}


def _parted(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Put the last row into a file of its own, as a program does that begins another file when one is full."""
    (name, rows), *others = files.items()
    *lines, last = rows.splitlines(keepends=True)
    return {name: b"".join(lines), f"2{name}": last, **dict(others)}


def _of_the_documents(decode: Decode) -> Iterator[FileFault]:
    """Give the faults of what is packed, of all resources in one file; an archive that breaks off is another."""
    for fault in document_faults(decode):
        if fault.fault != "broken-off":
            yield replace(fault, bytes_=_within(fault, decode))


def _within(fault: FileFault, decode: Decode) -> Callable[[bytes, Decode], bytes]:
    def spoiled(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        return {next(iter(files)): fault.bytes_(b"".join(files.values()), decode) or b""}

    return _of(spoiled)


def _renamed(form: str) -> Callable[[bytes, Decode], bytes]:
    return _of(lambda files: {form.format(name): said for name, said in files.items()})


def _of(files: Callable[[Mapping[str, bytes]], Mapping[str, bytes]]) -> Callable[[bytes, Decode], bytes]:
    def packed(content: bytes, _: Decode) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, said in files(_inside(content)).items():
                archive.writestr(undated(name), said, zipfile.ZIP_DEFLATED, compresslevel=1)
        return made.getvalue()

    return packed


def _locked(content: bytes, _: Decode) -> bytes:
    """Say in both places that the one part is encrypted."""
    changed = bytearray(content)
    for mark, behind in (_LOCAL, _CENTRAL):
        changed[content.index(mark) + behind] |= 1
    return bytes(changed)


def _lists(content: bytes, _: Decode) -> bytes:
    """Put every value of the last column into a list of its own."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    table, made = pq.read_table(pa.BufferReader(content)), io.BytesIO()
    last = table.num_columns - 1
    lists = pa.array([[value] for value in table.column(last).to_pylist()])
    pq.write_table(table.set_column(last, table.column_names[last], lists), made)
    return made.getvalue()


def _not_finite(content: bytes, _: Decode) -> bytes | None:
    """Divide the last number of the table by nothing."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    table, made = pq.read_table(pa.BufferReader(content)), io.BytesIO()
    numbers = [
        i for i, kind in enumerate(table.schema.types) if pa.types.is_integer(kind) or pa.types.is_floating(kind)
    ]
    if not numbers:
        return None
    told = [*table.column(numbers[-1]).to_pylist()[:-1], float("nan")]
    column = pa.array(map(_float, told), pa.float64())
    pq.write_table(table.set_column(numbers[-1], table.column_names[numbers[-1]], column), made)
    return made.getvalue()


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _miscounted(content: bytes, _: Decode) -> bytes:
    """Let the footer tell a row more or less than there are: it has the number in Thrift's compact form."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    left, said = 2 * pq.read_metadata(pa.BufferReader(content)).num_rows, bytearray()
    while left > _SEVEN_BITS:
        said.append(left & _SEVEN_BITS | _MORE)
        left >>= 7
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    at = content.index(b"\x16" + bytes([*said, left]), footer) + 1
    return content[:at] + bytes([content[at] ^ 2]) + content[at + 1 :]

"""Faults of archives and of Parquet files as wholes: the one file is not there, or cannot be read as what it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping

from pipelines.declarations.decoding import Decode
from pipelines.simulate.faults.injected import FileFault
from pipelines.simulate.write.archive import undated

_LOCAL, _CENTRAL = (b"PK\x03\x04", 6), (b"PK\x01\x02", 8)  # where an archive says how a part was packed
_TAIL = 30  # bytes, a part of the archive's directory


def archive_faults(_: Decode) -> Iterator[FileFault]:
    """Give every fault that an archive of one file can have."""
    yield FileFault("sent-unpacked", ("not-an-archive",), bytes_=lambda content, _: _inside(content)[1])
    yield FileFault("broken-off", ("broken-archive",), bytes_=lambda content, _: content[:-_TAIL])
    yield FileFault("locked-with-a-password", ("locked-archive",), bytes_=_locked)
    yield FileFault("file-twice", ("several-members",), bytes_=_of(lambda name, said: {name: said, f"2{name}": said}))
    yield FileFault("file-of-another-name", ("unexpected-member",), bytes_=_of(lambda _, said: {"a.qqzzx": said}))
    yield FileFault("way-out-of-the-archive", ("unsafe-archive",), bytes_=_of(lambda n, said: {f"../../{n}": said}))


def parquet_faults(_: Decode) -> Iterator[FileFault]:
    """Give every fault that a Parquet file can have as a whole."""
    yield FileFault("text-under-its-name", ("not-parquet",), bytes_=lambda _, __: b"A;B\r\n1;2\r\n")
    yield FileFault("broken-off", ("broken-parquet",), bytes_=lambda content, _: content[: len(content) // 2])
    yield FileFault("list-in-a-column", ("unfit-column",), bytes_=_lists)
    yield FileFault("number-that-is-none", ("not-finite",), bytes_=_not_finite)


def _inside(content: bytes) -> tuple[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        return name, archive.read(name)


def _of(files: Callable[[str, bytes], Mapping[str, bytes]]) -> Callable[[bytes, Decode], bytes]:
    def packed(content: bytes, _: Decode) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, said in files(*_inside(content)).items():
                archive.writestr(undated(name), said)
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

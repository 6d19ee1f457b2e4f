"""The table of text: numbers with all their digits, days as ISO 8601 has them, and nothing that is no plain value."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.artefacts import Finding, overheard
from pipelines.child.answer import Answer
from pipelines.columnar.job import Job
from pipelines.errors import Refused

_BATCH = 20_000
_ODD = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]"
_MOST_COLUMNS = 10_000


def write(job: Job) -> Answer:
    """Write the columns that are declared, batch by batch; give every column that the file has. Raises Refused."""
    try:
        with pq.ParquetFile(
            job.parquet,
            thrift_string_size_limit=16 << 20,
            thrift_container_size_limit=1_000_000,
            page_checksum_verification=True,
            memory_map=False,
        ) as file:
            return _written(file, job)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError) as error:
        raise broken(overheard(error)) from error


def broken(why: str) -> Refused:
    """Say that the file cannot be read, and why."""
    return Refused([Finding("broken-parquet", value=why, expected="a Parquet file that is whole")])


def _written(file: pq.ParquetFile, job: Job) -> Answer:
    schema, meta = file.schema_arrow, file.metadata
    groups = [meta.row_group(n) for n in range(meta.num_row_groups)]
    _within(sum(group.total_byte_size for group in groups), job)
    taken = [name for name in job.columns if name in schema.names]
    told = tuple((name, 1) for name in schema.names[:_MOST_COLUMNS])
    if len(set(schema.names)) < len(schema.names) or len(taken) < len(job.columns):
        return Answer(columns=told)  # the parent refuses it
    if wrong := [found for name in taken if (found := _unfit(name, schema.field(name).type))]:
        raise Refused(wrong)
    rows, size = 0, 0
    with pq.ParquetWriter(job.target, pa.schema([(name, pa.string()) for name in taken]), compression="lz4") as out:
        for batch in file.iter_batches(_BATCH, columns=taken, use_threads=False):
            texts = [_text(batch.column(name), name, rows) for name in taken]
            size += sum(text.nbytes for text in texts)
            _within(size, job)  # a word that stands there once may be meant a million times
            out.write_batch(pa.record_batch(texts, names=taken))
            rows += batch.num_rows
    said = {meta.num_rows, sum(group.num_rows for group in groups)}
    if said != {rows}:
        counted = " and ".join(f"{n} rows counted" for n in sorted(said))
        raise Refused([Finding("row-count-differs", value=f"{rows} rows read", expected=counted)])
    return Answer(columns=told, rows=rows)


def _within(size: int, job: Job) -> None:
    if size > job.most_bytes:
        raise Refused([Finding("too-large", value=f"{size} bytes", expected=f"{job.most_bytes} bytes")])


def _unfit(name: str, kind: pa.DataType) -> Finding | None:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    t = pa.types
    plain = (t.is_string, t.is_large_string, t.is_integer, t.is_floating, t.is_decimal, t.is_boolean, t.is_date)
    if any(fits(value) for fits in (*plain, t.is_timestamp, t.is_time, t.is_null)):
        return None
    return Finding("unfit-column", None, name, value=str(kind), expected="texts, numbers, days, or yes and no")


def _text(values: pa.Array, name: str, before: int) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_floating(kind):
        _only(pc.is_finite(values), name, before, "not-finite", "a number")
    if pa.types.is_timestamp(kind):
        return _instants(values)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        _only_utf8(values, name, before)
    texts = values.cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        _only(pc.invert(pc.match_substring_regex(texts, _ODD)), name, before, "control-character", "text without it")
    return texts


def _instants(values: pa.Array) -> pa.Array:
    """Write days that have no hours as days, and instants as ISO 8601, in UTC where a zone is known."""
    texts = [_instant(text) for text in values.cast(pa.string()).to_pylist()]
    return pa.array(texts, pa.string())


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    plain = re.sub(r"(\.\d*?)0+(?=Z?$)", r"\1", text).replace(".Z", "Z").removesuffix(".")
    return plain.removesuffix(" 00:00:00") if not plain.endswith("Z") else plain.replace(" ", "T")


def _only(good: pa.Array, name: str, before: int, rule: str, expected: str) -> None:
    """Refuse where something is not good, with the first rows of it."""
    told = "a value that is none"
    if found := [Finding(rule, before + at + 1, name, value=told, expected=expected) for at in _first(good)]:
        raise Refused(found)


def _only_utf8(values: pa.Array, name: str, before: int) -> None:
    """Refuse a text that is none: Parquet does not check what it is given as UTF-8, and readers fail on it later."""
    try:
        values.validate(full=True)
    except pa.ArrowInvalid as error:
        for at, text in enumerate(values.cast(pa.binary())):
            try:
                (text.as_py() or b"").decode("utf-8")
            except UnicodeDecodeError as wrong:
                byte = f"0x{wrong.object[wrong.start]:02X}"
                raise Refused([Finding("invalid-byte", before + at + 1, name, value=byte, expected="utf-8")]) from error
        raise


def _first(good: pa.Array) -> Iterator[int]:
    if pc.min(good).as_py() is False:
        yield from pc.indices_nonzero(pc.invert(good.fill_null(fill_value=True))).to_pylist()[:20]

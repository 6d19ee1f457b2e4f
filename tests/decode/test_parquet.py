"""Parquet: every value as text with all its digits; nothing nested, nothing damaged, nothing without end."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Decoded = Callable[..., tuple[Extract, list[tuple[Any, ...]]]]
Sources = Callable[..., Source]


def written(columns: dict[str, Any], **said: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **said)
    return out.getvalue()


def told(decoded: Decoded, source: Source, data: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        decoded(data, source)
    return [(f.rule, f.row, f.column) for f in refused.value.findings]


VALUES: dict[str, tuple[pa.Array, list[str | None]]] = {
    "text": (pa.array(["ə", "", None]), ["ə", "", None]),
    "words": (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
    "whole": (pa.array([2**63 - 1, -1, None]), ["9223372036854775807", "-1", None]),
    "small": (pa.array([1, 2, 3], pa.uint8()), ["1", "2", "3"]),
    "real": (pa.array([0.1, 1.0, None]), ["0.1", "1", None]),
    "exact": (pa.array([Decimal("1.10"), Decimal("-0.05"), None]), ["1.10", "-0.05", None]),
    "yes": (pa.array([True, False, None]), ["true", "false", None]),
    "day": (pa.array([dt.date(2020, 7, 13), None, dt.date(1, 1, 1)]), ["2020-07-13", None, "0001-01-01"]),
    "moment": (pa.array([dt.datetime(2020, 7, 13), dt.datetime(2020, 7, 13, 9, 5), None]),  # noqa: DTZ001
               ["2020-07-13", "2020-07-13 09:05:00", None]),
    "instant": (pa.array([dt.datetime(2020, 7, 13, 9, tzinfo=dt.UTC)] * 3), ["2020-07-13T09:00:00Z"] * 3),
    "time": (pa.array([dt.time(9, 5), None, None], pa.time32("ms")), ["09:05:00.000", None, None]),
    "none": (pa.nulls(3), [None] * 3),
}  # fmt: skip


def test_every_value_is_text_with_all_its_digits(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(tuple(VALUES), format="parquet")
    extract, rows = decoded(written({name: values for name, (values, _) in VALUES.items()}), source)
    columns = [list(column) for column in zip(*rows, strict=True)]
    assert dict(zip(extract.columns, columns, strict=True)) == {name: texts for name, (_, texts) in VALUES.items()}
    assert extract.first_row == 1


def test_an_ignored_column_may_be_of_any_kind(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(("a",), format="parquet").model_copy(update={"ignore": ("list",)})
    assert decoded(written({"a": ["x"], "list": [[1]]}), source)[1] == [("x",)]


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"a": [[1, 2]]}, ("unfit-column", None, "a")),
        ({"a": [{"b": 1}]}, ("unfit-column", None, "a")),
        ({"a": [b"x"]}, ("unfit-column", None, "a")),
        ({"a": pa.array([1.0, float("nan")])}, ("not-finite", 2, "a")),
        ({"a": pa.array([float("inf")], pa.float32())}, ("not-finite", 1, "a")),
        ({"a": ["x", "a\x07"]}, ("control-character", 2, "a")),
        ({"a": ["x"], "b": ["y"]}, ("unexpected-column", None, "b")),
        ({"b": ["y"]}, ("unexpected-column", None, "b")),
        ({"a": pa.array([], pa.string())}, ("no-rows", None, None)),
        ({"a": ["x"], "A": ["y"]}, ("duplicate-column", None, "a")),
    ],
)
def test_what_is_no_plain_table_is_refused(
    columns: dict[str, Any], rule: tuple[str, int | None, str | None], decoded: Decoded, source_with: Sources
) -> None:
    assert told(decoded, source_with(("a",), format="parquet"), written(columns))[0] == rule


GOOD = written({"a": [f"text {n}" for n in range(2000)]}, write_page_checksum=True, compression="none")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b"a,b\n", "not-parquet"),
        (b"PK\x03\x04", "not-parquet"),
        (b"PAR1", "broken-parquet"),
        (GOOD[:-1], "broken-parquet"),
        (GOOD[: len(GOOD) // 2] + b"PAR1", "broken-parquet"),
        (GOOD[:-8] + bytes(4) + GOOD[-4:], "broken-parquet"),
        (GOOD.replace(b"text 1999", b"text 1998"), "broken-parquet"),
    ],
)
def test_a_damaged_file_is_refused(data: bytes, rule: str, decoded: Decoded, source_with: Sources) -> None:
    assert told(decoded, source_with(("a",), format="parquet"), data)[0][0] == rule

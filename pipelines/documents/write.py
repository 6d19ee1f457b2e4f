"""The documents become one table of delimited text, UTF-8, its first column the sender's row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.artefacts import Finding
from pipelines.child.answer import Answer
from pipelines.documents.fhir import write_resources
from pipelines.documents.flatten import flatten
from pipelines.documents.job import Job
from pipelines.documents.read import Array, lines
from pipelines.documents.strict import Value
from pipelines.documents.table import Table, is_within
from pipelines.errors import Refused


def write(job: Job) -> Answer:
    """Write the table; give the columns that were met. Raises Refused."""
    with Path(job.target).open("w", encoding="utf-8", newline="", errors="surrogatepass") as out:
        table = Table(out, job.columns, job.ignored)
        notes = write_resources(table, job) if job.form.startswith("fhir") else _write_records(table, job)
    if table.found:
        raise Refused(table.found)
    return Answer(notes=tuple(notes), columns=tuple(table.met.items()), rows=table.rows, records=table.records)


def _write_records(table: Table, job: Job) -> list[Finding]:
    """Write each record; tell how many lack a key that others have: a key that is missing is no null."""
    before = _set_level(job) if job.form == "dhis2" else {}
    for row, record in _records(job):
        if not isinstance(record, dict):
            raise Refused(
                [Finding("broken-json", row, value="a record that is no object", expected="records that are objects")]
            )
        table.put(row, flatten({**before, **record}, ""))
    table.records = table.rows
    lacking = [(column, table.rows - given) for column, given in zip(table.columns, table.given, strict=True)]
    return [
        Finding("missing-key", None, column, value=f"{n} of {table.rows} records", facts=n)
        for column, n in lacking
        if 0 < n < table.rows
    ]


def _records(job: Job) -> Iterator[tuple[int, Value]]:
    if job.form == "ndjson":
        yield from lines(job.documents[0], job.most_record, job.most_bytes)
        return
    array = Array(job.documents[0], job.at, job.most_record, job.most_bytes, job.keyed_by)
    yield from array
    way = {".".join(job.at[: n + 1]) for n in range(len(job.at))}
    if not way <= array.envelope.keys():
        raise Refused([Finding("missing-column", None, ".".join(job.at), expected=".".join(job.at))])
    known = job.beside if job.form == "json" else (*job.beside, *_SET_LEVEL)
    if other := [key for key in array.envelope if key not in way and not is_within(key, known)]:
        expected = ", ".join(known) or "no further key"
        raise Refused([Finding("unexpected-key", None, value=k, expected=expected) for k in other])


# What DHIS2 may say once for all values of a data value set.
_SET_LEVEL = ("dataSet", "completeDate", "period", "orgUnit", "attributeOptionCombo")


def _set_level(job: Job) -> dict[str, Value]:
    """Read what is said once for all values: it may stand behind them."""
    array = Array(job.documents[0], job.at, job.most_record, job.most_bytes)
    for _ in array:
        pass
    return {key: value for key, value in array.envelope.items() if key in _SET_LEVEL}

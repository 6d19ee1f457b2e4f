"""One file is judged: it is refused by rules that are known, or what was read is what an independent reader reads."""

from __future__ import annotations

import contextlib
import io
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Literal

import pipelines.child.serve
from fuzz.readers import difference, rows_of
from pipelines import flow
from pipelines.artefacts import ROW, Delivery, Extract, Finding, Workspace
from pipelines.child.answer import Answer, answer_from
from pipelines.child.limits import Limits
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.decode import columnar, decode, document, packed, spreadsheet
from pipelines.errors import Refused
from pipelines.settings import Settings

Came = Literal["refused", "accepted", "silent", "crash", "hang"]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Judged:
    """What became of a file, and of which rule, reader or error that is known."""

    came: Came
    what: str = ""


def judge(file: Path, source: Source, declared: Declarations, settings: Settings) -> Judged:
    """Decode the file, and compare. Nothing is raised: an error is a crash, and told as one."""
    delivery = Delivery("fuzz", source.source, file.name, file, "0" * 64, file.stat().st_size, NOW)
    try:
        extract = decode(delivery, source, Workspace(file.with_suffix(".work")), settings)
    except Refused as refused:
        return _known({found.rule for found in refused.findings}, declared)
    except Exception:  # noqa: BLE001  whatever it is, it is what is looked for
        return Judged("crash", traceback.format_exc(limit=-4))
    return _compared(file, source, extract)


def go_all_the_way(file: Path, source: Source, declared: Declarations, settings: Settings) -> Judged:
    """Give what the whole path says of the file: some verdict."""
    try:
        outcome = flow.check(file, source.source, declared, settings, file.with_suffix(".whole"), progress=_silent)
    except Exception:  # noqa: BLE001  as above
        return Judged("crash", traceback.format_exc(limit=-4))
    refused = outcome.verdict.decision == "refused"
    return Judged("refused" if refused else "accepted", outcome.verdict.decision)


def _silent(_: str) -> None:
    """Show no progress."""


def read_inside() -> None:
    """Let the readers work in this process, which is a child already: one file in ten has a child of its own."""
    setattr(pipelines.child.serve, "limit", _no_limit)  # noqa: B010  a function of a module, on purpose
    for module in (columnar, document, packed, spreadsheet):
        setattr(module, "run", _inside)  # noqa: B010


def _no_limit(_: Limits) -> None:
    """This process has its own limits."""


def _inside(module: str, job_file: Path, _: Limits, *, with_packages: bool = False) -> Answer:  # noqa: ARG001  as `run`
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        ended = import_module(f"{module}.__main__").main(str(job_file))
    return (
        Answer((Finding("resource-limit", value=str(ended), expected="0"),)) if ended else answer_from(said.getvalue())
    )


def _known(rules: set[str], declared: Declarations) -> Judged:
    known = {rule for rule in rules if rule in declared.rules and declared.rules[rule].consequence == "refuse"}
    if not rules or known != rules:
        return Judged("crash", f"refused by {rules}, of which only {known} are rules that refuse")
    return Judged("refused", min(rules))


def _compared(file: Path, source: Source, extract: Extract) -> Judged:
    try:
        theirs = rows_of(file, source, extract)
    except Exception as error:  # noqa: BLE001  what no other reader reads should not have been read
        return Judged("silent", f"an independent reader refuses it: {type(error).__name__}: {str(error)[:200]}")
    different = difference(list(_read(extract)), theirs)
    return Judged("silent", different) if different else Judged("accepted")


def _read(extract: Extract) -> Iterator[list[str | None]]:
    import duckdb  # noqa: PLC0415  after the fork

    with duckdb.connect() as con:
        table = con.read_parquet(str(extract.path))
        wanted = [n for n, column in enumerate(table.columns) if column != ROW]
        for row in table.fetchall():
            yield [row[n] for n in wanted]

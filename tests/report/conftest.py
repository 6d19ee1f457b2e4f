"""A verdict made by hand: six rows of a wide file, with every fate that a fact can have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.artefacts import Accounts, Check, Delivery, Extract, Finding, Harmonised, Verdict
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.source import Source
from pipelines.report import Speech

SHA256 = "0f" * 32
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
FILE_NAME = "covid_2020.csv"

Problem = tuple[str, str | None, int | None, str | None, str | None, str | None, str | None, int]
ROWS = {"accepted": 3, "rejected": 2, "blank-row": 1}
FACTS = {
    "accepted": 1200,
    "rejected": 5,
    "not-reported": 130,
    "out-of-scope": 7,
    "total-of-parts": 11,
    "overtaken": 13,
    "stale": 17,
    "identical-duplicate": 1,
}
PROBLEMS: Sequence[Problem] = (
    ("unknown-place", "region", 4, "Облыс", "Шымкент қ.", "a place of the reporting state", "Шымкент", 1),
    ("unknown-place", "region", 4, "Облыс", "Шымкент қ.", "a place of the reporting state", "Шымкент", 2),
    ("unknown-place", "region", 6, "Облыс", "Шымкент қ.", "a place of the reporting state", "Шымкент", 3),
    ("unknown-place", "region", 7, "Облыс", "Атлантида", "a place of the reporting state", None, 4),
    ("not-a-number", "value", 9, "Жаңа", "12x", "a whole number", None, 5),
    ("cumulative-does-not-fall", "value", 11, "Барлығы", "17", None, None, 6),
    ("cumulative-does-not-fall", "value", 12, "Барлығы", "17", None, None, 7),
    ("identical-duplicate", None, 14, "Жаңа", None, "one row per region", None, 8),
)
COLUMNS = {
    "rule": "string",
    "field": "string",
    "source_row": "int64",
    "source_column": "string",
    "value": "string",
    "expected": "string",
    "nearest": "string",
    "fact": "int64",
}
CHECKS = (
    Check("unknown-place", "region", "reject", "critical", 4),
    Check("not-a-number", "value", "reject", "critical", 1),
    Check("cumulative-does-not-fall", "value", "flag", "warning", 2),
    Check("future-date", "period_start", "reject", "critical", 0),
    Check(
        "cumulative-does-not-fall-below-history",
        None,
        "flag",
        "warning",
        None,
        "needs the server: what was published before, or other tables",
    ),
)


Sample = tuple[Verdict, Source, Speech]
Make = Callable[..., Sample]


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(scope="session")
def english(declared: Declarations) -> Speech:
    return Speech(declared, "en")


@pytest.fixture
def source() -> Source:
    return Source.model_validate(
        {
            "source": "kz/case_counts",
            "title": "Kazakhstan, cases by region",
            "table": "case_counts",
            "language": ["kk", "ru"],
            "arrives": {"matching": "covid_*.csv"},
            "decode": {"delimiter": ";", "decimal": ",", "thousands": "nbsp"},
            "constants": {"period_type": "D"},
            "map": {"period_start": {"from": "Күні", "read": "dd.MM.yyyy"}, "region": {"from": "Облыс"}},
            "unpivot": {
                "into": "value",
                "columns": {"Жаңа": {"indicator": "CASES"}, "Барлығы": {"indicator": "CASES"}},
            },
            "ignore": ["Ескерту"],
        }
    )


@pytest.fixture
def make(tmp_path: Path, source: Source, english: Speech) -> Make:
    """Make a verdict: as above, or with other problems, findings, accounts."""

    def sample(problems: Sequence[Problem] = PROBLEMS, facts: Mapping[str, int] = FACTS, **changes: object) -> Sample:
        harmonised = _harmonised(tmp_path, sum(facts.values()))
        accounts = Accounts(sum(ROWS.values()), ROWS, sum(facts.values()), facts)
        verdict = Verdict("partly-accepted", CHECKS, findings_of(problems), accounts, harmonised)
        verdict = replace(verdict, problems=written(problems, tmp_path / "problems.parquet"))
        return replace(verdict, **changes), source, english  # type: ignore[arg-type]

    return sample


@pytest.fixture
def refused(source: Source, english: Speech) -> Callable[..., Sample]:
    """Make the verdict on a file that could not be read."""

    def sample(*findings: Finding) -> Sample:
        return Verdict("refused", (), findings, Accounts(0, {}, 0, {})), source, english

    return sample


def findings_of(problems: Sequence[Problem]) -> tuple[Finding, ...]:
    """Count problems by rule, field and column, as validate does; the first of each gives place and value."""
    first: dict[tuple[str, str | None, str | None], Finding] = {}
    for rule, field, row, column, value, expected, nearest, _ in problems:
        new = Finding(rule, row, column, field, value, expected, nearest, 0)
        kept = first.setdefault((rule, field, column), new)
        first[rule, field, column] = replace(kept, facts=kept.facts + 1)
    return tuple(first.values())


def written(problems: Sequence[Problem], file: Path) -> Path:
    """Write problems as validate writes them."""
    columns = list(zip(*problems, strict=True)) or [()] * len(COLUMNS)
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, COLUMNS.values(), strict=True)]
    pq.write_table(pa.table(arrays, names=list(COLUMNS)), file)
    return file


def _harmonised(folder: Path, facts: int) -> Harmonised:
    delivery = Delivery("d1", "kz/case_counts", FILE_NAME, folder / FILE_NAME, SHA256, 1000, NOW)
    columns = ("Күні", "Облыс", "Жаңа", "Барлығы", "Ескерту")
    extract = Extract(delivery, folder / "extract.parquet", columns, sum(ROWS.values()), "utf-8")
    read = {"period_start": "Күні", "region": "Облыс", "value": None}
    return Harmonised(extract, folder / "harmonised.parquet", facts, read, {"not-reported": 130})

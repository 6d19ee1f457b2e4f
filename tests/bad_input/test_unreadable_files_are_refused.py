"""Files that are not what their source declares: each is refused whole, by its own rule, with its place in the file."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Protocol

import duckdb
import pytest

from pipelines.declarations import Declarations
from pipelines.flow import Outcome
from pipelines.report import Speech, exit_code
from tests.bad_input.case import Case
from tests.bad_input.dangerous import DANGEROUS
from tests.bad_input.foreign import FOREIGN
from tests.bad_input.listed import ELSEWHERE, NO_FILE
from tests.bad_input.texts import HEADER, TEXTS

TESTS = Path(__file__).parents[1]


class Home(Protocol):
    def run(self, data: bytes, source: str = "kz/bulletin") -> Outcome: ...
    def standing(self, outcome: Outcome) -> object: ...
    def published(self) -> str: ...


def test_every_line_of_the_list_has_its_case_or_the_reason_why_not() -> None:
    cases = {case.line for case in [*TEXTS, *FOREIGN] if case.line} | {line for line, *_ in DANGEROUS}
    assert set(range(1, 101)) - cases - set(ELSEWHERE) == set(NO_FILE)
    assert cases & set(NO_FILE) == set()


@pytest.mark.parametrize("line", ELSEWHERE)
def test_what_is_tested_elsewhere_is_there(line: int) -> None:
    file, named = ELSEWHERE[line]
    assert named in (TESTS / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c.line or 'own'} {c.name}") for c in [*TEXTS, *FOREIGN]])
def test_it_is_refused_by_its_own_rule_with_its_place_and_nothing_is_published(
    case: Case, good: str, home: Home, declared: Declarations
) -> None:
    before = home.published()
    outcome, told = home.run(case.make(good), case.source), case.told
    findings = outcome.verdict.findings
    assert [
        (f.rule, f.row, f.column, f.value if t[3] is not None else None) for f, t in zip(findings, told, strict=False)
    ] == told
    assert [f.rule for f in findings[len(told) :] if f.rule != "missing-column"] == []
    assert all(f.expected for f in findings), findings
    assert {declared.rules[f.rule].consequence for f in findings} == {"refuse"}
    assert (outcome.verdict.decision, exit_code(outcome.verdict), outcome.publication) == ("refused", 1, None)
    entries = home.standing(outcome).entries  # type: ignore[attr-defined]  # a Standing
    assert [e.state for e in entries] == ["received", "refused"]
    assert entries[-1].reason.startswith(told[0][0])
    assert home.published() == before


def test_sixty_megabytes_in_one_line_are_refused_at_once(home: Home) -> None:
    for data in (b"KAZ;" * (15 << 20), HEADER.encode() + b"\r\n" + b'"KAZ;' * (12 << 20)):
        started = time.monotonic()
        outcome = home.run(data)
        assert time.monotonic() - started < 5
        assert [f.rule for f in outcome.verdict.findings] == ["line-too-long"]


def test_an_unclosed_quote_before_a_million_rows_is_found_at_once(good: str, home: Home) -> None:
    head, _, rows = good.partition("\n")
    started = time.monotonic()
    outcome = home.run((head + '\n01.01.2020;"Абай облысы;Жұқтырғандар;1;\n' + rows * 500).encode())
    assert time.monotonic() - started < 10
    assert [(f.rule, f.row, f.column) for f in outcome.verdict.findings] == [("unclosed-quote", 2, "Облыс")]


def test_a_real_parquet_file_is_refused_as_one(good: str, home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("parquet") / "real.parquet"
    duckdb.sql(f"COPY (SELECT {json.dumps(len(good))} AS n) TO '{file}' (FORMAT parquet)")
    assert [f.rule for f in home.run(file.read_bytes()).verdict.findings] == ["not-delimited-text"]


@pytest.mark.parametrize("declared_as", ["kz1048", "cp1251"])
def test_who_sent_utf_8_is_not_told_to_send_utf_8(
    declared_as: str, good: str, home: Home, declared: Declarations
) -> None:
    outcome = home.run(good.encode(), f"kz/bulletin_{declared_as}")
    rule, found = declared.rules["wrong-encoding"], outcome.verdict.findings[0]
    for language in ("en", "kk", "ru"):
        mend = Speech(declared, language).mend(rule, found)
        assert mend
        assert declared_as in str(mend)
        assert "UTF-8" not in str(mend)

"""A figure that is not there is a fact where the sender says why, and is not reported where nobody does."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import lake
from pipelines.cli import main
from pipelines.errors import DeclarationError
from pipelines.settings import Settings

from .conftest import CONSTANTS, HEAD, MAP, Run, facts

MARKED = MAP.replace("{from: v}", '{from: v, nothing: ["-"], missing: {"*": SUPPRESSED, "...": NOT_YET_AVAILABLE}}')
BESIDE = MAP + "  missing_reason: {from: why}\n"
WIDE = CONSTANTS.replace("indicator: CASES, ", "") + (
    "map:\n  period_start: {from: d, read: yyyy-MM-dd}\n  region: {from: r}\n"
    "unpivot:\n  into: value\n  missing: {'*': SUPPRESSED}\n"
    "  columns: {ill: {indicator: CASES}, dead: {indicator: DEATHS}}\n"
)
SAID = "value, missing_reason, set_aside"


def test_a_mark_in_the_place_of_a_figure_is_its_reason(run: Run) -> None:
    cells = ["5", " * ", "...", "-", "", "**"]
    found = run(CONSTANTS + MARKED, "d,r,v\n" + "".join(f"2020-07-{i:02},Астана,{c}\n" for i, c in enumerate(cells, 1)))
    assert facts(found, SAID) == [
        (5, None, None),
        (None, "SUPPRESSED", None),
        (None, "NOT_YET_AVAILABLE", None),
        (None, None, "not-reported"),
        (None, None, "not-reported"),
        (None, None, None),
    ]
    assert facts(found, "problems['value']", "source_row = 7") == [("not-a-number",)]


def test_a_column_beside_the_figure_says_why_it_is_not_there(run: Run) -> None:
    rows = ("01,Астана,,Құпия", "02,Астана,5,", "03,Астана,,", "04,Астана,,белгісіз сөз")
    text = "d,r,v,why\n" + "".join(f"2020-07-{row}\n" for row in rows)
    found = run(CONSTANTS + BESIDE, text)
    assert facts(found, SAID) == [
        (None, "SUPPRESSED", None),
        (5, None, None),
        (None, None, "not-reported"),
        (None, None, None),
    ]


def test_a_cell_of_a_wide_file_says_why_its_figure_is_not_there(run: Run) -> None:
    found = run(WIDE, "d,r,ill,dead\n2020-07-01,Астана,5,*\n2020-07-02,Астана,,0\n")
    assert facts(found, f"indicator, {SAID}") == [
        ("DEATHS", None, "SUPPRESSED", None),
        ("CASES", 5, None, None),
        ("DEATHS", 0, None, None),
        ("CASES", None, None, "not-reported"),
    ]


@pytest.mark.parametrize(
    ("declaration", "said"),
    [
        (MAP.replace("{from: r}", '{from: r, missing: {"*": SUPPRESSED}}'), "is not the figure of which the table"),
        (MARKED + "  missing_reason: {from: why}\n", "a column gives the missing_reason already"),
        (MARKED.replace("SUPPRESSED", "SECRET"), "'SECRET' is not a code of missing_reason"),
        (MARKED.replace("SUPPRESSED", "NOT_MISSING"), "'NOT_MISSING' is no reason"),
    ],
)
def test_a_mark_that_is_declared_wrongly_is_refused(run: Run, declaration: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        run(CONSTANTS + declaration, "d,r,v\n")


def test_what_is_withheld_is_published_takes_the_figures_place_and_gives_it_back(tmp_path: Path) -> None:
    rows = [("05", "5,"), ("06", "7,"), ("07", ",Құпия"), ("08", ",Дерек бар"), ("09", "9,Құпия"), ("10", ",")]
    verdict = _sent(tmp_path, *rows)
    assert dict(verdict) == {"missing-value": 5, "reason-beside-a-figure": 6}
    known = {"05": (5, None), "06": (7, None), "07": (None, "SUPPRESSED"), "09": (9, "SUPPRESSED")}
    assert _published(tmp_path) == known
    _sent(tmp_path, ("06", ",Құпия"))
    assert _published(tmp_path) == {**known, "06": (None, "SUPPRESSED")}
    _sent(tmp_path, ("06", "8,"))
    assert _published(tmp_path) == {**known, "06": (8, None)}


def _sent(folder: Path, *rows: tuple[str, str]) -> list[tuple[str, int]]:
    declared, file = folder / "declared/schemas/sources/kz/small.yaml", folder / "small.csv"
    file.write_text("d,r,v,why\n" + "".join(f"2020-07-{day},Астана,{said}\n" for day, said in rows), encoding="utf-8")
    declared.parent.mkdir(parents=True, exist_ok=True)
    declared.write_text(HEAD + CONSTANTS + BESIDE + "hold_above_rejected_share: 1\n", encoding="utf-8")
    told = ["--home", folder / "home", "--declarations", folder / "declared", "run", file, "--source", "kz/small"]
    CliRunner().invoke(main, [*map(str, told)], catch_exceptions=False)
    problems = sorted((folder / "home").rglob("problems.parquet"), key=lambda p: p.stat().st_mtime)
    return duckdb.sql(f"SELECT rule, source_row FROM '{problems[-1]}'").fetchall() if problems else []


def _published(folder: Path) -> dict[str, tuple[int | None, str | None]]:
    with lake.opened(Settings.from_environment({"SALAMAT_HOME": str(folder / "home")}), read_only=True) as opened:
        said = "SELECT strftime(period_start, '%d'), value, missing_reason FROM lake.case_counts"
        return {day: (value, reason) for day, value, reason in opened.con.execute(said).fetchall()}

"""The command as its three users meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
GOOD, FLAWED = EXAMPLES / "kz_april.csv", EXAMPLES / "kz_april_with_errors.csv"

TOTAL = "select sum(value) as total from case_counts where region = 'KZ' and indicator = 'CASES'"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def salamat(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *map(str, arguments)], catch_exceptions=False)


def test_help_names_every_subcommand() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for command in ("check", "run", "reprocess", "status", "explain", "reference", "release", "query"):
        assert f"  {command} " in said
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_a_good_file_is_accepted_and_nothing_is_kept(tmp_path: Path) -> None:
    said = salamat(tmp_path / "home", "check", GOOD)
    assert said.exit_code == 0
    assert "ACCEPTED" in said.output
    assert not (tmp_path / "home").exists()


def test_a_flawed_file_is_told_with_place_value_and_expectation(home: Path) -> None:
    said = salamat(home, "check", FLAWED)
    assert said.exit_code == 1
    for words in ("unknown-place", "Алмата", "not-own-state", "Тошкент шаҳри", "not-a-date", "2020-04-31"):
        assert words in said.output


def test_json_says_the_same_and_all_of_it(home: Path) -> None:
    said = salamat(home, "check", FLAWED, "--json")
    told = json.loads(said.output)
    assert (told["exit_code"], told["decision"]) == (1, "partly-accepted")
    assert told["facts"]["read"] == sum(told["facts"]["by_fate"].values()) == 180
    assert told["rows"]["read"] == sum(told["rows"]["by_fate"].values()) == 60
    first = next(p for p in told["problems"] if p["rule"] == "unknown-place")
    assert (first["row"], first["column"], first["value"], first["nearest"]) == (10, "Region", "Алмата", "Алма-Ата")
    assert any(not check["made"] and check["why_not"] for check in told["checks"])


def test_a_report_is_a_page_to_forward(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    salamat(home, "check", FLAWED, "--report", page)
    text = page.read_text(encoding="utf-8")
    assert "Алмата" in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", str(GOOD), "--source", "kz/case_count"], "kz/case_counts"),
        (["check", str(EXAMPLES / "../the-path.md")], "or takes a file of this name"),
        (["check", "no-such-file.csv"], "does not exist"),
        (["check", str(GOOD), "--nonsense"], "--nonsense"),
        (["explain", "kz/nothing"], "kz/case_counts"),
        (["status", "xx/nothing"], "known are"),
        (["reprocess", "no-such-delivery"], "no delivery"),
    ],
)
def test_what_is_not_understood_ends_with_2_and_a_hint(home: Path, arguments: list[str], said: str) -> None:
    result = salamat(home, *arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_from_a_file_to_a_query_on_a_release(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert salamat(home, "run", GOOD).exit_code == 0
    assert "published" in salamat(home, "status").output
    assert "validated" in salamat(home, "status", "kz/case_counts").output
    on_lake = salamat(home, "query", TOTAL, "--format", "csv")
    assert on_lake.output.split() == ["total", "1420"]
    wrong = salamat(home, "query", "selec 1")
    assert (wrong.exit_code, "selec" in wrong.output) == (2, True)
    assert salamat(home, "release", tmp_path / "release").exit_code == 0
    told = ["query", "--release", tmp_path / "release", "--format", "json", "select count(*) as n from case_counts"]
    assert json.loads(salamat(home, *told).output) == [{"n": 90}]


def test_declarations_of_ones_own_are_added(tmp_path: Path) -> None:
    file = tmp_path / "more/schemas/sources/kz/small.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "source: kz/small\ntitle: small\ntable: case_counts\nlanguage: [ru]\narrives: {matching: small.csv}\n"
        "constants: {period_type: D, pathogen: SARSCOV2, indicator: CASES, measure_type: INCIDENT}\n"
        "map:\n  period_start: {from: d, read: yyyy-MM-dd}\n  region: {from: r}\n  value: {from: v}\n",
        encoding="utf-8",
    )
    sent = tmp_path / "small.csv"
    sent.write_text("d,r,v\n2020-04-01,Астана,1\n", encoding="utf-8")
    result = salamat(tmp_path / "home", "--declarations", tmp_path / "more", "check", sent)
    assert result.exit_code == 0, result.output
    file.write_text(file.read_text(encoding="utf-8").replace("CASES", "KASES"), encoding="utf-8")
    result = salamat(tmp_path / "home", "--declarations", tmp_path / "more", "check", sent)
    assert result.exit_code == 2
    assert "small.yaml:6: 'KASES' is not a code of indicator" in result.output


def test_the_command_runs_as_a_module_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-m", "pipelines", "--version"], capture_output=True, check=True, text=True)
    assert done.stdout.startswith("salamat, version ")

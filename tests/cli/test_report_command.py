"""`salamat report`: the verdict on a delivery, told again, and nothing is changed by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main
from pipelines.ledger import Ledger
from pipelines.settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
GOOD, FLAWED = EXAMPLES / "kz_april.csv", EXAMPLES / "kz_april_with_errors.csv"


def salamat(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *map(str, arguments)], catch_exceptions=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three deliveries: good, flawed, and one that cannot be read."""
    home = tmp_path_factory.mktemp("home")
    torn = home / "kz_torn.csv"
    torn.write_text(GOOD.read_text(encoding="utf-8") + '"torn\n', encoding="utf-8")
    for file in (GOOD, FLAWED, torn):
        said = salamat(home, "run", file, "--source", "kz/case_counts").stdout
        (home / f"{file.name}.said").write_text(said, encoding="utf-8")
    return home


def standings(home: Path) -> dict[str, tuple[str, int]]:
    """The deliveries by their files' names: the id, and how many states the ledger has of each."""
    told = Ledger(Settings.from_environment({"SALAMAT_HOME": str(home)})).standings()
    return {s.delivery.file_name: (s.delivery.delivery_id, len(s.entries)) for s in told}


def id_of(home: Path, file: str) -> str:
    return standings(home)[file][0]


@pytest.mark.parametrize(("file", "code"), [(GOOD.name, 0), (FLAWED.name, 1), ("kz_torn.csv", 1)])
def test_it_says_what_run_said_and_ends_as_check_does(home: Path, file: str, code: int) -> None:
    path = home / file if file == "kz_torn.csv" else EXAMPLES / file
    again = salamat(home, "report", id_of(home, file))
    checked = salamat(home, "check", path, "--source", "kz/case_counts")
    assert again.exit_code == checked.exit_code == code
    assert (home / f"{file}.said").read_text(encoding="utf-8").startswith(again.stdout)


def test_json_and_a_page_are_those_of_check(home: Path, tmp_path: Path) -> None:
    asked = ["--json", "--report", tmp_path / "again.html"]
    again = salamat(home, "report", id_of(home, FLAWED.name), *asked)
    told, checked = (json.loads(said) for said in (again.stdout, salamat(home, "check", FLAWED, "--json").stdout))
    of_the_lake = {"checks"}  # check knows the file alone, and says of more rules that it did not try them
    assert {k: v for k, v in told.items() if k not in of_the_lake} == {
        k: v for k, v in checked.items() if k not in of_the_lake
    }
    assert "Алмата" in (tmp_path / "again.html").read_text(encoding="utf-8")


def test_with_data_docs_it_names_the_index_and_json_stays_json(home: Path, tmp_path: Path) -> None:
    asked = ["--json", "--data-docs", tmp_path / "docs"]
    again = salamat(home, "report", id_of(home, FLAWED.name), *asked)
    assert again.exit_code == json.loads(again.stdout)["exit_code"] == 1
    assert str(tmp_path / "docs" / "index.html") in again.stderr
    assert (tmp_path / "docs" / "index.html").is_file()


def test_a_delivery_that_could_not_be_read_has_no_data_docs_and_says_so(home: Path, tmp_path: Path) -> None:
    again = salamat(home, "report", id_of(home, "kz_torn.csv"), "--data-docs", tmp_path / "docs")
    assert again.exit_code == 1
    assert "refused before it had facts" in again.stderr
    assert "Traceback" not in again.output
    assert not (tmp_path / "docs").exists()


def test_nothing_is_changed_by_it_even_where_the_kept_verdict_is_of_no_use(home: Path, tmp_path: Path) -> None:
    delivery_id, before = id_of(home, FLAWED.name), standings(home)
    said = salamat(home, "report", delivery_id).stdout
    (kept,) = (f for f in (home / "store" / "deliveries" / delivery_id).iterdir() if f.is_dir())
    (kept / "problems.parquet").rename(tmp_path / "problems.parquet")
    files = {file: file.stat().st_mtime_ns for file in kept.iterdir()}
    assert salamat(home, "report", delivery_id).stdout == said
    assert {file: file.stat().st_mtime_ns for file in kept.iterdir()} == files
    assert standings(home) == before
    (tmp_path / "problems.parquet").rename(kept / "problems.parquet")


def test_other_declarations_are_asked_anew(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "schemas" / "sources" / "kz" / "small.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(
        "source: kz/small\ntitle: small\ntable: case_counts\nlanguage: [ru]\narrives: {matching: small.csv}\n"
        "constants: {period_type: D, pathogen: SARSCOV2, indicator: CASES, measure_type: INCIDENT}\n"
        "map:\n  period_start: {from: d, read: yyyy-MM-dd}\n  region: {from: r}\n  value: {from: v}\n",
        encoding="utf-8",
    )
    sent = tmp_path / "small.csv"
    sent.write_text("d,r,v\n2020-04-01,Астана,1\n2020-04-01,Алмата,2\n", encoding="utf-8")
    salamat(home, "--declarations", tmp_path, "run", sent)
    asked = ["--declarations", tmp_path, "report", id_of(home, "small.csv")]
    assert "HELD" in salamat(home, *asked).stdout
    own.write_text(own.read_text(encoding="utf-8").replace("{from: r}", "{from: R}"), encoding="utf-8")
    mended = salamat(home, *asked)
    assert (mended.exit_code, "REFUSED" in mended.stdout) == (1, True)
    assert salamat(home, "--declarations", tmp_path, "status", "kz/small").output.count("refused") == 0


def test_a_delivery_that_nobody_knows_ends_with_2(home: Path) -> None:
    said = salamat(home, "report", "no-such-delivery")
    assert (said.exit_code, "no delivery" in said.stderr) == (2, True)

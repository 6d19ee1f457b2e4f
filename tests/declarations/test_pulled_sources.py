"""What a source says of being pulled fits together, or is refused with its line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.declarations import load_declarations
from pipelines.declarations.arrives import Arrives
from pipelines.errors import DeclarationError

ROOT = Path(__file__).parents[2]
PULLED = """\
source: kz/weekly
title: weekly
table: case_counts
language: [kk, ru]
arrives:
  by: pull
  over: sftp
  connection: ministry
  path: /out/weekly*.csv
  matching: "weekly*.csv"
  cron: "0 12 * * 1"
  give_up_after: 30m
constants: {period_type: W, pathogen: SARSCOV2, indicator: CASES, measure_type: INCIDENT}
map:
  period_start: {from: Күні, read: dd.MM.yyyy}
  region: {from: Облыс}
  value: {from: Жаңа}
"""


def arrives(folder: Path, text: str) -> Arrives:
    file = folder / "schemas/sources/kz/weekly.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return load_declarations(folder, only="kz/weekly").sources["kz/weekly"].arrives


def test_a_pulled_source_is_accepted(tmp_path: Path) -> None:
    declared = arrives(tmp_path, PULLED)
    assert (declared.by, declared.over, declared.connection) == ("pull", "sftp", "ministry")
    assert declared.patience == timedelta(minutes=30)


def test_a_file_in_the_login_folder_is_accepted_over_sftp(tmp_path: Path) -> None:
    assert arrives(tmp_path, PULLED.replace("path: /out/", "path: ")).last_part == "weekly*.csv"


def test_a_query_is_part_of_an_address_and_not_of_a_file_name(tmp_path: Path) -> None:
    text = PULLED.replace("over: sftp", "over: https").replace("/out/weekly*.csv", "/out/weekly%20new.csv?since=2020")
    assert arrives(tmp_path, text).last_part == "weekly new.csv"


def test_the_example_of_the_docs_can_be_declared(tmp_path: Path) -> None:
    text = (ROOT / "docs/adding-a-source.md").read_text(encoding="utf-8")
    block = text.split("## Where nobody brings it: pull")[1].split("```yaml\n")[1].split("```")[0]
    declared = arrives(tmp_path, PULLED[: PULLED.index("arrives:")] + block + PULLED[PULLED.index("constants:") :])
    assert (declared.over, declared.path, declared.give_up_after) == ("sftp", "/out/weekly_*.csv", "30m")


WRONG = [
    ("  over: sftp\n", "", 5, "needs 'over'"),
    ("  connection: ministry\n", "", 5, "needs 'connection'"),
    ("  path: /out/weekly*.csv\n", "", 5, "needs 'path'"),
    ('  cron: "0 12 * * 1"\n', "", 5, "needs 'cron'"),
    ("over: sftp", "over: ftp", 7, "arrives.over"),
    ("connection: ministry", "connection: The Ministry", 8, "arrives.connection"),
    ("over: sftp", "over: https", 9, "is a pattern, and nothing can be listed over https"),
    ("/out/weekly*.csv", "/out/", 9, "is a folder"),
    ("/out/weekly*.csv", "/o*t/weekly.csv", 9, "only the file's name may have one"),
    ("/out/weekly*.csv", "/out/monthly.csv", 9, "brings 'monthly.csv', which matching"),
    ("/out/weekly*.csv", "sftp://host/weekly.csv", 9, "is not a path on the host"),
    ("over: sftp\n  connection: ministry\n  path: /", "over: http\n  connection: ministry\n  path: ", 9, "not a path"),
    ("give_up_after: 30m", "give_up_after: soon", 12, "arrives.give_up_after"),
    ("by: pull", "by: upload", 7, "'over' is for by: pull"),
    ("by: pull", "by: upload", 8, "'connection' is for by: pull"),
    ("by: pull", "by: upload", 9, "'path' is for by: pull"),
    ("by: pull", "by: upload", 12, "'give_up_after' is for by: pull"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), WRONG, ids=[f"{w[3]} ({w[1][:12]})" for w in WRONG])
def test_a_contradiction_of_arrival_is_told_with_its_line(
    tmp_path: Path, right: str, wrong: str, line: int, said: str
) -> None:
    assert right in PULLED
    with pytest.raises(DeclarationError) as told:
        arrives(tmp_path, PULLED.replace(right, wrong, 1))
    found = [c for c in told.value.contradictions if said in str(c)]
    assert found, str(told.value)
    assert (found[0].file.name, found[0].line) == ("weekly.yaml", line)

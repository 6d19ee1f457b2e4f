"""An eighth state joins with a folder of declarations outside the checkout, in its own language, and without Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main
from pipelines.declarations import load_declarations
from pipelines.errors import DeclarationError

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("declarations")
LIST = """Numero;Raportita;Regiono;Aĝo;Sekso;Rezulto;Mortotago
1;3 aŭgusto 2020;Nordo;44;Ina;Resaniĝis;-
2;4 aŭgusto 2020;Sudo;81;V;Mortis;9 aŭgusto 2020
3;4 aŭgusto 2020;Sudo;7;Nekonata;-;-
"""


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout, with the state's declarations and a file of its ministry."""
    outside = tmp_path_factory.mktemp("outside")
    shutil.copytree(FOLDER, outside / "declarations")
    (outside / "kazoj_32.csv").write_bytes(LIST.encode("iso8859-3"))
    return outside


def salamat(outside: Path, *arguments: object) -> Result:
    given = ["--home", outside / "home", "--declarations", outside / "declarations", *arguments]
    return CliRunner().invoke(main, [str(a) for a in given], catch_exceptions=False)


def test_its_file_is_checked_and_published_and_queried(joined: Path) -> None:
    assert salamat(joined, "check", joined / "kazoj_32.csv").exit_code == 0
    assert salamat(joined, "run", joined / "kazoj_32.csv").exit_code == 0
    told = "select case_id, region_notification, sex, outcome, report_date, death_date from cases order by case_id"
    asked = salamat(joined, "query", "--format", "json", told)
    assert json.loads(asked.output) == [
        {"case_id": "1", "region_notification": "XE-N", "sex": "F", "outcome": "A", "report_date": "2020-08-03"}
        | {"death_date": None},
        {"case_id": "2", "region_notification": "XE-S", "sex": "M", "outcome": "D", "report_date": "2020-08-04"}
        | {"death_date": "2020-08-09"},
        {"case_id": "3", "region_notification": "XE-S", "sex": "UNK", "outcome": "UNK", "report_date": "2020-08-04"}
        | {"death_date": None},
    ]


def test_its_places_and_words_are_in_the_release(joined: Path) -> None:
    assert salamat(joined, "run", joined / "kazoj_32.csv").exit_code == 0
    assert salamat(joined, "release", joined / "releases").exit_code == 0
    told = (
        "select p.name_en, c.label_eo from cases k join places p on p.place_id = k.region_notification"
        " join codes c on c.list = 'sex' and c.code = k.sex where case_id = '2'"
    )
    asked = salamat(joined, "query", "--release", joined / "releases", "--format", "json", told)
    assert json.loads(asked.output) == [{"name_en": "South", "label_eo": "Vira"}]


def test_it_has_its_dag_beside_those_of_the_others(joined: Path, tmp_path: Path) -> None:
    code = "import sources; print(*(name for name in vars(sources) if '__' in name.strip('_')))"
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'dags'}", "AIRFLOW_HOME": str(tmp_path)}
    env |= {"SALAMAT_DECLARATIONS": str(joined / "declarations"), "SALAMAT_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"xe__cases", "kz__case_counts"} < set(done.stdout.split())


def test_nothing_of_it_is_in_the_checkouts_declarations() -> None:
    assert not any(name.startswith("xe/") for name in load_declarations().sources)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,label_eo\nQ,Io\n", "'sex' has no code Q"),
        ("code,label_tr\nF,Io\n", "'sex' has its words in tr already"),
    ],
)
def test_it_may_say_the_networks_codes_in_more_languages_and_change_nothing(
    tmp_path: Path, text: str, told: str
) -> None:
    shutil.copytree(FOLDER, tmp_path / "declarations")
    (tmp_path / "declarations/schemas/codes/sex.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=told):
        load_declarations(tmp_path / "declarations")

"""What a file is called is told, and never trusted: no path is made of it, no command, no mark of a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.flow import Outcome

DECLARATIONS = Path(__file__).parent / "declarations"
NAMES = [
    "..%2f..%2fx.csv",
    "…∕..∕x.csv",
    "a;rm -rf ~;.csv",
    "$(touch x).csv",
    "`touch x`.csv",
    "--help",
    "CON.csv",
    "a\r\nX: y.csv",
    "a\x1b[31m.csv",
    "cod.\u202egpj.csv",
    "<img src=x onerror=alert(1)>.csv",
    "a'; DROP TABLE delivery; --.csv",
    "year=2020[*?].csv",
    "ә" * 120 + ".csv",
]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system itself refuses most of these names")


class Home(Protocol):
    settings: object
    folder: Path

    def run(self, data: bytes, source: str = "kz/bulletin", name: str = "bulletin_sent.csv") -> Outcome: ...


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_file_is_called_its_bytes_are_kept_under_their_digest(name: str, home: Home) -> None:
    outcome = home.run(b"a;b\n1;2\n", name=name)
    delivery = outcome.delivery
    assert (delivery.file_name, delivery.path.name) == (name, delivery.sha256)
    assert outcome.verdict.decision == "refused"
    assert {file.name for file in home.folder.parent.iterdir() if file.name == "x"} == set()


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("--")])
def test_what_is_printed_of_a_name_holds_no_sign_that_a_terminal_or_a_page_obeys(name: str, tmp_path: Path) -> None:
    file, page = tmp_path / name, tmp_path / "report.html"
    file.write_bytes(b"a;b\n1;2\n")
    asked = ["check", "--source", "kz/bulletin", "--report", str(page), str(file)]
    result = CliRunner().invoke(main, ["--declarations", str(DECLARATIONS), *asked])
    assert result.exit_code == 1, result.output
    for text in (result.output, page.read_text(encoding="utf-8")):
        assert not set(text) & {"\x1b", "\r", "\u202e"}
        assert "<img" not in text

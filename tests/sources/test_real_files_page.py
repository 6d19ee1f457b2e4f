"""The table of every file in docs/real-files.md: no file without its line, no line without file, source and test."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from tests.sources.conftest import FILES
from tests.sources.real_files_page import PAGE
from tests.sources.test_case_list_formats import FORMATS

if TYPE_CHECKING:
    from pipelines.declarations import Declarations

HERE = Path(__file__).parent
RUN = FILES | {name: f"formats_globalhealth/{file}" for name, file in FORMATS.items()}


def lines() -> list[tuple[str, str, str]]:
    """Give file, source and test of each line."""
    table = PAGE.read_text(encoding="utf-8").partition("## Every file")[2]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines() if row.startswith("| `")]
    return [(file.strip("`"), source, test) for file, source, test in rows]


def test_every_file_has_one_line_and_every_line_a_file(real_data: Path) -> None:
    files = {str(f.relative_to(real_data)) for f in real_data.rglob("*") if f.is_file()} - {"MANIFEST.csv"}
    found = {file: [pattern for pattern, _, _ in lines() if fnmatchcase(file, pattern)] for file in files}
    assert {file: patterns for file, patterns in found.items() if len(patterns) != 1} == {}
    assert {pattern for pattern, _, _ in lines()} == {pattern for patterns in found.values() for pattern in patterns}


def test_every_source_of_the_table_is_declared_and_its_test_is_there(declared: Declarations) -> None:
    for file, source, test in lines():
        named = set(re.findall(r"[a-z]{2}/[a-z0-9_]+", source))
        assert named <= declared.sources.keys(), file
        tests = re.findall(r"`(test_\w+[.]py)`", test)
        assert all((HERE / module).is_file() for module in tests)
        assert bool(named) == bool(tests), file


def test_what_the_tests_run_is_what_the_table_says() -> None:
    for name, file in RUN.items():
        sources = [source for pattern, source, _ in lines() if fnmatchcase(file, pattern)]
        assert any(re.search(rf"{name}\b", source) for source in sources) or name == "xt/measures_h7", name

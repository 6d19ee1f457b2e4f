"""What the repository's files never say, and what never lies in which folder."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIPELINES = ROOT / "pipelines"
ADDRESS = re.compile(r"\w://|^\s*-i\b|--(extra-)?index-url|--find-links|--trusted-host|\s@\s", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.~}$-])/(?:work|root|home|Users)/|[A-Z]:\\Users\\")
COUNTRY_NAMES = re.compile(
    "azerbaijan|hungary|kazakhstan|kyrgyz|turkey|türkiye|turkiye|turkmenistan|uzbekistan", re.IGNORECASE
)
COUNTRY_CODES = re.compile(rf"\b({'|'.join(sorted(f.stem for f in (ROOT / 'schemas/places').glob('??.csv')))})\b")


def test_the_lock_says_names_versions_and_hashes_only() -> None:
    assert ADDRESS.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    naming = [f.relative_to(ROOT).as_posix() for f in _repository_files() if MACHINE_PATH.search(_text(f))]
    assert naming == []


def test_declarations_lie_outside_the_code() -> None:
    assert [*PIPELINES.rglob("*.yaml"), *PIPELINES.rglob("*.yml")] == []


@pytest.mark.parametrize("folder", ["schemas", "expectations"])
def test_a_declaration_never_computes(folder: str) -> None:
    assert list((ROOT / folder).rglob("*.py")) == []


def test_the_seven_states_are_the_declared_ones() -> None:
    assert COUNTRY_CODES.pattern == r"\b(AZ|HU|KG|KZ|TM|TR|UZ)\b"


def test_code_never_names_a_country() -> None:
    naming = [
        f"{module.relative_to(ROOT).as_posix()}:{line}: {text}"
        for module in sorted(PIPELINES.rglob("*.py"))
        for line, text in _literals(module)
        if _names_a_country(text)
    ]
    assert naming == []


def test_templates_never_name_a_country() -> None:
    naming = [
        f.name for f in PIPELINES.rglob("*.jinja") if COUNTRY_NAMES.search(_text(f)) or COUNTRY_CODES.search(_text(f))
    ]
    assert naming == []


def test_only_lake_names_ducklake() -> None:
    """An extension is loaded by its name in SQL, which no import contract sees."""
    modules = [m for m in PIPELINES.rglob("*.py") if any("ducklake" in text.lower() for _, text in _literals(m))]
    assert {m.relative_to(PIPELINES).parts[0].removesuffix(".py") for m in modules} <= {"lake"}


def _repository_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [file for name in listed.stdout.split("\0") if name and (file := ROOT / name).is_file()]


def _names_a_country(text: str) -> bool:
    return bool(COUNTRY_NAMES.search(text) or COUNTRY_CODES.search(text))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _literals(module: Path) -> list[tuple[int, str]]:
    """Give the string literals with their lines, docstrings apart: those give examples."""
    tree = ast.parse(_text(module))
    documents = [n.value for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)]
    constants = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in documents)
    return [(n.lineno, n.value) for n in constants if isinstance(n.value, str)]

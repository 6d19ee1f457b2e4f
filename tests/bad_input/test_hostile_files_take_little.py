"""Files made to exhaust who reads them: each is answered by its rule, in five seconds and 512 MiB at most."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.artefacts import Finding
from pipelines.errors import Refused
from pipelines.settings import Settings
from pipelines.store import Store
from tests.bad_input.dangerous import DANGEROUS

ROOT = Path(__file__).parents[2]
MOST_SECONDS, MOST_MEMORY = 5, 512 << 20


class Measured(NamedTuple):
    """What a file was answered, and what that took."""

    rules: list[str] | None
    seconds: float
    memory: int


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    folder = tmp_path_factory.mktemp("dangerous")
    for _, source, name, _, make in DANGEROUS:
        (folder / f"{source.replace('/', '+')}--{name}").write_bytes(make())
    command = [sys.executable, "-m", "tests.bad_input.measured", str(folder)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return dict(_told(said))


def _told(said: str) -> Iterator[tuple[str, Measured]]:
    for line in said.splitlines():
        name, rules, seconds, memory, _ = json.loads(line)
        yield name.partition("--")[2], Measured(rules, seconds, memory)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork, and no such measure")
@pytest.mark.parametrize(("name", "rule"), [(name, rule) for _, _, name, rule, _ in DANGEROUS])
def test_it_is_answered_by_its_rule_and_takes_little(name: str, rule: str, measured: dict[str, Measured]) -> None:
    rules, seconds, memory = measured[name]
    assert rules is not None
    assert rule in rules
    assert seconds <= MOST_SECONDS
    assert memory <= MOST_MEMORY


def test_a_file_over_the_limit_is_not_taken(settings: Settings, tmp_path: Path) -> None:
    small = replace(settings, home=tmp_path, max_file_bytes=1000)
    sent = tmp_path / "sent.csv"
    sent.write_bytes(b"x" * 1001)
    with pytest.raises(Refused) as refused:
        Store(small).keep(sent)
    assert refused.value.findings == (Finding("too-large", value="1001 bytes", expected="1000 bytes"),)
    assert [file.name for file in tmp_path.iterdir()] == ["sent.csv"]

"""What docker-compose.yml, the Dockerfile and .env.example promise each other, and never say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from deploy.write_env import write_env
from tests.production.compose import (
    COMPOSE,
    EXAMPLE,
    ROOT,
    VARIABLE,
    as_written,
    composed,
    copies,
    example,
    instructions,
    variables,
)

SERVICES = as_written()["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("salamat:")]
SECRET = ("_PASSWORD", "_SECRET", "_KEY")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

_OPTIONS = """
import json
from airflow.configuration import conf
print(json.dumps({s: sorted(told["options"]) for s, told in conf.configuration_description.items()}))
"""


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_tells_whether_it_is_healthy_or_ends(name: str) -> None:
    service = SERVICES[name]
    assert ("healthcheck" in service) != (service["restart"] == "no")
    assert service["restart"] in {"no", "unless-stopped"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_depends_on_is_awaited(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        ends = SERVICES[needed]["restart"] == "no"
        assert how == {"condition": "service_completed_successfully" if ends else "service_healthy"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_limit_of_memory_and_bounded_logs(name: str) -> None:
    assert SERVICES[name]["mem_limit"]
    assert SERVICES[name]["logging"]["options"] == {"max-size": "20m", "max-file": "5"}


def test_only_the_web_page_is_published_and_on_loopback_only() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "api-server": ["127.0.0.1:${UI_PORT:-8080}:8080"]
    }
    assert [name for name, service in SERVICES.items() if "network_mode" in service] == []


def test_databases_cannot_be_reached_from_outside() -> None:
    assert as_written()["networks"]["inner"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ("postgres", "redis")] == [["inner"], ["inner"]]


def test_no_log_server_is_started() -> None:
    serving = [name for name in ("triggerer", "worker") if "--skip-serve-logs" not in SERVICES[name]["command"]]
    assert serving == []


@pytest.mark.parametrize("name", [name for name in OURS if name != "initialise"])
def test_our_services_share_every_key_and_folder(name: str) -> None:
    told = as_written()
    assert SERVICES[name]["environment"] == told["x-environment"]
    assert SERVICES[name]["volumes"] == told["x-service"]["volumes"]


def test_our_services_have_no_rights_to_gain() -> None:
    rights = {(tuple(SERVICES[name]["cap_drop"]), tuple(SERVICES[name]["security_opt"])) for name in OURS}
    assert rights == {(("ALL",), ("no-new-privileges:true",))}


def test_every_secret_must_be_set_and_has_no_default() -> None:
    used = {(found["name"], found["kind"]) for found in VARIABLE.finditer(COMPOSE) if found["name"]}
    assert {kind for name, kind in used if name.endswith(SECRET)} == {"?"}
    assert {kind for name, kind in used if not name.endswith(SECRET)} == {"-"}


@pytest.mark.parametrize("name", [name for name in example() if name.endswith(SECRET)])
def test_the_stack_does_not_start_without_a_secret(name: str) -> None:
    given = {variable: "given" for variable in example() if variable != name}
    with pytest.raises(LookupError, match=name):
        composed(given)


def test_no_secret_stands_in_a_file() -> None:
    """A value beside a secret's name is a variable, in the compose file and in the example."""
    written = [
        f"{name}: {key}"
        for name, service in SERVICES.items()
        for key, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|KEY|AUTH$|CONN$|BROKER_URL|BACKEND", key) and "${" not in value
    ]
    assert written == []
    assert set(example().values()) == {""}


def test_every_variable_stands_in_the_example_and_the_other_way_round() -> None:
    assert {found["name"] for found in VARIABLE.finditer(COMPOSE) if found["name"]} == set(example())


def test_every_variable_of_the_example_is_explained() -> None:
    lines = EXAMPLE.splitlines()
    assert [line for before, line in pairwise(lines) if "=" in line and before[:2] != "# "] == []


def test_every_option_given_to_airflow_is_one_that_it_has(tmp_path: Path) -> None:
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    asked = subprocess.run(
        [sys.executable, "-c", _OPTIONS], env=environment, capture_output=True, encoding="utf-8", check=True
    )
    known: dict[str, list[str]] = json.loads(asked.stdout.splitlines()[-1])
    given = [key.lower().split("__")[1:] for key in as_written()["x-environment"] if key.startswith("AIRFLOW__")]
    assert len(given) > 10
    assert [(section, option) for section, option in given if option not in known.get(section, [])] == []


def test_no_image_is_whatever_is_newest() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += [words[0] for word, words in instructions() if word == "FROM"]
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


def test_the_image_has_a_python_that_the_project_allows() -> None:
    [python] = [words[0].removeprefix("PYTHON=") for word, words in instructions() if word == "ARG"]
    assert f"{python}.0" in SpecifierSet(PROJECT["requires-python"])


def test_what_the_image_copies_is_there_and_is_let_in() -> None:
    let_in = [line[1:] for line in _lines(".dockerignore") if line.startswith("!")]
    copied = [source for source, _ in copies()]
    assert [source for source in copied if not source.exists()] == []
    assert {source.relative_to(ROOT).as_posix() for source in copied} == set(let_in) - {"dags/.airflowignore"}


def test_no_secret_and_no_delivery_enters_the_image() -> None:
    assert _lines(".dockerignore")[0] == "*"
    assert "**/.*" in _lines(".dockerignore")


def test_the_image_runs_as_nobody_special_and_only_the_locked_packages() -> None:
    told = list(instructions())
    assert [words for word, words in told if word == "USER"] == [["salamat"]]
    installs = [" ".join(words) for word, words in told if word == "RUN" and "install" in words]
    packages = [part for line in installs for part in line.split("&&") if "install" in part and "dist/" not in part]
    assert len(packages) == 2
    assert all("--no-deps --require-hashes" in part for part in packages)


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text(EXAMPLE, encoding="utf-8")
    wanted = {name for name in example() if name.endswith(SECRET)}
    assert write_env(tmp_path) == len(wanted)
    first = _made(tmp_path)
    assert {name for name, value in first.items() if value} == wanted
    assert len(set(first.values())) == len(wanted) + 1  # all different, and the empty ones
    assert write_env(tmp_path) == 0
    assert _made(tmp_path) == first
    composed(first)


def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text(EXAMPLE, encoding="utf-8")
    write_env(tmp_path)
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


def test_an_update_adds_what_is_new_and_keeps_what_an_operator_wrote(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("# A\nOLD_PASSWORD=\n# B\nNEW_KEY=\n# C\nUI_PORT=\n", encoding="utf-8")
    (tmp_path / ".env").write_text("OLD_PASSWORD=old\nUI_PORT=9\nOWN=mine\n", encoding="utf-8")
    assert write_env(tmp_path) == 1
    made = _made(tmp_path)
    assert made.pop("NEW_KEY")
    assert made == {"OLD_PASSWORD": "old", "UI_PORT": "9", "OWN": "mine"}


def test_every_dependency_of_production_is_locked_in_its_range() -> None:
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", _text("requirements.lock"), re.MULTILINE))
    extras: list[str] = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    asked = [Requirement(line) for line in [*PROJECT["dependencies"], *extras]]
    outside: list[Any] = [r for r in asked if locked[r.name.lower()] not in r.specifier]
    assert outside == []


def _made(folder: Path) -> dict[str, str]:
    return variables((folder / ".env").read_text(encoding="utf-8"))


def _lines(name: str) -> list[str]:
    return [line for line in _text(name).splitlines() if line and not line.startswith("#")]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")

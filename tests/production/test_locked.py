"""The part of the lock that the image installs: all that salamat needs, and nothing that only develops it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.locked import locked
from tests.production.compose import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAME = re.compile(r"^([a-z0-9][a-z0-9.-]*)==", re.MULTILINE)


def test_every_package_in_it_finds_there_what_it_requires() -> None:
    """By what the installed packages themselves say, not by what the lock says of them."""
    there = set(NAME.findall(locked(LOCK)))
    lacking = {
        f"{name} requires {need}" for name in there for need in _requirements(name) if need not in there | {"salamat"}
    }
    assert lacking == set()


def test_what_salamat_names_is_in_it() -> None:
    project = PROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    named = {canonicalize_name(Requirement(line).name) for line in [*project["dependencies"], *extras]}
    assert named <= set(NAME.findall(locked(LOCK)))


def test_nothing_that_only_develops_salamat_is_in_it() -> None:
    developing = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependency-groups"]["dev"]}
    assert developing & set(NAME.findall(locked(LOCK))) == set()


def test_its_entries_stand_as_in_the_lock_with_every_hash() -> None:
    part = locked(LOCK)
    assert 0 < len(part) < len(LOCK)
    assert set(part.splitlines()) <= set(LOCK.splitlines())
    assert all("--hash=sha256:" in entry for entry in re.split(NAME, part)[2::2])


def test_a_package_brings_what_it_needs() -> None:
    assert {"hatchling", "packaging", "pathspec", "pluggy"} <= set(NAME.findall(locked(LOCK, ["hatchling"])))


def test_a_package_that_the_lock_has_not_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-package"):
        locked(LOCK, ["no-such-package"])


def _requirements(name: str) -> set[str]:
    """What a package requires on this machine; extras are the business of whoever asks for them."""
    if not _is_for_this_machine(name):
        return set()
    asked = [Requirement(line) for line in distribution(name).requires or ()]
    return {canonicalize_name(r.name) for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})}


def _is_for_this_machine(name: str) -> bool:
    """The lock is for every system and Python; what is for another one only is not installed here."""
    heads = re.findall(rf"^{re.escape(name)}==\S+(?: ; ([^\\\n]+))? \\$", LOCK, re.MULTILINE)
    return any(not marker or Marker(marker).evaluate() for marker in heads)

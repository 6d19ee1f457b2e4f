"""Drafts of simulated files, held against the declarations by which they were written, which a draft never reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.artefacts import Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.source import declared_columns
from pipelines.draft import Wanted, draft
from pipelines.errors import Refused
from pipelines.settings import Settings
from tests.draft.held_against import Held, held, told
from tests.draft.held_out import without

SOME = ("az/case_counts", "az/deaths_all_cause", "az/measures")
_SOME_RIGHT = 0.9
_ALL_RIGHT, _FIRST_SIGHT = 0.9, 0.8  # decision 0012 has what was measured


@pytest.fixture
def hold(
    declared: Declarations, settings: Settings, file_of: Callable[[str], Path], tmp_path: Path
) -> Callable[..., list[Held]]:
    """Draft a simulated file of a source and hold it against the declaration; print the figure."""

    def compared(name: str, taught: Declarations | None = None) -> list[Held]:
        file, source = file_of(name), declared.sources[name]
        try:
            made = draft(
                file, Wanted(name[:2], source.table), taught or declared, settings, Workspace(tmp_path / name / "draft")
            )
        except Refused as refused:  # what cannot be drafted is right in nothing
            print(f"{name:28} is not drafted: {refused}")  # noqa: T201
            return [Held(column, "asked", "question", "") for column in declared_columns(source)]
        found = held(made, source, file, declared, settings, tmp_path / name)
        print("\n".join(told(name, found)))  # noqa: T201  the figure per source is the result
        return found

    return compared


def _is_met(every: list[Held], least: float) -> None:
    right = sum(h.how == "right" for h in every)
    print(f"{right} of {len(every)} columns right: {right / len(every):.1%}")  # noqa: T201
    assert [h for h in every if h.how == "wrong" and h.confidence == "certain"] == []
    assert right >= least * len(every)


def test_nine_of_ten_columns_of_some_sources_are_right_and_none_is_wrong_for_certain(
    hold: Callable[..., list[Held]],
) -> None:
    _is_met([h for name in SOME for h in hold(name)], _SOME_RIGHT)


@pytest.mark.slow
def test_of_all_sources_as_many_columns_are_right_as_the_decision_says_and_none_is_wrong_for_certain(
    hold: Callable[..., list[Held]], declared: Declarations
) -> None:
    _is_met([h for name in sorted(declared.sources) for h in hold(name)], _ALL_RIGHT)


@pytest.mark.slow
def test_at_first_sight_of_a_source_no_column_is_wrong_for_certain(
    hold: Callable[..., list[Held]], declared: Declarations, tmp_path: Path
) -> None:
    names = sorted(declared.sources)
    _is_met([h for name in names for h in hold(name, without(name, declared, tmp_path / "w" / name))], _FIRST_SIGHT)

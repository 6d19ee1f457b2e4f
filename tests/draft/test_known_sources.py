"""Drafts of simulated files, held against the declarations by which they were written, which a draft never reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.declarations import Declarations
from pipelines.settings import Settings
from tests.draft.held_against import Held
from tests.draft.measured import figure, measured

SOME = ("az/case_counts", "az/deaths_all_cause", "az/measures")
_SOME_RIGHT = 0.9
_ALL_RIGHT, _FIRST_SIGHT = 0.94, 0.9  # decision 0012 has what was measured


@pytest.fixture
def hold(
    declared: Declarations, settings: Settings, file_of: Callable[[str], Path], tmp_path: Path
) -> Callable[..., list[Held]]:
    """Draft a simulated file of a source and hold it against the declaration; print the figure."""

    def compared(name: str, *, first_sight: bool = False) -> list[Held]:
        return measured(name, file_of(name), declared, settings, tmp_path / name, first_sight=first_sight)

    return compared


def _is_met(every: list[Held], least: float) -> None:
    print(figure(every))  # noqa: T201
    assert [h for h in every if h.how == "wrong" and h.confidence == "certain"] == []
    assert sum(h.how == "right" for h in every) >= least * len(every)


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
    hold: Callable[..., list[Held]], declared: Declarations
) -> None:
    _is_met([h for name in sorted(declared.sources) for h in hold(name, first_sight=True)], _FIRST_SIGHT)

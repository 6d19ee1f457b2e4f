"""A field that no declared source sends is drawn, written, read and checked by nobody: a new one brings its sender."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.declarations import Declarations
from pipelines.declarations.comparators import comparators
from pipelines.simulate.asked import asked_of
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

SAID_OF_ANY_FIGURE = {"missing_reason", "obs_status", "note"}  # of the few sources that say it
NOT_SENT_YET = {
    "best_practices": {"region"},
    "border_posts": {"region"},
    "border_status": {"legal_url"},
    "cases": {"symptoms_text"},  # of real lists only, in their own words
    "lab_results": {"test_kit", "test_number", "viral_load_comparator", "viral_load_copies_per_ml"},
    "measures": {"who_phsm_code"},
    "misinformation_signals": {"region"},
    "rates": {"sex"},
    "treatments": {"country_of_manufacture", "substance_unii", "trial_registration"},
}
"""A list to be shortened. What is added to a table does not come here."""


@pytest.fixture(scope="module")
def sent(declared: Declarations) -> set[tuple[str, str]]:
    """Each table's fields that a source says something of."""
    return set(_sent(declared))


def _sent(declared: Declarations) -> Iterator[tuple[str, str]]:
    worlds = Worlds(declared, Window(1))
    for source in declared.sources.values():
        bounds = comparators(source, declared.tables[source.table], declared)
        for field in asked_of(source, worlds).said | bounds.keys() | set(bounds.values()):
            yield source.table, field


def test_every_field_of_a_table_is_sent_by_a_source(declared: Declarations, sent: set[tuple[str, str]]) -> None:
    fields = {(table, field) for table, said in declared.tables.items() for field in said.fields}
    excused = {(table, field) for table, several in NOT_SENT_YET.items() for field in several}
    assert excused <= fields
    assert {(t, f) for t, f in fields - sent - excused if f not in SAID_OF_ANY_FIGURE} == set()

"""Great Expectations asks an expectation the same again and again: what it needs is made once, until it changes."""

from __future__ import annotations

from typing import Any

import pytest
from great_expectations.expectations.expectation import Expectation

from pipelines.declarations import Declarations
from pipelines.validate.expected import UNEXPECTED_ROWS, Expected
from pipelines.validate.gx_duckdb import expectation

KINDS = [
    ("ExpectColumnValuesToBeNull", {"column": "value_problem"}),
    (UNEXPECTED_ROWS, {"unexpected_rows_query": "SELECT * FROM {batch}"}),
]


@pytest.fixture(params=KINDS, ids=[name for name, _ in KINDS])
def made(request: pytest.FixtureRequest, declared: Declarations) -> Any:
    rule = next(iter(declared.rules.values()))
    return expectation(Expected(rule, None, "", request.param), 7)


def test_it_is_made_once(made: Any) -> None:
    assert made.configuration is made.configuration
    assert made.configuration.meta["position"] == 7


def test_a_change_is_in_it(made: Any) -> None:
    assert made.configuration.id is None
    made.id = "0123"
    assert made.configuration.id == "0123"


def test_a_copy_has_its_own(made: Any) -> None:
    made.id = "0123"
    assert made.configuration.id == "0123"
    assert made.copy(update={"id": None}).configuration.id is None


def test_it_says_what_the_library_says(made: Any) -> None:
    again = made.configuration.to_domain_obj()
    assert type(again) is type(made)
    assert again.configuration == made.configuration == vars(Expectation)["configuration"].fget(made)


def test_of_a_known_batch_it_is_not_made_again(made: Any) -> None:
    assert made.configuration.to_domain_obj() is not made
    made.batch_id = "delivery-facts"
    assert made.configuration.to_domain_obj() is made
    assert made.copy(update={"severity": "info"}).configuration.to_domain_obj() is not made


def test_what_it_needs_is_worked_out_once_for_each_way_to_ask(made: Any) -> None:
    made.batch_id = "delivery-facts"
    asked: dict[str, Any] = {"result_format": "BOOLEAN_ONLY"}
    needed = made.get_validation_dependencies(runtime_configuration=asked)
    assert made.get_validation_dependencies(runtime_configuration=dict(asked)) is needed
    of_batches = {m.metric_domain_kwargs["batch_id"] for m in needed.get_metric_configurations()}
    assert of_batches == {"delivery-facts"}
    asked["result_format"] = "COMPLETE"
    assert made.get_validation_dependencies(runtime_configuration=asked).result_format["result_format"] == "COMPLETE"
    made.batch_id = "another"
    assert made.get_validation_dependencies(runtime_configuration=asked) is not needed

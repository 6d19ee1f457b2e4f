"""The rival's suite: about a hundred expectations on the mapped frame, each failing row named by its case id.

Apart from `pandas_gx`, so that all of Great Expectations is imported at once, where the time of that is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.core.expect_column_value_lengths_to_be_between import (
    ExpectColumnValueLengthsToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_be_null import ExpectColumnValuesToBeNull
from great_expectations.expectations.core.expect_column_values_to_be_unique import ExpectColumnValuesToBeUnique
from great_expectations.expectations.core.expect_column_values_to_match_regex import ExpectColumnValuesToMatchRegex
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.row_conditions import Column as Field

from bench.columns import COLUMNS, Column
from bench.rules import CASE_ID_PATTERN, DATE_ORDERS, EARLIEST, IMPLICATIONS, LATEST, Implication, When

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.row_conditions import ComparisonCondition, NullityCondition

ROW_KEYS = {"result_format": "COMPLETE", "unexpected_index_column_names": ["case_id"]}
CASE_ID_LENGTH = 80


def validated(frame: pd.DataFrame, rules: list[Expectation]) -> ExpectationSuiteValidationResult:
    """Let Great Expectations check the frame and give the key of every row that fails."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("line_list")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="line_list", expectations=rules)
    return batch.validate(suite, result_format=ROW_KEYS)


def expectations() -> list[Expectation]:
    """Give the whole suite: what the columns say, then what relates them."""
    rules = [rule for column in COLUMNS for rule in _of_a_column(column)]
    rules += [_in_order(*order) for order in DATE_ORDERS]
    return rules + [_implied(implication) for implication in IMPLICATIONS]


def _of_a_column(column: Column) -> Iterator[Expectation]:
    if column.required:
        yield ExpectColumnValuesToNotBeNull(column=column.field)
    if column.kind == "id":
        yield ExpectColumnValuesToBeUnique(column=column.field)
        yield ExpectColumnValuesToMatchRegex(column=column.field, regex=CASE_ID_PATTERN)
        yield ExpectColumnValueLengthsToBeBetween(column=column.field, min_value=1, max_value=CASE_ID_LENGTH)
        return
    yield ExpectColumnValuesToBeNull(column=f"{column.field}_problem")
    if column.words:
        yield ExpectColumnValuesToBeInSet(column=column.field, value_set=list(column.words.values()))
    elif column.kind == "date":
        yield ExpectColumnValuesToBeBetween(
            column=column.field, min_value=pd.Timestamp(EARLIEST), max_value=pd.Timestamp(LATEST)
        )
    elif column.between:
        low, high = column.between
        yield ExpectColumnValuesToBeBetween(column=column.field, min_value=low, max_value=high)


def _in_order(earlier: str, later: str) -> Expectation:
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later, column_B=earlier, or_equal=True, ignore_row_if="either_value_is_missing"
    )


def _implied(rule: Implication) -> Expectation:
    where = _condition(rule.when)
    if rule.then == "empty":
        return ExpectColumnValuesToBeNull(column=rule.field, row_condition=where)
    if rule.then == "filled":
        return ExpectColumnValuesToNotBeNull(column=rule.field, row_condition=where)
    if rule.least is not None:
        return ExpectColumnValuesToBeBetween(column=rule.field, min_value=rule.least, row_condition=where)
    return ExpectColumnValuesToBeInSet(column=rule.field, value_set=list(rule.then), row_condition=where)


def _condition(when: When) -> ComparisonCondition | NullityCondition:
    field = Field(when.field)
    return field.is_not_null() if when.value is None else field == when.value


def failures(result: ExpectationSuiteValidationResult) -> int:
    """Count what failed. A rule that could not be run ends the step: a rival that skips rules proves nothing."""
    crashed = [each for each in result.results if each.exception_info and each.exception_info.get("raised_exception")]
    for each in crashed:
        print(each.expectation_config, each.exception_info, file=sys.stderr)
    if crashed:
        raise SystemExit(f"pandas: {len(crashed)} expectations could not be run")
    return sum(not each.success for each in result.results)

"""Rows that delete a record: what says so is a code beside the table's fields, read from a column of records."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.load import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.declarations.yaml_lines import Wrong

_FOR_FIGURES = ("count", "spells", "unpivot")


def deleted_by_what(table: Table, declared: Declarations) -> Iterator[Wrong]:
    """Say in what a table's `deleted_by` contradicts the dictionary, or the table's own fields."""
    for field, code in table.deleted_by.items():
        known = declared.codes.get(declared.fields[field].codes or "") if field in declared.fields else None
        if field in table.fields:
            yield f"'{field}' is a field of this table: what is deleted is not there to say so", ("deleted_by",)
        elif known is None or code not in known.known():
            yield f"'{code}' is not a code of a field '{field}'", ("deleted_by", field)
        if table.fact != "row":
            yield (
                f"a row deletes the record that it is, and a fact of this table is a cell of {table.fact}",
                ("deleted_by",),
            )


def wrong_deletions(source: Source, table: Table) -> Iterator[Wrong]:
    """Say where a source takes what deletes a record from elsewhere than a column, or where its rows are no records."""
    for field in table.deleted_by:
        if field in {*source.constants, *source.not_collected}:
            yield f"'{field}' comes from a column, or not at all", ("map",)
        for verb in (verb for verb in _FOR_FIGURES if field in source.map and getattr(source, verb)):
            yield f"'{verb}' is for figures, and the rows are records that can be deleted", (verb,)

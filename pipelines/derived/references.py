"""The tables that explain the others: codes, sources, names of places and each declared register, in releases and lake.

They say what is declared today, whatever is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipelines.declarations.checked import checked_texts
from pipelines.engine import name

if TYPE_CHECKING:
    import duckdb

    from pipelines.declarations import Declarations

Cell = str | int | float | bool | date | None

_TYPES: dict[str, dict[str, str]] = {
    "codes": {"list": "VARCHAR", "code": "VARCHAR", "standard_code": "VARCHAR"},
    "sources": {
        "source": "VARCHAR",
        "reporting_country": "VARCHAR",
        "title": "VARCHAR",
        "table_name": "VARCHAR",
        "data_source": "VARCHAR",
        "languages": "VARCHAR",
        "publisher": "VARCHAR",
        "licence": "VARCHAR",
    },
}
REFERENCES = tuple(_TYPES)  # beside them stands each declared register


def reference_columns(table: str, declared: Declarations) -> dict[str, str]:
    """Give the columns of such a table with their DuckDB types."""
    if table in _TYPES:
        return _TYPES[table] | (_label_columns(declared) if table == "codes" else {})
    types = {column: told.sql_type for column, told in declared.registers[table].head.columns.items()}
    return types | ({"checked": "BOOLEAN"} if table == "place_names" else {})


def reference_rows(table: str, declared: Declarations) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of such a table, a few thousand at most."""
    if table in _ROWS:
        return _ROWS[table](declared)
    return (tuple(row.values()) for row in declared.registers[table].rows)


def write_rows(
    con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write rows as a table of this connection; `table` is its quoted name."""
    cells = ", ".join(f"CAST(unnest(CAST(? AS VARCHAR[])) AS {kind}) AS {name(c)}" for c, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {cells}", _by_column(len(columns), rows))


def _by_column(width: int, rows: Iterable[Sequence[Cell]]) -> list[list[str | None]]:
    """Give rows as one list of texts per column: as literals they would take DuckDB longer to plan than to write."""
    given = tuple(rows)
    columns = zip(*given, strict=True) if given else ((),) * width
    return [[None if cell in (None, "") else str(cell) for cell in column] for column in columns]


def _codes(declared: Declarations) -> Iterator[tuple[Cell, ...]]:
    languages = label_languages(declared)
    checked = {language: checked_texts(declared, language) for language in languages[1:]}
    for codes in declared.codes.values():
        for code in codes.codes:
            key, labels = ("code", f"{codes.name}:{code.code}"), [code.labels.get(language) for language in languages]
            looked_at = (
                None if text is None else texts.get(key) == text
                for text, texts in zip(labels[1:], checked.values(), strict=True)
            )
            yield codes.name, code.code, code.standard_code, *labels, *looked_at


def _place_names(declared: Declarations) -> Iterator[tuple[Cell, ...]]:
    checked = {language: checked_texts(declared, language) for language in declared.languages}
    for row in declared.registers["place_names"].rows:
        text = checked.get(str(row["language"]), {}).get(("place", str(row["place_id"])))
        yield *row.values(), row["kind"] == "name" and row["name"] == text


def _sources(declared: Declarations) -> Iterator[tuple[Cell, ...]]:
    for source in declared.sources.values():
        whose = source.provenance
        yield (
            source.source,
            source.country,
            source.title,
            source.table,
            source.data_source,
            ", ".join(source.language),
            whose.get("publisher"),
            whose.get("licence"),
        )


def _label_columns(declared: Declarations) -> dict[str, str]:
    """The columns of the labels, and behind them of each translation whether it is checked."""
    languages = label_languages(declared)
    labels = {label(language): "VARCHAR" for language in languages}
    return labels | {label(language, "checked"): "BOOLEAN" for language in languages[1:]}


def label_languages(declared: Declarations) -> tuple[str, ...]:
    """The languages in which any code has a label, English first."""
    found = {language for codes in declared.codes.values() for code in codes.codes for language in code.labels}
    return ("en", *sorted(found - {"en"}))


def label(language: str, what: str = "label") -> str:
    """Name the column of the labels in this language, or of what else is said of them: `label_uz_cyrl`."""
    return f"{what}_" + language.replace("-", "_").lower()


_ROWS = {"codes": _codes, "place_names": _place_names, "sources": _sources}

"""What stands in the columns, counted over every row by DuckDB: dates, numbers, their marks, cells that say nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.declarations.folding import fold, fold_macro
from pipelines.declarations.header_words import NOTHING, plain
from pipelines.declarations.model import FieldEntry
from pipelines.declarations.source import Mapping, Source
from pipelines.draft.drafted import COMMON, Column, Form, Progress
from pipelines.draft.known import Known
from pipelines.engine import literal, literals, name, parquet
from pipelines.harmonise.bounds import without_comparator
from pipelines.harmonise.values import Reading, month_macro, value_sql

if TYPE_CHECKING:
    import duckdb

_SAMPLE, _AT_LEAST = 400, 0.5
_MARKS = {"", "-", "–", "—", "--", ".", "..", "...", "…", "?", "*", "x", "X", "/"}
FORMS = (
    "yyyy-MM-dd", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "dd-MM-yyyy", "MM-dd-yyyy", "d.M.yyyy", "d/M/yyyy",
    "M/d/yyyy", "d-M-yyyy", "yyyy.MM.dd.", "yyyy. MM. dd.", "yyyy.MM.dd", "yyyy/MM/dd", "yyyy/M/d", "yyyy-M-d",
    "dd.MM.yy", "dd/MM/yy", "MM/dd/yy", "d/M/yy", "M/d/yy", "d.M.yy", "yy/MM/dd", "yyyyMMdd", "dd.MM.yyyy HH:mm",
    "dd.MM.yyyy HH:mm:ss", "dd/MM/yyyy HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy'г.'",
    "dd.MM.yyyy 'г.'", "d MMMM yyyy", "d MMM yyyy", "d MMMM yyyy 'г.'", "d MMM yyyy 'г.'", "dd MMMM yyyy",
    "yyyy. MMMM d.", "yyyy. MMM d.", "yyyy 'ж.' d MMMM", "yyyy 'ж.' d MMM", "yyyy'-ж.', d-MMM", "d-MMM, yyyy",
    "d-MMMM yyyy", "d-MMMM, yyyy", "MMMM d, yyyy", "MMM d, yyyy", "yyyy-'W'ww", "yyyy-ww", "yyyy'W'ww",
    "ww/yyyy", "ww.yyyy",
    "instant",
)  # fmt: skip
_INTEGER = r"[+-]?\d+"
_SHAPES = {  # what only one reading of the marks explains
    "decimal .": r"^[+-]?\d+\.(\d{1,2}|\d{4,})$|^[+-]?0\.\d+$|^[+-]?\d{4,}\.\d+$",
    "decimal ,": r"^[+-]?\d+,(\d{1,2}|\d{4,})$|^[+-]?0,\d+$|^[+-]?\d{4,},\d+$",
    "decimal . thousands ,": r"^[+-]?\d{1,3}(,\d{3})+\.\d+$",
    "decimal , thousands .": r"^[+-]?\d{1,3}(\.\d{3})+,\d+$",
    "thousands .": r"^[+-]?\d{1,3}(\.\d{3}){2,}$",
    "thousands ,": r"^[+-]?\d{1,3}(,\d{3}){2,}$",
    "thousands space": r"^[+-]?\d{1,3}( \d{3})+([.,]\d+)?$",
    "thousands nbsp": "^[+-]?\\d{1,3}(\u00a0\\d{3})+([.,]\\d+)?$",
    "thousands apostrophe": r"^[+-]?\d{1,3}('\d{3})+([.,]\d+)?$",
    "open .": r"^[+-]?[1-9]\d{0,2}\.\d{3}$",
    "open ,": r"^[+-]?[1-9]\d{0,2},\d{3}$",
}
_NUMBER = r"[+-]?\d[\d.,' \x{00A0}]*"
_WRAPPED = rf"^([^\d+-]{{0,3}})({_NUMBER})([^\d]{{0,6}})$"
_SPACED = r"[ '\x{00A0}]"
_BARE = without_comparator("cell")
_DAY = FieldEntry(type="date", meaning="")


def measure(
    con: duckdb.DuckDBPyConnection, extract: Path, columns: Sequence[str], known: Known, progress: Progress
) -> list[Column]:
    """Measure every column, one after another, each by its distinct cells and how often they stand."""
    con.execute(fold_macro())
    words = {"a": Mapping.model_validate({"from": "a", "read": "d MMMM yyyy"})}
    for macro in month_macro(known.shell.model_copy(update={"map": words}), known.declared):
        con.execute(macro)
    silent, found = {*known.headers.of(NOTHING)}, []
    for number, column in enumerate(columns, start=1):
        progress(f"measure column {number} of {len(columns)}")
        found.append(_column(con, extract, column, known.shell, silent))
    return found


def _column(con: duckdb.DuckDBPyConnection, extract: Path, column: str, shell: Source, silent: set[str]) -> Column:
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT trim({name(column)}) AS cell, count(*) AS n "
        f"FROM {parquet(extract)} WHERE coalesce(trim({name(column)}), '') <> '' GROUP BY 1"
    )
    filled, distinct = _one(con, "SELECT coalesce(sum(n), 0)::BIGINT, count(*) FROM cells")
    common = con.execute(f"SELECT cell, n FROM cells ORDER BY n DESC, cell LIMIT {COMMON}").fetchall()
    nothing = {cell: n for cell, n in common if cell in _MARKS or plain(cell) in silent or fold(cell) in silent}
    con.execute(f"DELETE FROM cells WHERE cell IN ({literals(nothing)})") if nothing else None
    wrap = _wrap(con)
    numbers, bounds, low, high, fractions = _numbers(con, wrap)
    return Column(
        name=column,
        filled=filled,
        distinct=distinct,
        common=tuple((cell, n) for cell, n in common if cell not in nothing),
        dates=_dates(con, shell),
        numbers=numbers,
        bounds=bounds,
        wrap=wrap,
        low=low,
        high=high,
        fractions=fractions,
        evidence=_evidence(con, wrap) if numbers or bounds else {},
        nothing=nothing,
    )


def date_forms(texts: Iterable[str], con: duckdb.DuckDBPyConnection, shell: Source) -> tuple[Form, ...]:
    """Give the forms in which texts, such as column names, read as days."""
    listed = ", ".join(f"({literal(text)}, 1)" for text in texts)
    con.execute(f"CREATE OR REPLACE TEMP TABLE cells AS SELECT * FROM (VALUES {listed}) AS v(cell, n)")
    return _dates(con, shell)


def _dates(con: duckdb.DuckDBPyConnection, shell: Source) -> tuple[Form, ...]:
    """Count for each form the cells that it reads; forms that read less than half of a sample are left out."""
    sample = f"(SELECT * FROM cells ORDER BY hash(cell), cell LIMIT {_SAMPLE})"
    digits = "length(regexp_replace(cell, '\\D', '', 'g'))"  # no form of days has fewer than four
    seen, maybe = _one(con, f"SELECT count(*), count(*) FILTER ({digits} >= 4) FROM {sample}")
    if maybe < _AT_LEAST * seen or not seen:
        return ()
    read = {form: value_sql("cell", Reading("a", _DAY, form, shell.arrives.timezone), shell) for form in FORMS}
    asked = ", ".join(f"count({sql})" for sql in read.values())
    counts = _one(con, f"SELECT {asked} FROM {sample}")
    alive = [form for form, n in zip(read, counts, strict=True) if n >= _AT_LEAST * seen]
    if not alive:
        return ()
    whole = ", ".join(f"coalesce(sum(n) FILTER ({read[form]} IS NOT NULL), 0)::BIGINT" for form in alive)
    found = dict(zip(alive, _one(con, f"SELECT {whole} FROM cells"), strict=True))
    forms = [Form(form, n, _only(con, form, read, alive)) for form, n in found.items()]
    return tuple(sorted(forms, key=lambda f: -f.cells))


def _only(con: duckdb.DuckDBPyConnection, form: str, read: dict[str, str], alive: list[str]) -> int:
    """Count the cells that this form reads and no rival does: a form that sees the same days is no rival."""
    others = [read[other] for other in alive if other != form]
    if not others:
        return 0
    asked = ", ".join(f"coalesce(bool_or(({read[form]}) <> ({other})), false)" for other in others)
    differ = _one(con, f"SELECT {asked} FROM cells")
    rivals = [other for other, differs in zip(others, differ, strict=True) if differs]
    if not rivals:
        return 0
    unread = " AND ".join(f"({rival}) IS NULL" for rival in rivals)
    (n,) = _one(con, f"SELECT coalesce(sum(n), 0)::BIGINT FROM cells WHERE ({read[form]}) IS NOT NULL AND {unread}")
    return int(n)


def same_days(con: duckdb.DuckDBPyConnection, extract: Path, column: str, forms: Sequence[str], shell: Source) -> bool:
    """Whether forms see the same day in every cell of a column that they read."""
    read = [date_sql(column, form, shell) for form in forms]
    differ = " OR ".join(f"({read[0]}) <> ({other})" for other in read[1:]) or "false"
    (n,) = _one(con, f"SELECT count(*) FROM {parquet(extract)} WHERE {differ}")
    return not n


def date_sql(column: str, form: str, shell: Source) -> str:
    """Write the expression that reads a column as days, as the path itself would read it."""
    return value_sql(f"trim({name(column)})", Reading("a", _DAY, form, shell.arrives.timezone), shell)


def _wrap(con: duckdb.DuckDBPyConnection) -> str | None:
    """Give the form around the digits where most cells have one and the same: `%#`, `# %`."""
    parts = f"regexp_extract({_BARE}, {literal(_WRAPPED)}, ['a', 'b', 'c'])"
    found = con.execute(
        f"SELECT p.a || '#' || p.c AS form, sum(n) AS n FROM (SELECT {parts} AS p, n FROM cells) WHERE p.b <> '' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchone()
    total = _one(con, "SELECT coalesce(sum(n), 0) FROM cells")[0]
    return str(found[0]) if found and found[0] != "#" and found[1] > _AT_LEAST * float(total) else None


def _digits(wrap: str | None) -> str:
    if not wrap:
        return _BARE
    before, _, after = wrap.partition("#")
    wrapped = f"starts_with(cell, {literal(before)}) AND ends_with(cell, {literal(after)})"
    inside = f"substr(cell, {len(before) + 1}, length(cell) - {len(wrap) - 1})"
    return f"(CASE WHEN {wrapped} THEN {inside} END)"


def _numbers(con: duckdb.DuckDBPyConnection, wrap: str | None) -> tuple[int, int, float | None, float | None, int]:
    cell = _digits(wrap)
    is_number = f"regexp_full_match({cell}, {literal(_NUMBER)})"
    bare = f"TRY_CAST(regexp_replace({cell}, {literal(_SPACED)}, '', 'g') AS DOUBLE)"
    loose = f"coalesce({bare}, TRY_CAST(replace(replace({cell}, '.', ''), ',', '.') AS DOUBLE))"
    fraction = f"regexp_matches({cell}, '[.,]\\d')"
    bounds, n, low, high, fractions = _one(
        con,
        f"SELECT coalesce(sum(n) FILTER ({is_number} AND cell <> {_BARE}), 0)::BIGINT, "
        f"coalesce(sum(n) FILTER ({is_number}), 0)::BIGINT, min({loose}) FILTER ({is_number}), "
        f"max({loose}) FILTER ({is_number}), coalesce(sum(n) FILTER ({is_number} AND {fraction}), 0)::BIGINT "
        "FROM cells",
    )
    return int(n - bounds), int(bounds), low, high, int(fractions)


def _evidence(con: duckdb.DuckDBPyConnection, wrap: str | None) -> dict[str, int]:
    cell = _digits(wrap)
    asked = ", ".join(
        f"coalesce(sum(n) FILTER (regexp_matches({cell}, {literal(shape)})), 0)::BIGINT" for shape in _SHAPES.values()
    )
    counts = _one(con, f"SELECT {asked} FROM cells")
    return {kind: int(n) for kind, n in zip(_SHAPES, counts, strict=True) if n}


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return con.execute(sql).fetchone() or ()

"""The split of the facts: selectors run for what failed, every problem gets its place and value, and it adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from pipelines.artefacts import (
    FATES,
    PROBLEMS,
    Accounts,
    Acknowledged,
    Acknowledgement,
    Finding,
    Harmonised,
    Workspace,
)
from pipelines.declarations import Declarations
from pipelines.declarations.folding import fold
from pipelines.declarations.model import TableRule
from pipelines.declarations.source import Source
from pipelines.declarations.words import meant_by, spellings
from pipelines.engine import literal, literals, name, parquet
from pipelines.errors import SalamatError
from pipelines.numbering import Numbering
from pipelines.validate.acknowledged import acknowledged_facts
from pipelines.validate.expected import Expected
from pipelines.validate.gx_duckdb import Facts

_NEAREST = 500  # distinct unknown words that get a suggestion
_COMPARED, _NEAR = 5, 0.75  # how many words are looked at, and how much of a word must be the same
_HOLED = 0.6  # of one whose letters were lost


@dataclass(frozen=True)
class Outcome:
    """How many facts failed which expectation (by position), the findings by rule and column, and the accounts.

    Of those that failed, `acknowledged` are known and explained.
    """

    failed: dict[int, int]
    findings: tuple[Finding, ...]
    accounts: Accounts
    acknowledged: dict[int, int]


def split(
    table: Facts,
    suite: Sequence[Expected],
    harmonised: Harmonised,
    source: Source,
    declared: Declarations,
    workspace: Workspace,
    known: Sequence[Acknowledgement] = (),
) -> Outcome:
    """Run the suite, then the selectors of what failed; write fates and problems beside the facts.

    `known` is what is acknowledged of this source.
    """
    failed = _select(table, suite)
    rules = _broken_rules(table, declared)
    acknowledged = _acknowledge(table, known, declared.tables[source.table].time)
    _write_fates(table, rules, workspace)
    _write_problems(table, suite, failed, harmonised, source, declared, workspace)
    return Outcome(
        failed,
        tuple(_findings(table, Numbering(harmonised.extract.sheets))),
        _accounts(table, harmonised, source),
        acknowledged,
    )


def _select(table: Facts, suite: Sequence[Expected]) -> dict[int, int]:
    positions = table.failed(suite)
    table.sql("CREATE TEMP TABLE broken (fact BIGINT, rule VARCHAR, position INTEGER, compared VARCHAR)")
    for query in _selections(list(positions), suite):
        table.sql(f"INSERT INTO broken {query}")
    found = {int(p): int(n) for p, n in table.sql("SELECT position, count(*) FROM broken GROUP BY 1")}
    for position, counted in positions.items():
        if not found.get(position) or counted not in {None, found[position]}:
            theirs, ours, broken = counted or "some", found.get(position, 0), suite[position]
            raise SalamatError(
                f"rule '{broken.rule.id}' on {broken.field}: Great Expectations counts {theirs}, the selector {ours}"
            )
    return found


def _selections(positions: Sequence[int], suite: Sequence[Expected]) -> Iterator[str]:
    """Give one query for all rules on a fact alone, and one for each of the others."""
    alone = [(position, *suite[position].alone) for position in positions if suite[position].alone]  # type: ignore[misc]
    if alone:
        some = " OR ".join(f"({condition})" for _, condition, *_ in alone)
        told = ", ".join(
            f"{{'rule': CASE WHEN {c} THEN {rule} END, 'position': {p}, 'compared': CAST({compared} AS VARCHAR)}}"
            for p, c, rule, compared in alone
        )
        guilty = f"SELECT fact, unnest([{told}]) AS found FROM (SELECT * FROM facts WHERE {some})"
        yield f"SELECT fact, found.rule, found.position, found.compared FROM ({guilty}) WHERE found.rule IS NOT NULL"
    for position in (p for p in positions if not suite[p].alone):
        compared = "compared" if suite[position].compares else "NULL"
        yield f"SELECT fact, rule, {position}, {compared} FROM ({suite[position].guilty()})"


def _broken_rules(table: Facts, declared: Declarations) -> list[TableRule]:
    """Give the rules that are broken. A problem is a rule's id, said in a step before: undeclared, nothing follows."""
    broken = sorted(rule for (rule,) in table.sql("SELECT DISTINCT rule FROM broken"))
    if unknown := [rule for rule in broken if rule not in declared.rules]:
        raise SalamatError(f"facts break rules that are not declared: {', '.join(unknown)}")
    return [declared.rules[rule] for rule in broken]


def _acknowledge(table: Facts, known: Sequence[Acknowledgement], time: str) -> dict[int, int]:
    """Mark what is known and explained; give how many of those facts failed which expectation."""
    table.sql(
        "CREATE TEMP TABLE acknowledged AS SELECT fact, rule, max(until) AS until, arg_max(because, until) AS because\n"
        f"FROM ({acknowledged_facts(known, time)}) GROUP BY fact, rule"
    )
    counts = "SELECT position, count(*) FROM broken JOIN acknowledged USING (fact, rule) GROUP BY 1"
    return {int(p): int(n) for p, n in table.sql(counts)}


def _write_fates(table: Facts, broken: Sequence[TableRule], workspace: Workspace) -> None:
    known = ", ".join(f"({literal(r.id)}, {literal(r.consequence)})" for r in broken) or "('', '')"
    table.sql(
        "CREATE TEMP TABLE fates AS SELECT fact,\n"
        "  CASE WHEN bool_or(consequence = 'reject') THEN 'rejected'\n"
        "       WHEN bool_or(rule = 'identical-duplicate') THEN 'identical-duplicate' ELSE 'accepted' END AS fate,\n"
        "  list_sort(coalesce(list(DISTINCT rule) FILTER (consequence = 'flag'), [])) AS dq_flags\n"
        f"FROM broken JOIN (VALUES {known}) AS r(rule, consequence) USING (rule) GROUP BY fact"
    )
    table.sql(f"COPY (SELECT * FROM fates ORDER BY fact) TO {literal(str(workspace.file(FATES)))} (FORMAT parquet)")


def _write_problems(
    table: Facts,
    suite: Sequence[Expected],
    failed: dict[int, int],
    harmonised: Harmonised,
    source: Source,
    declared: Declarations,
    workspace: Workspace,
) -> None:
    """Give each problem the sender's row and column, the value as written, what is expected, the nearest word."""
    said = (
        ", ".join(f"({i}, {literal(e.field)}, {literal(e.wanted or None)})" for i, e in enumerate(suite))
        or "(0, NULL, NULL)"
    )
    table.sql(  # a table of its own: DuckDB then knows how few they are, and looks the extract's rows up among them
        "CREATE TEMP TABLE located AS\n"
        "SELECT b.fact, b.rule, e.field, coalesce(b.compared, e.expected) AS expected, f.source_row,\n"
        f"  {_column(harmonised)} AS source_column, a.until AS acknowledged_until, a.because AS acknowledged_because\n"
        f"FROM broken b JOIN (VALUES {said}) AS e(position, field, expected) USING (position)\n"
        "JOIN facts f USING (fact) LEFT JOIN acknowledged a USING (fact, rule)"
    )
    value = _value({suite[i].field for i in failed}, harmonised, source)
    if unsaid := literals(suite[i].rule.id for i in failed if not suite[i].rule.tells_value):  # nor by another rule
        value = f"CASE WHEN NOT bool_or(l.rule IN ({unsaid})) OVER (PARTITION BY l.fact, l.field) THEN {value} END"
    table.sql(
        f"CREATE TEMP TABLE problems AS SELECT l.*, {value} AS value, CAST(NULL AS VARCHAR) AS nearest\n"
        f"FROM {parquet(harmonised.extract.path, numbered=True)} x\n"
        f"JOIN located l ON {harmonised.extract.row_sql} = l.source_row"
    )
    _suggest(table, source, declared)
    _name_candidates(table, source, declared)
    columns = "rule, field, source_row, source_column, value, expected, nearest, fact, acknowledged_until"
    columns += ", acknowledged_because"
    ordered = f"SELECT {columns} FROM problems ORDER BY source_row, source_column, rule"
    table.sql(f"COPY ({ordered}) TO {literal(str(workspace.file(PROBLEMS)))} (FORMAT parquet)")


def _column(harmonised: Harmonised) -> str:
    read = "".join(f" WHEN {literal(f)} THEN {literal(c)}" for f, c in harmonised.columns.items() if c)
    cells = "".join(f" WHEN {literal(f)} THEN f.source_column" for f, c in harmonised.columns.items() if not c)
    return f"CASE e.field{read}{cells} ELSE f.source_column END" if read or cells else "f.source_column"


def _value(fields: set[str | None], harmonised: Harmonised, source: Source) -> str:
    header = source.unpivot.name_is.field if source.unpivot and source.unpivot.name_is else None
    read = {c for f, c in harmonised.columns.items() if c and f in fields}
    cells = set(harmonised.extract.columns) if source.unpivot else read
    whens = "".join(f" WHEN {literal(c)} THEN x.{name(c)}" for c in sorted(cells))
    looked_up = f"CASE l.source_column{whens} END" if whens else "CAST(NULL AS VARCHAR)"
    return f"CASE WHEN l.field = {literal(header)} THEN l.source_column ELSE {looked_up} END" if header else looked_up


def _suggest(table: Facts, source: Source, declared: Declarations) -> None:
    """Look for the nearest known word of each unknown one: a loop over distinct words, not over rows."""
    unknown = "rule IN ('unknown-code', 'unknown-place', 'lost-characters') AND value IS NOT NULL"
    asked = f"SELECT DISTINCT field, value FROM problems WHERE {unknown}"
    for field, value in table.sql(f"{asked} LIMIT {_NEAREST}"):
        if nearest := _nearest(field, value, source, declared):
            table.sql(
                f"UPDATE problems SET nearest = {literal(nearest)}\n"
                f"WHERE field = {literal(field)} AND value = {literal(value)}"
            )


def _name_candidates(table: Facts, source: Source, declared: Declarations) -> None:
    """Say of each name of several places which these are: as above, over distinct words."""
    asked = "SELECT DISTINCT field, value FROM problems WHERE rule = 'ambiguous-place' AND value IS NOT NULL"
    for field, value in table.sql(f"{asked} LIMIT {_NEAREST}"):
        if places := meant_by(declared, source, field, value):
            table.sql(
                f"UPDATE problems SET expected = {literal('; '.join(places))}\n"
                f"WHERE rule = 'ambiguous-place' AND field = {literal(field)} AND value = {literal(value)}"
            )


def _nearest(field: str, value: str, source: Source, declared: Declarations) -> str | None:
    own = source.map[field].codes if field in source.map else {}
    if declared.fields[field].type not in {"code", "place"}:
        return None
    known = spellings(declared, source, field, own)
    near = _HOLED if {"?", "\ufffd"} & {*value} else _NEAR
    close = get_close_matches(fold(value), known, n=_COMPARED, cutoff=near)
    return next((known[word] for word in close if _alike(fold(value), word, near)), None)


def _alike(word: str, other: str, near: float) -> bool:
    """Whether two names are alike without the words that both have: a city is not like another for being one."""
    parts, others = word.split(), other.split()
    own, its = (" ".join(p for p in one if p not in both) for one, both in ((parts, others), (others, parts)))
    return not own or not its or SequenceMatcher(None, own, its).ratio() >= near


def _findings(table: Facts, numbering: Numbering) -> Iterator[Finding]:
    """One finding per rule and column, with its first place and value, and how many facts it is about.

    What is acknowledged is told apart.
    """
    known = "acknowledged_until, acknowledged_because"
    rows = table.sql(
        "SELECT rule, field, source_column, min(source_row), arg_min(value, source_row),\n"
        f"  arg_min(expected, source_row), arg_min(nearest, source_row), count(*), {known}\n"
        f"FROM problems GROUP BY rule, field, source_column, {known}\n"
        f"ORDER BY count(*) DESC, rule, source_column, {known}"
    )
    for rule, field, column, row, value, expected, nearest, count, until, because in rows:
        about = Acknowledged(until, because) if until else None
        yield numbering.told(Finding(rule, row, column, field, value, expected, nearest, int(count), about))


def _accounts(table: Facts, harmonised: Harmonised, source: Source) -> Accounts:
    every = parquet(harmonised.path, numbered=True)
    fate = "coalesce(h.set_aside, x.fate, 'accepted')"
    fates = f"SELECT source_row, {fate} AS fate FROM {every} h LEFT JOIN fates x ON x.fact = h.file_row_number"
    facts = {str(fate): int(n) for fate, n in table.sql(f"SELECT fate, count(*) FROM ({fates}) GROUP BY 1 ORDER BY 1")}
    best = "CASE WHEN bool_or(fate = 'accepted') THEN 'accepted' WHEN bool_or(fate = 'rejected') THEN 'rejected'\n"
    best += "  ELSE coalesce(min(fate) FILTER (fate <> 'not-reported'), 'not-reported') END"
    by_row = f"SELECT source_row, {best} AS fate FROM ({fates}) GROUP BY 1"
    per_row = f"SELECT fate, count(*) FROM ({by_row}) GROUP BY 1 ORDER BY 1"
    rows = {str(fate): int(n) for fate, n in table.sql(per_row)} if source.unpivot else facts
    accounts = Accounts(harmonised.extract.rows, rows, harmonised.facts, facts)
    if not accounts.balanced():
        raise SalamatError(f"the accounts of this delivery do not add up: {accounts}")
    return accounts

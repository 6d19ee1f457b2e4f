"""harmonise: an Extract becomes facts in our fields. A value is known, mapped, absent, or has its problem."""

from __future__ import annotations

from pipelines import engine
from pipelines.artefacts import HARMONISED, Extract, Finding, Harmonised, Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source, declared_columns
from pipelines.harmonise.compile import compile_source
from pipelines.harmonise.corrections import correction_findings
from pipelines.numbering import Numbering
from pipelines.settings import Settings

__all__ = ["explain", "harmonise"]


def harmonise(
    extract: Extract, source: Source, declared: Declarations, workspace: Workspace, settings: Settings
) -> Harmonised:
    """Turn every cell into a fact's value, or name its problem. Nothing is refused and nothing dropped here.

    The facts lie in a Parquet file: `source_row`, `source_column`, `set_aside` (the declared reason for which a fact
    does not go on, or NULL), a value for each field that the source gives, and `problems`: NULL, or a map from each
    field that was read from a cell to the rule that its cell breaks. Those of a workbook have their `source_sheet` too.
    The order of the facts means nothing.
    """
    compiled = compile_source(source, declared, extract.columns, str(extract.path), extract.row_sql)
    target = workspace.file(HARMONISED)
    with engine.connect(settings, workspace.spill) as con:
        for macro in compiled.macros:
            con.execute(macro)
        con.execute("SET preserve_insertion_order = false")
        facts, numbering = compiled.select(), Numbering(extract.sheets)
        if extract.sheets:
            facts = f"SELECT *, {numbering.sheet_sql('source_row')} AS source_sheet FROM ({facts})"
        con.execute(f"COPY ({facts}) TO {engine.literal(str(target))} (FORMAT parquet, COMPRESSION lz4_raw)")
        notes = correction_findings(con, source, compiled.select("facts"), compiled.columns)
        notes = list(map(numbering.told, notes))
        aside = con.execute(
            f"SELECT set_aside, count(*) FROM {engine.parquet(target)} GROUP BY 1 ORDER BY 1"
        ).fetchall()
    counts = {str(reason): int(n) for reason, n in aside if reason is not None}
    if unlisted := counts.get("unlisted"):
        columns = ", ".join(a.column for a in (*source.out_of_scope, *source.total_of_parts) if a.others)
        notes.append(Finding("unlisted-value", column=columns, expected="a value that is declared", facts=unlisted))
    return Harmonised(extract, target, sum(int(n) for _, n in aside), compiled.columns, counts, tuple(notes))


def explain(source: Source, declared: Declarations) -> str:
    """Give the SQL that a source's declaration becomes, for a file that has exactly the declared columns."""
    dates = source.unpivot is not None and source.unpivot.columns == "dates"
    of_sheet = [source.decode.sheets.column] if source.decode.sheets.column else []
    header = (*declared_columns(source), *of_sheet, *(["2020-03-18", "2020-03-19"] if dates else []))
    return compile_source(source, declared, header, "extract.parquet").text()

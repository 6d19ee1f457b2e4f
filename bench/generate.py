"""An invented Kazakh ministry's line list: as many rows as wanted, thirty columns, one row in a hundred with one fault.

DuckDB writes it, set by set, without ever holding it. A row is a function of its number and the seed: the same seed
gives the same file (under one version of DuckDB, whose `hash` it is).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.columns import COLUMNS, DATE_FORMAT, DELIMITER, PRECONDITIONS, REASON, REGIONS, Column
from bench.measure import measured, step_arguments

SEED = 20200313
FAULTY_PER_10_000 = 100
MEMORY_LIMIT = "1GiB"

Sql = str
YES, NO = "'Y'", "'N'"


def _draw(salt: str, sides: int) -> Sql:
    """Throw a die with so many sides: 0 to sides - 1, another one for each salt."""
    return f"(hash(i, '{salt}', {SEED}) % {sides})::INTEGER"


def _one_of(salt: str, codes: Mapping[str, str]) -> Sql:
    """Choose one of the codes."""
    return f"{list(codes.values())}[1 + {_draw(salt, len(codes))}]"


def _yes(salt: str, percent: int) -> Sql:
    """Say yes in so many of a hundred, unknown in three, else no."""
    return f"CASE WHEN {_draw(salt, 100)} < {percent} THEN 'Y' WHEN {_draw(salt, 100)} >= 97 THEN 'UNK' ELSE 'N' END"


# What happened to a person, in our codes; each may use those above it. Most rows must pass every rule.
PERSON: Mapping[str, Sql] = {
    "case_id": "printf('KZ-%09d', i)",
    "region": _one_of("region", REGIONS),
    "region_of_residence": f"CASE WHEN {_draw('moved', 10)} > 0 THEN region ELSE {_one_of('home', REGIONS)} END",
    "sex": f"CASE WHEN {_draw('sex', 100)} < 47 THEN 'M' ELSE 'F' END",
    "age_years": f"{_draw('age', 60)} + {_draw('older', 40)}",
    "report_date": f"DATE '2020-03-13' + {_draw('report', 1022)}",
    "specimen_date": f"report_date - {_draw('specimen', 3)}",
    "asymptomatic": _yes("asymptomatic", 20),
    "onset_date": f"CASE WHEN asymptomatic = 'N' THEN specimen_date - {_draw('onset', 7)} END",
    "hospitalised": _yes("hospitalised", 12),
    "hospitalisation_date": f"CASE WHEN hospitalised = 'Y' THEN report_date + {_draw('admitted', 4)} END",
    "icu": f"CASE WHEN hospitalised <> 'Y' OR {_draw('icu', 10)} < 8 THEN 'N' ELSE 'Y' END",
    "icu_date": f"CASE WHEN icu = 'Y' THEN hospitalisation_date + {_draw('worse', 4)} END",
    "outcome": f"CASE WHEN hospitalised = 'Y' AND {_draw('died', 100)} < 12 THEN 'D' "
    f"WHEN {_draw('still', 100)} < 3 THEN 'STILLTREATMENT' ELSE 'A' END",
    "death_date": f"CASE WHEN outcome = 'D' THEN coalesce(icu_date, hospitalisation_date) + {_draw('died_on', 20)} END",
    "case_classification": f"CASE WHEN {_draw('class', 10)} < 8 THEN 'CONF' "
    f"WHEN {_draw('class', 10)} = 8 THEN 'PROB' ELSE 'POSS' END",
    "reason_tested": _one_of("reason", REASON),
    "healthcare_worker": f"CASE WHEN age_years < 18 THEN 'N' ELSE {_yes('worker', 6)} END",
    "contact_known_case": f"CASE WHEN reason_tested = 'CASE_CONTACT' THEN 'Y' ELSE {_yes('contact', 15)} END",
    "travel_14d": _yes("travel", 5),
    "vaccinated": f"CASE WHEN age_years < 12 OR report_date < DATE '2021-02-01' THEN 'N' ELSE {_yes('jab', 45)} END",
    "doses": f"CASE vaccinated WHEN 'Y' THEN 1 + {_draw('doses', 3)} WHEN 'N' THEN 0 END",
    **{each: _yes(each, 4 + 2 * order) for order, each in enumerate(PRECONDITIONS)},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a sender gets wrong: what stands in the fields instead."""

    name: str
    cells: Mapping[str, Sql]


def _day(date: Sql) -> Sql:
    return f"strftime({date}, '{DATE_FORMAT}')"


FAULTS: tuple[Fault, ...] = (
    Fault("unknown sex", {"sex": "'Е'"}),
    Fault("unknown classification", {"case_classification": "'Расталмаған'"}),
    Fault("a spelling of another language", {"travel_14d": "'да'"}),
    Fault("unknown place", {"region": "'Атлантида облысы'"}),
    Fault("a place of another state", {"region_of_residence": "'Тошкент вилояти'"}),
    Fault("impossible date", {"specimen_date": "'31.02.2021'"}),
    Fault("a date in another form", {"specimen_date": "strftime(specimen_date, '%Y-%m-%d')"}),
    Fault("future date", {"report_date": "'01.01.2099'"}),
    Fault("no report date", {"report_date": "NULL"}),
    Fault("negative age", {"age_years": "'-5'", "healthcare_worker": "'жоқ'"}),
    Fault("impossible age", {"age_years": "'240'"}),
    Fault("a number in words", {"doses": "'екі'"}),
    Fault("duplicate id", {"case_id": "printf('KZ-%09d', greatest(i - 1, 1))"}),
    Fault("death date of a survivor", {"outcome": "'Жазылған'", "death_date": _day("report_date + 30")}),
    Fault(
        "dead before admission",
        {
            "hospitalised": "'иә'",
            "hospitalisation_date": _day("report_date + 9"),
            "icu": "'жоқ'",
            "icu_date": "NULL",
            "outcome": "'Қайтыс болған'",
            "death_date": _day("report_date + 2"),
        },
    ),
    Fault(
        "in intensive care, not in hospital",
        {"hospitalised": "'жоқ'", "hospitalisation_date": "NULL", "icu": "'иә'", "icu_date": _day("report_date")},
    ),
    Fault("symptoms of the asymptomatic", {"asymptomatic": "'иә'", "onset_date": _day("specimen_date")}),
)


def main() -> None:
    """Run in the step's own process."""
    file, _, rows = step_arguments()
    with measured("generate", rows):
        generate(file, rows)


def generate(file: Path, rows: int) -> None:
    """Write the line list; a file that was begun and not ended never bears the name."""
    begun = file.with_suffix(".begun")
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as con:
        con.execute(f"COPY ({line_list(rows)}) TO '{begun}' (FORMAT csv, HEADER, DELIMITER '{DELIMITER}')")
    begun.replace(file)


def file_name(rows: int) -> str:
    """Name the file after all that makes it, so that a cached one is never of an older generator."""
    digest = hashlib.sha256(line_list(rows).encode()).hexdigest()
    return f"line-list-{rows}-{SEED}-{digest[:8]}.csv"


def line_list(rows: int) -> Sql:
    """Give the query that is the line list."""
    person = ",\n    ".join(f"{sql} AS {name}" for name, sql in PERSON.items())
    cells = ",\n    ".join(f'{_cell(column)} AS "{column.header}"' for column in COLUMNS)
    faulty = f"CASE WHEN {_draw('faulty', 10_000)} < {FAULTY_PER_10_000} THEN {_draw('fault', len(FAULTS))} ELSE -1 END"
    return (
        f"WITH person AS (SELECT i, {faulty} AS fault,\n    {person}\nFROM range(1, {rows + 1}) AS row(i))\n"
        f"SELECT\n    {cells}\nFROM person"
    )


def _cell(column: Column) -> Sql:
    """Write one cell: what the fault puts there, else what is true, in the sender's words."""
    faults = [(number, fault.cells[column.field]) for number, fault in enumerate(FAULTS) if column.field in fault.cells]
    whens = " ".join(f"WHEN {number} THEN {sql}" for number, sql in faults)
    return f"CASE fault {whens} ELSE {_true_cell(column)} END" if faults else _true_cell(column)


def _true_cell(column: Column) -> Sql:
    if column.words:
        whens = " ".join(f"WHEN '{code}' THEN '{word}'" for word, code in column.words.items())
        return f"CASE {column.field} {whens} END"
    return _day(column.field) if column.kind == "date" else f"{column.field}::VARCHAR"


if __name__ == "__main__":
    main()

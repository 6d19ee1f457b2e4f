"""A number in the sender's unit becomes the one that a careful person would write in the field's."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import flow
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.units import Conversion, converted
from pipelines.errors import DeclarationError
from pipelines.harmonise.units import converted_sql
from pipelines.settings import Settings
from pipelines.simulate.written import in_unit

DECLARED = load_declarations()
EVERY = sorted(DECLARED.units.values(), key=lambda c: (c.field, c.unit, c.into))
CELLS = st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=4) | st.decimals(0, 500, places=1)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _of(unit: str, into: str, field: str = "") -> Conversion:
    return DECLARED.units[field, unit, into]


@pytest.mark.parametrize(
    ("written", "unit", "into", "field", "meant"),
    [
        ("98.6", "[degF]", "Cel", "", 37.0),
        ("101.3", "[degF]", "Cel", "", 38.5),
        ("13.25", "g/dL", "g/L", "", 132.5),
        ("0.935", "1", "%", "", 93.5),
        ("99", "mg/dL", "mmol/L", "glucose_mmol_per_l", 5.5),
        ("1.1", "mg/dL", "umol/L", "creatinine_umol_per_l", 97.0),
        ("0.9", "mg/dL", "umol/L", "bilirubin_umol_per_l", 15.4),
        ("8", "kPa", "mm[Hg]", "", 60.0),
        ("4350", "/uL", "10*9/L", "", 4.35),
        ("70", "[in_i]", "cm", "", 177.8),
        ("-40", "[degF]", "Cel", "", -40.0),
        ("0", "mg/dL", "mg/L", "", 0.0),
    ],
)
def test_known_values_are_what_is_printed_in_tables(
    con: duckdb.DuckDBPyConnection, written: str, unit: str, into: str, field: str, meant: float
) -> None:
    how = _of(unit, into, field)
    assert converted(Decimal(written), how) == meant
    assert con.execute(f"SELECT {converted_sql('?', how)}", [written] * 2).fetchone() == (meant,)


@pytest.mark.parametrize("how", EVERY, ids=lambda c: f"{c.field} {c.unit} to {c.into}")
def test_a_conversion_is_exact_and_rounded_once(con: duckdb.DuckDBPyConnection, how: Conversion) -> None:
    @settings(max_examples=15)
    @given(cells=st.lists(CELLS, min_size=1, max_size=20))
    def same(cells: list[Decimal]) -> None:
        twice = [str(cell) for cell in cells]
        query = f"SELECT {converted_sql('x', how)} FROM (SELECT unnest(?::VARCHAR[]) AS x)"
        by_sql = [row[0] for row in con.execute(query, [twice]).fetchall()]
        assert by_sql == [converted(cell, how) for cell in cells] == [_by_hand(cell, how) for cell in cells]

    same()


def _by_hand(cell: Decimal, how: Conversion) -> float:
    with localcontext() as context:
        context.prec = 60
        exact = (cell + how.add) * how.multiply / how.divide
        return float(exact.quantize(Decimal(1).scaleb(-how.digits), ROUND_HALF_UP))


@pytest.mark.parametrize("how", EVERY, ids=lambda c: f"{c.field} {c.unit} to {c.into}")
def test_what_the_simulation_writes_in_a_unit_is_read_back(how: Conversion) -> None:
    @settings(max_examples=30)
    @given(tenths=st.integers(0, 10_000))
    def same(tenths: int) -> None:
        value = round(tenths / 10, min(1, how.digits))
        assert converted(Decimal(repr(in_unit(value, how))), how) == value

    same()


def test_what_is_no_number_or_far_too_large_is_not_converted(con: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT {converted_sql('x', _of('g/dL', 'g/L'))} FROM (SELECT unnest(['', NULL, '9999999999999']) AS x)"
    assert con.execute(query).fetchall() == [(None,), (None,), (None,)]


WARD = """\
source: hu/ward
title: ward
table: clinical_daily
language: [hu]
arrives: {by: upload, matching: "ward*.csv"}
decode: {delimiter: ";", decimal: ","}
map:
  patient_pseudonym: {from: p}
  assessment_date: {from: d, read: yyyy.MM.dd.}
  haemoglobin_g_per_l: {from: Hb, unit: g/dL}
  temperature_celsius: {from: T, unit: "[degF]", nothing: [n.a.]}
"""


def _declared(folder: Path, ward: str) -> Declarations:
    file = folder / "schemas/sources/hu/ward.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(ward, encoding="utf-8")
    return load_declarations(folder, only="hu/ward")


def test_a_column_in_the_senders_unit_is_read_in_ours_and_checked_in_ours(tmp_path: Path) -> None:
    declared, limits = _declared(tmp_path, WARD), Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    rows = ("p1;2021.03.01.;13,2;98,6", "p2;2021.03.01.;;n.a.", "p3;2021.03.01.;13.2;x", "p4;2021.03.01.;12;108")
    file = tmp_path / "ward.csv"
    file.write_text("p;d;Hb;T\n" + "\n".join(rows) + "\n", encoding="utf-8")
    verdict = flow.check(file, "hu/ward", declared, limits, tmp_path / "work", progress=lambda _: None).verdict
    assert verdict.harmonised
    read = "SELECT haemoglobin_g_per_l, temperature_celsius, problems FROM read_parquet(?) ORDER BY source_row"
    (normal, nothing, odd, hot) = duckdb.execute(read, [str(verdict.harmonised.path)]).fetchall()
    assert normal == (132.0, 37.0, None)
    assert nothing == (None, None, None)
    assert odd[:2] == (None, None)
    assert (odd[2]["haemoglobin_g_per_l"], odd[2]["temperature_celsius"]) == ("wrong-number-form", "not-a-number")
    assert hot == (120.0, 42.2, None)
    told = "SELECT value, expected FROM read_parquet(?) WHERE rule = 'out-of-range'"
    assert duckdb.execute(told, [str(verdict.problems)]).fetchall() == [
        ("108", "32 to 41.5 Cel (the file has it in [degF])")
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("g/L", "'g/L' is the unit of 'haemoglobin_g_per_l' already"),
        ("mg/dL", "nothing says what 'mg/dL' is in g/L; schemas/units.csv knows g/dL, mmol/L"),
    ],
)
def test_a_unit_that_nobody_declared_or_that_is_ours_is_refused(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(DeclarationError) as told:
        _declared(tmp_path, WARD.replace("g/dL", wrong))
    (found,) = told.value.contradictions
    assert said in str(found)
    assert (found.file.name, found.line) == ("ward.yaml", 10)


def test_a_unit_of_what_is_not_measured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="'patient_pseudonym' is no measured number"):
        _declared(tmp_path, WARD.replace("{from: p}", "{from: p, unit: kg}"))


def test_a_conversion_that_goes_on_for_ever_must_say_where_it_is_rounded() -> None:
    endless = Conversion(unit="a", into="b", divide=Decimal(3), source="")
    assert list(endless.wrong()) == ["1 / 3 goes on behind three decimals: say to how many it is rounded"]

"""Each verb of a source does what its example says; what it cannot read becomes a problem, never a value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.declarations import load_declarations
from pipelines.harmonise import explain

from .conftest import CONSTANTS, MAP, Run, facts, values

NUMBERS = [
    ("decimal: '.'", "1234", 1234),
    ("decimal: '.'", "1.234", "not-a-whole-number"),
    ("decimal: ','", "1.234", "wrong-number-form"),
    ("decimal: ',', thousands: dot", "1.234", 1234),
    ("decimal: ',', thousands: dot", "1.23", "wrong-number-form"),
    ("decimal: ',', thousands: dot", "1234", 1234),
    ("decimal: ',', thousands: space", "1 234 567", 1234567),
    ("decimal: ',', thousands: nbsp", "1\u00a0234", 1234),
    ("decimal: ','", "3,5", "not-a-whole-number"),
    ("decimal: ','", "-5", -5),
    ("decimal: ','", "12x", "not-a-number"),
    ("decimal: ','", "٣", "not-a-number"),
    ("decimal: ','", "9223372036854775808", "wrong-number-form"),
    ("decimal: ','", "NaN", "not-a-number"),
    ("decimal: ',', nothing: [NaN]", "NaN", None),
]


@pytest.mark.parametrize(("form", "written", "meant"), NUMBERS, ids=[f"{f} {w}" for f, w, _ in NUMBERS])
def test_a_number_is_read_in_its_declared_form_and_in_no_other(run: Run, form: str, written: str, meant: Any) -> None:
    found = run(f"decode: {{delimiter: ';', {form}}}\n" + CONSTANTS + MAP, f"d;r;v\n2020-07-14;Астана;{written}\n")
    value, problem = values(found, "value")[0]
    told = problem if isinstance(meant, str) else value
    assert told == meant or (problem is not None and isinstance(meant, str) and problem == meant)
    assert (value is None) == (meant is None or isinstance(meant, str))


@pytest.mark.parametrize(
    ("written", "place", "problem"),
    [
        ("Астана", "KZ-71", None),
        ("  АСТАНА ", "KZ-71", None),
        ("Нур-Султан", "KZ-71", None),
        ("Ақмола облысы", "KZ-11", None),
        ("Akmola", None, "unknown-place"),
        ("Атлантида", None, "unknown-place"),
        ("Тошкент вилояти", None, "not-own-state"),
        ("А?тана", None, "lost-characters"),
        ("Қала", "KZ-75", None),
    ],
)
def test_a_place_is_known_by_the_names_of_the_senders_languages(
    run: Run, written: str, place: str | None, problem: str | None
) -> None:
    own = MAP.replace("{from: r}", "{from: r, codes: {Қала: KZ-75}}")
    found = run(CONSTANTS + own, f"d,r,v\n2020-07-14,{written},1\n")
    assert values(found, "region") == [(place, problem)]
    assert facts(found, "geo_level") == [("region" if place else None,)]


def test_columns_that_are_indicators_become_facts_each_with_its_meaning(run: Run) -> None:
    wide = """\
constants: {period_type: D, pathogen: SARSCOV2, measure_type: CUMULATIVE, region: KZ}
map: {period_start: {from: d, read: yyyy-MM-dd}}
unpivot:
  into: value
  columns:
    cases:
      - {until: 2020-07-31, indicator: CASES, case_basis: CONF_LAB}
      - {from: 2020-08-01, indicator: CASES, case_basis: CONF_PROB, because: U07.2 counted too}
    deaths: {indicator: DEATHS}
"""
    found = run(wide, "d,cases,deaths\n2020-07-31,5,0\n2020-08-01,9,\nx,7,1\n")
    told = facts(found, "source_row, source_column, set_aside, indicator, case_basis, value")
    assert told == [
        (2, "cases", None, "CASES", "CONF_LAB", 5),
        (2, "deaths", None, "DEATHS", "UNK", 0),
        (3, "cases", None, "CASES", "CONF_PROB", 9),
        (3, "deaths", "not-reported", "DEATHS", "UNK", None),
        (4, "cases", None, "CASES", "CONF_LAB", 7),
        (4, "deaths", None, "DEATHS", "UNK", 1),
    ]
    assert found.facts == 6


def test_columns_that_are_dates_or_regions_become_facts(run: Run) -> None:
    by_date = (
        CONSTANTS
        + "map: {region: {from: r}}\n"
        + "unpivot: {into: value, columns: dates, name_is: {field: period_start, read: yyyy-MM-dd}}\n"
    )
    found = run(by_date, "r,2020-03-18,2020-03-19\nАстана,1,2\n")
    assert facts(found, "region, period_start, value") == [
        ("KZ-71", date(2020, 3, 18), 1),
        ("KZ-71", date(2020, 3, 19), 2),
    ]
    by_place = (
        CONSTANTS
        + "map: {period_start: {from: d, read: yyyy-MM-dd}}\n"
        + "unpivot: {into: value, columns: [Астана, Шымкент], name_is: {field: region}}\n"
    )
    found = run(by_place, "d,Астана,Шымкент\n2020-03-18,1,2\n")
    assert facts(found, "region, value") == [("KZ-71", 1), ("KZ-79", 2)]


def test_rows_out_of_scope_totals_and_blank_rows_are_set_aside_for_their_reason(run: Run) -> None:
    aside = "out_of_scope: [{column: t, values: [PCR], because: other table}]\n"
    aside += "total_of_parts: [{column: r, values: [Барлығы], because: the sum}]\n"
    found = run(
        CONSTANTS + MAP + aside, "d,r,v,t\n2020-07-14,Астана,1,\n2020-07-14,Астана,2,pcr\n2020-07-14,БАРЛЫҒЫ,3,\n,,,\n"
    )
    assert facts(found, "source_row, set_aside") == [
        (2, None),
        (3, "out-of-scope"),
        (4, "total-of-parts"),
        (5, "blank-row"),
    ]


def test_a_row_that_names_no_day_and_no_place_but_a_figure_is_not_blank(run: Run) -> None:
    wide = CONSTANTS + "map: {period_start: {from: d, read: yyyy-MM-dd}, region: {from: r}}\n"
    wide += "unpivot: {into: value, columns: {v: {sex: F}, w: {sex: M}}}\n"
    found = run(wide, "d,r,v,w\n,,5,\n,,,\n")
    told = facts(found, "source_row, source_column, set_aside, value")
    assert told == [
        (2, "v", None, 5),
        (2, "w", "not-reported", None),
        (3, "v", "blank-row", None),
        (3, "w", "blank-row", None),
    ]


def test_a_kind_of_row_that_is_in_no_list_is_neither_taken_in_nor_left_out_in_silence(run: Run) -> None:
    aside = "out_of_scope: [{column: t, values: [PCR], others: [RDT], because: other table}]\n"
    rows = "d,r,v,t\n2020-07-14,Астана,1,rdt\n2020-07-14,Астана,2,pcr\n2020-07-14,Астана,3,LAMP\n2020-07-14,Астана,4,\n"
    found = run(CONSTANTS + MAP + aside, rows)
    assert facts(found, "set_aside") == [(None,), ("out-of-scope",), ("unlisted",), ("unlisted",)]
    assert [(note.rule, note.column, note.facts) for note in found.notes] == [("unlisted-value", "t", 2)]


def test_of_several_scrapes_of_a_day_the_last_counts(run: Run) -> None:
    last = (
        MAP.replace("read: yyyy-MM-dd", "read: instant, zone: UTC")
        + "keep_last_per: {per: [region, period_start], by: d}\n"
    )
    found = run(
        CONSTANTS + last,
        "d,r,v\n2020-07-14T09:00:00Z,Астана,2\n2020-07-14T08:00:00Z,Астана,1\n2020-07-14T10:00:00Z,Астана,\n",
    )
    assert facts(found, "value, set_aside") == [(2, None), (1, "overtaken"), (None, "not-reported")]


def test_rows_whose_place_cannot_be_read_do_not_overtake_each_other(run: Run) -> None:
    last = MAP + "keep_last_per: {per: [region, period_start], by: d}\n"
    found = run(CONSTANTS + last, "d,r,v\n2020-07-14,Qqzzx,2\n2020-07-14,Xzzqq,1\n2020-07-14,,3\n2020-07-14,Астана,4\n")
    assert facts(found, "value, set_aside") == [(2, None), (1, None), (3, None), (4, None)]


def test_behind_a_long_standstill_a_feed_is_stale_even_where_it_moves_again(run: Run) -> None:
    days = ["2020-07-01,10", "2020-07-02,11", "2020-07-03,11", "2020-07-20,11", "2020-07-21,0", "2020-07-22,12"]
    rows = "".join(f"{day.split(',')[0]},Астана,{day.split(',')[1]}\n" for day in days)
    found = run(CONSTANTS + MAP + "stale_after: {days: 14}\n", "d,r,v\n" + rows)
    assert facts(found, "value, set_aside") == [
        (10, None),
        (11, None),
        (11, "stale"),
        (11, "stale"),
        (0, "stale"),
        (12, "stale"),
    ]


def test_a_feed_that_moves_is_never_stale(run: Run) -> None:
    found = run(
        CONSTANTS + MAP + "stale_after: {days: 14}\n",
        "d,r,v\n2020-07-01,Астана,1\n2020-07-15,Астана,2\n2020-07-29,Астана,2\n",
    )
    assert found.set_aside == {}


CORRECTION = """\
corrections:
  - {field: value, where: {region: KZ-71, period_start: 2020-07-14}, expect: 4120, value: 412, because: a digit twice}
"""


@pytest.mark.parametrize(
    ("written", "published", "told"),
    [
        ("4120", 412, ["correction-applied"]),
        ("412", 412, ["correction-no-longer-needed"]),
        ("415", 415, ["correction-finds-another-value"]),
    ],
)
def test_a_correction_applies_to_the_expected_value_only(
    run: Run, written: str, published: int, told: list[str]
) -> None:
    found = run(CONSTANTS + MAP + CORRECTION, f"d,r,v\n2020-07-14,Астана,{written}\n2020-07-15,Астана,4120\n")
    assert facts(found, "value") == [(published,), (4120,)]
    assert [(note.rule, note.row, note.column) for note in found.notes] == [(told[0], 2, "v")]


def test_a_correction_of_a_row_that_is_absent_does_nothing(run: Run) -> None:
    assert run(CONSTANTS + MAP + CORRECTION, "d,r,v\n2020-07-15,Астана,4120\n").notes == ()


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("20-24", 20, 24),
        ("20 – 24", 20, 24),
        ("7", 7, 7),
        ("65+", 65, 125),
        (">80", 81, 125),
        ("<5", 0, 4),
        ("old", None, None),
    ],
)
def test_an_age_range_is_read_at_both_ends(run: Run, written: str, low: int | None, high: int | None) -> None:
    ages = MAP + "  age_from_years: {from: a, read: range-low}\n  age_to_years: {from: a, read: range-high}\n"
    found = run(CONSTANTS + ages, f"d,r,v,a\n2020-07-14,Астана,1,{written}\n")
    told = facts(found, "age_from_years, age_to_years, problems['age_from_years'], problems['age_to_years']")
    assert told == [(low, high, *([None] * 2 if low is not None else ["not-a-number"] * 2))]


@pytest.mark.parametrize(
    ("written", "low", "high", "problem"),
    [
        ("барлығы", -1, -1, None),
        ("  БАРЛЫҒЫ", -1, -1, None),
        ("белгісіз", -2, -2, None),
        ("20-24", 20, 24, None),
        ("x", None, None, "not-a-number"),
    ],
)
def test_a_declared_word_stands_for_a_number_and_no_other_does(
    run: Run, written: str, low: int | None, high: int | None, problem: str | None
) -> None:
    words = "codes: {барлығы: -1, белгісіз: -2}"
    ages = f"  age_from_years: {{from: a, read: range-low, {words}}}\n"
    ages += f"  age_to_years: {{from: a, read: range-high, {words}}}\n"
    found = run(CONSTANTS + MAP + ages, f"d,r,v,a\n2020-07-14,Астана,1,{written}\n")
    told = facts(found, "age_from_years, age_to_years, problems['age_from_years'], problems['age_to_years']")
    assert told == [(low, high, problem, problem)]


@pytest.mark.parametrize(("written", "meant"), [("кейін", "late"), (" КЕЙІН ", "late"), ("кейінгі", "кейінгі")])
def test_a_declared_word_stands_for_a_text_and_any_other_text_stays_as_it_is(
    run: Run, written: str, meant: str
) -> None:
    found = run(
        CONSTANTS + MAP + "  note: {from: n, codes: {кейін: late}}\n", f"d,r,v,n\n2020-07-14,Астана,1,{written}\n"
    )
    assert values(found, "note") == [(meant, None)]


BOTH = "  region: {from: e, part: {parted_by: ' - ', take: 1}}\n"
BOTH += "  indicator: {from: e, part: {parted_by: ' - ', take: 2}, codes: {жұққан: CASES}}\n"


@pytest.mark.parametrize(
    ("written", "place", "indicator"),
    [
        ("Астана - жұққан", ("KZ-71", None), ("CASES", None)),
        ("Астана  -  ЖҰҚҚАН", ("KZ-71", None), ("CASES", None)),
        ("Атлантида - жұққан", (None, "unknown-place"), ("CASES", None)),
        ("Астана - басқа", ("KZ-71", None), (None, "unknown-code")),
        ("Астана", (None, "unknown-place"), (None, "unknown-code")),
        ("Астана - жұққан - тағы", (None, "unknown-place"), (None, "unknown-code")),
    ],
)
def test_a_cell_that_holds_two_things_is_parted_and_one_of_other_parts_is_a_problem(
    run: Run, written: str, place: tuple[str | None, ...], indicator: tuple[str | None, ...]
) -> None:
    constants = CONSTANTS.replace("indicator: CASES, ", "")
    found = run(constants + MAP.replace("  region: {from: r}\n", BOTH), f"d,e,v\n2020-07-14,{written},1\n")
    assert (values(found, "region"), values(found, "indicator")) == ([place], [indicator])


def test_words_in_a_column_of_dates_are_read_by_one_field_and_the_dates_by_another(run: Run) -> None:
    dates = MAP.replace("yyyy-MM-dd}", "yyyy-MM-dd, nothing: [ерлер]}")
    rows = "".join(f"{cell},Астана,{n}\n" for n, cell in enumerate(("2020-07-10", "ерлер", "", "шілде")))
    found = run(CONSTANTS + dates + "  sex: {from: d, codes: {ерлер: M}, rest: nothing}\n", "d,r,v\n" + rows)
    day = date(2020, 7, 10)
    assert values(found, "period_start") == [(day, None), (None, None), (None, None), (None, "not-a-date")]
    assert values(found, "sex") == [("_T", None), ("M", None), ("_T", None), ("_T", None)]


@pytest.mark.parametrize(
    ("period", "last", "first"),
    [
        ("W", "2020-01-05", date(2019, 12, 30)),
        ("W", "2020-07-17", date(2020, 7, 11)),
        ("M", "2020-02-29", date(2020, 2, 1)),
        ("M", "2021-02-28", date(2021, 2, 1)),
        ("M", "2020-02-28", None),
        ("D", "2020-02-28", date(2020, 2, 28)),
    ],
)
def test_a_day_that_ends_its_period_becomes_the_day_that_begins_it(
    run: Run, period: str, last: str, first: date | None
) -> None:
    reading = MAP.replace("yyyy-MM-dd}", "yyyy-MM-dd, names: last-day}")
    text = f"d,r,v\n{last},Астана,1\n"
    expected = [(first, None if first else "not-a-date")]
    assert values(
        run(CONSTANTS.replace("period_type: D", f"period_type: {period}") + reading, text), "period_start"
    ) == (expected)
    mapped = reading + "  period_type: {from: p, codes: {апта: W, ай: M}}\n"
    word = {"D": "күн", "W": "апта", "M": "ай"}[period]
    found = run(CONSTANTS.replace("period_type: D, ", "") + mapped, f"d,r,v,p\n{last},Астана,1,{word}\n")
    assert values(found, "period_start") == expected


@pytest.mark.parametrize(
    ("level", "place", "problem"), [("region", "KZ-71", None), ("country", None, "unknown-place"), ("", "KZ-71", None)]
)
def test_a_column_of_one_level_knows_no_place_of_another(
    run: Run, level: str, place: str | None, problem: str | None
) -> None:
    mapped = MAP.replace("{from: r}", f"{{from: r, level: {level}}}") if level else MAP
    found = run(CONSTANTS + mapped, "d,r,v\n2020-07-14,Астана,1\n")
    assert values(found, "region") == [(place, problem)]


def test_any_cell_but_the_others_sets_its_row_aside(run: Run) -> None:
    aside = "out_of_scope:\n  - {column: e, values: any, others: [Қала], because: parts}\n"
    rows = "".join(f"2020-07-14,Астана,1,{cell}\n" for cell in ("", " ", "қала", "Аудан", "0"))
    found = run(CONSTANTS + MAP + aside, "d,r,v,e\n" + rows)
    assert [reason for (reason,) in facts(found, "set_aside")] == [None, None, None, "out-of-scope", "out-of-scope"]


def test_a_key_field_that_says_nothing_takes_the_tables_default(run: Run) -> None:
    found = run(
        CONSTANTS + MAP + "  sex: {from: s}\n",
        "d,r,v,s\n2020-07-14,Астана,1,\n2020-07-14,Астана,1,Ер\n2020-07-14,Астана,1,Х\n",
    )
    assert values(found, "sex") == [("_T", None), ("M", None), (None, "unknown-code")]


def test_what_is_explained_is_what_is_run() -> None:
    declared = load_declarations()
    for name, source in declared.sources.items():
        text = explain(source, declared)
        assert "WITH extract AS" in text, name
        statements = [s for s in text.split(";\n") if s.strip()]
        assert all(s.lstrip().startswith(("CREATE OR REPLACE TEMP MACRO", "WITH extract AS")) for s in statements)

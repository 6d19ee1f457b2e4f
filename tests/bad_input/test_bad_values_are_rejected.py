# ruff: noqa: E501  one bad cell is one line
"""Cells that mean nothing that is agreed: each is rejected alone, at its row and column, as it was written.

All bad rows of a sender stand in one file behind good ones, and the file is checked once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pytest

from pipelines.artefacts import Verdict
from pipelines.flow import Outcome
from pipelines.report import exit_code

DATES = "dd.MM.yyyy"
WHOLE = "a whole number, decimal mark ',', thousands: none"


@dataclass(frozen=True)
class Bad:
    """One row with one bad cell: its column and text, the rule that it breaks, what is expected, the nearest word."""

    name: str
    column: str
    cell: str
    rule: str
    expected: str | None = None
    nearest: str | None = None


BULLETIN = [
    Bad("unknown code", "Көрсеткіш", "Жұқтырғандр", "unknown-code", nearest="Жұқтырғандар"),
    Bad("code of another language", "Көрсеткіш", "Vefat", "unknown-code"),
    Bad("code with ? for a letter", "Көрсеткіш", "Ж??тырғандар", "lost-characters", nearest="Жұқтырғандар"),
    Bad("code with a replacement sign", "Көрсеткіш", "Ж\ufffdқтырғандар", "lost-characters", nearest="Жұқтырғандар"),
    Bad("place with ? for a letter", "Облыс", "?ара?анды облысы", "lost-characters", nearest="Қарағанды облысы"),
    Bad("text with a replacement sign", "Ескерту", "ескер\ufffdу", "lost-characters"),
    Bad("unknown place", "Облыс", "Атлантида", "unknown-place"),
    Bad("place with a slip", "Облыс", "Қарағнды облысы", "unknown-place", nearest="Қарағанды облысы"),
    Bad("another state's place", "Облыс", "Ташкент", "not-own-state"),
    Bad("another state", "Облыс", "Қырғызстан", "not-own-state"),
    Bad("day that does not exist", "Күні", "30.02.2020", "not-a-date", DATES),
    Bad("29 February of a common year", "Күні", "29.02.2019", "not-a-date", DATES),
    Bad("month 13", "Күні", "01.13.2020", "not-a-date", DATES),
    Bad("year first", "Күні", "2020-07-14", "not-a-date", DATES),
    Bad("month first", "Күні", "07/14/2020", "not-a-date", DATES),
    Bad("Excel's serial number", "Күні", "44026", "not-a-date", DATES),
    Bad("two-digit year", "Күні", "14.07.20", "not-a-date", DATES),
    Bad("time behind the day", "Күні", "14.07.2020 00:00", "not-a-date", DATES),
    Bad("month as a word", "Күні", "14 шілде 2020", "not-a-date", DATES),
    Bad("digits of Arabic in a date", "Күні", "١٤.٠٧.٢٠٢٠", "not-a-date", DATES),
    Bad("no date", "Күні", "", "missing-value"),
    Bad("date declared as nothing", "Күні", "-", "missing-value"),
    Bad("no place", "Облыс", "", "missing-value"),
    Bad("no code", "Көрсеткіш", "", "missing-value"),
    Bad("day to come", "Күні", "01.01.2031", "future-date", "not after 2020-08-01"),
    Bad("number as a word", "Саны", "он екі", "not-a-number", WHOLE),
    Bad("number with a letter", "Саны", "12x", "not-a-number", WHOLE),
    Bad("number with its unit", "Саны", "12 адам", "not-a-number", WHOLE),
    Bad("dot between thousands", "Саны", "1.234", "wrong-number-form", WHOLE),
    Bad("space between thousands", "Саны", "1 234", "wrong-number-form", WHOLE),
    Bad("hard space between thousands", "Саны", "1\u00a0234", "wrong-number-form", WHOLE),
    Bad("apostrophe between thousands", "Саны", "1'234", "wrong-number-form", WHOLE),
    Bad("underscore", "Саны", "1_234", "wrong-number-form", WHOLE),
    Bad("per cent", "Саны", "12%", "wrong-number-form", WHOLE),
    Bad("two signs", "Саны", "--5", "wrong-number-form", WHOLE),
    Bad("fraction", "Саны", "1,5", "not-a-whole-number", WHOLE),
    Bad("fraction with a dot", "Саны", "3.7", "wrong-number-form", WHOLE),
    Bad("beyond what a float holds", "Саны", "1e309", "not-a-number", WHOLE),
    Bad("a tab before the number", "Саны", "\t5", "wrong-number-form", WHOLE),
    Bad("something unseen behind the number", "Саны", "5\u200b", "wrong-number-form", WHOLE),
    Bad("a word for nothing that is not declared", "Саны", "NA", "not-a-number", WHOLE),
    Bad("another such word", "Саны", "жоқ", "not-a-number", WHOLE),
    Bad("a sign for nothing that is not declared", "Саны", "…", "not-a-number", WHOLE),
    Bad("row of totals", "Облыс", "Барлығы", "unknown-place"),
    Bad("row of totals in Russian", "Облыс", "Итого", "unknown-place"),
    Bad("digits of Arabic", "Саны", "١٢٣", "not-a-number", WHOLE),
    Bad("digits of full width", "Саны", "１２３", "not-a-number", WHOLE),
    Bad("hexadecimal", "Саны", "0x10", "not-a-number", WHOLE),
    Bad("power of ten", "Саны", "1e3", "not-a-number", WHOLE),
    Bad("NaN", "Саны", "NaN", "not-a-number", WHOLE),
    Bad("infinity", "Саны", "Infinity", "not-a-number", WHOLE),
    Bad("minus infinity", "Саны", "-inf", "not-a-number", WHOLE),
    Bad("one more than 64 bits hold", "Саны", "9223372036854775808", "wrong-number-form", WHOLE),
    Bad("negative count", "Саны", "-5", "out-of-range", "at least 0"),
    Bad("formula for a number", "Саны", "=1+1", "wrong-number-form", WHOLE),
    Bad("too long a text", "Ескерту", "а" * 501, "too-long", "at most 500 characters"),
]
SHARES = [
    Bad("dot for the decimal comma", "Үлесі", "1.234", "wrong-number-form"),
    Bad("both marks", "Үлесі", "1.234,5", "wrong-number-form"),
    Bad("two commas", "Үлесі", "1,234,5", "wrong-number-form"),
    Bad("no digit before the comma", "Үлесі", ",5", "wrong-number-form"),
    Bad("power of ten", "Үлесі", "1e5", "not-a-number"),
    Bad("NaN", "Үлесі", "nan", "not-a-number"),
    Bad("negative share", "Үлесі", "-0,1", "out-of-range"),
]
DOTS = [
    Bad("dot before two digits", "Саны", "1.23", "wrong-number-form"),
    Bad("dot before four digits", "Саны", "1.2345", "wrong-number-form"),
    Bad("four digits before the dot", "Саны", "1234.567", "wrong-number-form"),
    Bad("no digit before the dot", "Саны", ".123", "wrong-number-form"),
    Bad("comma as in English", "Саны", "1,234", "not-a-whole-number"),
]
REGISTER = [
    Bad("no number of the case", "Нөмірі", "", "missing-value"),
    Bad("too long a number of the case", "Нөмірі", "n" * 81, "too-long"),
    Bad("no date of report", "Хабарланған күні", "", "missing-value"),
    Bad("date of report to come", "Хабарланған күні", "14.07.2091", "future-date"),
    Bad("unknown sex", "Жынысы", "Q", "unknown-code"),
    Bad("both sexes, of one person", "Жынысы", "Барлығы", "unknown-code", "Әйел, Ер, Басқа, Белгісіз"),
    Bad("unknown place", "Облыс", "Атлантида", "unknown-place"),
    Bad("age of 130", "Жасы", "130", "out-of-range", "0 to 125"),
    Bad("age in months", "Жасы", "7 ай", "not-a-number"),
    Bad("unknown outcome", "Нәтижесі", "жаксы", "unknown-code"),
]
OSH = [
    Bad("name of a city and a region", "Облус", "Ош", "ambiguous-place", "Ош шаары (KG-GO); Ош облусу (KG-O)"),
    Bad("a city that only the word for city likens to another", "Облус", "Кант шаары", "unknown-place"),
    Bad("a slip in a name that alone means two places", "Облус", "Ошш", "unknown-place", nearest="Ош ш."),
    Bad("a city whose name has a slip", "Облус", "Бишкекк шаары", "unknown-place", nearest="Бишкек шаары"),
]

GOOD: dict[str, list[dict[str, str]]] = {
    "kz/bulletin": [
        {"Күні": f"{d:02}.03.2020", "Облыс": r, "Көрсеткіш": "Жұқтырғандар", "Саны": str(d), "Ескерту": ""}
        for d in range(1, 32)
        for r in ("Ақтөбе облысы", "Ақмола облысы", "Атырау облысы", "Жамбыл облысы", "KZ-35", "Маңғыстау облысы", "KZ-39", "KZ-43", "KZ-55")
    ],
    "kz/shares": [{"Күні": f"{d:02}.03.2020", "Облыс": "Ақтөбе облысы", "Үлесі": f"{d},5"} for d in range(1, 32)]
    + [{"Күні": f"{d:02}.03.2020", "Облыс": "KZ-11", "Үлесі": "007"} for d in range(1, 32)],
    "kz/bulletin_dots": [
        {"Күні": f"{d:02}.03.2020", "Облыс": "KZ-75", "Көрсеткіш": "Жұқтырғандар", "Саны": "1.234.567", "Ескерту": ""} for d in range(1, 32)
    ],
    "kz/register": [
        {
            "Нөмірі": f"KZ-{n}",
            "Хабарланған күні": "14.07.2020",
            "Облыс": "Ақтөбе облысы",
            "Жынысы": "Әйел",
            "Жасы": "40",
            "Нәтижесі": "Жазылды",
            "Белгілері": "",
        }
        for n in range(60)
    ],
    "kg/bulletin": [{"Күнү": f"{d:02}.03.2020", "Облус": "Ош шаары", "Саны": "1"} for d in range(1, 32)],
}  # fmt: skip
BAD = {
    "kz/bulletin": BULLETIN,
    "kz/shares": SHARES,
    "kz/bulletin_dots": DOTS,
    "kz/register": REGISTER,
    "kg/bulletin": OSH,
}


def file_of(source: str) -> bytes:
    """The good rows, then one row for each bad one: a good row of another day with one cell changed."""
    rows = list(GOOD[source])
    for n, bad in enumerate(BAD[source]):
        row = dict(rows[0]) | ({"Нөмірі": f"bad-{n}"} if source == "kz/register" else {})
        row |= {c: f"{1 + n % 28:02}.{1 + n // 28:02}.2019" for c in ("Күні", "Күнү") if c in row}
        rows.append(row | {bad.column: bad.cell})
    return "\r\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)]).encode()


@pytest.fixture(scope="module")
def verdicts(checked: Callable[..., Outcome]) -> dict[str, Verdict]:
    return {source: checked(file_of(source), source).verdict for source in BAD}


EVERY = [
    pytest.param(s, len(GOOD[s]) + 2 + n, b, id=f"{s} {b.name}")
    for s, listed in BAD.items()
    for n, b in enumerate(listed)
]


@pytest.mark.parametrize(("source", "row", "bad"), EVERY)
def test_it_is_rejected_by_its_own_rule_at_its_place_as_written(
    source: str, row: int, bad: Bad, verdicts: dict[str, Verdict]
) -> None:
    problems = str(verdicts[source].problems)
    query = (
        "SELECT rule, source_column, coalesce(value, ''), expected, nearest FROM read_parquet(?) WHERE source_row = ?"
    )
    found = duckdb.execute(query, [problems, row]).fetchall()
    assert [f[:3] for f in found] == [(bad.rule, bad.column, bad.cell)]
    assert found[0][3], "says what is expected"
    assert found[0][3] == (bad.expected or found[0][3])
    assert found[0][4] == (bad.nearest or found[0][4])


@pytest.mark.parametrize("source", BAD)
def test_every_good_row_is_accepted_and_every_bad_one_is_not(source: str, verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts[source]
    assert verdict.accounts.facts_by_fate == {"accepted": len(GOOD[source]), "rejected": len(BAD[source])}
    assert (verdict.decision, exit_code(verdict)) == ("partly-accepted", 1)


def test_a_word_that_is_far_from_every_known_one_is_likened_to_none(verdicts: dict[str, Verdict]) -> None:
    problems = str(verdicts["kz/bulletin"].problems)
    suggested = dict(duckdb.execute("SELECT value, nearest FROM read_parquet(?)", [problems]).fetchall())
    assert (suggested["Атлантида"], suggested["Vefat"]) == (None, None)


def test_a_city_is_not_taken_for_another_because_both_are_called_city(verdicts: dict[str, Verdict]) -> None:
    problems = str(verdicts["kg/bulletin"].problems)
    suggested = dict(duckdb.execute("SELECT value, nearest FROM read_parquet(?)", [problems]).fetchall())
    assert suggested == {"Ош": None, "Ошш": "Ош ш.", "Кант шаары": None, "Бишкекк шаары": "Бишкек шаары"}

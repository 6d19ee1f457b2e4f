"""Files that are written in another way and say the same: accepted, with the same facts, at the right rows."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.flow import Outcome

Check = Callable[..., Outcome]
PICKLED = b"cos\nsystem\n(S'exit 1'\ntR."  # who takes this up as an object runs a command


def facts(outcome: Outcome) -> list[tuple[object, ...]]:
    """Give what a file says, without where it says it."""
    assert outcome.verdict.harmonised is not None, outcome.verdict.findings
    said = (
        "SELECT region, period_start, indicator, value, note FROM read_parquet(?) WHERE set_aside IS NULL ORDER BY ALL"
    )
    return duckdb.execute(said, [str(outcome.verdict.harmonised.path)]).fetchall()


def mixed(good: str) -> bytes:
    lines = good.splitlines()
    return b"".join(line.encode() + (b"\r\n", b"\n", b"\r")[n % 3] for n, line in enumerate(lines))


def reordered(good: str) -> bytes:
    return "\n".join(";".join(reversed(row.split(";"))) for row in good.splitlines()).encode()


def every_cell_quoted(good: str) -> bytes:
    return "\n".join(";".join(f'"{cell}"' for cell in row.split(";")) for row in good.splitlines()).encode()


SAME: dict[str, Callable[[str], bytes]] = {
    "no line end at the end": lambda g: g.strip().encode(),
    "byte order mark": lambda g: b"\xef\xbb\xbf" + g.encode(),
    "byte order mark before a quote": lambda g: b"\xef\xbb\xbf" + every_cell_quoted(g),
    "CRLF": lambda g: g.replace("\n", "\r\n").encode(),
    "CR only": lambda g: g.replace("\n", "\r").encode(),
    "mixed line ends": mixed,
    "blank lines at the end": lambda g: g.encode() + b"\n\r\n\n",
    "blank lines in the middle": lambda g: g.replace("\n02.02", "\n\n02.02").encode(),
    "rows of nothing but delimiters": lambda g: g.replace("\n02.02", "\n;;;;\n02.02").encode(),
    "every cell quoted": every_cell_quoted,
    "columns in another order": reordered,
    "spaces around column names": lambda g: g.replace("Саны;", " Саны ;", 1).encode(),
    "an ignored column more": lambda g: (
        "\n".join(r + ";x" for r in g.replace("Ескерту", "Ескерту;source").splitlines())
        .replace("source;x", "source")
        .encode()
    ),
    "letters that look alike": lambda g: g.replace("Абай", "A" + "бaй").replace("Ақмола", "Aқмoла").encode(),
    "letters that nobody sees": lambda g: g.replace("Абай облысы", "Абай\u200b облысы\u2060").encode(),
    "packed": lambda g: gzip.compress(g.encode()),
    "packed twice over, one behind the other": lambda g: (
        gzip.compress(g[:999].encode()) + gzip.compress(g[999:].encode())
    ),
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME)
def test_it_says_the_same(make: Callable[[str], bytes], good: str, checked: Check) -> None:
    outcome = checked(make(good))
    assert outcome.verdict.decision == "accepted"
    expected = [tuple(row.split(";")[3:4]) for row in good.splitlines()[1:]]
    said = facts(outcome)
    assert len(said) == len(expected) == 360
    assert sorted(int(str(f[3])) for f in said) == sorted(int(e[0]) for e in expected)


def test_an_older_encoding_that_is_declared_says_the_same(good: str, checked: Check) -> None:
    for source in ("kz/bulletin_kz1048", "kz/bulletin_either"):
        assert facts(checked(good.encode("kz1048"), source)) == facts(checked(good.encode()))


def test_letters_that_an_encoding_cannot_hold_are_refused_and_not_guessed(good: str, checked: Check) -> None:
    outcome = checked(good.encode("cp1251", errors="replace"), "kz/bulletin_cp1251")
    assert outcome.verdict.decision == "refused"
    assert {f.rule for f in outcome.verdict.findings} == {"lost-characters-in-names"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_row_of_a_finding_counts_records_and_blank_rows(end: str, good: str, checked: Check) -> None:
    head, first, second, *rest = good.splitlines()
    lines = [head, first + f'"two{end}{end}lines"', "", ";;;;", second, "03.07.2020;Атлантида;Жұқтырғандар;1;", *rest]
    outcome = checked(end.join(lines).encode())
    assert [(f.rule, f.row, f.value) for f in outcome.verdict.findings if f.rule == "unknown-place"] == [
        ("unknown-place", 6, "Атлантида")
    ]
    assert [f.row for f in outcome.verdict.findings if f.rule == "blank-row"] == [3]


FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1:A9)",
    "-2+3",
    '=HYPERLINK("http://x";"y")',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%n",
)


def test_a_formula_in_a_text_is_kept_as_it_was_written(good: str, checked: Check) -> None:
    rows = [
        f'{n + 1:02}.07.2020;Ақтөбе облысы;Жұқтырғандар;1;"{t.replace(chr(34), chr(34) * 2)}"'
        for n, t in enumerate(FORMULAS)
    ]
    outcome = checked((good + "\n".join(rows)).encode())
    assert outcome.verdict.decision == "accepted"
    assert {f[4] for f in facts(outcome) if f[4]} == set(FORMULAS)


def test_dots_between_thousands_are_read_where_they_are_declared_and_only_there(checked: Check) -> None:
    text = "Күні;Облыс;Көрсеткіш;Саны;Ескерту\n14.07.2020;Ақтөбе облысы;Жұқтырғандар;{};\n"
    assert [f[3] for f in facts(checked(text.format("1.234").encode(), "kz/bulletin_dots"))] == [1234]
    outcome = checked(text.format("1.234").encode())
    assert [f.rule for f in outcome.verdict.findings] == ["wrong-number-form", "nothing-accepted"]


def test_a_comma_is_the_decimal_mark_where_it_is_declared(checked: Check) -> None:
    outcome = checked("Күні;Облыс;Үлесі\n14.07.2020;Ақтөбе облысы;1,234\n".encode(), "kz/shares")
    assert outcome.verdict.harmonised is not None
    path = str(outcome.verdict.harmonised.path)
    assert duckdb.execute("SELECT rate FROM read_parquet(?)", [path]).fetchall() == [(1.234,)]


def test_a_cell_that_says_nothing_is_set_aside_and_a_zero_is_a_zero(good: str, checked: Check) -> None:
    rows = [f"{n + 1:02}.07.2020;Ақтөбе облысы;Жұқтырғандар;{cell};" for n, cell in enumerate(["", "-", " ", "0"])]
    outcome = checked((good + "\n".join(rows)).encode())
    assert outcome.verdict.accounts.facts_by_fate == {"accepted": 361, "not-reported": 3}
    assert [f[3] for f in facts(outcome) if str(f[1]).startswith("2020-07")] == [0]


def test_a_number_that_a_workbook_keeps_as_text_is_that_number(checked: Check) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["Күні", "Облыс", "Көрсеткіш", "Саны", "Ескерту"])
    for day, text in enumerate(("5", "007", " 5", "5 "), start=1):
        page.append([f"{day:02}.07.2020", "Ақтөбе облысы", "Жұқтырғандар", text, None])
    target = io.BytesIO()
    book.save(target)
    assert [f[3] for f in facts(checked(target.getvalue(), "kz/bulletin_workbook"))] == [5, 7, 5, 5]


def test_what_a_parquet_file_says_of_other_programs_is_left_behind(good: str, checked: Check) -> None:
    """Line 83 of the list: no metadata of a stranger is taken over, and nothing in it is ever called to life."""
    rows = [row.split(";") for row in good.splitlines()]
    said = {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": PICKLED}
    fields = [pa.field(name, pa.string(), metadata=said) for name in rows[0]]
    columns = [pa.array(column) for column in zip(*rows[1:], strict=True)]
    made = pa.table(columns, pa.schema(fields, {"pandas": "{" * (5 << 20)}))
    target = io.BytesIO()
    pq.write_table(made, target)
    outcome = checked(target.getvalue(), "kz/bulletin_parquet")
    assert [f[:4] for f in facts(outcome)] == [f[:4] for f in facts(checked(good.encode()))]
    assert outcome.verdict.harmonised is not None
    extract = pq.read_schema(outcome.verdict.harmonised.extract.path)
    assert (extract.metadata, [field.metadata for field in extract]) == (None, [None] * 5)

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console

from pipelines.artefacts import Accounts, Finding, Verdict
from pipelines.declarations.source import Source
from pipelines.report import Speech, exit_code, summary

Sample = tuple[Verdict, Source, Speech]
Make = Callable[..., Sample]


def printed(sample: Sample, width: int = 80, *, color: bool = False) -> str:
    console = Console(width=width, highlight=False, force_terminal=color, color_system="truecolor" if color else None)
    with console.capture() as capture:
        console.print(summary(*sample))
    return capture.get()


def numbers_of(line: str) -> list[int]:
    found = re.findall(r"(?<!\S)\d{1,3}(?:\u00a0\d{3})*(?!\S)", line)
    return [int(number.replace("\u00a0", "")) for number in found[:2]]


def test_the_decision_is_the_first_word(make: Make, refused: Make) -> None:
    assert printed(make()).startswith("ACCEPTED IN PART ")
    assert printed(refused(Finding("empty-file"))).startswith("REFUSED ")
    assert printed(make([], {"accepted": 3}, decision="accepted")).startswith("ACCEPTED ")
    assert printed(make(decision="held", findings=(Finding("too-many-rejected"),))).startswith("HELD ")


def test_what_will_be_published_is_said_in_numbers(make: Make) -> None:
    assert "1\u00a0200 of 1\u00a0205 facts will be published; left out until corrected: 5." in " ".join(
        printed(make()).split(" ")
    ).replace("\n", " ")


def test_a_held_file_says_why_and_that_nothing_is_published_yet(make: Make) -> None:
    finding = Finding("too-many-rejected", value="31%", facts=5)
    held = printed(make([], {"accepted": 1}, decision="held", findings=(finding,)), 200)
    assert "Nothing is published yet" in held
    assert "So many facts were rejected (31%)" in held
    assert "value as written" not in held


def test_rows_and_facts_add_up_visibly(make: Make) -> None:
    sample = make()
    lines = printed(sample).splitlines()
    fates = [fate.replace("-", " ") for fate in {**sample[0].accounts.rows_by_fate, **sample[0].accounts.facts_by_fate}]
    told = [numbers_of(line) for line in lines if line.strip().startswith(tuple(f"{fate}  " for fate in fates))]
    total = next(numbers_of(line) for line in lines if line.strip().startswith("read  "))
    assert len(told) == len(fates)
    assert total == [sum(rows for rows, _ in told), sum(facts for _, facts in told)] == [6, 1384]


def test_every_line_fits_the_terminal(make: Make) -> None:
    long = "Ұ" * 300
    problems = [("unknown-place", "region", 10_000_000 + n, long, f"{long}{n}", long, long, n) for n in range(40)]
    for width in (80, 100):
        assert max(map(len, printed(make(problems), width).splitlines())) <= width


def test_without_colour_there_is_no_escape(make: Make) -> None:
    assert "\x1b" not in printed(make())
    assert "\x1b" in printed(make(), color=True)


def test_a_value_is_shown_and_never_obeyed(make: Make) -> None:
    value = "[red]x[/red][link=https://example.org]\x1b[31m\u202e\t1\u00a0234:smile:"
    told = printed(make([("unknown-place", "region", 2, "[bold]", value, None, None, 1)]), 300)
    assert "[red]x[/red][link=https://example.org]<U+001B>[31m<U+202E><U+0009>1<U+00A0>234:smile:" in told
    assert "[bold]" in told


def test_a_mistake_in_many_rows_is_one_line_with_its_facts(make: Make) -> None:
    line = next(line for line in printed(make()).splitlines() if "4 +1 row" in line)
    assert re.split(r"  +", line.strip()) == ["4 +1 row", "Облыс", "Шымкент қ.", "Шымкент", "3"]


def test_a_broken_relation_blames_its_rows_and_not_the_value(make: Make) -> None:
    lines = [line.split() for line in printed(make()).splitlines() if " Барлығы " in line]
    assert lines == [["11", "Барлығы", "17", "1"], ["12", "Барлығы", "17", "1"]]


def test_what_is_expected_and_how_to_mend_it_are_said(make: Make) -> None:
    told = printed(make(), 200)
    assert "Expected: a whole number" in told
    assert "To mend it: Use a name or a code of the list of places" in told


def test_twenty_mistakes_are_shown_and_the_rest_counted(make: Make) -> None:
    problems = [("unknown-place", "region", n, "Облыс", f"word{n}", "a place", None, n) for n in range(2, 102)]
    problems += [("not-a-number", "value", n, "Жаңа", f"{n}x", "a whole number", None, n) for n in range(2, 5)]
    told = printed(make(problems))
    assert len(re.findall(r"word\d+ ", told.split("row   ", 1)[1])) == 17
    assert len(re.findall(r" \dx ", told.split("not-a-number", 1)[1].split("row   ", 1)[1])) == 3
    assert "and 83 more: --json or --report shows all" in told
    assert "103 mistakes" in told


def test_notes_are_told_apart_from_problems(make: Make) -> None:
    problems, notes = printed(make()).split("\nNotes")
    assert "identical-duplicate:" in notes
    assert "identical-duplicate:" not in problems


def test_what_was_not_checked_is_counted(make: Make) -> None:
    assert "Not checked here  1 check; made: 4" in printed(make())


def test_a_refused_file_names_every_finding(refused: Make) -> None:
    findings = [
        Finding("unexpected-column", 1, "Імя", value="Імя", nearest="Ескерту"),
        Finding("missing-column", 1, "Жаңа", expected="Жаңа"),
    ]
    told = printed(refused(*findings), 120)
    assert "Nothing of this file will be published" in told
    assert "Nothing was read" in told
    assert "Did you mean" in told
    assert told.count("refuses the file") == 2


def test_a_source_with_one_fact_per_row_says_so(make: Make) -> None:
    verdict, source, speech = make(
        [], {"accepted": 6}, decision="accepted", accounts=Accounts(6, {"accepted": 6}, 6, {"accepted": 6})
    )
    assert "a fact is one row of the file" in printed((verdict, source.model_copy(update={"unpivot": None}), speech))


def test_the_exit_code_is_zero_only_when_all_is_accepted(make: Make) -> None:
    verdict = make()[0]
    codes = {d: exit_code(replace(verdict, decision=d)) for d in ("accepted", "partly-accepted", "held", "refused")}
    assert codes == {"accepted": 0, "partly-accepted": 1, "held": 1, "refused": 1}

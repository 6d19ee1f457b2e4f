from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipelines.artefacts import Acknowledged, Finding, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.report import Speech, as_json, as_json_text, report_schema

Sample = tuple[Verdict, Source, Speech]
Make = Callable[..., Sample]
SHA256 = "0f" * 32

NEEDS_SERVER = "needs the server: what was published before, or other tables"


def told(sample: Sample) -> dict[str, Any]:
    text = as_json_text(*sample, "covid_2020.csv", SHA256)
    document: dict[str, Any] = json.loads(text)
    assert document == as_json(*sample, "covid_2020.csv", SHA256)
    return document


def test_the_document_is_what_its_schema_says(make: Make, refused: Make) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for sample in (make(), make([], {"accepted": 1}, decision="accepted"), refused(Finding("empty-file"))):
        jsonschema.validate(told(sample), report_schema())


def test_every_problem_of_the_file_is_there(make: Make) -> None:
    document = told(make())
    found = Counter({(p["rule"], p["row"]): p["facts"] for p in document["problems"] + document["notes"]})
    assert found == {
        ("unknown-place", 4): 2,
        ("unknown-place", 6): 1,
        ("unknown-place", 7): 1,
        ("not-a-number", 9): 1,
        ("cumulative-does-not-fall", 11): 1,
        ("cumulative-does-not-fall", 12): 1,
        ("identical-duplicate", 14): 1,
    }
    assert [n["rule"] for n in document["notes"]] == ["identical-duplicate"]


def test_findings_about_the_file_as_a_whole_are_there_and_none_twice(make: Make) -> None:
    verdict, source, speech = make()
    findings = (*verdict.findings, Finding("too-many-rejected", value="31%", facts=5), Finding("blank-row", row=3))
    document = told((replace(verdict, findings=findings), source, speech))
    assert [p["row"] for p in document["problems"] if p["rule"] == "too-many-rejected"] == [None]
    assert [n["row"] for n in document["notes"]] == [3, 14]
    assert len(document["problems"]) == 7


def test_a_problem_says_what_where_and_how_to_mend_it(make: Make) -> None:
    problem = told(make())["problems"][0]
    assert problem == {
        "rule": "unknown-place",
        "consequence": "reject",
        "severity": "critical",
        "sheet": None,
        "row": 4,
        "column": "Облыс",
        "field": "region",
        "value": "Шымкент қ.",
        "expected": "a place of the reporting state",
        "nearest": "Шымкент",
        "acknowledged": None,
        "facts": 2,
        "sentence": problem["sentence"],
        "mend": problem["mend"],
        "sentence_local": problem["sentence"],
        "mend_local": problem["mend"],
    }
    assert "Шымкент қ." in problem["sentence"]


def test_rows_and_facts_sum_to_what_was_read(make: Make) -> None:
    document = told(make())
    for what in ("rows", "facts"):
        assert document[what]["read"] == sum(document[what]["by_fate"].values())


def test_checks_say_whether_they_were_made(make: Make) -> None:
    checks = {c["rule"]: c for c in told(make())["checks"]}
    assert list(checks) == sorted(checks)
    assert (checks["unknown-place"]["made"], checks["unknown-place"]["failed"]) == (True, 4)
    left_out = checks["cumulative-does-not-fall-below-history"]
    assert (left_out["made"], left_out["failed"], left_out["why_not"]) == (False, None, NEEDS_SERVER)


def test_every_rule_that_is_named_is_explained(make: Make) -> None:
    document = told(make())
    named = {p["rule"] for part in ("problems", "notes", "checks") for p in document[part]}
    assert named == set(document["rules"])
    assert all(rule["sentence"] and rule["source"] for rule in document["rules"].values())


def test_the_same_verdict_gives_the_same_text(make: Make) -> None:
    verdict, source, speech = make()
    turned = replace(verdict, checks=verdict.checks[::-1], findings=verdict.findings[::-1])
    texts = {as_json_text(v, source, speech, "a.csv", SHA256) for v in (verdict, turned)}
    assert len(texts) == 1


def test_letters_stand_as_they_are_and_controls_are_escaped(make: Make) -> None:
    value = "ə\x1b\u202e{column}\0"
    text = as_json_text(*make([("unknown-place", "region", 2, "Облыс", value, None, None, 1)]), "ж.csv", SHA256)
    assert "Облыс" in text
    assert "\x1b" not in text
    assert json.loads(text)["problems"][0]["value"] == value


def test_braces_in_a_value_are_never_filled(make: Make, declared: Declarations) -> None:
    problem = told(make([("unknown-place", "region", 2, "Облыс", "{column} {0} {", "{value}", None, 1)]))["problems"][0]
    assert problem["sentence"] == declared.rules["unknown-place"].sentence.en.replace("{value}", "{column} {0} {")


def test_what_is_not_known_is_a_dash_in_the_sentence(refused: Make) -> None:
    assert told(refused(Finding("unexpected-column")))["problems"][0]["sentence"] == "The column \u2013 is not known."


def test_a_file_name_that_is_no_text_can_be_told(make: Make) -> None:
    assert json.loads(as_json_text(*make(), "a\udcff.csv", SHA256).encode())["file"]["name"] == "a?.csv"


def test_a_hundred_thousand_problems_are_told_in_seconds(make: Make) -> None:
    problems = [("not-a-number", "value", n, "Жаңа", f"{n}x", "a whole number", None, n) for n in range(2, 100_002)]
    sample = make(problems)
    before = time.process_time()
    document = json.loads(as_json_text(*sample, "a.csv", SHA256))
    assert len(document["problems"]) == 100_000
    assert time.process_time() - before < 20


def test_what_is_acknowledged_says_until_when_and_why(make: Make) -> None:
    verdict, source, speech = make()
    known = Finding("too-many-rejected", value="40 %", acknowledged=Acknowledged(date(2027, 1, 1), "agreed by letter"))
    document = as_json(replace(verdict, findings=(*verdict.findings, known)), source, speech, "a.csv", SHA256)
    (problem,) = [p for p in document["problems"] if p["rule"] == "too-many-rejected"]
    assert problem["acknowledged"] == {"until": "2027-01-01", "because": "agreed by letter"}
    assert {p["acknowledged"] for p in document["problems"] if p is not problem} == {None}

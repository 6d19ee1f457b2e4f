"""docs/check-json.md against the models. `python tests/report/test_check_json_docs.py` writes its tables anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.declarations import Declarations
from pipelines.report import report_schema
from pipelines.report.as_json import Report

PAGE = Path(__file__).parents[2] / "docs" / "check-json.md"
BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"


def tables() -> str:
    """Write a table for the document and for each of its parts."""
    schema = report_schema()
    parts = {"The document": schema, **{f"`{name}`": part for name, part in schema["$defs"].items()}}
    return "\n".join("".join(table(title, part)) for title, part in parts.items())


def table(title: str, part: dict[str, Any]) -> Iterator[str]:
    yield f"### {title}\n\n{part['description']}\n\n| key | type | what it says |\n| --- | --- | --- |\n"
    for key, value in part["properties"].items():
        yield f"| `{key}` | {kind(value)} | {value['description']} |\n"


def kind(value: dict[str, Any]) -> str:
    """Name a type as a reader would."""
    if "anyOf" in value:
        return " or ".join(map(kind, value["anyOf"]))
    if "$ref" in value:
        return f"`{value['$ref'].rsplit('/', 1)[1]}`"
    if constants := value.get("enum", [value["const"]] if "const" in value else []):
        return ", ".join(f"`{json.dumps(constant)}`" for constant in constants)
    if value["type"] == "array":
        return f"list of {kind(value['items'])}"
    if value["type"] == "object":
        return f"object of {kind(value['additionalProperties'])}"
    return {"string": "text", "integer": "whole number"}.get(value["type"], str(value["type"]))


def test_the_tables_are_those_of_the_models() -> None:
    written = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()
    assert written == tables().strip(), f"stale: run `python {Path(__file__).relative_to(PAGE.parents[1])}`"


def test_the_example_is_a_document_and_adds_up(declared: Declarations) -> None:
    example = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    report = Report.model_validate_json(example[1], strict=True)
    assert all(count.read == sum(count.by_fate.values()) for count in (report.rows, report.facts))
    named = {p.rule for p in (*report.problems, *report.notes)} | {c.rule for c in report.checks}
    assert named == set(report.rules)
    for rule, told in report.rules.items():
        assert told.sentence == declared.rules[rule].sentence.en


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{rest.split(END)[1]}", encoding="utf-8")

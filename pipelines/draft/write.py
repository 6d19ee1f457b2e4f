"""A draft as YAML with a reason beside each line, and as the source that its lines in force declare."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pipelines.declarations.source import Source
from pipelines.draft.drafted import Draft, Line, Said

_PLAIN = re.compile(r"[^\W\d_][\w ./'-]*[\w.)']|[^\W\d_]")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
_WIDTH = 76


def as_source(draft: Draft) -> Source:
    """Give the source that the lines in force declare; open lines are no part of it."""
    return Source.model_validate(_declared(draft))


def as_yaml(draft: Draft) -> str:
    """Write the draft as a file of schemas/sources."""
    return "\n".join(_text(draft)) + "\n"


def _declared(draft: Draft) -> dict[str, Any]:
    said: dict[str, Any] = {
        "source": draft.source,
        "title": draft.title,
        "table": draft.table.value,
        "language": draft.language.value,
        "provenance": {"publisher": "unknown", "licence": "none stated"},
        "arrives": {"by": "upload", "matching": draft.matching, "timezone": draft.timezone},
        "decode": {k: s.value for k, s in draft.decode.items()},
        "constants": {k: s.value for k, s in draft.constants.items()},
        "map": {x.field: _mapping(x) for x in draft.lines if x.role == "map" and x.field},
        "ignore": [x.column for x in draft.lines if x.role == "ignore"],
        "total_of_parts": [_total(x) for x in draft.lines if x.role == "total"],
        "questions": list(draft.questions),
    }
    if draft.into:
        said["unpivot"] = _unpivot(draft)
    return said


def _mapping(line: Line) -> dict[str, Any]:
    more = {"read": line.read, "zone": line.zone, "unit": line.unit, "names": line.names, "codes": line.codes}
    return {"from": line.column, **{k: v for k, v in more.items() if v}}


def _total(line: Line) -> dict[str, Any]:
    return {"column": line.column, "values": list(line.values), "others": list(line.others), "because": line.why}


def _unpivot(draft: Draft) -> dict[str, Any]:
    named = draft.name_is
    meant = [x for x in draft.lines if x.role == "unpivot"]
    said: dict[str, Any] = {"into": draft.into}
    if named is None:
        read = next((x.read for x in meant if x.read), None)
        return {**said, "columns": {x.column: x.meaning for x in meant}, **({"read": read} if read else {})}
    name_is = {
        "field": named.field,
        **({"read": named.read} if named.read else {}),
        **({"codes": named.codes} if named.codes else {}),
    }
    return {**said, "name_is": name_is, "columns": "dates" if draft.all_dates else list(named.values)}


def _text(draft: Draft) -> Iterator[str]:
    yield "# A draft, measured from one file. Read every line: certain, likely, or an open question, and why."
    yield f"source: {draft.source}"
    yield _line(f"title: {_scalar(draft.title)}", "likely", "say in a few words what it is, and who sends it")
    yield _line(f"table: {draft.table.value}", draft.table.confidence, draft.table.why)
    yield _line(f"language: {_flow(draft.language.value)}", draft.language.confidence, draft.language.why)
    yield "provenance: {publisher: unknown, licence: none stated}  # likely not so: say whose it is"
    arrives = f"arrives: {{by: upload, matching: {_scalar(draft.matching)}, timezone: {draft.timezone}}}"
    yield _line(arrives, "likely", "from the file's name; say with cron when it is due")
    yield "decode:"
    yield from (_said(k, s) for k, s in draft.decode.items())
    if draft.constants:
        yield "constants:"
        yield from (_said(k, s) for k, s in draft.constants.items())
    yield from _map(draft)
    if draft.into:
        yield from _wide(draft)
    yield from _asides(draft)
    if draft.questions:
        yield "questions:  # each stops the declaration from being used: answer it above, then take it out here"
        yield from (f"  - {_quoted(q)}" for q in draft.questions)


def _map(draft: Draft) -> Iterator[str]:
    mapped = [x for x in draft.lines if x.role in {"map", "open"}]
    if any(x.role == "map" for x in mapped):
        yield "map:"
    elif mapped:
        yield "map: {}"
    for x in mapped:
        if x.role == "map":
            yield _line(f"  {x.field}: {_flow(_mapping(x))}", x.confidence, x.why)
            if x.unknown:
                yield f"  #   codes: {_flow(dict.fromkeys(x.unknown[:20], '?'))}"
        else:
            choices = x.candidates or ("?",)
            for choice in choices:
                pair = (x.field, choice) if x.field else (choice, None)
                shown = {"from": x.column, **({"read": pair[1]} if pair[1] else {})}
                yield f"  # {pair[0]}: {_flow(shown)}"
            yield f"  #   ^ open question: {x.why}"


def _wide(draft: Draft) -> Iterator[str]:
    said = _unpivot(draft)
    yield "unpivot:"
    yield f"  into: {said['into']}"
    if draft.name_is:
        yield _line(f"  name_is: {_flow(said['name_is'])}", draft.name_is.confidence, draft.name_is.why)
        if draft.all_dates:
            yield "  columns: dates"
        else:
            yield "  columns:"
            yield from (f"    - {_scalar(c)}" for c in said["columns"])
        return
    if "read" in said:
        yield f"  read: {_scalar(said['read'])}"
    yield "  columns:"
    for x in (x for x in draft.lines if x.role == "unpivot"):
        yield _line(f"    {_scalar(x.column)}: {_flow(x.meaning)}", x.confidence, x.why)


def _asides(draft: Draft) -> Iterator[str]:
    ignored = [x for x in draft.lines if x.role == "ignore"]
    if ignored:
        yield "ignore:"
        yield from (_line(f"  - {_scalar(x.column)}", x.confidence, x.why) for x in ignored)
    totals = [x for x in draft.lines if x.role == "total"]
    if totals:
        yield "total_of_parts:"
        yield from (_line(f"  - {_flow(_total(x))}", x.confidence, x.why) for x in totals)


def _said(key: str, said: Said) -> str:
    value = _flow(said.value) if isinstance(said.value, dict | list) else _scalar(said.value)
    return _line(f"  {key}: {value}", said.confidence, said.why)


def _line(text: str, confidence: str, why: str) -> str:
    told = "open question" if confidence == "question" else confidence
    comment = " ".join(f"# {told}: {why}".split())
    return f"{text}  {comment}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value if _PLAIN.fullmatch(value) and value.lower() not in _WORDS else _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

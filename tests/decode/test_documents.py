"""JSON, NDJSON and DHIS2: every value as it was written, nothing unknown, nothing twice."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Rows = list[tuple[Any, ...]]
Decoded = Callable[..., tuple[Extract, Rows]]
Sources = Callable[..., Source]
COLUMNS = ("day", "place.name", "count")
GOOD = '{"day": "2020-07-13", "place": {"name": "Абай"}, "count": 1}'


def told(decoded: Decoded, source: Source, data: bytes | str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        decoded(data.encode() if isinstance(data, str) else data, source)
    return [(f.rule, f.row, f.column) for f in refused.value.findings]


@pytest.fixture(params=["json", "ndjson"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def document(form: str, *records: str) -> bytes:
    return (f"[{', '.join(records)}]" if form == "json" else "\n".join(records) + "\n").encode()


@pytest.mark.parametrize("packed", ["plain", "packed"])
def test_every_value_is_the_text_that_was_written(
    form: str,
    packed: str,
    decoded: Decoded,
    source_with: Sources,
) -> None:
    written = ["1.0", "1", "9" * 400, "1E-5", "-0", "true", "null", '""', '"a\\n\\"b\\u0259"', '"1.10"']
    data = document(form, *(f'{{"day": {text}, "count": {n}}}' for n, text in enumerate(written)))
    sent = gzip.compress(data) if packed == "packed" else data
    extract, rows = decoded(sent, source_with(("day", "count"), format=form))
    expected = ["1.0", "1", "9" * 400, "1E-5", "-0", "true", None, "", 'a\n"bə', "1.10"]
    assert rows == [(n + 1, text, str(n)) for n, text in enumerate(expected)]
    assert (extract.columns, extract.first_row, extract.row_sql) == (("day", "count"), 1, "salamat_row")


def test_null_a_missing_key_and_an_empty_text_are_three_things(
    form: str, decoded: Decoded, source_with: Sources
) -> None:
    data = document(form, '{"a": null, "b": 1}', '{"b": 2}', '{"a": "", "b": 3}')
    extract, rows = decoded(data, source_with(("a", "b"), format=form))
    assert [row[1] for row in rows] == [None, None, ""]
    assert [(n.rule, n.column, n.facts) for n in extract.notes] == [("missing-key", "a", 1)]


def test_nested_keys_are_named_by_their_path(form: str, decoded: Decoded, source_with: Sources) -> None:
    record = {"a": {"b": {"c": "1"}, "d": ["x", {"y": "z"}]}, "e.f": "2", "g": {}, "h": []}
    columns = ("a.b.c", "a.d[0]", "a.d[1].y", '"e.f"')
    source = source_with(columns, format=form).model_copy(update={"ignore": ("g", "h")})
    _, rows = decoded(document(form, json.dumps(record)), source)
    assert rows == [(1, "1", "x", "z", "2")]


def test_an_ignored_key_is_ignored_with_all_below_it_and_no_other(
    form: str, decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(COLUMNS, format=form).model_copy(update={"ignore": ("meta",)})
    within = GOOD[:-1] + ', "meta": {"a": [1, 2]}}'
    beside = GOOD[:-1] + ', "metas": 1}'
    assert decoded(document(form, within), source)[1] == [(1, "2020-07-13", "Абай", "1")]
    assert told(decoded, source, document(form, GOOD, beside)) == [("unexpected-column", 2, "metas")]


def test_blank_lines_are_no_records_and_rows_keep_their_lines(decoded: Decoded, source_with: Sources) -> None:
    _, rows = decoded(f"\ufeff{GOOD}\n\n{GOOD}\r\n".encode(), source_with(COLUMNS, format="ndjson"))
    assert [row[0] for row in rows] == [1, 3]


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ('{"day": 1, "day": 2, "place": {"name": ""}, "count": 1}', ("duplicate-key", 2, "day")),
        ('{"day": NaN}', ("no-json-number", 2, None)),
        ('{"day": -Infinity}', ("no-json-number", 2, None)),
        ('{"day": 1,}', ("broken-json", 2, None)),
        ('{"day": 01}', ("broken-json", 2, None)),
        ("'day'", ("broken-json", 2, None)),
        ("[1]", ("broken-json", 2, None)),
        ('{"day": ' + "[" * 40 + "1" + "]" * 40 + "}", ("nested-too-deep", None, None)),
        ('{"day": ' + "[" * 100_000 + "}", ("nested-too-deep", 2, None)),
        ('{"day": "a\\u0000b", "place": {"name": ""}, "count": 1}', ("nul-byte", 2, "day")),
        ('{"day": "a\\u202eb", "place": {"name": ""}, "count": 1}', ("control-character", 2, "day")),
        ('{"day": "\\ud800", "place": {"name": ""}, "count": 1}', ("control-character", 2, "day")),
        (GOOD[:-1] + ', "Count": 1}', ("duplicate-column", 1, "count")),
        (GOOD[:-1] + ', "cоunt": 1}', ("unexpected-column", 2, "cоunt")),
        (GOOD[:-1] + ', "new": {"a": 1}}', ("unexpected-column", 2, "new.a")),
        ('{"day": "' + "a" * (1 << 21) + '"}', ("line-too-long", None, None)),
    ],
)
def test_what_is_no_strict_record_is_refused_with_its_place(
    record: str, rule: tuple[str, int | None, str | None], form: str, decoded: Decoded, source_with: Sources
) -> None:
    found = told(decoded, source_with(COLUMNS, format=form), document(form, GOOD, record))
    assert found[0][0] == rule[0]
    assert found[0][1] in {rule[1], None, 2}
    assert found[0][2] == rule[2]


def test_a_key_that_no_record_has_is_a_missing_column_unless_it_is_optional(
    form: str, decoded: Decoded, source_with: Sources
) -> None:
    data = document(form, '{"day": "1"}')
    assert told(decoded, source_with(("day", "note"), format=form), data) == [("missing-column", None, "note")]
    optional = source_with(("day", "note"), format=form, records={"optional": ["note"]})
    assert decoded(data, optional)[1] == [(1, "1", None)]


def test_the_array_is_found_where_it_is_declared_and_what_stands_beside_it_is_declared_too(
    decoded: Decoded, source_with: Sources
) -> None:
    data = f'{{"made": {{"at": "12:00"}}, "data": {{"rows": [{GOOD}], "n": 1}}}}'
    said = {"at": "data.rows", "beside": ["made", "data.n"]}
    _, rows = decoded(data.encode(), source_with(COLUMNS, format="json", records=said))
    assert len(rows) == 1
    less = source_with(COLUMNS, format="json", records={**said, "beside": ["made"]})
    assert told(decoded, less, data) == [("unexpected-key", None, None)]
    elsewhere = source_with(COLUMNS, format="json", records={**said, "at": "data.cells"})
    assert told(decoded, elsewhere, data)[0][0] == "missing-column"


def test_what_is_mapped_is_read_even_below_what_is_ignored(form: str, decoded: Decoded, source_with: Sources) -> None:
    source = source_with(("a.b",), format=form).model_copy(update={"ignore": ("a",)})
    assert decoded(document(form, '{"a": {"b": 1, "c": 2}}'), source)[1] == [(1, "1")]


def test_records_that_stand_under_names_take_them_as_a_column(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(("day", "n"), format="json", records={"at": "days", "keyed_by": "day"})
    data = '{"days": {"2020-07-13": {"n": 1}, "2020-07-14": {"n": "2"}}}'
    assert decoded(data.encode(), source)[1] == [(1, "2020-07-13", "1"), (2, "2020-07-14", "2")]
    assert told(decoded, source, data.replace("14", "13")) == [("duplicate-key", 2, "2020-07-13")]
    assert told(decoded, source, data.replace('"n": "2"', '"day": "x"')) == [("duplicate-key", 2, "day")]
    assert told(decoded, source, data.replace('{"n": "2"}', "2")) == [("broken-json", 2, None)]
    assert {f[0] for f in told(decoded, source, '{"days": {}}')} == {"no-rows"}
    assert told(decoded, source, '{"days": []}')[0][0] == "broken-json"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty-file"),
        (b" \n", "empty-file"),
        ("[]".encode("utf-16"), "wrong-encoding"),
        (b"PK\x03\x04", "not-json"),
        (b"<html>", "not-json"),
        (b"[", "broken-json"),
        (b"[] []", "broken-json"),
        (b"[{}", "broken-json"),
        (b"{}", "broken-json"),
        (b"[]", "no-rows"),
        (b'[{"a": "\xff"}]', "invalid-byte"),
        (gzip.compress(b"[{}]", mtime=0)[:-4], "broken-gzip"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, rule: str, decoded: Decoded, source_with: Sources) -> None:
    assert told(decoded, source_with(("a",), format="json"), data)[0][0] == rule


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), max_size=8)  # fmt: skip # noqa: E501
VALUES = st.one_of(TEXT, st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=8, deadline=None
)
@given(st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), min_size=1, max_size=40), st.integers(0, 3))
def test_what_json_wrote_is_what_is_read(
    form: str, decoded: Decoded, source_with: Sources, records: list[dict[str, Any]], indent: int
) -> None:
    data = [json.dumps(record, indent=indent if form == "json" else None) for record in records]
    _, rows = decoded(document(form, *data), source_with(("a", "b"), format=form))
    written = [v if isinstance(v, str) or v is None else json.dumps(v) for r in records for v in (r["a"], r["b"])]
    assert [cell for row in rows for cell in row[1:]] == written


DHIS2 = {
    "dataSet": "COVIDwk",
    "period": "2021W5",
    "orgUnit": "KG-B",
    "dataValues": [
        {"dataElement": "covidCases", "categoryOptionCombo": "default", "value": "12"},
        {"dataElement": "covidCases", "period": "2021W6", "categoryOptionCombo": "default", "value": "0",
         "deleted": True},
    ],
}  # fmt: skip


def test_a_data_value_set_says_once_what_holds_for_all_its_values(decoded: Decoded, source_with: Sources) -> None:
    columns = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "value", "deleted", "comment")
    source = source_with(columns, format="dhis2").model_copy(update={"ignore": ("dataSet",)})
    last = dict(reversed(DHIS2.items()))  # what holds for all may stand behind the values
    for said in (DHIS2, last):
        _, rows = decoded(json.dumps(said).encode(), source)
        assert rows == [
            (1, "covidCases", "2021W5", "KG-B", "default", "12", None, None),
            (2, "covidCases", "2021W6", "KG-B", "default", "0", "true", None),
        ]
    assert told(decoded, source, json.dumps({**DHIS2, "importSummary": 1})) == [("unexpected-key", None, None)]

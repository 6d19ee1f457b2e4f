"""Records are counted by their bytes alone, whatever stands in them and wherever a chunk ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Extract
from pipelines.child.answer import Answer
from pipelines.child.run import run
from pipelines.declarations.source import Source
from pipelines.decode import count, document
from pipelines.documents.job import Job
from pipelines.errors import Refused

LONG_AGO = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
TEXTS = st.text(st.sampled_from('"\\[]{},: \n\té') | st.characters(codec="utf-8"), max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner)
)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=6)
KEYS = st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=3, unique=True)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, tuple[str, ...], int]:
    """Give a document, the keys that lead to its array, and how many elements that has."""
    records, keys, beside, first = draw(RECORDS), draw(KEYS), draw(VALUES), draw(st.booleans())
    whole: Any = records
    for key in reversed(keys):
        other = {k: v for k, v in {key + "x": beside, "y": [{}], "z": {key: [{}]}}.items() if k != key}
        whole = {**other, key: whole} if first else {key: whole, **other}
    text = json.dumps(whole, indent=draw(st.sampled_from([None, 1])), ensure_ascii=draw(st.booleans()))
    return text, tuple(keys), len(records)


@settings(suppress_health_check=LONG_AGO, max_examples=150)
@given(document=documents(), chunk=st.integers(1, 40))
def test_the_elements_of_an_array_are_counted_wherever_it_stands(
    document: tuple[str, tuple[str, ...], int], chunk: int, tmp_path: Path
) -> None:
    text, keys, records = document
    file = tmp_path / "document.json"
    file.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(count, "_CHUNK", chunk)
        assert count.elements(file, keys) == records


@pytest.mark.parametrize(
    ("text", "keys", "records"),
    [
        ('{"a": {"n": 1}, "b": {"n": {"m": []}}}', (), 2),
        ('{"days": {"a": {"n": "{"}, "b": {}}, "made": {"c": {}}}', ("days",), 2),
        ('{"days": [{}, {}]}', ("days",), 0),
    ],
)
def test_records_that_stand_under_names_are_counted_too(
    text: str, keys: tuple[str, ...], records: int, tmp_path: Path
) -> None:
    file = tmp_path / "document.json"
    file.write_text(text, encoding="utf-8")
    assert count.elements(file, keys, b"{") == records


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b"", 0),
        (b"{}", 1),
        (b"{}\n", 1),
        (b"\xef\xbb\xbf\n{}\n", 1),
        (b"\xef\xbb\xbf{}\n\n \r\n{}\r\n", 2),
    ],
)
def test_lines_are_counted_that_are_not_blank(data: bytes, records: int, tmp_path: Path) -> None:
    file = tmp_path / "document.ndjson"
    file.write_bytes(data)
    assert count.lines(file) == records


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_a_reader_that_loses_a_record_is_found_out(
    form: str,
    decoded: Callable[[bytes, Source], tuple[Extract, Any]],
    source_with: Callable[..., Source],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def losing(module: str, job_file: Path, most: Job) -> Answer:
        sent = Path(most.documents[0])
        data = sent.read_bytes()
        sent.write_bytes(data.replace(b'{"a": "2"}, ', b"").replace(b'{"a": "2"}\n', b""))
        answer = run(module, job_file, most)
        sent.write_bytes(data)
        return answer

    records = [json.dumps({"a": str(n)}) for n in range(5)]
    data = ("\n".join(records) + "\n" if form == "ndjson" else f"[{', '.join(records)}]").encode()
    source = source_with(("a",), format=form)
    assert decoded(data, source)[0].rows == 5
    monkeypatch.setattr(document, "run", losing)
    with pytest.raises(Refused) as refused:
        decoded(data, source)
    assert [(f.rule, f.value, f.expected) for f in refused.value.findings] == [
        ("row-count-differs", "4 rows read", "5 rows counted")
    ]
